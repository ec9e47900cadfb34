// The grammar, third part: expressions, from the tightest to the loosest.
//
//   user.limit else 30 >= calls and source is offnet
#pragma once

#include "grammar/parse/rules/foreign.h"
#include "grammar/parse/rules/list_layout.h"

namespace tally::syntax::grammar {

struct expression;
struct rules;

// --- what stands alone --------------------------------------------------------

struct inner_expression : place<expression> {};
struct close_paren : right_paren {};
// (a or b)
struct parenthesized : enclosed<left_paren, must<inner_expression>, close_paren> {};

// What follows is a list in parentheses, not an expression: a comma or a range alone is in them.
struct list_begins : terminal<list_begins, 0> {
  static bool at(const TokenInput& in, ParseState& state) { return begins_list(state.tokens, in.position()); }
};
struct list_item;
struct set_begins : seq<list_begins, not_at<left_paren, range>> {};
struct set_item : place<list_item> {};
struct set_items_close : right_paren {};
// (g729, pcmu), (g729,), ()
struct set_value
    : sor<seq<left_paren, right_paren>,
          seq<set_begins,
              enclosed<left_paren, seq<must<set_item>, star<comma, not_at<right_paren>, must<set_item>>, opt<comma>>,
                       set_items_close>>> {};

struct member_name : field_name {};
struct member_colon : colon {};
struct member_value : place<expression> {};
// enabled: on,
struct member_end : sor<comma, at<right_brace>> {};
struct member : seq<member_name, must<member_colon>, must<member_value>, must<member_end>> {};
struct record_member : place<member> {};
struct members : star<not_at<right_brace>, must<record_member>> {};
struct record_value_close : right_brace {};
// { enabled: on, format: mp3 }
struct record_value
    : seq<at<left_brace, sor<right_brace, seq<sor<field_name, symbol<Kind::dashed>, symbol<Kind::strange>>, colon>>>,
          enclosed<left_brace, members, record_value_close>> {};

// x is a 5..30
struct range_as_value : symbol<Kind::range> {};
// -1
struct negative_number : seq<dash, at<touching<Kind::number>>> {};

// --- quantifiers --------------------------------------------------------------

struct single_type;  // types.h
struct quantified_type : with_suffixes<single_type> {};
struct quantified_colon : colon {};
struct quantified_condition : place<expression> {};
struct postfix;
// user.phone.codecs, account[inbound].codecs: a set that cannot be the name of a type
struct quantified_path
    : seq<at<name, sor<touching<Kind::left_paren>, touching<Kind::left_bracket>,
                       seq<dot, sor<seq<not_at<name>, field_name>,
                                    seq<name, sor<dot, touching<Kind::left_paren>, touching<Kind::left_bracket>>>>>>>,
          postfix> {};
struct quantified_over : sor<quantified_path, quantified_type> {};
// v in network: account[v].enabled is on
struct quantified_part
    : seq<name, key<Word::in>, must<quantified_over>, must<quantified_colon>, must<quantified_condition>> {};
// some v in network:
struct quantifier_begins : terminal<quantifier_begins, 0> {
  static bool at(const TokenInput& in, ParseState& state) { return begins_quantifier(state.tokens, in.position()); }
};
struct quantifier_word : sor<spelled<'s', 'o', 'm', 'e'>, spelled<'e', 'v', 'e', 'r', 'y'>> {};
// some v in network: account[v].enabled is on
struct quantifier : seq<quantifier_begins, deeper<seq<quantifier_word, quantified_part>>> {};
// count(v in network:
struct count_begins : terminal<count_begins, 0> {
  static bool at(const TokenInput& in, ParseState& state) { return begins_count(state.tokens, in.position()); }
};
struct count_close : right_paren {};
// count(v in network: account[v].enabled is on)
struct count_over : seq<count_begins, spelled<'c', 'o', 'u', 'n', 't'>,
                        enclosed<touching<Kind::left_paren>, quantified_part, count_close>> {};

// --- names with suffixes ------------------------------------------------------

// f()
struct no_arguments : seq<touching<Kind::left_paren>, right_paren> {};
struct first_argument : place<expression> {};
struct next_argument : place<expression> {};
struct arguments_close : right_paren {};
// forwards(a)
struct call : seq<name, mistakes<no_arguments>,
                  enclosed<begins_suffix<touching<Kind::left_paren>>,
                           seq<must<first_argument>, star<if_must<comma, next_argument>>>, arguments_close>> {};

struct suffix_field : field_name {};
// .enabled
struct field_suffix : if_must<begins_suffix<dot>, suffix_field> {};
struct first_index : place<expression> {};
struct next_index : place<expression> {};
struct indices_close : right_bracket {};
// [inbound, source]
struct index_suffix : enclosed<begins_suffix<touching<Kind::left_bracket>>,
                               seq<must<first_index>, star<if_must<comma, next_index>>>, indices_close> {};
// (f)(x)
struct call_of_expression : touching<Kind::left_paren> {};

struct call_here : seq<at<name, touching<Kind::left_paren>>, call> {};
// common.forwards(a)
struct qualified_call : seq<at<name, dot, name, touching<Kind::left_paren>>, name, dot, call> {};
// for all n in network: c
struct for_in_expression : key<Word::for_> {};
struct primary : sor<count_over, call_here, qualified_call, literal, set_value, parenthesized, record_value, rules,
                     or_mistakes<range_as_value, negative_number, unquoted_prefix, dollar, for_in_expression>> {};
// account[inbound, source].enabled
struct postfix : with_suffixes<seq<primary, star<sor<field_suffix, index_suffix>>, mistakes<call_of_expression>>> {};

// --- else ---------------------------------------------------------------------

// off else }
struct else_without_value : at<right_brace> {};
struct else_operand : seq<mistakes<else_without_value>, postfix> {};
// device.limit else user.limit else 60
struct alternative : seq<postfix, star<if_must<key<Word::else_>, else_operand>>> {};

// --- comparisons --------------------------------------------------------------

struct order : sor<symbol<Kind::less>, symbol<Kind::less_equal>, symbol<Kind::greater>, symbol<Kind::greater_equal>> {};
// is in, is not starts, is > 5
struct is_before_operator : sor<key<Word::in>, key<Word::starts>, order> {};
// at least 30
struct at_least : seq<key<Word::at>, sor<spelled<'l', 'e', 'a', 's', 't'>, spelled<'m', 'o', 's', 't'>>> {};
// is between 5 and 30
struct is_before_word : seq<foreign_operator_word, at<operand_begins>> {};
// is set
struct presence : sor<key<Word::set>, key<Word::unset>> {};
struct value_after_is : sor<presence, alternative> {};
struct value_after_is_not : sor<presence, alternative> {};
// is not on
struct is_tail
    : seq<key<Word::is>,
          sor<seq<key<Word::not_>, mistakes<is_before_operator, at_least, is_before_word>, must<value_after_is_not>>,
              seq<mistakes<is_before_operator, at_least, is_before_word>, must<value_after_is>>>> {};

// a literal or a range
struct range_item : range {};
// (1, set)
struct presence_in_list : sor<key<Word::unset>, key<Word::set>> {};
// f.emergency, a list of a file used as `f`
struct qualified_list : seq<at<name, dot, name>, name, dot, name> {};
struct list_item : seq<mistakes<presence_in_list>, not_at<presence_in_list>, sor<range_item, qualified_list, literal>> {
};
struct in_list_item : place<list_item> {};
struct list_close : right_paren {};
// (busy, 5..30)
struct list : enclosed<left_paren, seq<must<in_list_item>, star<if_must<comma, in_list_item>>>, list_close> {};
// in [a, b], in {a, b}
struct list_in_brackets : sor<left_bracket, left_brace> {};
// in ca, fl
struct names_after_in : seq<outside_arguments, name, comma, literal, not_at<colon>> {};
// in emergency
struct named_values : seq<at<name>, mistakes<names_after_in>, alternative> {};
struct values_after_in : sor<range_item, list, named_values, or_mistakes<list_in_brackets>> {};
// in (busy, 5..30), in emergency
struct in_tail : if_must<key<Word::in>, values_after_in> {};

struct prefix : sor<qualified_list, name, text, or_mistakes<unquoted_prefix>> {};
struct prefixes_close : right_paren {};
// ("+1", "00")
struct prefix_list : enclosed<left_paren, seq<must<prefix>, star<if_must<comma, prefix>>>, prefixes_close> {};
struct prefixes : sor<qualified_list, name, text, prefix_list, or_mistakes<unquoted_prefix>> {};
// starts with "49"; `with` alone may be a list
struct starts_with : seq<key<Word::starts>, spelled<'w', 'i', 't', 'h'>, at<sor<symbol<Kind::text>, left_paren>>> {};
// starts ("+1", "00")
struct starts_tail : seq<mistakes<starts_with>, if_must<key<Word::starts>, prefixes>> {};

// ends "99", like N; `ends` alone may be a value, and `ends("99")` a call
struct text_test_begins : terminal<text_test_begins, 0> {
  static bool at(const TokenInput& in, ParseState& state) { return begins_text_test(state.tokens, in.position()); }
};
struct tested_text : sor<qualified_list, name, text, or_mistakes<unquoted_prefix>> {};
struct tested_texts_close : right_paren {};
// ("99", "00")
struct tested_list
    : enclosed<left_paren, seq<must<tested_text>, star<if_must<comma, tested_text>>>, tested_texts_close> {};
struct tested_texts : sor<qualified_list, name, text, tested_list> {};
struct text_test_word : sor<spelled<'e', 'n', 'd', 's'>, spelled<'l', 'i', 'k', 'e'>> {};
// ends "99", like ("NXX", "911")
struct text_test_tail : seq<text_test_begins, text_test_word, must<tested_texts>> {};

// has length; in a cell after `but not` only with what follows it
struct length_test_begins : terminal<length_test_begins, 0> {
  static bool at(const TokenInput& in, ParseState& state) { return begins_length_test(state.tokens, in.position()); }
};
struct has_length : seq<length_test_begins, spelled<'h', 'a', 's'>, spelled<'l', 'e', 'n', 'g', 't', 'h'>> {};
// 4, 4..6, short
struct length_item : sor<range_item, qualified_list, number_value, name_value> {};
struct lengths_close : right_paren {};
// (4, 7..9)
struct length_list : enclosed<left_paren, seq<must<length_item>, star<if_must<comma, length_item>>>, lengths_close> {};
struct lengths : sor<length_list, length_item> {};
// has length >= 4
struct length_compared : order {};
// has length 4..6
struct length_tail : seq<has_length, mistakes<length_compared>, must<lengths>> {};

struct excluded_cell;  // rules_and_tables.h
// but not
struct but_not : seq<spelled<'b', 'u', 't'>, key<Word::not_>> {};
struct excluded : place<excluded_cell> {};
// but not (7, 9)
struct exclusion : if_must<but_not, excluded> {};
// in 5..80 but not (7, 9), starts "+1" but not starts ("+1415", "+1416")
struct narrowed_tail : seq<sor<in_tail, starts_tail, text_test_tail, length_tail>, star<exclusion>> {};

struct not_in : seq<key<Word::not_>, key<Word::in>> {};
// not in 5..80 but not 7
struct narrowed_not_in : but_not {};
// not in (busy, 5..30)
struct not_in_tail : seq<key<Word::not_>, in_tail, mistakes<narrowed_not_in>> {};

struct order_operand : place<alternative> {};
// < 30
struct order_tail : if_must<order, order_operand> {};

struct operator_word : sor<key<Word::is>, key<Word::in>, key<Word::starts>, order> {};
struct test_begins : sor<text_test_begins, length_test_begins> {};
struct comparison_word : sor<operator_word, test_begins> {};
struct comparison_tail
    : sor<seq<at<comparison_word>, sor<is_tail, narrowed_tail, order_tail>>, seq<at<not_in>, not_in_tail>> {};

// a < b < c
struct chained_comparison : sor<comparison_word, not_in> {};
// a = b
struct assign_compares : sor<assign, symbol<Kind::equal_equal>> {};
// a != b
struct not_equal : symbol<Kind::not_equal> {};
// a && b
struct double_and : symbol<Kind::and_and> {};
// a || b
struct double_bar : seq<outside_table, bar, touching<Kind::bar>> {};
// a - b
struct arithmetic : sor<dash, asterisk, other<'+'>, other<'%'>> {};
// a?.b
struct question_mark_in_expression : question_mark {};
// a [b]
struct spaced_index : left_bracket {};
// a not is b
struct not_before_is : seq<key<Word::not_>, key<Word::is>> {};
// a not set
struct not_before_presence : seq<key<Word::not_>, presence> {};
// a is b but not c
struct misplaced_but_not : but_not {};
// a not in (b)
struct not_before_operator : seq<key<Word::not_>, operator_word> {};
// a not ends "99", a not has length 4
struct not_before_text_test : seq<key<Word::not_>, test_begins> {};

// some v in network   without the colon
struct quantifier_without_colon
    : seq<after_quantifier, name, key<Word::in>, sor<name, key<Word::flag>>, not_at<key<Word::otherwise>>> {};
// some v of network
struct quantifier_without_in : seq<after_quantifier, name, sor<spelled<'o', 'f'>, colon>> {};
// any v in network: C
struct foreign_quantifier : seq<after_foreign_quantifier, name, key<Word::in>> {};

// called ends with "99"
struct ends_with : seq<spelled<'e', 'n', 'd', 's'>, spelled<'w', 'i', 't', 'h'>, at<symbol<Kind::text>>> {};
// called ends("99")
struct test_touches_list : terminal<test_touches_list> {
  static bool at(const TokenInput& in, ParseState& state) { return touches_list(state.tokens, in.position()); }
};
// called ends 99, called like /re/
struct test_without_quotes
    : seq<text_test_word, sor<symbol<Kind::number>, symbol<Kind::range>, symbol<Kind::pointer>, other<'+'>, dash>> {};

// What follows an operand, and is not an operator.
struct no_operator : mistakes<at_least, quantifier_without_in, quantifier_without_colon, foreign_quantifier, arrow,
                              order_backwards, pattern_match, assign_compares, not_equal, double_and, single_and,
                              double_bar, single_bar, arithmetic, ternary, question_mark_in_expression, spaced_index,
                              not_before_is, not_before_presence, not_before_operator, not_before_text_test,
                              misplaced_but_not, ends_with, test_touches_list, test_without_quotes, foreign_operator> {
};

// a.enabled is on
struct comparison
    : seq<alternative, mistakes<less_greater>, opt<comparison_tail, mistakes<chained_comparison>>, no_operator> {};

// --- not, and, or -------------------------------------------------------------

struct negation;
struct negated : place<negation> {};
// not a
struct not_form : deeper<if_must<key<Word::not_>, negated>> {};
struct negation : sor<seq<at<key<Word::not_>>, not_form>, quantifier, comparison> {};

struct and_operand : place<negation> {};
// a and b and c
struct conjunction : seq<negation, star<if_must<key<Word::and_>, and_operand>>> {};

struct or_operand : place<conjunction> {};
// a or b or c
struct disjunction : seq<conjunction, star<if_must<key<Word::or_>, or_operand>>> {};

struct expression : place<disjunction> {};

// --- paths and insertions -----------------------------------------------------

// inbound, "on hold", on, *
struct path_index : sor<asterisk, text, key<Word::on>, key<Word::off>, name> {};
struct path_indices_close : right_bracket {};
struct path_field : field_name {};
// .enabled
struct path_field_step : if_must<dot, path_field> {};
// [inbound, *]
struct path_index_step : enclosed<touching<Kind::left_bracket>, seq<must<path_index>, star<if_must<comma, path_index>>>,
                                  path_indices_close> {};
// a [b]
struct spaced_path_index : left_bracket {};
// f(x)
struct call_in_path : touching<Kind::left_paren> {};
// account[inbound, *].enabled
struct path : seq<name, star<sor<path_field_step, path_index_step>>, mistakes<spaced_path_index, call_in_path>> {};

struct next_path : place<path> {};
// account[*, *].enabled, caller
struct paths : seq<path, star<if_must<comma, next_path>>> {};

struct insertion_name : name_value {};
// {account[inbound, source].name}
struct insertion : with_suffixes<seq<insertion_name, star<sor<field_suffix, index_suffix>>>> {};

}  // namespace tally::syntax::grammar
