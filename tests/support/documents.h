// Random documents: which elements of a model stand in a call's documents.
//
// In: what is said of some elements, and how full the document shall be. Out:
// a document of which it is true, or nothing where there is none. It is grown
// from the outside to the inside; the interpreter's smallest document
// (simulator/documents/smallest_document.cpp) grows from the inside, and the space
// (compiler/diagrams/space.cpp) counts: three statements of which documents exist.
// Always: the same from run to run.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "compiler/model/model.h"

namespace tally::testing {

enum class Said : std::uint8_t { nothing, set, unset };

class RandomDocuments {
 public:
  // The model must outlive it.
  RandomDocuments(const Model& model, std::uint64_t seed);

  // By element whether it is present. `fullness`: how many of 256 optional
  // elements are there, of those that may be.
  std::optional<std::vector<bool>> draw(const std::vector<Said>& said, unsigned fullness);
  // A number below `end`.
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>((random_() >> 32) % end); }

 private:
  bool must(ElementId id) const { return must_[id.value]; }
  bool can(ElementId id) const { return can_[id.value]; }
  void look_ahead(const std::vector<Said>& said);
  // Which of the elements that read one place is there, if any.
  std::optional<ElementId> settle(const std::vector<ElementId>& rivals, unsigned fullness);

  const Model& model_;
  std::mt19937_64 random_;
  std::vector<std::vector<ElementId>> places_;  // read by several elements in different JSON kinds
  std::vector<std::optional<std::size_t>> place_of_;
  std::vector<bool> must_, can_;  // by element: something in it is said to be set; nothing speaks against it
};

}  // namespace tally::testing
