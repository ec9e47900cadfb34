// The header of a decision log's file: all that is needed to read its records. See log_format.h.
//
// In:     a policy's version and what is kept of each decision; or the bytes of a header.
// Out:    the bytes; or the header, with the policy's descriptor, or why there is none.
// Always: whatever the bytes are, a header that is returned is consistent: its kept inputs are numbers and texts of its
//         descriptor, and its record size is that of its shape.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/log/record_shape.h"
#include "runtime/support/failure.h"

namespace tally {

struct LogHeader {
  std::shared_ptr<const PolicyDescriptor> policy;
  std::string tables;  // of the descriptor
  std::array<std::uint8_t, 32> source_hash{};
  std::uint64_t made = 0;        // nanoseconds since 1970
  std::uint64_t generation = 0;  // of the version, from 1
  std::uint64_t process = 0;
  std::vector<KeptInput> kept;
  std::uint32_t id_size = 0;

  RecordShape shape() const { return {*policy, kept, id_size}; }
};

std::string encode_log_header(const LogHeader& header);
// The hash at the end of a header's bytes, to which the checks of its records belong.
std::uint64_t hash_of_header(std::string_view bytes);

// Returns how many bytes the header has that begins with these: a `LogPreamble`. A failure is TALLY_ERROR_POLICY:
// "it is not a decision log".
Result<std::uint32_t, Failure> log_header_size(std::string_view preamble);
// Whether the bytes begin as a log does, and end before its header does; so does an empty file.
bool ends_within_log_header(std::string_view bytes);
Result<LogHeader, Failure> decode_log_header(std::string_view bytes);

}  // namespace tally
