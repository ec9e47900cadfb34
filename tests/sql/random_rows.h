// Random rows of a table, as the columns of a policy's inputs, and the facts that each row means.
//
// In:     a policy, and a source of random numbers
// Out:    which element has which column; rows; for each row the facts, or which elements are at fault
// Always: what a row means is worked out here from the elements alone, not by the code that writes SQL
//
// For example, the row (onnet, NULL, 7) means {source: onnet, limit: 7}, or that `limit` is at fault if it is in 0..5.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/sql/row_places.h"
#include "runtime/documents/facts.h"
#include "tests/support/random.h"
#include "tests/support/running.h"

namespace tally::testing {

// What a cell of a row has: nothing, or a literal of some type.
struct Cell {
  enum class Kind : std::uint8_t { null, boolean, integer, fraction, text };
  Kind kind = Kind::null;
  std::string text;
};

struct RowColumn {
  enum class Type : std::uint8_t { boolean, integer, decimal, text };
  std::string name;
  Type type = Type::text;
  ElementIndex element = 0;
  bool is_presence = false;
  bool set_when_null = false;
};

struct Row {
  std::vector<Cell> cells;  // by column
  Facts facts;
  std::set<ElementIndex> faults;  // whose values are bad; those that are missing are not among them
};

class RandomRows {
 public:
  // `typed`: whether a column has values of its type only, as in every engine but SQLite.
  RandomRows(const Running& running, std::uint64_t seed, bool typed);

  const std::vector<RowColumn>& columns() const { return columns_; }
  sql::PlaceMap map(const Model& model) const;
  Row row();

 private:
  void add_columns();
  Cell good_cell(const RowColumn& column, const Fact& fact);
  std::optional<Cell> bad_cell(const RowColumn& column);
  // Whether the row has something at an element, whatever is around it.
  bool is_given(ElementIndex element) const;
  bool is_present(ElementIndex element) const;
  void read(Row& row);

  const Running& running_;
  const PolicyDescriptor& policy_;
  Random random_;
  bool typed_;
  std::vector<RowColumn> columns_;
  std::map<ElementIndex, std::size_t> column_of_;
  std::vector<std::vector<ElementIndex>> children_;
  std::vector<Fact> given_;    // by element: what its column has
  std::vector<bool> present_;  // by element: what its line of presence has
};

// The element of a model that an element of a descriptor is.
ElementId element_of(const Model& model, const ElementDescriptor& element);

}  // namespace tally::testing
