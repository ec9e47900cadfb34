// Random documents: which elements of a model are present in a call's documents.
//
// In:     which elements must be set or unset, and how full the document should be
// Out:    such a document, or nothing if there is none. For example, if `caller.user` must be
//         present, `caller` is present too.
// Always: the documents are the same in every run
//
// Three independent pieces of code define which documents exist. This one grows a document
// from the outside to the inside. The interpreter's smallest document
// (simulator/documents/smallest_document.cpp) grows from the inside. The space
// (compiler/diagrams/space.cpp) counts them.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "compiler/model/model.h"

namespace tally::testing {

enum class Demand : std::uint8_t { nothing, set, unset };

class RandomDocuments {
 public:
  // The model must outlive it.
  RandomDocuments(const Model& model, std::uint64_t seed);

  // Returns per element whether it is present. `fullness` is how many of 256 optional elements
  // are present, on average, among those that may be.
  std::optional<std::vector<bool>> draw(const std::vector<Demand>& demands, unsigned fullness);
  // A random number below `end`.
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>((random_() >> 32) % end); }

 private:
  bool must(ElementId id) const { return must_[id.value]; }
  bool can(ElementId id) const { return can_[id.value]; }
  void look_ahead(std::vector<Demand> demands);
  // Picks the element that is present among those that read one place, if any.
  std::optional<ElementId> settle(const std::vector<ElementId>& rivals, unsigned fullness);

  const Model& model_;
  std::mt19937_64 random_;
  std::vector<std::vector<ElementId>> places_;  // elements that read one place in different JSON kinds
  std::vector<std::optional<std::size_t>> place_of_;
  std::vector<bool> must_, can_;  // by element: a member of it must be set; nothing forbids it
};

}  // namespace tally::testing
