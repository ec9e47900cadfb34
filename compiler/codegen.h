// Decision graph to LLVM code.
//
// In: the graph, the layout of the input bytes, the classes that give cuts
// their codes, and the functions that are wanted. Out: an LLVM module, as
// textual IR or assembly for people, or handed to the JIT (jit.h).
//
// A function has the C type `void f(const uint8_t *in, uint16_t *out)`: `in`
// holds one code a byte as the layout says (each within its leaf's codes: other
// bytes give no meaningful result, and an index may then read outside `in`), `out` takes one code an output. Both
// without alignment demands; they must not overlap. Always: the code is
// branch-free, calls nothing, touches no memory but `in` and `out` (and constant
// tables of its own), and does not load inputs that its outputs do not need.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/classes.h"
#include "compiler/graph.h"
#include "compiler/layout.h"

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

// The constant that describes a policy: runtime/descriptor_format.h.
struct DescriptorSpec {
  std::string symbol;
  std::string tables;
  std::string sources;  // what the source hash is of
  std::string decide, reasons;  // functions of the request; `reasons` may be empty
  std::vector<std::string> each;
  std::vector<std::string> batches;  // empty: there are none
};

// What code is for. `triple`: empty is the host. `cpu`: a processor that LLVM
// knows, "native" (the host's, with all of its features), or empty: what every
// processor of the triple has.
struct CodeTarget {
  std::string triple;
  std::string cpu = "native";
};

struct CodeRequest {
  const Graph& graph;
  const Layout& layout;
  const Classes& classes;
  std::string module_name;
  std::vector<FunctionSpec> functions;
  std::vector<BatchSpec> batches{};
  std::optional<DescriptorSpec> descriptor{};
  CodeTarget target{};
};

struct CodeError {
  std::string message;
};

enum class CodeText : std::uint8_t { llvm, optimized_llvm, assembly };

// For the request's target.
std::variant<std::string, CodeError> print_code(const CodeRequest& request, CodeText what);

}  // namespace tally
