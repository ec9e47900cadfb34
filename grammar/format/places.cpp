// Where lines may end in a declaration, by its nodes. See slots.h.
#include <algorithm>
#include <vector>

#include "grammar/format/slots.h"
#include "grammar/parse/rules/node_rules.h"

namespace tally::format {

using syntax::Kind;
using syntax::Node;
using syntax::ParseState;
using syntax::rule_number;
using syntax::Word;
namespace grammar = syntax::grammar;

namespace {

// The nodes below, from left to right.
std::vector<std::uint32_t> children(const ParseState& state, std::uint32_t node) {
  std::vector<std::uint32_t> result;
  const std::uint32_t first = node + 1 - state.nodes[node].size;
  for (std::uint32_t at = node; at > first;) {
    result.push_back(at - 1);
    at -= state.nodes[at - 1].size;
  }
  std::reverse(result.begin(), result.end());
  return result;
}

template <class Rule>
bool is(const ParseState& state, std::uint32_t node) {
  return state.nodes[node].rule == rule_number<Rule>;
}

bool is_enumeration(const ParseState& state, std::uint32_t node) {
  return is<grammar::enum_type>(state, node) || is<grammar::spelled_enum>(state, node);
}

// The token before an expression that begins at `token`, the parentheses around it aside.
std::uint32_t before_parentheses(const ParseState& state, std::uint32_t token) {
  std::uint32_t at = token - 1;
  while (state.tokens[at].kind == Kind::left_paren && state.tokens[at].word == Word::none) --at;
  return at;
}

}  // namespace

void SlotMaker::add(const ParseState& state) {
  const auto last = static_cast<std::uint32_t>(state.nodes.size() - 1);
  for (std::uint32_t at = 0; at < last; ++at) mark(state, at);
  mark_declaration(state, last);
}

void SlotMaker::mark(const ParseState& state, std::uint32_t at) {
  switch (state.nodes[at].rule) {
    case rule_number<grammar::conjunction>:
    case rule_number<grammar::disjunction>:
    case rule_number<grammar::alternative>: mark_chain(state, at); break;
    case rule_number<grammar::comparison>: mark_comparison(state, at); break;
    case rule_number<grammar::quantifier>:
    case rule_number<grammar::count_over>: mark_quantifier(state, at); break;
    case rule_number<grammar::enum_type>:
    case rule_number<grammar::spelled_enum>: mark_enumeration(state, at); break;
    case rule_number<grammar::record_type>: mark_block(Form::record_type, state, at); break;
    case rule_number<grammar::record_value>: mark_block(Form::record, state, at); break;
    case rule_number<grammar::rules>: mark_block(Form::rules, state, at); break;
    case rule_number<grammar::rule>: mark_rule(state, at); break;
    case rule_number<grammar::length_tail>:
      if (tokens_[state.nodes[at].begin + 2].kind == Kind::left_paren) out_.slots[state.nodes[at].begin + 2].gap = 1;
      break;
    case rule_number<grammar::field>: mark_field(state, at); break;
    case rule_number<grammar::parameter>: out_.slots[state.nodes[at].begin + 1].gap = 1; break;
    case rule_number<grammar::table>: mark_table(state, at); break;
    default: break;
  }
}

// --- expressions and types -----------------------------------------------------------------

// a and b, a or b, a else b: before each operator.
void SlotMaker::mark_chain(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t group = add_group(Form::chain, node.begin, node.end);
  const auto operands = children(state, at);
  for (std::size_t i = 1; i < operands.size(); ++i) {
    // What stands between two operands is the operator, and parentheses.
    std::uint32_t token = state.nodes[operands[i - 1]].end;
    while (syntax::closes(tokens_[token].kind)) ++token;
    place(token, group, Break::soft);
  }
}

// a is b, a < b: before the operator. Lists and blocks behind it have places of their own.
void SlotMaker::mark_comparison(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t tail = children(state, at).back();
  if (!is<grammar::is_tail>(state, tail) && !is<grammar::order_tail>(state, tail)) return;
  const std::uint32_t word = state.nodes[tail].begin;
  const bool negated = tokens_[word + 1].word == Word::not_;
  if (tokens_[word + (negated ? 2 : 1)].kind == Kind::left_brace) return;
  place(word, add_group(Form::comparison, node.begin, node.end), Break::soft);
}

// some a in b: c, behind the colon.
void SlotMaker::mark_quantifier(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t condition = state.nodes[children(state, at).back()].begin;
  place(before_parentheses(state, condition) + 1, add_group(Form::quantifier, node.begin, node.end), Break::soft);
}

// a | b: before each bar, also if the writer ended the line behind it.
void SlotMaker::mark_enumeration(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t group = add_group(Form::enumeration, node.begin, node.end);
  for (const std::uint32_t value : children(state, at)) {
    const Node& n = state.nodes[value];
    out_.groups[group].items.push_back({n.begin, no_index, no_index, n.end});
    if (n.begin == node.begin) continue;
    place(n.begin - 1, group, Break::soft);
    Slot& first = out_.slots[n.begin];
    if (!first.has_remarks()) out_.slots[n.begin - 1].written |= first.written;
  }
}

void SlotMaker::mark_block(Form form, const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t group = add_group(form, node.begin, node.end);
  for (const std::uint32_t child : children(state, at)) {
    const Node& n = state.nodes[child];
    Item item{n.begin, no_index, no_index, n.end};
    if (form == Form::record) {
      item.second = n.begin + 2;
      if (n.end + 1 == node.end && tokens_[n.end - 1].kind == Kind::comma) drop_comma(n.end - 1);
    }
    if (form == Form::record_type && is<grammar::field>(state, child)) {
      for (const std::uint32_t part : children(state, child)) {
        if (is<grammar::at_place>(state, part)) item.second = state.nodes[part].begin;
      }
    }
    if (form == Form::rules) {
      for (const std::uint32_t part : children(state, child)) {
        if (is<grammar::when_part>(state, part) || is<grammar::otherwise_part>(state, part))
          item.second = state.nodes[part].begin;
        if (is<grammar::reason>(state, part)) item.third = state.nodes[part].begin;
      }
      if (n.begin != node.begin + 1) out_.slots[n.begin].gap = 2;
    }
    place(n.begin, group, Break::soft);
    out_.groups[group].items.push_back(item);
  }
}

void SlotMaker::mark_rule(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t group = add_group(Form::rule, node.begin, node.end);
  for (const std::uint32_t part : children(state, at)) {
    if (is<grammar::when_part>(state, part) || is<grammar::otherwise_part>(state, part) ||
        is<grammar::reason>(state, part))
      place(state.nodes[part].begin, group, Break::soft);
    if (is<grammar::when_part>(state, part)) out_.groups[group].items.push_back({state.nodes[part].begin});
  }
}

void SlotMaker::mark_field(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t group = add_group(Form::field, node.begin, node.end);
  out_.slots[node.begin + 1].gap = 1;
  for (const std::uint32_t part : children(state, at)) {
    if (is<grammar::at_place>(state, part)) place(state.nodes[part].begin, group, Break::soft);
  }
}

// --- tables ----------------------------------------------------------------------------------

// No line ends in a row, whatever is in it.
void SlotMaker::make_rigid(std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t i = begin; i < end; ++i) {
    out_.slots[i].group = no_index;
    out_.slots[i].ends_line = Break::never;
    out_.slots[i].rigid = true;
  }
}

