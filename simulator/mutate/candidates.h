// Mutants that are worth judging. Private to mutation.
//
// In:     a compilation, and an edit of its text.
// Out:    the edited program, with the decisions that the edit changes.
// Always: an edit that does not compile, or that repeats an earlier mutant, is dropped.
//
// For example, `source is onnet` edited to `source is offnet` is a candidate. If the same edit
// gives equal results for the same decision a second time, it is dropped.
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

// The program with an edit applied: its model, and what has been lowered of it.
struct EditedProgram {
  SourceSet sources;
  std::unique_ptr<const Model> model;
  std::unique_ptr<Lowering> lowering;
};

// Returns nothing if the edited program does not compile. It shares the graph of the compilation.
std::optional<EditedProgram> compile_edit(const Compilation& c, const Edit& edit);

// A decision that an edit changes.
struct Change {
  std::size_t output = 0;  // index into the policy's outputs
  LoweredDecision lowered;
};

struct Candidate {
  std::size_t edit = 0;  // its number among the edits of the file
  Mutant mutant;
  std::vector<Change> changes;
  std::optional<EditedProgram> edited;  // dropped once judged or put off, since many are too large to keep
};

// Returns the output decision with this name, which must exist.
DecisionId decision_named(const Model& model, const std::string& name);

class EditFilter {
 public:
  // The compilation must outlive the filter.
  explicit EditFilter(Compilation& c);
  // Returns nothing if the edit does not make a mutant, or repeats one.
  std::optional<Candidate> mutant_of(const Edit& edit);

 private:
  Compilation& c_;
  Policy& policy_;
  std::vector<Names> dependencies_;  // one per output
  Names decisions_;                  // names of the output decisions
  std::map<std::string, std::set<std::vector<std::pair<std::size_t, ClaimNodes>>>> seen_;  // by owner
};

}  // namespace tally
