// Classes: the finite domain of every leaf. A class is a set of values of a number or a
// text that no cut distinguishes. Each class of a leaf has a code.
//
// For example, `limit : 0..100` under the cuts `limit < 30` and `limit in 5..10`:
//
//   code 0   unset
//   code 1   "< 5, 11..29"    in the first cut only
//   code 2   "5..10"          in both
//   code 3   "30.."           in neither
//
// and `called : text` under the cuts `called starts "+1"` and `called is "+1900"`:
//
//   code 0   unset
//   code 1   "\"+1...\""      texts that begin with +1, apart from +1900
//   code 2   "\"+1900\""
//   code 3   "other"
//
// In:     a model, its graph, and the cuts that count
// Out:    for each number or text leaf its classes in order, with codes from 1; 0 is
//         unset. The codes of an enum are its values in order from 1, those of a presence
//         0 and 1.
// Always: every value of the leaf's type is in exactly one class, and no class is empty
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

// One class of a leaf.
struct ValueClass {
  // A value of the class: 0 for "< 5, 11..29".
  Literal representative;
  // Whether the class has one value only, the representative: true for "+1900".
  bool single = false;
  // The class for people: "< 30", "30..", "5", "\"+1...\"", "other".
  std::string label;
};

// The maximum number of codes that occur for one leaf (unset included, if it occurs), so
// that a code fits in a byte.
inline constexpr std::uint32_t max_leaf_codes = 255;

// The classes of all leaves of a model under some cuts.
class Classes {
 public:
  // `cuts`: the cuts of the graph that count. Cuts that are not among them split no
  // class.
  Classes(const Model& model, const Graph& graph, const std::set<CutId>& cuts);

  // The number of codes, unset included: an enum's values + 1, 2 for a presence, the
  // classes + 1.
  std::uint32_t codes(ElementId element) const;
  // The lowest code that occurs: 0 if the element may be unset, else 1.
  std::uint8_t first(ElementId element) const;
  // The number of codes that occur: `first`, ..., `codes` - 1.
  std::uint32_t width(ElementId element) const { return codes(element) - first(element); }
  // The first of these elements with more than `max_leaf_codes` codes, or nothing.
  std::optional<ElementId> too_wide(const std::set<ElementId>& elements) const;
  // The classes of a number or text leaf. Class i has the code i + 1. One thread at a
  // time: the classes of a leaf without cuts are made by the first call.
  const std::vector<ValueClass>& classes(ElementId element) const;
  // The codes of the classes in a cut: {1, 2} for `limit < 30`. The cut must be known.
  const CodeSet& codes_of(CutId cut) const;
  // Whether the cut is one of the cuts that count.
  bool knows(CutId cut) const { return cut_codes_.contains(cut); }
  // The code of a value of a leaf (an enum name, a number, a text, or unset): 2 for 7.
  std::uint32_t code_of(ElementId element, const Literal& value) const;
  // The code of a text that begins with `prefix` and of which nothing else is compared: 1
  // for "+1". With "" the code of a text that no cut contains: 3.
  std::uint32_t code_beyond(ElementId element, const std::string& prefix) const;
  // The cuts of a leaf that count, and their ids. `starts` returns the values of a number
  // at which its code may change, the lowest value of the type first: 0, 5, 11, 30.
  std::vector<const Cut*> cuts_of(ElementId element) const;
  const std::vector<CutId>& cut_ids(ElementId element) const;
  std::vector<std::uint64_t> starts(ElementId element) const;

  // A code for people: "unset", "on", "< 30"; "set" for a presence.
  std::string label(ElementId element, unsigned code) const;
  // A set of codes for people: "on", "not on", "unset or off"; "-" for all codes.
  std::string label(ElementId element, const CodeSet& codes) const;

 private:
  // The class of the values that are in exactly the cuts for which `in` returns true.
  std::uint32_t code_where(ElementId element, const std::function<bool(const Cut&)>& in) const;
  const Model* model_;
  std::map<ElementId, std::vector<ValueClass>> classes_;  // the leaves with cuts
  mutable std::map<const Type*, std::vector<ValueClass>>
      whole_;  // the leaves without cuts: one class per type, made when it is needed
  std::map<ElementId, std::vector<CutId>> leaf_cuts_;
  const Graph* graph_;
  std::map<CutId, CodeSet> cut_codes_;
};

}  // namespace tally
