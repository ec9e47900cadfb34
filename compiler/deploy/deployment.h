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

#include "compiler/plan/function_request.h"
#include "compiler/policy.h"
#include "runtime/descriptor/policy_descriptor.h"

namespace tally {

// A piece of a reason: literal, or a scalar that is inserted.
using ReasonPiece = std::variant<std::string, ResultPart>;

struct Deployment {
  std::unique_ptr<Classes> classes;
  std::unique_ptr<InputLayout> layout;
  std::vector<Output> outputs;                                 // as those of the policy
  std::vector<std::vector<std::vector<ReasonPiece>>> reasons;  // by output and rule
  std::set<ElementId> reads;                                   // reasons included
};

// The symbols of what is deployed. All begin with the prefix: several policies can
// be linked into one program.
struct Symbols {
  explicit Symbols(const Policy& policy, const std::string& prefix = "tally");
  std::string policy;                // tally_policy: the descriptor
  std::string decide, reasons;       // tally_decide, tally_reasons
  std::vector<std::string> each;     // tally_decide_<decision>, by output
  std::vector<std::string> batches;  // tally_batch_<decision>
};
// A name of the rule language as C has it: `on-hold` is `on_hold`; runs of what C
// has not are one `_`.
std::string c_name(const std::string& name);

// Reports T006 where reasons split a leaf into too many classes; nothing then.
// The policy's graph grows.
std::optional<Deployment> deploy(Policy& policy, Diagnostics& diagnostics);

// Requests `decide` and, if any reason inserts a value, `reasons`. `policy` and
// `deployment` must outlive the request.
FunctionRequest function_request(const Policy& policy, const Deployment& deployment, const Symbols& symbols,
                                 const std::string& module_name);
// Adds what a self-contained policy needs: a function for each decision, one over columns,
// and the descriptor.
void add_descriptor(FunctionRequest& request, const Deployment& deployment, const Symbols& symbols,
                    const PolicyDescriptor& descriptor, const SourceSet& sources);

// What the runtime needs to know; slots are those of the functions above. Inputs
// of used files are described only if something here reads them.
PolicyDescriptor describe_policy(const Policy& policy, const Deployment& deployment, const SourceSet& sources);

// The same with files named from the folder of the policy's own: what is built is
// the same wherever it is built.
PolicyDescriptor without_folder(PolicyDescriptor policy);
// Decides only these outputs (indices) from now on, and reads what they read.
void keep_outputs(Policy& policy, const std::vector<std::size_t>& kept);

}  // namespace tally
