// The space of a question about settings: what may be set, what is a fact, and which settings
// meet each wish. Private to solving (solve*.cpp).
//
// In:     a policy and a question.
// Out:    conditions over settings and facts.
// Always: the code of a setting is what is stored in a document.
//
// A stored code is the code that calls have, with one exception: a leaf with a default that is
// left out. If nothing under the paths decides whether the object around the leaf is present,
// code 0 means both "absent" and "at its default".
//
// For example, in `caller-recording is on when source is onnet` over `caller`, `source` is a
// fact, and `caller.device[outbound, onnet].enabled` is a setting.
//
// Functions throw NodeLimit like their diagrams.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "simulator/solve/solve.h"
#include "simulator/solve/start.h"

namespace tally {

class SettingsSpace {
 public:
  // The conditions of one wish, over settings and facts.
  struct WishDiagrams {
    Diagram about;  // the possible calls that the wish is about
    Diagram fails;  // those of them in which the wish does not hold
    Diagram room;   // settings under which some call is about the wish
    Diagram meets;  // settings that meet the wish
  };

  // The policy and the question must outlive the space.
  SettingsSpace(Policy& policy, const SolveQuestion& question)
      : policy_(policy), question_(question), start_(*policy.model, question.documents) {}
  // Makes everything below. Fails if the question does not fit the policy. Called once, first.
  Result<> build();

  const Model& model() const { return *policy_.model; }
  const Classes& classes() const { return *classes_; }
  Space& space() { return *space_; }
  Diagrams& diagrams() { return space_->diagrams(); }

  // Leaves and objects under the paths that are read, or that a document must hold beside one
  // that is read. If elements have the same value (`same`), all of them are in the set.
  const std::set<ElementId>& settings() const { return settings_; }
  const std::set<ElementId>& facts() const { return facts_; }
  bool is_setting(ElementId element) const { return under_.contains(element); }
  // Returns the element whose variable all elements of a `same` group share; mostly `element`
  // itself.
  ElementId representative(ElementId element) const;
  std::vector<VariableId> setting_variables() const { return space_->variables(settings_); }
  std::vector<VariableId> fact_variables() const { return space_->variables(facts_); }

  const std::vector<WishDiagrams>& wishes() const { return wishes_; }
  // The settings that may be chosen: every element that nothing reads has its first value; with documents, what may
  // not be changed is as it was.
  Diagram plain() const { return plain_; }
  // With documents: the same, but that an object may be removed whatever is in it.
  Diagram plain_with_removals() const { return plain_with_removals_; }
  // Whether an object may go: the question reads all that a document has in it, and it is not the document itself.
  bool can_be_removed(ElementId object) const;
  // What a document has in an object, and the question does not read.
  KeptObject unread_in(ElementId object) const;
  // What the documents of the question hold.
  const Start& start() const { return start_; }
  // The code that a setting has before anything is changed: the code of calls, with defaults.
  Code start_code(ElementId element) const;
  // Returns the codes of a leaf that mean the same in a document as at the start.
  CodeSet unchanged(ElementId element) const;
  // Returns the element itself, or one of its `same` group, that is in a document.
  ElementId in_document(ElementId element) const;
  // Whether the question lets an element be set, or changed.
  bool may_change(ElementId element) const;
  // Whether no wish and no assumption reads the setting.
  bool is_filler(ElementId element) const { return fillers_.contains(element); }
  // Returns the codes of a leaf that are written into a document: all but "left out".
  CodeSet written(ElementId element) const;
  // Objects under the paths that are present whenever the object around them is.
  const std::vector<ElementId>& required_objects() const { return required_objects_; }

 private:
  Result<> make_same();
  Result<> lower();
  void relate_what_is_same();
  void find_decisions();
  void choose_settings();
  Result<> make_space();
  Result<> make_wishes();
  void join(ElementId a, ElementId b);
  Result<> take_documents();
  Result<> check_same_in_documents() const;
  void cut_at_values_that_stay();
  void fix_what_stays();
  CodeSet allowed(ElementId element) const;
  bool is_document(ElementId object) const;
  bool is_taken(ElementId element) const;
  std::vector<ElementId> group(ElementId element) const;
  bool surroundings_are_facts(ElementId element) const;
  Diagram of_settings(Diagram calls);
  Diagram with_documents(Diagram calls);
  Diagram some_fact(Diagram condition);

  Policy& policy_;
  const SolveQuestion& question_;
  Start start_;
  std::set<ElementId> under_;            // the paths, or all of the documents; closed under `same`
  std::set<ElementId> changeable_;       // with documents: the paths, closed under `same`
  std::set<ElementId> around_;           // with documents: the objects around them
  std::map<ElementId, ElementId> same_;  // an element to the first of its group
  std::map<ElementId, std::vector<ElementId>> groups_;
  std::set<ElementId> equal_;  // relations of elements of a group
  Reads reads_;
  std::set<DecisionId> decisions_;  // decisions that wishes and assumptions depend on
  std::vector<NodeId> roots_;
  std::set<ElementId> settings_, facts_, fillers_;
  std::vector<ElementId> required_objects_;
  std::unique_ptr<Classes> classes_;
  std::unique_ptr<Space> space_;
  std::vector<WishDiagrams> wishes_;
  Diagram plain_, plain_with_removals_;
};

}  // namespace tally
