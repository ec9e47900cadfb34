// What some mistakes add to their message: see mistakes.h.
#include "grammar/parse/messages/mistakes.h"

#include <optional>

#include "grammar/parse/messages/flag_words.h"
#include "grammar/parse/messages/meant.h"
#include "grammar/parse/rules/foreign_words.h"
#include "grammar/parse/rules/table_layout.h"

namespace tally::syntax {

void throw_mistake(const Mistake& mistake, const ParseState& state, std::uint32_t begin, std::uint32_t end) {
  fail(state, begin, [&] {
    Fault fault = make_fault(mistake.code, state.tokens.span(begin, end), filled(mistake.message, state, begin, end));
    if (mistake.help != nullptr) fault.help(filled(mistake.help, state, begin, end));
    if (mistake.amend != nullptr) mistake.amend(state, begin, end, fault);
    return fault;
  });
}

}  // namespace tally::syntax

namespace tally::syntax::amend {
namespace {

// Where the innermost open rule that is a node began.
template <class Rule>
std::uint32_t begin_of(const ParseState& state, std::uint32_t otherwise) {
  const OpenRule* open = state.innermost(rule_number<Rule>);
  return open != nullptr ? open->begin : otherwise;
}

std::string source(const ParseState& state, std::uint32_t begin, std::uint32_t end) {
  return source_of(state.tokens, begin, end);
}

}  // namespace

void suffix_of_value(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const std::string suffix = tokens[begin].kind == Kind::question ? "?" : "[...]";
  // The nodes of the values are the last ones.
  std::string names;
  std::size_t first = state.nodes.size(), count = 0;
  const auto is_value = [](const Node& node) {
    return node.rule == rule_number<grammar::enum_value> || node.rule == rule_number<grammar::spelled_value>;
  };
  std::uint32_t next = begin;
  while (first > 0 && is_value(state.nodes[first - 1]) && state.nodes[first - 1].end == next) {
    --first;
    ++count;
    next = state.nodes[first].begin;
    if (next > 0 && tokens[next - 1].kind == Kind::bar) --next;
  }
  for (std::size_t i = first; i < state.nodes.size(); ++i) {
    if (!names.empty()) names += " | ";
    names +=
        tokens[state.nodes[i].begin].kind == Kind::text ? "\"...\"" : std::string(tokens.text(state.nodes[i].begin));
  }
  if (names.size() > 40) names = "...";
  fault.diagnostic.message =
      "`" + suffix + "` belongs to " + (count == 1 ? "a type, and this is a value" : "the last value alone");
  fault.diagnostic.span = tokens.span(begin);
  fault.label(tokens.span(state.nodes.back().begin, state.nodes.back().end), "the value that it follows");
  fault.help("write `(" + names + ")" + suffix + "`");
}

void type_in_enum(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const std::uint32_t first = begin_of<grammar::single_type>(state, begin);
  fault.label(state.tokens.span(first, begin), "a type, not a value");
  const Kind last = state.tokens[begin - 1].kind;
  if (last == Kind::question || last == Kind::right_bracket) {
    fault.help("`?` and `[...]` belong to the nearest type: write `(a | b)?`");
  }
}

// `[direction, network]`
void second_set_element(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const std::uint32_t open = state.brackets.back();
  const auto end = end_of(state.tokens, open + 1, [](std::uint32_t) { return false; });
  fault.diagnostic.span = state.tokens.span(begin);
  const std::string indices = end ? source(state, open + 1, *end) : "a, b";
  fault.help("a map has its type in front: `T[" + indices + "]`");
  fault.help("other texts may stand in a set with `, ...`: `[" +
             source(state, open + 1, std::min(begin, open + max_copied)) + ", ...]`");
}

void call_without_arguments(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin);
  fault.help(state.tokens.text(begin - 1) == "count"
                 ? "a count has one condition or more: `count(a, b) >= 1`"
                 : "a `let` without parameters is used by its name: " + state.tokens.quoted(begin - 1));
}

void is_before_operator(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin_of<grammar::comparison>(state, begin), begin);
  const std::string word(state.tokens.text(begin));
  if (state.tokens[begin - 1].word != Word::not_) {
    fault.help("write `" + word + "` alone");
  } else {
    fault.help(word == "in" ? "write `not in` alone" : "write `not x " + word + "`, with `not` in front");
  }
}

void chained(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.label(state.tokens.span(begin_of<grammar::comparison>(state, begin), begin), "already a comparison");
  fault.help("join two comparisons with `and`, or put one in parentheses");
}

void no_rules(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin - 1, begin + 1);
  // The braces are the whole body of a decision or let, or an expression of their own.
  const Kind before = begin >= 2 ? state.tokens[begin - 2].kind : Kind::end;
  const bool body = state.brackets.size() == 1 && before != Kind::assign;
  fault.diagnostic.message = body ? filled("{owner} has no rules", state, begin, begin) : "braces without rules";
}

