#include "runtime/calls/answer_items.h"

namespace tally {
namespace {

tally_item item_of(const PolicyVersion& version, const AnswerNode& node, const Results& results) {
  tally_item item{};
  item.key = node.name->c_str();
  item.key_length = node.name->size();
  item.decision = version.handle_of_decision(node.decision);
  item.result.rule = results.slots[version.policy().decisions[node.decision].rule_slot];
  return item;
}

}  // namespace

void AnswerItems::add_decision(const PolicyVersion& version, std::size_t node, const Results& results,
                               const CallValues& values) {
  if (!add({version, results, values}, node)) {
    items_.push_back(item_of(version, version.answer_nodes()[node], results));
  }
}

bool AnswerItems::add(const Source& source, std::size_t node) {
  const AnswerNode& described = source.version.answer_nodes()[node];
  if (described.scalar == 0) return add_object(source, node);
  const MemberMeaning& member = *source.version.member(described.scalar);
  if (source.results.slots[member.scalar->slot] == 0) return false;
  tally_item item = item_of(source.version, described, source.results);
  read_typed_value(member, source.results, source.values, next_text(), item.result);
  // Only a text that was put together needs the memory for it.
  if (item.result.text != texts_[texts_used_ - 1].c_str()) --texts_used_;
  if (item.result.kind == TALLY_KIND_UNSET) return false;
  items_.push_back(item);
  return true;
}

bool AnswerItems::add_object(const Source& source, std::size_t node) {
  const std::vector<AnswerNode>& nodes = source.version.answer_nodes();
  const AnswerNode& described = nodes[node];
  if (described.presence != no_index && source.results.slots[described.presence] == 0) return false;
  const std::size_t at = items_.size();
  items_.push_back(item_of(source.version, described, source.results));
  for (std::size_t member = node + 1; member < described.end; member = nodes[member].end) add(source, member);
  const std::size_t inside = items_.size() - at - 1;
  if (described.grouping && inside == 0) {
    items_.pop_back();
    return false;
  }
  items_[at].inside = inside;
  items_[at].result.kind = TALLY_KIND_OBJECT;
  return true;
}

std::string& AnswerItems::next_text() {
  if (texts_used_ == texts_.size()) texts_.emplace_back();
  return texts_[texts_used_++];
}

}  // namespace tally
