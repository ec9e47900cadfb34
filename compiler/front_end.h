// The front end: from the path of a rule file to a policy.
//
// In:     the path, and a function that reads files; the compiler does no I/O itself
// Out:    the results of the stages up to the first that failed: sources, syntax trees,
//         the policy
// Always: `policy` is set if and only if no stage reported an error. Proofs, examples and
//         the other checks are separate (checks.h), so a table can be shown while a proof
//         fails.
//
// For example:
//
//   const Compilation compilation = compile("recording.tally", read_file);
//   if (!compilation.policy) return complain(compilation.diagnostics);
//
// driver.h continues from here, to functions and to files.
#pragma once

#include <optional>
#include <string>

#include "compiler/analyze/analyze.h"
#include "compiler/policy.h"
#include "grammar/program.h"
#include "grammar/source/diagnostics.h"

namespace tally {

// A rule file and the results of its stages.
struct Compilation {
  std::string path;  // of the rule file, as the caller wrote it
  SourceSet sources;
  Diagnostics diagnostics;
  Program program;
  std::optional<Policy> policy;
};

// Runs the front end. Errors are in `diagnostics` of the result.
Compilation compile(const std::string& path, const ReadFile& read);

// Whether the rule file itself could not be read. Then the path is wrong, not a rule.
bool is_unreadable(const Compilation& compilation);

}  // namespace tally
