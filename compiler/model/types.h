// Types, literals and cuts, resolved: what an expression may be.
//
// Types are immutable and shared. An enum is its list of names, wherever it was
// written; `flag` is the enum off, on. Presence (`?`) is part of a type, so a
// type with `optional` set has the missing value beside its own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "grammar/tree/ast.h"

namespace tally {

inline constexpr std::uint64_t max_number = 9007199254740991;  // 2^53 - 1: exact in every JSON reader

struct Unset {
  auto operator<=>(const Unset&) const = default;
};
struct EnumName {  // a value of an enum, as rules name it (one without a name: its text)
  std::string name;
  auto operator<=>(const EnumName&) const = default;
};
using Literal = std::variant<Unset, EnumName, std::uint64_t, std::string>;

struct EnumValue {
  std::string name;      // as rules write it; for a value without a name, its text
  std::string spelling;  // as documents write it
  bool named = true;     // false: it has only a text
};

struct Type;
using TypeRef = std::shared_ptr<const Type>;

struct Field {
  std::string name;
  TypeRef type;
  std::string pointer;                        // JSON Pointer from the record
  ast::PlaceKind kind = ast::PlaceKind::any;  // reads the place only where it has this kind
  std::optional<Literal> default_value;
  Span span;
};

struct Type {
  // `unset` is the type of the literal alone: it fits whatever is optional.
  enum class Kind : std::uint8_t { enumeration, number, text, record, map, unset };
  Kind kind = Kind::unset;
  bool optional = false;
  std::string name;                          // the name it was given, for messages; may be empty
  std::vector<EnumValue> values;             // enumeration
  bool is_flag = false;                      // enumeration: off, on; JSON false, true
  std::uint64_t low = 0, high = max_number;  // number
  std::vector<Field> fields;                 // record
  bool open = false;                         // record: other keys are allowed
  std::vector<TypeRef> indices;              // map: enumerations, never optional
  TypeRef element;                           // map

  bool is_enum() const { return kind == Kind::enumeration; }
  bool is_object() const { return kind == Kind::record || kind == Kind::map; }
  bool is_scalar() const { return !is_object() && kind != Kind::unset; }
  // A condition: a flag that is never unset.
  bool is_condition() const { return is_enum() && is_flag && !optional; }
};

TypeRef flag_type();
TypeRef text_type();
TypeRef number_type(std::uint64_t low = 0, std::uint64_t high = max_number);
TypeRef unset_type();
TypeRef with_optional(const TypeRef& type, bool optional);  // the same object where nothing changes

// "network", "(5..30)?", "recording?[direction, network]": by name where it has
// one, else spelled out (long records as `{ a, b, ... }`).
std::string to_string(const Type& type);
std::string to_string(const Literal& literal);  // as in a rule file: on, 5, "text", unset
std::string to_string(const EnumValue& value);  // likewise: a value without a name in quotes

// The position of a value in an enum, or nothing.
std::optional<std::size_t> value_index(const Type& enumeration, const std::string& name);
// Number of cells of a map, saturating at 2^32; and a cell's position from one
// value index an index (the last index varies fastest).
std::uint64_t cell_count(const Type& map);
std::size_t cell_at(const Type& map, const std::vector<std::size_t>& values);
// The inverse: the value indices of a cell.
std::vector<std::size_t> cell_values(const Type& map, std::size_t cell);

// Why `from` cannot stand where `to` is wanted ("`x` is not one of ..."), or
// nothing where it can. Fit is by shape: see docs/language.md, "Types".
std::optional<std::string> misfit(const Type& from, const Type& to);
bool same_shape(const Type& a, const Type& b);

// The type of a place where values of both meet (`else`, rules without a
// declared type): the union of two enums, the smallest range around two numbers,
// records member by member. Nothing where they do not meet.
TypeRef meet(const TypeRef& a, const TypeRef& b);
// The type of `x else y`: present where either is, merged leaf by leaf. A member
// is optional unless it is required on both sides, or on a side that is never
// unset. Nothing where the two do not meet.
TypeRef else_type(const TypeRef& x, const TypeRef& y);
// Whether values of both are laid out alike (same values of enums in the same
// order with the same spellings, same members, same indices), so that no
// conversion is needed; presence and number ranges make no difference.
bool same_layout(const Type& a, const Type& b);
// Positions in a value of the type, objects included; saturates at 2^32.
std::uint64_t expanded_size(const Type& type);

// One cut: the values that one comparison singles out. Of a number the ranges,
// of a text the exact texts and the prefixes. A list or a range is one cut.
struct NumberRange {
  std::uint64_t low = 0, high = max_number;  // both inclusive, low <= high
  auto operator<=>(const NumberRange&) const = default;
};
struct Cut {
  std::vector<NumberRange> ranges;    // sorted, disjoint
  std::vector<std::string> texts;     // sorted
  std::vector<std::string> prefixes;  // sorted
  auto operator<=>(const Cut&) const = default;
};
bool contains(const Cut& cut, std::uint64_t number);
bool contains(const Cut& cut, const std::string& text);

}  // namespace tally
