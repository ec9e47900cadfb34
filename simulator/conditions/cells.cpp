#include "simulator/conditions/cells.h"

#include <optional>
#include <utility>

#include "grammar/tree/printer.h"
#include "simulator/conditions/cell_parts.h"
#include "simulator/conditions/text_cells.h"

namespace tally {
namespace cells {
namespace {

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
    auto& side = codes.has(piece.code) ? out.in : out.out;
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
}  // namespace cells

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

ast::Cell cell_of(const Type* enumeration, bool may_be_unset, const CodeSet& codes) {
  const unsigned end = enumeration ? static_cast<unsigned>(enumeration->values.size()) + 1 : 2;
  const cells::UnsetIs unset = !may_be_unset  ? cells::UnsetIs::impossible
                               : codes.has(0) ? cells::UnsetIs::inside
                                              : cells::UnsetIs::outside;
  if (auto whole = cells::whole_cell(codes, end, unset)) return *std::move(whole);
  return cells::enum_cell(*enumeration, codes, unset);
}

ast::Cell cell_of(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  const Type& type = *model.at(element).type;
  const unsigned first = classes.first(element), end = classes.codes(element);
  if (const auto& relation = model.at(element).relation) {
    bool is_all = true;
    for (unsigned code = first; code < end; ++code) is_all = is_all && codes.has(code);
    return is_all ? cells::made(ast::AnyCell{}) : cells::relation_cell(model, *relation, codes);
  }
  const cells::UnsetIs unset = first != 0     ? cells::UnsetIs::impossible
                               : codes.has(0) ? cells::UnsetIs::inside
                                              : cells::UnsetIs::outside;
  if (auto whole = cells::whole_cell(codes, end, unset)) return *std::move(whole);
  if (type.is_enum()) return cells::enum_cell(type, codes, unset);
  if (type.kind == Type::Kind::number) return cells::number_cell(type, classes.number_pieces(element), codes, unset);
  if (classes.text_pieces(element).empty())
    return cells::tested_text_cell(*classes.text_classes(element), classes.classes(element), codes, unset);
  return cells::text_cell(classes.text_pieces(element), codes, unset);
}

std::string cell_text(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  return source_text(cell_of(model, classes, element, codes));
}

std::string cell_text(const Model& model, const Classes& classes, ElementId element, unsigned code) {
  return cell_text(model, classes, element, CodeSet().add(code));
}

}  // namespace tally
