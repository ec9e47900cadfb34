// Advice on what stands where something else was expected: see expectations.h.
#include "grammar/parse/messages/expectations.h"
#include "grammar/parse/messages/flag_words.h"
#include "grammar/parse/messages/meant.h"
#include "grammar/parse/rules/foreign_words.h"

namespace tally::syntax {

void throw_unexpected(const Expectation& expected, const ParseState& state, std::uint32_t at) {
  fail(state, at, [&] {
    Fault fault = unexpected(state, at, expected.code, filled(expected.what, state, at, at));
    if (expected.advise != nullptr && !fault.settled) expected.advise(state, at, fault);
    return fault;
  });
}

}  // namespace tally::syntax

namespace tally::syntax::advice {
namespace {

bool is_value_word(const Token& token) {
  return token.kind == Kind::number || token.kind == Kind::text || token.kind == Kind::word;
}

Fault reserved(const ParseState& state, std::uint32_t at) {
  return make_fault(DiagnosticId::bad_name, state.tokens.span(at),
                    state.tokens.quoted(at) + " is a keyword and cannot be a name");
}

}  // namespace

void name(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  if (token.kind == Kind::word && token.word != Word::none && !state.tokens.begins_declaration(at)) {
    fault = reserved(state, at);
  }
}

// `input number : text`: the input needs another name, and keeps its place in documents.
void input_name(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  name(state, at, fault);
  if (tokens[at].kind != Kind::word || tokens[at].word == Word::none || tokens.begins_declaration(at)) return;
  const std::string word(tokens.text(at));
  const std::string name = "called-" + word;
  if (tokens[at + 1].kind != Kind::colon) {
    fault.help("give it another name, and its place: `input " + name + " : text at /" + word + "`");
    return;
  }
  // The declaration as it is written, but for its name. The place comes before the default.
  std::string type, default_value;
  bool has_place = false, has_default = false;
  std::size_t depth = 0;
  std::uint32_t i = at + 2;
  for (; i < at + max_copied && tokens[i].kind != Kind::end && !tokens.begins_declaration(i); ++i) {
    const Token& token = tokens[i];
    if (depth == 0 && token.word == Word::at) has_place = true;
    if (depth == 0 && token.kind == Kind::assign) has_default = true;
    if (opens(token.kind)) ++depth;
    if (closes(token.kind) && depth > 0) --depth;
    std::string& part = has_default ? default_value : type;
    if (i == at + 2 || token.spaced) part += ' ';
    part += tokens.text(i);
  }
  const bool whole = i > at + 2 && depth == 0 && (tokens[i].kind == Kind::end || tokens.begins_declaration(i));
  fault.help("give it another name, and its place: `input " + name + " :" + (whole ? type : std::string(" ...")) +
             (has_place && whole ? std::string() : " at /" + word) + (whole ? default_value : std::string()) + "`");
}

void value(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  if (token.word == Word::not_) fault.help("`not` binds looser: put it and what follows in parentheses");
  if (token.word == Word::if_) {
    fault.help(
        "rules choose between values, each with its outcome first: `{ OUTCOME when CONDITION  OUTCOME otherwise }`");
  }
  if (token.word == Word::starts)
    fault.help("`starts` stands behind the text that it examines: `called starts \"49\"`");
  if (token.kind == Kind::colon) fault.help("leave the `:` out");
  if (token.word == Word::otherwise && state.tokens[at - 1].word == Word::when) fault.help("leave `when` out");
  if (token.kind == Kind::greater && state.tokens[at - 1].kind == Kind::assign && !token.spaced) {
    fault.help("leave `=>` out: rules stand in braces behind the type, an expression behind `=`");
  }
  if (token.kind == Kind::bar && !state.in_table) {
    fault.help("a table stands in braces, after the decision's type: `{ | ... | }`");
  }
}

void type(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Word word = state.tokens[at].word;
  if (word != Word::on && word != Word::off) return;
  const std::string text(state.tokens.text(at));
  fault.help(state.tokens[at + 1].kind == Kind::bar
                 ? "no type but `flag` has `" + text + "`: " + another_name_for_flag(text)
                 : "the type of `on` and `off` is `flag`");
}

// `caller/x` and `caller.x` are /caller/x.
void pointer(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  if (tokens[at].kind != Kind::word || tokens.begins_declaration(at)) return;
  std::string pointer = "/" + std::string(tokens.text(at));
  for (std::uint32_t i = at + 1; !tokens[i].spaced; ++i) {
    const Kind kind = tokens[i].kind;
    if (kind == Kind::dot) {
      pointer += "/";
    } else if (kind == Kind::word || kind == Kind::pointer) {
      pointer += tokens.text(i);
    } else {
      break;
    }
  }
  fault.help("write `" + pointer + "`");
}

// `input calling party : text`, `input x = flag`, `input x flag`, `decision x { ... }`.
void colon(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const std::string before(tokens.text(at - 1));
  const Token &found = tokens[at], &next = tokens[at + 1];
  if (found.kind == Kind::left_brace) {
    fault.help("write the type before the brace: `" + before + " : flag { ... }`");
  } else if (found.kind == Kind::comma && !state.brackets.empty() &&
             tokens[state.brackets.back()].kind == Kind::left_brace) {
    fault.help("a field has a type: `" + before + " : flag`; the values of an enum are joined by `|`: `a | b`");
  } else if (found.kind == Kind::right_paren || found.kind == Kind::comma) {
    fault.help("a parameter has a type: `" + before + " : flag`");
  } else if (found.kind == Kind::word && next.kind == Kind::colon) {
    fault.help("a name has no spaces: `" + before + "-" + std::string(tokens.text(at)) + "`");
  } else if (found.kind == Kind::word && !tokens.begins_declaration(at)) {
    fault.help("write `" + before + " : " + std::string(tokens.text(at)) + "`");
  } else if (found.kind == Kind::minus && next.kind == Kind::greater && tokens[at + 2].kind == Kind::word) {
    fault.help("write `" + before + " : " + std::string(tokens.text(at + 2)) + "`");
  } else if (found.kind == Kind::assign && at >= 2 && tokens[at - 2].word == Word::decision &&
             tokens[at + 2].kind != Kind::left_brace) {
    fault.help("a type stands before the `=`: `" + before + " : flag = ...`");
  } else if (found.kind == Kind::assign && next.kind == Kind::word) {
    const auto end = end_of(tokens, at + 2, [&](std::uint32_t i) { return tokens[i].line_start; });
    fault.help("write `" + before + " : " + source_of(tokens, at + 1, end.value_or(at + 2)) + "`");
  }
}

void type_assign(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const std::string before(tokens.text(at - 1));
  if (tokens[at].kind == Kind::left_brace) {
    fault.help("write `type " + before + " = { ... }`");
  } else if (tokens[at].kind == Kind::colon) {
    fault.help("write `type " + before + " = ...`: `=` defines");
  }
}

void additions(const ParseState& state, std::uint32_t at, Fault& fault) {
  const std::string head = "write `amend type " + std::string(state.tokens.text(at - 1));
  fault.help(state.tokens[at].kind == Kind::left_brace ? head + " = { field : type }`" : head + " = (value, value)`");
}

void after_bar(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& found = state.tokens[at];
  if (found.kind == Kind::end || found.kind == Kind::right_brace || state.tokens.begins_declaration(at)) {
    fault.help("leave the last `|` out");
  }
}

void reason(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].kind == Kind::colon) fault.help("leave the `:` out");
  if (state.tokens[at].kind == Kind::word && !state.tokens.begins_declaration(at)) {
    fault.help("a reason is a text: `because \"" + std::string(state.tokens.text(at)) + "\"`");
  }
}

