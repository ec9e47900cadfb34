// The decision graph: a shared, acyclic graph of operations over input codes,
// one output per result. Diagrams are built from it, and code is generated
// from it.
//
// Every node is a function of the inputs to a code, 0 <= code < codes(node).
// Always: operands stand before their users, so a pass over the nodes in order
// needs no recursion; equal nodes are one node.
//
// Numbers and texts enter by their cuts only (`cut`, `present`): which codes
// their classes get is decided later, by `Classes`, so that proofs can cut
// further without a graph of their own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

using NodeId = Id<struct NodeTag>;
using CutId = Id<struct CutTag>;

enum class Op : std::uint8_t {
  constant,   // the code `value`
  leaf,       // the code of an enum leaf or of an object's presence (`element`): 0 unset, then its values in order
              // from 1 (an enum's values in the order of its type; a presence: 1)
  present,    // a number or text leaf (`element`) is set: 0 or 1
  cut,        // a number or text leaf is in cut `value`: 0 or 1; unset is not
  member,     // 1 where operand 0's code is in the set `table` (table[code] is 0 or 1)
  negate,     // 1 - operand 0, a condition
  both,       // 1 where all operands are 1
  either,     // 1 where one operand is 1
  choose,     // operands c1, v1, c2, v2, ..., v: the v behind the first c that is 1, else the last v
  select,     // operands index, v0, v1, ...: the v at the index's code; as many as the index has codes
  first_set,  // operands a, b: a where it is not 0, else b
  recode,     // table[operand 0's code]
};

// Whether an operation reads its element's code; the others read operands, or nothing.
bool reads_element(Op op);

struct Node {
  Op op = Op::constant;
  std::uint32_t codes = 2;  // how many codes it may have
  std::uint32_t value = 0;  // constant: the code; cut: the CutId
  ElementId element;        // leaf, present, cut
  std::uint32_t first_operand = 0, operand_count = 0;
  std::uint32_t first_entry = 0, entry_count = 0;  // of the table
};

struct LeafCut {
  ElementId element;
  Cut cut;
};

class Graph {
 public:
  // Makers simplify what is plain (constants, equal branches, double negation)
  // and give an existing node where there is an equal one.
  NodeId constant(std::uint32_t code, std::uint32_t codes);
  NodeId no() { return constant(0, 2); }
  NodeId yes() { return constant(1, 2); }
  NodeId leaf(ElementId element, std::uint32_t codes);
  NodeId present(ElementId element);
  NodeId cut(ElementId element, const Cut& cut);
  NodeId member(NodeId node, std::vector<std::uint32_t> table);
  NodeId is_set(NodeId node);  // member of all codes but 0
  NodeId negate(NodeId condition);
  NodeId both(std::vector<NodeId> conditions);
  NodeId either(std::vector<NodeId> conditions);
  NodeId choose(const std::vector<std::pair<NodeId, NodeId>>& arms, NodeId otherwise);
  NodeId select(NodeId index, const std::vector<NodeId>& branches);
  NodeId first_set(NodeId a, NodeId b);
  NodeId recode(NodeId node, std::vector<std::uint32_t> table, std::uint32_t codes);

  std::size_t size() const { return nodes_.size(); }
  const Node& node(NodeId id) const { return nodes_[id.value]; }
  std::uint32_t codes(NodeId id) const { return nodes_[id.value].codes; }
  std::span<const NodeId> operands(const Node& n) const {
    return {operands_.data() + n.first_operand, n.operand_count};
  }
  std::span<const std::uint32_t> table(const Node& n) const { return {entries_.data() + n.first_entry, n.entry_count}; }
  const std::vector<LeafCut>& cuts() const { return cuts_; }
  const LeafCut& at(CutId id) const { return cuts_[id.value]; }

  // The nodes that these need, in order (operands first), each once.
  std::vector<NodeId> reachable(std::span<const NodeId> roots) const;

 private:
  NodeId make(Node node, std::span<const NodeId> operands, std::span<const std::uint32_t> table);
  std::optional<std::uint32_t> constant_value(NodeId id) const;

  std::vector<Node> nodes_;
  std::vector<NodeId> operands_;
  std::vector<std::uint32_t> entries_;
  std::vector<LeafCut> cuts_;
  std::map<std::pair<ElementId, Cut>, CutId> cut_ids_;
  std::unordered_multimap<std::uint64_t, NodeId> index_;
};

}  // namespace tally
