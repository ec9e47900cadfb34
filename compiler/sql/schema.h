// The columns of a table, as a file lists them: a CREATE TABLE of any dialect, or a name and a type per line.
//
// For example,
//
//   CREATE TABLE calls (id bigint PRIMARY KEY, src_net text, "Rec On" boolean)
//
// and the three lines
//
//   id bigint
//   src_net text
//   "Rec On" boolean
//
// list the same columns.
//
// In:     the text of the file
// Out:    names with types, or why no columns were found
// Always: a type that is not known fits every input: only what is surely wrong is a fault
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compiler/columns/column_map.h"
#include "compiler/sql/dialect.h"

namespace tally::sql {

struct SchemaColumn {
  std::string name;
  ColumnKind kind = ColumnKind::unknown;
  tally::ColumnType type{};  // for faults between the table and a map, if `kind` is known
};

// `name` is what messages call the file. Of several CREATE TABLE, as in a dump, the one of `table` counts, or the first
// if none creates it.
Result<std::vector<SchemaColumn>> read_schema(const std::string& name, std::string_view text,
                                              const std::string& table = {});

// The lines of a map for numbers whose columns are texts. A file of rows has only texts, but SQL does not compare a
// text with a number.
std::vector<MapFault> numbers_in_texts(const ColumnMap& map, const PolicyDescriptor& policy,
                                       const std::vector<SchemaColumn>& columns);

// The columns as a map is compared with them. `columns` must outlive them.
std::vector<TableColumn> table_columns(const std::vector<SchemaColumn>& columns);

}  // namespace tally::sql
