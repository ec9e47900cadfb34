// How one part of an expression's value becomes a node. Private to compiler/lower/.
//
// For example, of `(device else user).limit` the part at the empty path is a number: it has
// the node first_set(...) and the origins {device.limit, user.limit}.
//
// In:     an expression, the scope that binds its parameters, and a path into its value
// Out:    a `Part`
// Always: each (expression, scope, path) is lowered once. Its reads are stored with it as
//         a trace, so a part that is used again brings its reads along.
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
#include "compiler/lower/unset_nodes.h"

namespace tally {

inline constexpr std::size_t max_pairs = 10'000;    // of the origins of two sides that are compared
inline constexpr std::size_t max_origins = 65'000;  // of one part, since result codes have 16 bits
// The maximum depth of expressions in expressions, through lets and decisions. It bounds
// the stack.
inline constexpr std::size_t max_lowering_depth = 2'000;

using Origins = std::shared_ptr<const std::vector<Origin>>;

// A scalar or a presence. The code of a number or text is the number of its origin, from
// 1, or 0 if it is unset. Other parts have no origins (null).
struct Part {
  NodeId node;
  Origins origins;
};

// In which ways two numbers, or two texts, may be related. Texts are not ordered: they are equal or not.
struct Ways {
  bool less = false, equal = false, greater = false;
};

// Paths into values: one field or cell position per step, outermost first. Equal paths
// have equal ids. With `url` as field 1, `[cell 2].url` is push(2, push(1, empty)).
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

// The value of a parameter: an expression in a scope of its own. For a binder of a proof
// it is the name of an enum's value.
struct Binding {
  const Expr* expression = nullptr;
  std::uint32_t scope = 0;
  std::string value;
  auto operator<=>(const Binding&) const = default;
};

// Replaces a choice by another one: the result is the branch for the node's code. The
// branches move into the choices inside the node, so `(x else y) < 30` becomes "x < 30 if
// x is set, else y < 30" without a node for the origin.
class Pushdown {
 public:
  explicit Pushdown(Graph& graph) : graph_(&graph) {}
  NodeId operator()(NodeId node, const std::vector<NodeId>& branches);

 private:
  Graph* graph_;
  std::map<std::pair<NodeId, std::vector<NodeId>>, NodeId> done_;
};

// The positions of an enum's values in another enum, as a table for `recode`: 0 for
// unset, and for a value that the other enum lacks. From `a | b` to `b | c` it is {0, 0,
// 1}.
std::vector<std::uint32_t> recoding(const Type& from, const Type& to);
// The type at a path, or the type `unset` if the path leads to nothing.
const Type& type_at(const Type& type, const Paths& paths, std::uint32_t path);

// A kind of expression has a `lower` or a `test` of its own, or both. A kind with a
// `test` alone is a flag that is never unset; its part is made from the test. A kind with
// a `lower` alone is tested by its part. If a kind is in neither list and lacks one of
// the two, the file does not compile.
template <class Node, class... Kinds>
concept OneOf = (std::same_as<Node, Kinds> || ...);
template <class Node>
concept FlagWithoutPart = OneOf<Node, IsSet, Equal, RelatedAs, AmongValues, AmongCut, NotOf, AndOf, OrOf, CountOf>;
template <class Node>
concept FlagOfPart = OneOf<Node, TextTemplate, InputRef, DecisionRef, FieldOf, IndexOf, ElseOf, RecordOf, ExtremeOf>;

struct Lowering::Impl {
  Impl(const Model& m, Graph& g) : model(m), graph(g), pushdown(g), unset_nodes(m, g) {}

  // The reads of one entry, recorded before any simplification.
  struct Trace {
    std::vector<ElementId> elements;
    std::vector<CutId> cuts;
    std::vector<std::uint32_t> entries;  // other entries that it uses
  };
  struct Entry {
    Part part;
    Trace trace;
  };
  struct Key {
    const Expr* expression;  // null for the decision with the number `scope`
    std::uint32_t scope;
    std::uint32_t path;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  // --- parts (parts.cpp) ---
  Part part(const Expr& e, std::uint32_t scope, std::uint32_t path);
  NodeId condition(const Expr& e, std::uint32_t scope);
  Part decision_part(DecisionId id, std::uint32_t path);
  NodeId condition_or_yes(const ExprRef& written);

  Part lower(const Expr& e, const Constant& node, std::uint32_t scope, std::uint32_t path);
  Part lower(const Expr& e, const TextTemplate& node, std::uint32_t scope, std::uint32_t path);  // origins.cpp
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
  Part lower(const Expr& e, const ExtremeOf& node, std::uint32_t scope, std::uint32_t path);  // relations.cpp
  template <FlagWithoutPart Node>
  Part lower(const Expr& e, const Node&, std::uint32_t scope, std::uint32_t) {
    return {graph.recode(condition(e, scope), {1, 2}, 3), nullptr};
  }

