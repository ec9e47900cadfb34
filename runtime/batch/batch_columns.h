// The columns of a batch, checked, as the compiled functions read them.
//
// In:     columns as the caller has them.
// Out:    a column of codes for each code of a call, by its offset; of 16-bit numbers for a wide code.
// Always: if handles are codes, the column is the caller's own; otherwise codes are made once, for
//         all rows (batch_making.h). The cost of a batch before its first row grows with its
//         columns, not with the inputs of the policy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string>
#include <vector>

#include "runtime/policy/policy_version.h"

namespace tally {

// Codes of all rows, in memory of the batch; for a wide code two bytes each.
using MadeCodes = std::unique_ptr<std::uint8_t[]>;
inline MadeCodes room_for(std::size_t rows, bool wide) {
  return std::make_unique_for_overwrite<std::uint8_t[]>(wide ? 2 * rows : rows);
}

class BatchMaking;

class BatchColumns {
 public:
  // `piece` is the largest number of rows that are decided at a time.
  BatchColumns(const PolicyVersion& version, std::size_t rows, std::size_t piece);

  // Checks every row of every column.
  Result<Done, Failure> read(const tally_column* columns, std::size_t count);

  // For the compiled functions: by offset, the codes of the rows from `first`.
  const std::uint8_t* const* at(std::size_t first);

 private:
  struct Codes {
    std::uint32_t offset;
    bool wide;
    const std::uint8_t* from;
  };
  // Sets `alone` to false if the column needs more than to be checked.
  Result<Done, Failure> add(const tally_column& column, bool& alone);
  Result<Done, Failure> check(const QuickColumn& quick, const std::uint8_t* values, std::size_t first,
                              std::size_t end) const;
  Result<Done, Failure> stand_without_column(const BatchMaking* making);
  Result<Done, Failure> make(const tally_column* columns, std::size_t count);
  void put(std::uint32_t offset, bool wide, const std::uint8_t* codes) { moving_.push_back({offset, wide, codes}); }
  // The same code in every row.
  void put_constant(const ElementDescriptor& element, const Fact& fact);

  const PolicyVersion& version_;
  std::size_t rows_, piece_;
  // Enough for a usual policy: a small batch then costs less than an allocation.
  std::byte stack_[4096];
  std::pmr::monotonic_buffer_resource memory_{stack_, sizeof stack_};
  std::pmr::vector<std::uint64_t> given_;  // a bit for each element that has a column
  std::pmr::vector<Codes> moving_;
  std::pmr::vector<const std::uint8_t*> pointers_;  // by offset
  std::vector<MadeCodes> made_;
};

// The failures of columns, and " in row 3", the end of their messages.
std::string in_row(std::size_t row);
Failure no_such_value(const ElementDescriptor& element, unsigned value, std::size_t row);
Failure missing_in(const ElementDescriptor& element, std::size_t row);

}  // namespace tally
