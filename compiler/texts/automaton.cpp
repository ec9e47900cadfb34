// What an automaton tells of texts, and its form over bytes: see automaton.h.
#include "compiler/texts/automaton.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace tally {
namespace {

constexpr std::uint64_t too_many_texts = std::uint64_t{1} << 60;
constexpr std::uint32_t unknown = std::numeric_limits<std::uint32_t>::max();

}  // namespace

TextAutomaton::Letter TextAutomaton::letter_of(Character character) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), character,
                                      [](Character c, const auto& range) { return c < range.first.low; });
  return std::prev(after)->second;
}

TextAutomaton::State TextAutomaton::after(State state, Letter letter) const {
  const StateWays& ways = states_[state].ways;
  const auto edge = std::lower_bound(ways.edges.begin(), ways.edges.end(), std::pair(letter, State{0}));
  return edge != ways.edges.end() && edge->first == letter ? edge->second : ways.otherwise;
}

bool TextAutomaton::is_sink(State state) const {
  return states_[state].ways.otherwise == state && states_[state].ways.edges.empty();
}

std::uint32_t TextAutomaton::class_of(std::string_view text) const {
  State state = 0;
  for (std::size_t at = 0; at < text.size() && !is_sink(state);)
    state = after(state, letter_of(next_character(text, at)));
  return states_[state].of_class;
}

std::vector<std::pair<TextAutomaton::Letter, TextAutomaton::State>> TextAutomaton::steps_from(State state) const {
  const StateWays& ways = states_[state].ways;
  auto steps = ways.edges;
  const auto other = std::find_if(by_readability_.begin(), by_readability_.end(), [&](Letter letter) {
    return !std::binary_search(ways.edges.begin(), ways.edges.end(), std::pair(letter, State{0}),
                               [](const auto& a, const auto& b) { return a.first < b.first; });
  });
  if (other != by_readability_.end()) steps.emplace_back(*other, ways.otherwise);
  std::sort(steps.begin(), steps.end(), [&](const auto& a, const auto& b) { return rank_[a.first] < rank_[b.first]; });
  return steps;
}

// The shortest text that leads to each state, breadth first. The state at the beginning is also looked for behind it.
void TextAutomaton::find_examples() {
  struct Arrival {
    State from = unknown;
    Letter letter = 0;
  };
  std::vector<Arrival> arrivals(states_.size());
  std::vector<State> order;
  const auto look = [&](State from) {
    for (const auto& [letter, target] : steps_from(from)) {
      if (arrivals[target].from != unknown) continue;
      arrivals[target] = {from, letter};
      order.push_back(target);
    }
  };
  look(0);
  std::vector<State> first(sets_of_.size(), unknown);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (State& known = first[states_[order[i]].of_class]; known == unknown) known = order[i];
    if (order[i] != 0) look(order[i]);
  }
  examples_.resize(sets_of_.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i] == unknown) continue;  // of the empty text alone
    std::vector<Letter> letters;
    State state = first[i];
    do {
      letters.push_back(arrivals[state].letter);
      state = arrivals[state].from;
    } while (state != 0);
    for (auto letter = letters.rbegin(); letter != letters.rend(); ++letter)
      examples_[i] += utf8_of(letters_[*letter].best);
  }
}

