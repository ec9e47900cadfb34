// The grammar, second part: types, and the places of values in documents.
//
//   { enabled : flag?, limit : 5..30 = 10 at /max }?[onnet | offnet]
#pragma once

#include "grammar/parse/rules/pointers.h"

namespace tally::syntax::grammar {

struct type;
struct spelled_type;

// --- enums --------------------------------------------------------------------

// | in
struct keyword_as_value : seq<not_at<declaration_begins>, field_name> {};
// (a | b)?   without the parentheses
struct suffix_of_value : sor<question_mark, touching<Kind::left_bracket>> {};

// "on hold", onnet
struct enum_value : sor<text, name> {};
struct next_value : sor<enum_value, or_mistakes<keyword_as_value>> {};
// onnet | offnet
struct enum_type
    : seq<sor<at<text>, at<name, bar>>, enum_value, star<if_must<bar, next_value>>, mistakes<suffix_of_value>> {};

// Where a type is named, its values may have spellings.
struct first_spelling : text {};
struct next_spelling : text {};
struct spellings_close : right_paren {};
// ("dontcare", "don't care")
struct spellings
    : enclosed<left_paren, seq<must<first_spelling>, star<comma, not_at<right_paren>, must<next_spelling>>, opt<comma>>,
               spellings_close> {};
struct spelling : sor<text, spellings> {};
// fl = "F L", dontcare = ("dontcare", "don't care")
struct spelled_value : sor<text, seq<name, opt<if_must<assign, spelling>>>> {};
struct next_spelled_value : sor<spelled_value, or_mistakes<keyword_as_value>> {};
// ca | fl = "F L"
struct spelled_enum : seq<sor<at<text>, at<name, sor<bar, assign>>>, spelled_value,
                          star<if_must<bar, next_spelled_value>>, mistakes<suffix_of_value>> {};

// --- places and defaults ------------------------------------------------------

// /account/call_recording, "/a b"
struct pointer : seq<sor<quoted_pointer, bare_pointer>, pointer_is_right> {};
// boolean
struct json_kind
    : sor<spelled<'b', 'o', 'o', 'l', 'e', 'a', 'n'>, key<Word::number>, spelled<'s', 't', 'r', 'i', 'n', 'g'>,
          spelled<'o', 'b', 'j', 'e', 'c', 't'>, spelled<'a', 'r', 'r', 'a', 'y'>, spelled<'o', 't', 'h', 'e', 'r'>> {};
struct texts_of_on : key<Word::on> {};
struct texts_of_off : seq<comma, key<Word::off>> {};
struct texts_assign : assign {};
struct texts_of_value : sor<text, spellings> {};
struct flag_texts_close : right_paren {};
// (on = "true", off = ("false", "no"))
struct flag_texts : enclosed<left_paren,
                             seq<must<texts_of_on>, must<texts_assign>, must<texts_of_value>, must<texts_of_off>,
                                 must<texts_assign>, must<texts_of_value>>,
                             flag_texts_close> {};
// if boolean, if string (on = "yes", off = "no")
struct if_kind : seq<not_at<field_begins>, key<Word::if_>, must<json_kind>, opt<flag_texts>> {};
// at /record_call if boolean
struct at_place : seq<key<Word::at>, must<pointer>, opt<if_kind>> {};

// not null
struct not_null : seq<not_at<field_begins>, key<Word::not_>, spelled<'n', 'u', 'l', 'l'>> {};

struct default_literal : sor<set_value, literal> {};
// = 60
struct default_value : if_must<assign, default_literal> {};
// at /x at /y
struct second_place : seq<not_at<field_begins>, key<Word::at>> {};
// = 60 at /x
struct place_after_default : seq<not_at<field_begins>, key<Word::at>> {};

// --- records ------------------------------------------------------------------

struct field_colon : colon {};
// any case
struct any_case : seq<spelled<'a', 'n', 'y'>, spelled<'c', 'a', 's', 'e'>> {};
struct any_case_elsewhere : any_case {};
struct field_type : place<type> {};
// enabled : flag at /on = on, enabled : flag? not null
struct field : seq<field_name, must<field_colon>, must<field_type>, mistakes<any_case_elsewhere>,
                   opt<not_at<field_begins>, at_place, mistakes<second_place>>, opt<not_null>,
                   opt<default_value, mistakes<place_after_default>>> {};
struct record_field : place<field> {};

// ..., name : type
struct field_after_rest : field_begins {};
// name : type;
struct semicolon_after_field : semicolon {};
// a : flag b : flag   on one line
struct field_without_comma : seq<not_at<line_begins>, at<field_begins>> {};
// , or a line break
struct field_end
    : sor<comma,
          seq<mistakes<semicolon_after_field, field_without_comma>, sor<at<line_begins>, not_at<field_begins>>>> {};
// ...
struct rest : seq<ellipsis, opt<comma>, mistakes<field_after_rest>> {};
struct fields : seq<star<not_at<sor<right_brace, ellipsis>>, must<record_field>, must<field_end>>, opt<rest>> {};
struct record_close : right_brace {};
// { enabled : flag?, ... }
struct record_type : enclosed<left_brace, fields, record_close> {};

// --- sets ---------------------------------------------------------------------

struct set_element : place<spelled_type> {};
// , ...
struct set_rest : seq<comma, ellipsis> {};
// [direction, network]
struct second_set_element : seq<comma, not_at<right_bracket>> {};
struct set_close : right_bracket {};
// [network], [network, ...]
struct set_type
    : enclosed<left_bracket, seq<must<set_element>, opt<set_rest>, mistakes<second_set_element>>, set_close> {};

// --- suffixes -----------------------------------------------------------------

// ?
struct optional_suffix : begins_suffix<question_mark> {};
struct first_index_type : place<type> {};
// codec[]
struct empty_index : right_bracket {};
struct next_index_type : place<type> {};
struct index_types_close : right_bracket {};
// [direction, network]
struct map_suffix : enclosed<begins_suffix<touching<Kind::left_bracket>>,
                             seq<mistakes<empty_index>, must<first_index_type>, star<if_must<comma, next_index_type>>>,
                             index_types_close> {};
// flag [network]
struct spaced_map_suffix : spaced<Kind::left_bracket> {};
struct type_suffix : sor<optional_suffix, map_suffix> {};

// --- types --------------------------------------------------------------------

// flag
struct flag_type : key<Word::flag> {};
// number, 5..30
struct number_type : sor<key<Word::number>, range> {};
// text
struct text_type : key<Word::text> {};
// network
struct named_type : name {};
// common.network
struct qualified_type : seq<at<name, dot, name>, name, dot, name> {};
struct inner_type : place<spelled_type> {};
struct type_close : right_paren {};
// (mp3 | wav)
struct type_in_parens : enclosed<left_paren, seq<must<inner_type>, mistakes<any_case_elsewhere>>, type_close> {};

// 30
struct number_as_type : symbol<Kind::number> {};
// type | x   where `type` is a keyword
struct keyword_in_enum : seq<not_at<sor<key<Word::on>, key<Word::off>>>, field_name, at<bar>> {};
// flag | x
struct type_in_enum : bar {};

// set of codec, list of codec
struct word_of_sets : sor<key<Word::set>, spelled<'l', 'i', 's', 't'>, spelled<'a', 'r', 'r', 'a', 'y'>> {};
struct set_in_words : seq<word_of_sets, not_at<line_begins>, spelled<'o', 'f'>, not_at<colon>> {};
// enum(a, b)
struct enum_in_parens : seq<spelled<'e', 'n', 'u', 'm'>, not_at<line_begins>, left_paren> {};
// number 0..100, number(0..100), number from 0 to 100
struct range_behind_number
    : seq<key<Word::number>, sor<range, seq<sor<left_paren, left_bracket, key<Word::in>, spelled<'f', 'r', 'o', 'm'>,
                                                spelled<'b', 'e', 't', 'w', 'e', 'e', 'n'>>,
                                            sor<range, symbol<Kind::number>>>>> {};
// optional flag
struct optional_in_words : seq<spelled<'o', 'p', 't', 'i', 'o', 'n', 'a', 'l'>, not_at<line_begins>,
                               sor<key<Word::flag>, key<Word::number>, key<Word::text>>> {};

struct single_type : seq<mistakes<set_in_words, enum_in_parens, optional_in_words, range_behind_number>,
                         sor<flag_type, number_type, text_type, qualified_type, named_type, type_in_parens, record_type,
                             set_type, or_mistakes<number_as_type, keyword_in_enum>>,
                         star<type_suffix>, mistakes<spaced_map_suffix, type_in_enum>> {};

// A type: settings?[direction, network]
struct type : with_suffixes<sor<enum_type, single_type>> {};
// A type whose values may have spellings: ca | fl = "F L"
struct spelled_type : with_suffixes<sor<spelled_enum, single_type>> {};

}  // namespace tally::syntax::grammar
