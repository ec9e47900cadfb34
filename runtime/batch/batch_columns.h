// The columns of a batch, checked, as the compiled functions read them.
//
// In: columns as the caller has them. Out: for each offset of a call, a column of
// codes. Always: a column of codes that need no change is the caller's own; the
// others are made once (batch_making.h), for all rows. What a batch costs before its
// first row grows with its columns, not with the inputs of the policy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <vector>

#include "runtime/policy/policy_version.h"

namespace tally {

// Codes of all rows, in memory of the batch.
using MadeCodes = std::unique_ptr<std::uint8_t[]>;

class BatchMaking;

class BatchColumns {
 public:
  // `piece`: how many rows are decided at a time, at most.
  BatchColumns(const PolicyVersion& version, std::size_t rows, std::size_t piece);

  // Looks at every row of every column.
  std::optional<Failure> read(const tally_column* columns, std::size_t count);

  // For the compiled functions: by offset, the codes of the rows from `first`.
  const std::uint8_t* const* at(std::size_t first);

 private:
  struct Codes {
    std::uint32_t offset;
    const std::uint8_t* from;
  };
  // `alone`: becomes false where more than looking at the column is to be done.
  std::optional<Failure> add(const tally_column& column, bool& alone);
  std::optional<Failure> check(const QuickColumn& quick, const std::uint8_t* values, std::size_t first,
                               std::size_t end) const;
  std::optional<Failure> stand_without_column(const BatchMaking* making);
  std::optional<Failure> make(const tally_column* columns, std::size_t count);
  void put(std::uint32_t offset, const std::uint8_t* codes) { moving_.push_back({offset, codes}); }
  // The same code in every row.
  void put_constant(std::uint32_t offset, std::uint8_t code);

  const PolicyVersion& version_;
  std::size_t rows_, piece_;
  // Enough for the usual policy: a small batch costs less than asking for memory.
  std::byte stack_[4096];
  std::pmr::monotonic_buffer_resource memory_{stack_, sizeof stack_};
  std::pmr::vector<std::uint64_t> given_;  // a bit for each element that has a column
  std::pmr::vector<Codes> moving_;
  std::pmr::vector<const std::uint8_t*> pointers_;  // by offset
  std::vector<MadeCodes> made_;
};

// Failures of columns; the end of their messages, " in row 3".
std::string in_row(std::size_t row);
Failure no_such_value(const ElementDescriptor& element, unsigned value, std::size_t row);
Failure missing_in(const ElementDescriptor& element, std::size_t row);

}  // namespace tally
