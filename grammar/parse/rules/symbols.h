// The grammar of the language, first part: symbols and literals.
//
// The other parts are types.h, expressions.h, rules_and_tables.h, declarations.h and
// proofs_and_examples.h, in the order of docs/language.md. A rule has the name of what it
// matches, and an example above it. Beside the rules stand the mistakes that people make
// there; mistakes.h has their messages, and expectations.h what a place expects.
//
// In the rules, `must<x>` is x, and nothing else is right here; `if_must<a, b>` is a, and then
// b must follow. docs/grammar.md shows the same rules as text. Private to grammar/parse/.
#pragma once

#include "grammar/parse/engine/combinators.h"

namespace tally::syntax::grammar {

using p::at;
using p::if_must;
using p::must;
using p::not_at;
using p::opt;
using p::plus;
using p::seq;
using p::sor;
using p::star;

// --- symbols ------------------------------------------------------------------

using colon = symbol<Kind::colon>;
using comma = symbol<Kind::comma>;
using dot = symbol<Kind::dot>;
using bar = symbol<Kind::bar>;
using assign = symbol<Kind::assign>;
using dash = symbol<Kind::minus>;
using question_mark = symbol<Kind::question>;
using ellipsis = symbol<Kind::ellipsis>;
using asterisk = symbol<Kind::star>;
using semicolon = symbol<Kind::semicolon>;
using left_paren = symbol<Kind::left_paren>;
using right_paren = symbol<Kind::right_paren>;
using left_bracket = symbol<Kind::left_bracket>;
using right_bracket = symbol<Kind::right_bracket>;
using left_brace = symbol<Kind::left_brace>;
using right_brace = symbol<Kind::right_brace>;

// A character that is not a token of the language: `+`.
template <char character>
struct other : terminal<other<character>> {
  static bool at(const TokenInput& in, ParseState& state) {
    return in.token().kind == Kind::other && state.tokens.text(in.position()) == std::string_view(&character_, 1);
  }
  static constexpr char character_ = character;
};
// A word with this spelling, which is not a keyword: `boolean`.
template <char... characters>
struct spelled : terminal<spelled<characters...>> {
  static constexpr char word[] = {characters...};
  static bool at(const TokenInput& in, ParseState& state) {
    return in.token().kind == Kind::word && state.tokens.text(in.position()) == std::string_view(word, sizeof word);
  }
};
// Not among arguments or indices, which commas separate.
struct outside_arguments : terminal<outside_arguments, 0> {
  static bool at(const TokenInput&, ParseState& state) {
    return state.brackets.empty() || state.tokens[state.brackets.back()].kind == Kind::left_brace;
  }
};
struct outside_table : terminal<outside_table, 0> {
  static bool at(const TokenInput&, ParseState& state) { return !state.in_table; }
};

// --- literals -----------------------------------------------------------------

using number = literal_token<Kind::number>;  // 10_800
using range = literal_token<Kind::range>;    // 5..30
using text = literal_token<Kind::text>;      // "+1"

// 5.5
struct fraction : seq<touching<Kind::dot>, at<touching<Kind::number>>> {};

// 08:00
struct time_of_day : seq<touching<Kind::colon>, touching<Kind::number>> {};

// 10_800
struct number_value : seq<number, mistakes<fraction, time_of_day>> {};
// "+1"
struct text_value : text {};
// on
struct flag_value : sor<key<Word::on>, key<Word::off>> {};
// unset
struct unset_value : key<Word::unset> {};
// onnet
struct name_value : name {};

// set
struct set_alone : key<Word::set> {};
// type
struct keyword_as_name
    : seq<not_at<declaration_begins>, sor<key<Word::use>, key<Word::amend>, key<Word::type>, key<Word::input>,
                                          key<Word::let>, key<Word::decision>, key<Word::prove>, key<Word::example>,
                                          key<Word::flag>, key<Word::number>, key<Word::text>, key<Word::at>>> {};

// on, 5, "text", onnet, unset
struct literal
    : sor<number_value, text_value, flag_value, unset_value, name_value, or_mistakes<set_alone, keyword_as_name>> {};

}  // namespace tally::syntax::grammar
