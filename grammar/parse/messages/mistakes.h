// The mistakes of form that people make: the one registry of their messages.
//
// A mistake is a rule of the grammar, next to the right one. The first pass over a text knows the
// language alone. Only where it fails does a second pass look at the mistakes as well, so a mistake
// costs nothing in a text that is right. For example, `a = b`:
//
//   expressions.h   // a = b
//                   struct assign_compares : sor<assign, symbol<Kind::equal_equal>> {};
//                   ... mistakes<assign_compares, ...> where an operator may follow
//   here            TALLY_MISTAKE(assign_compares, bad_expression, "{found} does not compare", "write `is`");
//   tests/cases     expressions/bad/assign_for_is.tally
//
// A mistake must not match where a text is right: what was before the fault is read in the second
// pass as well. `faults.h` lists the words in braces. The span is that of the tokens that matched; if
// the rule matches none, that of the token where it stands.
// Private to grammar/parse/.
#pragma once

#include "grammar/parse/engine/faults.h"
#include "grammar/parse/rules/node_rules.h"

namespace tally::syntax {

// Changes the fault of the tokens `begin` to before `end`: labels, another span, more help.
using Amend = void (*)(const ParseState& state, std::uint32_t begin, std::uint32_t end, Fault& fault);

struct Mistake {
  DiagnosticId code;
  const char* message;
  const char* help = nullptr;
  Amend amend = nullptr;
};

namespace amend {
void suffix_of_value(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void second_set_element(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void type_in_enum(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void call_without_arguments(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void is_before_operator(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void chained(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void no_rules(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void empty_braces(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void header_alone(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void short_row(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void time_of_day(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void unquoted_prefix(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void foreign_operator(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void quantifier_without_colon(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void quantifier_without_in(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void bracketed_list(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void bare_list(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void foreign_quantifier(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void names_after_in(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void list_in_brackets(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void not_before_presence(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void keyword_as_value(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void if_rule(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void when_before_outcome(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void otherwise_before_outcome(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void else_without_value(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void dollar(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void otherwise_without_outcome(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void range_behind_number(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void spelling_of_default(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void number_as_type(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void order_backwards(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void arithmetic(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void assigned_outcome(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void comma_between_rules(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
void implies(const ParseState&, std::uint32_t, std::uint32_t, Fault&);
}  // namespace amend

template <class Rule>
inline constexpr Mistake mistake_text = {};  // static_assert in throw_mistake

#define TALLY_MISTAKE(rule, ...)                         \
  namespace grammar {                                    \
  struct rule;                                           \
  }                                                      \
  template <>                                            \
  inline constexpr Mistake mistake_text<grammar::rule> { \
    DiagnosticId::__VA_ARGS__                            \
  }

// --- literals -------------------------------------------------------------------
TALLY_MISTAKE(fraction, bad_number, "numbers are whole", "choose a smaller unit, such as milliseconds");
TALLY_MISTAKE(time_of_day, bad_number, "a time of day is not a number", nullptr, amend::time_of_day);
TALLY_MISTAKE(unquoted_prefix, bad_text, "a text is in double quotes", nullptr, amend::unquoted_prefix);
TALLY_MISTAKE(dollar, bad_expression, "`$` does not begin a name", nullptr, amend::dollar);
TALLY_MISTAKE(set_alone, bad_expression, "`set` stands after `is` or `is not` only");
TALLY_MISTAKE(keyword_as_name, bad_name, "{found} is a keyword and cannot be a name");

// --- types ----------------------------------------------------------------------
TALLY_MISTAKE(keyword_as_value, bad_name, "{found} is a keyword and cannot be a name", nullptr,
              amend::keyword_as_value);
TALLY_MISTAKE(keyword_in_enum, bad_name, "{found} is a keyword and cannot be a name", nullptr, amend::keyword_as_value);
TALLY_MISTAKE(suffix_of_value, bad_type, "", nullptr, amend::suffix_of_value);
TALLY_MISTAKE(spelling_of_default, bad_type, "an enum with spellings is in parentheses here", nullptr,
              amend::spelling_of_default);
TALLY_MISTAKE(place_after_default, bad_declaration, "`at` stands before the default", "write `at /place = literal`");
TALLY_MISTAKE(second_place, bad_declaration, "a second place", "a value has one place: leave one `at` out");
TALLY_MISTAKE(field_after_rest, bad_type, "a field stands behind `...`", "`...` comes last");
TALLY_MISTAKE(semicolon_after_field, bad_type, "`;` between fields", "line breaks or `,` separate fields");
TALLY_MISTAKE(field_without_comma, bad_type, "field {found} follows another on its line without a comma",
              "line breaks or `,` separate fields");
TALLY_MISTAKE(spaced_map_suffix, bad_type, "the `[` of a map touches its element type",
              "leave out the space before `[`");
TALLY_MISTAKE(number_as_type, bad_type, "a number is not a type", nullptr, amend::number_as_type);
TALLY_MISTAKE(range_behind_number, bad_type, "a range is a type of its own", nullptr, amend::range_behind_number);
TALLY_MISTAKE(type_in_enum, bad_type, "only values can be joined by `|`", nullptr, amend::type_in_enum);
TALLY_MISTAKE(any_case_elsewhere, bad_type, "`any case` belongs to the declaration of an enum",
              "declare the enum: `type name = a | b any case`, and write `name` here");
TALLY_MISTAKE(second_set_element, bad_type, "a set is of one enum", nullptr, amend::second_set_element);
TALLY_MISTAKE(set_in_words, bad_type, "a set is its enum in brackets",
              "write `[codec]` for a set of values of `codec`");
TALLY_MISTAKE(empty_index, bad_type, "a map is over the values of an enum, and none is named",
              "an array of values is a set, its enum in brackets: `[codec]`");
TALLY_MISTAKE(enum_in_parens, bad_type, "an enum is its values, joined by `|`", "write `yes | no`");
TALLY_MISTAKE(optional_in_words, bad_type, "a type that may be unset has `?` behind it", "write `flag?`");
TALLY_MISTAKE(comma_between_values, bad_type, "`,` between values", "`|` separates the values of an enum: `a | b`");

// --- expressions ----------------------------------------------------------------
TALLY_MISTAKE(range_as_value, bad_expression, "a range is not a value", "a range stands after `in`: `x in 5..30`");
TALLY_MISTAKE(negative_number, bad_number, "numbers are not negative",
              "numbers begin at 0: let the host supply the number counted from another zero");
TALLY_MISTAKE(no_arguments, bad_expression, "a call has no arguments", nullptr, amend::call_without_arguments);
TALLY_MISTAKE(quantifier_without_colon, bad_expression, "a condition is missing", nullptr,
              amend::quantifier_without_colon);
TALLY_MISTAKE(quantifier_without_in, bad_expression, "`in` is missing", nullptr, amend::quantifier_without_in);
TALLY_MISTAKE(for_in_expression, bad_expression, "`for` stands after `prove` only",
              "write `some v in T: CONDITION`, or `every v in T: CONDITION`");
TALLY_MISTAKE(foreign_quantifier, bad_expression, "", nullptr, amend::foreign_quantifier);
TALLY_MISTAKE(call_of_expression, bad_expression, "only a `let` is called, by its name",
              "put a space before the `(` if a new rule begins here");
TALLY_MISTAKE(is_before_operator, bad_expression, "`is` does not go with {found}", nullptr, amend::is_before_operator);
TALLY_MISTAKE(is_before_word, bad_expression, "`is` does not go with {found}", nullptr, amend::foreign_operator);
TALLY_MISTAKE(names_after_in, bad_expression, "a list is in parentheses", nullptr, amend::names_after_in);
TALLY_MISTAKE(narrowed_not_in, bad_expression, "`but not` does not follow `not in`",
              "write `not` in front: `not x in 5..80 but not 7`");
TALLY_MISTAKE(list_in_brackets, bad_expression, "a list is in parentheses", nullptr, amend::list_in_brackets);
TALLY_MISTAKE(else_without_value, bad_expression, "`else` has no value after it",
              "the last rule is `OUTCOME otherwise`; `a else b` is b where a is unset", amend::else_without_value);
TALLY_MISTAKE(presence_in_list, bad_expression, "{found} is not a member of a list",
              "test it on its own: `x is unset`");
TALLY_MISTAKE(chained_comparison, chained_comparison, "comparisons do not chain", nullptr, amend::chained);
TALLY_MISTAKE(assign_compares, bad_expression, "{found} does not compare", "write `is`");
TALLY_MISTAKE(not_equal, bad_expression, "{found} is not an operator", "write `is not`");
TALLY_MISTAKE(double_and, bad_expression, "{found} is not an operator", "write `and`");
TALLY_MISTAKE(double_bar, bad_expression, "`||` is not an operator", "write `or`");
TALLY_MISTAKE(single_and, bad_expression, "{found} is not an operator", "write `and`");
TALLY_MISTAKE(single_bar, bad_expression, "`|` is not an operator", "write `or`; `|` separates the values of an enum");
TALLY_MISTAKE(arrow, bad_expression, "`->` is not an operator",
              "what follows comes first: `OUTCOME when CONDITION`, `prove CLAIM when CONDITION`");
TALLY_MISTAKE(order_backwards, bad_expression, "`={last-word}` is not an operator", nullptr, amend::order_backwards);
TALLY_MISTAKE(less_greater, bad_expression, "`<>` is not an operator", "write `is not`");
TALLY_MISTAKE(pattern_match, bad_expression, "`=~` is not an operator",
              "write `like`, and a dial pattern: `x like \"NXX\"`");
TALLY_MISTAKE(foreign_operator, bad_expression, "{found} is not an operator", nullptr, amend::foreign_operator);
TALLY_MISTAKE(ternary, bad_expression, "`?` is not an operator",
              "rules choose between values: `{ a when c  b otherwise }`");
TALLY_MISTAKE(arithmetic, bad_expression, "{found} is not an operator", nullptr, amend::arithmetic);
TALLY_MISTAKE(question_mark_in_expression, bad_expression, "`?` stands in types only",
              "reaching through an optional gives an optional: `.` is enough");
TALLY_MISTAKE(spaced_index, bad_expression, "the `[` of an index touches what it follows",
              "leave out the space before `[`");
TALLY_MISTAKE(not_before_is, bad_expression, "`not` does not stand before `is`", "write `is not`");
TALLY_MISTAKE(not_before_presence, bad_expression, "`not` does not stand before {last}", nullptr,
              amend::not_before_presence);
TALLY_MISTAKE(not_before_text_test, bad_expression, "`not` does not stand before the test of a text",
              "`not` stands in front of both: `not x ends \"99\"`, `not x has length 4`");
TALLY_MISTAKE(not_before_operator, bad_expression, "`not` does not stand before {last}",
              "write `not x {last-word}`, with `not` in front");
TALLY_MISTAKE(at_least, bad_expression, "`at {last-word}` is not an operator",
              "write `>=` for at least, `<=` for at most: `x >= 30`");
TALLY_MISTAKE(length_compared, bad_expression, "{found} does not follow `has length`",
              "write a range: `has length 4..`, `has length ..6`, `has length 4..6`");
TALLY_MISTAKE(starts_with, bad_expression, "`starts with` is not an operator", "write `starts`");
TALLY_MISTAKE(ends_with, bad_expression, "`ends with` is not an operator", "write `ends`");
TALLY_MISTAKE(test_touches_list, bad_expression, "the `(` of a list touches {found}",
              "put a space before it: `{word} (...)`");
TALLY_MISTAKE(test_without_quotes, bad_expression, "a text or the name of a list stands after `{word}`",
              "a text is in double quotes: `ends \"99\"`, `like \"NXX\"`");
TALLY_MISTAKE(misplaced_but_not, bad_expression, "`but not` follows a list, a range or the test of a text",
              "join conditions with `and`: `a is b and not c`");
TALLY_MISTAKE(spaced_path_index, bad_path, "the `[` of an index touches what it follows",
              "leave out the space before `[`");
TALLY_MISTAKE(call_in_path, bad_path, "a path has no calls", "a path is an input with fields and indices");

// --- rules and tables -----------------------------------------------------------
TALLY_MISTAKE(comma_between_rules, bad_rule, "{found} between rules", nullptr, amend::comma_between_rules);
TALLY_MISTAKE(if_rule, bad_rule, "a rule begins with its outcome, not with `if`", nullptr, amend::if_rule);
TALLY_MISTAKE(when_before_outcome, bad_rule, "a rule begins with its outcome, not with `when`", nullptr,
              amend::when_before_outcome);
TALLY_MISTAKE(otherwise_before_outcome, bad_rule, "a rule begins with its outcome, not with `otherwise`", nullptr,
              amend::otherwise_before_outcome);
TALLY_MISTAKE(else_as_rule, bad_rule, "a rule begins with its outcome, not with `else`",
              "the last rule is `OUTCOME otherwise`");
TALLY_MISTAKE(assigned_outcome, bad_rule, "an outcome is a value alone, without `=`", nullptr, amend::assigned_outcome);
TALLY_MISTAKE(colon_after_outcome, bad_rule, "an outcome has no `:` after it",
              "leave the `:` out: `{word} when CONDITION`");
TALLY_MISTAKE(returned_outcome, bad_rule, "an outcome is a value alone, without `return`", "leave `return` out");
TALLY_MISTAKE(otherwise_when, bad_rule, "`otherwise` has no condition", "write `when` alone");
TALLY_MISTAKE(second_when, bad_rule, "a rule with a second `when`", "join conditions with `and`");
TALLY_MISTAKE(otherwise_without_outcome, bad_rule, "`otherwise` has no outcome", nullptr,
              amend::otherwise_without_outcome);
TALLY_MISTAKE(no_rules, bad_rule, "", "a rule is `outcome when condition` or `outcome otherwise`", amend::no_rules);
TALLY_MISTAKE(table_among_rules, bad_rule, "a table stands in a decision only",
              "the braces of a table follow the decision's type: `decision name : type { | ... | }`");
TALLY_MISTAKE(record_as_rules, bad_rule, "expected a rule, found {found}",
              "a record stands after `=`: `= { name: value }`");
TALLY_MISTAKE(not_any, bad_table, "`not -` matches nothing", "`-` alone matches everything");
TALLY_MISTAKE(empty_cell, bad_table, "a cell is empty", "`-` matches everything");
TALLY_MISTAKE(word_before_cell, bad_table, "expected a cell, found {found}",
              "leave out {found}: a cell is what follows it");
TALLY_MISTAKE(doubled_not, bad_expression, "a second `not`",
              "after `but not` stands what is excluded: `but not (a, b)`");
TALLY_MISTAKE(star_cell, bad_table, "`*` is not a cell", "`-` matches everything");
TALLY_MISTAKE(empty_header_cell, bad_table, "a cell of the header is empty", "a header's cells are expressions");
TALLY_MISTAKE(brace_after_header, bad_table, "a table has no rows",
              "a row is `| cell | ... | outcome`, with as many cells as the header", amend::header_alone);
TALLY_MISTAKE(otherwise_after_header, bad_table, "a table has no rows",
              "a row is `| cell | ... | outcome`, with as many cells as the header", amend::header_alone);
TALLY_MISTAKE(short_row, bad_table, "", nullptr, amend::short_row);
TALLY_MISTAKE(when_in_row, bad_table, "a row has no `when`", "its cells are its condition");
TALLY_MISTAKE(row_after_otherwise, bad_table, "a row stands behind `otherwise`", "`otherwise` comes last");

// --- declarations ---------------------------------------------------------------
TALLY_MISTAKE(bracketed_list, bad_expression, "a list is in parentheses", nullptr, amend::bracketed_list);
TALLY_MISTAKE(bare_list, bad_expression, "a list is in parentheses", nullptr, amend::bare_list);
TALLY_MISTAKE(no_parameters, bad_declaration, "{owner} has parentheses but no parameters", "leave the parentheses out");
TALLY_MISTAKE(bar_between_added_values, bad_type, "`|` between values that are added",
              "`,` separates them: `amend type name = (a, b)`");
TALLY_MISTAKE(added_values_alone, bad_type, "values that are added are in parentheses",
              "write `amend type name = ({word})`: the values that were there stay");
TALLY_MISTAKE(type_of_amended, bad_declaration, "an amendment has no type",
              "leave `:` and the type out: it stays as it was");
TALLY_MISTAKE(unique_amendment, bad_declaration, "an amendment has no `unique`",
              "leave it out: the rules that amend a `unique` decision are `unique` among themselves");
TALLY_MISTAKE(longest_amendment, bad_declaration, "an amendment has no `longest`",
              "leave it out: of the rows of a table that amends a `longest` decision the longest prefix wins");
TALLY_MISTAKE(alias_of_amended, bad_declaration, "`as` after an amended file",
              "leave it out: the names of an amended file are known as they are");
TALLY_MISTAKE(amended_input, bad_declaration, "an input cannot be amended",
              "declare another input, or add a field or a value to its type: `amend type ...`");
TALLY_MISTAKE(amended_claim, bad_declaration, "{found} cannot be amended",
              "write it without `amend`: what is amended is examined as well");
TALLY_MISTAKE(amended_use, bad_declaration, "`amend` does not go with `use`",
              "write `amend \"file.tally\"`, which also makes its names known");
TALLY_MISTAKE(amended_name, bad_declaration, "{found} after `amend` lacks what it is",
              "write `amend decision {word} { ... }`, `amend let {word} = ...` or `amend type {word} = ...`");
TALLY_MISTAKE(implies, bad_proof, "{found} is not an operator", nullptr, amend::implies);
TALLY_MISTAKE(if_in_proof, bad_proof, "a condition of a proof begins with `when`, not with `if`", "write `when`");
TALLY_MISTAKE(given_is_not, bad_example, "a given place has one value, not all but one",
              "put the condition after `expect ... when`");
TALLY_MISTAKE(ignores_in_example, bad_example, "`ignores` stands in a proof only", "write a `prove` declaration");
TALLY_MISTAKE(nothing_expected, bad_example, "the example expects nothing", "add `expect CONDITION`",
              amend::empty_braces);
TALLY_MISTAKE(given_after_expect, bad_example, "`given` stands behind `expect`",
              "what is given holds for every `expect`: put it first");

#undef TALLY_MISTAKE

[[noreturn]] void throw_mistake(const Mistake& mistake, const ParseState& state, std::uint32_t begin,
                                std::uint32_t end);

template <class Rule>
void throw_mistake(const ParseState& state, std::uint32_t begin, std::uint32_t end) {
  constexpr const Mistake& mistake = mistake_text<Rule>;
  static_assert(mistake.message != nullptr, "mistakes.h has no message for this rule");
  throw_mistake(mistake, state, begin, end);
}

}  // namespace tally::syntax
