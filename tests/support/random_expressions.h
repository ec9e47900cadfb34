// The expressions of a random policy: text that is well-typed by construction.
//
// In: the names that may be used. Out: source text with how tightly it binds, so
// that parentheses stand where they must (and at times where they need not).
// Always: nothing refers to a name that is not in scope, and every condition is
// a flag that is never unset.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "grammar/tree/precedence.h"
#include "tests/support/random_shapes.h"

namespace tally::testing {

// Something that can be named: an input, a let, a decision, a parameter, or a
// path into one.
struct Named {
  std::string text;
  ShapeRef shape;
  // Some text in it may be made by inserting what is handed on. Such a text has
  // no classes, so it is compared with nothing.
  bool made = false;
};

struct Function {
  std::string name;
  std::vector<ShapeRef> parameters;
  ShapeRef result;
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
  std::vector<Named> locals;        // the parameters of the let that is being written

  // An expression that may stand where `wanted` is; nothing where none is at
  // hand (a map that must be set). `result`: texts in it may have insertions.
  std::optional<Written> expression(const ShapeRef& wanted, int depth, bool result = false);
  Written condition(int depth);
  // A scalar to compare; `e else f` too.
  std::optional<std::pair<Written, Named>> comparable();
  // A table's cell for such a scalar.
  std::string cell(const Shape& shape);
  // The text of a reason, in quotes.
  std::string reason();
  // A literal of a scalar type, as rules write it.
  std::string literal(const Shape& shape);
  // Anything that can be named, paths included.
  std::optional<Named> any(const std::function<bool(const Named&)>& good);
  // Whether something `made` went into what was written since this was cleared.
  bool used_made = false;

  // In parentheses where it is looser than the place allows.
  static std::string at(const Written& e, Precedence place);

 private:
  void paths(const Named& from, std::vector<Named>& out);
  void add_unnamed(std::vector<Named>& out);
  std::string index(const Shape& wanted);
  std::optional<Written> path(const Shape& wanted);
  std::optional<Written> layered(const ShapeRef& wanted, int depth, bool result);
  std::optional<Written> rules(const ShapeRef& wanted, int depth, bool result);
  std::optional<Written> call(const Shape& wanted, int depth);
  std::optional<Written> record(const Shape& wanted, int depth, bool result, bool partial);
  // What record literals leave to their defaults has to come from below where they
  // turn out to stand left of `else`. From below an optional object it cannot come.
  enum class LeftOut { nothing, some, for_good };
  std::optional<Written> fallback(const ShapeRef& wanted, int depth, bool result);
  Written comparison();
  std::string number_in(const Shape& shape);
  std::string range_in(const Shape& shape);
  std::string list_of(const Shape& shape);
  std::string prefixes();
  std::string with_insertions();

  Random& random_;
  bool inside_unnamed_ = false;
  LeftOut left_out_ = LeftOut::nothing;  // of what was written since this was set
};

}  // namespace tally::testing
