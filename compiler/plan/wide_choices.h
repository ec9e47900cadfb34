// Choices by a leaf of many codes: a table of 30,000 prefixes becomes one look-up by the code of the text.
//
// For example, with the codes 1 for +49 and 2 for +4930 of `called`:
//
//   berlin   when called starts "+4930"
//   germany  when called starts "+49" and time is day
//
//   code 1   choose(time is day, germany, ...)
//   code 2   berlin
//
// In:     a `choose` of the graph, and the classes of its leaves
// Out:    for each code of one leaf the arms that may hold under it, with what is left of their conditions; or
//         nothing, if no leaf of many codes decides between most of the arms
// Always: under each code, the first arm whose rest holds is the first arm that holds
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"

namespace tally {

// An arm under a code: the conditions that the code leaves open, which are none if the arm holds, and its value.
struct OpenArm {
  std::vector<NodeId> rest;
  NodeId value;
};

struct WideChoice {
  ElementId element;                       // the leaf
  std::vector<std::uint32_t> branches;     // by code: an index of `arms`
  std::vector<std::vector<OpenArm>> arms;  // of each branch, in order; the last holds
};

std::optional<WideChoice> wide_choice(const Graph& graph, const Classes& classes, const Node& node);

}  // namespace tally
