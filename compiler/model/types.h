// Types, literals and cuts, resolved: the possible values of an expression.
//
// For example,
//
//   type network   = onnet | offnet
//   type recording = { enabled : flag?, time_limit : (5..10800)? }
//   input account  : recording?[direction, network]
//
// makes an enumeration with two values, a record with two fields (an optional flag and an
// optional number from 5 to 10800), and a map whose `indices` are two enumerations and whose
// `element` is the optional record.
//
// In:     type declarations, resolved by analyze.h
// Out:    types, comparisons of types, and their texts
// Always: types are immutable and shared. Two enums with the same list of names are the
//         same enum; `flag` is the enum off, on. Presence (`?`) is part of a type: a type
//         with `optional` also has the missing value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "grammar/source/source.h"
#include "grammar/tree/words.h"

namespace tally {

inline constexpr std::uint64_t max_number = 9007199254740991;  // 2^53 - 1: exact in every JSON reader

struct Unset {
  auto operator<=>(const Unset&) const = default;
};
struct EnumName {  // a value of an enum, as rules name it; a value without a name has its text
  std::string name;
  auto operator<=>(const EnumName&) const = default;
};
struct SetValue {  // `(g729, pcmu)`: names of values, sorted
  std::vector<std::string> names;
  auto operator<=>(const SetValue&) const = default;
};
using Literal = std::variant<Unset, EnumName, std::uint64_t, std::string, SetValue>;

// A value of an enum: `fl = "F L"` has the name fl and the spelling F L.
struct EnumValue {
  std::string name;                   // as rules write it; the text of a value without a name
  std::string spelling;               // as documents write it
  bool named = true;                  // false if it has only a text
  std::vector<std::string> others{};  // spellings that are read as well: "fl" of `fl = ("F L", "fl")`
};

// The texts that are read as `off` and as `on`, the first of which is written: `(on = "true", off = "false")`.
struct FlagTexts {
  std::vector<std::string> off, on;  // both empty if the flag is a boolean
  auto operator<=>(const FlagTexts&) const = default;
};

struct Type;
using TypeRef = std::shared_ptr<const Type>;

// A field of a record: `enabled : flag? at /on if boolean`.
struct Field {
  std::string name;
  TypeRef type;
  std::string pointer;                        // JSON Pointer from the record
  ast::PlaceKind kind = ast::PlaceKind::any;  // the field reads the place only if it has this kind
  std::optional<Literal> default_value;
  Span span;
  FlagTexts flag_texts{};  // of a flag that is read `if string`
  bool not_null = false;   // null at the place, or at one inside it, is a fault
};

// A type. Members that do not belong to its kind are empty.
struct Type {
  // `unset` is the type of the literal `unset` only. It fits every optional type.
  enum class Kind : std::uint8_t { enumeration, number, text, record, map, unset };
  Kind kind = Kind::unset;
  bool optional = false;
  std::string name;                          // its declared name, for messages; may be empty
  std::vector<EnumValue> values;             // enumeration
  bool any_case = false;                     // enumeration: spellings are read without regard to case
  bool is_flag = false;                      // enumeration: off, on; JSON false, true
  std::uint64_t low = 0, high = max_number;  // number
  std::vector<Field> fields;                 // record
  bool open = false;                         // record: other keys are allowed; set: other texts
  std::vector<TypeRef> indices;              // map: enumerations, never optional
  TypeRef element;                           // map
  // map: a set of the values of its only index, such as `[codec]`. Its cells are flags, whether the value is
  // in it, and it stands in a document as an array.
  bool set = false;

