// The types of columns, as ClickHouse writes them.
//
// In:     the text of a type: "Nullable(UInt8)", "Enum8('off' = 0, 'on' = 1)".
// Out:    what its values are, and how many bytes one has in RowBinary.
// Always: a type that no input fits still has its width, so that its column can be skipped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tally {

struct ColumnType {
  // `other`: a value of a known width that no input is made of, such as a date.
  enum class Kind : std::uint8_t { text, fixed_text, boolean, unsigned_number, signed_number, words, other };

  Kind kind = Kind::text;
  std::uint32_t bytes = 0;  // of a value in RowBinary; 0: a length stands before it
  bool nullable = false;
  std::vector<std::pair<std::int64_t, std::string>> words{};  // Enum8, Enum16: by number, sorted
  std::string text{};                                         // as it was written

  // The word of a number; null if there is none.
  const std::string* word(std::int64_t number) const;
};

// Reads String, FixedString(N), Bool, Int8 to UInt64, Enum8, Enum16, Date, Date32, DateTime, DateTime64, UUID, IPv4,
// IPv6, Float32, Float64 and Decimal types, also in Nullable() and LowCardinality(). Fails with Cause::document for any
// other one.
Result<ColumnType> read_column_type(std::string_view text);

// Reads types that are separated by commas, each behind the name of its column: "a String, b UInt8".
struct NamedColumnType {
  std::string name;
  ColumnType type;
};
Result<std::vector<NamedColumnType>> read_column_types(std::string_view text);

}  // namespace tally
