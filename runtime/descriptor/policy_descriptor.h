// The policy descriptor: everything about a compiled policy that documents and
// answers need, as plain data.
//
// Made by the compiler (compiler/describe.h) beside the code; all that the
// runtime knows of a policy. Always: indices are within their tables, parents
// stand before their children, and every code stands in one byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tally {

// The index of an element in a descriptor.
using ElementIndex = std::uint32_t;

// What an element takes from its place only if the place has this JSON kind.
enum class PlaceFilter : std::uint8_t { any, boolean, number, string, object };

// One position in the documents: a scalar or an object. Its code is one byte of
// a call: 0 unset, then its values (classes, for numbers and texts) from 1.
struct ElementDescriptor {
  enum class Kind : std::uint8_t { enumeration, flag, number, text, record, map };

  std::string name;       // as rules name it: "account[inbound, onnet].enabled"
  std::string type_name;  // for messages: "network", "5..10800"
  std::string pointer;    // absolute JSON Pointer in a request
  std::optional<ElementIndex> parent;
  Kind kind = Kind::flag;
  PlaceFilter filter = PlaceFilter::any;
  bool optional = false;                // may be missing where its surroundings are present
  bool open = false;                    // record: other keys are allowed
  std::optional<std::uint32_t> offset;  // of its code in a call; none: no code asks for it

  std::vector<std::string> values;  // enumeration: as documents spell them, by code from 1
  std::uint64_t low = 0, high = 0;  // number: its range
  // Number: the code from each bound up to the next; the first bound is `low`.
  std::vector<std::pair<std::uint64_t, std::uint8_t>> steps;
  // Text: the codes of exact texts, else of the longest prefix that fits, else `other`.
  std::vector<std::pair<std::string, std::uint8_t>> texts, prefixes;  // sorted
  std::uint8_t other = 1;
  // Taken where the object around is present without it. A value index, number or text.
  std::optional<std::variant<std::uint32_t, std::uint64_t, std::string>> default_value;

  bool is_leaf() const { return kind != Kind::record && kind != Kind::map; }
};

// A text with what is inserted from documents, as documents spell it.
using TextDescriptor = std::vector<std::variant<std::string, ElementIndex>>;
// Where a handed-on number or text comes from.
using OriginDescriptor = std::variant<std::uint64_t, std::string, ElementIndex, TextDescriptor>;

// A value that the compiled code gives as the code in one slot.
struct ScalarDescriptor {
  enum class Kind : std::uint8_t { enumeration, flag, origin };
  Kind kind = Kind::flag;
  std::uint32_t slot = 0;
  std::vector<std::string> values;        // enumeration: by code from 1
  std::vector<OriginDescriptor> origins;  // origin: by code from 1
};

struct ResultMember;

// A result: a scalar, or an object of members. Keys are fields' names, or values
// as documents spell them (an index of a map is a level).
struct ResultDescriptor {
  std::optional<ScalarDescriptor> scalar;  // none: an object
  std::optional<std::uint32_t> presence;   // the slot that is 0 where the object is unset; none: never
  bool grouping = false;                   // an inner level of a map: left out where it is empty
  std::vector<ResultMember> members;
};
struct ResultMember {
  std::string key;
  ResultDescriptor value;
};

// What a rule says of itself: where it stands, and its reason.
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
  std::vector<DecisionDescriptor> decisions;
  std::uint32_t code_count = 0;         // bytes of a call
  std::uint32_t slot_count = 0;         // results of `decide`
  std::uint32_t reason_slot_count = 0;  // results of `reasons`
};

// The compiled functions of a policy: codes in, slots out. `reasons` gives what
// the rules' reasons insert; null where no reason inserts anything.
using PolicyFunction = void (*)(const std::uint8_t* codes, std::uint16_t* slots);
// One decision over columns: columns[offset][row] is a code. `rules` and `values`
// take a row each, the rule and the code of the value (0 where it is an object).
using BatchFunction = void (*)(const std::uint8_t* const* columns, std::uint16_t* rules, std::uint16_t* values,
                               std::uint64_t rows);
struct PolicyFunctions {
  PolicyFunction decide = nullptr;
  PolicyFunction reasons = nullptr;
  // By decision, where they were asked for; slots of `decide`, less the rule slot.
  std::vector<PolicyFunction> each;
  std::vector<BatchFunction> batches;
};

}  // namespace tally
