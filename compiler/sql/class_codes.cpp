#include "compiler/sql/class_codes.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tally::sql {
namespace {

using Arms = std::vector<std::pair<Expr, Expr>>;

void add_number_arms(const Writer& writer, RowPlaces& places, const Classes& classes, ElementId leaf, Arms& arms) {
  const Expr& number = places.value(leaf);
  for (const NumberPiece& piece : classes.number_pieces(leaf))
    arms.emplace_back(
        Writer::made(number.text + " <= " + std::to_string(piece.range.high), Tightness::comparison, {&number}),
        writer.code(piece.code));
}

// Exact texts, then the longest prefix that the text begins with.
void add_piece_arms(const Writer& writer, RowPlaces& places, const std::vector<TextPiece>& pieces, ElementId leaf,
                    Arms& arms) {
  std::vector<const TextPiece*> sorted;
  for (const TextPiece& piece : pieces) sorted.push_back(&piece);
  std::stable_sort(sorted.begin(), sorted.end(), [](const TextPiece* a, const TextPiece* b) {
    if (a->is_prefix != b->is_prefix) return b->is_prefix;
    return a->text.size() != b->text.size() ? a->text.size() > b->text.size() : a->code < b->code;
  });
  const auto length = [](const TextPiece* piece) { return piece->text.size(); };
  for (std::size_t i = 0; i < sorted.size();) {
    // Those of one length and one code are one arm.
    Cut cut;
    const TextPiece* first = sorted[i];
    for (; i < sorted.size() && sorted[i]->is_prefix == first->is_prefix && sorted[i]->code == first->code &&
           length(sorted[i]) == length(first);
         ++i)
      (first->is_prefix ? cut.prefixes : cut.texts).push_back(sorted[i]->text);
    arms.emplace_back(is_in_cut(writer, places, leaf, cut), writer.code(first->code));
  }
}

// A class of one text, then those that the cuts of the leaf tell apart.
void add_class_arms(const Writer& writer, Levels& levels, RowPlaces& places, const Classes& classes,
                    const TextClasses& of, ElementId leaf, Arms& arms) {
  std::vector<Expr> cuts;
  for (const Cut& cut : of.cuts)
    cuts.push_back(levels.define("g" + std::to_string(leaf.value) + "c" + std::to_string(cuts.size()),
                                 is_in_cut(writer, places, leaf, cut)));
  Arms wide;
  const auto& all_classes = classes.classes(leaf);
  for (std::uint32_t i = 0; i < all_classes.size(); ++i) {
    if (all_classes[i].single) {
      Cut one;
      one.texts.push_back(std::get<std::string>(all_classes[i].representative));
      arms.emplace_back(is_in_cut(writer, places, leaf, one), writer.code(i + 1));
      continue;
    }
    std::vector<Expr> all;
    const auto& sets = of.automaton.sets_of(of.class_with(i + 1));
    for (std::uint32_t k = 0; k < cuts.size(); ++k)
      all.push_back(std::binary_search(sets.begin(), sets.end(), k) ? cuts[k] : writer.negated(cuts[k]));
    wide.emplace_back(writer.both(all), writer.code(i + 1));
  }
  arms.insert(arms.end(), wide.begin(), wide.end());
}

}  // namespace

Expr is_in_cut(const Writer& writer, RowPlaces& places, ElementId leaf, const Cut& cut) {
  const Expr& text = places.value(leaf);
  std::vector<Expr> any;
  for (const std::string& one : in_cut(writer.dialect(), text.text, cut))
    any.push_back(Writer::made(one, Tightness::comparison, {&text}));
  return writer.either(any);
}

std::optional<Expr> class_code(const Writer& writer, Levels& levels, RowPlaces& places, const Classes& classes,
                               ElementId leaf) {
  Arms arms{{writer.negated(places.is_set(leaf)), writer.code(0)}};
  if (places.is_number(leaf)) {
    add_number_arms(writer, places, classes, leaf, arms);
  } else if (const auto& pieces = classes.text_pieces(leaf); !pieces.empty()) {
    add_piece_arms(writer, places, pieces, leaf, arms);
  } else if (const TextClasses* of = classes.text_classes(leaf)) {
    add_class_arms(writer, levels, places, classes, *of, leaf, arms);
  } else {
    return std::nullopt;
  }
  const Expr last = arms.back().second;
  arms.pop_back();
  const Expr code = writer.chosen(arms, last);
  return code.uses.empty() ? code : levels.define("g" + std::to_string(leaf.value), code);
}

}  // namespace tally::sql
