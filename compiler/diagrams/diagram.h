// Diagrams: canonical, shared, multi-valued decision diagrams with any number of
// terminals. Sources: Bryant, "Graph-Based Algorithms for Boolean Function Manipulation"
// (1986); for many values and terminals Srinivasan, Kam, Malik, Brayton, "Algorithms for
// Discrete Function Manipulation" (1990).
//
// A `Diagrams` is an arena over an ordered list of variables. A variable has the codes
// first..first+count-1. A `Diagram` is a function from the codes of all variables to a
// number, its terminal. A condition is a diagram with the terminals 0 and 1.
//
// For example, "source is offnet and enabled is on", with onnet 1 and offnet 2, unset 0,
// off 1 and on 2:
//
//   Diagrams diagrams({{1, 2}, {0, 3}});  // source has the codes 1..2, enabled 0..2
//   const VariableId source{0}, enabled{1};
//   const Diagram offnet = diagrams.test(source, CodeSet().add(2));
//   const Diagram on = diagrams.test(enabled, CodeSet().add(2));
//   const Diagram both = diagrams.both(offnet, on);
//   diagrams.size(both);                                      // 2 nodes
//   diagrams.evaluate(both, {2, 2});                          // 1
//   diagrams.count(both, std::vector{source, enabled});       // 1, of 2 * 3 assignments
//   diagrams.both(on, offnet) == both;                        // true
//
// In:     variables in order; diagrams of this arena; codes of their variables
// Out:    diagrams of the same arena, counts, assignments
// Always: two diagrams of one arena are the same `Diagram` if and only if they are the
//         same function: no node has only equal children, and no node exists twice
//
// A node limit bounds the memory. An operation that would exceed it throws `NodeLimit`;
// the space passes the exception on. Each caller with a question for a space (a check, an
// entry point of the simulator) catches it and reports the bound. One thread at a time
// may use a `Diagrams`.
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

// The position of a variable in the order of its arena.
struct VariableId {
  std::uint32_t value = 0;
  auto operator<=>(const VariableId&) const = default;
};

// A variable with the codes first..first+count-1: {1, 2} has the codes 1 and 2.
struct Variable {
  Code first = 0;           // the lowest code
  std::uint16_t count = 2;  // the number of codes, from 1
};

// Thrown by an operation that would exceed the node limit.
struct NodeLimit {
  std::size_t limit;
};

// A reference to a root node. It is meaningful only with its arena.
struct Diagram {
  std::uint32_t id = 0;
  auto operator<=>(const Diagram&) const = default;
};

// One assignment: one code per variable, indexed by `VariableId`. {2, 0} is `source`
// offnet with `enabled` unset.
using Assignment = std::vector<Code>;

// One path: the variables that it tests, in order, each with the codes that it takes. A
// variable that is left out may have any code. The example above has one path to 1:
// {source: {2}, enabled: {2}}.
struct Cube {
  std::vector<std::pair<VariableId, CodeSet>> tests;
  std::uint32_t terminal = 0;
};

class Diagrams {
 public:
  static constexpr std::size_t default_node_limit = std::size_t{1} << 23;

  // `order`: the variables, each with its codes; at most `node_limit` nodes are made.
  explicit Diagrams(std::vector<Variable> order, std::size_t node_limit = default_node_limit);
  ~Diagrams();
  Diagrams(Diagrams&&) noexcept;
  Diagrams& operator=(Diagrams&&) noexcept;

  const std::vector<Variable>& variables() const;
  // Sets the limit for nodes that are made from now on. Existing nodes stay.
  void set_node_limit(std::size_t node_limit);

  // --- making ---
  // The constant function with this value.
  Diagram terminal(std::uint32_t value);
  Diagram no() { return terminal(0); }
  Diagram yes() { return terminal(1); }
  // The code of the variable as the terminal: `code(source)` is 2 for offnet.
  Diagram code(VariableId variable);
  // 1 if the code of the variable is in the set, else 0.
  Diagram test(VariableId variable, const CodeSet& codes);
  // 1 if each of these variables has its code, else 0. Always 0 if a code is not one of
  // its variable's, or if a variable has two different codes.
  Diagram cube(std::span<const std::pair<VariableId, Code>> codes);

