// Irredundant covers: terms that hold wherever a condition does, even if there are millions.
//
// In:     two conditions of one arena, `must` within `may` (see cover.h).
// Out:    the terms as a graph that shares their common parts, so that millions of terms can
//         be counted, and the largest picked out.
// Always: together the terms hold wherever `must` does, and nowhere outside `may`. Each term is
//         prime in `may`: no test can be left out or widened. Each term holds somewhere in
//         `must` where no other term does.
//
// For example, "a is on or b is on" gives a cover of size 2: "a is on", "b is on".
//
// The method is from Minato, *Fast Generation of Prime-Irredundant Covers from Binary Decision
// Diagrams*, 1993, and Morreale, *Recursive Operators for Prime Implicant and Irredundant
// Normal Form Determination*, 1970, for many-valued variables. A term is tested for as many
// codes of the first variable as `may` allows, so that its test cannot be widened. Sets of
// fewer codes are covered first, and larger sets only take what these leave.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/diagrams/diagram.h"

namespace tally {

class IrredundantCover {
 public:
  // Returns a cover, or nothing if more than `max_steps` pairs of conditions would be looked
  // at. Throws NodeLimit like its diagrams.
  static std::optional<IrredundantCover> make(Diagrams& diagrams, Diagram must, Diagram may, std::size_t max_steps);

  const Count& size() const { return nodes_[root_].terms; }  // the number of terms
  // Returns at most `most` terms. Terms that hold for the largest part of all assignments,
  // possible or not, come first: "a is on" comes before "b is on and c is on".
  std::vector<Cube> largest(std::size_t most) const;

 private:
  // Terms that test the variable for these codes, and others below. If `codes` holds all codes
  // of the variable, there is no test.
  struct Branch {
    CodeSet codes;
    double part = 1;  // the share of the variable's codes: 0.5 for one of two
    std::uint32_t below = 0;
  };
  struct Node {
    VariableId variable;
    std::vector<Branch> branches;
    Count terms;
  };
  struct Covered {
    std::uint32_t node = 0;
    Diagram diagram;  // where its terms hold
  };

  explicit IrredundantCover(Diagrams& diagrams);
  std::optional<Covered> cover(Diagrams& diagrams, Diagram must, Diagram may, std::size_t depth);

  std::vector<Variable> variables_;
  std::vector<Node> nodes_;  // 0: no term, 1: the term without tests; children first
  std::uint32_t root_ = 0;
  std::map<std::pair<Diagram, Diagram>, Covered> known_;  // used only while the cover is made
  std::size_t steps_left_ = 0;
};

}  // namespace tally
