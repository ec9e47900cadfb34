// The format of a decision log's file: one header, then records of one size.
//
// A file is written by `LogFile` (runtime/logging/log_file.h) and read by `LogReader` (log_reader.h). Numbers have the
// byte order of the machine that wrote them, like the codes in a call; the header has a number that shows it.
//
//   header   magic, version, byte order, header size, record size: 8 + 4 * 4 bytes
//            when it was made, in nanoseconds since 1970: 8
//            generation of the policy's version: 8
//            process that wrote it: 8
//            hash of the rules (`source_hash`): 32
//            bytes of an id, number of kept inputs, bytes of the tables, 0: 4 * 4
//            kept inputs, each: element of the descriptor: 4; bytes of a text at most, 0 for a number: 4
//            tables of the policy's descriptor (runtime/descriptor/descriptor_format.h)
//            zeros up to a multiple of 8
//            FNV-1a of all bytes before: 8
//
//   record   check: 4     over the bytes after it, the header's hash and the record's number in the file
//            kind: 1      decision, dropped or end
//            flags: 1     1: the id was cut
//            id length: 2
//            time: 8      nanoseconds since 1970
//            decision:    id, codes of the call, kept values, slots of the results
//            dropped:     8 bytes: how many decisions were dropped since the last such record
//            end:         8 bytes: how many decisions the file has. The file was closed, and is complete
//
// A kept number is 1 byte, whether it is set, and 8 for its value. A kept text is its length, 2 bytes, and its bytes:
// `text_unset`, or the length with `text_cut` added if it was longer than its place. A slot is one byte if all numbers
// that the policy can write there fit in one byte, otherwise two. Slot 0 of a decision, its rule, is 0 if the decision
// was not asked for. Bytes that a record does not use are 0.
//
// So a record can be read wherever it stands, and belongs to its file and to its place: what is cut off, overwritten or
// from another file does not pass its check.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace tally {

inline constexpr char log_magic[8] = {'T', 'A', 'L', 'L', 'Y', 'L', 'O', 'G'};
inline constexpr std::uint32_t log_version = 1;
inline constexpr std::uint32_t log_byte_order = 0x01020304;
inline constexpr const char* log_ending = ".tlog";

struct LogPreamble {
  char magic[8];
  std::uint32_t version;  // these four have the same place in every version
  std::uint32_t byte_order;
  std::uint32_t header_size;  // bytes, the hash at its end included
  std::uint32_t record_size;
  std::uint64_t made;
  std::uint64_t generation;
  std::uint64_t process;
  std::uint8_t source_hash[32];
  std::uint32_t id_size;
  std::uint32_t kept_count;
  std::uint32_t tables_size;
  std::uint32_t reserved;  // 0
};
static_assert(sizeof(LogPreamble) == 96);

struct RecordHead {
  std::uint32_t check;
  std::uint8_t kind;
  std::uint8_t flags;
  std::uint16_t id_length;
  std::uint64_t time;
};
static_assert(sizeof(RecordHead) == 16);

enum class RecordKind : std::uint8_t { decision = 1, dropped = 2, end = 3 };
inline constexpr std::uint8_t id_was_cut = 1;
inline constexpr std::uint16_t text_unset = 0xffff, text_cut = 0x8000;

inline constexpr std::uint32_t max_log_header = std::uint32_t{64} << 20;
inline constexpr std::uint32_t max_log_id = 255;       // bytes
inline constexpr std::uint32_t max_kept_text = 4'096;  // bytes
inline constexpr std::uint32_t max_kept_inputs = 1'000;

// The check of a record with this number in its file, from 0. A change of one byte is found but for one in 2^32.
inline std::uint32_t record_check(std::uint64_t file_hash, std::uint64_t number, std::string_view bytes) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15u;
  std::uint64_t hash = (file_hash ^ (number * odd)) + bytes.size();
  const auto mix = [&](std::uint64_t word) {
    hash = (hash ^ word) * odd;
    hash ^= hash >> 32;
  };
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    mix(word);
    bytes.remove_prefix(8);
  }
  std::uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  mix(rest);
  return static_cast<std::uint32_t>(hash >> 32);  // of a product, the bits that all others reach
}

}  // namespace tally
