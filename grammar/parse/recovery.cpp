// Where the parser goes on after a fault: see recovery.h.
#include "grammar/parse/recovery.h"

#include <algorithm>

namespace tally::syntax {

std::uint32_t resume(const TokenReader& tokens, std::uint32_t start, std::uint32_t fault) {
  fault = std::max(fault, start + 1);
  std::size_t depth = 0;
  for (std::uint32_t i = start;; ++i) {
    const Token& token = tokens[i];
    const bool resumes = tokens.begins_declaration(i) && (token.column_one || depth == 0);
    if (i >= fault && (resumes || token.kind == Kind::end)) return i;
    if (opens(token.kind)) ++depth;
    if (closes(token.kind) && depth > 0) --depth;
  }
}

}  // namespace tally::syntax
