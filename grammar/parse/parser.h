// Source text to syntax tree.
//
// In: one file of a `SourceSet`. Out: its declarations; every syntax fault is a
// diagnostic with a message of its own for the construct. After a fault the
// parser goes on at the next declaration, so that several are reported a run;
// the declarations that were read are returned all the same, and the caller
// looks at `Diagnostics::has_errors`.
//
// Bounds: files up to `max_file_bytes`, nesting up to `max_nesting`. Never
// throws, never overflows the stack, linear in the size of the text.
#pragma once

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

// The words that cannot be names.
bool is_keyword(std::string_view word);
// Whether a word can be written as a name (letter, then letters, digits, `_`,
// `-`, not ending in `-`, no keyword).
bool is_name(std::string_view word);

}  // namespace tally
