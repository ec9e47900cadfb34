// The policy descriptor: everything that the runtime knows about a policy, as plain data. It is
// what documents and answers need besides the compiled functions.
//
// In:     made by the compiler with the code (compiler/deploy/deployment.h), or read from a
//         compiled policy (read_descriptor.h).
// Out:    for example, that `source` stands at /call/source, and that its code for "offnet" is 2.
// Always: indices are within their tables, parents stand before their children, and every code
//         fits in the one byte or the two bytes that it has in a call.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tally {

// The index of an element in a descriptor.
using ElementIndex = std::uint32_t;

// An element reads its place only if the JSON value there has this kind. `other`: a kind that no other element
// reads there.
enum class PlaceFilter : std::uint8_t { any, boolean, number, string, object, array, other };

// Spellings that are read besides those that are written.
struct OtherSpellings {
  std::vector<std::vector<std::string>> by_value;  // empty if no value has any
  bool any_case = false;                           // without regard to the case of ASCII letters
  bool none() const { return by_value.empty() && !any_case; }
};

// The values of an index of a map, in order: the keys in documents, and the names in rules.
struct KeysDescriptor {
  std::vector<std::string> values, names;
  OtherSpellings others{};
};

// The automaton of a text: one pass over its bytes in UTF-8 leads to a state, which has the code. It begins in state 0.
// A state from `first_sink` on is never left, so it has no row.
struct TextTable {
  std::array<std::uint8_t, 256> columns{};  // of each byte
  std::uint32_t width = 1;                  // the number of columns
  std::uint32_t first_sink = 0;
  std::vector<std::uint16_t> next;   // first_sink x width: the state after a byte
  std::vector<std::uint16_t> codes;  // of each state; none: there is no table
  auto operator<=>(const TextTable&) const = default;
};

// One position in the documents: a scalar or an object, for example
// `account[inbound, onnet].enabled`. Its code is one byte of a call, or two if it is `wide`: 0 is unset; values,
// or for numbers and texts classes of values, count from 1.
struct ElementDescriptor {
  // A set is an array of values. Its members are flags, one per value, in order, and follow it directly.
  enum class Kind : std::uint8_t { enumeration, flag, number, text, record, map, set };

  std::string name;       // in rules: "account[inbound, onnet].enabled"
  std::string type_name;  // for messages: "network", "5..10800"
  std::string pointer;    // absolute JSON Pointer in a request
  std::optional<ElementIndex> parent;
  Kind kind = Kind::flag;
  PlaceFilter filter = PlaceFilter::any;
  bool optional = false;                // may be missing although the object around it is present
  bool not_null = false;                // null at its place is a fault, not a missing value
  bool open = false;                    // record: other keys are allowed; set: other texts
  bool booleans = false;                // set: its values are `false` and `true`
  std::optional<std::uint32_t> offset;  // of its code in a call; none: no function reads it
  bool wide = false;                    // its code is two bytes, in the order of the machine

  std::vector<std::string> values;  // enumeration, set: the spellings in documents, by code from 1
  // Enumeration, set: the names of the values in rules; empty if they are the spellings, or are not known.
  std::vector<std::string> names;
  OtherSpellings others;  // enumeration, set
  // Map: likewise for each index; empty if all names are spellings, and there are no others.
  std::vector<KeysDescriptor> keys;
  // Flag that is kept as a text: the texts that are read as off and as on. The first is written.
  std::vector<std::string> off_texts, on_texts;
  std::uint64_t low = 0, high = 0;  // number: its range
  // Number: the code from each bound up to the next; the first bound is `low`.
  std::vector<std::pair<std::uint64_t, std::uint16_t>> steps;
  // Text: its code is that of an exact text, otherwise of the longest prefix that fits, otherwise `other`.
  std::vector<std::pair<std::string, std::uint16_t>> texts, prefixes;  // sorted
  std::uint16_t other = 1;
  // Text: if it has codes, these count. What is read from a compiled policy then has no texts and prefixes.
  TextTable table;
  // The value if the object around it is present and it is missing: a value's index, a number or a text. For
  // a set it is 0: the set is present, and its members have defaults of their own.
  std::optional<std::variant<std::uint32_t, std::uint64_t, std::string>> default_value;

