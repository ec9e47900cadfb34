// The grammar, last part: proofs and examples, and what begins where nothing came before.
#pragma once

#include "grammar/parse/rules/declarations.h"

namespace tally::syntax::grammar {

// --- proofs -------------------------------------------------------------------

struct title : text_value {};
struct first_binder_name : name {};
struct next_binder_name : name {};
struct binder_in : key<Word::in> {};
struct binder_type : place<type> {};
// d in direction
struct first_binder : seq<must<first_binder_name>, must<binder_in>, must<binder_type>> {};
struct next_binder : seq<must<next_binder_name>, must<binder_in>, must<binder_type>> {};
struct binders_colon : colon {};
// for d in direction, n in network:
struct for_part : seq<key<Word::for_>, first_binder, star<comma, next_binder>, must<binders_colon>> {};
struct claim : place<expression> {};
struct ignored_paths : place<paths> {};
// ignores caller, callee
struct ignores_part : if_must<key<Word::ignores>, ignored_paths> {};
struct proof_condition : place<expression> {};
// when internal
struct proof_when : if_must<key<Word::when>, proof_condition> {};
// prove a implies b
struct implies : spelled<'i', 'm', 'p', 'l', 'i', 'e', 's'> {};
// prove a if b
struct if_in_proof : key<Word::if_> {};
// prove "title" for n in network: a is b when internal
struct prove : seq<key<Word::prove>, opt<title>, opt<for_part>, must<claim>, mistakes<implies, if_in_proof>,
                   opt<ignores_part>, opt<proof_when>> {};

// --- examples -----------------------------------------------------------------

struct given_is : key<Word::is> {};
// given x is not a
struct given_is_not : key<Word::not_> {};
struct given_value : sor<presence, set_value, literal> {};
// caller.user.enabled is on
struct given_place : seq<path, must<given_is>, mistakes<given_is_not>, must<given_value>> {};
struct first_given : place<given_place> {};
struct next_given : seq<not_at<sor<key<Word::expect>, key<Word::given>, right_brace>>, given_place> {};
// given source is onnet, destination is offnet
struct given : seq<key<Word::given>, must<first_given>, star<if_must<comma, next_given>>> {};

struct expected_claim : place<expression> {};
struct example_condition : place<expression> {};
struct expect_when : if_must<key<Word::when>, example_condition> {};
// expect a ignores b
struct ignores_in_example : key<Word::ignores> {};
// expect recording is on when source is onnet
struct expect : seq<if_must<key<Word::expect>, expected_claim>, opt<expect_when>, mistakes<ignores_in_example>> {};

// expect ... given ...
struct given_after_expect : key<Word::given> {};
// example "a" { }
struct nothing_expected : right_brace {};
struct first_expect : place<expect> {};
struct expect_after_given : place<expect> {};
struct example_parts : seq<sor<seq<plus<given>, mistakes<nothing_expected>, must<expect_after_given>>,
                               seq<mistakes<nothing_expected>, must<first_expect>>>,
                           star<expect>, mistakes<given_after_expect>> {};
struct example_close : right_brace {};
struct example_title : text_value {};
struct example_block : enclosed<left_brace, example_parts, example_close> {};
// example "title" { given a is on  expect b is on }
struct example : if_must<key<Word::example>, example_title, example_block> {};

// --- texts that are read as a whole -------------------------------------------

struct declaration : sor<use, amendment, type_declaration, input, let, decision, prove, example> {};
// A rule file.
struct file : seq<star<declaration>, end_of_text> {};

// An argument of the command: a condition, and the calls that it is about.
struct argument_claim : place<expression> {};
struct argument_condition : place<expression> {};
struct expectation : seq<must<argument_claim>, opt<if_must<key<Word::when>, argument_condition>>> {};
struct lone_expression : place<expression> {};
struct lone_paths : place<paths> {};
struct lone_insertion : place<insertion> {};

}  // namespace tally::syntax::grammar