void row_outcome(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Kind kind = state.tokens[at].kind;
  if (kind == Kind::bar || kind == Kind::right_brace) {
    fault.help("a row ends with its outcome: `| cell | ... | OUTCOME`");
  } else {
    value(state, at, fault);
  }
}

void claim(const ParseState& state, std::uint32_t at, Fault& fault) {
  value(state, at, fault);
  if (state.tokens[at - 1].kind == Kind::text &&
      (state.tokens[at].kind == Kind::end || state.tokens.begins_declaration(at))) {
    fault.diagnostic.span = state.tokens.span(at - 1);
    fault.diagnostic.message = "a proof has a title and no claim";
    fault.help("write the claim behind the title: `prove \"...\" CLAIM when CONDITION`");
  }
}

void binder(const ParseState& state, std::uint32_t at, Fault& fault) {
  const std::string_view before = state.tokens.text(at - 1);
  if (is_quantifier(before) && state.tokens[at].kind == Kind::word) {
    fault.diagnostic.helps.clear();
    fault.help("leave `" + std::string(before) + "` out: `for " + std::string(state.tokens.text(at)) + " in ...`");
  }
}

void after_given(const ParseState& state, std::uint32_t at, Fault& fault) {
  opened(state, at, fault);
  if (state.tokens[at].kind == Kind::word && state.tokens[at].word == Word::none) {
    fault.help("`,` separates what is given: `given a is on, b is off`");
  }
}

