// The expressions of a random policy: text that is well-typed by construction.
//
// In:     the names that may be used
// Out:    source text and how tightly it binds, so that it has parentheses where it needs
//         them (and sometimes where it does not). For example, `a is on or b is on` becomes
//         `(a is on or b is on)` beside `and`.
// Always: every name is in scope, and every condition is a flag that is never unset
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "grammar/tree/precedence.h"
#include "tests/support/random_shapes.h"

namespace tally::testing {

// A thing with a name: an input, a let, a decision, a parameter, or a path into one of these.
struct Named {
  std::string text;
  ShapeRef shape;
  // Some text in it may be made by insertion of a value that is handed on. Such a text has no
  // classes, so it is not compared with anything.
  bool made = false;
};

struct Function {
  std::string name;
  std::vector<ShapeRef> parameters;
  ShapeRef result;
};

// A named list. Without a type its members are resolved for the left side of each comparison.
struct List {
  std::string name;
  ShapeRef shape;  // of the members
  bool has_type = false;
};

using ast::Precedence;

struct Written {
  std::string text;
  Precedence precedence = Precedence::postfix;
};

class Expressions {
 public:
  explicit Expressions(Random& random) : random_(random) {}

  std::vector<Named> names;         // in scope everywhere
  std::vector<Function> functions;  // lets with parameters
  std::vector<List> lists;
  std::vector<Named> locals;  // the parameters of the let that is being written

  // An expression that fits `wanted`; nothing if there is none (a map that must be set). If
  // `result`, its texts may have insertions.
  std::optional<Written> expression(const ShapeRef& wanted, int depth, bool result = false);
  Written condition(int depth);
  // A scalar that can be compared; also `e else f`.
  std::optional<std::pair<Written, Named>> comparable();
  // A count, which can be the column of a table, and of how many conditions.
  std::pair<std::string, std::size_t> count(int depth);
  // A cell of a table for such a scalar.
  std::string cell(const Shape& shape);
  // Members of a list of such values: `a, b`.
  std::string members(const Shape& shape);
  // The same as a `let` has them: `(a, b)`, `(a,)` or `5..30`.
  std::string declared_list(const Shape& shape);
  // The text of a reason, in quotes.
  std::string reason();
  // A literal of a scalar type, as rules write it.
  std::string literal(const Shape& shape);
  // Anything that has a name, also paths.
  std::optional<Named> any(const std::function<bool(const Named&)>& good);
  // Whether the text since the last reset contains a thing with `made`.
  bool used_made = false;

  // Adds parentheses if the text binds more loosely than the place allows.
  static std::string at(const Written& e, Precedence place);

 private:
  void paths(const Named& from, std::vector<Named>& out);
  void add_unnamed(std::vector<Named>& out);
  std::string index(const Shape& wanted);
  std::optional<Written> path(const Shape& wanted);
  std::optional<Written> layered(const ShapeRef& wanted, int depth, bool result);
  std::optional<Written> rules(const ShapeRef& wanted, int depth, bool result);
  std::optional<std::pair<Written, ShapeRef>> call(const Shape& wanted, int depth);
  std::optional<Written> record(const Shape& wanted, int depth, bool result, bool partial);
  // A record literal leaves members to their defaults. If it turns out to be left of `else`, those
  // members must come from below, and an optional object below cannot supply them.
  enum class LeftOut { nothing, some, for_good };
  std::optional<Written> fallback(const ShapeRef& wanted, int depth, bool result);
  Written comparison();
  std::optional<Written> related(const std::string& left, const Named& of_left);
  std::optional<Written> set_comparison();
  std::pair<std::string, std::size_t> bound(int depth);
  Written quantified(int depth);
  Written counted(int depth);
  std::string number_in(const Shape& shape);
  std::string range_in(const Shape& shape);
  std::vector<std::string> items_of(const Shape& shape);
  std::string list_of(const Shape& shape);
  std::string among(const Shape& shape);
  std::optional<std::string> list_for(const Shape& shape);
  std::string prefixes();
  std::string text_test();
  std::string narrowed_cell(const Shape& shape);
  std::string plain_cell(const Shape& shape);
  std::string exclusions(const Shape& shape);
  std::string with_insertions();

  Random& random_;
  bool inside_unnamed_ = false;
  std::size_t quantifiers_ = 0;          // around what is being written
  LeftOut left_out_ = LeftOut::nothing;  // since this was last reset
};

}  // namespace tally::testing
