// Syntax trees to model: names, types, documents.
//
// In: a program (grammar/program.h) without syntax errors. Out: the model of
// its root file, or nothing where an error was reported; several errors a run,
// none that only follows from another. Warnings: unused names (T901).
//
// Bounds, each with its message: elements of all inputs, values of an enum,
// `let` expansion, values of a proof's `for` names.
#pragma once

#include <optional>

#include "compiler/model/model.h"
#include "grammar/program.h"
#include "grammar/source/diagnostics.h"

namespace tally {

inline constexpr std::size_t max_elements = 200'000;
inline constexpr std::size_t max_expansion = 1'000'000;
inline constexpr std::size_t max_binder_values = 100'000;

std::optional<Model> analyze(const Program& program, const SourceSet& sources, Diagnostics& diagnostics);

// A condition of the user's own (`--where`), over the names of the root file;
// null after a fault, which is reported.
ExprRef analyze_condition(const Program& program, const SourceSet& sources, const Model& model,
                          const ast::Expr& condition, Diagnostics& diagnostics);

// Likewise any expression, such as `account-settings.time_limit`.
ExprRef analyze_value(const Program& program, const SourceSet& sources, const Model& model, const ast::Expr& value,
                      Diagnostics& diagnostics);
// Likewise paths; empty after a fault, which is reported.
std::vector<PathPattern> analyze_paths(const Program& program, const SourceSet& sources, const Model& model,
                                       const std::vector<ast::Path>& paths, Diagnostics& diagnostics);

}  // namespace tally
