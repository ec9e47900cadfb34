#include "simulator/conditions/text_cells.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace tally::cells {
namespace {

// --- prefixes that lie in each other -----------------------------------------------------

// Pieces that differ from the piece around them: at depth 1 those that are in the set, at depth 2
// those inside them that are not, at depth 3 those that are in it again, and so on.
struct Depth {
  std::vector<std::string> prefixes, texts;
};

class TextDepths {
 public:
  TextDepths(const std::vector<TextPiece>& pieces, const CodeSet& codes) {
    // Pieces are sorted, so the piece around one comes before it. Only a text that equals a prefix
    // comes before the prefix, right before.
    std::vector<std::pair<const TextPiece*, unsigned>> around{{&pieces.back(), codes.has(pieces.back().code) ? 1 : 0}};
    holds_others_ = around.front().second == 1;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      const TextPiece& piece = pieces[i];
      const bool equals_prefix = i + 2 < pieces.size() && !piece.is_prefix && pieces[i + 1].text == piece.text;
      const TextPiece* own = equals_prefix ? &pieces[i + 1] : nullptr;
      while (!piece.text.starts_with(around.back().first->text)) around.pop_back();
      if (own) around.emplace_back(own, add(*own, codes.has(own->code), around.back().second));
      if (around.back().first == &piece) continue;  // added with the text that equals it
      const unsigned depth = add(piece, codes.has(piece.code), around.back().second);
      if (piece.is_prefix) around.emplace_back(&piece, depth);
    }
  }

  bool holds_others() const { return holds_others_; }
  unsigned end() const { return static_cast<unsigned>(depths_.size()); }
  const Depth& at(unsigned depth) const { return depths_[depth]; }

 private:
  // Returns the depth of a piece. Odd depths are in the set.
  unsigned add(const TextPiece& piece, bool is_in, unsigned around) {
    if (is_in == (around % 2 == 1)) return around;
    if (depths_.size() < around + 3) depths_.resize(around + 3);
    (piece.is_prefix ? depths_[around + 1].prefixes : depths_[around + 1].texts).push_back(piece.text);
    return around + 1;
  }

  std::vector<Depth> depths_ = std::vector<Depth>(3);
  bool holds_others_ = false;
};

std::optional<Cell> starts_cell(const Depth& depth) {
  if (depth.prefixes.empty()) return std::nullopt;
  ast::TextTestCell cell;
  for (const std::string& prefix : depth.prefixes) cell.texts.emplace_back(ast::Text{prefix, {}});
  return made(std::move(cell));
}

Cells cells_of(const Depth& depth) {
  Cells out;
  if (auto starts = starts_cell(depth)) out.push_back(*std::move(starts));
  if (auto texts = texts_cell(depth.texts)) out.push_back(*std::move(texts));
  return out;
}

// --- texts by their tests --------------------------------------------------------------

Cell tested(ast::TextForm form, const std::vector<std::string>& texts) {
  ast::TextTestCell cell;
  cell.form = form;
  for (const std::string& text : texts) cell.texts.emplace_back(ast::Text{text, {}});
  return made(std::move(cell));
}

// A cell per kind of test.
Cells cells_of(const Cut& cut) {
  Cells out;
  if (!cut.patterns.empty()) out.push_back(tested(ast::TextForm::like, cut.patterns));
  if (!cut.prefixes.empty()) out.push_back(tested(ast::TextForm::starts, cut.prefixes));
  if (!cut.suffixes.empty()) out.push_back(tested(ast::TextForm::ends, cut.suffixes));
  if (!cut.lengths.empty()) {
    ast::LengthCell cell;
    for (const NumberRange& range : cut.lengths) {
      if (range.low == range.high) {
        cell.items.emplace_back(literal(ast::NumberLiteral{range.low}));
        continue;
      }
      ast::NumberRange item;
      if (range.low != 0 || range.high == max_number) item.low = range.low;
      if (range.high != max_number) item.high = range.high;
      cell.items.emplace_back(item);
    }
    out.push_back(made(std::move(cell)));
  }
  if (auto texts = texts_cell(cut.texts)) out.push_back(*std::move(texts));
  return out;
}

void add_sorted(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
  std::sort(to.begin(), to.end());
  to.erase(std::unique(to.begin(), to.end()), to.end());
}

// Writes sets of classes as alternatives of terms: some cuts, but not some others. Each class is known by the sets of
// the automaton that hold it, so a term holds a class if it has all of the first and none of the others.
class TestedTexts {
 public:
  TestedTexts(const TextClasses& texts, const std::vector<ValueClass>& classes, const CodeSet& codes)
      : texts_(texts), classes_(classes), sets_(classes.size()), is_in_(classes.size()) {
    for (std::uint32_t one = 0; one < texts.codes.size(); ++one) {
      const std::uint32_t code = texts.codes[one];
      sets_[code - 1] = texts.automaton.sets_of(one);
      is_in_[code - 1] = codes.has(code);
    }
  }

