// The reference interpreter: what a policy means, as plainly as possible.
//
// In:     a model and one call, as values of leaves.
// Out:    for each decision the rule that fires, the value, and the origins of its numbers and
//         texts.
// Always: it walks the model rule by rule over whole values (records, maps). It uses no graphs,
//         diagrams or generated code, and shares no step with them, so that all of these can be
//         compared with it.
//
// For example, for `decision d : flag { on when a is on  off otherwise }` and a call with `a`
// on, `decide(d, facts)` has rule 1 and the value "on"; with `a` off, rule 2 and "off".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/model/model.h"

namespace tally::reference {

// A value as rules see it. Numbers and texts carry their origin.
struct Value;
struct Nothing {};  // unset
struct EnumValue {
  std::string name;
};
struct Number {
  std::uint64_t value = 0;
  std::optional<ElementId> origin;  // the leaf that it was handed on from; none for a literal
};
struct Text {
  std::string value;
  std::optional<ElementId> origin;
  bool inserted = false;  // whether it was made by inserting into a text
};
struct Record {
  std::vector<Value> members;  // one per field of the type, in order
};
struct Map {
  std::vector<Value> cells;  // the last index varies fastest
};

struct Value {
  std::variant<Nothing, EnumValue, Number, Text, Record, Map> node;
  bool is_set() const { return !std::holds_alternative<Nothing>(node); }
};

// Returns the value of an element in a call: for a leaf its value or `Unset`, for an object that
// may be absent EnumName "present" or `Unset`.
using Facts = std::function<Literal(ElementId)>;

struct Decided {
  std::size_t rule = 0;  // from 1; 0: no rule matches
  Value value;
  std::string reason;  // with its insertions; empty if the rule has none
};

class Interpreter {
 public:
  // The model must outlive the interpreter. Any number of threads may use it at once.
  explicit Interpreter(const Model& model);

  // Decides one decision, or evaluates a condition or an expression, for one call. `binders` are
  // the values for the `for` names of a proof, in order; empty if it has none.
  Decided decide(DecisionId decision, const Facts& facts) const;
  bool holds(const ExprRef& condition, const Facts& facts, const std::vector<std::string>& binders = {}) const;
  Value evaluate(const ExprRef& expression, const Facts& facts, const std::vector<std::string>& binders = {}) const;

 private:
  const Model* model_;
};

}  // namespace tally::reference
