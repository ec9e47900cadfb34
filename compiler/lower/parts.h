// Private to lowering (lower*.cpp): how one part of an expression's value
// becomes a node.
//
// In: an expression, the scope that binds its parameters, and a path into its
// value. Out: a `Part`. Always: each (expression, scope, path) is lowered once;
// what it reads is kept with it as a trace, so that a part that is used again
// brings its reads along.
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/graph/count.h"
#include "compiler/lower/lower.h"

namespace tally {

inline constexpr std::size_t max_origins = 65'000;  // of one part: result codes have 16 bits
// Expressions inside expressions, through lets and decisions: bounds the stack.
inline constexpr std::size_t max_lowering_depth = 2'000;

using Origins = std::shared_ptr<const std::vector<Origin>>;

// A scalar or a presence. A number or text has origins, numbered by the node's
// code from 1; others have none (null).
struct Part {
  NodeId node;
  Origins origins;
};

// Paths into values: a field or cell position a step, outermost first. Equal
// paths have equal ids.
class Paths {
 public:
  static constexpr std::uint32_t empty = 0;
  std::uint32_t push(std::uint32_t step, std::uint32_t rest);  // `step`, then `rest`
  std::uint32_t step(std::uint32_t path) const { return cells_[path].first; }
  std::uint32_t rest(std::uint32_t path) const { return cells_[path].second; }

 private:
  std::vector<std::pair<std::uint32_t, std::uint32_t>> cells_{{0, 0}};
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> ids_;
};

// What a parameter stands for: an expression in a scope of its own, or, for a
// proof's binder, the name of an enum's value.
struct Binding {
  const Expr* expression = nullptr;
  std::uint32_t scope = 0;
  std::string value;
  auto operator<=>(const Binding&) const = default;
};

// Replaces a choice by another: the branch at the node's code, moved into the
// choices that make up the node, so that `(x else y) < 30` asks x < 30 where x
// is set and y < 30 elsewhere, without naming the origin first.
class Pushdown {
 public:
  explicit Pushdown(Graph& graph) : graph_(&graph) {}
  NodeId operator()(NodeId node, const std::vector<NodeId>& branches);

 private:
  Graph* graph_;
  std::map<std::pair<NodeId, std::vector<NodeId>>, NodeId> done_;
};

// The values of an enum, by position in another: 0 for unset and for those that
// the other lacks. As a table for `recode`.
std::vector<std::uint32_t> recoding(const Type& from, const Type& to);
// The type at a path; the type `unset` where there is nothing.
const Type& type_at(const Type& type, const Paths& paths, std::uint32_t path);

// A kind of expression has a `lower` or a `test` of its own, or both. A kind with a `test`
// alone is a flag that is never unset, and its part follows from the test; a kind with a
// `lower` alone is tested by its part. A kind that stands in neither list and lacks one of
// the two does not compile.
template <class Node, class... Kinds>
concept OneOf = (std::same_as<Node, Kinds> || ...);
template <class Node>
concept FlagWithoutPart = OneOf<Node, IsSet, Equal, AmongValues, AmongCut, NotOf, AndOf, OrOf>;
template <class Node>
concept FlagOfPart = OneOf<Node, TextTemplate, InputRef, DecisionRef, FieldOf, IndexOf, ElseOf, RecordOf>;

struct Lowering::Impl {
  Impl(const Model& m, Graph& g) : model(m), graph(g), pushdown(g) {}

  // What is read while one thing is lowered, before anything is simplified.
  struct Trace {
    std::vector<ElementId> elements;
    std::vector<CutId> cuts;
    std::vector<std::uint32_t> entries;  // other lowered things that are used
  };
  struct Entry {
    Part part;
    Trace trace;
  };
  struct Key {
    const Expr* expression;  // null: the decision numbered `scope`
    std::uint32_t scope;
    std::uint32_t path;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  // --- parts (lower_parts.cpp) ---
  Part part(const Expr& e, std::uint32_t scope, std::uint32_t path);
  NodeId condition(const Expr& e, std::uint32_t scope);
  Part decision_part(DecisionId id, std::uint32_t path);
  NodeId rule_condition(const Rule& rule);

