// The values of a decided call as one flat list: what tally_call_items returns.
//
// In:     a version, and for each of its decisions whether it was decided; the slots and values.
// Out:    one item per value. A record or map comes before its members; what is unset is left
//         out, except a decision.
// Always: the items have the order and the members of the JSON answer. Once a list as long was
//         made, making another allocates nothing.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "runtime/calls/typed_value.h"

namespace tally {

class AnswerItems {
 public:
  void clear() {
    items_.clear();
    texts_used_ = 0;
  }
  // Appends a decision and what is inside it. `node` is the index of the decision's own node.
  void add_decision(const PolicyVersion& version, std::size_t node, const Results& results, const CallValues& values);

  const std::vector<tally_item>& items() const { return items_; }

 private:
  struct Source {
    const PolicyVersion& version;
    const Results& results;
    const CallValues& values;
  };
  // Returns whether the node has a value; otherwise it appends nothing.
  bool add(const Source& source, std::size_t node);
  bool add_object(const Source& source, std::size_t node);
  std::string& next_text();

  std::vector<tally_item> items_;
  std::deque<std::string> texts_;  // that insert something; their memory is used again
  std::size_t texts_used_ = 0;
};

}  // namespace tally
