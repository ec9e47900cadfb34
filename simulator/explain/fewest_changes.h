// The fewest settings that have to change together for another outcome. Private to explanations.
//
// In:     an output, and the codes of a call that no single setting would change the outcome of.
// Out:    sets of settings with what each would have to be, all sets of the same size; whether the outcome is the
//         same in every call that is possible. If neither is found, what several settings do together is not known.
// Always: fewer settings do not change the outcome. An object that has to be there for one of the settings, and
//         members that then have their defaults, are not counted. Of the numbers and texts that are compared with
//         each other at most one is changed, the others keep their values; what two of them do together is not found.
//
// For example, `on when count(a, b, c) >= 2` with none of them on: "a is on and b is on", "a is on and c is on" and
// "b is on and c is on".
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "compiler/checks/wording.h"
#include "simulator/explain/compared_values.h"
#include "simulator/explain/explain.h"

namespace tally {

class FewestChanges {
 public:
  // The arguments must outlive the search.
  FewestChanges(Policy& policy, const Output& output, const Assignment& codes, const CallFacts& facts,
                const Wording& wording, const ComparedValues& compared);
  std::vector<ChangesTogether> run();
  // Whether no possible call has another outcome.
  bool is_settled() { return others_ == space_.diagrams().no(); }

 private:
  // A part of the calls: all leaves that are compared with others have the codes of `codes`. One of them, `moved`,
  // has another value than in the call.
  struct Part {
    Assignment codes;
    std::optional<ElementId> moved;
    std::shared_ptr<const Classes> classes;  // of `moved`
    Code value = 0;                          // its code in these
  };
  struct Found {
    std::size_t settings = 0;  // how many, `moved` among them
    Assignment codes;
    std::vector<ElementId> others;  // the settings without `moved`
    const Part* part;
  };
  // Values of a setting that is compared with others, with what changes beside it.
  struct Moved {
    CodeSet values;
    Found beside;
  };
  // A value of a setting with which the outcome would be the same.
  struct Except {
    ElementId leaf;
    Literal value;
  };

  Diagram other_calls();
  std::vector<Part> parts() const;
  Diagram calls_of(const Part& part, Diagram calls);
  std::optional<Found> cheapest(const Part& part, Diagram calls);
  std::vector<Found> all_of(const Part& part, Diagram calls, std::size_t fewest, std::size_t limit);
  void add(Found found, std::vector<Moved>& moved);
  unsigned cost(VariableId variable, Code code) const;
  std::vector<ElementId> changed_settings(const Assignment& codes) const;
  ChangesTogether shown(const Found& found);
  CodeSet values_of(std::size_t setting, const Found& found, std::vector<CodeSet>& values, Diagram alike);
  std::string outcome_text(const Found& found);
  bool is_same(const ResultPart& part, const Found& found);
  Origin before(const ResultPart& part, std::uint32_t code) const;
  Origin after(const ResultPart& part, std::uint32_t code, const Found& found) const;
  std::optional<Except> except(const Found& found);
  std::optional<Except> except(std::size_t setting, const Found& found, const CodeSet& values);
  std::string condition_of(const Classes& classes, ElementId leaf, const CodeSet& values,
                           const std::optional<Except>& except) const;
  Diagram decided_alike(const Assignment& codes);

  const Model& model_;
  const Classes& classes_;
  Space& space_;
  const Output& output_;
  const Assignment& codes_;
  const CallFacts& facts_;
  const Wording& wording_;
  const ComparedValues& compared_;
  Diagram possible_;
  Diagram others_;               // the possible calls with another rule's or part's outcome
  std::vector<NodeId> nodes_;    // the rule and the parts of the output
  std::vector<ElementId> held_;  // leaves that are compared with others, and how they compare
};

}  // namespace tally
