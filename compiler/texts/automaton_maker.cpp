// Makes an automaton from sets of texts: see automaton.h.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "compiler/texts/automaton.h"
#include "compiler/texts/sequences.h"

namespace tally {
namespace {

using Number = std::uint32_t;
using Numbers = std::vector<Number>;

// More than this is not done, even if the states could be merged: states that are made, letters that are looked at in
// them, letters of the sets of characters, and edges of the endings. So no rule file takes long, or much memory.
constexpr std::size_t max_states_made = 1'000'000, max_letters_seen = 20'000'000;
constexpr std::size_t max_letters_of_sets = 4'000'000, max_ending_edges = 4'000'000;

// Which characters are most readable: those of the first of these ranges.
constexpr CharacterRange readable[] = {{'0', '9'},       {'a', 'z'},        {'A', 'Z'},       {'!', '~'},
                                       {0xc0, 0x24f},    {0x391, 0x3c9},    {0x410, 0x44f},   {0x4e00, 0x9fff},
                                       {' ', ' '},       {0x250, 0x1fff},   {0x2010, 0x4dff}, {0xa000, 0xd7ff},
                                       {0xf900, 0xfffd}, {0x10000, 0xe0000}};

// The first character of the first range that has one, and how far from the beginning the range stands.
std::pair<std::size_t, Character> most_readable(const std::vector<CharacterRange>& ranges) {
  for (std::size_t i = 0; i < std::size(readable); ++i) {
    for (const CharacterRange& range : ranges) {
      const Character low = std::max(range.low, readable[i].low);
      if (low <= std::min(range.high, readable[i].high)) return {i, low};
    }
  }
  return {std::size(readable), ranges.front().low};
}

void add_all(Numbers& to, std::span<const Number> from) { to.insert(to.end(), from.begin(), from.end()); }

void make_set(Numbers& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

// Lists of numbers by number, in one piece.
class Lists {
 public:
  void add(Number of, Number value) { all_.emplace_back(of, value); }
  void sort(std::size_t size) {
    std::sort(all_.begin(), all_.end());
    all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
    begins_.assign(size + 1, 0);
    for (const auto& [of, value] : all_) ++begins_[of + 1];
    for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    for (const auto& [of, value] : all_) values_.push_back(value);
    all_ = {};
  }
  std::span<const Number> at(Number of) const {
    return std::span(values_).subspan(begins_[of], begins_[of + 1] - begins_[of]);
  }

 private:
  std::vector<std::pair<Number, Number>> all_;
  std::vector<std::size_t> begins_;
  Numbers values_;
};

// The tree of what is read from the beginning. An edge is a set of characters.
class Tree {
 public:
  Number add(Number node, Number characters) {
    const auto [at, is_new] = children_.try_emplace((std::uint64_t{node} << 32) | characters, size_);
    if (is_new) {
      edges_.add(node, static_cast<Number>(targets_.size()));
      targets_.emplace_back(characters, size_++);
    }
    return at->second;
  }
  // A node that these characters lead to from `node`, and from the new node itself.
  Number add_repeated(Number node, Number characters) {
    const auto [at, is_new] = repeated_.try_emplace((std::uint64_t{node} << 32) | characters, size_);
    if (is_new) {
      for (const Number from : {node, size_}) edges_.add(from, static_cast<Number>(targets_.size()));
      targets_.emplace_back(characters, size_++);
    }
    return at->second;
  }
  // A text of the set ends here; every text that goes on from here, or further than here, is of the set.
  void end_here(Number node, Number set) { ends_.add(node, set); }
  void any_from(Number node, Number set) { from_.add(node, set); }
  void any_beyond(Number node, Number set) { beyond_.add(node, set); }
  void finish() {
    for (Lists* lists : {&edges_, &ends_, &from_, &beyond_}) lists->sort(size_);
    children_ = repeated_ = {};
  }

  std::span<const Number> edges(Number node) const { return edges_.at(node); }
  Number characters(Number edge) const { return targets_[edge].first; }
  Number target(Number edge) const { return targets_[edge].second; }
  std::span<const Number> ends(Number node) const { return ends_.at(node); }
  std::span<const Number> from(Number node) const { return from_.at(node); }
  std::span<const Number> beyond(Number node) const { return beyond_.at(node); }
  // Whether it matters that a text has come here, apart from what holds from here on.
  bool is_alive(Number node) const {
    return !edges_.at(node).empty() || !ends_.at(node).empty() || !beyond_.at(node).empty();
  }

 private:
  Number size_ = 1;
  std::unordered_map<std::uint64_t, Number> children_, repeated_;  // by node and characters
  std::vector<std::pair<Number, Number>> targets_;
  Lists edges_, ends_, from_, beyond_;
};

// How far a text is into one of the ends that are looked for.
class Endings {
 public:
  // `letters`: of one ending. `set` holds the texts that have it.
  void add(const Numbers& letters, Number set) {
    Number node = 0;
    for (const Number letter : letters) {
      const auto [at, is_new] = children_[node].try_emplace(letter, static_cast<Number>(children_.size()));
      node = at->second;
      if (!is_new) continue;
      children_.emplace_back();
      sets_.emplace_back();
    }
    sets_[node].push_back(set);
  }

  // Follows the links: from a node to the longest shorter beginning of an ending that the text ends in as well. Returns
  // whether the edges are few enough.
  bool finish() {
    edges_.resize(children_.size());
    std::size_t count = 0;
    Numbers links(children_.size(), 0), order{0};
    for (std::size_t i = 0; i < order.size(); ++i) {
      const Number node = order[i];
      make_set(sets_[node]);
      std::map<Number, Number> edges;
      if (links[node] != 0) edges.insert(edges_[links[node]].begin(), edges_[links[node]].end());
      for (const auto& [letter, child] : children_[node]) {
        links[child] = node == 0 ? 0 : after(links[node], letter);
        edges[letter] = child;
        order.push_back(child);
      }
      edges_[node].assign(edges.begin(), edges.end());
      count += edges.size();
      if (count > max_ending_edges) return false;
      for (const auto& [letter, child] : children_[node]) add_all(sets_[child], sets_[links[child]]);
    }
    return true;
  }

  // The letters that lead elsewhere than from the first node, with the nodes that they lead to.
  const std::vector<std::pair<Number, Number>>& edges(Number node) const { return edges_[node]; }
  Number after(Number node, Number letter) const {
    for (const Number from : {node, Number{0}}) {
      const auto at = std::lower_bound(edges_[from].begin(), edges_[from].end(), std::pair(letter, Number{0}));
      if (at != edges_[from].end() && at->first == letter) return at->second;
    }
    return 0;
  }
  const Numbers& sets(Number node) const { return sets_[node]; }

 private:
  std::vector<std::map<Number, Number>> children_ = std::vector<std::map<Number, Number>>(1);
  std::vector<Numbers> sets_ = std::vector<Numbers>(1);
  std::vector<std::vector<std::pair<Number, Number>>> edges_;
};

}  // namespace

// Makes one automaton. The states are found by `explore`, and merged by `finish`.
class TextAutomatonMaker {
 public:
  explicit TextAutomatonMaker(const std::vector<TextSet>& sets) : sets_(sets) {}

