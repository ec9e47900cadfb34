// Arguments about a rule file: decisions by name, conditions and paths in the rule
// language.
//
// In: arguments as they were typed. Out: what they mean in the file's policy, or an error.
// Always: an argument is a source like a file (`--where:1:6`); a fault in it is shown where
// it stands in the argument, and is wrong usage (exit 2).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"

namespace tally::cli {

// The file compiled; if it has an error, that is shown. Checks and proofs are not run.
Result<Compilation> compile_file(const std::string& path);

class RuleArguments {
 public:
  // The compilation (with a policy) must outlive it.
  RuleArguments(Compilation& compilation, std::string file) : c_(compilation), file_(std::move(file)) {}

  // `option` names the argument in messages: "--where".
  Result<ExprRef> condition(const std::string& option, const std::string& text);
  // `CONDITION [when CONDITION]`, as in an example; without `when` the condition is null.
  struct Expectation {
    ExprRef claim, condition;
  };
  Result<Expectation> expectation(const std::string& option, const std::string& text);
  Result<ExprRef> value(const std::string& option, const std::string& text);
  Result<std::vector<PathPattern>> paths(const std::string& option, const std::string& text);
  // The leaves that paths name, each once; a path that stops early, or holds `*`, means all
  // under it.
  Result<std::vector<ElementId>> leaves(const std::string& option, const std::string& text);
  // An output decision, as an index into the policy's outputs.
  Result<std::size_t> output(const std::string& name);
  // The named ones; if none is named, all.
  Result<std::vector<std::size_t>> outputs(const std::vector<std::string>& names);

  // A condition whose faults are not shown; null if it has one.
  ExprRef condition(const std::string& option, const std::string& text, Diagnostics& faults);

 private:
  // Shows the faults, which are of an argument.
  Result<> shown(const Diagnostics& faults) const;

  Compilation& c_;
  std::string file_;
};

// "did you mean `a`?" if one of the names is near, else "it has a, b".
std::string suggestion(const std::string& word, const std::vector<std::string>& known);

}  // namespace tally::cli
