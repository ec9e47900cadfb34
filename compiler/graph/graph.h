// The decision graph: a shared, acyclic graph of operations on input codes, with one
// output per result. The diagrams are built from it, and so is the code.
//
// For example, the rules
//
//   on   when source is offnet and limit < 30
//   off  otherwise
//
// become these nodes, with offnet as code 2, off as 1 and on as 2:
//
//   n0 = leaf source               0..2
//   n1 = member n0, {0, 0, 1}      source is offnet
//   n2 = cut limit, < 30           0 or 1
//   n3 = both n1, n2
//   n4 = constant 2
//   n5 = constant 1
//   n6 = choose n3, n4, n5         1 or 2
//
// In:     operations on nodes of this graph
// Out:    nodes. Each is a function from the input codes to a code in 0..codes(node)-1.
// Always: operands come before their users, so a pass over the nodes in order needs no
//         recursion; equal nodes are one node
//
// Numbers and texts occur only as cuts and presences (`cut`, `present`). `Classes`
// decides later which codes their classes have. So a proof can cut further and still use
// this graph.
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

// The operations. Each comment has the operands and the resulting code.
enum class Op : std::uint8_t {
  constant,   // the code `value`
  leaf,       // the code of an enum leaf or of an object's presence (`element`): 0 for unset, then the
              // values in order from 1 (an enum's values in the order of its type; a
              // presence: 1)
  present,    // 1 if a number or text leaf (`element`) is set, else 0
  cut,        // 1 if a number or text leaf is in cut `value`; 0 if it is not, or is unset
  member,     // 1 if the code of operand 0 is in the set `table` (table[code] is 0 or 1), else 0
  negate,     // 1 - operand 0, which is a condition
  both,       // 1 if all operands are 1
  either,     // 1 if at least one operand is 1
  choose,     // operands c1, v1, c2, v2, ..., v: the v after the first c that is 1, else the last v
  select,     // operands index, v0, v1, ...: the v for the code of the index; one v per code of the index
  first_set,  // operands a, b: a if it is not 0, else b
  recode,     // table[the code of operand 0]
};

// Whether an operation reads the code of its element. The other operations read their
// operands, or nothing.
bool reads_element(Op op);

// A node: its operation and what the operation needs. Operands and table are in the
// graph.
struct Node {
  Op op = Op::constant;
  std::uint32_t codes = 2;  // the number of codes that it may have
  std::uint32_t value = 0;  // constant: the code; cut: the CutId
  ElementId element;        // leaf, present, cut
  std::uint32_t first_operand = 0, operand_count = 0;
  std::uint32_t first_entry = 0, entry_count = 0;  // the table
};

// A cut with its leaf: `limit < 30`. A relation that counts is a cut of its own element, without
// values (`Graph::relation_cut`).
struct LeafCut {
  ElementId element;
  Cut cut;
};

// A graph that only grows. An id of a node or a cut stays valid.
class Graph {
 public:
  // Each maker simplifies obvious cases (constants, equal branches, double negation) and
  // returns an existing node if an equal one exists: `negate(negate(n))` is `n`. Operands
  // must be nodes of this graph. One thread at a time.
  NodeId constant(std::uint32_t code, std::uint32_t codes);
  NodeId no() { return constant(0, 2); }
  NodeId yes() { return constant(1, 2); }
  // An input. `leaf` is the code of an enum leaf or a presence, `present` whether a
  // number or text leaf is set, `cut` whether a number or text leaf is in a cut.
  NodeId leaf(ElementId element, std::uint32_t codes);
  NodeId present(ElementId element);
  NodeId cut(ElementId element, const Cut& cut);
  // The cut for `Classes`, which divide its leaf by it; nothing if it contains no value, such as `limit < 0`.
  std::optional<CutId> nonempty_cut(ElementId element, const Cut& cut) { return cut_of(this->cut(element, cut)); }
  // The id by which a relation counts among the cuts of a question: with it, `Classes` give the two
  // leaves classes that decide the relation or leave it open.
  CutId relation_cut(ElementId relation) { return cut_id(relation, {}); }
  // 1 if table[the node's code] is 1. `table` has one entry, 0 or 1, per code of the
  // node.
  NodeId member(NodeId node, std::vector<std::uint32_t> table);
  NodeId is_set(NodeId node);                       // `member` of all codes but 0
  NodeId is_code(NodeId node, std::uint32_t code);  // `member` of one code, which the node may have
  NodeId negate(NodeId condition);
  NodeId both(std::vector<NodeId> conditions);
  NodeId either(std::vector<NodeId> conditions);
  // The value of the first arm {condition, value} whose condition is 1, or `otherwise`.
  NodeId choose(const std::vector<std::pair<NodeId, NodeId>>& arms, NodeId otherwise);
  // branches[the index's code]. There is one branch per code of the index.
  NodeId select(NodeId index, const std::vector<NodeId>& branches);
  NodeId first_set(NodeId a, NodeId b);
  // table[the node's code]. `table` has one entry per code of the node, each below
  // `codes`.
  NodeId recode(NodeId node, std::vector<std::uint32_t> table, std::uint32_t codes);

  std::size_t size() const { return nodes_.size(); }
  const Node& node(NodeId id) const { return nodes_[id.value]; }
  // The cut that a node tests, or nothing if the node is another operation.
  std::optional<CutId> cut_of(NodeId id) const {
    const Node& n = node(id);
    return n.op == Op::cut ? std::optional(CutId{n.value}) : std::nullopt;
  }
  std::uint32_t codes(NodeId id) const { return nodes_[id.value].codes; }
  std::span<const NodeId> operands(const Node& n) const {
    return {operands_.data() + n.first_operand, n.operand_count};
  }
  std::span<const std::uint32_t> table(const Node& n) const { return {entries_.data() + n.first_entry, n.entry_count}; }
  const std::vector<LeafCut>& cuts() const { return cuts_; }
  const LeafCut& at(CutId id) const { return cuts_[id.value]; }

  // The nodes that the roots need, each once, operands first.
  std::vector<NodeId> reachable(std::span<const NodeId> roots) const;

 private:
  NodeId make(Node node, std::span<const NodeId> operands, std::span<const std::uint32_t> table);
  std::optional<std::uint32_t> constant_value(NodeId id) const;
  std::optional<NodeId> choice_as_condition(const std::vector<std::pair<NodeId, NodeId>>& arms, NodeId otherwise);
  CutId cut_id(ElementId element, const Cut& cut);

  std::vector<Node> nodes_;
  std::vector<NodeId> operands_;
  std::vector<std::uint32_t> entries_;
  std::vector<LeafCut> cuts_;
  std::map<std::pair<ElementId, Cut>, CutId> cut_ids_;
  std::unordered_multimap<std::uint64_t, NodeId> index_;
};

}  // namespace tally
