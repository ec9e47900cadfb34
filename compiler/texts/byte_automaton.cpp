// The automaton over the bytes of UTF-8: see automaton.h. A character of several bytes leads through states inside the
// character, which are shared: a state is known by what its next bytes lead to.
//
// Always: what a byte that no valid text has there leads to is some state, so that no text leads out of the tables
#include <algorithm>
#include <array>
#include <map>

#include "compiler/texts/automaton.h"
#include "compiler/texts/sequences.h"

namespace tally {
namespace {

constexpr unsigned first_more = 0x80, more_count = 64;  // the bytes inside a character: 0x80..0xbf
constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();

using ByteRow = std::array<std::uint32_t, 256>;
using MoreRow = std::array<std::uint32_t, more_count>;

// The columns of a table of which only some are different.
class Columns {
 public:
  // Bytes that this row tells apart get columns of their own.
  void look_at(const ByteRow& row) {
    bool is_new = false;
    for (unsigned byte = 0; byte < 256; ++byte) is_new = is_new || row[byte] != row[first_[column_[byte]]];
    if (!is_new) return;
    std::map<std::pair<std::uint8_t, std::uint32_t>, std::uint8_t> split;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const std::uint8_t old = column_[byte];
      if (row[byte] == row[first_[old]]) continue;
      const auto [at, is_first] = split.try_emplace({old, row[byte]}, static_cast<std::uint8_t>(count_));
      if (is_first) first_[count_++] = static_cast<std::uint8_t>(byte);
      column_[byte] = at->second;
    }
  }
  std::uint32_t count() const { return count_; }
  const std::array<std::uint8_t, 256>& of_bytes() const { return column_; }
  std::uint8_t first(std::uint32_t column) const { return first_[column]; }

 private:
  std::array<std::uint8_t, 256> column_{}, first_{};
  std::uint32_t count_ = 1;
};

}  // namespace

class ByteAutomatonMaker {
 public:
  explicit ByteAutomatonMaker(const TextAutomaton& from) : from_(from), skips_(3 * std::size_t{from.states()}, never) {}

  std::optional<ByteAutomaton> run() {
    const std::uint32_t states = from_.states();
    for (std::uint32_t state = 0; state < states; ++state) {
      columns_.look_at(row_of(state));
      if (states + inner_.size() > TextAutomaton::max_states) return std::nullopt;
    }
    const std::uint32_t count = states + inner_.size();
    for (std::uint32_t state = states; state < count; ++state) columns_.look_at(inner_row(state));

    // States that are never left come last. The first stays the first.
    std::vector<std::uint32_t> order, place(count);
    for (std::uint32_t state = 0; state < count; ++state) {
      if (state >= states || !from_.is_sink(state)) order.push_back(state);
    }
    ByteAutomaton out;
    out.first_sink = static_cast<std::uint32_t>(order.size());
    for (std::uint32_t state = 0; state < states; ++state) {
      if (from_.is_sink(state)) order.push_back(state);
    }
    for (std::uint32_t i = 0; i < count; ++i) place[order[i]] = i;
    out.letters = columns_.of_bytes();
    out.width = columns_.count();
    out.next.reserve(std::size_t{count} * out.width);
    for (const std::uint32_t state : order) {
      const ByteRow row = state < states ? row_of(state) : inner_row(state);
      for (std::uint32_t column = 0; column < out.width; ++column)
        out.next.push_back(static_cast<std::uint16_t>(place[row[columns_.first(column)]]));
      out.classes.push_back(state < states ? from_.states_[state].of_class : from_.states_[0].of_class);
    }
    return out;
  }

 private:
  using State = TextAutomaton::State;
  using Piece = std::pair<CharacterRange, State>;  // characters, and the state that they lead to

  // The state inside a character with these next states.
  std::uint32_t inner(const MoreRow& next) { return from_.states() + inner_.number_of(next); }
  ByteRow inner_row(std::uint32_t state) const {
    const auto next = inner_.at(state - from_.states());
    ByteRow row;
    row.fill(next.front());
    std::copy(next.begin(), next.end(), row.begin() + first_more);
    return row;
  }

