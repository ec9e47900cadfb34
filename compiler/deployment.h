// A policy as it is deployed: what is compiled for use on real documents.
//
// In: a policy. Out: its decisions and what their reasons insert, as outputs of
// the decision graph under classes and a layout of their own. Reasons read
// nothing as far as tables and counts go, but a running policy has to know what
// they insert; where a reason compares what no rule does, the classes here are
// finer than the policy's. Always: each output has the meaning that it has in
// the policy.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/codegen.h"
#include "compiler/policy.h"
#include "runtime/policy_descriptor.h"

namespace tally {

// A piece of a reason: literal, or a scalar that is inserted.
using ReasonPiece = std::variant<std::string, ResultPart>;

struct Deployment {
  std::unique_ptr<Classes> classes;
  std::unique_ptr<Layout> layout;
  std::vector<Output> outputs;                                  // as those of the policy
  std::vector<std::vector<std::vector<ReasonPiece>>> reasons;   // by output and rule
  std::set<ElementId> reads;                                    // reasons included
};

inline constexpr const char* decide_function = "tally_decide";
inline constexpr const char* reasons_function = "tally_reasons";

// Reports T006 where reasons split a leaf into too many classes; nothing then.
// The policy's graph grows.
std::optional<Deployment> deploy(Policy& policy, Diagnostics& diagnostics);

// The functions `tally_decide` and, where a reason inserts something,
// `tally_reasons`. Both arguments must outlive the request.
CodeRequest code_request(const Policy& policy, const Deployment& deployment, const std::string& module_name);

// What the runtime needs to know; slots are those of the functions above. Inputs
// of used files are described only if something here reads them.
PolicyDescriptor describe(const Policy& policy, const Deployment& deployment, const SourceSet& sources);

}  // namespace tally
