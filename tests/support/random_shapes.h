// The types of a random policy. These types are a model of their own: what fits where is derived
// here from the language's reference, not from the compiler.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/random.h"

namespace tally::testing {

// A value of an enum. `written` is its form in rules: a name or a quoted text.
struct ShapeValue {
  std::string written;
  std::string declared;  // its form in a type: `a`, `a = "A B"`, `"on hold"`
};

struct Shape;
using ShapeRef = std::shared_ptr<const Shape>;

struct Member {
  std::string name;
  ShapeRef shape;
  std::string place;     // ` at /x/y if boolean`, or empty
  std::string fallback;  // the literal of its default, or empty
};

struct Shape {
  enum class Kind { flag, choice, number, text, record, map, set };
  Kind kind = Kind::flag;
  bool optional = false;
  std::string name;                 // that of its declaration; may be empty
  std::vector<ShapeValue> values;   // choice; a flag has off and on
  std::uint64_t low = 0, high = 0;  // number
  std::vector<Member> members;      // record
  bool open = false;                // record, set
  std::vector<ShapeRef> indices;    // map; set: its only one is the enum of its values
  ShapeRef element;

  bool is_object() const { return kind == Kind::record || kind == Kind::map || kind == Kind::set; }
  bool is_enum() const { return kind == Kind::flag || kind == Kind::choice; }
};

inline constexpr std::uint64_t widest_number = 9007199254740991;

ShapeRef flag_shape();
ShapeRef text_shape();
ShapeRef number_shape(std::uint64_t low, std::uint64_t high);
ShapeRef optional_shape(const ShapeRef& shape, bool optional = true);

bool has_value(const Shape& shape, const std::string& written);
bool share_a_value(const Shape& a, const Shape& b);
// The same type apart from being optional.
bool same(const Shape& a, const Shape& b);
// Whether a value of `from` fits where `to` is expected.
bool fits(const Shape& from, const Shape& to);

// The type as a rule file writes it. If `tight`, something may follow directly (`?`, `[`, ` =`),
// so a list of values or a range is put in parentheses.
std::string written(const Shape& shape, bool tight = false);
// Without its name, for the declaration of the type.
std::string definition(const Shape& shape);

}  // namespace tally::testing
