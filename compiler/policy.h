// A policy: a model with everything that is derived from it once. `make_policy` reads as
// the order of the stages: lower, classify, settle, lay out, build diagrams.
//
// In:     a model without errors
// Out:    the decision graph of every decision, the classes and the layout of the
//         outputs, and the diagrams of all output decisions in one space
// Always: a policy does not change once it is made, apart from diagrams that are built on
//         demand and nodes that are added to its graph. One thread at a time may use it.
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

// An output: a decision of the root file or of a file that it amends. Its parts are settled under the policy's
// classes.
struct Output {
  DecisionId decision;
  NodeId rule;
  std::vector<ResultPart> parts;
  std::set<ElementId> reads;
};

// The model and everything that is derived from it. Pointers between the members are
// stable, so a policy may be moved.
struct Policy {
  std::unique_ptr<const Model> model;
  std::unique_ptr<Graph> graph;
  std::unique_ptr<Lowering> lowering;
  std::vector<Output> outputs;  // in the order of the model
  std::set<ElementId> reads;    // of all outputs together
  std::set<CutId> cuts;         // of all outputs together
  std::unique_ptr<Classes> classes;
  std::unique_ptr<InputLayout> layout;
  std::unique_ptr<Space> space;  // over `reads` and the optional objects around them

  // The functions to compile: `tally_decide` for all outputs, and one function for each
  // decision with slots of its own from 0, such as `tally_decide_caller_recording` for
  // `caller-recording`. The slots of a decision are its rule, then its parts in order.
  std::string decide_symbol() const { return "tally_decide"; }
  std::string decide_symbol(const Output& output) const;
  std::size_t slot(std::size_t output) const;  // the slot of the output's rule in `tally_decide`
  std::size_t slot_count() const;
};

// Makes the policy of a model. Returns nothing if a bound was exceeded, which is
// reported: T006 for a leaf with more than 255 codes, T008 for too many rules or results.
std::optional<Policy> make_policy(Model model, Diagnostics& diagnostics);

}  // namespace tally
