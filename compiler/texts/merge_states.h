// Merges the states of an automaton that no text tells apart.
//
// For example, of two states that both lead to a third by every letter, and of which a text may end in both or in
// neither, one is left.
//
// In:     for each state the states that its letters lead to, and its class
// Out:    for each state the number of its block; states of one block are equal
// Always: the blocks are as few as possible
//
// A state is looked at again only if a state that it leads to has changed its block. Of the parts that a block is
// split into, the largest keeps its number, so that a state changes its block at most log n times: Hopcroft, *An
// n log n Algorithm for Minimizing States in a Finite Automaton*, 1971.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace tally {

// What the letters of a state lead to.
struct StateWays {
  std::uint32_t otherwise = 0;                                   // by letter 0, and by each that has no edge
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges{};  // letter and state, sorted by letter
};

// `classes`: of each state. Returns the block of each state; there are as many blocks as the highest number + 1.
std::vector<std::uint32_t> merged_states(const std::vector<StateWays>& ways, const std::vector<std::uint32_t>& classes);

}  // namespace tally
