// Tokens as an input of PEGTL, and the rules that match a single token.
//
// The grammar is over tokens, not over characters: what separates words is read once, a rule
// that fails is left after one comparison, and a rule sees where a token stands ("touches what
// is before it", "begins a line"), which decides between `f(x)` and `f  (x)`.
//
// For example, `symbol<Kind::colon>` matches `:`, and `key<Word::when>` matches `when`.
//
// In:     a position in the tokens
// Out:    whether the rule matches there; then the position behind it
// Always: a rule that does not match leaves the position as it was. Private to grammar/parse/.
#pragma once

#include <concepts>
#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/analyze_traits.hpp>

#include "grammar/parse/engine/parse_state.h"

namespace tally::syntax {

class TokenInput {
 public:
  using iterator_t = std::uint32_t;

  explicit TokenInput(const TokenReader& tokens, std::uint32_t position = 0) : tokens_(tokens), position_(position) {}
  const Token& token(std::size_t ahead = 0) const { return tokens_[position_ + ahead]; }
  std::uint32_t position() const { return position_; }
  void move_to(std::uint32_t position) { position_ = position; }
  void bump() { ++position_; }

  template <tao::pegtl::rewind_mode M>
  auto mark() noexcept {
    return tao::pegtl::internal::marker<iterator_t, M>(position_);
  }

 private:
  const TokenReader& tokens_;
  iterator_t position_;
};

}  // namespace tally::syntax

namespace tally::syntax::grammar {

namespace p = tao::pegtl;

// A rule of one token, or of none: `Rule::at(in, state)` returns whether it matches here, and
// `length` is 1 or 0.
template <unsigned length>
struct consumes {};
template <class Rule, unsigned length = 1>
struct terminal : consumes<length> {
  using rule_t = Rule;
  using subs_t = p::empty_list;
  template <p::apply_mode, p::rewind_mode, template <class...> class, template <class...> class, class Input,
            class... States>
  static bool match(Input& in, ParseState& state, States&&...) {
    if (!Rule::at(in, state)) return false;
    if constexpr (length > 0) in.bump();
    return true;
  }
};

template <Kind kind>
struct symbol : terminal<symbol<kind>> {
  static bool at(const TokenInput& in, ParseState&) { return in.token().kind == kind; }
};
// The same, without white space before it.
template <Kind kind>
struct touching : terminal<touching<kind>> {
  static bool at(const TokenInput& in, ParseState&) { return in.token().kind == kind && !in.token().spaced; }
};
template <Kind kind>
struct spaced : terminal<spaced<kind>> {
  static bool at(const TokenInput& in, ParseState&) { return in.token().kind == kind && in.token().spaced; }
};
template <Word word>
struct key : terminal<key<word>> {
  static bool at(const TokenInput& in, ParseState&) { return in.token().word == word; }
};

// A word that is not a keyword: `onnet`.
struct name : terminal<name> {
  static bool at(const TokenInput& in, ParseState&) {
    return in.token().kind == Kind::word && in.token().word == Word::none;
  }
};
// Any word: after `.` and before `:` keywords are field names.
struct field_name : terminal<field_name> {
  static bool at(const TokenInput& in, ParseState&) { return in.token().kind == Kind::word; }
};
struct end_of_text : terminal<end_of_text, 0> {
  static bool at(const TokenInput& in, ParseState&) { return in.token().kind == Kind::end; }
};

// --- where a token stands -----------------------------------------------------------

// A field begins here: a word, also a malformed one, and a colon.
struct field_begins : terminal<field_begins, 0> {
  static bool at(const TokenInput& in, ParseState& state) { return state.tokens.begins_field(in.position()); }
};
// The keyword of a declaration begins a line here.
struct declaration_begins : terminal<declaration_begins, 0> {
  static bool at(const TokenInput& in, ParseState& state) { return state.tokens.begins_declaration(in.position()); }
};
struct line_begins : terminal<line_begins, 0> {
  static bool at(const TokenInput& in, ParseState&) { return in.token().line_start; }
};

}  // namespace tally::syntax::grammar

// PEGTL's analysis must know which rules consume something.
namespace tao::pegtl {
template <class Name, class Rule>
requires std::derived_from<Rule, tally::syntax::grammar::consumes<1>>
struct analyze_traits<Name, Rule> : analyze_any_traits<> {
};
template <class Name, class Rule>
requires std::derived_from<Rule, tally::syntax::grammar::consumes<0>>
struct analyze_traits<Name, Rule> : analyze_opt_traits<> {
};
}  // namespace tao::pegtl
