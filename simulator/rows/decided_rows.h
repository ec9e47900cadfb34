// Decides the rows of a table.
//
// In:     a policy, the map of its columns, the columns of the table, and blocks of whole rows.
// Out:    for each row in order: the columns that are kept, the value and the rule of each decision, and the fault of
// the
//         row.
// Always: a row with a fault has no values and no rules, and its fault is not null; it is decided by nothing. A row is
//         decided as `tally decide` decides the request with the same facts. Where all decisions are enums or flags, a
//         block is decided by the compiled functions over columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compiler/columns/column_map.h"
#include "runtime/policy/policy_version.h"
#include "simulator/rows/row_format.h"

namespace tally {

// A policy of this process, by the constant that describes its functions. `names` must outlive it.
Result<std::shared_ptr<const PolicyVersion>> version_of(const void* constant, PolicyNames& names);

// What is to be done with each row. Immutable.
class RowTask {
 public:
  // `decisions` are indices of the policy. `map` must have no faults with `columns`. Fails with Cause::usage if two
  // columns of the answer have one name.
  static Result<RowTask> make(std::shared_ptr<const PolicyVersion> version, ColumnMap map, RowFormat format,
                              std::vector<RowColumn> columns, const std::vector<std::size_t>& decisions);

  RowFormat format() const { return format_; }
  const std::vector<RowColumn>& columns() const { return columns_; }
  const std::vector<RowColumn>& answer_columns() const { return answer_columns_; }

 private:
  friend class RowWorker;
  struct Input {
    tally_input handle = 0;
    ElementIndex element = 0;
    MappedInput::From from = MappedInput::From::column;
    std::size_t column = 0;  // unless it is a constant
    Fact constant{};
  };
  struct Decision {
    std::size_t index = 0;
    std::vector<std::string> values;  // of an enum or flag, by handle: the field as it is written
  };

  std::shared_ptr<const PolicyVersion> version_;
  RowFormat format_ = RowFormat::csv;
  std::vector<RowColumn> columns_, answer_columns_;
  std::vector<Input> inputs_;
  std::vector<std::size_t> kept_;  // indices of columns
  std::vector<Decision> decisions_;
  std::vector<std::string> rules_;  // the fields of the first rules
  bool over_columns_ = true;        // whether all decisions are enums or flags
};

struct RowCounts {
  std::size_t rows = 0, faults = 0;
  std::size_t one_by_one = 0;  // rows that were not decided over columns
};

// Decides block after block, and uses its memory again. For one thread at a time.
class RowWorker {
 public:
  explicit RowWorker(const RowTask& task);
  ~RowWorker();
  RowWorker(const RowWorker&) = delete;
  RowWorker& operator=(const RowWorker&) = delete;

  // Appends the answers of a block of whole rows. `first_row` is the number of its first row, from 1.
  void decide(std::string_view rows, std::size_t first_row, std::string& out, RowCounts& counts);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tally
