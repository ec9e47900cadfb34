#include "grammar/parse/rules/list_layout.h"

namespace tally::syntax::grammar {

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
