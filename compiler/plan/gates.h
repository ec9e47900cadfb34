// Gates: conditions of the decision graph as boolean functions of the binary digits of
// codes.
//
// For example, `source is offnet and enabled is on`, with offnet 2 of the codes 1..2 and on 2
// of the codes 0..2, needs three gates:
//
//   g1 = input: digit 2^1 of source       code 3 never occurs, so this digit alone decides
//   g2 = input: digit 2^1 of enabled
//   g3 = both g1, g2
//
// In:     a graph, its classes, and the variables: for each element, where its code comes
//         from. The code is fixed, changes with a loop, or differs from lane to lane.
// Out:    gates, operands before their users, equal ones once. A node becomes one bit per
//         binary digit of its code. Codes that a variable does not take are used to make
//         its functions small.
// Always: a gate knows the depth of the innermost loop that it depends on, and whether it
//         differs from lane to lane. Conjunctions are associated such that the operands
//         known in outer loops form a gate of their own.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"

namespace tally {

// A gate or its complement: the value is twice the gate, plus 1 for the complement.
struct Bit {
  std::uint32_t value = 0;
  std::uint32_t gate() const { return value >> 1; }
  bool complemented() const { return (value & 1) != 0; }
  Bit operator~() const { return Bit{value ^ 1}; }
  auto operator<=>(const Bit&) const = default;
};
inline constexpr Bit bit_no{0}, bit_yes{1};

// A gate with its operands.
struct Gate {
  enum class Op : std::uint8_t {
    constant,  // 0; only the first gate is a constant
    input,     // a binary digit of a variable's code
    both,      // operands 0 and 1
    choose,    // operand 0 ? operand 1 : operand 2
  };
  Op op = Op::constant;
  bool lanes = false;                     // whether it differs from lane to lane
  std::uint16_t depth = 0;                // of the innermost loop that it needs; 0 if it needs none
  std::uint32_t variable = 0, place = 0;  // of an input: the digit 2^place of that variable's code
  Bit operands[3];
};

// A variable and the source of its code.
struct GateVariable {
  ElementId element;
  Code first = 0;  // it has the codes [first, end)
  std::uint16_t end = 0;
  bool lanes = false;       // whether it differs from lane to lane
  std::uint16_t depth = 0;  // of its loop, from 1; 0 for an argument, or in the lanes
};

// The gates of some conditions, over some variables. One thread at a time.
class Gates {
 public:
  // The graph and the classes must outlive it. A variable with one code is a constant.
  Gates(const Graph& graph, const Classes& classes, std::vector<GateVariable> variables);

  // Returns the bit of a condition (a node with two codes). Every leaf that the node
  // needs must be a variable.
  Bit condition(NodeId node);

  std::size_t size() const { return gates_.size(); }
  const Gate& at(std::uint32_t gate) const { return gates_[gate]; }
  std::span<const Bit> operands(std::uint32_t gate) const;
  const std::vector<GateVariable>& variables() const { return variables_; }
  // The gates that the roots need, operands first, each once, without the constant.
  std::vector<std::uint32_t> reachable(std::span<const Bit> roots) const;

 private:
  using Bits = std::vector<Bit>;  // the digits of a code, lowest first
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return key.first * 0x9e3779b97f4a7c15u ^ key.second * 0xff51afd7ed558ccdu;
    }
  };

  Bit make(const Gate& gate);
  Bit both(Bit a, Bit b);
  Bit both_as_they_are(Bit a, Bit b);
  Bit either(Bit a, Bit b) { return ~both(~a, ~b); }
  Bit choose(Bit condition, Bit yes, Bit no);
  Bit all(Bits operands);
  bool before(Bit a, Bit b) const;  // whether a is known in an outer loop, or is the same in all lanes
  Bits code_of(ElementId element);
  // The digits of a node. Its operands must have their digits already.
  Bits bits_of_node(const Node& node);
  Bits bits_of_table(const Node& node);
  Bits bits_of_choose(const Node& node);
  Bits bits_of_select(const Node& node);
  Bits bits_of_first_set(const Node& node);
  Bit digit(NodeId node, std::size_t place) const;  // 0 past the highest digit
  Bits bits_of(std::uint32_t code, std::uint32_t codes) const;
  // Returns the entry for the code. An entry is open if its code never occurs; it may
  // then have either value.
  Bit look_up(const Bits& code, const std::vector<Bit>& entries, const std::vector<bool>& open);
  Bit among(ElementId element, const CodeSet& codes);
  // Marks the codes of an index that never occur. Their entries are open.
  std::vector<bool> open_codes(NodeId index, std::size_t count) const;
  // Marks the codes of a node that never occur. Empty if they are not known.
  std::vector<bool> never(NodeId node) const;

  const Graph& graph_;
  const Classes& classes_;
  std::vector<GateVariable> variables_;
  std::map<ElementId, std::uint32_t> variable_of_;
  std::vector<Gate> gates_;
  std::unordered_map<Key, std::uint32_t, KeyHash> known_;
  std::unordered_map<std::uint32_t, Bits> nodes_;
};

}  // namespace tally
