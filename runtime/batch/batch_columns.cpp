#include "runtime/batch/batch_columns.h"

#include <algorithm>
#include <cstring>
#include <utility>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "runtime/batch/batch_making.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

// The codes of an input without a column: unset in every row. They are never written, but not
// const either, because the library's file would then contain them.
constexpr std::size_t max_zeros = std::size_t{1} << 16;
alignas(64) constinit std::uint8_t zeros[2 * max_zeros] = {};  // a wide code has two bytes

// Long enough for a processor to read ahead; a few columns of this length fit into a large cache.
constexpr std::size_t checked_rows = std::size_t{1} << 20;

// The largest difference of a code and `low`. A code below `low` wraps around, and is larger than any other.
std::uint8_t max_above_plainly(const std::uint8_t* codes, std::size_t rows, std::uint8_t low) {
  std::uint8_t largest = 0;
  for (std::size_t i = 0; i < rows; ++i) largest = std::max(largest, static_cast<std::uint8_t>(codes[i] - low));
  return largest;
}

#if defined(__x86_64__)
// Every column is checked by this before it is decided, so it must keep up with the cache: four
// vectors per step, each in a chain of its own.
[[gnu::target("avx2")]] std::uint8_t max_above_avx2(const std::uint8_t* codes, std::size_t rows, std::uint8_t low) {
  constexpr std::size_t width = sizeof(__m256i), chains = 4;
  const __m256i least = _mm256_set1_epi8(static_cast<char>(low));
  __m256i most[chains] = {};
  std::size_t row = 0;
  for (; row + chains * width <= rows; row += chains * width) {
    for (std::size_t k = 0; k < chains; ++k) {
      const __m256i some = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes + row + k * width));
      most[k] = _mm256_max_epu8(most[k], _mm256_sub_epi8(some, least));
    }
  }
  alignas(width) std::uint8_t each[width];
  _mm256_store_si256(reinterpret_cast<__m256i*>(each),
                     _mm256_max_epu8(_mm256_max_epu8(most[0], most[1]), _mm256_max_epu8(most[2], most[3])));
  return std::max(max_above_plainly(each, width, 0), max_above_plainly(codes + row, rows - row, low));
}
#endif

std::uint8_t max_above(const std::uint8_t* codes, std::size_t rows, std::uint8_t low) {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx2") != 0;
  if (wide) return max_above_avx2(codes, rows, low);
#endif
  return max_above_plainly(codes, rows, low);
}

Failure column_failure(const ElementDescriptor& element, tally_status status, const std::string& message) {
  return {status, message, element.pointer};
}

}  // namespace

std::string in_row(std::size_t row) { return " in row " + std::to_string(row); }

Failure no_such_value(const ElementDescriptor& element, unsigned value, std::size_t row) {
  return column_failure(element, TALLY_ERROR_VALUE,
                        "`" + element.name + "` has no value with the handle " + std::to_string(value) + in_row(row));
}

Failure missing_in(const ElementDescriptor& element, std::size_t row) {
  return column_failure(element, TALLY_ERROR_MISSING, "`" + element.name + "` is missing" + in_row(row));
}

BatchColumns::BatchColumns(const PolicyVersion& version, std::size_t rows, std::size_t piece)
    : version_(version),
      rows_(rows),
      piece_(std::min({rows, piece, max_zeros})),
      given_((version.policy().elements.size() + 63) / 64, 0, &memory_),
      moving_(&memory_),
      pointers_(std::max<std::size_t>(version.policy().code_count, 1), zeros, &memory_) {}

Result<Done, Failure> BatchColumns::read(const tally_column* columns, std::size_t count) {
  moving_.reserve(count);
  bool alone = true;
  for (std::size_t i = 0; i < count; ++i) {
    TALLY_RETURN_IF_ERROR(add(columns[i], alone));
  }
  alone = alone && version_.policy().relations.empty();
  TALLY_RETURN_IF_ERROR(alone ? stand_without_column(nullptr) : make(columns, count));
  for (std::size_t i = 0; i < count; ++i) {
    const QuickColumn& quick = version_.quick_columns()[columns[i].input];
    if (quick.direct && quick.offset != no_index) put(quick.offset, false, columns[i].values);
  }
  // Backwards: what is decided first was read last, and may still be in a cache.
  for (std::size_t end = rows_; end > 0;) {
    const std::size_t first = (end - 1) / checked_rows * checked_rows;
    for (std::size_t i = 0; i < count; ++i) {
      const QuickColumn& quick = version_.quick_columns()[columns[i].input];
      if (!quick.direct) continue;
      TALLY_RETURN_IF_ERROR(check(quick, columns[i].values, first, end));
    }
    end = first;
  }
  return {};
}