  std::optional<TextAutomaton> run() {
    if (!find_letters() || !find_lengths() || !plant() || !explore() || !finish()) return std::nullopt;
    out_.find_sizes();
    out_.find_examples();
    return std::move(out_);
  }

 private:
  // --- letters ---

  Number characters(std::vector<CharacterRange> ranges) {
    return known_.try_emplace(std::move(ranges), static_cast<Number>(known_.size())).first->second;
  }
  Number character(Character one) {
    const auto [at, is_new] = single_.try_emplace(one, 0);
    if (is_new) at->second = characters({{one, one}});
    return at->second;
  }

  // Characters that every test treats alike are one letter. Returns whether the sets have few enough.
  bool find_letters() {
    for (const TextSet& set : sets_) {
      for (const auto* texts : {&set.texts, &set.prefixes, &set.suffixes}) {
        for (const std::string& text : *texts) {
          for (std::size_t at = 0; at < text.size();) character(next_character(text, at));
        }
      }
      for (const DialPattern& pattern : set.patterns) {
        for (const auto& place : pattern.places) characters(place);
      }
    }
    std::vector<Character> begins{0, first_surrogate, last_surrogate + 1};
    for (const auto& [ranges, number] : known_) {
      for (const CharacterRange& range : ranges) {
        begins.push_back(range.low);
        begins.push_back(range.high + 1);
      }
    }
    std::sort(begins.begin(), begins.end());
    begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
    while (begins.back() > max_character) begins.pop_back();
    std::vector<Numbers> held(begins.size());
    std::size_t count = 0;
    for (const auto& [ranges, number] : known_) {
      for (const CharacterRange& range : ranges) {
        const auto from = std::lower_bound(begins.begin(), begins.end(), range.low);
        for (auto at = from; at != begins.end() && *at <= range.high; ++at) {
          held[static_cast<std::size_t>(at - begins.begin())].push_back(number);
          if (++count > max_letters_of_sets) return false;
        }
      }
    }
    // What no test names is the first letter, or a letter with most characters.
    Sequences alike;
    std::vector<TextAutomaton::OneLetter>& letters = out_.letters_;
    for (std::size_t i = 0; i < begins.size(); ++i) {
      if (begins[i] == first_surrogate) continue;
      make_set(held[i]);
      const Number letter = alike.number_of(held[i]);
      if (letter == letters.size()) letters.emplace_back();
      const Character high = i + 1 < begins.size() ? begins[i + 1] - 1 : max_character;
      letters[letter].ranges.push_back({begins[i], high});
      letters[letter].size += high - begins[i] + 1;
    }
    const auto largest =
        std::max_element(letters.begin(), letters.end(), [](const auto& a, const auto& b) { return a.size < b.size; });
    std::swap(letters.front(), *largest);
    rank_letters();
    letters_of_.resize(known_.size());
    for (const auto& [ranges, number] : known_) {
      for (const CharacterRange& range : ranges) {
        for (Character at = range.low; at <= range.high;) {
          if (at == first_surrogate) at = last_surrogate + 1;
          const auto piece = std::prev(std::upper_bound(out_.ranges_.begin(), out_.ranges_.end(), at,
                                                        [](Character c, const auto& r) { return c < r.first.low; }));
          letters_of_[number].push_back(piece->second);
          at = piece->first.high + 1;
        }
      }
      make_set(letters_of_[number]);
    }
    return true;
  }