void empty_braces(const ParseState& state, std::uint32_t, std::uint32_t end, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(state.brackets.back(), end);
}

void header_alone(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(state.table.header, begin);
}

void short_row(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault = grammar::miscounted(state.tokens.span(state.table.rows.back(), begin), state.table.row_cells,
                              state.table.columns);
}

void time_of_day(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin - 1, end);
  const auto hour = decode_number(state.tokens.text(begin - 1)), minute = decode_number(state.tokens.text(end - 1));
  const auto *h = std::get_if<std::uint64_t>(&hour), *m = std::get_if<std::uint64_t>(&minute);
  if (h != nullptr && m != nullptr && *h <= 24 && *m < 60) {
    fault.help("count the minutes since midnight: `" + std::to_string(60 * *h + *m) + "`");
  } else {
    fault.help("count the minutes since midnight");
  }
}

void unquoted_prefix(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  fault.help("write `\"" + source(state, begin, end) + "\"`");
}

void foreign_operator(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  fault.diagnostic.span = tokens.span(begin);
  if (tokens.text(begin) == "but" && tokens[begin + 1].kind == Kind::word && tokens[begin + 2].word == Word::is) {
    fault.help("join conditions with `and`");
    return;
  }
  // `between 3 and 5`, `from 3 to 5`
  const std::string_view word = tokens.text(begin);
  const bool between = tokens[begin + 1].kind == Kind::number && tokens[begin + 3].kind == Kind::number &&
                       ((word == "between" && tokens[begin + 2].word == Word::and_) ||
                        (word == "from" && tokens.text(begin + 2) == "to"));
  if (between) {
    std::string low(tokens.text(begin + 1)), high(tokens.text(begin + 3));
    const auto first = decode_number(low), second = decode_number(high);
    const auto *a = std::get_if<std::uint64_t>(&first), *b = std::get_if<std::uint64_t>(&second);
    if (a != nullptr && b != nullptr && *a > *b) std::swap(low, high);
    fault.help("write `in " + low + ".." + high + "`");
  } else {
    fault.help(advice_for_operator(tokens.text(begin)));
  }
}

void list_in_brackets(const ParseState& state, std::uint32_t, std::uint32_t end, Fault& fault) {
  const auto close = end_of(state.tokens, end, [](std::uint32_t) { return false; });
  fault.help("write `in (" + (close && *close > end ? source(state, end, *close) : std::string("a, b")) + ")`");
}

void quantifier_without_colon(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin - 1, end);
  const std::string head = source(state, begin - 1, end);
  fault.help(state.tokens[end].kind == Kind::comma ? "a quantifier has one name: `" + head + ": some w in U: CONDITION`"
                                                   : "write `:` and a condition: `" + head + ": CONDITION`");
}

void quantifier_without_in(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin - 1, end);
  fault.help("write `" + source(state, begin - 1, begin + 1) + " in T: CONDITION`");
}

void bracketed_list(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const auto close = end_of(state.tokens, begin + 1, [](std::uint32_t) { return false; });
  fault.diagnostic.span = state.tokens.span(begin);
  fault.help("write `(" + (close && *close > begin + 1 ? source(state, begin + 1, *close) : std::string("a, b")) +
             ")`");
}

void bare_list(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.help("write `(" + joined_by_commas(state.tokens, begin - 1) + ")`");
}

void foreign_quantifier(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  const std::string_view word = state.tokens.text(begin - 1);
  fault.diagnostic.span = state.tokens.span(begin - 1);
  fault.diagnostic.message = "`" + std::string(word) + "` does not run through values";
  fault.help("write `" + std::string(quantifier_meant_by(word)) + " " + source(state, begin, end) + " T: CONDITION`");
}

void names_after_in(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.help("write `in (" + joined_by_commas(state.tokens, begin) + ")`");
}

void not_before_presence(const ParseState& state, std::uint32_t, std::uint32_t end, Fault& fault) {
  fault.help(state.tokens[end - 1].word == Word::set ? "write `is unset`" : "write `is set`");
}

void keyword_as_value(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const std::string word(state.tokens.text(begin));
  if (word == "on" || word == "off") {
    fault.diagnostic.message = "`" + word + "` is a value of `flag`, and of no other type";
    fault.help(another_name_for_flag(word));
  } else {
    fault.help("a value that is not a name is written as a text: `\"" + word + "\"`");
  }
}

