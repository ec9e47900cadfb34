// The parts of a set are made for values alone. Unset then takes part in one of three forms: as
// an alternative (`unset or A`), by a negation (`not A` holds for unset too), or not at all
// (`set but not A`).
#include "simulator/conditions/cells.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "base/overloaded.h"
#include "grammar/tree/printer.h"

namespace tally {
namespace {

using ast::Cell;
using Cells = std::vector<Cell>;

Cell made(decltype(Cell::node) node) { return {std::move(node), {}}; }

template <class Node>
ast::ExprPtr literal(Node node) {
  auto out = std::make_unique<ast::Expr>();
  out->node = std::move(node);
  return out;
}
ast::ExprPtr text_literal(const std::string& text) { return literal(ast::TextLiteral{{text, {}}}); }

ast::ExprPtr literal_of(const Type& type, unsigned code) {
  const EnumValue& value = type.values[code - 1];
  if (type.is_flag) return literal(ast::FlagLiteral{value.name == "on"});
  if (!value.named) return text_literal(value.name);
  return literal(ast::NameRef{{value.name, {}}});
}

// One value, or a list of them.
Cell listed(std::vector<ast::ListItem> items) {
  if (items.size() > 1) return made(ast::ListCell{std::move(items)});
  if (auto* value = std::get_if<ast::ExprPtr>(&items.front())) return made(ast::ValueCell{std::move(*value)});
  return made(ast::RangeCell{std::get<ast::NumberRange>(items.front())});
}

// A list of cells can be moved only, so braces do not make one.
Cells only(Cell cell) {
  Cells cells;
  cells.push_back(std::move(cell));
  return cells;
}

Cell presence(ast::Presence presence) { return made(ast::PresenceCell{presence}); }

Cell but_not(Cell base, Cells excluded) {
  if (excluded.empty()) return base;
  return made(ast::ButNotCell{std::make_unique<Cell>(std::move(base)), std::move(excluded)});
}

// `not A but not B`: none of the cells. None of them may contain `but not`.
Cell none_of(Cells cells) {
  Cell first = made(ast::NotCell{std::make_unique<Cell>(std::move(cells.front()))});
  cells.erase(cells.begin());
  return but_not(std::move(first), std::move(cells));
}

Cell any_of(Cells cells) {
  if (cells.size() == 1) return std::move(cells.front());
  return made(ast::OrCell{std::move(cells)});
}

// How much there is to read: the literals, with one more for a list that has ranges, and two for
// `set but not`.
std::size_t literals(const ast::NumberRange& range) { return (range.low ? 1u : 0u) + (range.high ? 1u : 0u); }

std::size_t literals(const std::vector<ast::ListItem>& items) {
  std::size_t count = 0;
  bool has_ranges = false;
  for (const ast::ListItem& item : items) {
    const auto* range = std::get_if<ast::NumberRange>(&item);
    count += range ? literals(*range) : 1;
    has_ranges = has_ranges || range;
  }
  return count + (has_ranges ? 1 : 0);
}

std::size_t literals(const Cell& cell);

std::size_t literals(const Cells& cells) {
  std::size_t count = 0;
  for (const Cell& each : cells) count += literals(each);
  return count;
}

std::size_t literals(const Cell& cell) {
  return std::visit(
      overloaded{
          [](const ast::AnyCell&) { return std::size_t{0}; }, [](const ast::ValueCell&) { return std::size_t{1}; },
          [](const ast::ListCell& c) { return literals(c.items); },
          [](const ast::RangeCell& c) { return literals(c.range); },
          [](const ast::NamedCell&) { return std::size_t{1}; }, [](const ast::CompareCell&) { return std::size_t{1}; },
          [](const ast::TextTestCell& c) { return c.texts.size(); },
          [](const ast::LengthCell& c) { return literals(c.items); },
          [](const ast::PresenceCell& c) { return std::size_t{c.presence == ast::Presence::set ? 2u : 1u}; },
          [](const ast::NotCell& c) { return literals(*c.cell); },
          [](const ast::ButNotCell& c) { return literals(*c.cell) + literals(c.excluded); },
          [](const ast::AndCell& c) { return literals(c.cells); },
          [](const ast::OrCell& c) { return literals(c.alternatives); }},
      cell.node);
}

// Keeps what is shorter to read; of two that are equally short, the first.
void keep_shorter(std::optional<Cell>& best, Cell other) {
  if (!best || literals(other) < literals(*best)) best = std::move(other);
}

// Classes with a code beyond a set's have no place in it; what has so many is refused elsewhere.
bool holds(const CodeSet& codes, std::uint32_t code) { return codes.has(code); }

// --- how unset takes part ------------------------------------------------------------

enum class UnsetIs { impossible, inside, outside };

// Adds a set of values, and whether unset belongs to it.
Cell with_unset(Cells values, UnsetIs unset) {
  if (unset == UnsetIs::inside) values.insert(values.begin(), presence(ast::Presence::unset));
  return any_of(std::move(values));
}
// Everything but these values.
Cell without(Cells values, UnsetIs unset) {
  if (unset != UnsetIs::outside) return none_of(std::move(values));
  return but_not(presence(ast::Presence::set), std::move(values));
}

// The cell of a set that holds all values of the codes 1 to before `end`, or none.
std::optional<Cell> whole_cell(const CodeSet& codes, unsigned end, UnsetIs unset) {
  bool all_values = true, no_value = true;
  for (unsigned code = 1; code < end; ++code) {
    all_values = all_values && codes.has(code);
    no_value = no_value && !codes.has(code);
  }
  if (all_values) {
    if (unset == UnsetIs::outside) return presence(ast::Presence::set);
    return made(ast::AnyCell{});
  }
  if (no_value) return presence(ast::Presence::unset);
  return std::nullopt;
}

// --- enums and flags -----------------------------------------------------------------

Cell enum_cell(const Type& type, const CodeSet& codes, UnsetIs unset) {
  std::vector<ast::ListItem> in, out;
  for (unsigned code = 1; code <= type.values.size(); ++code) {
    (codes.has(code) ? in : out).push_back(literal_of(type, code));
  }
  std::optional<Cell> best;
  if (!in.empty()) keep_shorter(best, with_unset(only(listed(std::move(in))), unset));
  if (!out.empty()) keep_shorter(best, without(only(listed(std::move(out))), unset));
  return *std::move(best);
}

// --- numbers -------------------------------------------------------------------------

struct Ranges {
  std::vector<NumberRange> in, out;  // neighbours are joined
};

Ranges ranges_of(const std::vector<NumberPiece>& pieces, const CodeSet& codes) {
  Ranges out;
  for (const NumberPiece& piece : pieces) {
    auto& side = holds(codes, piece.code) ? out.in : out.out;
    if (!side.empty() && side.back().high + 1 == piece.range.low) {
      side.back().high = piece.range.high;
    } else {
      side.push_back(piece.range);
    }
  }
  return out;
}

ast::ListItem item_of(const NumberRange& range, const Type& type) {
  if (range.low == range.high) return literal(ast::NumberLiteral{range.low});
  ast::NumberRange item;
  if (range.low != type.low) item.low = range.low;
  if (range.high != type.high) item.high = range.high;
  return item;
}

// One range, or a list.
Cell ranges_cell(const std::vector<NumberRange>& ranges, const Type& type) {
  if (ranges.size() == 1 && ranges.front().low == type.low && ranges.front().high > type.low) {
    return made(ast::CompareCell{ast::CompareOp::less, literal(ast::NumberLiteral{ranges.front().high + 1})});
  }
  std::vector<ast::ListItem> items;
  for (const NumberRange& range : ranges) items.push_back(item_of(range, type));
  return listed(std::move(items));
}

// From the lowest range to the highest, without what lies between them.
Cell without_gaps(const Ranges& ranges, const Type& type) {
  const NumberRange whole{ranges.in.front().low, ranges.in.back().high};
  std::vector<NumberRange> gaps;
  for (const NumberRange& range : ranges.out) {
    if (whole.low < range.low && range.high < whole.high) gaps.push_back(range);
  }
  return but_not(ranges_cell({whole}, type), only(ranges_cell(gaps, type)));
}

Cell number_cell(const Type& type, const std::vector<NumberPiece>& pieces, const CodeSet& codes, UnsetIs unset) {
  const Ranges ranges = ranges_of(pieces, codes);
  std::optional<Cell> best;
  keep_shorter(best, with_unset(only(ranges_cell(ranges.in, type)), unset));
  // Where the values are one range, a negation would hide it.
  if (ranges.in.size() == 1) return *std::move(best);
  // If there is a lowest or a highest value, it is named as such.
  const bool has_ends = ranges.in.front().low != type.low || ranges.in.back().high != type.high;
  keep_shorter(best, has_ends ? with_unset(only(without_gaps(ranges, type)), unset)
                              : without(only(ranges_cell(ranges.out, type)), unset));
  return *std::move(best);
}

// --- texts ---------------------------------------------------------------------------

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
    std::vector<std::pair<const TextPiece*, unsigned>> around{
        {&pieces.back(), holds(codes, pieces.back().code) ? 1 : 0}};
    holds_others_ = around.front().second == 1;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      const TextPiece& piece = pieces[i];
      const bool equals_prefix = i + 2 < pieces.size() && !piece.is_prefix && pieces[i + 1].text == piece.text;
      const TextPiece* own = equals_prefix ? &pieces[i + 1] : nullptr;
      while (!piece.text.starts_with(around.back().first->text)) around.pop_back();
      if (own) around.emplace_back(own, add(*own, holds(codes, own->code), around.back().second));
      if (around.back().first == &piece) continue;  // added with the text that equals it
      const unsigned depth = add(piece, holds(codes, piece.code), around.back().second);
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

std::optional<Cell> texts_cell(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::nullopt;
  std::vector<ast::ListItem> items;
  for (const std::string& text : texts) items.push_back(text_literal(text));
  return listed(std::move(items));
}

Cells cells_of(const Depth& depth) {
  Cells out;
  if (auto starts = starts_cell(depth)) out.push_back(*std::move(starts));
  if (auto texts = texts_cell(depth.texts)) out.push_back(*std::move(texts));
  return out;
}

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
      is_in_[code - 1] = holds(codes, code);
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

// --- relations -----------------------------------------------------------------------

// `<= limit` in a column of the other number.
Cell compared(ast::CompareOp op, const std::string& with) {
  return made(ast::CompareCell{op, literal(ast::NameRef{{with, {}}})});
}
Cell not_cell(Cell cell) { return made(ast::NotCell{std::make_unique<Cell>(std::move(cell))}); }
Cell equal_cell(const std::string& with) { return made(ast::ValueCell{literal(ast::NameRef{{with, {}}})}); }

// Of two numbers that are related in some ways, as a cell in the column of the first. No order holds where
// one of them is unset, so a negation of an order holds there.
Cell related_cell(const std::string& with, const CodeSet& codes, bool may_both_be_unset) {
  using ast::CompareOp;
  const auto has = [&](NumberRelation relation) { return codes.has(static_cast<unsigned>(relation)); };
  const bool unset = has(NumberRelation::unset), less = has(NumberRelation::less);
  const bool equal = has(NumberRelation::equal), greater = has(NumberRelation::greater);
  // `limit` alone also holds where both are unset.
  if (!may_both_be_unset && !less && equal && !greater && !unset) return equal_cell(with);
  if (unset) {
    if (less && greater) {  // all but equal
      if (!may_both_be_unset) return not_cell(equal_cell(with));
      Cells any = only(not_cell(compared(CompareOp::less_equal, with)));
      any.push_back(compared(CompareOp::less, with));
      return any_of(std::move(any));
    }
    Cells excluded;
    if (!less) excluded.push_back(compared(equal ? CompareOp::less : CompareOp::less_equal, with));
    if (!greater) excluded.push_back(compared(equal || !less ? CompareOp::greater : CompareOp::greater_equal, with));
    return none_of(std::move(excluded));
  }
  if (less && greater) {
    Cells any = only(compared(equal ? CompareOp::less_equal : CompareOp::less, with));
    any.push_back(compared(CompareOp::greater, with));
    return any_of(std::move(any));
  }
  if (less) return compared(equal ? CompareOp::less_equal : CompareOp::less, with);
  if (greater) return compared(equal ? CompareOp::greater_equal : CompareOp::greater, with);
  return but_not(compared(CompareOp::less_equal, with), only(compared(CompareOp::less, with)));
}

// The cell of a relation, in the column of its left leaf.
Cell relation_cell(const Model& model, const Relation& relation, const CodeSet& codes) {
  const std::string& with = model.at(relation.right).name;
  if (model.at(relation.left).type->kind == Type::Kind::number) {
    if (!may_be_unset(model, relation.left) && !may_be_unset(model, relation.right) &&
        !codes.has(static_cast<unsigned>(NumberRelation::equal)) &&
        codes.has(static_cast<unsigned>(NumberRelation::less)) &&
        codes.has(static_cast<unsigned>(NumberRelation::greater)))
      return not_cell(equal_cell(with));
    return related_cell(with, codes, may_be_unset(model, relation.left) && may_be_unset(model, relation.right));
  }
  return codes.has(static_cast<unsigned>(TextRelation::equal)) ? equal_cell(with) : not_cell(equal_cell(with));
}

}  // namespace

bool is_member_of_set(const Model& model, ElementId element) {
  const auto& parent = model.at(element).parent;
  return parent && model.at(*parent).type->set;
}

std::optional<ElementId> tested_object(const Model& model, const Classes& classes, ElementId member,
                                       const CodeSet& codes) {
  if (!model.at(member).is_leaf() || model.at(member).optional() || classes.first(member) != 0) return std::nullopt;
  const unsigned end = classes.codes(member);
  for (unsigned code = 2; code < end; ++code) {
    if (codes.has(code) != codes.has(1)) return std::nullopt;
  }
  const std::vector<ElementId> objects = optional_ancestors(model, member);
  if (codes.has(0) == codes.has(1) || objects.empty()) return std::nullopt;
  return objects.back();
}

Cell cell_of(const Type* enumeration, bool may_be_unset, const CodeSet& codes) {
  const unsigned end = enumeration ? static_cast<unsigned>(enumeration->values.size()) + 1 : 2;
  const UnsetIs unset = !may_be_unset ? UnsetIs::impossible : codes.has(0) ? UnsetIs::inside : UnsetIs::outside;
  if (auto whole = whole_cell(codes, end, unset)) return *std::move(whole);
  return enum_cell(*enumeration, codes, unset);
}

Cell cell_of(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  const Type& type = *model.at(element).type;
  const unsigned first = classes.first(element), end = classes.codes(element);
  if (const auto& relation = model.at(element).relation) {
    bool is_all = true;
    for (unsigned code = first; code < end; ++code) is_all = is_all && codes.has(code);
    return is_all ? made(ast::AnyCell{}) : relation_cell(model, *relation, codes);
  }
  const UnsetIs unset = first != 0 ? UnsetIs::impossible : codes.has(0) ? UnsetIs::inside : UnsetIs::outside;
  if (auto whole = whole_cell(codes, end, unset)) return *std::move(whole);
  if (type.is_enum()) return enum_cell(type, codes, unset);
  if (type.kind == Type::Kind::number) return number_cell(type, classes.number_pieces(element), codes, unset);
  if (classes.text_pieces(element).empty())
    return TestedTexts(*classes.text_classes(element), classes.classes(element), codes).cell(unset);
  return text_cell(classes.text_pieces(element), codes, unset);
}

std::string cell_text(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  return source_text(cell_of(model, classes, element, codes));
}

std::string cell_text(const Model& model, const Classes& classes, ElementId element, unsigned code) {
  return cell_text(model, classes, element, CodeSet().add(code));
}

}  // namespace tally