  void rank_letters() {
    std::vector<std::tuple<std::size_t, Character, Number>> order;
    for (Number letter = 0; letter < out_.letters_.size(); ++letter) {
      TextAutomaton::OneLetter& one = out_.letters_[letter];
      for (const CharacterRange& range : one.ranges) out_.ranges_.emplace_back(range, letter);
      const auto [place, best] = most_readable(one.ranges);
      one.best = best;
      order.emplace_back(place, best, letter);
    }
    std::sort(out_.ranges_.begin(), out_.ranges_.end());
    std::sort(order.begin(), order.end());
    out_.rank_.resize(order.size());
    for (const auto& [place, best, letter] : order) {
      out_.rank_[letter] = static_cast<Number>(out_.by_readability_.size());
      out_.by_readability_.push_back(letter);
    }
  }

  // --- lengths, the tree, endings ---

  // Finds the sets of each length, up to the one from which on they do not change. Returns whether these are few
  // enough.
  bool find_lengths() {
    std::uint64_t last = 0;
    for (const TextSet& set : sets_) {
      for (const auto& [low, high] : set.lengths) last = std::max({last, low, high == any_length ? 0 : high + 1});
    }
    if (last > TextAutomaton::max_states) return false;
    sets_of_length_.resize(static_cast<std::size_t>(last) + 1);
    for (Number i = 0; i < sets_.size(); ++i) {
      for (const auto& [low, high] : sets_[i].lengths) {
        for (std::uint64_t length = low; length <= std::min(high, last); ++length)
          sets_of_length_[static_cast<std::size_t>(length)].push_back(i);
      }
    }
    for (Numbers& all : sets_of_length_) make_set(all);
    return true;
  }

