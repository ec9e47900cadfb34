// Classes: the finite domain of every leaf.
//
// In: the cuts that are to be told apart. Out: for each number or text leaf the
// classes of values that are equal under every cut, in order, as codes from 1;
// code 0 is unset. Enum leaves and presences have their codes by nature. Always:
// every value of the leaf's type is in exactly one class, and no class is empty.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/graph/code_set.h"
#include "compiler/graph/graph.h"

namespace tally {

struct ValueClass {
  // A value that is in the class.
  Literal representative;
  // The class holds this value alone: it is that constant.
  bool single = false;
  // As people read it: "< 30", "30..", "5", "\"+1...\"", "other".
  std::string label;
};

// Codes that one leaf may have, unset among them where it may be: a code is a byte.
inline constexpr std::uint32_t max_leaf_codes = 255;

class Classes {
 public:
  // `cuts`: those of the graph that count.
  Classes(const Model& model, const Graph& graph, const std::set<CutId>& cuts);

  // Number of codes with unset: an enum's values + 1, a presence 2, classes + 1.
  std::uint32_t codes(ElementId element) const;
  // The lowest code that occurs: 0 where the element may be unset, else 1.
  std::uint8_t first(ElementId element) const;
  // How many codes occur: from `first` on, below `codes`.
  std::uint32_t width(ElementId element) const { return codes(element) - first(element); }
  // The first of these elements that has more codes than a leaf may have.
  std::optional<ElementId> too_wide(const std::set<ElementId>& elements) const;
  // The classes of a number or text leaf; class i has code i + 1.
  const std::vector<ValueClass>& classes(ElementId element) const;
  // The codes of a cut's classes. Only for cuts that were given.
  const CodeSet& codes_of(CutId cut) const;
  bool knows(CutId cut) const { return cut_codes_.contains(cut); }
  // The code of a value of a leaf (enum name, number, text, or unset).
  std::uint32_t code_of(ElementId element, const Literal& value) const;
  // The code of the texts that begin with `prefix`, of which nothing else is
  // compared; of a text that nothing is compared with for "".
  std::uint32_t code_beyond(ElementId element, const std::string& prefix) const;
  // The cuts of a leaf that count; of a number, the values where its code may
  // change, the lowest of its type first.
  std::vector<const Cut*> cuts_of(ElementId element) const;
  const std::vector<CutId>& cut_ids(ElementId element) const;
  std::vector<std::uint64_t> starts(ElementId element) const;

  // A code for people: "unset", "on", "< 30", "set".
  std::string label(ElementId element, unsigned code) const;
  // A set of codes for people: "on", "not on", "unset or off", "-" for all.
  std::string label(ElementId element, const CodeSet& codes) const;

 private:
  // The class whose values are in the cuts that `in` says, and in no other.
  std::uint32_t code_where(ElementId element, const std::function<bool(const Cut&)>& in) const;
  const Model* model_;
  std::map<ElementId, std::vector<ValueClass>> classes_;  // of the leaves that are cut
  mutable std::map<const Type*, std::vector<ValueClass>>
      whole_;  // of the others, once asked for: one class, by their type
  std::map<ElementId, std::vector<CutId>> leaf_cuts_;
  const Graph* graph_;
  std::map<CutId, CodeSet> cut_codes_;
};

}  // namespace tally