void SlotMaker::mark_table(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t group = add_group(Form::table, node.begin - 1, node.end + 1);
  for (const std::uint32_t child : children(state, at)) {
    const Node& n = state.nodes[child];
    Item item{n.begin, no_index, no_index, n.end};
    if (is<grammar::last_rule>(state, child)) {
      // The word is behind the outcome.
      for (const std::uint32_t part : children(state, child)) {
        if (is<grammar::reason>(state, part)) {
          item.third = state.nodes[part].begin;
        } else {
          item.second = state.nodes[part].end;
          while (syntax::closes(tokens_[item.second].kind)) ++item.second;
        }
      }
      out_.slots[item.second].gap = 2;
      if (item.third != no_index) out_.slots[item.third].gap = 2;
    } else if (is<grammar::header>(state, child)) {
      item.second = n.end;
      make_rigid(n.begin, n.end);
    } else {
      for (const std::uint32_t part : children(state, child)) {
        if (is<grammar::reason>(state, part)) {
          item.third = state.nodes[part].begin;
        } else {
          item.second = before_parentheses(state, state.nodes[part].begin) + 1;
        }
      }
      if (item.third != no_index) out_.slots[item.third].gap = 2;
      make_rigid(n.begin, n.end);
    }
    place(n.begin, group, Break::always);
    out_.groups[group].items.push_back(item);
  }
  place(node.end, group, Break::always);
}