  bool is_leaf() const { return kind != Kind::record && kind != Kind::map && kind != Kind::set; }
};

// How two numbers or two texts of a request compare, as a code of its own. Of numbers 0 if one is
// unset, 1 if `left` is less, 2 if they are equal, 3 if it is greater; of texts 1 if they are equal or
// both unset, 2 if they are different. For example `calls : limit`, for the rule `calls < limit`.
struct RelationDescriptor {
  ElementIndex left = 0, right = 0;  // two leaves, both numbers or both texts
  std::uint32_t offset = 0;          // of its code in a call
};

// A text with insertions: pieces of text, and elements whose value in a document is inserted.
using TextDescriptor = std::vector<std::variant<std::string, ElementIndex>>;
// The origin of a number or text that a result hands on.
using OriginDescriptor = std::variant<std::uint64_t, std::string, ElementIndex, TextDescriptor>;

// A scalar of a result: the compiled code writes its code into one slot.
struct ScalarDescriptor {
  enum class Kind : std::uint8_t { enumeration, flag, origin };
  Kind kind = Kind::flag;
  std::uint32_t slot = 0;
  std::vector<std::string> values;        // enumeration: by code from 1
  std::vector<OriginDescriptor> origins;  // origin: by code from 1
};

struct ResultMember;

// A result: a scalar, or an object of members. A key is a field's name, or, in a map or set, the spelling
// of a value; each index of a map is a level of objects. The members of a set are flags.
struct ResultDescriptor {
  enum class Array : std::uint8_t { none, texts, booleans };

  std::optional<ScalarDescriptor> scalar;  // none: an object
  std::optional<std::uint32_t> presence;   // the slot that is 0 if the object is unset; none: it is never unset
  bool grouping = false;                   // an inner level of a map: left out if it is empty
  Array array = Array::none;               // a set: an array of the keys that are on
  std::vector<ResultMember> members;
};
struct ResultMember {
  std::string key;
  ResultDescriptor value;
};

// Where a rule stands, and its reason.
struct RuleDescriptor {
  std::string file;
  std::uint32_t line = 0;
  bool otherwise = false;
  bool has_reason = false;
  std::vector<std::variant<std::string, ScalarDescriptor>> reason;  // slots of the reason function
};

struct DecisionDescriptor {
  std::string name;
  std::uint32_t rule_slot = 0;  // the number of the rule that fires, from 1
  ResultDescriptor result;
  std::vector<RuleDescriptor> rules;
};

struct PolicyDescriptor {
  std::string name;  // the rule file
  std::vector<ElementDescriptor> elements;
  std::vector<RelationDescriptor> relations;
  std::vector<DecisionDescriptor> decisions;
  std::uint32_t code_count = 0;         // bytes of a call
  std::uint32_t slot_count = 0;         // results of `decide`
  std::uint32_t reason_slot_count = 0;  // results of `reasons`
};

// The compiled functions of a policy: codes in, slots out. `reasons` computes what the rules'
// reasons insert; it is null if they insert nothing.
using PolicyFunction = void (*)(const std::uint8_t* codes, std::uint16_t* slots);
// One decision over columns: columns[offset][row] is a code. The column of a wide code is an array of 16-bit numbers.
// `rules` and `values` receive an entry
// per row: the rule that fired, and the code of the value (0 if the value is an object).
using BatchFunction = void (*)(const std::uint8_t* const* columns, std::uint16_t* rules, std::uint16_t* values,
                               std::uint64_t rows);
struct PolicyFunctions {
  PolicyFunction decide = nullptr;
  PolicyFunction reasons = nullptr;
  // By decision; slot numbers are those of `decide`, minus the rule slot. May be empty.
  std::vector<PolicyFunction> each;
  std::vector<BatchFunction> batches;
};

}  // namespace tally
