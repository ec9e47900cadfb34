// The decision graph as SQL expressions over the codes of a row.
//
// For example, the nodes
//
//   n1 = member source, {0, 0, 1}
//   n6 = choose n1, 2, 1
//
// become `CASE WHEN e0 = 2 THEN 2 ELSE 1 END`.
//
// In:     a graph, the nodes that are wanted, and places with the codes of all elements that they read
// Out:    an expression for each wanted node
// Always: a node that is used more than once is a name, or as short as one. No expression is nested deeper than the
//         parsers of all engines read.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"
#include "compiler/sql/levels.h"
#include "compiler/sql/row_places.h"

namespace tally::sql {

class GraphText {
 public:
  // All must outlive it. A node may be wanted several times; then it is used as often. With `classes`, which know the
  // cuts, a leaf with many cuts is compared by the codes of its classes.
  GraphText(const Graph& graph, const Writer& writer, Levels& levels, RowPlaces& places,
            const std::vector<NodeId>& wanted, const Classes* classes = nullptr);

  // The code of a wanted node.
  Expr code(NodeId node) const;

 private:
  // A node is a condition or a code, as its operation makes it.
  struct Made {
    Expr expression;
    bool is_condition = false;
  };
  Made made(const Node& node);
  Expr condition_of(NodeId node) const;
  Expr code_of(NodeId node) const;
  Expr among(const Node& node) const;
  // The values of a choice; as conditions if all are, so that no condition becomes a code and one again.
  bool chooses_conditions(const Node& node) const;
  Made chosen(const Node& node) const;
  Made selected(const Node& node);
  Expr in_cut(const Node& node);

  std::optional<Expr> in_classes(const Node& node);

  const Graph& graph_;
  const Classes* classes_;
  std::map<ElementId, std::size_t> cut_counts_;
  const Writer& writer_;
  Levels& levels_;
  RowPlaces& places_;
  std::map<NodeId, Made> made_;
};

}  // namespace tally::sql
