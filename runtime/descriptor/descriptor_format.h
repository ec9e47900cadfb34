// The policy descriptor as it stands in a compiled policy: one exported constant.
//
// Written by the compiler (compiler/deploy/encode_descriptor.h), read and checked by the
// runtime (runtime/descriptor/read_descriptor.h). The constant is a `PolicyHeader`, followed
// by a `FunctionOffsets` for each decision; numbers are the target's, so that the
// code of a policy and its header are of one machine. Places are distances in
// bytes from the header, so that the constant needs no relocation. What they lead
// to: functions, and the tables, whose bytes are the same on every machine.
//
// Tables, version 1. A number is unsigned LEB128, at most 10 bytes. A list is its
// length and its entries. A text is an index into the list of strings.
//
//   strings     list of (length, bytes); UTF-8
//   lists       list of lists of texts: values, shared by all that have them
//   name        text
//   code_count, slot_count, reason_slot_count
//   elements    list of:
//                 kind + 8 optional + 16 open + 32 has parent + 64 has offset + 128 has default
//                 filter
//                 [parent, an earlier element]
//                 [offset]
//                 name, pointer: each how many bytes are the parent's, and a text that follows them
//                 type name: text
//                 enumeration: values, an index into the lists
//                 number: low, high, list of (bound, code)
//                 text: list of (text, code), list of (prefix, code), other code
//                 [default: a value's index, a number, or a text, by kind]
//   decisions   list of (name: text, rule slot, result, rules)
//     result    0 + scalar; or 1 + 2 has presence + 4 grouping, [slot], list of (key: text, result)
//     scalar    0, slot, values: an index into the lists; or 1, slot: a flag; or 2, slot, list of origins
//     origin    0, number; 1, text; 2, element; 3, list of pieces (0, text; 1, element)
//     rules     list of (file: text, line, otherwise + 2 has reason, list of pieces (0, text; 1, scalar))
//
// Nothing follows. Results nest at most `max_result_depth` deep.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally {

inline constexpr char policy_magic[8] = {'T', 'A', 'L', 'L', 'Y', 'P', 'O', 'L'};
inline constexpr std::uint32_t policy_abi_version = 1;
inline constexpr std::uint32_t max_result_depth = 1000;
// The symbol of the constant in a .so; in objects another prefix may be asked for.
inline constexpr const char* policy_symbol = "tally_policy";

struct PolicyHeader {
  char magic[8];
  std::uint32_t abi_version;  // these two stay where they are in every version
  std::uint32_t header_size;  // bytes, functions included
  std::uint64_t tables_hash;  // FNV-1a, 64 bits
  std::uint32_t tables_size;  // bytes
  std::uint32_t decision_count;
  std::uint8_t source_hash[32];  // SHA-256 over the rule files, see compiler/deploy/encode_descriptor.h
  std::int32_t tables;           // distances from the header
  std::int32_t decide;           // all decisions
  std::int32_t reasons;          // what reasons insert; 0: nothing
  std::int32_t reserved;         // 0
};
static_assert(sizeof(PolicyHeader) == 80);

struct FunctionOffsets {
  std::int32_t decide;  // one decision; its slots are those of all decisions, less its rule slot
  std::int32_t batch;   // one decision over columns; 0: there is none
};
static_assert(sizeof(FunctionOffsets) == 8);

// FNV-1a. A change of any single byte changes it.
constexpr std::uint64_t hash_of(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325u) {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

// A .so of `tally build` ends in this: what its bytes before it hash to. A file
// that is damaged, or half written, is told before its code is run.
struct FileSeal {
  char magic[8];
  std::uint64_t hash;
  std::uint64_t size;  // bytes before the seal
};
inline constexpr char seal_magic[8] = {'T', 'A', 'L', 'L', 'Y', 'E', 'N', 'D'};

}  // namespace tally
