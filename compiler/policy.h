// A policy: a model with all that is derived from it once. The driver of this
// folder; it reads as the order of the stages.
//
// In: a model without errors. Out: the decision graph of every decision, the
// classes and the layout that the outputs use, and the diagrams of all output
// decisions in one space. Always: immutable once made, apart from memoized
// diagrams (so: one thread at a time).
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diagrams/space.h"
#include "compiler/graph/input_layout.h"
#include "compiler/lower/lower.h"
#include "compiler/model/model.h"

namespace tally {

// An output decision, its results settled under the policy's classes.
struct Output {
  DecisionId decision;
  NodeId rule;
  std::vector<ResultPart> parts;
  std::set<ElementId> reads;
};

struct Policy {
  std::unique_ptr<const Model> model;
  std::unique_ptr<Graph> graph;
  std::unique_ptr<Lowering> lowering;
  std::vector<Output> outputs;  // the root file's decisions, in order of declaration
  std::set<ElementId> reads;    // of all outputs together
  std::set<CutId> cuts;         // likewise
  std::unique_ptr<Classes> classes;
  std::unique_ptr<InputLayout> layout;
  std::unique_ptr<Space> space;  // over `reads` and the optional objects around them

  // The functions to compile: `tally_decide` for all outputs (slots below), and
  // one for each decision, named `tally_decide_<name with - as _>`, with its own
  // slots from 0. A decision's slots: its rule, then its parts in order.
  std::string decide_symbol() const { return "tally_decide"; }
  std::string decide_symbol(const Output& output) const;
  std::size_t slot(std::size_t output) const;  // of the output's rule in the joint function
  std::size_t slot_count() const;
};

// Reports T006 (more than 255 codes in a leaf) and T008; nothing then.
std::optional<Policy> make_policy(Model model, Diagnostics& diagnostics);

}  // namespace tally
