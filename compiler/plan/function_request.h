// What code is asked for: the functions to compile, and where each finds its input.
//
// In: a decision graph, the layout of its input bytes, and the classes that give
// cuts their codes. Out: a request that the plan (code_plan.h) and the code
// generator (codegen.h) read. Always: the graph, layout and classes outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/graph/classes.h"
#include "compiler/graph/graph.h"
#include "compiler/graph/input_layout.h"

namespace tally {

struct FunctionSpec {
  std::string name;             // the symbol
  std::vector<NodeId> outputs;  // out[i] takes the code of outputs[i]
};

// A function over columns (codegen_batch.h says which): the first output of one of
// the request's functions is the rule, the second, if `value`, the value.
struct BatchSpec {
  std::string name;
  std::size_t function = 0;  // an index into the request's functions
  bool value = false;
};

// The constant that describes a policy: runtime/descriptor/descriptor_format.h.
struct DescriptorSpec {
  std::string symbol;
  std::string tables;
  std::string sources;          // what the source hash is of
  std::string decide, reasons;  // functions of the request; `reasons` may be empty
  std::vector<std::string> each;
  std::vector<std::string> batches;  // empty: there are none
};

// What code is for. `triple`: empty is the host. `cpu`: a processor that LLVM
// knows, "native" (the host's, with all of its features), or empty: what every
// processor of the triple has.
struct Target {
  std::string triple;
  std::string cpu = "native";
};

struct FunctionRequest {
  const Graph& graph;
  const InputLayout& layout;
  const Classes& classes;
  std::string module_name;
  std::vector<FunctionSpec> functions;
  std::vector<BatchSpec> batches{};
  std::optional<DescriptorSpec> descriptor{};
  Target target{};
};

}  // namespace tally
