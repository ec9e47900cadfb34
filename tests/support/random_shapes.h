// The types of a random policy, and the randomness it is drawn with. A model of
// the language's types of its own: what fits where is decided here from the
// language's text, not asked of the compiler.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tally::testing {

// The same numbers from the same seed everywhere (splitmix64).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  std::size_t between(std::size_t low, std::size_t high) { return low + below(high - low + 1); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::uint64_t state_;
};

// A value of an enum. `written`: as rules write it, a name or a quoted text.
struct ShapeValue {
  std::string written;
  std::string declared;  // as a type lists it: `a`, `a = "A B"`, `"on hold"`
};

struct Shape;
using ShapeRef = std::shared_ptr<const Shape>;

struct Member {
  std::string name;
  ShapeRef shape;
  std::string place;     // ` at /x/y if boolean`, or nothing
  std::string fallback;  // the literal of its default, or nothing
};

struct Shape {
  enum class Kind { flag, choice, number, text, record, map };
  Kind kind = Kind::flag;
  bool optional = false;
  std::string name;                 // that of its declaration; may be empty
  std::vector<ShapeValue> values;   // choice; a flag has off and on
  std::uint64_t low = 0, high = 0;  // number
  std::vector<Member> members;      // record
  bool open = false;
  std::vector<ShapeRef> indices;  // map
  ShapeRef element;

  bool is_object() const { return kind == Kind::record || kind == Kind::map; }
  bool is_enum() const { return kind == Kind::flag || kind == Kind::choice; }
};

inline constexpr std::uint64_t widest_number = 9007199254740991;

ShapeRef flag_shape();
ShapeRef text_shape();
ShapeRef number_shape(std::uint64_t low, std::uint64_t high);
ShapeRef optional_shape(const ShapeRef& shape, bool optional = true);

bool has_value(const Shape& shape, const std::string& written);
bool share_a_value(const Shape& a, const Shape& b);
// The same but for being optional.
bool same(const Shape& a, const Shape& b);
// Whether a value of `from` may stand where `to` is wanted.
bool fits(const Shape& from, const Shape& to);

// As a rule file writes the type. `tight`: something may follow directly (`?`,
// `[`, ` =`), so a list of values or a range stands in parentheses.
std::string written(const Shape& shape, bool tight = false);
// Without its name, for its declaration.
std::string definition(const Shape& shape);

}  // namespace tally::testing
