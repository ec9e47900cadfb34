// Comparisons of texts with numbers and texts inserted: finds the values of the inserted
// leaves for which the whole text is in a cut.
//
// In:     the pieces of a text, and a cut
// Out:    a condition on the leaves, made of cuts of each. `"x{u}" is "xab"` becomes
//         `u is "ab"`. If several leaves follow each other, every division of the text
//         among them counts.
// Always: the condition is meant for set leaves only, since the text is set only if all
//         of its leaves are
#include <charconv>
#include <functional>
#include <string_view>

#include "compiler/lower/parts.h"

namespace tally {
namespace {

using Pieces = std::vector<std::variant<std::string, ElementId>>;

// The ways to divide one text among the insertions, and the number of pieces.
constexpr std::size_t max_ways = 10'000;
constexpr std::size_t max_pieces = 64;

Cut exactly(std::string_view text) {
  Cut cut;
  cut.texts.emplace_back(text);
  return cut;
}

Cut beginning(std::string_view text) {
  Cut cut;
  cut.prefixes.emplace_back(text);
  return cut;
}

Cut ending(std::string_view text) {
  Cut cut;
  cut.suffixes.emplace_back(text);
  return cut;
}

// Returns the number with these digits, or nothing. A number is inserted in decimal
// digits without leading zeros: "12" is 12, "012" is not a number.
std::optional<std::uint64_t> number_written(std::string_view digits) {
  if (digits.empty() || digits.size() > 16 || (digits[0] == '0' && digits.size() > 1)) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (fault != std::errc() || end != digits.data() + digits.size() || number > max_number) return std::nullopt;
  return number;
}

Cut numbers(std::uint64_t low, std::uint64_t high) {
  Cut cut;
  cut.ranges.push_back({low, high});
  return cut;
}

// The numbers whose digits begin with these: for "12" they are 12, 120..129, 1200..1299
// and so on.
Cut numbers_beginning(std::string_view digits) {
  Cut cut;
  const auto first = number_written(digits);
  if (!first) return cut;
  cut.ranges.push_back({*first, *first});
  if (*first == 0) return cut;
  for (std::uint64_t low = *first * 10, span = 10; low <= max_number; low *= 10, span *= 10) {
    cut.ranges.push_back({low, std::min(low + span - 1, max_number)});
  }
  return cut;
}

// Whether a character begins at this byte of a text, or the text ends there.
bool is_boundary(std::string_view text, std::size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
}

// The numbers of a type whose digits end with these; nothing if they are too many to name.
std::optional<Cut> numbers_ending(std::string_view digits, const Type& type) {
  std::uint64_t step = 1, last = 0;
  Cut cut;
  for (const char digit : digits) {
    if (step > max_number) return cut;
    step *= 10;
    last = 10 * last + static_cast<std::uint64_t>(digit - '0');
  }
  const std::uint64_t high = std::min(type.high, max_number);
  if (high < last) return cut;
  const std::uint64_t first = type.low <= last ? last : last + (type.low - last + step - 1) / step * step;
  if (first > high) return cut;
  if ((high - first) / step >= max_ways) return std::nullopt;
  for (std::uint64_t number = first; number <= high; number += step) {
    if (std::to_string(number).ends_with(digits)) cut.ranges.push_back({number, number});
  }
  return cut;
}

class TextMatch {
 public:
  // `cut` returns the condition that a leaf is in a cut.
  TextMatch(Graph& graph, const Model& model, const Pieces& pieces,
            const std::function<NodeId(ElementId, const Cut&)>& cut)
      : graph_(graph), model_(model), pieces_(pieces), cut_(cut) {}

  bool too_many_ways() const { return ways_ > max_ways; }
  // Whether the end of a number was looked at, and the numbers that have it are too many.
  bool ends_in_number() const { return ends_in_number_; }

  // The condition that the pieces from `first` on are exactly this text.
  NodeId equal(std::string_view text, std::size_t first = 0) {
    if (first == pieces_.size()) return text.empty() ? graph_.yes() : graph_.no();
    if (const auto* literal = std::get_if<std::string>(&pieces_[first])) {
      return text.starts_with(*literal) ? equal(text.substr(literal->size()), first + 1) : graph_.no();
    }
    std::vector<NodeId> found;
    const bool last = first + 1 == pieces_.size();
    for (std::size_t length = last ? text.size() : 0; length <= text.size(); ++length) {
      if (!is_boundary(text, length)) continue;
      add(found, first, text.substr(0, length), [&] { return equal(text.substr(length), first + 1); });
    }
    return graph_.either(std::move(found));
  }

