#include "compiler/texts/merge_states.h"

#include <algorithm>
#include <compare>
#include <optional>
#include <span>
#include <unordered_map>

#include "compiler/texts/sequences.h"

namespace tally {
namespace {

using Number = std::uint32_t;

// A state that is looked at again.
struct Touched {
  Number block, signature, state;
  auto operator<=>(const Touched&) const = default;
};

class Merger {
 public:
  Merger(const std::vector<StateWays>& ways, const std::vector<Number>& classes) : ways_(ways), place_(ways.size()) {
    find_sources();
    std::unordered_map<Number, Number> of_class;
    for (const Number one : classes) {
      const auto [at, is_new] = of_class.try_emplace(one, static_cast<Number>(members_.size()));
      if (is_new) members_.emplace_back();
      block_.push_back(at->second);
      place_[block_.size() - 1] = static_cast<Number>(members_[at->second].size());
      members_[at->second].push_back(static_cast<Number>(block_.size() - 1));
    }
    is_touched_.assign(ways.size(), true);
    for (Number state = 0; state < ways.size(); ++state) touched_.push_back(state);
  }

  std::vector<Number> run() && {
    while (!touched_.empty()) round();
    return std::move(block_);
  }

 private:
  // The states that lead to each state.
  void find_sources() {
    first_source_.assign(ways_.size() + 1, 0);
    const auto each = [&](auto visit) {
      for (Number state = 0; state < ways_.size(); ++state) {
        visit(state, ways_[state].otherwise);
        for (const auto& [letter, target] : ways_[state].edges) visit(state, target);
      }
    };
    each([&](Number, Number target) { ++first_source_[target + 1]; });
    for (std::size_t i = 1; i < first_source_.size(); ++i) first_source_[i] += first_source_[i - 1];
    sources_.resize(first_source_.back());
    std::vector<std::size_t> at(first_source_.begin(), first_source_.end() - 1);
    each([&](Number state, Number target) { sources_[at[target]++] = state; });
  }

  // The blocks that the letters of a state lead to, as one number.
  Number signature(Number state) {
    const StateWays& ways = ways_[state];
    key_.assign(1, block_[ways.otherwise]);
    for (const auto& [letter, target] : ways.edges) {
      if (block_[target] == key_.front()) continue;
      key_.push_back(letter);
      key_.push_back(block_[target]);
    }
    return signatures_.number_of(key_);
  }

  // Splits each block with states that were touched.
  void round() {
    signatures_ = Sequences();
    std::vector<Touched> all;
    for (const Number state : touched_) all.push_back({block_[state], signature(state), state});
    std::sort(all.begin(), all.end());
    struct Run {
      std::span<const Touched> states;
      std::optional<Number> other;  // the signature of the states of the block that were not touched
    };
    std::vector<Run> runs;
    for (auto from = all.begin(); from != all.end();) {
      const Number block = from->block;
      const auto to = std::find_if(from, all.end(), [&](const Touched& one) { return one.block != block; });
      runs.push_back({std::span(from, to), std::nullopt});
      if (runs.back().states.size() < members_[block].size()) {
        const auto other =
            std::find_if(members_[block].begin(), members_[block].end(), [&](Number s) { return !is_touched_[s]; });
        runs.back().other = signature(*other);
      }
      from = to;
    }
    for (const Number state : touched_) is_touched_[state] = false;
    touched_.clear();
    for (const Run& run : runs) split(run.states, run.other);
  }

  void split(std::span<const Touched> states, std::optional<Number> other) {
    const Number block = states.front().block;
    struct Part {
      std::size_t begin, end, size;
    };
    std::vector<Part> parts;
    bool has_other = !other;
    const std::size_t untouched = members_[block].size() - states.size();
    for (std::size_t i = 0; i < states.size();) {
      std::size_t end = i;
      while (end < states.size() && states[end].signature == states[i].signature) ++end;
      const bool joins_other = other == states[i].signature;
      has_other = has_other || joins_other;
      parts.push_back({i, end, end - i + (joins_other ? untouched : 0)});
      i = end;
    }
    if (!has_other) parts.push_back({0, 0, untouched});
    if (parts.size() == 1) return;
    // The largest part stays where it is.
    const auto largest =
        std::max_element(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.size < b.size; });
    for (auto part = parts.begin(); part != parts.end(); ++part) {
      if (part == largest) continue;
      const auto next = static_cast<Number>(members_.size());
      members_.emplace_back();
      const bool has_untouched = part->size != part->end - part->begin;
      if (has_untouched) {
        for (const Number state : untouched_members(block, states)) move(state, next);
      }
      for (std::size_t i = part->begin; i < part->end; ++i) move(states[i].state, next);
    }
  }

  // The members of a block without those that are listed.
  std::vector<Number> untouched_members(Number block, std::span<const Touched> states) const {
    std::vector<Number> listed, out;
    for (const Touched& one : states) listed.push_back(one.state);
    std::sort(listed.begin(), listed.end());
    for (const Number state : members_[block]) {
      if (!std::binary_search(listed.begin(), listed.end(), state)) out.push_back(state);
    }
    return out;
  }

  void move(Number state, Number to) {
    std::vector<Number>& from = members_[block_[state]];
    from[place_[state]] = from.back();
    place_[from.back()] = place_[state];
    from.pop_back();
    block_[state] = to;
    place_[state] = static_cast<Number>(members_[to].size());
    members_[to].push_back(state);
    for (std::size_t i = first_source_[state]; i < first_source_[state + 1]; ++i) {
      if (is_touched_[sources_[i]]) continue;
      is_touched_[sources_[i]] = true;
      touched_.push_back(sources_[i]);
    }
  }

  const std::vector<StateWays>& ways_;
  std::vector<std::size_t> first_source_;
  std::vector<Number> sources_;
  std::vector<Number> block_;                 // of each state
  std::vector<Number> place_;                 // of each state among the members of its block
  std::vector<std::vector<Number>> members_;  // of each block
  std::vector<Number> touched_;               // the states whose signature may have changed
  std::vector<bool> is_touched_;
  Sequences signatures_;
  std::vector<Number> key_;
};

}  // namespace

std::vector<std::uint32_t> merged_states(const std::vector<StateWays>& ways,
                                         const std::vector<std::uint32_t>& classes) {
  return Merger(ways, classes).run();
}

}  // namespace tally
