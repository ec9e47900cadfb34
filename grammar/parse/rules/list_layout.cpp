#include "grammar/parse/rules/list_layout.h"

namespace tally::syntax::grammar {
namespace {

// The token behind the bracket that closes the one at `at`, or the last token before the next
// declaration.
std::uint32_t behind_brackets(const TokenReader& tokens, std::uint32_t at) {
  std::size_t depth = 0;
  for (; tokens[at].kind != Kind::end && !tokens.begins_declaration(at); ++at) {
    if (opens(tokens[at].kind)) ++depth;
    if (closes(tokens[at].kind) && --depth == 0) return at + 1;
  }
  return at;
}

// Whether `v in T:` stands at `at`. T is a word, a range or in parentheses, and may have suffixes, calls
// among them.
bool binds(const TokenReader& tokens, std::uint32_t at) {
  if (tokens[at].kind != Kind::word || tokens[at].word != Word::none || tokens[at + 1].word != Word::in) return false;
  at += 2;
  if (tokens[at].kind == Kind::left_paren) {
    at = behind_brackets(tokens, at);
  } else if (tokens[at].kind == Kind::word || tokens[at].kind == Kind::range) {
    ++at;
  } else {
    return false;
  }
  for (;;) {
    if (tokens[at].kind == Kind::question) {
      ++at;
    } else if (tokens[at].kind == Kind::dot && tokens[at + 1].kind == Kind::word) {
      at += 2;
    } else if ((tokens[at].kind == Kind::left_bracket || tokens[at].kind == Kind::left_paren) && !tokens[at].spaced) {
      at = behind_brackets(tokens, at);
    } else {
      return tokens[at].kind == Kind::colon;
    }
  }
}

}  // namespace

bool begins_quantifier(const TokenReader& tokens, std::uint32_t at) {
  if (tokens[at].kind != Kind::word || tokens[at + 1].kind != Kind::word) return false;
  const std::string_view word = tokens.text(at);
  return (word == "some" || word == "every") && binds(tokens, at + 1);
}

bool begins_count(const TokenReader& tokens, std::uint32_t at) {
  if (tokens[at].kind != Kind::word || tokens[at + 1].kind != Kind::left_paren || tokens[at + 1].spaced) return false;
  return tokens.text(at) == "count" && binds(tokens, at + 2);
}

bool begins_list(const TokenReader& tokens, std::uint32_t at) {
  if (tokens[at].kind != Kind::left_paren) return false;
  if (tokens[at + 1].kind == Kind::range && tokens[at + 2].kind == Kind::right_paren) return true;
  std::size_t depth = 0;
  for (std::uint32_t i = at; tokens[i].kind != Kind::end && !tokens.begins_declaration(i); ++i) {
    const Kind kind = tokens[i].kind;
    if (opens(kind)) ++depth;
    if (closes(kind) && --depth == 0) return false;
    if (kind == Kind::comma && depth == 1) return true;
  }
  return false;
}

}  // namespace tally::syntax::grammar
