// The list of the rules that leave a node: see nodes.h.
//
// For example, `enum_value` is such a rule: it matches one value of an enum.
//
// Always: the rules are declared here, not defined, so that what reads nodes does not need PEGTL
#pragma once

#include <type_traits>

#include "grammar/parse/engine/nodes.h"

namespace tally::syntax {

namespace grammar {
#define TALLY_NODE(rule) struct rule;
#include "grammar/parse/rules/node_rules.def"
#undef TALLY_NODE
}  // namespace grammar

template <class... Rules>
struct RuleList {};

#define TALLY_NODE(rule) , grammar::rule
using Nodes = RuleList<void
#include "grammar/parse/rules/node_rules.def"
                       >;
#undef TALLY_NODE

template <class Rule, class... Rules>
constexpr std::uint16_t position_in(RuleList<Rules...>) {
  std::uint16_t position = 0;
  (void)((std::is_same_v<Rule, Rules> || (++position, false)) || ...);
  return position;
}
template <class... Rules>
constexpr std::uint16_t count_of(RuleList<Rules...>) {
  return sizeof...(Rules);
}

template <class Rule>
inline constexpr bool is_node = position_in<Rule>(Nodes()) < count_of(Nodes());
// The number of a rule that leaves a node.
template <class Rule>
requires is_node<Rule>
inline constexpr std::uint16_t rule_number = position_in<Rule>(Nodes());

// A rule of one token, so its node is known from its end alone. Rules like these are tried most often.
using Leaves =
    RuleList<grammar::number_value, grammar::text_value, grammar::flag_value, grammar::unset_value, grammar::name_value,
             grammar::insertion_name, grammar::flag_type, grammar::number_type, grammar::text_type, grammar::named_type,
             grammar::enum_value, grammar::optional_suffix, grammar::presence, grammar::range_item,
             grammar::otherwise_part, grammar::any_cell, grammar::range_cell, grammar::presence_cell, grammar::unique,
             grammar::longest, grammar::title, grammar::example_title>;
template <class Rule>
inline constexpr bool is_leaf = position_in<Rule>(Leaves()) < count_of(Leaves());

// A rule of the precedence ladder, or a chain of suffixes: with one child alone it leaves no node.
template <class Rule>
inline constexpr bool collapses =
    std::is_same_v<Rule, grammar::single_type> || std::is_same_v<Rule, grammar::postfix> ||
    std::is_same_v<Rule, grammar::insertion> || std::is_same_v<Rule, grammar::alternative> ||
    std::is_same_v<Rule, grammar::comparison> || std::is_same_v<Rule, grammar::conjunction> ||
    std::is_same_v<Rule, grammar::disjunction> || std::is_same_v<Rule, grammar::narrowed_cell> ||
    std::is_same_v<Rule, grammar::narrowed_test> || std::is_same_v<Rule, grammar::and_cell> ||
    std::is_same_v<Rule, grammar::or_cell>;

}  // namespace tally::syntax
