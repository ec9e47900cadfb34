// Reads a decision log's file, record by record, in constant memory. See log_format.h.
//
// In:     a function that returns the next bytes of a file.
// Out:    the header; each decision, in the order of the file; how many were dropped; and how the file ends.
// Always: no byte of a record that fails its check counts. Records behind a damaged one are read again, since each
//         stands at its own place. Whatever the bytes are, no codes, slots or values are returned that the header's
//         policy does not have.
//
// A file that a process was killed in may end within a record, and one of a machine that failed with zeros:
// `torn_bytes`. Whole records that fail their check, and all that stands behind the end of a closed file, are damage.
// What was in the memory of the process, and not yet with the kernel, is not in the file; then the file does not say
// that it `was_closed`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/log/log_header.h"

namespace tally {

// Fills at most `size` bytes, and returns how many; 0 at the end.
using ByteSource = std::function<std::size_t(char* to, std::size_t size)>;

// A decision of a log. The views are valid until the next one is read.
struct LoggedDecision {
  std::uint64_t time = 0;  // nanoseconds since 1970
  std::string_view id;
  bool is_id_cut = false;
  const std::uint8_t* codes = nullptr;  // of the call, as in the header's descriptor
  std::vector<std::uint16_t> slots;     // a decision whose rule slot is 0 was not asked for
  std::vector<KeptValue> kept;          // by kept input
};

class LogReader {
 public:
  // Reads the header. A failure is TALLY_ERROR_POLICY; TALLY_ERROR_FILE if the bytes end within the header, as those of
  // a process do that was killed at once.
  static Result<LogReader, Failure> open(ByteSource source);

  const LogHeader& header() const { return header_; }
  const RecordShape& shape() const { return shape_; }

  // Reads the next decision. Returns false at the end of the file.
  bool next(LoggedDecision& decision);

  // After the end, or up to the last decision that was read:
  std::uint64_t decisions() const { return decisions_; }
  std::uint64_t dropped() const { return dropped_; }  // decisions that the log counted instead
  std::uint64_t damaged() const { return damaged_; }  // records that fail their check; what stands behind the end
  // After the end: the bytes that a torn write left there, and whether the file was closed.
  std::uint64_t torn_bytes() const { return torn_; }
  bool was_closed() const { return closed_; }

 private:
  LogReader(ByteSource source, LogHeader header, std::uint64_t hash)
      : source_(std::move(source)), header_(std::move(header)), shape_(header_.shape()), hash_(hash) {}
  // Makes `block_` hold another record; false if less than one is left.
  bool refill();
  // Reads the record at `at_`; false if it fails its check, or has what no record has.
  bool read(const std::byte* record, RecordKind& kind, LoggedDecision& decision);
  void finish();

  ByteSource source_;
  LogHeader header_;
  RecordShape shape_;
  std::uint64_t hash_;
  std::vector<char> block_;
  std::size_t at_ = 0, end_ = 0;
  std::uint64_t number_ = 0;  // of the next record
  std::uint64_t bad_ = 0;     // records that fail their check since the last that did not
  bool are_zeros_ = true;     // whether these have only zeros
  std::uint64_t decisions_ = 0, dropped_ = 0, damaged_ = 0, torn_ = 0;
  bool closed_ = false;
};

}  // namespace tally