  Number planted(const std::string& text) {
    Number node = 0;
    for (std::size_t at = 0; at < text.size();) node = tree_.add(node, character(next_character(text, at)));
    return node;
  }

  bool plant() {
    for (Number i = 0; i < sets_.size(); ++i) {
      for (const std::string& text : sets_[i].texts) tree_.end_here(planted(text), i);
      for (const std::string& prefix : sets_[i].prefixes) tree_.any_from(planted(prefix), i);
      for (const DialPattern& pattern : sets_[i].patterns) {
        Number before = 0, node = 0;
        for (const auto& place : pattern.places) {
          before = node;
          node = tree_.add(before, characters(place));
        }
        switch (pattern.rest) {
          case DialPattern::Rest::none: tree_.end_here(node, i); break;
          case DialPattern::Rest::again:
            tree_.end_here(tree_.add_repeated(before, characters(pattern.places.back())), i);
            break;
          case DialPattern::Rest::one_or_more: tree_.any_beyond(node, i); break;
          case DialPattern::Rest::any: tree_.any_from(node, i); break;
        }
      }
      for (const std::string& suffix : sets_[i].suffixes) {
        Numbers letters;
        for (std::size_t at = 0; at < suffix.size();)
          letters.push_back(letters_of_[character(next_character(suffix, at))].front());
        endings_.add(letters, i);
      }
    }
    tree_.finish();
    return endings_.finish();
  }

  // --- states ---

  // The state of a text that has come to these nodes. `held`: the sets that hold whatever follows.
  Number state_of(const Numbers& nodes, Numbers held, Number ending, Number length) {
    key_.assign({0, ending, length});
    for (const Number node : nodes) {
      add_all(held, tree_.from(node));
      if (tree_.is_alive(node)) key_.push_back(node);
    }
    make_set(held);
    key_[0] = held_.number_of(held);
    return keys_.number_of(key_);
  }

  bool explore() {
    state_of({0}, {}, 0, 0);
    for (Number state = 0; state < keys_.size(); ++state) {
      if (keys_.size() > max_states_made || letters_seen_ > max_letters_seen) return false;
      const Numbers key(keys_.at(state).begin(), keys_.at(state).end());
      const Numbers held(held_.at(key[0]).begin(), held_.at(key[0]).end());
      find_class(key, held);
      find_ways(key, held);
    }
    return true;
  }

  void find_class(const Numbers& key, Numbers held) {
    add_all(held, endings_.sets(key[1]));
    add_all(held, sets_of_length_[key[2]]);
    for (std::size_t i = 3; i < key.size(); ++i) add_all(held, tree_.ends(key[i]));
    make_set(held);
    class_of_.push_back(classes_.number_of(held));
  }

