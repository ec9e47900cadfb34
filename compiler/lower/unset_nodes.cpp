// Which parts may be unset, as their nodes show it: see unset_nodes.h.
#include "compiler/lower/unset_nodes.h"

#include <algorithm>

namespace tally {

bool UnsetNodes::may_be_unset(NodeId node) {
  // Operands come before their users.
  for (auto next = static_cast<std::uint32_t>(known_.size()); next <= node.value; ++next) {
    known_.push_back(look(graph_.node(NodeId{next})));
  }
  return known(node);
}

bool UnsetNodes::look(const Node& node) const {
  const auto operands = graph_.operands(node);
  switch (node.op) {
    case Op::constant: return node.value == 0;
    case Op::leaf:
    case Op::present: return tally::may_be_unset(model_, node.element);
    case Op::cut:
    case Op::member:
    case Op::negate:
    case Op::both:
    case Op::either: return true;
    case Op::choose:
      for (std::size_t i = 1; i < operands.size(); i += 2) {
        if (known(operands[i])) return true;
      }
      return known(operands.back());
    case Op::select: {
      const std::size_t first = known(operands[0]) ? 1 : 2;  // of the branches that are taken
      return std::any_of(operands.begin() + static_cast<std::ptrdiff_t>(first), operands.end(),
                         [&](NodeId branch) { return known(branch); });
    }
    case Op::first_set: return known(operands[0]) && known(operands[1]);
    case Op::recode: {
      const auto table = graph_.table(node);
      const std::size_t first = known(operands[0]) ? 0 : 1;
      return std::find(table.begin() + static_cast<std::ptrdiff_t>(first), table.end(), 0u) != table.end();
    }
  }
  return true;
}

}  // namespace tally
