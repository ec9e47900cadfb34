// Question spaces, shared and not. See question.h.
//
// Questions are put into groups in the order in which they are added. A group takes
// questions until a leaf would have too many codes; then the next group begins. So there
// are few groups, and one space exists at a time.
#include "compiler/checks/question.h"

#include <algorithm>
#include <utility>

namespace tally {
namespace {

// The largest number of classes that a cut can add to a leaf.
// Ends, lengths and patterns multiply, so that the classes have to be counted.
std::size_t pieces_of(const Cut& cut) {
  if (has_tests(cut)) return max_value_codes;
  return 2 * cut.ranges.size() + cut.texts.size() + cut.prefixes.size();
}

// Whether the classes of the policy suit as many calls at once. Without comparisons they suit any number.
bool suits(const PolicyView& policy, const Question& question) {
  return policy.classes->calls_at_once() >= question.calls ||
         std::none_of(question.elements.begin(), question.elements.end(),
                      [&](ElementId element) { return policy.model->at(element).relation.has_value(); });
}

}  // namespace

bool is_known(const PolicyView& policy, const Question& question) {
  return suits(policy, question) &&
         std::all_of(question.cuts.begin(), question.cuts.end(),
                     [&](CutId cut) { return policy.classes->knows(cut); }) &&
         std::all_of(question.elements.begin(), question.elements.end(),
                     [&](ElementId element) { return policy.space->has(element); });
}

std::shared_ptr<const Classes> classes_for(const PolicyView& policy, const Question& question) {
  std::set<CutId> cuts = question.cuts;
  for (const ElementId element : question.elements) {
    const auto& own = policy.classes->cut_ids(element);
    cuts.insert(own.begin(), own.end());
  }
  return std::make_shared<const Classes>(*policy.model, *policy.graph, cuts,
                                         std::max(question.calls, policy.classes->calls_at_once()));
}

std::shared_ptr<Space> space_for(const PolicyView& policy, const Question& question, const Classes& classes,
                                 std::size_t node_limit, SpaceOrder order) {
  const Model& model = *policy.model;
  const Graph& graph = *policy.graph;
  if (order == SpaceOrder::best)
    return best_space(model, graph, classes, question.roots, question.elements, node_limit);
  return std::make_shared<Space>(model, graph, classes,
                                 extended_order(model, graph, policy.space->order(), question.roots, question.elements),
                                 node_limit);
}

bool SharedQuestionSpaces::fits(const Group& group, const Question& question) const {
  std::map<ElementId, std::set<CutId>> added;
  for (const CutId cut : question.cuts) {
    if (!group.all.cuts.contains(cut)) added[policy_.graph->at(cut).element].insert(cut);
  }
  for (auto& [element, cuts] : added) {
    const auto before = group.pieces.find(element);
    std::size_t pieces = before == group.pieces.end() ? 0 : before->second;
    for (const CutId cut : cuts) pieces += pieces_of(policy_.graph->at(cut).cut);
    for (const CutId cut : policy_.classes->cut_ids(element)) {
      if (before == group.pieces.end()) pieces += pieces_of(policy_.graph->at(cut).cut);
    }
    if (pieces + 2 <= policy_.classes->max_codes(element)) continue;
    // The sum is too high for a list of many texts, for example, which is one cut. So the
    // exact number is computed.
    for (const CutId cut : group.all.cuts) {
      if (policy_.graph->at(cut).element == element) cuts.insert(cut);
    }
    for (const CutId cut : policy_.classes->cut_ids(element)) cuts.insert(cut);
    if (Classes(*policy_.model, *policy_.graph, cuts).too_wide({element})) return false;
  }
  return true;
}

std::size_t SharedQuestionSpaces::add(const Question& question) {
  group_of_.emplace_back();
  if (is_known(policy_, question)) return group_of_.size() - 1;
  if (groups_.empty() || !fits(groups_.back(), question)) groups_.emplace_back();
  Group& group = groups_.back();
  group_of_.back() = groups_.size() - 1;
  group.all.calls = std::max(group.all.calls, question.calls);
  for (const ElementId element : question.elements) {
    if (!group.all.elements.insert(element).second) continue;
    for (const CutId cut : policy_.classes->cut_ids(element))
      group.pieces[element] += pieces_of(policy_.graph->at(cut).cut);
  }
  for (const CutId cut : question.cuts) {
    const LeafCut& leaf = policy_.graph->at(cut);
    if (group.all.cuts.insert(cut).second && !policy_.classes->knows(cut))
      group.pieces[leaf.element] += pieces_of(leaf.cut);
  }
  const auto lacks = [&](ElementId element) { return !policy_.space->has(element); };
  if (std::any_of(question.elements.begin(), question.elements.end(), lacks)) {
    group.all.roots.insert(group.all.roots.end(), question.roots.begin(), question.roots.end());
  }
  return group_of_.size() - 1;
}

std::optional<QuestionSpace> SharedQuestionSpaces::at(std::size_t question) {
  if (!group_of_[question]) return QuestionSpace(policy_);
  const std::size_t group = *group_of_[question];
  if (view_ && at_hand_ == group) return view_;
  view_.reset();
  at_hand_ = group;
  const Question& all = groups_[group].all;
  auto classes = classes_for(policy_, all);
  if (classes->too_wide(all.elements)) return std::nullopt;
  auto space = space_for(policy_, all, *classes, node_limit_, SpaceOrder::of_policy);
  view_.emplace(policy_, std::move(classes), std::move(space));
  return view_;
}

void SharedQuestionSpaces::renew(std::size_t question) {
  if (group_of_[question]) {
    view_.reset();
  } else {
    policy_.space =
        std::make_unique<Space>(*policy_.model, *policy_.graph, *policy_.classes, policy_.space->order(), node_limit_);
  }
}

}  // namespace tally
