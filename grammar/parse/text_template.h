// Insertions in texts: `"inbound from {source} to account"`.
//
// In:     a text literal where insertions count: a reason, or a text that is a result.
// Out:    its pieces in order: literal text, or an expression (a name with fields and indices).
// Always: `{{` is a brace, and a lone `}` is itself. A brace that came from an escape (`\u{7b}`) is text.
#pragma once

#include <variant>
#include <vector>

#include "grammar/source/diagnostics.h"
#include "grammar/tree/ast.h"

namespace tally {

using TemplatePiece = std::variant<std::string, ast::ExprPtr>;

// Adjacent literal pieces are joined and empty ones left out. Faults
// (T115 bad_insert) are reported with their place inside the text; what could
// be read is returned.
std::vector<TemplatePiece> parse_template(const SourceSet& sources, const ast::Text& text, Diagnostics& diagnostics);

}  // namespace tally
