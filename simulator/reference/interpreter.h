// The reference interpreter: what a policy means, said as plainly as possible.
//
// In: a model and one call, as codes of leaves. Out: for each decision the rule
// that fires, the value, and where its numbers and texts come from. It walks the
// model rule by rule over whole values (records, maps), knows nothing of graphs,
// diagrams or generated code, and shares no step with them: everything is held
// against it.
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

// A value as rules see it. Numbers and texts carry where they come from.
struct Value;
struct Nothing {};  // unset
struct EnumValue {
  std::string name;
};
struct Number {
  std::uint64_t value = 0;
  std::optional<ElementId> origin;  // the leaf that it was handed on from; none: a literal
};
struct Text {
  std::string value;
  std::optional<ElementId> origin;
  bool inserted = false;  // made by inserting into a text
};
struct Record {
  std::vector<Value> members;
};  // a member for each field of the type
struct Map {
  std::vector<Value> cells;
};

struct Value {
  std::variant<Nothing, EnumValue, Number, Text, Record, Map> node;
  bool is_set() const { return !std::holds_alternative<Nothing>(node); }
};

// What a call brings: the value of a leaf, or `Unset`; for an object that may be
// absent, EnumName "present" or Unset.
using Facts = std::function<Literal(ElementId)>;

struct Decided {
  std::size_t rule = 0;  // from 1; 0: no rule matches
  Value value;
  std::string reason;  // with its insertions; empty where the rule has none
};

class Interpreter {
 public:
  // The model must outlive it.
  explicit Interpreter(const Model& model);

  Decided decide(DecisionId decision, const Facts& facts) const;
  bool holds(const ExprRef& condition, const Facts& facts, const std::vector<std::string>& binders = {}) const;
  Value evaluate(const ExprRef& expression, const Facts& facts, const std::vector<std::string>& binders = {}) const;

 private:
  const Model* model_;
};

}  // namespace tally::reference
