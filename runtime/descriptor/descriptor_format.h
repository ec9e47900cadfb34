// The format of the policy descriptor in a compiled policy: one exported constant.
//
// The compiler writes it (compiler/deploy/encode_descriptor.h); the runtime reads and checks it
// (runtime/descriptor/read_descriptor.h). The constant is a `PolicyHeader`, followed by a
// `FunctionOffsets` per decision. Numbers have the byte order of the target, like the code. A place
// is a distance in bytes from the header, so that the constant needs no relocation. It leads to a
// function, or to the tables, whose bytes are the same on every machine.
//
// Tables, as since version 5. A number is unsigned LEB128, at most 10 bytes. A list is its
// length and its entries. A text is an index into the list of strings.
//
//   strings     list of (length, bytes); UTF-8
//   lists       list of lists of texts: values, shared by all that have them
//   name        text
//   code_count, slot_count, reason_slot_count
//   elements    list of:
//                 kind + 16 optional + 32 has offset + 64 has parent + 128 open + 256 has default +
//                   512 any case + 1024 has other spellings + 2048 has codes above 255, which take two bytes of a call
//                   + 4096 null is a fault (so it is for its members; since version 5)
//                 filter
//                 [parent, an earlier element]
//                 [offset]
//                 name, pointer: each as the number of bytes taken from the parent's, and the text after them
//                 type name: text
//                 enumeration: values, an index into the lists
//                 set: values, an index into the lists
//                 enumeration with names (kind 7): values, names: two of the lists, of one length
//                 map with names (kind 8): list of (keys, names: two of the lists, of one length;
//                   1 any case + 2 has other spellings; [other spellings])
//                 set with names (kind 9): values, names: two of the lists, of one length
//                 set of flags (kind 10)
//                 flag with texts (kind 11): the texts of off, those of on: two of the lists
//                 [other spellings, of an enumeration or set: per value a list of texts]
//                 number: low, high, list of (bound, code)
//                 text: list of (text, code), list of (prefix, code), other code
//                 text with a table (kind 12): width; of each byte its column; the number of states and of those
//                 that are left; of each of these, for each column, the next state; of each state its code
//                 [default: a value's index, a number, or a text, by kind; of a set nothing]
//   decisions   list of (name: text, rule slot, result, rules); slots count up from 0 in this order, and
//               those of reasons likewise
//     result    0 + scalar; or 1 + 2 has presence + 4 grouping + 8 set + 16 set of flags, [slot],
//               list of (key: text, result)
//     scalar    0, slot, values: an index into the lists; or 1, slot: a flag; or 2, slot, list of origins
//     origin    0, number; 1, text; 2, element; 3, list of pieces (0, text; 1, element)
//     rules     list of (file: text, line, otherwise + 2 has reason, list of pieces (0, text; 1, scalar))
//   relations   list of (left, right: elements; offset)
//
// The tables end here. With kinds 7 and 9 some value has a spelling of its own, and with kind 8 a value of
// some index, or other spellings. Kind 11 has the filter `string`. A set is followed by its members: a flag per value,
// with a default. Results nest at most `max_result_depth` deep.
//
// A descriptor has one form. A number has no more bytes than it needs, and a name takes as many bytes
// from its parent's as it can. Strings and lists stand once, in the order in which elements and
// decisions first name them; then come the strings that only lists name. Neighbouring pieces of text
// are one piece. The runtime refuses every other form.
#pragma once

#include <cstdint>
#include <string_view>

namespace tally {

inline constexpr char policy_magic[8] = {'T', 'A', 'L', 'L', 'Y', 'P', 'O', 'L'};
inline constexpr std::uint32_t policy_abi_version = 6;
inline constexpr std::uint32_t oldest_policy_abi_version = 6;  // that is read
inline constexpr std::uint32_t max_result_depth = 1000;
// The symbol of the constant in a .so. In an object its prefix can be chosen.
inline constexpr const char* policy_symbol = "tally_policy";

// The numbers of kinds of elements that `ElementDescriptor::Kind` does not have.
inline constexpr std::uint32_t enumeration_with_names = 7, map_with_names = 8;
inline constexpr std::uint32_t set_with_names = 9, set_of_flags = 10, flag_with_texts = 11;
inline constexpr std::uint32_t text_with_table = 12;
inline constexpr std::uint32_t max_text_states = 65'536;  // a state has 16 bits

struct PolicyHeader {
  char magic[8];
  std::uint32_t abi_version;  // these two have the same place in every version
  std::uint32_t header_size;  // bytes, functions included
  std::uint64_t tables_hash;  // FNV-1a, 64 bits
  std::uint32_t tables_size;  // bytes
  std::uint32_t decision_count;
  std::uint8_t source_hash[32];  // SHA-256 over the rule files, see compiler/deploy/encode_descriptor.h
  // What the policy decides (compiler/fingerprint/fingerprint.h); zeros: it is not known. Code can claim any
  // fingerprint, so it counts only where a signature covers it.
  std::uint8_t fingerprint[32];
  std::int32_t tables;    // distances from the header
  std::int32_t decide;    // all decisions
  std::int32_t reasons;   // what reasons insert; 0 if and only if they insert nothing
  std::int32_t reserved;  // 0
};
static_assert(sizeof(PolicyHeader) == 112);

struct FunctionOffsets {
  std::int32_t decide;  // one decision; slot numbers are those of all decisions, minus its rule slot
  std::int32_t batch;   // one decision over columns; 0: it was not built
};
static_assert(sizeof(FunctionOffsets) == 8);

// FNV-1a. A change of any single byte changes it.
constexpr std::uint64_t hash_of(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325u) {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

// A .so of `tally build` ends with this: a hash of the bytes before it. It detects a file that is
// damaged or half written before any of its code runs.
struct FileSeal {
  char magic[8];
  std::uint64_t hash;
  std::uint64_t size;  // bytes before the seal
};
inline constexpr char seal_magic[8] = {'T', 'A', 'L', 'L', 'Y', 'E', 'N', 'D'};

}  // namespace tally