  void find_ways(const Numbers& key, Numbers held) {
    std::vector<std::pair<Number, Number>> steps;  // letters, and the nodes that they lead to
    for (std::size_t i = 3; i < key.size(); ++i) {
      add_all(held, tree_.beyond(key[i]));
      for (const Number edge : tree_.edges(key[i])) {
        for (const Number letter : letters_of_[tree_.characters(edge)]) steps.emplace_back(letter, tree_.target(edge));
      }
    }
    std::sort(steps.begin(), steps.end());
    Numbers letters{0};
    for (const auto& step : steps) letters.push_back(step.first);
    for (const Number node : {key[1], Number{0}}) {
      for (const auto& edge : endings_.edges(node)) letters.push_back(edge.first);
    }
    letters_seen_ += key.size() + letters.size();
    make_set(letters);
    const auto length = static_cast<Number>(std::min<std::size_t>(key[2] + std::size_t{1}, sets_of_length_.size() - 1));
    // A letter without a step leads where the others without one lead, unless it continues an ending.
    const Number nowhere = state_of({}, held, 0, length);
    StateWays ways;
    auto step = steps.begin();
    std::vector<std::pair<Number, Number>> found;
    for (const Number letter : letters) {
      Numbers nodes;
      for (; step != steps.end() && step->first == letter; ++step) nodes.push_back(step->second);
      make_set(nodes);
      const Number ending = endings_.after(key[1], letter);
      found.emplace_back(letter, nodes.empty() && ending == 0 ? nowhere : state_of(nodes, held, ending, length));
    }
    ways.otherwise = found.front().second;
    for (std::size_t i = 1; i < found.size(); ++i) {
      if (found[i].second != ways.otherwise) ways.edges.push_back(found[i]);
    }
    // Letters without a step that are not listed lead nowhere; if the first letter leads elsewhere, they need edges.
    if (ways.otherwise != nowhere) {
      for (Number letter = 1; letter < out_.letters_.size(); ++letter) {
        if (!std::binary_search(letters.begin(), letters.end(), letter)) ways.edges.emplace_back(letter, nowhere);
      }
      std::sort(ways.edges.begin(), ways.edges.end());
      letters_seen_ += ways.edges.size();
    }
    ways_.push_back(std::move(ways));
  }

  // Merges states, and numbers those that are left as they are reached.
  bool finish() {
    const Numbers block = merged_states(ways_, class_of_);
    Numbers number(*std::max_element(block.begin(), block.end()) + std::size_t{1}, none);
    Numbers order;
    const auto numbered = [&](Number state) {
      Number& own = number[block[state]];
      if (own == none) {
        own = static_cast<Number>(order.size());
        order.push_back(state);
      }
      return own;
    };
    numbered(0);
    Numbers new_class(classes_.size(), none);
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (order.size() > TextAutomaton::max_states) return false;
      const StateWays& from = ways_[order[i]];
      TextAutomaton::OneState state;
      state.ways.otherwise = numbered(from.otherwise);
      for (const auto& [letter, target] : from.edges) {
        const Number to = numbered(target);
        if (to != state.ways.otherwise) state.ways.edges.emplace_back(letter, to);
      }
      Number& own = new_class[class_of_[order[i]]];
      if (own == none) {
        own = static_cast<Number>(out_.sets_of_.size());
        const auto held = classes_.at(class_of_[order[i]]);
        out_.sets_of_.emplace_back(held.begin(), held.end());
      }
      state.of_class = own;
      out_.states_.push_back(std::move(state));
    }
    return true;
  }

  static constexpr Number none = std::numeric_limits<Number>::max();

  const std::vector<TextSet>& sets_;
  TextAutomaton out_;
  std::map<std::vector<CharacterRange>, Number> known_;  // the sets of characters
  std::unordered_map<Character, Number> single_;         // those of one character
  std::vector<Numbers> letters_of_;                      // of each set of characters
  std::vector<Numbers> sets_of_length_;                  // the last one is of all lengths from there on
  Tree tree_;
  Endings endings_;
  Sequences held_;     // sets that hold whatever follows
  Sequences keys_;     // of states: the number in `held_`, the ending, the length, the nodes
  Sequences classes_;  // the sets that hold a text that ends
  Numbers key_;
  std::vector<StateWays> ways_;
  Numbers class_of_;
  std::size_t letters_seen_ = 0;
};

std::optional<TextAutomaton> TextAutomaton::of(const std::vector<TextSet>& sets) {
  return TextAutomatonMaker(sets).run();
}

}  // namespace tally