// --- declarations ----------------------------------------------------------------------------

// What stands behind `=`. A block opens on the line of its declaration.
void SlotMaker::mark_body(std::uint32_t token, std::uint32_t group, Break ends_line) {
  if (tokens_[token].kind != Kind::left_brace) place(token, group, ends_line);
}

void SlotMaker::mark_declaration(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  out_.slots[node.begin].ends_line = Break::always;
  const bool proof = is<grammar::prove>(state, at);
  const std::uint32_t group = add_group(proof ? Form::proof : Form::declaration, node.begin, node.end);
  Head head{Head::Kind::other, node.begin, node.end};
  const auto parts = children(state, at);
  switch (node.rule) {
    case rule_number<grammar::type_declaration>: {
      head.kind = Head::Kind::type;
      head.assign = node.begin + 2;
      const std::uint32_t body = node.begin + 3;
      mark_body(body, group, Break::written);
      // The values stand below each other, the bars before them.
      if (is_enumeration(state, parts.front()) && state.nodes[parts.front()].begin == body) out_.slots[body].column = 4;
      break;
    }
    case rule_number<grammar::input>:
      head.kind = Head::Kind::input;
      head.colon = node.begin + 2;
      for (const std::uint32_t part : parts) {
        const std::uint32_t begin = state.nodes[part].begin;
        if (is<grammar::at_place>(state, part)) {
          head.at = begin;
          out_.slots[begin].gap = 2;
          place(begin, group, Break::soft);
        }
        if (is<grammar::default_value>(state, part)) head.assign = begin;
      }
      break;
    case rule_number<grammar::let>: mark_let(state, at, group); return;
    case rule_number<grammar::decision>: {
      out_.slots[node.begin + 2].gap = 1;
      if (is<grammar::decision_expression>(state, parts.back()))
        mark_body(state.nodes[parts.back()].begin, group, Break::soft);
      break;
    }
    case rule_number<grammar::amendment>:
      if (tokens_[node.begin + 1].word == Word::let || tokens_[node.begin + 1].word == Word::decision) {
        mark_let(state, at, group);
        return;
      }
      break;
    case rule_number<grammar::prove>: mark_prove(state, at, group); break;
    case rule_number<grammar::example>: mark_example(state, at); break;
    default: break;
  }
  if (head.colon != no_index) out_.slots[head.colon].gap = 1;
  out_.heads.push_back(head);
}

// let a(b : c) : d = e, also of an amendment.
void SlotMaker::mark_let(const ParseState& state, std::uint32_t at, std::uint32_t group) {
  const Node& node = state.nodes[at];
  const bool amends = is<grammar::amendment>(state, at);
  Head head{Head::Kind::other, node.begin, node.end};
  std::uint32_t token = node.begin + (amends ? 3 : 2);
  const bool has_parameters = tokens_[token].kind == Kind::left_paren;
  if (has_parameters) {
    std::size_t depth = 0;
    do {
      if (syntax::opens(tokens_[token].kind)) ++depth;
      if (syntax::closes(tokens_[token].kind)) --depth;
      ++token;
    } while (depth > 0);
  }
  if (tokens_[token].kind == Kind::colon) {
    head.colon = token;
    out_.slots[token].gap = 1;
  }
  const auto parts = children(state, at);
  const bool is_list = is<grammar::list_value>(state, parts.back());
  const bool is_rules = is<grammar::rules>(state, parts.back());
  std::uint32_t before = state.nodes[parts.back()].begin - 1;
  if (!is_list) before = before_parentheses(state, state.nodes[parts.back()].begin);
  if (tokens_[before].kind == Kind::assign) {
    mark_body(before + 1, group, is_list ? Break::written : Break::soft);
    head.assign = before;
    if (!amends && !has_parameters) head.kind = Head::Kind::let;
  } else if (!is_rules) {
    head.kind = Head::Kind::other;
  }
  out_.heads.push_back(head);
}