Result<Done, Failure> BatchColumns::add(const tally_column& column, bool& alone) {
  const auto& quick_columns = version_.quick_columns();
  if (column.input >= quick_columns.size() || quick_columns[column.input].element == no_index) {
    return Failure(TALLY_ERROR_ARGUMENT, "no input has the handle " + std::to_string(column.input));
  }
  const QuickColumn& quick = quick_columns[column.input];
  const int given = (column.values != nullptr) + (column.numbers != nullptr) + (column.texts != nullptr);
  if (given != 1 || !quick.direct || column.values == nullptr) {
    const ElementDescriptor& element = version_.policy().elements[quick.element];
    if (given != 1)
      return column_failure(element, TALLY_ERROR_ARGUMENT,
                            "a column of `" + element.name + "` has not one array, but " + std::to_string(given));
    const bool fits = element.kind == Kind::number ? column.numbers != nullptr
                      : element.kind == Kind::text ? column.texts != nullptr
                                                   : column.values != nullptr;
    if (!fits)
      return column_failure(element, TALLY_ERROR_TYPE, "a column of `" + element.name + "` is of another kind");
  }
  std::uint64_t& word = given_[quick.element / 64];
  const std::uint64_t bit = std::uint64_t{1} << (quick.element % 64);
  if ((word & bit) != 0) {
    const ElementDescriptor& element = version_.policy().elements[quick.element];
    return column_failure(element, TALLY_ERROR_ARGUMENT, "`" + element.name + "` has two columns");
  }
  word |= bit;
  alone = alone && quick.alone;
  return {};
}

// Goes row by row only through a column that contains something wrong.
Result<Done, Failure> BatchColumns::check(const QuickColumn& quick, const std::uint8_t* values, std::size_t first,
                                          std::size_t end) const {
  if (max_above(values + first, end - first, quick.low) < quick.codes - quick.low) return {};
  const ElementDescriptor& element = version_.policy().elements[quick.element];
  for (std::size_t row = first; row < end; ++row) {
    if (values[row] >= quick.codes) return no_such_value(element, values[row], row);
    if (values[row] < quick.low) return missing_in(element, row);
  }
  return {};
}

// Takes defaults, and finds what is missing, for elements without a column. A required object is
// present if something in it is.
Result<Done, Failure> BatchColumns::stand_without_column(const BatchMaking* making) {
  for (const ElementIndex e : version_.binder().completion().outermost()) {
    if ((given_[e / 64] >> (e % 64) & 1) != 0 || (making != nullptr && making->makes(e))) continue;
    const ElementDescriptor& element = version_.policy().elements[e];
    if (!element.default_value)
      return column_failure(element, TALLY_ERROR_MISSING, "`" + element.name + "` is missing");
    put_constant(element, version_.defaults()[e]);
    if (element.kind != Kind::set) continue;
    for (const ElementIndex member : version_.binder().completion().members(e)) {
      put_constant(version_.policy().elements[member], version_.defaults()[member]);
    }
  }
  return {};
}

Result<Done, Failure> BatchColumns::make(const tally_column* columns, std::size_t count) {
  std::vector<BatchMaking::Given> given;
  for (std::size_t i = 0; i < count; ++i) {
    const QuickColumn& quick = version_.quick_columns()[columns[i].input];
    if (!quick.alone) given.push_back({quick.element, &columns[i]});
  }
  BatchMaking making(version_, rows_, given);
  TALLY_RETURN_IF_ERROR(stand_without_column(&making));
  TALLY_RETURN_IF_ERROR(making.make());
  making.hand_over([&](std::uint32_t offset, bool wide, MadeCodes codes) {
    put(offset, wide, codes.get());
    made_.push_back(std::move(codes));
  });
  return {};
}

void BatchColumns::put_constant(const ElementDescriptor& element, const Fact& fact) {
  if (!element.offset) return;
  const std::uint16_t code = code_of(element, fact);
  MadeCodes codes = room_for(piece_, element.wide);
  if (element.wide) {
    std::fill_n(reinterpret_cast<std::uint16_t*>(codes.get()), piece_, code);
  } else {
    std::memset(codes.get(), code, piece_);
  }
  pointers_[*element.offset] = codes.get();
  made_.push_back(std::move(codes));
}

const std::uint8_t* const* BatchColumns::at(std::size_t first) {
  for (const Codes& codes : moving_) pointers_[codes.offset] = codes.from + (codes.wide ? 2 * first : first);
  return pointers_.data();
}

}  // namespace tally