void if_rule(const ParseState& state, std::uint32_t, std::uint32_t end, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const auto ends_part = [&](std::uint32_t i) { return tokens[i].line_start || tokens[i].word == Word::else_; };
  const auto then = end_of(state.tokens, end, [&](std::uint32_t i) { return tokens.text(i) == "then"; });
  const auto otherwise = then ? end_of(state.tokens, *then + 1, ends_part) : std::nullopt;
  const auto last = otherwise ? end_of(state.tokens, *otherwise + 1, ends_part) : std::nullopt;
  if (!last || tokens.text(*then) != "then" || *then == end || *otherwise == *then + 1) {
    fault.help("write `OUTCOME when CONDITION`, and last `OUTCOME otherwise`");
    return;
  }
  // `if a then on  off otherwise`: where the outcome ends is only known of a value of one token.
  bool has_rule = false;
  for (std::uint32_t i = *then + 1; i < *otherwise; ++i)
    has_rule = has_rule || tokens[i].word == Word::otherwise || tokens[i].word == Word::when;
  const auto is_value = [](const Token& token) {
    return token.kind == Kind::word || token.kind == Kind::number || token.kind == Kind::text;
  };
  if (has_rule) {
    const bool is_one = is_value(tokens[*then + 1]) && is_value(tokens[*then + 2]);
    fault.help("write `" + (is_one ? std::string(tokens.text(*then + 1)) : std::string("OUTCOME")) + " when " +
               source(state, end, *then) + "`");
    return;
  }
  std::string help = "write `" + source(state, *then + 1, *otherwise) + " when " + source(state, end, *then);
  if (tokens[*otherwise].word == Word::else_ && *last > *otherwise + 1) {
    help += "  " + source(state, *otherwise + 1, *last) + " otherwise";
  }
  fault.help(help + "`");
}

void when_before_outcome(const ParseState& state, std::uint32_t, std::uint32_t end, Fault& fault) {
  const auto arrow = end_of(state.tokens, end, [&](std::uint32_t i) {
    return length_of_arrow(state.tokens, i) > 0 || state.tokens[i].word == Word::otherwise ||
           state.tokens[i].word == Word::when;
  });
  const std::uint32_t length = arrow ? length_of_arrow(state.tokens, *arrow) : 0;
  if (length == 0 || *arrow == end) {
    fault.help("write `OUTCOME when CONDITION`");
    return;
  }
  fault.help("write `" + source(state, *arrow + length, *arrow + length + 1) + " when " + source(state, end, *arrow) +
             "`");
}

void otherwise_before_outcome(const ParseState& state, std::uint32_t, std::uint32_t end, Fault& fault) {
  const std::uint32_t at = end + length_of_arrow(state.tokens, end);
  const Token& outcome = state.tokens[at];
  const bool value = outcome.kind == Kind::word || outcome.kind == Kind::number || outcome.kind == Kind::text;
  fault.help(value ? "write `" + std::string(state.tokens.text(at)) + " otherwise`" : "write `OUTCOME otherwise`");
}

void else_without_value(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin - 1);
}

void dollar(const ParseState& state, std::uint32_t, std::uint32_t end, Fault& fault) {
  const std::uint32_t at = state.tokens[end].kind == Kind::left_brace ? end + 1 : end;
  const bool named = state.tokens[at].kind == Kind::word;
  fault.help("an input is used by its bare name" + (named ? ": `" + std::string(state.tokens.text(at)) + "`" : ""));
}

void otherwise_without_outcome(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  // `otherwise -> off` and `otherwise off` on one line.
  if (length_of_arrow(state.tokens, end) > 0 || !state.tokens[end].line_start) {
    otherwise_before_outcome(state, begin, end, fault);
  } else {
    fault.help("it is a rule of its own: write an outcome before it");
  }
}

void number_as_type(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const std::string text(state.tokens.text(begin));
  if (text.find_first_not_of("0123456789_") == std::string::npos) {
    fault.help("a range has no space inside: `5..30`, `5..` or `..30`");
    return;
  }
  fault.diagnostic.message = "`" + text + "` begins with a digit, so it is not a name";
  fault.help("a value that is not a name is written as a text: `\"" + text + "\"`");
}

// `number 0..100`, `number from 0 to 100`
void range_behind_number(const ParseState& state, std::uint32_t, std::uint32_t end, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  if (tokens[end - 1].kind == Kind::range) {
    fault.help("leave `number` out: `" + std::string(tokens.text(end - 1)) + "`");
  } else if (const auto range = range_meant_at(tokens, end - 1)) {
    fault.help("write `" + *range + "`");
  } else {
    fault.help("write a range: `0..100`");
  }
}

// `input x : a = "A" | b = "B"`
void spelling_of_default(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const std::uint32_t first = begin - 3;  // `a = "A"`
  const auto end = end_of(state.tokens, begin, [&](std::uint32_t i) { return state.tokens[i].line_start; });
  fault.help("write `" + (end ? "(" + source(state, first, *end) + ")" : std::string("(a = \"A\" | b = \"B\")")) +
             "`, or declare the enum: `type name = a = \"A\" | b = \"B\"`");
}

