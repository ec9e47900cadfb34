// What some mistakes add to their message: see mistakes.h.
#include "grammar/parse/messages/mistakes.h"
#include "grammar/parse/rules/table_layout.h"

namespace tally::syntax {

void throw_mistake(const Mistake& mistake, const ParseState& state, std::uint32_t begin, std::uint32_t end) {
  Fault fault = make_fault(mistake.code, state.tokens.span(begin, end), filled(mistake.message, state, begin, end));
  if (mistake.help != nullptr) fault.help(filled(mistake.help, state, begin, end));
  if (mistake.amend != nullptr) mistake.amend(state, begin, end, fault);
  fault.at = begin;
  throw Fault(std::move(fault));
}

}  // namespace tally::syntax

namespace tally::syntax::amend {
namespace {

// Where the innermost open rule that is a node began.
template <class Rule>
std::uint32_t begin_of(const ParseState& state, std::uint32_t otherwise) {
  for (auto open = state.open_rules.rbegin(); open != state.open_rules.rend(); ++open) {
    if (open->rule == rule_number<Rule>) return open->begin;
  }
  return otherwise;
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

void call_without_arguments(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin);
  fault.help("a `let` without parameters is used by its name: " + state.tokens.quoted(begin - 1));
}

void is_before_operator(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(begin_of<grammar::comparison>(state, begin), begin);
  const std::string word(state.tokens.text(begin));
  fault.help(state.tokens[begin - 1].word == Word::not_ ? "write `not x " + word + "`, with `not` in front"
                                                        : "write `" + word + "` alone");
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

void empty_braces(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(state.brackets.back(), end);
  (void)begin;
}

void header_alone(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault.diagnostic.span = state.tokens.span(state.table.header, begin);
}

void short_row(const ParseState& state, std::uint32_t begin, std::uint32_t, Fault& fault) {
  fault = grammar::miscounted(state.tokens.span(state.table.rows.back(), begin), state.table.row_cells,
                              state.table.columns);
}

}  // namespace tally::syntax::amend