// prove "title" for a in b: CLAIM ignores c, d when e
void SlotMaker::mark_prove(const ParseState& state, std::uint32_t at, std::uint32_t group) {
  const Node& node = state.nodes[at];
  std::vector<std::uint32_t> binders;
  Item item{node.begin + 1, no_index, no_index, node.end};
  for (const std::uint32_t part : children(state, at)) {
    const Node& n = state.nodes[part];
    switch (n.rule) {
      case rule_number<grammar::title>: item.begin = n.end; break;
      case rule_number<grammar::first_binder>:
      case rule_number<grammar::next_binder>:
        binders.push_back(n.begin);
        item.begin = n.end;
        break;
      case rule_number<grammar::ignores_part>: {
        place(n.begin, group, Break::written);
        const std::uint32_t paths = add_group(Form::ignored, n.begin, n.end);
        const auto each = children(state, part);
        for (std::size_t i = 1; i < each.size(); ++i) place(state.nodes[each[i]].begin, paths, Break::soft);
        break;
      }
      case rule_number<grammar::proof_when>:
        place(n.begin, group, Break::soft);
        item.second = n.begin;
        break;
      default: break;
    }
  }
  if (!binders.empty()) {
    while (tokens_[item.begin++].kind != Kind::colon) continue;
    const std::uint32_t group_of_binders = add_group(Form::binders, binders.front() - 1, item.begin);
    for (std::size_t i = 1; i < binders.size(); ++i) place(binders[i], group_of_binders, Break::soft);
    if (binders.front() - 1 != node.begin + 1) {
      item.third = binders.front() - 1;
      place(item.third, group, Break::soft);
    }
  }
  if (item.begin != node.begin + 1) place(item.begin, group, Break::soft);
  out_.groups[group].items.push_back(item);
}

void SlotMaker::mark_example(const ParseState& state, std::uint32_t at) {
  const Node& node = state.nodes[at];
  const std::uint32_t open = node.begin + 2;
  const std::uint32_t group = add_group(Form::example, open, node.end);
  std::uint32_t givens = no_index;
  for (const std::uint32_t part : children(state, at)) {
    const Node& n = state.nodes[part];
    if (is<grammar::given_place>(state, part)) {
      if (tokens_[n.begin - 1].kind == Kind::comma) {
        place(n.begin, givens, Break::soft);
        out_.groups[givens].end = n.end;
        continue;
      }
      place(n.begin - 1, group, Break::always);
      out_.slots[n.begin].gap = 2;
      out_.groups[group].items.push_back({n.begin - 1, no_index, no_index, n.end});
      givens = add_group(Form::given, n.begin - 1, n.end);
    } else if (is<grammar::expect>(state, part)) {
      Item item{n.begin, no_index, no_index, n.end};
      const auto claim_and_condition = children(state, part);
      place(n.begin, group, Break::always);
      if (claim_and_condition.size() > 1) {
        item.second = before_parentheses(state, state.nodes[claim_and_condition[1]].begin);
        out_.slots[item.second].gap = 2;
        place(item.second, add_group(Form::rule, n.begin, n.end), Break::soft);
      }
      out_.groups[group].items.push_back(item);
    }
  }
  place(node.end - 1, group, Break::always);
}

}  // namespace tally::format