  // The shorter of what the set is made of, and of what is left out, if tests alone are.
  Cell cell(UnsetIs unset) {
    std::optional<Cell> best;
    keep_shorter(best, made_of(unset));
    is_in_.flip();
    const std::vector<Term> left_out = terms();
    if (std::all_of(left_out.begin(), left_out.end(), is_simple))
      keep_shorter(best, without(simple_cells(left_out), unset));
    is_in_.flip();
    return *std::move(best);
  }

 private:
  using Sets = std::vector<std::uint32_t>;
  struct Term {
    Sets in, out;
    std::vector<std::string> values;  // or these texts alone
  };
  // Whether it is one test, or lists values.
  static bool is_simple(const Term& term) { return term.out.empty() && term.in.size() <= 1; }

  // Terms that hold the classes that are to be written, and no others.
  std::vector<Term> terms() const {
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (is_in_[i]) left.push_back(i);
    }
    // What few tests hold is the widest. Single values are listed, unless they are in a term.
    std::stable_sort(left.begin(), left.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(bool(classes_[a].single), sets_[a].size()) <
             std::pair(bool(classes_[b].single), sets_[b].size());
    });
    std::vector<Term> out;
    for (std::size_t i = 0; i < left.size(); ++i) {
      Term term{{}, {}, listed_texts(left[i])};
      if (term.values.empty()) term = term_of(left[i]);
      if (term.values.empty())
        left.erase(std::remove_if(left.begin() + static_cast<std::ptrdiff_t>(i) + 1, left.end(),
                                  [&](std::size_t other) { return has(term, other); }),
                   left.end());
      out.push_back(std::move(term));
    }
    return out;
  }

  // One cell per kind of test.
  Cells simple_cells(const std::vector<Term>& terms) const {
    Sets in;
    Cut values;
    for (const Term& term : terms) {
      if (!is_simple(term)) continue;
      in.insert(in.end(), term.in.begin(), term.in.end());
      add_sorted(values.texts, term.values);
    }
    Cut all = united(in);
    add_sorted(all.texts, values.texts);
    return cells_of(all);
  }

  Cell made_of(UnsetIs unset) const {
    const std::vector<Term> all = terms();
    std::optional<Cell> rest;  // which is first
    Cells alternatives;
    std::vector<Term> simple;
    for (const Term& term : all) {
      if (term.in.empty() && term.values.empty()) {
        rest = without(cells_of(united(term.out)), unset);
      } else if (is_simple(term)) {
        simple.push_back(term);
      } else {
        alternatives.push_back(cell_of(term));
      }
    }
    Cells out = simple_cells(simple);
    for (Cell& cell : alternatives) out.push_back(std::move(cell));
    if (!rest) return with_unset(std::move(out), unset);
    out.insert(out.begin(), *std::move(rest));
    return any_of(std::move(out));
  }

  // The texts of a class that has one only, or lies in a list; otherwise none.
  std::vector<std::string> listed_texts(std::size_t of_class) const {
    if (classes_[of_class].single) return {std::get<std::string>(classes_[of_class].representative)};
    const bool is_listed = std::any_of(sets_[of_class].begin(), sets_[of_class].end(), [&](std::uint32_t set) {
      return set >= texts_.cuts.size() || !texts_.cuts[set].texts.empty();
    });
    const auto size = texts_.automaton.size_of(number_of(of_class));
    if (!is_listed || !size) return {};
    return texts_.automaton.texts_of(number_of(of_class), *size).texts;
  }

  bool holds_all(std::size_t of_class, const Sets& sets) const {
    return std::includes(sets_[of_class].begin(), sets_[of_class].end(), sets.begin(), sets.end());
  }
  bool holds_none(std::size_t of_class, const Sets& sets) const {
    return std::none_of(sets.begin(), sets.end(), [&](std::uint32_t set) {
      return std::binary_search(sets_[of_class].begin(), sets_[of_class].end(), set);
    });
  }
  bool has(const Term& term, std::size_t of_class) const {
    return holds_all(of_class, term.in) && holds_none(of_class, term.out);
  }
  // Whether the term holds no class that is not to be written.
  bool is_right(const Term& term) const {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      if (!is_in_[i] && has(term, i)) return false;
    }
    return true;
  }

  // A term that holds a class. It excludes the sets that most of what is too much is in, and then leaves out what it
  // can do without.
  Term term_of(std::size_t of_class) const {
    Term term{sets_[of_class], {}, {}};
    for (;;) {
      std::map<std::uint32_t, std::size_t> counts;
      for (std::size_t i = 0; i < sets_.size(); ++i) {
        if (is_in_[i] || !has(term, i)) continue;
        for (const std::uint32_t set : sets_[i]) {
          if (!std::binary_search(sets_[of_class].begin(), sets_[of_class].end(), set)) ++counts[set];
        }
      }
      if (counts.empty()) break;
      const auto most = std::max_element(counts.begin(), counts.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
      term.out.push_back(most->first);
    }
    for (Sets Term::*side : {&Term::in, &Term::out}) {
      for (std::size_t i = (term.*side).size(); i-- > 0;) {
        Term shorter = term;
        (shorter.*side).erase((shorter.*side).begin() + static_cast<std::ptrdiff_t>(i));
        if ((!shorter.in.empty() || term.in.empty()) && is_right(shorter)) term = std::move(shorter);
      }
    }
    return term;
  }

  // What is in one of the sets.
  Cut united(const Sets& sets) const {
    Cut all;
    for (const std::uint32_t set : sets) {
      if (set >= texts_.cuts.size()) continue;
      const Cut& cut = texts_.cuts[set];
      add_sorted(all.texts, cut.texts);
      add_sorted(all.prefixes, cut.prefixes);
      add_sorted(all.suffixes, cut.suffixes);
      add_sorted(all.patterns, cut.patterns);
      all.lengths.insert(all.lengths.end(), cut.lengths.begin(), cut.lengths.end());
    }
    // Behind the cuts are sets of one text.
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      for (const std::uint32_t set : sets) {
        if (set >= texts_.cuts.size() && std::binary_search(sets_[i].begin(), sets_[i].end(), set))
          add_sorted(all.texts, {texts_.automaton.example(number_of(i))});
      }
    }
    std::sort(all.lengths.begin(), all.lengths.end());
    std::vector<NumberRange> joined;
    for (const NumberRange& range : all.lengths) {
      if (!joined.empty() && range.low <= joined.back().high + 1) {
        joined.back().high = std::max(joined.back().high, range.high);
      } else {
        joined.push_back(range);
      }
    }
    all.lengths = std::move(joined);
    return all;
  }
  // The class in the automaton.
  std::uint32_t number_of(std::size_t of_class) const {
    return texts_.class_with(static_cast<std::uint32_t>(of_class + 1));
  }

  Cell cell_of(const Term& term) const {
    Cells cells;
    for (const std::uint32_t set : term.in) {
      Cells one = cells_of(united({set}));
      assert(one.size() == 1);  // a comparison tests a text in one way
      cells.push_back(std::move(one.front()));
    }
    Cell last = but_not(std::move(cells.back()), cells_of(united(term.out)));
    cells.pop_back();
    if (cells.empty()) return last;
    cells.push_back(std::move(last));
    return made(ast::AndCell{std::move(cells)});
  }

  const TextClasses& texts_;
  const std::vector<ValueClass>& classes_;
  std::vector<std::vector<std::uint32_t>> sets_;  // that hold each class
  std::vector<bool> is_in_;                       // whether each class is to be written
};

}  // namespace

