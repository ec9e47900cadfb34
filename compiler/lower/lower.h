// Lowering: from the model to the decision graph. Records, maps, lets and rules become
// operations on input codes.
//
// Lowering is driven by demand. A caller asks for one part of an expression's value: a
// scalar in it, or the presence of an object in it. Only the operations that this part
// needs become nodes.
//
// For example,
//
//   decision limit : number? {
//     device.limit  when source is offnet
//     60            otherwise
//   }
//
// becomes, with offnet as code 2:
//
//   conditions  member(leaf source, {0, 0, 1}), constant 1
//   rule        a node with the code 1 or 2, the number of the rule that fires
//   parts       one of kind `origin`: 0 is unset, 1 is origin `device.limit`, 2 is origin 60
//   reads       source, device.limit
//
// `limit` is handed on: no rule compares the number, so only its origin matters.
//
// In:     a model, and a graph that grows
// Out:    conditions, values and decisions as nodes of the graph, each with what it reads
// Always: a decision reads exactly the codes that its rules name once lets are expanded.
//         Reads are recorded before any simplification: an element that a rule names is
//         read even if it turns out not to matter. Reasons read nothing. No function here
//         knows classes (classes.h); `settle` applies them.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"
#include "grammar/source/diagnostics.h"

namespace tally {

// A text with handed-on numbers and texts inserted. A finite insertion (an enum, a flag,
// a literal) is part of the literal pieces already. "https://{host}/{direction}" for
// `direction` inbound is {"https://", host, "/inbound"}.
struct InsertedText {
  std::vector<std::variant<std::string, ElementId>> pieces;
  auto operator<=>(const InsertedText&) const = default;
};
// The origin of a number or text: a literal, an input leaf, or a text with insertions.
// `60`, `"a"`, `device.limit` and `"x-{device.name}"` are origins.
using Origin = std::variant<std::uint64_t, std::string, ElementId, InsertedText>;

// What a lowered expression reads: the elements whose codes it needs, and its cuts.
struct Reads {
  std::set<ElementId> elements;
  std::set<CutId> cuts;
  void add(const Reads& other) {
    elements.insert(other.elements.begin(), other.elements.end());
    cuts.insert(other.cuts.begin(), other.cuts.end());
  }
};

// One output of a value: a scalar, or the presence of an object in the value. A value of
// type `{ enabled : flag, url : text? }?` has three parts: its own presence, `.enabled`
// and `.url`.
struct ResultPart {
  enum class Kind : std::uint8_t { presence, enumeration, origin };
  std::string path;  // "" for the value itself, ".url", "[inbound, onnet].enabled"
  Kind kind = Kind::enumeration;
  TypeRef type;                 // of this part; `optional` if it can be unset
  NodeId node;                  // presence: 0 or 1; enumeration: 0 unset, then the type's values from 1;
                                // origin: 0 unset, then `origins` from 1
  std::vector<Origin> origins;  // distinct
};

struct LoweredCondition {
  NodeId node;
  Reads reads;
};
struct LoweredValue {
  std::vector<ResultPart> parts;  // in the order of the type: an object's own presence (if it may be absent) first
  Reads reads;
};
struct LoweredDecision {
  // For each rule its own condition. It does not contain that the earlier rules fail.
  std::vector<NodeId> conditions;
  NodeId rule;                    // the number of the rule that fires, from 1; 0 if none fires
  std::vector<ResultPart> parts;  // all 0 if no rule fires
  Reads reads;
};

// Why something could not be lowered: a bound was exceeded, or a comparison has no cuts.
// The nodes are meaningless in that case.
struct LoweringFailure {
  DiagnosticId code;
  std::optional<Span> span;  // nothing for all that was to be lowered
  std::string message;
  bool operator==(const LoweringFailure&) const = default;
};

// Lowers the expressions and decisions of one model into one graph.
class Lowering {
 public:
  // The model and the graph must outlive it. The graph grows. One thread at a time.
  Lowering(const Model& model, Graph& graph);
  ~Lowering();

  // Lowers a decision on the first call. Later references to the decision share its
  // nodes.
  const LoweredDecision& decision(DecisionId id);
  // Lower an expression from outside the decisions, such as `source is offnet`. `binders`
  // has the values of a proof's `for` names, such as {"inbound"} for
  // `for d in direction`.
  LoweredCondition condition(const ExprRef& expression, const std::vector<std::string>& binders = {});
  LoweredValue value(const ExprRef& expression, const std::vector<std::string>& binders = {});

  // What could not be lowered, such as an output with more than 65,000 distinct origins.
  // Empty if all was lowered.
  const std::vector<LoweringFailure>& failures() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Applies classes to a part of kind `origin`. An origin that is a leaf, also inserted in
// a text, becomes a constant if its class has one value: under the cut `limit is 60`, the
// origin `limit` becomes a choice between 60 and `limit`. Other parts are returned
// unchanged. `classes` must know every cut of the part.
ResultPart settle(const Model& model, Graph& graph, const Classes& classes, const ResultPart& part);

// The nodes of everything that was lowered, one per line, for people.
std::string graph_text(const Model& model, const Graph& graph, const Lowering& lowering,
                       const std::vector<std::pair<std::string, NodeId>>& roots);
// An origin for people: `60`, `"text"`, `account[inbound, onnet].url`.
std::string to_string(const Model& model, const Origin& origin);

}  // namespace tally
