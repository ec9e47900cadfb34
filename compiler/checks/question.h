// The classes and the space in which a question about a policy is answered.
//
// For example, let the rules compare `limit < 30` only. A proof about `limit < 30` is
// answered in the space of the policy, whose diagrams exist already. A proof about
// `limit < 60` needs the classes < 30, 30..59 and 60.., so it gets a space of its own.
//
// In:     a policy, and the reads of a question
// Out:    a question space
// Always: a question space contains every element and cut of its question. The space of
//         the policy is used if its classes can answer the question. A proof or an
//         example cuts for itself only: the classes of the policy do not change.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "compiler/checks/policy_view.h"

namespace tally {

// What a question reads: elements, cuts, and some nodes that it needs.
struct Question {
  static constexpr std::size_t max_roots = 32;

  std::set<ElementId> elements;
  std::set<CutId> cuts;
  // Some nodes that the question needs; the variable order is chosen for them. A proof
  // over many `for` values needs similar nodes for each, so a few are enough.
  std::vector<NodeId> roots;
  // Whether the question is about two calls that differ in several leaves, as for `ignores`.
  CallsAtOnce calls = CallsAtOnce::one;

  void add(const Reads& reads) {
    elements.insert(reads.elements.begin(), reads.elements.end());
    cuts.insert(reads.cuts.begin(), reads.cuts.end());
  }
  void add_root(NodeId root) {
    if (roots.size() < max_roots) roots.push_back(root);
  }
};

// A space with its classes.
class QuestionSpace {
 public:
  // The space of the policy. It may be renewed, so it is looked up for each use.
  explicit QuestionSpace(const PolicyView& policy) : policy_(policy) {}
  QuestionSpace(const PolicyView& policy, std::shared_ptr<const Classes> classes, std::shared_ptr<Space> space)
      : policy_(policy), classes_(std::move(classes)), space_(std::move(space)) {}

  const Classes& classes() const { return classes_ ? *classes_ : *policy_.classes; }
  Space& space() const { return space_ ? *space_ : *policy_.space; }
  Diagrams& diagrams() const { return space().diagrams(); }

 private:
  PolicyView policy_;
  std::shared_ptr<const Classes> classes_;
  std::shared_ptr<Space> space_;
};

// Whether the classes and the space of the policy can answer the question.
bool is_known(const PolicyView& policy, const Question& question);
// The classes for a question: the policy's cuts of its elements, and its own cuts.
std::shared_ptr<const Classes> classes_for(const PolicyView& policy, const Question& question);
// The variable order of a question's space: the best for its roots, some of which are
// built to compare orders, or the order of the policy's space, without a comparison.
enum class SpaceOrder : bool { best, of_policy };
// A space with these classes. `classes` must outlive it.
std::shared_ptr<Space> space_for(const PolicyView& policy, const Question& question, const Classes& classes,
                                 std::size_t node_limit, SpaceOrder order);

// Spaces that many questions share. A diagram that one question builds exists for the
// next, and a decision is not built again for each cut of a proof. A condition that holds
// for every call also holds in finer classes. Calls are neither counted nor shown here:
// if a question fails, it is asked again in a space of its own.
class SharedQuestionSpaces {
 public:
  // The policy must outlive it.
  SharedQuestionSpaces(const PolicyView& policy, std::size_t node_limit) : policy_(policy), node_limit_(node_limit) {}

  // Adds a question and returns its number. All questions must be added before the first
  // is asked, in the order in which they will be asked.
  std::size_t add(const Question& question);
  // Returns `holds(view)` for the space of the question. Returns false if this takes too
  // many nodes, or if the question has no space.
  template <class Holds>
  bool holds(std::size_t question, Holds holds) {
    const auto view = at(question);
    if (!view) return false;
    // Caps what one question may use, so that a hopeless one fails early.
    Diagrams& diagrams = view->diagrams();
    diagrams.set_node_limit(std::min(node_limit_, diagrams.node_count() + node_limit_ / 4));
    try {
      const bool known = holds(*view);
      diagrams.set_node_limit(node_limit_);
      return known;
    } catch (const NodeLimit&) {
      renew(question);
      return false;
    }
  }

 private:
  std::optional<QuestionSpace> at(std::size_t question);
  void renew(std::size_t question);
  // Questions that fit in one space: no leaf has too many codes under all their cuts.
  struct Group {
    Question all;
    std::map<ElementId, std::size_t> pieces;  // an upper bound of the classes of each leaf
  };
  bool fits(const Group& group, const Question& question) const;

  const PolicyView policy_;
  std::size_t node_limit_;
  std::vector<Group> groups_;
  std::vector<std::optional<std::size_t>> group_of_;  // by question; nothing for the space of the policy
  std::size_t at_hand_ = 0;                           // the group of `view_`
  std::optional<QuestionSpace> view_;
};

}  // namespace tally