Cell text_cell(const std::vector<TextPiece>& pieces, const CodeSet& codes, UnsetIs unset) {
  const TextDepths depths(pieces, codes);
  Cells alternatives;
  std::vector<std::string> texts;
  for (unsigned depth = 1; depth + 1 < depths.end(); depth += 2) {
    if (depth == 1 && depths.holds_others()) continue;
    if (auto starts = starts_cell(depths.at(depth))) {
      alternatives.push_back(but_not(*std::move(starts), cells_of(depths.at(depth + 1))));
    }
    texts.insert(texts.end(), depths.at(depth).texts.begin(), depths.at(depth).texts.end());
  }
  std::sort(texts.begin(), texts.end());
  if (auto cell = texts_cell(texts)) alternatives.insert(alternatives.begin(), *std::move(cell));
  if (!depths.holds_others()) return with_unset(std::move(alternatives), unset);
  // All texts but those of depth 2; what is in the set again are alternatives.
  alternatives.insert(alternatives.begin(), without(cells_of(depths.at(2)), unset));
  return any_of(std::move(alternatives));
}

Cell tested_text_cell(const TextClasses& texts, const std::vector<ValueClass>& classes, const CodeSet& codes,
                      UnsetIs unset) {
  return TestedTexts(texts, classes, codes).cell(unset);
}

}  // namespace tally::cells
