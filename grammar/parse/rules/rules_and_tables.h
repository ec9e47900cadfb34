// The grammar, fourth part: rules and tables.
//
//   on when source is offnet because "outside"
#pragma once

#include "grammar/parse/rules/expressions.h"
#include "grammar/parse/rules/table_rules.h"

namespace tally::syntax::grammar {

// --- rules --------------------------------------------------------------------

struct reason_text : text {};
// because "from outside"
struct reason : if_must<key<Word::because>, reason_text> {};

struct outcome : place<expression> {};
struct condition : place<expression> {};
// when source is offnet
struct when_part : if_must<key<Word::when>, condition> {};
// otherwise
struct otherwise_part : key<Word::otherwise> {};
struct rule_part : sor<when_part, otherwise_part> {};

struct after_otherwise : terminal<after_otherwise, 0> {
  static bool at(const TokenInput& in, ParseState& state) {
    return in.position() > 0 && state.tokens[in.position() - 1].word == Word::otherwise;
  }
};
// on when a,
struct comma_between_rules : sor<comma, semicolon> {};
// on otherwise when a
struct otherwise_when : seq<after_otherwise, key<Word::when>> {};
// on when a when b
struct second_when : key<Word::when> {};
// on when a otherwise
struct otherwise_without_outcome : key<Word::otherwise> {};

// if a then on else off
struct if_rule : key<Word::if_> {};
// when a on
struct when_before_outcome : key<Word::when> {};
// otherwise on
struct otherwise_before_outcome : key<Word::otherwise> {};
// else off
struct else_as_rule : key<Word::else_> {};
// recording = on when a
struct assigned_outcome : seq<name, assign> {};
// on: when a
struct colon_after_outcome : seq<field_name, colon, at<sor<key<Word::when>, key<Word::otherwise>, key<Word::if_>>>> {};
// return on when a
struct returned_outcome : seq<spelled<'r', 'e', 't', 'u', 'r', 'n'>, not_at<rule_part>> {};
struct outcome_mistakes : mistakes<if_rule, when_before_outcome, otherwise_before_outcome, else_as_rule,
                                   assigned_outcome, colon_after_outcome, returned_outcome> {};

// on when source is offnet because "from outside"
struct rule : seq<outcome_mistakes, outcome, must<rule_part>, opt<reason>,
                  mistakes<comma_between_rules, otherwise_when, second_when, otherwise_without_outcome>> {};
struct first_rule : place<rule> {};
struct next_rule : place<rule> {};

// { }
struct no_rules : right_brace {};
// { | a | b | }
struct table_among_rules : bar {};
// { name: value }
struct record_as_rules : seq<field_name, at<colon>> {};

struct rule_list : seq<mistakes<no_rules, table_among_rules, colon_after_outcome, record_as_rules>, must<first_rule>,
                       star<not_at<right_brace>, must<next_rule>>> {};
struct rules_close : right_brace {};
// { on when source is offnet  off otherwise }
struct rules : enclosed<left_brace, rule_list, rules_close> {};

// --- cells --------------------------------------------------------------------

// -
struct any_cell : dash {};
struct cell_list_item : place<list_item> {};
struct cell_list_close : right_paren {};
// (busy, 5..30)
struct list_cell
    : enclosed<left_paren, seq<must<cell_list_item>, star<if_must<comma, cell_list_item>>>, cell_list_close> {};
// 5..30
struct range_cell : range {};
// in emergency
struct named_cell : seq<at<name>, alternative> {};
struct cell_after_in : sor<list_cell, range_cell, named_cell> {};
// in (busy, 5..30), in emergency
struct in_cell : if_must<key<Word::in>, cell_after_in> {};
// limit, device.limit, account[inbound].limit
struct compared_path : seq<at<name>, postfix> {};
struct order_number : place<sor<number_value, compared_path>> {};
// < 30, < device.limit
struct order_cell : if_must<order, order_number> {};
// starts "+1"
struct starts_cell : if_must<key<Word::starts>, prefixes> {};
// ends "99", like "NXX"
struct text_test_cell : text_test_tail {};
// has length 4..6
struct length_cell : length_tail {};
// set
struct presence_cell : sor<key<Word::set>, key<Word::unset>> {};
// device.limit, account[inbound].limit
struct path_cell : seq<at<name, sor<dot, touching<Kind::left_bracket>>>, postfix> {};
// busy, 5, "911", limit, device.limit
struct value_cell : sor<path_cell, literal> {};
// | |
struct empty_cell : bar {};
// is on
struct word_before_cell : key<Word::is> {};
// *
struct star_cell : asterisk {};
struct plain_cell
    : sor<list_cell, range_cell, in_cell, order_cell, starts_cell, text_test_cell, length_cell, presence_cell,
          value_cell, or_mistakes<empty_cell, word_before_cell, star_cell, unquoted_prefix>> {};

struct simple_cell;
// not -
struct not_any : dash {};
struct negated_cell : place<simple_cell> {};
// not onnet
struct not_cell
    : seq<at<key<Word::not_>>, deeper<seq<key<Word::not_>, mistakes<not_any>, not_at<not_any>, must<negated_cell>>>> {};
struct simple_cell : sor<not_cell, plain_cell> {};

// but not but not
struct doubled_not : key<Word::not_> {};
struct excluded_cell : seq<mistakes<doubled_not>, plain_cell> {};
// starts "+1" but not "+1900"
struct narrowed_cell : seq<simple_cell, star<exclusion>> {};
// ends "9" but not ends "99"
struct narrowed_test : seq<sor<starts_cell, text_test_cell, length_cell>, star<exclusion>> {};
struct text_test_ahead : sor<key<Word::starts>, test_begins> {};
// starts "1" and ends "9"
struct and_cell : seq<narrowed_cell, star<seq<at<key<Word::and_>, text_test_ahead>, key<Word::and_>, narrowed_test>>> {
};
struct next_alternative : place<and_cell> {};
// unset or 5..30
struct or_cell : seq<and_cell, star<if_must<key<Word::or_>, next_alternative>>> {};
struct cell : sor<any_cell, or_cell> {};

// --- tables -------------------------------------------------------------------

// | |
struct empty_header_cell : bar {};
struct header_expression : place<expression> {};
struct header_bar : bar {};
// | a | }
struct brace_after_header : right_brace {};
// | a | on otherwise
struct otherwise_after_header : seq<past_first_column, key<Word::otherwise>> {};
struct header_cell : seq<mistakes<empty_header_cell, brace_after_header>, must<header_expression>,
                         mistakes<otherwise_after_header>, must<header_bar>, column_ends> {};
// | source | a.enabled |
struct header : seq<bar, header_cell, star<not_at<bar>, header_cell>> {};

struct row_cell : place<cell> {};
struct cell_bar : bar {};
struct cell_of_row : seq<mistakes<short_row>, must<row_cell>, mistakes<short_row>, must<cell_bar>> {};
struct row_outcome : place<expression> {};
// on when a
struct when_in_row : key<Word::when> {};
// | offnet | on | inbound because "from outside"
struct row
    : seq<row_begins, bar, as_many_as_columns<cell_of_row>, must<row_outcome>, mistakes<when_in_row>, opt<reason>> {};

struct last_outcome : place<expression> {};
struct last_otherwise : key<Word::otherwise> {};
// none otherwise
struct last_rule : seq<last_outcome, must<last_otherwise>, opt<reason>> {};
struct table_end : place<last_rule> {};
// off otherwise  | a | b | on
struct row_after_otherwise : bar {};

struct table_parts
    : seq<header, header_ends, star<row>, opt<not_at<right_brace>, must<table_end>>, mistakes<row_after_otherwise>> {};
// | source | enabled |
// | onnet  | on      | on
//   off otherwise
struct table : counted_by_lines<table_parts> {};

}  // namespace tally::syntax::grammar
