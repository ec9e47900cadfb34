// Mutants that are worth judging. Private to mutation.
//
// In: a compilation and an edit of its text. Out: the edited program with the decisions that
// it changes; nothing for an edit that does not compile, or that makes a mutant again.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/front_end.h"
#include "simulator/mutate/claims.h"
#include "simulator/mutate/mutate.h"

namespace tally {

// The program with an edit made: its model, and what was lowered of it.
struct EditedProgram {
  SourceSet sources;
  std::unique_ptr<const Model> model;
  std::unique_ptr<Lowering> lowering;
};

// Nothing if it does not compile. It shares the graph of the compilation.
std::optional<EditedProgram> compile_edit(const Compilation& c, const Edit& edit);

// A decision that an edit changes.
struct Change {
  std::size_t output = 0;  // of the policy
  LoweredDecision lowered;
};

struct Candidate {
  Mutant mutant;
  std::vector<Change> changes;
  std::optional<EditedProgram> edited;  // until it is judged or put off: many at once are too large
};

// The output decision of this name, which there is.
DecisionId decision_named(const Model& model, const std::string& name);

class EditFilter {
 public:
  // The compilation must outlive it.
  explicit EditFilter(Compilation& c);
  // Nothing if the edit makes no mutant, or one that there is already.
  std::optional<Candidate> mutant_of(const Edit& edit);

 private:
  Compilation& c_;
  Policy& policy_;
  std::vector<Names> dependencies_;                                                        // each output
  Names decisions_;                                                                        // that are outputs
  std::map<std::string, std::set<std::vector<std::pair<std::size_t, ClaimNodes>>>> seen_;  // by owner
};

}  // namespace tally
