// The grammar, fifth part: declarations.
//
//   input source : onnet | offnet at /call/source = onnet
#pragma once

#include "grammar/parse/rules/rules_and_tables.h"
#include "grammar/parse/rules/types.h"

namespace tally::syntax::grammar {

// --- use and type -------------------------------------------------------------

struct used_file : text {};
struct alias_name : name {};
// as common
struct alias : if_must<spelled<'a', 's'>, alias_name> {};
// use "common.tally" as common
struct use : seq<if_must<key<Word::use>, used_file>, opt<alias>> {};

// a, b
struct comma_between_values : comma {};
struct type_name : name {};
struct type_assign : assign {};
struct declared_type : place<spelled_type> {};
struct case_of_any : spelled<'c', 'a', 's', 'e'> {};
// any case
struct declared_any_case : if_must<spelled<'a', 'n', 'y'>, case_of_any> {};
// type network = onnet | offnet, type network = onnet | offnet any case
struct type_declaration : seq<if_must<key<Word::type>, type_name, type_assign, declared_type>,
                              mistakes<comma_between_values>, opt<declared_any_case>> {};

// --- inputs -------------------------------------------------------------------

struct input_name : name {};
struct input_colon : colon {};
struct input_type : place<type> {};
// a = "A" | b = "B"   where `= "A"` is a default
struct spelling_of_default : bar {};
// input account : settings? at /account
struct input : seq<if_must<key<Word::input>, input_name, input_colon, input_type>,
                   mistakes<comma_between_values, any_case_elsewhere>, opt<at_place, mistakes<second_place>>,
                   opt<not_null>, opt<default_value, mistakes<place_after_default, spelling_of_default>>> {};

// --- lets ---------------------------------------------------------------------

struct parameter_name : name {};
struct parameter_colon : colon {};
struct parameter_type : place<type> {};
// l : leg?
struct parameter : seq<parameter_name, must<parameter_colon>, must<parameter_type>> {};
struct let_parameter : place<parameter> {};
// let x() = on
struct no_parameters : right_paren {};
struct parameters_close : right_paren {};
// (l : leg?, n : network)
struct parameters
    : enclosed<left_paren, seq<mistakes<no_parameters>, must<let_parameter>, star<if_must<comma, let_parameter>>>,
               parameters_close> {};

struct let_list_item : place<list_item> {};
struct let_list_close : right_paren {};
// ("911", "112"), ("911",)
struct let_list
    : enclosed<left_paren, seq<must<let_list_item>, star<comma, not_at<right_paren>, must<let_list_item>>, opt<comma>>,
               let_list_close> {};
// ("911", "112"), 5..30
struct list_value : sor<range_item, seq<list_begins, let_list>> {};

struct let_name : name {};
struct let_type : place<type> {};
// ["911", "112"], {"911", "112"}
struct bracketed_list : sor<left_bracket, seq<left_brace, sor<symbol<Kind::text>, symbol<Kind::number>, name>, comma>> {
};
struct let_expression : seq<mistakes<bracketed_list>, sor<list_value, expression>> {};
// = source is onnet, = ("911", "112")
struct let_assign : if_must<assign, let_expression> {};
struct let_body : sor<let_assign, rules> {};
// let a = "911", "112"
struct bare_list : seq<comma, at<sor<symbol<Kind::text>, symbol<Kind::number>, symbol<Kind::range>, name>>> {};
struct let_body_without_type : place<let_assign> {};
// let internal : flag = source is onnet
struct let : seq<if_must<key<Word::let>, let_name>, opt<parameters>,
                 sor<seq<colon, must<let_type>, must<let_body>>, must<let_body_without_type>>, mistakes<bare_list>> {};

// --- decisions ----------------------------------------------------------------

struct decision_name : name {};
struct decision_colon : colon {};
struct decision_type : place<type> {};
struct table_close : right_brace {};
// { | source | ... }
struct table_block : seq<at<left_brace, bar>, enclosed<left_brace, table, table_close>> {};
struct block : sor<table_block, rules> {};
struct unique_block : place<block> {};
// unique
struct unique : key<Word::unique> {};
struct longest_block : place<table_block> {};
// longest
struct longest : spelled<'l', 'o', 'n', 'g', 'e', 's', 't'> {};
struct decision_expression : place<expression> {};
struct decision_body : sor<block, seq<unique, must<unique_block>>, if_must<longest, longest_block>,
                           if_must<assign, decision_expression>> {};
// decision recording : flag unique { on when a  off otherwise }
struct decision : if_must<key<Word::decision>, decision_name, decision_colon, decision_type, decision_body> {};

// --- amendments ---------------------------------------------------------------

// satellite = "S"
struct added_value : sor<spelled_value, or_mistakes<keyword_as_value>> {};
struct first_added_value : place<added_value> {};
struct next_added_value : place<added_value> {};
// (a | b)
struct bar_between_added_values : bar {};
struct added_values_close : right_paren {};
// (satellite, femto = "F")
struct added_values
    : enclosed<left_paren,
               seq<must<first_added_value>, star<if_must<comma, next_added_value>>, mistakes<bar_between_added_values>>,
               added_values_close> {};

struct amended_type_name : name {};
struct amended_type_assign : assign {};
// = a | b
struct added_values_alone : sor<text, name> {};
struct additions : sor<added_values, record_type, or_mistakes<added_values_alone>> {};
// type recording = { keep_days : number? }
struct amended_type : if_must<key<Word::type>, amended_type_name, amended_type_assign, additions> {};

// : flag
struct type_of_amended : colon {};
struct amended_let_name : name {};
struct amended_let_body : place<let_body> {};
// let internal = source is onnet
struct amended_let : seq<if_must<key<Word::let>, amended_let_name>, opt<parameters>, mistakes<type_of_amended>,
                         must<amended_let_body>> {};

// unique
struct unique_amendment : key<Word::unique> {};
// longest
struct longest_amendment : longest {};
struct amended_decision_name : name {};
struct amended_decision_body : sor<block, if_must<assign, decision_expression>> {};
// decision recording { off when tenant is "acme" }
struct amended_decision
    : seq<if_must<key<Word::decision>, amended_decision_name>,
          mistakes<type_of_amended, unique_amendment, longest_amendment>, must<amended_decision_body>> {};

// amend "base.tally" as base
struct alias_of_amended : spelled<'a', 's'> {};
struct amended_file : seq<text, mistakes<alias_of_amended>> {};
// amend input x : flag
struct amended_input : key<Word::input> {};
// amend prove a
struct amended_claim : sor<key<Word::prove>, key<Word::example>> {};
// amend use "base.tally"
struct amended_use : key<Word::use> {};
// amend recording { ... }
struct amended_name : name {};
struct amended : sor<amended_file, amended_type, amended_let, amended_decision,
                     or_mistakes<amended_input, amended_claim, amended_use, amended_name>> {};
// amend "base.tally"
struct amendment : if_must<key<Word::amend>, amended> {};

}  // namespace tally::syntax::grammar
