#include "tests/sql/random_rows.h"

#include <algorithm>

#include "tests/support/random_requests.h"

namespace tally::testing {
namespace {

using Kind = ElementDescriptor::Kind;

bool is_number(const ElementDescriptor& element) { return element.kind == Kind::number; }

}  // namespace

ElementId element_of(const Model& model, const ElementDescriptor& element) {
  for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
    const Element& one = model.elements[i];
    if (!one.relation && one.name == element.name && one.pointer == element.pointer &&
        one.type->is_object() == !element.is_leaf())
      return ElementId{i};
  }
  return {};
}

RandomRows::RandomRows(const Running& running, std::uint64_t seed, bool typed)
    : running_(running), policy_(running.descriptor()), random_(seed), typed_(typed) {
  children_.resize(policy_.elements.size());
  for (ElementIndex i = 0; i < policy_.elements.size(); ++i) {
    if (policy_.elements[i].parent) children_[*policy_.elements[i].parent].push_back(i);
  }
  add_columns();
}

void RandomRows::add_columns() {
  for (ElementIndex i = 0; i < policy_.elements.size(); ++i) {
    const ElementDescriptor& element = policy_.elements[i];
    RowColumn column;
    column.element = i;
    column.name = "c" + std::to_string(i);
    switch (element.kind) {
      case Kind::record:
      case Kind::map:
      case Kind::set:
        // Without a line, the columns inside an object alone show that it is present.
        if (element.default_value || random_.chance(element.optional ? 60 : 20)) continue;
        column.is_presence = true;
        column.set_when_null = random_.chance(50);
        column.name = "s" + std::to_string(i);
        break;
      case Kind::flag: column.type = element.on_texts.empty() ? RowColumn::Type::boolean : RowColumn::Type::text; break;
      case Kind::number: column.type = random_.chance(50) ? RowColumn::Type::integer : RowColumn::Type::decimal; break;
      case Kind::enumeration:
      case Kind::text: break;
    }
    column_of_[i] = columns_.size();
    columns_.push_back(column);
  }
}

sql::PlaceMap RandomRows::map(const Model& model) const {
  sql::PlaceMap out;
  for (const RowColumn& column : columns_) {
    sql::Place place;
    place.column = column.name;
    using PlaceKind = sql::Place::Kind;
    if (column.is_presence) place.kind = column.set_when_null ? PlaceKind::set_when_null : PlaceKind::set_when_not_null;
    out[element_of(model, policy_.elements[column.element])] = place;
  }
  return out;
}

Cell RandomRows::good_cell(const RowColumn& column, const Fact& fact) {
  const ElementDescriptor& element = policy_.elements[column.element];
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return {Cell::Kind::integer, std::to_string(*number)};
  if (const auto* text = std::get_if<std::string>(&fact)) return {Cell::Kind::text, *text};
  const auto code = std::get<std::uint8_t>(fact);
  if (element.kind == Kind::enumeration) {
    std::vector<std::string> spellings{element.values[code - 1]};
    if (!element.others.by_value.empty())
      for (const std::string& other : element.others.by_value[code - 1]) spellings.push_back(other);
    std::string spelling = random_.pick(spellings);
    if (element.others.any_case && random_.chance(50)) {
      for (char& c : spelling)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return {Cell::Kind::text, spelling};
  }
  if (!element.on_texts.empty())
    return {Cell::Kind::text, random_.pick(code == 2 ? element.on_texts : element.off_texts)};
  return {Cell::Kind::boolean, code == 2 ? "true" : "false"};
}

std::optional<Cell> RandomRows::bad_cell(const RowColumn& column) {
  const ElementDescriptor& element = policy_.elements[column.element];
  if (is_number(element)) {
    if (column.type == RowColumn::Type::decimal && random_.chance(40))
      return Cell{Cell::Kind::fraction, std::to_string(element.low) + ".5"};
    if (element.low > 0 && random_.chance(30)) return Cell{Cell::Kind::integer, std::to_string(element.low - 1)};
    if (random_.chance(50)) return Cell{Cell::Kind::integer, "-" + std::to_string(1 + random_.below(3))};
    return Cell{Cell::Kind::integer, std::to_string(element.high + 1)};
  }
  if (element.kind == Kind::flag && element.filter == PlaceFilter::other) return Cell{Cell::Kind::boolean, "false"};
  if (element.kind == Kind::enumeration || !element.on_texts.empty()) {
    static const std::vector<std::string> others = {"", "no such", "NULL", "1'\"\\", "\xe2\x84\xaa"};
    const std::string& text = random_.pick(others);
    const bool is_value = element.kind == Kind::enumeration
                              ? value_spelled(element.values, element.others, text).has_value()
                              : flag_spelled(element, text).has_value();
    return is_value ? std::nullopt : std::optional(Cell{Cell::Kind::text, text});
  }
  if (typed_) return std::nullopt;
  return element.kind == Kind::text ? Cell{Cell::Kind::integer, "17"} : Cell{Cell::Kind::text, "maybe"};
}

bool RandomRows::is_given(ElementIndex element) const {
  if (policy_.elements[element].is_leaf()) return !std::holds_alternative<std::monostate>(given_[element]);
  return present_[element] || std::any_of(children_[element].begin(), children_[element].end(),
                                          [&](ElementIndex child) { return is_given(child); });
}

// What is set in an object shows that it is present.
bool RandomRows::is_present(ElementIndex element) const {
  const ElementDescriptor& of = policy_.elements[element];
  if (is_given(element)) return true;
  if (of.parent && !is_present(*of.parent)) return false;
  return of.default_value.has_value();
}

// What the columns of a row mean.
void RandomRows::read(Row& row) {
  row.facts.clear(policy_.elements.size());
  std::map<PlaceIndex, ElementIndex> at;
  for (ElementIndex i = 0; i < policy_.elements.size(); ++i) {
    const ElementDescriptor& element = policy_.elements[i];
    if (element.filter != PlaceFilter::any && is_given(i)) {
      const auto [other, is_new] = at.try_emplace(running_.binder.places().of(i), i);
      if (!is_new) row.faults.insert({i, other->second});
    }
    if (element.parent && !is_present(*element.parent)) continue;
    if (!element.is_leaf()) {
      if (is_present(i)) row.facts.set(i, Present{});
    } else if (!std::holds_alternative<std::monostate>(given_[i])) {
      row.facts.set(i, given_[i]);
    }
  }
}

Row RandomRows::row() {
  const Facts wanted = random_facts(policy_, running_.binder.places(), random_);
  const bool is_noisy = random_.chance(30);
  const unsigned lost = random_.chance(70) ? 0 : 10;
  given_.assign(policy_.elements.size(), Fact{});
  present_.assign(policy_.elements.size(), false);
  Row row;
  for (const RowColumn& column : columns_) {
    Cell& cell = row.cells.emplace_back();
    const ElementIndex i = column.element;
    const Fact& fact = wanted.by_element[i];
    const bool is_set = !std::holds_alternative<std::monostate>(fact);
    if (column.is_presence) {
      // Sometimes only columns inside an object show that it is present.
      present_[i] = is_set && !random_.chance(10);
      if (present_[i] != column.set_when_null) cell = {Cell::Kind::text, "x"};
      continue;
    }
    if (is_noisy && random_.chance(20)) {
      if (const auto bad = bad_cell(column)) {
        cell = *bad;
        given_[i] = std::uint8_t{1};
        row.faults.insert(i);
        continue;
      }
    }
    if (!is_set || random_.chance(lost)) continue;
    cell = good_cell(column, fact);
    given_[i] = fact;
  }
  read(row);
  return row;
}

}  // namespace tally::testing
