// A request for code: the functions to compile, and where each finds its input.
//
// For example, a request for one decision whose rule is node n and whose result is node v:
//
//   FunctionRequest{graph, layout, classes, "recording", {{"tally_decide", {n, v}}}}
//
// After compilation, `tally_decide(in, out)` writes the code of n to out[0] and that of v to
// out[1].
//
// In:     a decision graph, the layout of its input bytes, and the classes that give cuts
//         their codes
// Out:    a request for the plan (code_plan.h) and the code generator (codegen.h)
// Always: the graph, the layout and the classes outlive the request
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/input_layout.h"

namespace tally {

// A function to compile: {"tally_decide", {n, v}}.
struct FunctionSpec {
  std::string name;             // the symbol
  std::vector<NodeId> outputs;  // out[i] receives the code of outputs[i]
};

// A function over columns (codegen_batch.h has its type). The first output of function
// `function` is the rule. If `value` is true, its second output is the value.
struct BatchSpec {
  std::string name;
  std::size_t function = 0;  // an index into the request's functions
  bool value = false;
};

// The constant that describes a policy. Its format is
// runtime/descriptor/descriptor_format.h.
struct DescriptorSpec {
  std::string symbol;
  std::string tables;
  std::string sources;                         // the text that the source hash is made of
  std::array<std::uint8_t, 32> fingerprint{};  // of the policy; zeros: not known
  std::string decide, reasons;                 // names of functions in the request; `reasons` may be empty
  std::vector<std::string> each;
  std::vector<std::string> batches;  // empty if there are none
};

// The target of the code. An empty `triple` is the host. `cpu` is a processor name that
// LLVM knows, or "native" (the host's processor with all of its features). An empty `cpu`
// is the baseline, which every processor of the triple has.
struct Target {
  std::string triple;
  std::string cpu = "native";
};

// All functions of one module, for one target.
struct FunctionRequest {
  const Graph& graph;
  const InputLayout& layout;
  const Classes& classes;
  std::string module_name;
  std::vector<FunctionSpec> functions;
  std::vector<BatchSpec> batches{};
  std::optional<DescriptorSpec> descriptor{};
  Target target{};
  // A function of more than twice as many terms is cut into parts of so many (codegen.cpp).
  std::size_t part_terms = 250;
};

}  // namespace tally
