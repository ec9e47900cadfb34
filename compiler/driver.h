// The driver: rule file to policy, stage by stage.
//
// In: the path of a rule file and a function that reads files. Out: what each
// stage made, as far as the chain came; `policy` only if no stage reported an
// error. The checks are asked for apart (checks.h): a table can be looked at
// while a proof still fails.
#pragma once

#include <optional>
#include <string>

#include "compiler/analyze/analyze.h"
#include "compiler/policy.h"
#include "grammar/program.h"
#include "grammar/source/diagnostics.h"

namespace tally {

struct Compilation {
  SourceSet sources;
  Diagnostics diagnostics;
  Program program;
  std::optional<Policy> policy;
};

Compilation compile(const std::string& path, const ReadFile& read);

}  // namespace tally