  // The condition that the pieces from `first` on begin with this text.
  NodeId begin(std::string_view text, std::size_t first = 0) {
    if (text.empty()) return graph_.yes();
    if (first == pieces_.size()) return graph_.no();
    if (const auto* literal = std::get_if<std::string>(&pieces_[first])) {
      if (literal->starts_with(text)) return graph_.yes();
      return text.starts_with(*literal) ? begin(text.substr(literal->size()), first + 1) : graph_.no();
    }
    const ElementId leaf = std::get<ElementId>(pieces_[first]);
    std::vector<NodeId> found{cut_(leaf, is_number(leaf) ? numbers_beginning(text) : beginning(text))};
    for (std::size_t length = 0; length < text.size(); ++length) {
      if (!is_boundary(text, length)) continue;
      add(found, first, text.substr(0, length), [&] { return begin(text.substr(length), first + 1); });
    }
    return graph_.either(std::move(found));
  }

  // The condition that the first `count` pieces end with this text.
  NodeId end(std::string_view text, std::size_t count) {
    if (text.empty()) return graph_.yes();
    if (count == 0) return graph_.no();
    if (const auto* literal = std::get_if<std::string>(&pieces_[count - 1])) {
      if (literal->ends_with(text)) return graph_.yes();
      return text.ends_with(*literal) ? end(text.substr(0, text.size() - literal->size()), count - 1) : graph_.no();
    }
    const ElementId leaf = std::get<ElementId>(pieces_[count - 1]);
    std::vector<NodeId> found;
    if (!is_number(leaf)) {
      found.push_back(cut_(leaf, ending(text)));
    } else if (text.find_first_not_of("0123456789") == std::string_view::npos) {
      const auto cut = numbers_ending(text, *model_.at(leaf).type);
      if (cut) found.push_back(cut_(leaf, *cut));
      ends_in_number_ = ends_in_number_ || !cut;
    }
    for (std::size_t at = text.size(); at > 0; --at) {
      if (!is_boundary(text, at)) continue;
      add(found, count - 1, text.substr(at), [&] { return end(text.substr(0, at), count - 1); });
    }
    return graph_.either(std::move(found));
  }

 private:
  bool is_number(ElementId leaf) const { return model_.at(leaf).type->kind == Type::Kind::number; }

  // Adds one way: the leaf of this piece is `written`, and the rest holds. If the rest
  // cannot hold, no cut of the leaf is made.
  template <class Rest>
  void add(std::vector<NodeId>& found, std::size_t piece, std::string_view written, Rest rest) {
    const ElementId leaf = std::get<ElementId>(pieces_[piece]);
    const auto number = number_written(written);
    if ((is_number(leaf) && !number) || ++ways_ > max_ways) return;
    const NodeId behind = rest();
    if (behind == graph_.no()) return;
    const NodeId here = cut_(leaf, is_number(leaf) ? numbers(*number, *number) : exactly(written));
    found.push_back(graph_.both({here, behind}));
  }

  Graph& graph_;
  const Model& model_;
  const Pieces& pieces_;
  const std::function<NodeId(ElementId, const Cut&)>& cut_;
  std::size_t ways_ = 0;
  bool ends_in_number_ = false;
};

}  // namespace

NodeId Lowering::Impl::in_cut(ElementId leaf, const Cut& cut) {
  const NodeId in = graph.cut(leaf, cut);
  if (const auto id = graph.cut_of(in)) trace->cuts.push_back(*id);
  return in;
}

NodeId Lowering::Impl::in_cut(const InsertedText& text, const Cut& cut, Span span) {
  const std::function<NodeId(ElementId, const Cut&)> cut_leaf = [&](ElementId leaf, const Cut& of_leaf) {
    return in_cut(leaf, of_leaf);
  };
  TextMatch match(graph, model, text.pieces, cut_leaf);
  const std::size_t cuts = trace->cuts.size();
  std::vector<NodeId> found;
  if (!cut.lengths.empty() || !cut.patterns.empty()) {
    fail(DiagnosticId::bad_comparison, span,
         std::string(cut.patterns.empty() ? "`has length`" : "`like`") +
             " does not look at a text with insertions: " + to_string(model, text));
    return graph.no();
  }
  bool fits = text.pieces.size() <= max_pieces;
  if (fits) {
    for (const std::string& whole : cut.texts) found.push_back(match.equal(whole));
    for (const std::string& prefix : cut.prefixes) found.push_back(match.begin(prefix));
    for (const std::string& suffix : cut.suffixes) found.push_back(match.end(suffix, text.pieces.size()));
    fits = !match.too_many_ways();
  }
  if (match.ends_in_number()) {
    trace->cuts.resize(cuts);
    fail(DiagnosticId::bad_comparison, span,
         "`ends` does not look into the digits of a number that is inserted: " + to_string(model, text));
    return graph.no();
  }
  if (!fits) {
    trace->cuts.resize(cuts);  // the cuts would make too many classes
    fail(DiagnosticId::bad_comparison, span,
         "a text is compared in which too much is inserted: " + to_string(model, text));
    return graph.no();
  }
  return graph.either(std::move(found));
}

}  // namespace tally
