// The PEGTL grammar of Tally's tokens. Included by lexer.cpp only.
//
// The grammar is written so that no alternative looks further than its own
// token: lexing is linear whatever the bytes are. It accepts every text: what is
// not a token of the language becomes `strange`, `open_text` or `other`. For example,
// `"a` without its second quote is an `open_text`.
#pragma once

#include <tao/pegtl.hpp>

#include "grammar/parse/tokens/lexer.h"

namespace tally::syntax::rules {

namespace p = tao::pegtl;

// --- blanks -------------------------------------------------------------------

struct blank : p::plus<p::one<' ', '\t', '\n', '\r'>> {};
struct comment : p::seq<p::one<'#'>, p::star<p::not_one<'\n'>>> {};

// --- words --------------------------------------------------------------------

struct name_char : p::sor<p::alnum, p::one<'_'>> {};
struct dash : p::one<'-'> {};
struct beyond_ascii : p::range<'\x80', '\xff'> {};

// A dash belongs to a name only where the name goes on behind it.
struct name : p::seq<p::alpha, p::star<p::sor<name_char, p::seq<p::plus<dash>, p::at<name_char>>>>> {};
struct word : p::seq<name, p::not_at<p::sor<dash, beyond_ascii>>> {};
struct dashed : p::seq<name, p::plus<dash>, p::not_at<beyond_ascii>> {};
struct strange
    : p::seq<p::at<p::sor<p::alpha, p::one<'_'>, beyond_ascii>>, p::plus<p::sor<name_char, dash, beyond_ascii>>> {};

// --- numbers ------------------------------------------------------------------

// Letters are taken in, so that `5x` is one bad number and not two tokens.
struct digits : p::seq<p::digit, p::star<name_char>> {};
struct two_dots : p::two<'.'> {};
struct range : p::sor<p::seq<digits, two_dots, p::opt<digits>>, p::seq<two_dots, digits>> {};
struct number : digits {};

// --- texts and pointers -------------------------------------------------------

struct escape : p::seq<p::one<'\\'>, p::not_one<'\n', '\r'>> {};
struct text : p::seq<p::one<'"'>, p::star<p::sor<escape, p::not_one<'"', '\\', '\n', '\r'>>>, p::one<'"'>> {};
struct open_text : p::seq<p::one<'"'>, p::star<p::not_one<'\n', '\r'>>> {};
struct pointer : p::seq<p::one<'/'>, p::star<p::sor<name_char, p::one<'.', '~', '/', '-'>>>> {};

// --- symbols ------------------------------------------------------------------

template <Kind kind, char... characters>
struct symbol : p::string<characters...> {};

// The longer ones first: PEG takes the first that matches.
struct symbols
    : p::sor<symbol<Kind::dots, '.', '.'>, symbol<Kind::dot, '.'>, symbol<Kind::less_equal, '<', '='>,
             symbol<Kind::less, '<'>, symbol<Kind::greater_equal, '>', '='>, symbol<Kind::greater, '>'>,
             symbol<Kind::equal_equal, '=', '='>, symbol<Kind::assign, '='>, symbol<Kind::not_equal, '!', '='>,
             symbol<Kind::bang, '!'>, symbol<Kind::and_and, '&', '&'>, symbol<Kind::colon_assign, ':', '='>,
             symbol<Kind::colon, ':'>, symbol<Kind::left_paren, '('>, symbol<Kind::right_paren, ')'>,
             symbol<Kind::left_bracket, '['>, symbol<Kind::right_bracket, ']'>, symbol<Kind::left_brace, '{'>,
             symbol<Kind::right_brace, '}'>, symbol<Kind::comma, ','>, symbol<Kind::question, '?'>,
             symbol<Kind::bar, '|'>, symbol<Kind::star, '*'>, symbol<Kind::minus, '-'>, symbol<Kind::semicolon, ';'>> {
};
struct other : p::any {};

// Before `range`: `...30` is an ellipsis and a number, not `.` and `..30`.
struct ellipsis : p::three<'.'> {};

struct token : p::sor<word, dashed, strange, ellipsis, range, number, text, open_text, pointer, symbols, other> {};
struct file : p::seq<p::star<p::sor<blank, comment, token>>, p::eof> {};

}  // namespace tally::syntax::rules
