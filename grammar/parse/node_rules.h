// The list of the rules that leave a node: see nodes.h.
#pragma once

#include <type_traits>

#include "grammar/parse/nodes.h"
#include "grammar/parse/proofs_and_examples.h"

namespace tally::syntax {

namespace list_of_nodes {
using namespace grammar;
using Nodes = tao::pegtl::type_list<
    // types
    enum_type, spelled_enum, enum_value, spelled_value, single_type, flag_type, number_type, text_type, named_type,
    record_type, field, rest, at_place, if_kind, default_value, optional_suffix, map_suffix,
    // expressions
    number_value, text_value, flag_value, unset_value, name_value, insertion_name, call, record_value, member,
    field_suffix, index_suffix, postfix, insertion, alternative, comparison, is_tail, presence, in_tail, range_item,
    starts_tail, order_tail, not_form, conjunction, disjunction, path, path_field_step, path_index_step,
    // rules and tables
    rules, rule, when_part, otherwise_part, reason, any_cell, list_cell, range_cell, order_cell, starts_cell, not_cell,
    presence_cell, value_cell, table, header, row, last_rule,
    // declarations
    use, type_declaration, input, parameter, let, unique, decision_expression, decision, title, first_binder,
    next_binder, ignores_part, proof_when, prove, given_place, expect, example_title, example, expectation>;
}  // namespace list_of_nodes
using list_of_nodes::Nodes;

template <class Rule, class... Rules>
constexpr std::uint16_t position_in(tao::pegtl::type_list<Rules...>) {
  std::uint16_t position = 0;
  (void)((std::is_same_v<Rule, Rules> || (++position, false)) || ...);
  return position;
}
template <class... Rules>
constexpr std::uint16_t count_of(tao::pegtl::type_list<Rules...>) {
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
    tao::pegtl::type_list<grammar::number_value, grammar::text_value, grammar::flag_value, grammar::unset_value,
                          grammar::name_value, grammar::insertion_name, grammar::flag_type, grammar::number_type,
                          grammar::text_type, grammar::named_type, grammar::enum_value, grammar::optional_suffix,
                          grammar::presence, grammar::range_item, grammar::otherwise_part, grammar::any_cell,
                          grammar::range_cell, grammar::presence_cell, grammar::unique, grammar::title,
                          grammar::example_title>;
template <class Rule>
inline constexpr bool is_leaf = position_in<Rule>(Leaves()) < count_of(Leaves());

// A rule of the precedence ladder, or a chain of suffixes: with one child alone it leaves no node.
template <class Rule>
inline constexpr bool collapses =
    std::is_same_v<Rule, grammar::single_type> || std::is_same_v<Rule, grammar::postfix> ||
    std::is_same_v<Rule, grammar::insertion> || std::is_same_v<Rule, grammar::alternative> ||
    std::is_same_v<Rule, grammar::comparison> || std::is_same_v<Rule, grammar::conjunction> ||
    std::is_same_v<Rule, grammar::disjunction>;

}  // namespace tally::syntax