void body_without_type(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  if (tokens[at].kind == Kind::left_brace) fault.help("rules in braces need a type: `: T { ... }`");
  if (tokens[at].kind == Kind::word && !tokens.begins_declaration(at)) {
    fault.help("write `let " + std::string(tokens.text(at - 1)) + " = " + std::string(tokens.text(at)) + " ...`");
  }
}

void opened(const ParseState& state, std::uint32_t, Fault& fault) {
  fault.label(state.tokens.span(state.brackets.back()), "opened here");
}

void longest_table(const ParseState& state, std::uint32_t at, Fault& fault) {
  fault.help(state.tokens[at].kind == Kind::left_brace
                 ? "write the rules as a table: `{ | called | ... }`, with `starts \"49\"` in its cells"
                 : "write `longest { | called | ... }`, with `starts \"49\"` in its cells");
}

void after_outcome(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const OpenRule* rule = state.innermost(rule_number<grammar::rule>);
  const std::uint32_t begin = rule != nullptr ? rule->begin : at;
  const Node& outcome = state.nodes.back();
  fault.label(tokens.span(outcome.begin, outcome.end), "the outcome");
  if (tokens[at].word == Word::if_) fault.help("write `when`");
  if (tokens[at].word == Word::because) {
    fault.help("the reason comes last: `OUTCOME when CONDITION because \"...\"`");
  }
  // `default off`, `default: off`
  const std::uint32_t last = at + length_of_arrow(tokens, at);
  if (at == begin + 1 && means_otherwise(tokens.text(begin)) && is_value_word(tokens[last])) {
    fault.help("write `" + std::string(tokens.text(last)) + " otherwise`");
  }
  const bool bare = at == begin + 1 && tokens[begin].kind == Kind::word;
  if (bare && tokens[at].kind == Kind::text && nearest(tokens.text(begin), {"because"})) {
    fault.help("did you mean `because`?");
  }
  if (const char* help = detached(tokens, begin)) fault.help(help);
  if (const auto meant = meant_by_rule(tokens, begin, at); meant && tokens[at].word != Word::if_) {
    replace(fault, tokens, *meant);
  }
}

// Where a member of a list should be: `("9",)`, `()`, `("9", , "10")`.
void list_item(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  value(state, at, fault);
  const bool behind_comma = tokens[at - 1].kind == Kind::comma;
  if (tokens[at].kind == Kind::right_paren) {
    const std::uint32_t open = state.brackets.back();
    const std::string list = at - open <= max_copied ? source_of(tokens, open, at - 1) + ")" : "(a, b)";
    fault.help(behind_comma ? "leave the last `,` out: `" + list + "`" : "a list has a member or more: `(a, b)`");
  }
  if (tokens[at].kind == Kind::comma) fault.help("leave one `,` out");
}

void after_text(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Kind kind = state.tokens[at].kind;
  if (kind == Kind::number || kind == Kind::range) {
    fault.help("a text is in double quotes: `\"" + std::string(state.tokens.text(at)) + "\"`");
  } else if (kind == Kind::left_bracket || kind == Kind::left_brace) {
    fault.help("a list is in parentheses: `(\"49\", \"43\")`");
  }
}

void length(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  const std::string_view text = state.tokens.text(at);
  const bool quoted =
      token.kind == Kind::text && text.size() > 2 && text.find_first_not_of("0123456789", 1) == text.size() - 1;
  fault.help(quoted
                 ? "a number stands without quotes: `has length " + std::string(text.substr(1, text.size() - 2)) + "`"
                 : "write the number of characters: `has length 4`, `has length 4..6`, `has length (4, 7..9)`");
}

// `if string (off = "no", on = "yes")`, `(true = "yes", ...)`, `("yes", "no")`: the texts in their order.
void texts_of_flag(const ParseState& state, std::uint32_t, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const std::uint32_t open = state.brackets.back();
  std::string on, off;
  std::string* side = &on;
  for (std::uint32_t i = open + 1; i < open + 24 && !closes(tokens[i].kind) && tokens[i].kind != Kind::end; ++i) {
    const std::string_view text = tokens.text(i);
    if (tokens[i].kind == Kind::word && tokens[i + 1].kind != Kind::comma && tokens[i + 1].kind != Kind::right_paren) {
      side = text == "off" || text == "false" || text == "no" ? &off : &on;
    } else if (tokens[i].kind == Kind::text) {
      if (!side->empty()) side = &off;
      if (side->empty()) *side = text;
    } else if (tokens[i].kind == Kind::word && i > open + 1 &&
               (tokens[i - 1].kind == Kind::assign || tokens[i - 1].kind == Kind::colon)) {
      *side = "\"" + std::string(text) + "\"";
    }
  }
  fault.help("write the texts of `on` first, then those of `off`: `(on = " + (on.empty() ? "\"...\"" : on) +
             ", off = " + (off.empty() ? "\"...\"" : off) + ")`");
}

