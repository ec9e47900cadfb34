// The space of a question about settings: what may be set, what is a fact, and for
// each wish when settings meet it. Private to solving (solve*.cpp).
//
// In: a policy and a question. Out: conditions over settings and facts. Always: a
// code of a setting is what is stored. That is the code that calls have, but for a leaf with
// a default that is left out: if nothing under the paths decides whether the object around it
// is there, code 0 stands for both of "absent" and "at its
// default".
//
// Throws NodeLimit like its diagrams.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "simulator/solve/solve.h"

namespace tally {

class SettingsSpace {
 public:
  // One wish, over settings and facts.
  struct WishDiagrams {
    Diagram about;  // the possible calls that it is about
    Diagram fails;  // those of them in which it does not hold
    Diagram room;   // settings with a call that it is about
    Diagram meets;  // settings that meet it
  };

  // Both must outlive it.
  SettingsSpace(Policy& policy, const SolveQuestion& question) : policy_(policy), question_(question) {}
  // Makes everything below. Fails if something is wrong with the question.
  Result<> build();

  const Model& model() const { return *policy_.model; }
  const Classes& classes() const { return *classes_; }
  Space& space() { return *space_; }
  Diagrams& diagrams() { return space_->diagrams(); }

  // Settings: leaves and objects under the paths that are read, or have to stand where one
  // of these does. Of elements that are the same, all.
  const std::set<ElementId>& settings() const { return settings_; }
  const std::set<ElementId>& facts() const { return facts_; }
  bool is_setting(ElementId element) const { return under_.contains(element); }
  // The one of the elements that are the same that stands for all; itself mostly.
  ElementId representative(ElementId element) const;
  std::vector<VariableId> setting_variables() const { return space_->variables(settings_); }
  std::vector<VariableId> fact_variables() const { return space_->variables(facts_); }

  const std::vector<WishDiagrams>& wishes() const { return wishes_; }
  // Settings that fill what nothing reads with its first value.
  Diagram plain() const { return plain_; }
  // Whether nothing that is asked reads the setting.
  bool is_filler(ElementId element) const { return fillers_.contains(element); }
  // The codes of a leaf that is written into a document.
  CodeSet written(ElementId element) const;
  // Objects under the paths that are there whenever what is around them is.
  const std::vector<ElementId>& required_objects() const { return required_objects_; }

 private:
  Result<> make_same();
  Result<> lower();
  void find_decisions();
  void choose_settings();
  Result<> make_space();
  Result<> make_wishes();
  void join(ElementId a, ElementId b);
  std::vector<ElementId> group(ElementId element) const;
  bool surroundings_are_facts(ElementId element) const;
  Diagram of_settings(Diagram calls);
  Diagram some_fact(Diagram condition);

  Policy& policy_;
  const SolveQuestion& question_;
  std::set<ElementId> under_;            // the paths, closed under what is the same
  std::map<ElementId, ElementId> same_;  // to the first of its group
  std::map<ElementId, std::vector<ElementId>> groups_;
  Reads reads_;
  std::set<DecisionId> decisions_;  // that something is asked of
  std::vector<NodeId> roots_;
  std::set<ElementId> settings_, facts_, fillers_;
  std::vector<ElementId> required_objects_;
  std::unique_ptr<Classes> classes_;
  std::unique_ptr<Space> space_;
  std::vector<WishDiagrams> wishes_;
  Diagram plain_;
};

}  // namespace tally