  // --- combining; conditions have terminals 0 and 1 only ---
  Diagram negate(Diagram condition);
  // Conjunction and disjunction of two conditions.
  Diagram both(Diagram a, Diagram b);
  Diagram either(Diagram a, Diagram b);
  Diagram but_not(Diagram a, Diagram b);                               // a and not b
  bool within(Diagram a, Diagram b) { return but_not(a, b) == no(); }  // whether b holds wherever a does
  // Returns `condition ? then : otherwise`. The branches may have any terminals.
  Diagram choose(Diagram condition, Diagram then, Diagram otherwise);
  // Replaces each terminal t by table[t]. A terminal past the end of the table stays.
  Diagram recode(Diagram d, std::span<const std::uint32_t> table);
  // Returns branches[t] for the terminal t of the index. A terminal without a branch
  // takes the last branch.
  Diagram select(Diagram index, std::span<const Diagram> branches);
  // Returns a if the terminal of a is not 0, else b.
  Diagram first_set(Diagram a, Diagram b);
  // 1 if a has this terminal, else 0.
  Diagram where(Diagram a, std::uint32_t terminal);
  // 1 if both have the same terminal, else 0.
  Diagram equal(Diagram a, Diagram b);
  // Replaces each pair of terminals (of a, of b) by `number(of a, of b)`.
  Diagram combine(Diagram a, Diagram b, const std::function<std::uint32_t(std::uint32_t, std::uint32_t)>& number);

  // --- quantifying ---
  // The function with variables fixed to codes (a cofactor): `hold(both, source, 2)` is
  // `on`.
  Diagram hold(Diagram d, VariableId variable, Code code);
  Diagram hold(Diagram d, std::span<const std::pair<VariableId, Code>> codes);
  // Conditions. `exists` is 1 if some codes of these variables make the condition 1,
  // `for_all` if all codes do. `variables` is sorted. `exists(both, {source})` is `on`.
  Diagram exists(Diagram condition, std::span<const VariableId> variables);
  Diagram for_all(Diagram condition, std::span<const VariableId> variables);

  // --- looking ---
  bool is_terminal(Diagram d) const;
  std::uint32_t terminal_of(Diagram d) const;  // `d` must be a terminal
  // The first variable that the function depends on, or nothing for a terminal.
  std::optional<VariableId> top(Diagram d) const;
  // The terminal for an assignment, which has one code per variable.
  std::uint32_t evaluate(Diagram d, const Assignment& codes) const;
  // All terminals of the function, sorted, each once.
  std::vector<std::uint32_t> terminals(Diagram d) const;
  // The variables that the function depends on (its support), in order.
  std::vector<VariableId> support(Diagram d) const;
  // The variables that matter where the condition holds, in order. A variable matters if
  // two assignments that satisfy the condition differ in this variable alone and have
  // different terminals.
  std::vector<VariableId> influential(Diagram condition, Diagram d) const;
  // The number of inner nodes of all roots together. A shared node counts once.
  std::size_t size(std::span<const Diagram> roots) const;
  std::size_t size(Diagram d) const { return size(std::span<const Diagram>(&d, 1)); }
  std::size_t node_count() const;  // all nodes of the arena, terminals included

  // The number of assignments to `scope` for which the condition is 1. `scope` is sorted
  // and contains the support.
  Count count(Diagram condition, std::span<const VariableId> scope) const;
  // The number of assignments for each terminal: pairs (terminal, count), sorted by
  // terminal.
  std::vector<std::pair<std::uint32_t, Count>> counts(Diagram d, std::span<const VariableId> scope) const;

  // The assignment with the least total cost that makes the condition 1, or nothing if
  // the condition is never 1. `cost(variable, code)` is 0 or more. Among equal costs the
  // lower codes of the earlier variables win. A variable outside the support gets its
  // cheapest code.
  std::optional<Assignment> cheapest(Diagram condition, const std::function<unsigned(VariableId, Code)>& cost) const;

  // Calls `visit` for every path to a terminal other than `skip`, until `visit` returns
  // false. The paths are disjoint and in lexicographic order. Codes with a common child
  // are one test.
  void paths(Diagram d, std::uint32_t skip, const std::function<bool(const Cube&)>& visit) const;
  // The number of these paths, in time linear in the size of the diagram.
  Count path_count(Diagram d, std::uint32_t skip) const;

  // The diagrams as text, one line per node, children before parents. `name` and `codes`
  // return the text for a variable and for a set of its codes.
  std::string dump(std::span<const std::pair<std::string, Diagram>> roots,
                   const std::function<std::string(VariableId)>& name,
                   const std::function<std::string(VariableId, const CodeSet&)>& codes) const;

 private:
  struct Impl;
  Impl* impl_;
};

}  // namespace tally
