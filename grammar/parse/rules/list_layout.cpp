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

bool is_name(const TokenReader& tokens, std::uint32_t at) {
  return tokens[at].kind == Kind::word && tokens[at].word == Word::none;
}
bool is_text_test_word(const TokenReader& tokens, std::uint32_t at) {
  return is_name(tokens, at) && (tokens.text(at) == "ends" || tokens.text(at) == "like");
}
bool is_spaced_list(const Token& token) { return token.kind == Kind::left_paren && token.spaced; }
bool follows_but_not(const TokenReader& tokens, std::uint32_t at) {
  return at >= 2 && tokens[at - 1].word == Word::not_ && tokens.text(at - 2) == "but";
}
bool is_but_not(const TokenReader& tokens, std::uint32_t at) {
  return tokens.text(at) == "but" && tokens[at + 1].word == Word::not_;
}

// Whether this token joins what is before it with what is behind it.
bool joins(const TokenReader& tokens, std::uint32_t at) {
  switch (tokens[at].kind) {
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal:
    case Kind::comma:
    case Kind::colon: return true;
    default: break;
  }
  switch (tokens[at].word) {
    case Word::and_:
    case Word::or_:
    case Word::not_:
    case Word::is:
    case Word::in:
    case Word::starts:
    case Word::else_: return true;
    default: return is_text_test_word(tokens, at) || is_but_not(tokens, at);
  }
}
// Whether a rule may begin here: on a new line, where no expression goes on.
bool may_begin_rule(const TokenReader& tokens, std::uint32_t at) {
  return at > 0 && tokens[at].line_start && !joins(tokens, at) && !joins(tokens, at - 1);
}

// Whether a word is the name of a member, as both here: `a.when`, `{ when: on }`.
bool is_member_name(const TokenReader& tokens, std::uint32_t at) {
  return tokens[at].kind == Kind::word &&
         ((at > 0 && tokens[at - 1].kind == Kind::dot) || tokens[at + 1].kind == Kind::colon);
}

// Whether the token at `at` belongs to the condition of a rule, or to the outcome of a row. Then `when` and
// `otherwise` behind it are of the next rule.
//
//   on when a in b but not ends          the operand of `ends` begins a line: it is the outcome of the next rule
//   "00" when c
//   on when a                            what `ends` stands in begins a line: it is the outcome of that rule
//   x in b but not ends "00" when c
bool precedes_outcome(const TokenReader& tokens, std::uint32_t at) {
  std::size_t depth = 0;
  while (at-- > 0) {
    const Token& token = tokens[at];
    if (closes(token.kind)) ++depth;
    if (opens(token.kind) && depth-- == 0) return false;
    if (depth > 0 || is_member_name(tokens, at)) continue;
    if (token.word == Word::because) return false;
    const bool is_operand = at > 0 && tokens[at].line_start && is_text_test_word(tokens, at - 1);
    if (is_operand || may_begin_rule(tokens, at)) return is_operand;
    if (token.word == Word::when || token.kind == Kind::bar) return true;
    if (token.word == Word::expect || token.word == Word::prove || token.kind == Kind::assign) return false;
  }
  return false;
}

// Whether what stands before `at` is the beginning of an outcome, behind a word that is a value. `is_name` is
// whether it may be a condition: a name, or one in parentheses.
bool continues_outcome(const TokenReader& tokens, std::uint32_t at, bool is_name) {
  const Token& token = tokens[at];
  switch (token.kind) {
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal: return true;
    case Kind::dot: return true;
    case Kind::left_paren:
    case Kind::left_bracket: return !token.spaced;
    case Kind::word: break;
    default: return false;
  }
  switch (token.word) {
    case Word::is:
    case Word::in:
    case Word::starts:
    case Word::not_:
    case Word::else_: return true;
    case Word::and_:
    case Word::or_: return is_name;
    case Word::when:
    case Word::otherwise: return precedes_outcome(tokens, at);
    default: return false;
  }
}

}  // namespace

bool begins_text_test(const TokenReader& tokens, std::uint32_t at) {
  if (!is_text_test_word(tokens, at)) return false;
  const std::uint32_t operand = at + 1;
  const bool is_list = is_spaced_list(tokens[operand]);
  const bool is_named = is_name(tokens, operand) && !is_but_not(tokens, operand);
  if (is_named && tokens.text(operand) == "with" && tokens[operand + 1].kind == Kind::text) return false;
  if (!is_list && !is_named && tokens[operand].kind != Kind::text) return false;
  if (!follows_but_not(tokens, at)) return true;
  if (is_list) {
    const bool is_condition = is_name(tokens, operand + 1) && !begins_list(tokens, operand);
    return !continues_outcome(tokens, behind_brackets(tokens, operand), is_condition);
  }
  const bool is_qualified = is_named && tokens[operand + 1].kind == Kind::dot && is_name(tokens, operand + 2);
  return !continues_outcome(tokens, operand + (is_qualified ? 3 : 1), is_named);
}

bool touches_list(const TokenReader& tokens, std::uint32_t at) {
  if (!is_text_test_word(tokens, at)) return false;
  if (tokens[at + 1].kind != Kind::left_paren || tokens[at + 1].spaced || tokens[at + 2].kind != Kind::text)
    return false;
  const Word behind = tokens[behind_brackets(tokens, at + 1)].word;
  return behind != Word::when && behind != Word::otherwise;
}

bool begins_length_test(const TokenReader& tokens, std::uint32_t at) {
  if (!is_name(tokens, at) || tokens.text(at) != "has") return false;
  if (!is_name(tokens, at + 1) || tokens.text(at + 1) != "length") return false;
  if (!follows_but_not(tokens, at)) return true;
  const Token& operand = tokens[at + 2];
  return operand.kind == Kind::number || operand.kind == Kind::range || is_spaced_list(operand) ||
         (is_name(tokens, at + 2) && !is_but_not(tokens, at + 2));
}

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
