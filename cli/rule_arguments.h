// Arguments about a rule file: decisions by name, conditions and paths in the
// rule language. What every command shares that asks something about a file.
//
// In: arguments as they were typed. Out: what they mean in the file's policy;
// nothing after a fault, which is shown where it stands in the argument. Always:
// an argument is a source like a file (`--where:1:6`), and a fault in one is
// wrong usage (exit 2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/front_end.h"

namespace tally::cli {

// The file compiled; nothing where it has an error, which is reported;
// `exit_code` says then how to end. Checks and proofs are not run.
std::optional<Compilation> compile_file(const std::string& path, int& exit_code);

class RuleArguments {
 public:
  // The compilation (with a policy) must outlive it.
  RuleArguments(Compilation& compilation, std::string file) : c_(compilation), file_(std::move(file)) {}

  // `option` names the argument in messages: "--where".
  ExprRef condition(const std::string& option, const std::string& text);
  // `CONDITION [when CONDITION]`, as in an example; the condition is null where there
  // is no `when`.
  struct Expectation {
    ExprRef claim, condition;
  };
  std::optional<Expectation> expectation(const std::string& option, const std::string& text);
  // The same with its faults, which are not shown.
  ExprRef condition(const std::string& option, const std::string& text, Diagnostics& faults);
  ExprRef value(const std::string& option, const std::string& text);
  std::optional<std::vector<PathPattern>> paths(const std::string& option, const std::string& text);
  // The leaves that paths name, each once; a path that stops early, or holds `*`,
  // means all under it.
  std::optional<std::vector<ElementId>> leaves(const std::string& option, const std::string& text);
  // An output decision, as an index into the policy's outputs.
  std::optional<std::size_t> output(const std::string& name);
  // Those that were named, all where none is.
  std::optional<std::vector<std::size_t>> outputs(const std::vector<std::string>& names);

 private:
  Compilation& c_;
  std::string file_;
};

// "it has a, b"; "did you mean `a`?" where one of them is near.
std::string suggestion(const std::string& word, const std::vector<std::string>& known);

}  // namespace tally::cli
