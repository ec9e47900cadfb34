// Classes: the finite domain of every leaf. A class is a set of values of a number or a
// text that no cut distinguishes. Each class of a leaf has a code.
//
// For example, `limit : 0..100` under the cuts `limit < 30` and `limit in 5..10`:
//
//   code 0   unset
//   code 1   0..4, 11..29     in the first cut only
//   code 2   5..10            in both
//   code 3   30..100          in neither
//
// and `called : text` under the cuts `called starts "+1"` and `called is "+1900"`:
//
//   code 0   unset
//   code 1   the texts that begin with +1, apart from +1900
//   code 2   +1900
//   code 3   all other texts
//
// The classes of a text under other cuts (`called ends "99"`, `called like "NXX"`, `called has length 4..6`) come from
// the automaton of all cuts of the leaf: compiler/texts/automaton.h.
//
// Leaves that are compared with each other share their cuts, and each class of a number is one
// range. With `calls < limit`, `limit < 30` and both 0..100, `calls` has the classes 0..29 and 30..100
// as well. Then different classes decide the relation of two numbers, and in a class of one value
// they are equal. A class of several numbers, or of a list of texts, has so many values that within it every order
// is possible (values_needed); one with fewer is split into single values.
//
// In:     a model, its graph, and the cuts that count
// Out:    for each number or text leaf its classes in order, with codes from 1; 0 is
//         unset. The codes of an enum are its values in order from 1, those of a presence
//         0 and 1.
// Always: every value of the leaf's type is in exactly one class, and no class is empty
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/graph/code_set.h"
#include "compiler/graph/graph.h"
#include "compiler/texts/automaton.h"

namespace tally {

// One class of a leaf.
struct ValueClass {
  // A value of the class: 0 for 0..4, 11..29.
  Literal representative;
  // Whether the class has one value only, the representative: true for "+1900".
  bool single = false;
};

// Numbers that are all of one class. Two neighbours are of different classes.
struct NumberPiece {
  NumberRange range;
  std::uint32_t code = 0;
};

// One text, or all texts that begin with a prefix and are in no longer piece. The prefix "" is
// the piece of all other texts.
struct TextPiece {
  std::string text;
  bool is_prefix = false;
  std::uint32_t code = 0;
};

// The maximum number of codes that occur for one leaf (unset included, if it occurs). A code of a number or a text
// fits in two bytes. That of an enum fits in one, since hosts hand over its values so.
inline constexpr std::uint32_t max_value_codes = 65'535, max_enum_codes = 255;

// The automaton of a text leaf, with the code of each of its classes, and the cuts that it is made of. Its first sets
// are these cuts; the others hold one text each.
struct TextClasses {
  TextAutomaton automaton;
  std::vector<std::uint32_t> codes;
  std::vector<Cut> cuts;

  // The class of the automaton that has a code.
  std::uint32_t class_with(std::uint32_t code) const {
    return static_cast<std::uint32_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
  }
};

// How many calls are looked at together that may share some of the values that are compared: one, alone or beside one
// that differs from it in one leaf; two that differ in several leaves; or more. The more, the more values a class
// needs, so that every order is possible in it.
enum class CallsAtOnce : std::uint8_t { one, two, several };

// The number of values that a class needs, so that leaves with values in it may be ordered in every way.
//
// Each value is a rank. Leaves of which neither is compared with the other may have the same rank, so there are no more
// ranks than there are leaves on a path along comparisons. On such a path every other leaf is in a vertex cover.
// `cover` is the size of one: 1 for a number that all others are compared with, however many these are.
std::size_t values_needed(std::size_t leaves, std::size_t cover, CallsAtOnce calls);

// The classes of all leaves of a model under some cuts.
class Classes {
 public:
  // `cuts`: the cuts and relations of the graph that count. Those that are not among them split
  // no class.
  Classes(const Model& model, const Graph& graph, const std::set<CutId>& cuts, CallsAtOnce calls = CallsAtOnce::one);

