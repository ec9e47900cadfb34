// Where a question about a policy is answered: in which classes, and in which space.
//
// In: a policy, and what a question reads. Out: a question space. A question that the
// policy's own classes can answer is answered in the policy's space, whose diagrams are
// there already. Any other gets finer classes and a space of its own, so that a proof or an
// example cuts for itself only. Always: a question space knows every element and cut of its
// question.
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

struct Question {
  static constexpr std::size_t max_roots = 32;

  std::set<ElementId> elements;
  std::set<CutId> cuts;
  // Some of what will be asked of the space: for the order of its variables. A proof
  // over many `for` values asks much the same of each: a few tell the order.
  std::vector<NodeId> roots;

  void add(const Reads& reads) {
    elements.insert(reads.elements.begin(), reads.elements.end());
    cuts.insert(reads.cuts.begin(), reads.cuts.end());
  }
  void add_root(NodeId root) {
    if (roots.size() < max_roots) roots.push_back(root);
  }
};

class QuestionSpace {
 public:
  // The policy's own, which may be renewed, so it is looked up each time.
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

// Whether the policy's own classes and space can answer it.
bool is_known(const PolicyView& policy, const Question& question);
// The classes of a question: the policy's cuts of its elements, and its own.
std::shared_ptr<const Classes> classes_for(const PolicyView& policy, const Question& question);
// How the variables of a question's space are ordered: best for its roots, some of which are
// built to find out; or as in the policy's space, without a look.
enum class SpaceOrder : bool { best, of_policy };
// A space of these classes.
std::shared_ptr<Space> space_for(const PolicyView& policy, const Question& question, const Classes& classes,
                                 std::size_t node_limit, SpaceOrder order);

// Spaces that many questions share, so that what one of them builds is there for the next,
// and a decision is not built anew for each cut that a proof makes for itself. Whether
// something holds for every call is the same in finer classes. Calls are neither counted
// nor shown here: a question that fails is asked again in a space of its own.
class SharedQuestionSpaces {
 public:
  // The policy must outlive them.
  SharedQuestionSpaces(const PolicyView& policy, std::size_t node_limit) : policy_(policy), node_limit_(node_limit) {}

  // All questions first, in the order in which they will be asked; gives its number.
  std::size_t add(const Question& question);
  // What `holds` returns for the question's space; false, too, if it takes too many nodes
  // there, or if the question has no space.
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
  // Questions whose cuts leave no leaf with too many codes.
  struct Group {
    Question all;
    std::map<ElementId, std::size_t> pieces;  // no leaf has more classes
  };
  bool fits(const Group& group, const Question& question) const;

  const PolicyView policy_;
  std::size_t node_limit_;
  std::vector<Group> groups_;
  std::vector<std::optional<std::size_t>> group_of_;  // by question; none: the policy's own space
  std::size_t at_hand_ = 0;                           // the group that `view_` is of
  std::optional<QuestionSpace> view_;
};

}  // namespace tally
