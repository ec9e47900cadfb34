// The fewest settings that have to change together for another outcome. Private to explanations.
//
// In:     an output, and the codes of a call that no single setting would change the outcome of.
// Out:    sets of settings with what each would have to be, all sets of the same size; nothing if the outcome is the
//         same in every call that is possible.
// Always: fewer settings do not change the outcome. An object that has to be there for one of the settings, and
//         members that then have their defaults, are not counted.
//
// For example, `on when count(a, b, c) >= 2` with none of them on: "a is on and b is on", "a is on and c is on" and
// "b is on and c is on".
#pragma once

#include <set>
#include <vector>

#include "compiler/checks/wording.h"
#include "simulator/explain/explain.h"

namespace tally {

class FewestChanges {
 public:
  // The arguments must outlive the search.
  FewestChanges(Policy& policy, const Output& output, const Assignment& codes, const CallFacts& facts,
                const Wording& wording);
  std::vector<ChangesTogether> run();

 private:
  unsigned cost(VariableId variable, Code code) const;
  std::vector<ElementId> changed_settings(const Assignment& codes) const;
  bool is_compared(ElementId element) const;
  ChangesTogether shown(const Assignment& codes, const std::vector<ElementId>& settings);
  CodeSet values_of(std::size_t setting, const std::vector<ElementId>& settings, std::vector<CodeSet>& values,
                    Diagram alike);
  std::string outcome_text(const Assignment& codes);
  bool is_same(const ResultPart& part, const Assignment& codes);
  Diagram decided_alike(const Assignment& codes);

  const Model& model_;
  const Classes& classes_;
  Space& space_;
  const Output& output_;
  const Assignment& codes_;
  const CallFacts& facts_;
  const Wording& wording_;
  Diagram possible_;
  std::vector<NodeId> nodes_;  // the rule and the parts of the output
};

}  // namespace tally
