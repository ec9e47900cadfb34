// The parts that cells are made of: literals, lists, negations, and how unset takes part.
//
// In:     values, cells, and whether unset belongs to a set.
// Out:    cells of the syntax tree, without spans. `any_of` of `"911"` and `starts "+1"` is
//         `"911" or starts "+1"`.
// Always: a set is written of its values alone. Unset then takes part in one of three forms: as an
//         alternative (`unset or A`), by a negation (`not A` holds for unset too), or not at all
//         (`set but not A`).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/model/types.h"
#include "grammar/tree/ast.h"

namespace tally::cells {

using ast::Cell;
using Cells = std::vector<Cell>;

inline Cell made(decltype(Cell::node) node) { return {std::move(node), {}}; }

template <class Node>
ast::ExprPtr literal(Node node) {
  auto out = std::make_unique<ast::Expr>();
  out->node = std::move(node);
  return out;
}
ast::ExprPtr text_literal(const std::string& text);
// The value of an enum or flag with this code, which is not 0.
ast::ExprPtr literal_of(const Type& type, unsigned code);

// One value, or a list of them.
Cell listed(std::vector<ast::ListItem> items);
// Texts in a list, or nothing if there are none.
std::optional<Cell> texts_cell(const std::vector<std::string>& texts);
// A list of cells can be moved only, so braces do not make one.
Cells only(Cell cell);

Cell presence(ast::Presence presence);
// `base`, if nothing is excluded.
Cell but_not(Cell base, Cells excluded);
// `not A but not B`: none of the cells. None of them may contain `but not`.
Cell none_of(Cells cells);
// The cell alone, or `A or B`.
Cell any_of(Cells cells);

// Keeps what is shorter to read; of two that are equally short, the first. The literals count, with one more for a
// list that has ranges, and two for `set but not`.
void keep_shorter(std::optional<Cell>& best, Cell other);

// Whether unset belongs to a set; `impossible` if the element is never unset.
enum class UnsetIs { impossible, inside, outside };

// The values, and unset if it belongs to the set.
Cell with_unset(Cells values, UnsetIs unset);
// Everything but these values, and unset if it belongs to the set.
Cell without(Cells values, UnsetIs unset);

}  // namespace tally::cells
