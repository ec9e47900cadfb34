// Gates: conditions of the decision graph as boolean functions of code bits.
//
// In: the graph, and for each variable (an element's code) where its bits come
// from: it is fixed to one code, it changes with a loop, or it differs from lane
// to lane. Out: gates, operands before their users, equal ones once. A node of
// the graph is one bit a binary digit of its code; codes that a variable does not
// take are used to make its functions small.
//
// Always: a gate knows the depth of the innermost loop that it depends on, and
// whether it differs from lane to lane; conjunctions are associated so that what
// depends on outer loops alone is a gate of its own.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"

namespace tally {

// A gate or its complement.
struct Bit {
  std::uint32_t value = 0;
  std::uint32_t gate() const { return value >> 1; }
  bool complemented() const { return (value & 1) != 0; }
  Bit operator~() const { return Bit{value ^ 1}; }
  auto operator<=>(const Bit&) const = default;
};
inline constexpr Bit bit_no{0}, bit_yes{1};

struct Gate {
  enum class Op : std::uint8_t {
    constant,  // 0; the first gate, no other
    input,     // a bit of a variable's code
    both,      // operands 0 and 1
    choose,    // operand 0 ? operand 1 : operand 2
  };
  Op op = Op::constant;
  bool lanes = false;                     // differs from lane to lane
  std::uint16_t depth = 0;                // 0: outside of all loops
  std::uint32_t variable = 0, place = 0;  // input: the bit 2^place of that variable's code
  Bit operands[3];
};

// A variable and where its code comes from.
struct GateVariable {
  ElementId element;
  std::uint8_t first = 0;  // takes the codes [first, end)
  std::uint16_t end = 0;
  bool lanes = false;       // else it is the same in all lanes
  std::uint16_t depth = 0;  // of its loop, from 1; 0: an argument, or in the lanes
};

class Gates {
 public:
  // Both must outlive it. A variable that takes one code only is a constant.
  Gates(const Graph& graph, const Classes& classes, std::vector<GateVariable> variables);

  // A condition (a node of two codes). Every leaf that it needs must be a variable.
  Bit condition(NodeId node);

  std::size_t size() const { return gates_.size(); }
  const Gate& at(std::uint32_t gate) const { return gates_[gate]; }
  std::span<const Bit> operands(std::uint32_t gate) const;
  const std::vector<GateVariable>& variables() const { return variables_; }
  // The gates that these need, operands first, each once; constants aside.
  std::vector<std::uint32_t> reachable(std::span<const Bit> roots) const;

 private:
  using Bits = std::vector<Bit>;  // a code, lowest digit first
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
  bool before(Bit a, Bit b) const;  // a is known in an outer loop, or is the same in all lanes
  Bits code_of(ElementId element);
  // A node whose operands have their bits.
  Bits bits_of_node(const Node& node);
  Bits bits_of_table(const Node& node);
  Bits bits_of_choose(const Node& node);
  Bits bits_of_select(const Node& node);
  Bits bits_of_first_set(const Node& node);
  Bit digit(NodeId node, std::size_t place) const;  // 0 past its highest
  Bits bits_of(std::uint32_t code, std::uint32_t codes) const;
  // The entry at the code; entries of codes that never occur are left open.
  Bit look_up(const Bits& code, const std::vector<Bit>& entries, const std::vector<bool>& open);
  Bit among(ElementId element, const CodeSet& codes);
  // Which of an index's codes never occur, so that their entries are left open.
  std::vector<bool> open_codes(NodeId index, std::size_t count) const;
  // Codes of a node that never occur; empty where that is not known.
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