// Counts the texts that lead to each state, in an order in which a state comes after all that lead to it. States on a
// circle, and those behind one, have no place in it; texts without end lead to them.
void TextAutomaton::find_sizes() {
  std::vector<std::vector<std::pair<State, std::uint64_t>>> ways(states_.size());
  std::vector<std::uint32_t> incoming(states_.size(), 0);
  std::uint64_t all = 0;
  for (const OneLetter& letter : letters_) all += letter.size;
  for (State state = 0; state < states_.size(); ++state) {
    std::uint64_t others = all;
    for (const auto& [letter, target] : states_[state].ways.edges) {
      ways[state].emplace_back(target, letters_[letter].size);
      others -= letters_[letter].size;
    }
    if (others > 0) ways[state].emplace_back(states_[state].ways.otherwise, others);
    for (const auto& [target, size] : ways[state]) ++incoming[target];
  }
  std::vector<std::uint64_t> count(states_.size(), 0);
  std::vector<bool> is_finite(states_.size(), false);
  std::vector<State> ready;
  if (incoming[0] == 0) ready.push_back(0);
  count[0] = 1;
  for (std::size_t i = 0; i < ready.size(); ++i) {
    is_finite[ready[i]] = true;
    for (const auto& [target, size] : ways[ready[i]]) {
      const std::uint64_t from = count[ready[i]];
      const bool is_large = from >= too_many_texts / size;
      count[target] = is_large ? too_many_texts : std::min(too_many_texts, count[target] + from * size);
      if (--incoming[target] == 0) ready.push_back(target);
    }
  }
  sizes_.assign(sets_of_.size(), std::uint64_t{0});
  for (State state = 0; state < states_.size(); ++state) {
    auto& size = sizes_[states_[state].of_class];
    if (!size) continue;
    *size += count[state];
    if (!is_finite[state] || *size >= too_many_texts) size.reset();
  }
}

std::vector<std::uint32_t> TextAutomaton::distances_to(std::uint32_t of_class) const {
  std::vector<std::vector<State>> sources(states_.size());
  std::vector<std::uint32_t> distance(states_.size(), unknown);
  std::vector<State> order;
  for (State state = 0; state < states_.size(); ++state) {
    for (const auto& [letter, target] : states_[state].ways.edges) sources[target].push_back(state);
    sources[states_[state].ways.otherwise].push_back(state);
    if (states_[state].of_class != of_class) continue;
    distance[state] = 0;
    order.push_back(state);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const State source : sources[order[i]]) {
      if (distance[source] != unknown) continue;
      distance[source] = distance[order[i]] + 1;
      order.push_back(source);
    }
  }
  return distance;
}

// Goes on with the beginning that may become a text soonest. Of two that are as good the longer one goes first, so that
// few beginnings wait.
ClassTexts TextAutomaton::texts_of(std::uint32_t of_class, std::size_t limit) const {
  const std::vector<std::uint32_t> distance = distances_to(of_class);
  struct Beginning {
    std::size_t whole;     // characters, at least, of a text that begins like this
    std::uint64_t number;  // in the order of the letters
    State state;
    bool is_text;  // or a beginning that goes on
    std::string text;
    std::size_t length;
  };
  const auto later = [](const Beginning& a, const Beginning& b) {
    return std::tie(a.whole, b.length, a.number) > std::tie(b.whole, a.length, b.number);
  };
  std::priority_queue<Beginning, std::vector<Beginning>, decltype(later)> waiting(later);
  std::uint64_t number = 0;
  ClassTexts out;
  out.are_all = true;
  const auto wait = [&](State state, const std::string& text, std::size_t length) {
    if (states_[state].of_class == of_class) waiting.push({length, number++, state, true, text, length});
    waiting.push({length + std::max(distance[state], 1u), number++, state, false, text, length});
  };
  if (distance[0] != unknown) wait(0, "", 0);
  while (!waiting.empty() && out.texts.size() < limit) {
    const Beginning at = waiting.top();
    waiting.pop();
    if (at.is_text) {
      out.texts.push_back(at.text);
      continue;
    }
    for (const Letter letter : by_readability_) {
      const State next = after(at.state, letter);
      if (distance[next] == unknown) continue;
      std::size_t left = limit;
      const auto go = [&](Character character) {
        --left;
        wait(next, at.text + utf8_of(character), at.length + 1);
      };
      go(letters_[letter].best);
      for (const CharacterRange& range : letters_[letter].ranges) {
        for (Character c = range.low; c <= range.high && left > 0; ++c) {
          if (c != letters_[letter].best) go(c);
        }
      }
      if (letters_[letter].size > limit) out.are_all = false;
    }
  }
  out.are_all = out.are_all && waiting.empty();
  return out;
}

}  // namespace tally
