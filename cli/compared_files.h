// The two rule files that a command compares.
//
// In:     the paths of an old file and of a new one, conditions, a file of requests or a decision log.
// Out:    both compilations; a condition in the names of either file; counted calls.
// Always: a fault has been shown when a function fails with an empty message.
//
//   TALLY_ASSIGN_OR_RETURN(Compilations both, compile_both({"old.tally", "new.tally"}));
//   condition_of_either(both, files, "--where", "source is onnet")
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"
#include "simulator/report/diff_json.h"

namespace tally::cli {

using Compilations = Pair<std::unique_ptr<Compilation>>;

// Compiles both files, without checks and proofs.
Result<Compilations> compile_both(const Pair<std::string>& files);

// The decisions of a file by name, in the order of its outputs, and the index of one of them.
std::vector<std::string> output_names(const Compilation& c);
std::optional<std::size_t> output_at(const Compilation& c, const std::string& name);

// Returns the condition in the names of the old file or, if it has no meaning there, of the new one. `option` names
// the argument in messages: "--where".
Result<DiffCondition> condition_of_either(Compilations& c, const Pair<std::string>& files, const std::string& option,
                                          const std::string& text);

// The option `--calls FILE`.
void calls_option(CLI::App& app, std::string& calls);
// Counts how many calls fall into each row of the report: the requests of a file, where `-` is standard input, or the
// decisions of a log. Returns whether every key of the requests was accepted, and all of the log could be read.
Result<bool> count_calls(Compilations& c, const std::string& calls, bool strict, const Joint& joint,
                         report::DiffReport& report);

}  // namespace tally::cli
