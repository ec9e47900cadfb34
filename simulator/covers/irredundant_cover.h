// Irredundant covers: terms that hold wherever a condition does, however many
// these are.
//
// In: two conditions of one arena, `must` within `may` (see cover.h). Out: the
// terms as a graph that shares what they have in common, so that millions of them
// can be counted, and the largest picked out. Always: together the terms hold
// wherever `must` does, and nowhere outside `may`; each is prime in `may` (no test
// can be left out or widened), and each holds somewhere in `must` where no other
// does.
//
// After Minato, "Fast generation of prime-irredundant covers from binary decision
// diagrams" (1993), and Morreale (1970), for many-valued variables: what is left
// of an assignment without the first variable is put with all codes that `may`
// allows it, so that its test cannot be widened; the sets of fewer codes first, so
// that what they cover already is none of the others' business.
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
  // Nothing past `max_steps`, pairs of conditions that are looked at. Throws
  // NodeLimit like its diagrams.
  static std::optional<IrredundantCover> make(Diagrams& diagrams, Diagram must, Diagram may, std::size_t max_steps);

  const Count& size() const { return nodes_[root_].terms; }  // terms
  // At most so many terms, those that hold for the largest part of all assignments
  // (possible or not) first.
  std::vector<Cube> largest(std::size_t most) const;

 private:
  // Terms that test the variable for these codes (all: not at all), and more below.
  struct Branch {
    CodeSet codes;
    double part = 1;  // of the variable's codes
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
  std::map<std::pair<Diagram, Diagram>, Covered> known_;  // while it is made
  std::size_t steps_left_ = 0;
};

}  // namespace tally
