// The analysis: from syntax trees to the model, with names, types and documents resolved.
//
// For example, `decision d : flag { on when sorce is onnet }` gives no model, but the error
//
//   error[T201]: unknown name `sorce`
//     help: did you mean `source`?
//
// In:     a program (grammar/program.h) without syntax errors
// Out:    the model of its root file, or nothing if an error was reported. Unused names
//         are warnings (T901).
// Always: one run reports several errors, but none that only follows from another. The
//         elements of all inputs, the values of an enum, the expansion of lets and the
//         values of a proof's `for` names are bounded, each with a message of its own.
#pragma once

#include <optional>

#include "compiler/model/model.h"
#include "grammar/program.h"
#include "grammar/source/diagnostics.h"

namespace tally {

// Bounds on all inputs together, on one let, and on the values of a proof's `for` names.
inline constexpr std::size_t max_elements = 200'000;
inline constexpr std::size_t max_expansion = 1'000'000;
inline constexpr std::size_t max_binder_values = 100'000;
// The conditions of one `count`, and the expressions that quantifiers expand to, all together.
inline constexpr std::size_t max_counted = 256;
inline constexpr std::size_t max_quantified = 1'000'000;
// The members of named lists, counted at each use.
inline constexpr std::size_t max_list_members = 2'000'000;

// Returns the model, or nothing if an error was reported.
std::optional<Model> analyze(const Program& program, const SourceSet& sources, Diagnostics& diagnostics);
// The same with another module as the root file. What amends it is left out.
std::optional<Model> analyze_module(const Program& program, std::size_t root, const SourceSet& sources,
                                    Diagnostics& diagnostics);

// Analyzes a condition of the user (`--where`), such as `source is onnet`, with the names
// of the root file. Returns null after a fault, which is reported.
ExprRef analyze_condition(const Program& program, const SourceSet& sources, const Model& model,
                          const ast::Expr& condition, Diagnostics& diagnostics);

// The same for any expression, such as `account-settings.time_limit`.
ExprRef analyze_value(const Program& program, const SourceSet& sources, const Model& model, const ast::Expr& value,
                      Diagnostics& diagnostics);
// The same for paths. Returns an empty list after a fault, which is reported.
std::vector<PathPattern> analyze_paths(const Program& program, const SourceSet& sources, const Model& model,
                                       const std::vector<ast::Path>& paths, Diagnostics& diagnostics);

}  // namespace tally