  // The number of codes, unset included: an enum's values + 1, 2 for a presence, the
  // classes + 1.
  std::uint32_t codes(ElementId element) const;
  // The lowest code that occurs: 0 if the element may be unset, else 1.
  Code first(ElementId element) const;
  // The number of codes that occur: `first`, ..., `codes` - 1.
  std::uint32_t width(ElementId element) const { return codes(element) - first(element); }
  // The maximum number of codes that may occur: 255 for an enum.
  std::uint32_t max_codes(ElementId element) const {
    return model_->at(element).type->is_enum() ? max_enum_codes : max_value_codes;
  }
  // The first of these elements with more codes than that, or nothing.
  std::optional<ElementId> too_wide(const std::set<ElementId>& elements) const;
  // Whether a code of the element does not fit in a byte.
  bool is_wide(ElementId element) const { return codes(element) > 256; }
  // The classes of a number or text leaf. Class i has the code i + 1. One thread at a
  // time: the classes of a leaf without cuts are made by the first call.
  const std::vector<ValueClass>& classes(ElementId element) const { return leaf(element).classes; }
  // What the classes of a number leaf consist of, from its lowest value to its highest: 0..4 of
  // class 1, 5..10 of class 2, and so on.
  const std::vector<NumberPiece>& number_pieces(ElementId element) const { return leaf(element).numbers; }
  // What the classes of a text leaf consist of, sorted by text. A text comes before the prefix that
  // it equals; the prefix "" is the last. There are none if a cut of the leaf has more than texts and prefixes.
  const std::vector<TextPiece>& text_pieces(ElementId element) const { return leaf(element).texts; }
  // The automaton of a text leaf; null if it has more states than `TextAutomaton::max_states`. One thread at a time.
  const TextClasses* text_classes(ElementId element) const;
  // The codes of the classes in a cut: {1, 2} for `limit < 30`. The cut must be known, or contain whole
  // classes only. One thread at a time.
  const CodeSet& codes_of(CutId cut) const;
  // Whether the texts of a leaf cannot be divided into classes, since its automaton has too many states. The leaf then
  // counts as too wide.
  bool is_too_large(ElementId element) const { return leaf(element).is_too_large; }
  // Whether the leaf has classes that come from other leaves, with which it is compared.
  bool is_related(ElementId element) const { return related_.contains(element); }
  // How many calls may be looked at together.
  CallsAtOnce calls_at_once() const { return calls_; }
  // Whether the cut is one of the cuts that count.
  bool knows(CutId cut) const { return cut_codes_.contains(cut); }
  // Whether each class is in the cut or outside it as a whole: the cut is known, or a single value that
  // is a class of its own because of other leaves.
  bool can_tell(CutId cut) const;
  // The code of a value of a leaf (an enum name, a number, a text, or unset): 2 for 7.
  std::uint32_t code_of(ElementId element, const Literal& value) const;
  // The code of a text that begins with `prefix` and of which nothing else is compared: 1
  // for "+1". With "" the code of a text that no cut contains: 3. The leaf has text pieces.
  std::uint32_t code_beyond(ElementId element, const std::string& prefix) const;
  // The cuts of a leaf itself that count, and their ids; of a relation that counts, its id.
  std::vector<const Cut*> cuts_of(ElementId element) const;
  const std::vector<CutId>& cut_ids(ElementId element) const;
  // The code of a relation if its leaves have these codes, or nothing if their values may be related in
  // several ways.
  std::optional<Code> code_of_relation(ElementId relation, Code left, Code right) const;

 private:
  struct Leaf {
    std::vector<ValueClass> classes;
    std::vector<NumberPiece> numbers;
    std::vector<TextPiece> texts;
    std::size_t longest_prefix = 0;
    // Of a text: the sets of its cuts, and of single values; their automaton, made when it is needed if there are
    // pieces.
    std::vector<TextSet> sets;
    mutable std::shared_ptr<const TextClasses> text_classes;
    bool is_too_large = false;                     // the automaton has too many states, and the leaf one class
    std::vector<std::vector<std::uint32_t>> held;  // of a text: the codes in each cut
  };
  // Leaves that relations connect, directly or through others.
  using Group = std::set<ElementId>;
  static Leaf number_leaf(const Type& type, const std::vector<const Cut*>& cuts);
  static Leaf related_number_leaf(const Type& type, const std::vector<std::uint64_t>& starts);
  static Leaf text_leaf(const std::vector<const Cut*>& cuts, std::size_t needed = 0);
  static Leaf text_leaf_of_pieces(const std::vector<const Cut*>& cuts, std::size_t needed);
  std::vector<Group> groups() const;
  void make_leaves(const Group& group);
  std::size_t values_needed_in(const Group& group) const;
  const Leaf& leaf(ElementId element) const;
  // The code of the texts that begin with the longest prefix that `text` begins with.
  static std::uint32_t code_of_prefix(const Leaf& leaf, const std::string& text);

  const Model* model_;
  CallsAtOnce calls_;
  std::map<ElementId, Leaf> leaves_;           // the leaves with cuts
  mutable std::map<const Type*, Leaf> whole_;  // those without: one class per type, made when it is needed
  std::map<ElementId, std::vector<CutId>> leaf_cuts_;
  const Graph* graph_;
  CodeSet held_by(const LeafCut& cut) const;
  static void add_codes(const std::vector<NumberPiece>& pieces, const NumberRange& range, CodeSet& codes);
  std::map<CutId, CodeSet> cut_codes_;
  mutable std::map<CutId, CodeSet> whole_cuts_;  // of cuts that are not known, but contain whole classes
  std::set<ElementId> related_;
};

// What is wrong with a leaf that is too wide: "`called` has 70,000 codes here, more than 65,535". `where`: "here".
std::string too_wide_text(const Model& model, const Classes& classes, ElementId element,
                          const std::string& where = "here");

// Returns a value that has the code: Unset for 0, EnumName "present" for an object. If the class
// of the code holds the element's default, the default is returned.
Literal value_of(const Model& model, const Classes& classes, ElementId element, Code code);

}  // namespace tally
