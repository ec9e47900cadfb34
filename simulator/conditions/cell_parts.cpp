#include "simulator/conditions/cell_parts.h"

#include "base/overloaded.h"

namespace tally::cells {
namespace {

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

}  // namespace

ast::ExprPtr text_literal(const std::string& text) { return literal(ast::TextLiteral{{text, {}}}); }

ast::ExprPtr literal_of(const Type& type, unsigned code) {
  const EnumValue& value = type.values[code - 1];
  if (type.is_flag) return literal(ast::FlagLiteral{value.name == "on"});
  if (!value.named) return text_literal(value.name);
  return literal(ast::NameRef{{value.name, {}}});
}

Cell listed(std::vector<ast::ListItem> items) {
  if (items.size() > 1) return made(ast::ListCell{std::move(items)});
  if (auto* value = std::get_if<ast::ExprPtr>(&items.front())) return made(ast::ValueCell{std::move(*value)});
  return made(ast::RangeCell{std::get<ast::NumberRange>(items.front())});
}

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

Cell none_of(Cells cells) {
  Cell first = made(ast::NotCell{std::make_unique<Cell>(std::move(cells.front()))});
  cells.erase(cells.begin());
  return but_not(std::move(first), std::move(cells));
}

Cell any_of(Cells cells) {
  if (cells.size() == 1) return std::move(cells.front());
  return made(ast::OrCell{std::move(cells)});
}

std::optional<Cell> texts_cell(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::nullopt;
  std::vector<ast::ListItem> items;
  for (const std::string& text : texts) items.push_back(text_literal(text));
  return listed(std::move(items));
}

void keep_shorter(std::optional<Cell>& best, Cell other) {
  if (!best || literals(other) < literals(*best)) best = std::move(other);
}

Cell with_unset(Cells values, UnsetIs unset) {
  if (unset == UnsetIs::inside) values.insert(values.begin(), presence(ast::Presence::unset));
  return any_of(std::move(values));
}

Cell without(Cells values, UnsetIs unset) {
  if (unset != UnsetIs::outside) return none_of(std::move(values));
  return but_not(presence(ast::Presence::set), std::move(values));
}

}  // namespace tally::cells