  Part lower(const Expr& e, const Constant& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const TextTemplate& node, std::uint32_t scope, std::uint32_t path);  // lower_origins.cpp
  Part lower(const Expr& e, const InputRef& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const ParameterRef& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const LetRef& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const DecisionRef& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const FieldOf& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const IndexOf& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const ElseOf& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const RecordOf& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const RulesOf& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const Convert& node, std::uint32_t scope, std::uint32_t path);
  template <FlagWithoutPart Node>
  Part lower(const Expr& e, const Node&, std::uint32_t scope, std::uint32_t) {
    return {graph.recode(condition(e, scope), {1, 2}, 3), nullptr};
  }

  // --- conditions (lower_conditions.cpp) ---
  NodeId test(const Expr& e, const Constant& node, std::uint32_t scope);
  NodeId test(const Expr& e, const ParameterRef& node, std::uint32_t scope);
  NodeId test(const Expr& e, const LetRef& node, std::uint32_t scope);
  NodeId test(const Expr& e, const RulesOf& node, std::uint32_t scope);
  NodeId test(const Expr& e, const Convert& node, std::uint32_t scope);
  NodeId test(const Expr& e, const IsSet& node, std::uint32_t scope);
  NodeId test(const Expr& e, const Equal& node, std::uint32_t scope);
  NodeId test(const Expr& e, const AmongValues& node, std::uint32_t scope);
  NodeId test(const Expr& e, const AmongCut& node, std::uint32_t scope);
  NodeId test(const Expr& e, const NotOf& node, std::uint32_t scope);
  NodeId test(const Expr& e, const AndOf& node, std::uint32_t scope);
  NodeId test(const Expr& e, const OrOf& node, std::uint32_t scope);
  template <FlagOfPart Node>
  NodeId test(const Expr& e, const Node&, std::uint32_t scope) {
    return on(part(e, scope, Paths::empty), *e.type);
  }

  // --- helpers ---
  Part missing(const Type& type);                         // what is unset
  Part fit(Part part, const Type& from, const Type& to);  // the codes of `to`
  NodeId on(const Part& flag, const Type& type);          // as a condition
  NodeId is_set(const Part& part);
  Part choose(const std::vector<std::pair<NodeId, Part>>& arms, const Part& otherwise);
  Part select(NodeId index, const std::vector<Part>& branches);
  // Brings parts to one list of origins; the nodes in their order.
  std::vector<NodeId> align(std::vector<Part> parts, Origins& origins);
  Part element_part(ElementId element);
  // That a set leaf, or a text with leaves inserted, is in a cut (lower_texts.cpp).
  NodeId in_cut(ElementId leaf, const Cut& cut);
  NodeId in_cut(const InsertedText& text, const Cut& cut, Span span);
  Part cell(const Expr& e, const IndexOf& node, std::uint32_t scope, std::uint32_t path,
            std::vector<std::size_t>& values, std::size_t k);
  // The value that an expression names outright, lets and parameters expanded.
  std::optional<std::string> named_value(const Expr& e, std::uint32_t scope);
  std::uint32_t scope_of(const LetRef& call, std::uint32_t scope);
  std::uint32_t scope_of(const std::vector<std::string>& binders);
  std::uint32_t scope_of(std::vector<Binding> bindings);
  void fail(DiagnosticId code, std::optional<Span> span, std::string message);

  // --- whole values (lower.cpp) ---
  // Each part of a value of this type in order, `lower(path)` giving its part.
  template <class Lower>
  std::vector<ResultPart> all_parts(const std::string& name, const TypeRef& type, Lower lower_part);
  Reads reads_of(const Trace& trace) const;
  Reads reads_of(const Trace& trace, std::size_t& visited) const;  // counts the things, too
  // Where many things read the same few: names these, and no longer the things. So
  // what stands on a decision of many rules need not visit each of them to know.
  void shorten(Trace& own) const;

  // Looks the key up, or makes it with a trace of its own.
  template <class Make>
  Part once(const Key& key, Make make);

  const Model& model;
  Graph& graph;
  Pushdown pushdown;
  Paths paths;
  std::vector<std::vector<Binding>> scopes{{}};
  std::map<std::vector<Binding>, std::uint32_t> scope_ids{{{}, 0}};
  std::unordered_map<Key, std::uint32_t, KeyHash> memo;
  std::deque<Entry> entries;
  Trace* trace = nullptr;  // of what is being lowered
  std::size_t depth = 0;
  std::map<DecisionId, LoweredDecision> decisions;
  std::vector<ExprRef> kept;  // expressions from outside: their addresses are keys
  std::vector<LoweringFailure> failures;
};

}  // namespace tally