  // The state from which any `more` bytes lead to a state. A state that is never left need not be waited for.
  std::uint32_t skip(State target, unsigned more) {
    if (more == 0 || from_.is_sink(target)) return target;
    const std::size_t at = 3 * std::size_t{target} + more - 1;
    if (skips_[at] == never) {
      MoreRow next;
      next.fill(skip(target, more - 1));
      skips_[at] = inner(next);
    }
    return skips_[at];
  }

  std::vector<Piece>::const_iterator piece_at(Character character) const {
    return std::prev(std::upper_bound(pieces_.begin(), pieces_.end(), character,
                                      [](Character c, const Piece& piece) { return c < piece.first.low; }));
  }

  // The state from which `more` bytes make the characters from `low` on: 2^(6 more) of them, without surrogates, and
  // without those that have a shorter form.
  std::uint32_t inside(Character low, unsigned more) {
    static constexpr Character shortest[] = {0, 0x80, 0x800, 0x10000};
    const Character step = Character{1} << (6 * (more - 1));
    const Character first = std::max(low, shortest[more]);
    const Character last = std::min(low + more_count * step - 1, max_character);
    const auto piece = piece_at(first);
    if (piece->first.high >= last) return skip(piece->second, more);
    MoreRow next;
    for (unsigned i = 0; i < more_count; ++i) {
      const Character from = low + i * step, to = from + step - 1;
      const bool is_surrogate = from >= first_surrogate && to <= last_surrogate;
      if (to < first || from > last || is_surrogate) {
        next[i] = never;
      } else {
        next[i] = more == 1 ? piece_at(from)->second : inside(from, more - 1);
      }
    }
    const std::uint32_t known = *std::find_if(next.begin(), next.end(), [](std::uint32_t n) { return n != never; });
    std::replace(next.begin(), next.end(), never, known);
    const bool is_one = std::all_of(next.begin(), next.end(), [&](std::uint32_t n) { return n == known; });
    return is_one && known < from_.states() && from_.is_sink(known) ? known : inner(next);
  }
  // Which characters lead where, from the first character to the last.
  void find_pieces(const StateWays& ways) {
    std::vector<Piece> own;
    for (const auto& [letter, target] : ways.edges) {
      for (const CharacterRange& range : from_.letters_[letter].ranges) own.emplace_back(range, target);
    }
    std::sort(own.begin(), own.end());
    pieces_.clear();
    Character next = 0;
    const auto add = [&](Character low, Character high, State target) {
      if (pieces_.empty() || pieces_.back().second != target) {
        pieces_.emplace_back(CharacterRange{low, high}, target);
      } else {
        pieces_.back().first.high = high;
      }
    };
    for (const auto& [range, target] : own) {
      if (range.low > next) add(next, range.low - 1, ways.otherwise);
      add(range.low, range.high, target);
      next = range.high + 1;
    }
    if (next <= max_character) add(next, max_character, ways.otherwise);
  }

  ByteRow row_of(State state) {
    ByteRow row;
    row.fill(state);
    if (from_.is_sink(state)) return row;
    find_pieces(from_.states_[state].ways);
    for (const auto& [range, target] : pieces_) {
      for (Character byte = range.low; byte <= range.high && byte < first_more; ++byte) row[byte] = target;
    }
    for (unsigned byte = 0xc2; byte < 0xe0; ++byte) row[byte] = inside((byte & 0x1fu) << 6, 1);
    for (unsigned byte = 0xe0; byte < 0xf0; ++byte) row[byte] = inside((byte & 0x0fu) << 12, 2);
    for (unsigned byte = 0xf0; byte < 0xf5; ++byte) row[byte] = inside((byte & 0x07u) << 18, 3);
    // These bytes begin no character.
    for (unsigned byte = first_more; byte < 0xc2; ++byte) row[byte] = row[0xc2];
    for (unsigned byte = 0xf5; byte < 256; ++byte) row[byte] = row[0xf4];
    return row;
  }

  const TextAutomaton& from_;
  std::vector<std::uint32_t> skips_;  // by state and number of bytes
  Sequences inner_;                   // the next states of each state inside a character
  std::vector<Piece> pieces_;         // of the state at hand
  Columns columns_;
};

std::optional<ByteAutomaton> TextAutomaton::over_bytes() const { return ByteAutomatonMaker(*this).run(); }

}  // namespace tally
