// What a place expects, for the message where something else stands.
//
// For example, "expected a name after `input`, found `7`".
//
// A rule in `must` or `enclosed` has an expectation here; without one it does not compile.
// `{owner}` is the declaration, field or parameter around the place: "input `x`".
// Private to grammar/parse/.
#pragma once

#include "grammar/parse/engine/faults.h"
#include "grammar/parse/rules/node_rules.h"

namespace tally::syntax {

// Advice on what stands at token `at`; it may replace the fault.
using Advise = void (*)(const ParseState& state, std::uint32_t at, Fault& fault);

struct Expectation {
  DiagnosticId code;
  const char* what;
  Advise advise = nullptr;
};

namespace advice {
void name(const ParseState&, std::uint32_t, Fault&);        // a keyword is not a name
void input_name(const ParseState&, std::uint32_t, Fault&);  // the key in documents may be a keyword
void value(const ParseState&, std::uint32_t, Fault&);       // where an expression should begin
void type(const ParseState&, std::uint32_t, Fault&);        // where a type should begin
void colon(const ParseState&, std::uint32_t, Fault&);       // between a name and its type
void type_assign(const ParseState&, std::uint32_t, Fault&);
void additions(const ParseState&, std::uint32_t, Fault&);  // `amend type network | x`
void after_bar(const ParseState&, std::uint32_t, Fault&);  // `a | b |`
void reason(const ParseState&, std::uint32_t, Fault&);
void row_outcome(const ParseState&, std::uint32_t, Fault&);
void claim(const ParseState&, std::uint32_t, Fault&);
void binder(const ParseState&, std::uint32_t, Fault&);
void after_given(const ParseState&, std::uint32_t, Fault&);
void pointer(const ParseState&, std::uint32_t, Fault&);  // `at caller`
void body_without_type(const ParseState&, std::uint32_t, Fault&);
void after_outcome(const ParseState&, std::uint32_t, Fault&);
void list_item(const ParseState&, std::uint32_t, Fault&);      // `("9",)`
void after_text(const ParseState&, std::uint32_t, Fault&);     // where a text should be
void length(const ParseState&, std::uint32_t, Fault&);         // after `has length`
void texts_of_flag(const ParseState&, std::uint32_t, Fault&);  // `if string (off = "no", on = "yes")`
void json_kind(const ParseState&, std::uint32_t, Fault&);      // `if text`
void decision_body(const ParseState&, std::uint32_t, Fault&);
void cell(const ParseState&, std::uint32_t, Fault&);
void next_rule(const ParseState&, std::uint32_t, Fault&);
void in_list(const ParseState&, std::uint32_t, Fault&);
void after_in(const ParseState&, std::uint32_t, Fault&);
void cell_after_in(const ParseState&, std::uint32_t, Fault&);
void type_close(const ParseState&, std::uint32_t, Fault&);
void let_list_item(const ParseState&, std::uint32_t, Fault&);
void after_argument(const ParseState&, std::uint32_t, Fault&);
void close_paren(const ParseState&, std::uint32_t, Fault&);
void after_member(const ParseState&, std::uint32_t, Fault&);
void header(const ParseState&, std::uint32_t, Fault&);
void header_bar(const ParseState&, std::uint32_t, Fault&);
void after_cell(const ParseState&, std::uint32_t, Fault&);
void after_rows(const ParseState&, std::uint32_t, Fault&);
void given(const ParseState&, std::uint32_t, Fault&);  // where a path should begin in an example
void given_is(const ParseState&, std::uint32_t, Fault&);
void opened(const ParseState&, std::uint32_t, Fault&);  // labels the bracket that is open
void longest_table(const ParseState&, std::uint32_t, Fault&);
}  // namespace advice

// Throws the fault of a place that is not as expected.
[[noreturn]] void throw_unexpected(const Expectation& expected, const ParseState& state, std::uint32_t at);

template <class Rule>
inline constexpr Expectation expectation = {};  // static_assert in node_control.h

#define TALLY_EXPECTS(rule, ...)                            \
  namespace grammar {                                       \
  struct rule;                                              \
  }                                                         \
  template <>                                               \
  inline constexpr Expectation expectation<grammar::rule> { \
    DiagnosticId::__VA_ARGS__                               \
  }

// --- types ----------------------------------------------------------------------
TALLY_EXPECTS(next_value, bad_type, "a value after `|`", advice::after_bar);
TALLY_EXPECTS(next_spelled_value, bad_type, "a value after `|`", advice::after_bar);
TALLY_EXPECTS(spelling, bad_type, "the value's spelling, a text, after `=`");
TALLY_EXPECTS(first_spelling, bad_type, "a text after `(`");
TALLY_EXPECTS(next_spelling, bad_type, "a text after `,`");
TALLY_EXPECTS(spellings_close, bad_type, "`,` or `)` after a text", advice::opened);
TALLY_EXPECTS(texts_of_on, bad_pointer, "`on = \"...\"` after `(`", advice::texts_of_flag);
TALLY_EXPECTS(texts_of_off, bad_pointer, "`, off = \"...\"` after the texts of `on`", advice::texts_of_flag);
TALLY_EXPECTS(texts_assign, bad_pointer, "`=` and a text", advice::texts_of_flag);
TALLY_EXPECTS(texts_of_value, bad_pointer, "a text, or texts in parentheses, after `=`", advice::texts_of_flag);
TALLY_EXPECTS(flag_texts_close, bad_pointer, "`)` after the texts of `off`", advice::texts_of_flag);
TALLY_EXPECTS(pointer, bad_pointer, "a JSON Pointer after `at`", advice::pointer);
TALLY_EXPECTS(json_kind, bad_pointer, "`boolean`, `number`, `string`, `object`, `array` or `other` after `if`",
              advice::json_kind);
TALLY_EXPECTS(default_literal, bad_declaration, "a literal after `=` in {owner}", advice::value);
TALLY_EXPECTS(record_field, bad_type, "a field `name : type`, `...` or `}`");
TALLY_EXPECTS(field_colon, bad_type, "`:` and a type after the name of {owner}", advice::colon);
TALLY_EXPECTS(field_type, bad_type, "a type after `:` in {owner}", advice::type);
TALLY_EXPECTS(field_end, bad_type, "`,` or a line break after the field");
TALLY_EXPECTS(record_close, bad_type, "`}`", advice::opened);
TALLY_EXPECTS(first_index_type, bad_type, "a type after `[`", advice::type);
TALLY_EXPECTS(next_index_type, bad_type, "a type after `,`", advice::type);
TALLY_EXPECTS(index_types_close, bad_type, "`,` or `]` after an index type", advice::opened);
TALLY_EXPECTS(set_element, bad_type, "an enum after `[`", advice::type);
TALLY_EXPECTS(set_close, bad_type, "`]` or `, ...` after the enum of a set", advice::opened);
TALLY_EXPECTS(inner_type, bad_type, "a type after `(`", advice::type);
TALLY_EXPECTS(type_close, bad_type, "`)`", advice::type_close);

// --- expressions ----------------------------------------------------------------
TALLY_EXPECTS(inner_expression, bad_expression, "an expression after `(`", advice::value);
TALLY_EXPECTS(close_paren, bad_expression, "`)`", advice::close_paren);
TALLY_EXPECTS(set_item, bad_expression, "a value in the set", advice::value);
TALLY_EXPECTS(set_items_close, bad_expression, "`,` or `)` after a value of the set", advice::in_list);
TALLY_EXPECTS(record_member, bad_expression, "a member `name: value` or `}`");
TALLY_EXPECTS(member_colon, bad_expression, "`:` after {owner}");
TALLY_EXPECTS(member_value, bad_expression, "a value after `:`", advice::value);
TALLY_EXPECTS(member_end, bad_expression, "`,` or `}` after {owner}", advice::after_member);
TALLY_EXPECTS(record_value_close, bad_expression, "`}`", advice::opened);
TALLY_EXPECTS(first_argument, bad_expression, "an argument after `(`", advice::value);
TALLY_EXPECTS(next_argument, bad_expression, "an expression after `,`", advice::value);
TALLY_EXPECTS(arguments_close, bad_expression, "`,` or `)` after an argument", advice::after_argument);
TALLY_EXPECTS(quantified_over, bad_expression, "a type or a set after `in`", advice::type);
TALLY_EXPECTS(quantified_colon, bad_expression, "`:` after the type", advice::type);
TALLY_EXPECTS(quantified_condition, bad_expression, "a condition after `:`", advice::value);
TALLY_EXPECTS(count_close, bad_expression, "`)` after the condition of `count`", advice::opened);
TALLY_EXPECTS(suffix_field, bad_expression, "a field name after `.`");
TALLY_EXPECTS(first_index, bad_expression, "an index after `[`", advice::value);
TALLY_EXPECTS(next_index, bad_expression, "an expression after `,`", advice::value);
TALLY_EXPECTS(indices_close, bad_expression, "`,` or `]` after an index", advice::opened);
TALLY_EXPECTS(else_operand, bad_expression, "a value after `else`", advice::value);
TALLY_EXPECTS(value_after_is, bad_expression, "a value after `is`", advice::value);
TALLY_EXPECTS(value_after_is_not, bad_expression, "a value after `is not`", advice::value);
TALLY_EXPECTS(in_list_item, bad_expression, "a literal or a range in the list after `in`", advice::list_item);
TALLY_EXPECTS(list_close, bad_expression, "`,` or `)` in the list after `in`", advice::in_list);
TALLY_EXPECTS(values_after_in, bad_expression, "`(`, a range or the name of a list after `in`", advice::after_in);
TALLY_EXPECTS(prefixes, bad_expression, "a text, the name of a list, or texts in parentheses, after `starts`",
              advice::after_text);
TALLY_EXPECTS(prefix, bad_expression, "a text or the name of a list in the list after `starts`", advice::list_item);
TALLY_EXPECTS(prefixes_close, bad_expression, "`,` or `)` in the list after `starts`", advice::in_list);
TALLY_EXPECTS(tested_texts, bad_expression,
              "a text, the name of a list, or texts in parentheses, after `ends` or `like`", advice::after_text);
TALLY_EXPECTS(tested_text, bad_expression, "a text or the name of a list in the list after `ends` or `like`",
              advice::list_item);
TALLY_EXPECTS(tested_texts_close, bad_expression, "`,` or `)` in the list after `ends` or `like`", advice::in_list);
TALLY_EXPECTS(lengths, bad_expression,
              "a number, a range, the name of a list, or these in parentheses, after `has length`", advice::length);
TALLY_EXPECTS(length_item, bad_expression, "a number, a range or the name of a list in the list after `has length`",
              advice::list_item);
TALLY_EXPECTS(lengths_close, bad_expression, "`,` or `)` in the list after `has length`", advice::in_list);
TALLY_EXPECTS(excluded, bad_expression, "a value, a list, a range or the test of a text after `but not`",
              advice::value);
TALLY_EXPECTS(order_operand, bad_expression, "a number after the comparison", advice::value);
TALLY_EXPECTS(negated, bad_expression, "a condition after `not`", advice::value);
TALLY_EXPECTS(and_operand, bad_expression, "a condition after `and`", advice::value);
TALLY_EXPECTS(or_operand, bad_expression, "a condition after `or`", advice::value);
TALLY_EXPECTS(path_field, bad_path, "a field name after `.`");
TALLY_EXPECTS(path_index, bad_path, "a value, a `for` name or `*` as index of the path", advice::name);
TALLY_EXPECTS(path_indices_close, bad_path, "`,` or `]` after an index of the path", advice::opened);
TALLY_EXPECTS(next_path, bad_path, "a path after `,`", advice::name);

// --- rules and tables -----------------------------------------------------------
TALLY_EXPECTS(reason_text, bad_rule, "a text after `because`", advice::reason);
TALLY_EXPECTS(condition, bad_rule, "a condition after `when`", advice::value);
TALLY_EXPECTS(rule_part, bad_rule, "`when` or `otherwise` after the outcome", advice::after_outcome);
TALLY_EXPECTS(first_rule, bad_rule, "a rule", advice::next_rule);
TALLY_EXPECTS(next_rule, bad_rule, "a rule or `}`", advice::next_rule);
TALLY_EXPECTS(rules_close, bad_rule, "`}`", advice::opened);
TALLY_EXPECTS(cell_list_item, bad_expression, "a literal or a range in the list of a cell", advice::list_item);
TALLY_EXPECTS(cell_list_close, bad_expression, "`,` or `)` in the list of a cell", advice::in_list);
TALLY_EXPECTS(cell_after_in, bad_table, "`(`, a range or the name of a list after `in`", advice::cell_after_in);
TALLY_EXPECTS(order_number, bad_table, "a number after the comparison");
TALLY_EXPECTS(negated_cell, bad_table, "a cell", advice::value);
TALLY_EXPECTS(next_alternative, bad_table, "a cell after `or`", advice::value);
TALLY_EXPECTS(header_expression, bad_table, "an expression in the header", advice::header);
TALLY_EXPECTS(header_bar, bad_table, "`|` after the header's cell", advice::header_bar);
TALLY_EXPECTS(row_cell, bad_table, "a cell", advice::cell);
TALLY_EXPECTS(cell_bar, bad_table, "`|` after the cell", advice::after_cell);
TALLY_EXPECTS(row_outcome, bad_table, "an outcome after the row's last cell", advice::row_outcome);
TALLY_EXPECTS(table_end, bad_table, "a row, `}` or an outcome with `otherwise`", advice::value);
TALLY_EXPECTS(last_otherwise, bad_table, "`otherwise` after the outcome", advice::after_rows);

// --- declarations ---------------------------------------------------------------
TALLY_EXPECTS(used_file, bad_declaration, "the path of a file, a text, after `use`");
TALLY_EXPECTS(alias_name, bad_declaration, "a name after `as`", advice::name);
TALLY_EXPECTS(type_name, bad_declaration, "a name after `type`", advice::name);
TALLY_EXPECTS(type_assign, bad_declaration, "`=` after the name of {owner}", advice::type_assign);
TALLY_EXPECTS(case_of_any, bad_type, "`case` after `any`");
TALLY_EXPECTS(declared_type, bad_type, "a type after `=` in {owner}", advice::type);
TALLY_EXPECTS(input_name, bad_declaration, "a name after `input`", advice::input_name);
TALLY_EXPECTS(input_colon, bad_declaration, "`:` and a type after the name of {owner}", advice::colon);
TALLY_EXPECTS(input_type, bad_type, "a type after `:` in {owner}", advice::type);
TALLY_EXPECTS(let_parameter, bad_declaration, "a parameter `name : type`", advice::name);
TALLY_EXPECTS(parameter_colon, bad_declaration, "`:` and a type after the name of {owner}", advice::colon);
TALLY_EXPECTS(parameter_type, bad_type, "a type after `:` in {owner}", advice::type);
TALLY_EXPECTS(parameters_close, bad_declaration, "`,` or `)` after a parameter", advice::opened);
TALLY_EXPECTS(let_name, bad_declaration, "a name after `let`", advice::name);
TALLY_EXPECTS(let_type, bad_type, "a type after `:` in {owner}", advice::type);
TALLY_EXPECTS(let_body, bad_declaration, "`=` or `{` after the type of {owner}");
TALLY_EXPECTS(let_body_without_type, bad_declaration, "`=`, or `:` and a type, after the head of {owner}",
              advice::body_without_type);
TALLY_EXPECTS(let_list_item, bad_expression, "a literal, a range or the name of a list in {owner}",
              advice::let_list_item);
TALLY_EXPECTS(let_list_close, bad_expression, "`,` or `)` in the list of {owner}", advice::in_list);
TALLY_EXPECTS(let_expression, bad_expression, "an expression after `=` in {owner}", advice::value);
TALLY_EXPECTS(decision_name, bad_declaration, "a name after `decision`", advice::name);
TALLY_EXPECTS(decision_colon, bad_declaration, "`:` and a type after the name of {owner}", advice::colon);
TALLY_EXPECTS(decision_type, bad_type, "a type after `:` in {owner}", advice::type);
TALLY_EXPECTS(table_close, bad_table, "a row or `}`", advice::opened);
TALLY_EXPECTS(unique_block, bad_declaration, "`{` after `unique` in {owner}");
TALLY_EXPECTS(longest_block, bad_declaration, "a table, `{ | ... | }`, after `longest` in {owner}",
              advice::longest_table);
TALLY_EXPECTS(decision_body, bad_declaration, "`{`, `unique`, `longest` or `=` after the type of {owner}",
              advice::decision_body);
TALLY_EXPECTS(decision_expression, bad_expression, "an expression after `=` in {owner}", advice::value);
TALLY_EXPECTS(amended, bad_declaration, "the path of a file, `decision`, `let` or `type` after `amend`");
TALLY_EXPECTS(amended_type_name, bad_declaration, "a name after `amend type`", advice::name);
TALLY_EXPECTS(amended_type_assign, bad_declaration, "`=` after the name in {owner}", advice::additions);
TALLY_EXPECTS(additions, bad_type, "`(` and values, or `{` and fields, after `=` in {owner}");
TALLY_EXPECTS(first_added_value, bad_type, "a value after `(`");
TALLY_EXPECTS(next_added_value, bad_type, "a value after `,`");
TALLY_EXPECTS(added_values_close, bad_type, "`,` or `)` after a value", advice::opened);
TALLY_EXPECTS(amended_let_name, bad_declaration, "a name after `amend let`", advice::name);
TALLY_EXPECTS(amended_let_body, bad_declaration, "`=` or `{` after the name in {owner}");
TALLY_EXPECTS(amended_decision_name, bad_declaration, "a name after `amend decision`", advice::name);
TALLY_EXPECTS(amended_decision_body, bad_declaration, "`{` or `=` after the name in {owner}");

// --- proofs and examples --------------------------------------------------------
TALLY_EXPECTS(first_binder_name, bad_proof, "a name after `for`", advice::name);
TALLY_EXPECTS(next_binder_name, bad_proof, "a name after `,`", advice::name);
TALLY_EXPECTS(binder_in, bad_proof, "`in` and a type after {owner}", advice::binder);
TALLY_EXPECTS(binder_type, bad_proof, "a type after `in` for {owner}", advice::type);
TALLY_EXPECTS(binders_colon, bad_proof, "`,` or `:` before the claim");
TALLY_EXPECTS(claim, bad_proof, "a claim", advice::claim);
TALLY_EXPECTS(ignored_paths, bad_path, "a path after `ignores`", advice::name);
TALLY_EXPECTS(proof_condition, bad_proof, "a condition after `when`", advice::value);
TALLY_EXPECTS(given_is, bad_example, "`is` and a value after the path", advice::given_is);
TALLY_EXPECTS(given_value, bad_example, "a literal, `set` or `unset` after `is`", advice::value);
TALLY_EXPECTS(first_given, bad_path, "a path after `given`", advice::given);
TALLY_EXPECTS(next_given, bad_path, "a path after `,`", advice::given);
TALLY_EXPECTS(expected_claim, bad_example, "a condition after `expect`", advice::value);
TALLY_EXPECTS(example_condition, bad_example, "a condition after `when`", advice::value);
TALLY_EXPECTS(first_expect, bad_example, "`given` or `expect`", advice::opened);
TALLY_EXPECTS(expect_after_given, bad_example, "`,`, `given` or `expect`", advice::after_given);
TALLY_EXPECTS(example_title, bad_example, "a title, a text, after `example`");
TALLY_EXPECTS(example_block, bad_example, "`{` after the title of the example");
TALLY_EXPECTS(example_close, bad_example, "`expect` or `}`", advice::opened);

// --- texts that are read as a whole ---------------------------------------------
TALLY_EXPECTS(argument_claim, bad_expression, "a condition", advice::value);
TALLY_EXPECTS(argument_condition, bad_expression, "a condition after `when`", advice::value);
TALLY_EXPECTS(lone_expression, bad_expression, "an expression", advice::value);
TALLY_EXPECTS(lone_paths, bad_path, "a path", advice::name);
TALLY_EXPECTS(lone_insertion, bad_insert, "a name after `{`", advice::name);

#undef TALLY_EXPECTS

}  // namespace tally::syntax
