// Source text to syntax tree.
//
// For example, `input x : flag` is InputDecl{x, FlagType}.
//
// In:     one file of a `SourceSet`
// Out:    its declarations, its comments, and a hole for each declaration with a fault. Each fault of
//         form is a diagnostic.
// Always: after a fault the parser goes on at the next declaration, so several are reported in one
//         run. Files are at most `max_file_bytes` long, and nesting is at most `max_nesting` deep. The
//         time is linear in the text. Nothing throws, and the stack does not overflow.
#pragma once

#include <string_view>
#include <vector>

#include "grammar/parse/tokens/bounds.h"
#include "grammar/source/diagnostics.h"
#include "grammar/tree/ast.h"

namespace tally {

ast::File parse(const SourceSet& sources, FileId file, Diagnostics& diagnostics);

// One condition or expression on its own, such as an argument of a command;
// null after a fault, which is reported.
ast::ExprPtr parse_expression(const SourceSet& sources, FileId file, Diagnostics& diagnostics);
// A condition, and the calls that it is about: `CONDITION [when CONDITION]`, as after
// `expect`; the claim is null after a fault, which is reported.
ast::Expect parse_expectation(const SourceSet& sources, FileId file, Diagnostics& diagnostics);
// A comma-separated list of paths on its own (`account[*, *].enabled, caller`).
std::vector<ast::Path> parse_paths(const SourceSet& sources, FileId file, Diagnostics& diagnostics);

// The words that cannot be names, in the order of docs/language.md.
std::vector<std::string_view> keywords();
bool is_keyword(std::string_view word);
// Whether a word can be written as a name (letter, then letters, digits, `_`,
// `-`, not ending in `-`, no keyword).
bool is_name(std::string_view word);

}  // namespace tally
