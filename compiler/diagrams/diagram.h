// Diagrams: canonical, shared, multi-valued decision diagrams with any number
// of terminals, after Bryant, "Graph-Based Algorithms for Boolean Function
// Manipulation" (1986), and, for many values and terminals, Srinivasan, Kam,
// Malik, Brayton, "Algorithms for Discrete Function Manipulation" (1990).
//
// A `Diagrams` is an arena over an ordered list of variables. A variable takes
// the codes first..first+count-1. A `Diagram` is a function from the codes of
// all variables to a terminal, a number; a condition has the terminals 0 and 1.
// Always: two diagrams of one arena are the same function if and only if they
// are the same `Diagram` (no node with equal children, none twice), and every
// operation gives a diagram of the same arena.
//
// A node limit bounds the memory: the operation that would pass it throws
// `NodeLimit`. The space hands it on; whoever asks a question of a space (a check, an entry
// point of the simulator) catches it and reports the bound. Not for several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/graph/code_set.h"
#include "compiler/graph/count.h"

namespace tally {

struct VariableId {
  std::uint32_t value = 0;
  auto operator<=>(const VariableId&) const = default;
};

struct Variable {
  std::uint8_t first = 0;   // the lowest code
  std::uint16_t count = 2;  // how many codes, 1..256
};

struct NodeLimit {
  std::size_t limit;
};

// A reference to a root; meaningful only with its arena.
struct Diagram {
  std::uint32_t id = 0;
  auto operator<=>(const Diagram&) const = default;
};

// One assignment: a code a variable, by `VariableId`.
using Assignment = std::vector<std::uint8_t>;

// One path: the variables it tests, in order, each with the codes it takes; the
// variables left out take any code.
struct Cube {
  std::vector<std::pair<VariableId, CodeSet>> tests;
  std::uint32_t terminal = 0;
};

class Diagrams {
 public:
  static constexpr std::size_t default_node_limit = std::size_t{1} << 23;

  explicit Diagrams(std::vector<Variable> order, std::size_t node_limit = default_node_limit);
  ~Diagrams();
  Diagrams(Diagrams&&) noexcept;
  Diagrams& operator=(Diagrams&&) noexcept;

  const std::vector<Variable>& variables() const;
  // For what is made from then on; what is there stays.
  void set_node_limit(std::size_t node_limit);

  // --- making ---
  Diagram terminal(std::uint32_t value);
  Diagram no() { return terminal(0); }
  Diagram yes() { return terminal(1); }
  // The variable's own code as the terminal.
  Diagram code(VariableId variable);
  // 1 where the variable's code is in the set, else 0.
  Diagram test(VariableId variable, const CodeSet& codes);
  // 1 for exactly this assignment's codes of these variables.
  Diagram cube(std::span<const std::pair<VariableId, std::uint8_t>> codes);

  // --- combining; conditions have terminals 0 and 1 only ---
  Diagram negate(Diagram condition);
  Diagram both(Diagram a, Diagram b);
  Diagram either(Diagram a, Diagram b);
  Diagram but_not(Diagram a, Diagram b);  // a and not b
  // condition ? then : otherwise; the branches may have any terminals.
  Diagram choose(Diagram condition, Diagram then, Diagram otherwise);
  // Each terminal t replaced by table[t]; terminals past the table stay.
  Diagram recode(Diagram d, std::span<const std::uint32_t> table);
  // The branch named by the index's terminal; a terminal without a branch takes
  // the last one.
  Diagram select(Diagram index, std::span<const Diagram> branches);
  // a where a's terminal is not 0, else b.
  Diagram first_set(Diagram a, Diagram b);
  // 1 where a has the terminal, else 0.
  Diagram where(Diagram a, std::uint32_t terminal);
  // 1 where the two have the same terminal, else 0.
  Diagram equal(Diagram a, Diagram b);
  // The pair of terminals as one: pairs[a's, b's], numbered by `number`.
  Diagram combine(Diagram a, Diagram b, const std::function<std::uint32_t(std::uint32_t, std::uint32_t)>& number);

  // --- quantifying ---
  // The function with a variable held at a code (a cofactor).
  Diagram hold(Diagram d, VariableId variable, std::uint8_t code);
  Diagram hold(Diagram d, std::span<const std::pair<VariableId, std::uint8_t>> codes);
  // Conditions: whether some / every code of these variables (sorted) makes it 1.
  Diagram exists(Diagram condition, std::span<const VariableId> variables);
  Diagram for_all(Diagram condition, std::span<const VariableId> variables);

  // --- looking ---
  bool is_terminal(Diagram d) const;
  std::uint32_t terminal_of(Diagram d) const;  // only of a terminal
  // The first variable that the function depends on; nothing for a terminal.
  std::optional<VariableId> top(Diagram d) const;
  // The terminal under an assignment, one code a variable.
  std::uint32_t evaluate(Diagram d, const Assignment& codes) const;
  // Sorted, each once.
  std::vector<std::uint32_t> terminals(Diagram d) const;
  // The variables that the function depends on, in order.
  std::vector<VariableId> support(Diagram d) const;
  // The variables that matter where the condition holds: two assignments that
  // meet it and differ in that variable alone have different terminals. In order.
  std::vector<VariableId> influential(Diagram condition, Diagram d) const;
  // Inner nodes of all roots together, shared ones once.
  std::size_t size(std::span<const Diagram> roots) const;
  std::size_t size(Diagram d) const { return size(std::span<const Diagram>(&d, 1)); }
  std::size_t node_count() const;  // nodes alive in the arena

  // Assignments of `scope` (sorted; a superset of the support) for which the
  // condition is 1.
  Count count(Diagram condition, std::span<const VariableId> scope) const;
  // The same for every terminal at once: (terminal, count), sorted by terminal.
  std::vector<std::pair<std::uint32_t, Count>> counts(Diagram d, std::span<const VariableId> scope) const;

  // An assignment that makes the condition 1 with the least total cost, where
  // cost(variable, code) is 0 or more; ties go to the lower codes of the
  // earlier variables. Variables outside the support take their cheapest code.
  // Nothing if the condition is never 1.
  std::optional<Assignment> cheapest(Diagram condition,
                                     const std::function<unsigned(VariableId, std::uint8_t)>& cost) const;

  // Every path to a terminal other than `skip`, disjoint, in lexicographic
  // order; codes with one common child are one test. Stops when `visit` says
  // false.
  void paths(Diagram d, std::uint32_t skip, const std::function<bool(const Cube&)>& visit) const;
  // How many these are, in time linear in the diagram.
  Count path_count(Diagram d, std::uint32_t skip) const;

  // One line a node, children before parents, names from `name`.
  std::string dump(std::span<const std::pair<std::string, Diagram>> roots,
                   const std::function<std::string(VariableId)>& name,
                   const std::function<std::string(VariableId, const CodeSet&)>& codes) const;

 private:
  struct Impl;
  Impl* impl_;
};

}  // namespace tally
