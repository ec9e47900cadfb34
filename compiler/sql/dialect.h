// SQL dialects: how one expression is written for each engine.
//
// For example, the texts that begin with +49, in the column `called`:
//
//   PostgreSQL, DuckDB   left(t1, 3) = '+49'
//   SQLite               substr(t1, 1, 3) = '+49'
//   ClickHouse           substring(t1, 1, 3) = '+49'
//
// In:     a dialect; names, texts and expressions
// Out:    SQL text
// Always: a name, a text or a comment is SQL of one meaning, whatever it contains and however the server is set
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/model/types.h"

namespace tally::sql {

enum class Dialect : std::uint8_t { clickhouse, postgresql, duckdb, sqlite };

// The engine: "PostgreSQL".
std::string engine_name(Dialect dialect);

// What an engine takes at most. Beyond a bound it refuses the statement.
struct Limits {
  std::size_t bytes;         // of a statement
  std::size_t syntax_nodes;  // of a statement, roughly: names, values, operators, calls
  std::size_t columns;       // of one SELECT
  std::size_t name_bytes;    // of a name
};
Limits limits_of(Dialect dialect);

// "src_net" in the quotes of the dialect. A table may have a schema before it: calls, archive.calls.
std::string quoted_name(Dialect dialect, std::string_view name);
std::string quoted_table(Dialect dialect, std::string_view name);
// A column where it is read from its table. SQLite takes a name in quotes that no column has for a text, but not one
// with its table before it.
std::string quoted_column(Dialect dialect, std::string_view table, std::string_view name);
// Lines of a comment. No character of `text` but a line feed ends a line, whatever the engine and its client make of
// it.
std::string comment(std::string_view text);
// The statement that drops a view; `name` is written in quotes.
std::string drop_view(Dialect dialect, const std::string& name);
// A text as a literal.
std::string quoted_text(Dialect dialect, std::string_view text);

// The words that stop an engine from merging a nested SELECT into the one around it; may be empty.
std::string barrier(Dialect dialect);
// Whether levels are common table expressions. Otherwise they are nested SELECTs.
bool has_common_tables(Dialect dialect);

// What a column has, as far as a schema says.
enum class ColumnKind : std::uint8_t { unknown, boolean, integer, number, text, other };

// `column` as a text that is compared byte by byte. `of` is the type of the column.
std::string text_of_column(Dialect dialect, const std::string& column, ColumnKind of);
// A condition on a column that is true where a value of SQLite, whose columns have no types, is not a text; empty if
// every value of the column is one.
std::string not_text(Dialect dialect, const std::string& column);
// Whether the number in a column is a whole one in a range, and the number as 64 bits where it is.
std::string whole_in_range(Dialect dialect, const std::string& column, ColumnKind of, NumberRange range);
std::string as_whole(Dialect dialect, const std::string& column);
std::string is_null(Dialect dialect, const std::string& column);
// The letters A to Z of a text as small ones, and no other.
std::string small_letters(Dialect dialect, const std::string& text);

// A number as a text, and texts one after another.
std::string number_text(Dialect dialect, const std::string& number);
std::string joined(Dialect dialect, const std::vector<std::string>& texts);
// NULL, as a boolean, an integer or a text.
std::string no_value(Dialect dialect, ColumnKind type);
std::string boolean(Dialect dialect, bool value);

// A text that an expression has: which is one of `texts`, begins or ends with one, is as long, or is like a pattern of
// the rule language. Each is a list of conditions, one of which holds.
std::vector<std::string> in_cut(Dialect dialect, const std::string& text, const Cut& cut);

}  // namespace tally::sql
