// Model to decision graph: records, maps, lets and rules become operations on
// input codes.
//
// Lowering is driven by demand: what is asked for is one part of an
// expression's value (a scalar in it, or the presence of an object in it), and
// only what that part needs becomes nodes. So a decision reads exactly the codes
// that its rules name once lets are expanded; reads are noted before any
// simplification, because what a rule names is asked for, even where it turns
// out not to matter. Reasons read nothing.
//
// A number or text that is handed on is a choice among origins: where it is
// taken from. Nothing here knows classes (classes.h); `settle` brings them in.
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

// A text with handed-on numbers and texts inserted; what is finite (enums,
// flags, literals) is in the literal pieces already.
struct InsertedText {
  std::vector<std::variant<std::string, ElementId>> pieces;
  auto operator<=>(const InsertedText&) const = default;
};
// Where a number or text comes from: a literal, an input leaf, or a text with
// insertions.
using Origin = std::variant<std::uint64_t, std::string, ElementId, InsertedText>;

// What a lowered thing names: the elements whose codes it reads, and its cuts.
struct Reads {
  std::set<ElementId> elements;
  std::set<CutId> cuts;
  void add(const Reads& other) {
    elements.insert(other.elements.begin(), other.elements.end());
    cuts.insert(other.cuts.begin(), other.cuts.end());
  }
};

// One output of a value: the presence of an object in it, or a scalar.
struct ResultPart {
  enum class Kind : std::uint8_t { presence, enumeration, origin };
  std::string path;  // "" for the value itself, ".url", "[inbound, onnet].enabled"
  Kind kind = Kind::enumeration;
  TypeRef type;                 // of this part; `optional` where it can be unset
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
  // For each rule: its own condition (not that the earlier ones fail).
  std::vector<NodeId> conditions;
  NodeId rule;                    // the number of the rule that fires, from 1; 0: none does
  std::vector<ResultPart> parts;  // all 0 where no rule fires
  Reads reads;
};

// A bound that was passed, or a comparison that has no cuts. The nodes made stand
// for nothing then.
struct LoweringFailure {
  DiagnosticId code;
  std::optional<Span> span;  // none: all of what was to be lowered
  std::string message;
  bool operator==(const LoweringFailure&) const = default;
};

class Lowering {
 public:
  // Both must outlive it; the graph grows.
  Lowering(const Model& model, Graph& graph);
  ~Lowering();

  // Each decision is lowered once; references to it share its nodes.
  const LoweredDecision& decision(DecisionId id);
  // An expression from outside the decisions. `binders`: the values (by name) of a proof's
  // `for` names.
  LoweredCondition condition(const ExprRef& expression, const std::vector<std::string>& binders = {});
  LoweredValue value(const ExprRef& expression, const std::vector<std::string>& binders = {});

  // What cannot be lowered: outputs of too many distinct origins (more than
  // 65,000), and the like; empty where all is well.
  const std::vector<LoweringFailure>& failures() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A part of kind `origin` once classes are known: an origin that is a leaf, also
// inserted in a text, becomes a constant where its class holds one value. Others are
// returned as they are. Sound only if `classes` knows every cut of the part.
ResultPart settle(const Model& model, Graph& graph, const Classes& classes, const ResultPart& part);

// The nodes of everything that is lowered, one a line, for people.
std::string graph_text(const Model& model, const Graph& graph, const Lowering& lowering,
                       const std::vector<std::pair<std::string, NodeId>>& roots);
// An origin for people: `60`, `"text"`, `account[inbound, onnet].url`.
std::string to_string(const Model& model, const Origin& origin);

}  // namespace tally