  bool is_enum() const { return kind == Kind::enumeration; }
  bool is_object() const { return kind == Kind::record || kind == Kind::map; }
  bool is_scalar() const { return !is_object() && kind != Kind::unset; }
  // Whether it can be a condition: a flag that is never unset.
  bool is_condition() const { return is_enum() && is_flag && !optional; }
};

// The built-in types, none of them optional.
TypeRef flag_type();
TypeRef text_type();
TypeRef number_type(std::uint64_t low = 0, std::uint64_t high = max_number);
TypeRef unset_type();
// The type of a relation: of numbers with the values `less`, `equal`, `greater`, of texts with `equal`,
// `different`.
TypeRef relation_type(Type::Kind of);
// The same type as one that may be unset, `flag?`, or as one that may not, `flag`. Returns `type` itself if nothing
// changes.
TypeRef with_optional(const TypeRef& type, bool optional);
inline TypeRef as_optional(const TypeRef& type) { return with_optional(type, true); }
inline TypeRef as_required(const TypeRef& type) { return with_optional(type, false); }

// A type for people: "network", "(5..30)?", "recording?[direction, network]". A type
// without a name is written in full, a long record as `{ a, b, ... }`.
std::string to_string(const Type& type);
std::string to_string(const Literal& literal);  // as in a rule file: on, 5, "text", unset
std::string to_string(const EnumValue& value);  // as in a rule file; a value without a name in quotes

// The position of a value in an enum, or nothing.
std::optional<std::size_t> value_index(const Type& enumeration, const std::string& name);
// The position of the value that a document spells as `text`, in any of its spellings, or nothing.
std::optional<std::size_t> value_spelled(const Type& enumeration, const std::string& text);
// All spellings of a value, the one that is written first.
std::vector<std::string> spellings_of(const EnumValue& value);
// `cell_count` is the number of cells of a map, at most 2^32. `cell_at` is the position
// of a cell, given one value index per index of the map. The last index changes fastest:
// with two indices of two values each, {1, 0} is cell 2.
std::uint64_t cell_count(const Type& map);
std::size_t cell_at(const Type& map, const std::vector<std::size_t>& values);
// The value indices of a cell: the inverse of `cell_at`.
std::vector<std::size_t> cell_values(const Type& map, std::size_t cell);

// Returns why a value of `from` does not fit where `to` is required ("`x` is not one of
// ..."), or nothing if it fits. Types fit by shape: see docs/language.md, "Types".
std::optional<std::string> misfit(const Type& from, const Type& to);
// Whether two types are the same apart from their names: the same kind, presence, ranges,
// enum values, members and indices.
bool same_shape(const Type& a, const Type& b);
// Whether two types read documents alike: they have the same shape, and their members have the same
// places, kinds and defaults.
bool same_documents(const Type& a, const Type& b);

// The type for values of both types (`else`, rules without a declared type), or null if
// there is none. Two enums give their union, two numbers the smallest range around both,
// two records are combined member by member: 0..10 and 5..30 give 0..30.
TypeRef meet(const TypeRef& a, const TypeRef& b);
// The type of `x else y`, or null if there is none. It is present if either operand is,
// and merged leaf by leaf. A member is optional unless it is required on both sides, or
// on a side that is never unset.
TypeRef else_type(const TypeRef& x, const TypeRef& y);
// Whether values of both types have the same layout, so that no conversion is needed: the
// same enum values in the same order with the same spellings, the same members, the same
// indices. Presence and the ranges of numbers do not matter.
bool same_layout(const Type& a, const Type& b);
// The number of positions in a value of the type, objects included, at most 2^32.
std::uint64_t expanded_size(const Type& type);

// A cut: the values that one comparison selects. For a number the cut has ranges, for a
// text exact texts, prefixes, suffixes, lengths in characters, and dial patterns (compiler/texts/pattern.h). A list or
// a range is one cut: `x in (1, 5..9)` has the ranges 1..1 and 5..9.
struct NumberRange {
  std::uint64_t low = 0, high = max_number;  // both inclusive, low <= high
  auto operator<=>(const NumberRange&) const = default;
};
struct Cut {
  std::vector<NumberRange> ranges;      // sorted, disjoint
  std::vector<std::string> texts;       // sorted
  std::vector<std::string> prefixes;    // sorted
  std::vector<std::string> suffixes{};  // sorted
  std::vector<NumberRange> lengths{};   // sorted, disjoint
  std::vector<std::string> patterns{};  // sorted; every one of them can be read
  auto operator<=>(const Cut&) const = default;
};
// Whether a text is in the cut for its end, its length or a pattern: then classes are those of an automaton.
bool has_tests(const Cut& cut);
// Whether nothing is in the cut.
bool is_empty(const Cut& cut);
// Whether a value is in the cut: 7 is in `x in (1, 5..9)`.
bool contains(const Cut& cut, std::uint64_t number);
bool contains(const Cut& cut, const std::string& text);

}  // namespace tally
