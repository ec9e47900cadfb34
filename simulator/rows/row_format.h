// Rows of a table as bytes: CSV, TSV, and RowBinary as ClickHouse writes it.
//
// In:     bytes of whole rows, and the columns that the head of the table names.
// Out:    the fields of one row after the other; fields as bytes of the same format.
// Always: a row that is not well formed has a fault, and the rows after it are read. Only in RowBinary, where nothing
//         separates rows, it ends the reading.
//
//   CSV        the first line has the names. `"` quotes, `""` is a quote. An empty field without quotes, or \N, is
//   null. TSV        the first line has the names. \t, \n, \\ and others are escaped, \N is null. RowBinary  values by
//   their types, which the map of columns or the head has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compiler/columns/column_map.h"

namespace tally {

enum class RowFormat : std::uint8_t { csv, tsv, row_binary, row_binary_with_names };

inline constexpr std::size_t max_row_bytes = std::size_t{16} << 20;
inline constexpr std::size_t max_row_columns = 10000;

constexpr bool is_binary(RowFormat format) {
  return format == RowFormat::row_binary || format == RowFormat::row_binary_with_names;
}

struct RowColumn {
  std::string name;
  std::optional<ColumnType> type;  // none: a text
};

// The head of a table, and how many bytes it has.
struct RowHead {
  std::vector<RowColumn> columns;
  std::size_t bytes = 0;
};
// Reads the head from the first bytes of a table. Nothing if they are not all of it yet. RowBinary has no head: its
// columns are those of the map. Fails with Cause::document.
Result<std::optional<RowHead>> read_row_head(RowFormat format, std::string_view bytes, bool at_end,
                                             const ColumnMap& map);
// The head of another table.
std::string row_head(RowFormat format, const std::vector<RowColumn>& columns);

// Which of the first bytes are whole rows.
struct RowCut {
  std::size_t bytes = 0;
  std::size_t rows = 0;
};
RowCut cut_rows(RowFormat format, const std::vector<RowColumn>& columns, std::string_view bytes, bool at_end);

// A field of a row: null, a number, or a text.
struct RowField {
  std::string_view raw;   // its bytes as they stand in the row
  std::string_view text;  // without quotes and escapes
  std::uint64_t number = 0;
  bool is_null = false, is_number = false, is_negative = false;
};

// Reads the rows of some bytes, one after the other. For one thread at a time.
class RowReader {
 public:
  RowReader(RowFormat format, const std::vector<RowColumn>& columns);

  // Takes the next row off `bytes`, which must be whole rows. Returns why it is not one, or an empty text. The fields
  // are valid until the next call, as long as the bytes are.
  const std::string& next(std::string_view& bytes);
  const std::vector<RowField>& fields() const { return fields_; }
  // Whether the last row was an empty line, which stands for no row.
  bool is_empty_line() const { return is_empty_line_; }

 private:
  void next_csv(std::string_view& bytes);
  void next_tsv(std::string_view& bytes);
  void next_binary(std::string_view& bytes);
  bool read_binary(std::string_view& bytes, const ColumnType& type, RowField& field);
  // Where the text of a field goes that does not stand in the row as it is.
  std::string& room_for(std::size_t column);
  void check_count(std::size_t count);

  RowFormat format_;
  const std::vector<RowColumn>& columns_;
  std::vector<RowField> fields_;
  std::vector<std::string> rooms_;
  std::string fault_;
  bool is_empty_line_ = false;
};

// Append a field. Null is an empty field in CSV and \N in TSV; in RowBinary the column is Nullable.
void append_null(RowFormat format, std::string& out);
void append_text(RowFormat format, std::string_view text, std::string& out);
void append_rule(RowFormat format, std::uint16_t rule, std::string& out);
// The types that these fields have in RowBinary.
ColumnType type_of_texts();
ColumnType type_of_rules();

}  // namespace tally
