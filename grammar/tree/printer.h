// Syntax tree to source text, formatted: the inverse of the parser.
//
// Always: parsing what was printed gives the same tree but for spans, comments
// (which a tree does not hold) and redundant parentheses.
#pragma once

#include <string>

#include "grammar/tree/ast.h"

namespace tally {

std::string source_text(const ast::File& file);
// The parts on one line, without a line break at the end.
std::string source_text(const ast::Expr& expression);
std::string source_text(const ast::Type& type);
std::string source_text(const ast::Path& path);

// The tree itself, one node a line, indented (`tally dump --stage ast`).
std::string tree_text(const ast::File& file);

}  // namespace tally
