// Arguments about a rule file: decisions by name, and conditions and paths in the rule language.
//
// In:     arguments as they were typed.
// Out:    their meaning in the policy of the file, or an error.
// Always: an argument is a source, like a file (`--where:1:6`). A fault is shown at its place in
//         the argument, and is wrong usage (exit 2).
//
//   arguments.output("caller-recording")                  the decision's index into the outputs
//   arguments.condition("--where", "source is onnet")     the condition as an expression
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"
#include "simulator/words/words.h"

namespace tally::cli {

// Compiles a file. If it has an error, the error is shown. Checks and proofs are not run.
Result<Compilation> compile_file(const std::string& path);

class RuleArguments {
 public:
  // The compilation must have a policy, and must outlive the arguments.
  RuleArguments(Compilation& compilation, std::string file) : c_(compilation), file_(std::move(file)) {}

  // `option` names the argument in messages: "--where".
  Result<ExprRef> condition(const std::string& option, const std::string& text);
  // `CONDITION [when CONDITION]`, as in an example. Without `when`, `condition` is null.
  struct Expectation {
    ExprRef claim, condition;
  };
  Result<Expectation> expectation(const std::string& option, const std::string& text);
  // Returns words: expressions whose values a table or a condition is written in. A text is a list, with commas.
  Result<std::vector<Word>> words(const std::string& option, const std::string& text);
  Result<std::vector<Word>> words(const std::string& option, const std::vector<std::string>& texts);
  Result<ExprRef> value(const std::string& option, const std::string& text);
  Result<std::vector<PathPattern>> paths(const std::string& option, const std::string& text);
  // Returns the leaves that paths name, each once. A path that ends at an object, or contains
  // `*`, names all leaves under it.
  Result<std::vector<ElementId>> leaves(const std::string& option, const std::string& text);
  // Returns the index of a decision into the policy's outputs.
  Result<std::size_t> output(const std::string& name);
  // Returns the indices of the named decisions. If none is named, all are returned.
  Result<std::vector<std::size_t>> outputs(const std::vector<std::string>& names);

  // Returns a condition, or null if it has a fault. Faults are added to `faults`, and not shown.
  ExprRef condition(const std::string& option, const std::string& text, Diagnostics& faults);

 private:
  FileId source_of(const std::string& option, const std::string& text, Diagnostics& faults);
  // Shows the faults of an argument, and fails if there are any.
  Result<> shown(const Diagnostics& faults) const;

  Compilation& c_;
  std::string file_;
};

// Returns "did you mean `a`?" if one of the names is similar, else "it has a, b".
std::string suggestion(const std::string& word, const std::vector<std::string>& known);

}  // namespace tally::cli
