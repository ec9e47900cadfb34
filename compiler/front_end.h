// The front end: from the path of a rule file to a policy.
//
// In:     the path, and a function that reads files; the compiler does no I/O itself.
// Out:    what each stage made, as far as it came: sources, syntax trees, the policy.
// Always: `policy` is set exactly if no stage reported an error. Proofs, examples and the
//         other checks are separate (checks.h): a table can be shown while a proof fails.
//
// driver.h goes on from here, to functions and to files.
#pragma once

#include <optional>
#include <string>

#include "compiler/analyze/analyze.h"
#include "compiler/policy.h"
#include "grammar/program.h"
#include "grammar/source/diagnostics.h"

namespace tally {

struct Compilation {
  std::string path;  // of the rule file, as it was given
  SourceSet sources;
  Diagnostics diagnostics;
  Program program;
  std::optional<Policy> policy;
};

Compilation compile(const std::string& path, const ReadFile& read);

// Whether the rule file itself could not be read: a fault of the path, not of the rules.
bool is_unreadable(const Compilation& compilation);

}  // namespace tally