// `a =< b`, `a => b`. Behind a comparison, `=>` is an arrow.
void order_backwards(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const std::string sign(tokens.text(end - 1));
  const std::uint32_t left = begin_of<grammar::comparison>(state, begin);
  bool compared = false;
  for (std::uint32_t i = left; i < begin; ++i) {
    const Token& token = tokens[i];
    compared = compared || token.word == Word::is || token.word == Word::in || token.word == Word::starts ||
               token.kind == Kind::less || token.kind == Kind::less_equal || token.kind == Kind::greater ||
               token.kind == Kind::greater_equal;
  }
  const Word outcome = tokens[end].word;
  if (sign != ">" || (!compared && outcome != Word::on && outcome != Word::off)) {
    fault.help("write `" + sign + "=`");
    return;
  }
  const bool short_enough = begin - left <= max_copied && state.innermost(rule_number<grammar::rule>) != nullptr;
  fault.help(short_enough && tokens[left - 1].kind != Kind::left_paren
                 ? "the outcome comes first: `" + std::string(tokens.text(end)) + " when " +
                       source(state, left, begin) + "`"
                 : "what follows comes first: `OUTCOME when CONDITION`, `prove CLAIM when CONDITION`");
}

// `a + b`, `50%`
void arithmetic(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const bool percent = tokens.text(begin) == "%" && tokens[begin - 1].kind == Kind::number &&
                       (tokens[end].line_start || tokens[end].kind != Kind::number);
  if (percent) {
    fault.diagnostic.message = "a number has no unit";
    fault.help("write `" + std::string(tokens.text(begin - 1)) + "`");
  } else if (const auto range = range_meant_at(tokens, begin - 1)) {
    fault.help("a range is written with two dots: `" + *range + "`");
  } else {
    fault.help("there is no arithmetic: let the host supply the number");
  }
}

// `recording = on when a`, and the arrow of `a => on`.
void assigned_outcome(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const std::string name(tokens.text(begin));
  const Token& outcome = tokens[end + 1];
  if (tokens[end].kind != Kind::greater || tokens[end].spaced) {
    fault.help("leave `" + name + " =` out: `OUTCOME when CONDITION`");
    return;
  }
  const bool is_value = outcome.kind == Kind::word || outcome.kind == Kind::number || outcome.kind == Kind::text;
  fault.diagnostic.message = "a rule begins with its outcome, not with its condition";
  fault.help("write `" + (is_value ? std::string(tokens.text(end + 1)) : std::string("OUTCOME")) + " when " + name +
             "`");
}

// `on when a,  off otherwise`; but also `1,000`, `starts "1", "2"`, `a is b, c is d`.
void comma_between_rules(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const Token &before = tokens[begin - 1], &next = tokens[begin + 1];
  const bool joins = tokens[begin].kind == Kind::comma && before.word != Word::otherwise && !next.line_start;
  const auto end =
      joins ? end_of(state.tokens, begin + 1, [&](std::uint32_t i) { return tokens[i].line_start; }) : std::nullopt;
  bool has_rule = false, has_operator = false;
  for (std::uint32_t i = begin + 1; end && i < *end; ++i) {
    const Token& token = tokens[i];
    has_rule = has_rule || token.word == Word::when || token.word == Word::otherwise;
    has_operator =
        has_operator || (!has_rule && (token.word == Word::is || token.word == Word::in || token.word == Word::starts ||
                                       token.kind == Kind::less || token.kind == Kind::greater));
  }
  const bool numbers = before.kind == Kind::number && next.kind == Kind::number;
  const bool texts = before.kind == Kind::text && next.kind == Kind::text;
  if (joins && numbers && !next.spaced) {
    fault.diagnostic.message = "a number has no `,`";
    fault.help("write `" + std::string(tokens.text(begin - 1)) + "_" + std::string(tokens.text(begin + 1)) + "`");
  } else if (joins && (texts || numbers) && !has_rule) {
    fault.diagnostic.message = "a list is in parentheses";
    fault.help("write `(" + joined_by_commas(tokens, begin - 1) + ")`");
  } else if (joins && has_operator) {
    fault.diagnostic.message = "`,` between conditions";
    fault.help("write `and`");
  } else {
    fault.help("leave it out: white space separates rules");
  }
}

void implies(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  const std::uint32_t claim = begin_of<grammar::prove>(state, begin) + 1;
  const auto last = end_of(state.tokens, end, [&](std::uint32_t i) { return state.tokens[i].line_start; });
  if (!last || *last == end || begin - claim > max_copied || state.tokens[claim].kind == Kind::text) {
    fault.help("write `prove CLAIM when CONDITION`");
  } else {
    fault.help("write `prove " + source(state, end, *last) + " when " + source(state, claim, begin) + "`");
  }
}

}  // namespace tally::syntax::amend
