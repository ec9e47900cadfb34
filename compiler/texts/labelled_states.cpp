// The least automaton that tells some groups of classes apart: see automaton.h.
//
// For example, let the classes be "1...", "2..." and the other texts. If the first two have the label 0 and the
// third 1, then two states are left after the first character: that of 1 and 2, and that of all others.
#include <algorithm>
#include <limits>

#include "compiler/texts/automaton.h"

namespace tally {
namespace {

using Steps = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

constexpr std::uint32_t no_state = std::numeric_limits<std::uint32_t>::max();

// Appends that characters from `low` on lead to `state`. No character is a surrogate, so a step that begins among
// these begins behind them.
void add_step(Steps& steps, Character low, std::uint32_t state) {
  if (low >= first_surrogate && low <= last_surrogate) low = last_surrogate + 1;
  if (!steps.empty() && steps.back().first == low) steps.pop_back();  // it led surrogates only
  if (steps.empty() || steps.back().second != state) steps.emplace_back(low, state);
}

}  // namespace

LabelledStates TextAutomaton::labelled(const std::vector<std::uint32_t>& labels) const {
  std::vector<StateWays> ways;
  std::vector<std::uint32_t> label_of;
  for (const OneState& state : states_) {
    ways.push_back(state.ways);
    label_of.push_back(labels[state.of_class]);
  }
  const std::vector<std::uint32_t> block = merged_states(ways, label_of);

  LabelledStates out;
  std::vector<std::uint32_t> number(*std::max_element(block.begin(), block.end()) + 1, no_state);
  std::vector<State> member;  // of each numbered block, one state
  const auto number_of = [&](State state) {
    std::uint32_t& known = number[block[state]];
    if (known == no_state) {
      known = static_cast<std::uint32_t>(member.size());
      member.push_back(state);
      out.states.push_back({label_of[state]});
    }
    return known;
  };
  number_of(0);
  for (std::size_t i = 0; i < member.size(); ++i) {
    const StateWays& from = states_[member[i]].ways;
    // By the lowest character of each range, so that states are numbered in the order of characters.
    std::vector<std::pair<CharacterRange, State>> edges;
    for (const auto& [letter, target] : from.edges) {
      for (const CharacterRange& range : letters_[letter].ranges) edges.emplace_back(range, target);
    }
    std::sort(edges.begin(), edges.end());
    // First the blocks in order, then their numbers: a step that is dropped must not number its block.
    Steps blocks;
    Character next = 0;
    for (const auto& [range, target] : edges) {
      if (range.low > next) add_step(blocks, next, from.otherwise);
      add_step(blocks, range.low, target);
      next = range.high + 1;
    }
    if (next <= max_character) add_step(blocks, next, from.otherwise);
    Steps steps;
    for (const auto& [low, target] : blocks) {
      const std::uint32_t to = number_of(target);
      if (steps.empty() || steps.back().second != to) steps.emplace_back(low, to);
    }
    out.states[i].steps = std::move(steps);
  }
  return out;
}

}  // namespace tally