  // --- conditions (conditions.cpp) ---
  NodeId test(const Expr& e, const Constant& node, std::uint32_t scope);
  NodeId test(const Expr& e, const ParameterRef& node, std::uint32_t scope);
  NodeId test(const Expr& e, const LetRef& node, std::uint32_t scope);
  NodeId test(const Expr& e, const RulesOf& node, std::uint32_t scope);
  NodeId test(const Expr& e, const Convert& node, std::uint32_t scope);
  NodeId test(const Expr& e, const IsSet& node, std::uint32_t scope);
  NodeId test(const Expr& e, const Equal& node, std::uint32_t scope);
  NodeId test(const Expr& e, const RelatedAs& node, std::uint32_t scope);  // relations.cpp
  NodeId test(const Expr& e, const AmongValues& node, std::uint32_t scope);
  NodeId test(const Expr& e, const AmongCut& node, std::uint32_t scope);
  NodeId test(const Expr& e, const NotOf& node, std::uint32_t scope);
  NodeId test(const Expr& e, const AndOf& node, std::uint32_t scope);
  NodeId test(const Expr& e, const OrOf& node, std::uint32_t scope);
  NodeId test(const Expr& e, const CountOf& node, std::uint32_t scope);
  template <FlagOfPart Node>
  NodeId test(const Expr& e, const Node&, std::uint32_t scope) {
    return on(part(e, scope, Paths::empty), *e.type);
  }

  // --- helpers ---
  Part missing(const Type& type);                         // the part of a value that is unset
  Part fit(Part part, const Type& from, const Type& to);  // converted to the codes of `to`
  NodeId on(const Part& flag, const Type& type);          // the flag as a condition
  NodeId is_set(const Part& part);
  Part choose(const std::vector<std::pair<NodeId, Part>>& arms, const Part& otherwise);
  Part select(NodeId index, const std::vector<Part>& branches);
  // Brings parts to one common list of origins. Returns their nodes in the same order.
  std::vector<NodeId> align(std::vector<Part> parts, Origins& origins);
  Part element_part(ElementId element);
  // Whether a set leaf, or a text with leaves inserted, is in a cut (texts.cpp).
  NodeId in_cut(ElementId leaf, const Cut& cut);
  NodeId in_cut(const InsertedText& text, const Cut& cut, Span span);
  // Whether two numbers, or two texts, that are set are related in one of some ways (relations.cpp).
  NodeId related(const Origin& left, const Origin& right, const Ways& ways, Span span);
  Part extreme(const Part& first, const Part& second, bool greatest, Span span);
  Part cell(const Expr& e, const IndexOf& node, std::uint32_t scope, std::uint32_t path,
            std::vector<std::size_t>& values, std::size_t k);
  // The name of the value that an expression names directly, lets and parameters
  // expanded, or nothing: "onnet" for `onnet`.
  std::optional<std::string> named_value(const Expr& e, std::uint32_t scope);
  std::uint32_t scope_of(const LetRef& call, std::uint32_t scope);
  std::uint32_t scope_of(const std::vector<std::string>& binders);
  std::uint32_t scope_of(std::vector<Binding> bindings);
  void fail(DiagnosticId code, std::optional<Span> span, std::string message);

  // --- whole values (lower.cpp) ---
  // Returns each part of a value of this type, in order. `lower_part(path)` returns one
  // part.
  template <class Lower>
  std::vector<ResultPart> all_parts(const std::string& name, const TypeRef& type, Lower lower_part);
  Reads reads_of(const Trace& trace) const;
  Reads reads_of(const Trace& trace, std::size_t& visited) const;  // also counts the visited entries
  // If many entries read the same few elements, replaces the entries by these elements. A
  // user of a decision with many rules then need not visit each of them.
  void shorten(Trace& own) const;

  // Returns the entry of a key. On the first call `make` makes the part, with a trace of
  // its own.
  template <class Make>
  Part once(const Key& key, Make make);

  const Model& model;
  Graph& graph;
  Pushdown pushdown;
  UnsetNodes unset_nodes;
  Paths paths;
  std::vector<std::vector<Binding>> scopes{{}};
  std::map<std::vector<Binding>, std::uint32_t> scope_ids{{{}, 0}};
  std::unordered_map<Key, std::uint32_t, KeyHash> memo;
  std::deque<Entry> entries;
  Trace* trace = nullptr;  // of the entry that is being lowered
  std::size_t depth = 0;
  std::map<DecisionId, LoweredDecision> decisions;
  std::vector<ExprRef> kept;  // expressions from outside: they must live, since their addresses are keys
  std::vector<LoweringFailure> failures;
};

}  // namespace tally
