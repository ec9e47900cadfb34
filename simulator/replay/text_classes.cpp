#include "simulator/replay/text_classes.h"

#include <array>
#include <deque>
#include <string>
#include <unordered_set>
#include <vector>

namespace tally {
namespace {

// The automaton of a text's classes: that of its descriptor, or one made of its texts and prefixes.
class States {
 public:
  explicit States(const ElementDescriptor& element) : element_(element) {
    if (uses_table()) return;
    nodes_.push_back({{}, std::nullopt, element.other});
    for (const auto& [text, code] : element.prefixes) nodes_[node(text)].prefix = code;
    for (const auto& [text, code] : element.texts) nodes_[node(text)].exact = code;
    // Parents stand before their children.
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      for (const auto& [byte, child] : nodes_[i].children) {
        if (!nodes_[child].prefix) nodes_[child].prefix = nodes_[i].prefix;
      }
    }
  }

  std::uint32_t next(std::uint32_t state, unsigned char byte) const {
    if (is_final(state)) return state;
    if (uses_table()) return element_.table.next[state * element_.table.width + element_.table.columns[byte]];
    const auto child = nodes_[state].children.find(byte);
    if (child != nodes_[state].children.end()) return child->second;
    return static_cast<std::uint32_t>(nodes_.size()) + *nodes_[state].prefix;
  }
  std::uint16_t code(std::uint32_t state) const {
    if (uses_table()) return element_.table.codes[state];
    if (state >= nodes_.size()) return static_cast<std::uint16_t>(state - nodes_.size());
    return nodes_[state].exact ? *nodes_[state].exact : *nodes_[state].prefix;
  }
  // Whether no byte leads to another state.
  bool is_final(std::uint32_t state) const {
    return state >= (uses_table() ? element_.table.first_sink : nodes_.size());
  }

 private:
  struct Node {
    std::map<unsigned char, std::uint32_t> children;
    std::optional<std::uint16_t> exact, prefix;  // the code of the text itself, and of what begins with it
  };
  bool uses_table() const { return !element_.table.codes.empty(); }
  std::uint32_t node(const std::string& text) {
    std::uint32_t at = 0;
    for (const char c : text) {
      const auto [child, is_new] =
          nodes_[at].children.try_emplace(static_cast<unsigned char>(c), static_cast<std::uint32_t>(nodes_.size()));
      const std::uint32_t next = child->second;
      if (is_new) nodes_.push_back({{}, std::nullopt, std::nullopt});
      at = next;
    }
    return at;
  }

  const ElementDescriptor& element_;
  std::vector<Node> nodes_;
};

// The bytes of UTF-8 (RFC 3629), as an automaton: the state after a byte, or nothing. State 0 is between two
// characters; 1, 2 and 3 are before so many bytes that follow; 4 to 7 have a first byte that limits the second.
std::optional<std::uint8_t> utf8_next(std::uint8_t state, unsigned char byte) {
  const auto within = [byte](unsigned char low, unsigned char high) { return byte >= low && byte <= high; };
  const auto then = [](bool fits, std::uint8_t next) -> std::optional<std::uint8_t> {
    if (!fits) return std::nullopt;
    return next;
  };
  switch (state) {
    case 0:
      if (byte < 0x80) return 0;
      if (within(0xc2, 0xdf)) return 1;
      if (byte == 0xe0) return 4;
      if (byte == 0xed) return 5;
      if (within(0xe1, 0xef)) return 2;
      if (byte == 0xf0) return 6;
      if (byte == 0xf4) return 7;
      return then(within(0xf1, 0xf3), 3);
    case 4: return then(within(0xa0, 0xbf), 1);
    case 5: return then(within(0x80, 0x9f), 1);
    case 6: return then(within(0x90, 0xbf), 2);
    case 7: return then(within(0x80, 0x8f), 2);
    default: return then(within(0x80, 0xbf), static_cast<std::uint8_t>(state - 1));
  }
}

struct Pair {
  std::uint32_t first, second;
  std::uint8_t utf8;
  std::uint64_t key() const { return (std::uint64_t{first} << 32 | second) * 8 + utf8; }
};

}  // namespace

std::optional<std::map<std::uint16_t, std::set<std::uint16_t>>> common_classes(const ElementDescriptor& first,
                                                                               const ElementDescriptor& second) {
  const States a(first), b(second);
  std::map<std::uint16_t, std::set<std::uint16_t>> out;
  // A state has less than 29 bits: a text has at most 65,536 states, and a list of texts 4 MiB.
  std::unordered_set<std::uint64_t> seen;
  std::deque<Pair> waiting;
  const auto reach = [&](const Pair& pair) {
    if (!seen.insert(pair.key()).second) return;
    const bool is_final = a.is_final(pair.first) && b.is_final(pair.second);
    // Where nothing leads away, every text that goes on has these codes.
    if (pair.utf8 == 0 || is_final) out[a.code(pair.first)].insert(b.code(pair.second));
    if (!is_final) waiting.push_back(pair);
  };
  reach({0, 0, 0});
  while (!waiting.empty()) {
    if (seen.size() > max_text_pairs) return std::nullopt;
    const Pair pair = waiting.front();
    waiting.pop_front();
    for (unsigned byte = 0; byte < 256; ++byte) {
      const auto utf8 = utf8_next(pair.utf8, static_cast<unsigned char>(byte));
      if (!utf8) continue;
      reach({a.next(pair.first, static_cast<unsigned char>(byte)),
             b.next(pair.second, static_cast<unsigned char>(byte)), *utf8});
    }
  }
  return out;
}

}  // namespace tally