void json_kind(const ParseState& state, std::uint32_t at, Fault& fault) {
  const std::string_view text = state.tokens.text(at);
  const char* kind = text == "text" || text == "str"                       ? "string"
                     : text == "flag" || text == "bool"                    ? "boolean"
                     : text == "int" || text == "integer"                  ? "number"
                     : text == "list" || text == "set"                     ? "array"
                     : text == "record" || text == "map" || text == "dict" ? "object"
                                                                           : nullptr;
  if (kind == nullptr || !fault.diagnostic.helps.empty()) return;
  fault.help(std::string("JSON calls it `") + kind + "`");
}

// What follows the type of a decision: `longst { ... }`, `first { ... }`, `on when a`.
void decision_body(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  const Token& found = tokens[at];
  if (found.kind == Kind::colon || found.kind == Kind::minus) {
    fault.help("leave it out: `{ rules }` or `= expression` follows the type");
  } else if (found.kind == Kind::bar) {
    fault.help("a table stands in braces: `{ | ... | }`");
  } else if (found.kind == Kind::word && tokens[at + 1].kind == Kind::left_brace && fault.diagnostic.helps.empty()) {
    fault.help(
        "leave it out: of the rules in braces the first that matches wins; with `unique` no two match, with "
        "`longest` the longest prefix wins");
  } else if (found.kind == Kind::word && !tokens.begins_declaration(at) && fault.diagnostic.helps.empty()) {
    fault.help("rules stand in braces: `{ OUTCOME when CONDITION  OUTCOME otherwise }`");
  }
}

void in_list(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& found = state.tokens[at];
  if (const auto range = range_meant_at(state.tokens, at - 1)) {
    fault.help("write `" + *range + "`");
    return;
  }
  const bool member = found.kind == Kind::text || found.kind == Kind::number || found.kind == Kind::range ||
                      (found.kind == Kind::word && found.word == Word::none);
  if (member || found.kind == Kind::semicolon) {
    fault.diagnostic.helps.clear();
    fault.help("`,` separates the members of a list: `(a, b)`");
    return;
  }
  fault.help("a list holds literals, ranges and names of lists");
  if (state.tokens[at].word == Word::else_ || state.tokens[at].kind == Kind::left_bracket)
    fault.help("a set after `in` has no parentheses around it: `x in a else b`");
}

void after_in(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  if (const auto range = range_meant_at(state.tokens, at)) {
    fault.help("write `in " + *range + "`");
  } else if (token.word == Word::not_) {
    fault.help("write `x not in ...`");
  } else if (token.kind == Kind::word || token.kind == Kind::number || token.kind == Kind::text) {
    const std::string word(state.tokens.text(at));
    const std::string list = joined_by_commas(state.tokens, at);
    fault.help("write `in (" + list + ")`" + (list == word ? " or `is " + word + "`" : ""));
  }
}

void cell_after_in(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Kind kind = state.tokens[at].kind;
  if (kind != Kind::word && kind != Kind::number && kind != Kind::text) return;
  const std::string value(state.tokens.text(at));
  fault.help("write `" + value + "`, or a list: `(" + value + ", ...)`");
}

void type_close(const ParseState& state, std::uint32_t at, Fault& fault) {
  opened(state, at, fault);
  if (state.tokens[at].kind == Kind::comma) fault.help("`|` separates the values of an enum: `(a | b)`");
}

void let_list_item(const ParseState& state, std::uint32_t at, Fault& fault) {
  value(state, at, fault);
  if (opens(state.tokens[at].kind)) fault.help("give the list inside a name of its own, and write the name");
}

void after_argument(const ParseState& state, std::uint32_t at, Fault& fault) {
  opened(state, at, fault);
  const std::uint32_t open = state.brackets.back();
  const std::string word(open > 0 ? state.tokens.text(open - 1) : "");
  if (state.tokens[at].kind == Kind::colon && (word == "some" || word == "every"))
    fault.help("write `" + word + " v in T: CONDITION`, without the parentheses");
  if (word == "count" && state.tokens[at].kind == Kind::word)
    fault.help("a count has a name and a condition, `count(v in T: CONDITION)`, or conditions: `count(a, b)`");
}

