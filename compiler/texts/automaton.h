// The finite automaton of some sets of texts: it divides all texts into classes, and tells by one pass over a
// text which class the text is of.
//
// For example, the sets {starts "1"} and {like "NXX", ends "0"} make four classes: in the first only ("1"), in the
// second only ("0"), in both ("10"), in neither ("3").
//
// In:     sets of texts. A set holds what one of its tests holds: exact texts, beginnings, ends, lengths in
//         characters, patterns
// Out:    the classes, each with the sets that hold it, with a text, and with the number of its texts; the automaton
//         over the bytes of UTF-8
// Always: two texts are of one class if and only if no set tells them apart. Each class has a text that is valid
//         UTF-8. As an automaton over characters it has as few states as possible
//
// The tests of the sets that read a text from its beginning share one tree, whose edges are sets of characters.
// A state is: the nodes of the tree that a beginning of a text leads to (one, unless patterns overlap), the sets that
// hold whatever follows, how far the text is into an end that is looked for, and its length as far as it counts.
// States are made as they are reached: Rabin and Scott, *Finite Automata and Their Decision Problems*, 1959. Ends are
// looked for by the links of Aho and Corasick, *Efficient String Matching*, 1975. Characters that no test
// distinguishes are one letter. The states are then merged by refinement, where the largest part of a class that is
// split keeps its number: Hopcroft, *An n log n Algorithm for Minimizing States in a Finite Automaton*, 1971.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/texts/merge_states.h"
#include "compiler/texts/pattern.h"

namespace tally {

// What a set holds: a text that passes one of these tests.
struct TextSet {
  std::vector<std::string> texts, prefixes, suffixes;
  // From a length to another, both inclusive.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> lengths;
  std::vector<DialPattern> patterns;
};
// The upper end of a range of lengths that has none.
inline constexpr std::uint64_t any_length = std::numeric_limits<std::uint64_t>::max();

// The automaton over bytes. It begins in state 0, and reads bytes until the text ends or the state is `first_sink`
// or more, which it never leaves.
struct ByteAutomaton {
  std::array<std::uint8_t, 256> letters{};  // the column of each byte
  std::uint32_t width = 1;                  // the number of columns
  std::vector<std::uint16_t> next;          // states x width: the state after a byte
  std::vector<std::uint32_t> classes;       // of each state, if the text ends there
  std::uint32_t first_sink = 0;
};

// The least automaton that tells some groups of classes apart: see `TextAutomaton::labelled`.
struct LabelledStates {
  struct State {
    std::uint32_t label = 0;  // of the texts that end here
    std::vector<std::pair<std::uint32_t, std::uint32_t>>
        steps{};  // from this character on to this state; the first is 0
  };
  std::vector<State> states;  // a text begins in the first
};

// Words of a class, and whether these are all.
struct ClassTexts {
  std::vector<std::string> texts;
  bool are_all = false;
};

class TextAutomaton {
 public:
  // At most this many states, also over bytes.
  static constexpr std::uint32_t max_states = 65'535;
  // Returns the automaton of the sets, or nothing if it has more than `max_states`.
  static std::optional<TextAutomaton> of(const std::vector<TextSet>& sets);

  // The number of classes, at least one.
  std::uint32_t classes() const { return static_cast<std::uint32_t>(sets_of_.size()); }
  std::uint32_t states() const { return static_cast<std::uint32_t>(states_.size()); }
  // The sets that hold a class, by index, sorted.
  const std::vector<std::uint32_t>& sets_of(std::uint32_t of_class) const { return sets_of_[of_class]; }
  // The class of a text.
  std::uint32_t class_of(std::string_view text) const;
  // The number of texts of a class; nothing if it has no end, or is beyond 2^60.
  std::optional<std::uint64_t> size_of(std::uint32_t of_class) const { return sizes_[of_class]; }
  // A text of a class: the shortest that is not empty, of digits if possible, then letters, then other characters.
  const std::string& example(std::uint32_t of_class) const { return examples_[of_class]; }
  // At most `limit` texts of a class, the shortest first.
  ClassTexts texts_of(std::uint32_t of_class, std::size_t limit) const;
  // The least automaton over characters that tells classes with different labels apart (labelled_states.cpp).
  // `labels` has one for each class. Its states are numbered as a walk from the first meets them, by characters from
  // the lowest; so two automata give the same states if they label every text alike, whatever their classes are.
  LabelledStates labelled(const std::vector<std::uint32_t>& labels) const;
  // The same automaton over bytes (byte_automaton.cpp), or nothing if it has more than `max_states`.
  std::optional<ByteAutomaton> over_bytes() const;

 private:
  friend class TextAutomatonMaker;
  friend class ByteAutomatonMaker;
  using State = std::uint32_t;
  using Letter = std::uint32_t;
  struct OneState {
    StateWays ways;  // edges lead to other states than `otherwise`
    std::uint32_t of_class = 0;
  };
  // Characters that are one letter: ranges that are sorted, disjoint, and without surrogates.
  struct OneLetter {
    std::vector<CharacterRange> ranges;
    std::uint64_t size = 0;  // the number of its characters
    Character best = 0;      // the most readable of them
  };

  State after(State state, Letter letter) const;
  Letter letter_of(Character character) const;
  bool is_sink(State state) const;
  void find_examples();
  void find_sizes();
  // From each state the least number of characters that lead to a text of the class, or `unknown` if none do.
  std::vector<std::uint32_t> distances_to(std::uint32_t of_class) const;
  // The letters of a state that are to be looked at, the most readable first: each that has an edge, and one of those
  // that have none.
  std::vector<std::pair<Letter, State>> steps_from(State state) const;

  std::vector<OneLetter> letters_;
  std::vector<std::pair<CharacterRange, Letter>> ranges_;  // of all letters, sorted
  std::vector<Letter> by_readability_;                     // the most readable first
  std::vector<std::uint32_t> rank_;                        // of each letter among these
  std::vector<OneState> states_;                           // the first is where a text begins
  std::vector<std::vector<std::uint32_t>> sets_of_;
  std::vector<std::optional<std::uint64_t>> sizes_;
  std::vector<std::string> examples_;
};

}  // namespace tally
