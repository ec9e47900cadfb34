// The printer: from a syntax tree to source text. It is the inverse of the parser. The formatter
// (grammar/format/format.h) sets lines and columns.
//
// In:     a tree, or a part of one
// Out:    its source text
// Always: parsing the text gives the same tree, apart from spans, comments (a tree has
//         none) and redundant brackets
#pragma once

#include <string>

#include "grammar/tree/ast.h"

namespace tally {

// A whole file, with a line per declaration, and in tables per row.
std::string source_text(const ast::File& file);
// A part on one line, without a line break at the end.
std::string source_text(const ast::Expr& expression);
std::string source_text(const ast::Cell& cell);
std::string source_text(const ast::Type& type);
std::string source_text(const ast::Path& path);

// The tree itself, one node per line, indented, for `tally dump --stage ast`.
std::string tree_text(const ast::File& file);

}  // namespace tally
