// Words and signs of other languages, as rules of mistakes.
//
//   source == onnet && not test
#pragma once

#include "grammar/parse/rules/foreign_words.h"
#include "grammar/parse/rules/symbols.h"

namespace tally::syntax::grammar {

// called contains "5"; `contains` alone may be a value
struct foreign_operator_word : terminal<foreign_operator_word> {
  static bool at(const TokenInput& in, ParseState& state) {
    return in.token().kind == Kind::word && advice_for_operator(state.tokens.text(in.position())) != nullptr;
  }
};
struct operand_begins : sor<name, symbol<Kind::text>, symbol<Kind::number>, symbol<Kind::range>, key<Word::on>,
                            key<Word::off>, left_paren, other<'+'>, dash> {};

// The word before, on the same line, is `some` or `every`, or means one of them in another language.
// On the next line another rule may begin.
struct after_quantifier : terminal<after_quantifier, 0> {
  static bool at(const TokenInput& in, ParseState& state) {
    if (in.position() == 0 || in.token().line_start) return false;
    const std::string_view word = state.tokens.text(in.position() - 1);
    return word == "some" || word == "every";
  }
};
struct after_foreign_quantifier : terminal<after_foreign_quantifier, 0> {
  static bool at(const TokenInput& in, ParseState& state) {
    if (in.position() == 0 || in.token().line_start) return false;
    return quantifier_meant_by(state.tokens.text(in.position() - 1)) != nullptr;
  }
};

// called contains "5"
struct foreign_operator : seq<foreign_operator_word, at<operand_begins>> {};
// +1900   without quotes
struct unquoted_prefix : seq<other<'+'>, touching<Kind::number>> {};
// ${source}, $source
struct dollar : other<'$'> {};
// a -> b
struct arrow : seq<dash, touching<Kind::greater>> {};
// x <> y
struct less_greater : seq<symbol<Kind::less>, touching<Kind::greater>> {};
// x =< y, x => y
struct order_backwards : seq<assign, sor<touching<Kind::less>, touching<Kind::greater>>> {};
// x =~ y
struct pattern_match : seq<assign, other<'~'>> {};
// a & b
struct single_and : other<'&'> {};
// a | b
struct single_bar : seq<outside_table, bar> {};
// a ? b : c
struct ternary : spaced<Kind::question> {};

}  // namespace tally::syntax::grammar