void close_paren(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (const auto meant = meant_behind(state.tokens, at)) return replace(fault, state.tokens, *meant);
  opened(state, at, fault);
  if (state.tokens[at].kind != Kind::comma) return;
  const char* help = detached(state.tokens, state.brackets.back());
  fault.help(help != nullptr ? help : "a list stands after `in`, or has a name: `let names = (a, b)`");
}

void after_member(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens.begins_field(at)) fault.help("commas separate the members of a record literal");
}

void header(const ParseState& state, std::uint32_t at, Fault& fault) {
  // A later bar that begins a line may be that of the first row.
  for (std::uint32_t i = state.table.header + 1; i < at; ++i) {
    if (state.tokens[i].kind != Kind::bar || !state.tokens[i].line_start) continue;
    fault.help("`|` stands behind the last cell of the header, too");
    return;
  }
}

void header_bar(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (const auto meant = meant_behind(state.tokens, at)) return replace(fault, state.tokens, *meant);
  if (state.tokens[at].line_start) {
    fault.help("`|` stands behind the last cell of the header, too");
  } else {
    header(state, at, fault);
  }
}

void cell(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Kind kind = state.tokens[at].kind;
  const std::string next = state.tokens[at + 1].kind == Kind::bar ? "VALUE" : std::string(state.tokens.text(at + 1));
  if (kind == Kind::equal_equal || kind == Kind::assign) {
    fault.diagnostic.helps.clear();
    fault.help("leave it out: `" + next + "`");
  } else if (kind == Kind::not_equal || kind == Kind::bang) {
    fault.diagnostic.helps.clear();
    fault.help("write `not " + next + "`");
  } else {
    value(state, at, fault);
  }
}

void next_rule(const ParseState& state, std::uint32_t at, Fault& fault) {
  value(state, at, fault);
  const TokenReader& tokens = state.tokens;
  if (tokens[at].kind == Kind::right_paren || tokens[at].kind == Kind::right_bracket) {
    fault.help("leave it out: it closes nothing");
  }
  if (tokens[at].kind == Kind::minus && is_value_word(tokens[at + 1])) {
    fault.help("rules are not a list: leave the `-` out");
  }
  if (tokens[at].kind == Kind::dot && tokens[at - 1].kind == Kind::range) {
    fault.help("a range is written with two dots: `5..30`");
  }
}

void after_cell(const ParseState& state, std::uint32_t at, Fault& fault) {
  for (std::uint32_t word = at - 1; word + 2 >= at && word > 0; --word) {
    if (state.tokens[word].kind != Kind::word) break;
    if (const auto meant = meant_by_cell(state.tokens, word)) return replace(fault, state.tokens, *meant);
  }
  const Token& token = state.tokens[at];
  if (token.kind == Kind::comma) fault.help("a list stands in parentheses: `(a, b)`");
  const Token& before = state.tokens[at - 1];
  const bool is_range =
      before.kind == Kind::number && token.word != Word::and_ && range_meant_at(state.tokens, at - 1).has_value();
  if (is_range) fault.help("write `" + *range_meant_at(state.tokens, at - 1) + "`");
  if (token.kind == Kind::minus && !is_range) fault.help("no line is drawn under the header");
  if (token.word == Word::and_) fault.help("a cell has no `and`: `but not` takes values out, as in `5..80 but not 7`");
  if (token.word == Word::not_) fault.help("write `but not`: `5..80 but not 7`");
  if (token.kind != Kind::word) return;
  const std::string_view word = state.tokens.text(at);
  if (word == "but" && before.kind == Kind::minus) {
    fault.help("`-` is everything: write `not 7`");
  } else if (word == "but" || word == "except" || word == "without") {
    fault.help("write `but not`: `5..80 but not 7`");
  } else if (const char* help = advice_for_operator(word)) {
    fault.help(help);
  }
}

void after_rows(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].word == Word::when) fault.help("only `otherwise` follows the rows of a table");
}

void given(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  if (token.word == Word::expect || token.word == Word::given || token.kind == Kind::right_brace) {
    fault.diagnostic.code = DiagnosticId::bad_example;
  } else {
    name(state, at, fault);
  }
}

void given_is(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].kind == Kind::assign) fault.help("write `is`");
}

}  // namespace tally::syntax::advice
