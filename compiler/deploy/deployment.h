// A deployment: the form of a policy that is compiled for real documents.
//
// For example, in
//
//   on   when source is offnet  because "limit is {limit}"
//
// the rule does not read `limit`, but a running policy must know it to write the reason. So
// `limit` is among the reads of the deployment, though not among those of the policy.
//
// In:     a policy
// Out:    its decisions, and the values that their reasons insert, as outputs of the
//         decision graph, with classes and a layout of their own
// Always: each output has the meaning that it has in the policy. Tables and counts do not
//         include what only reasons read. If a reason compares what no rule compares, the
//         classes here are finer than those of the policy.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "compiler/plan/function_request.h"
#include "compiler/policy.h"
#include "runtime/descriptor/policy_descriptor.h"

namespace tally {

// A piece of a reason: a literal, or a scalar that is inserted. "limit is {limit}" has
// two.
using ReasonPiece = std::variant<std::string, ResultPart>;

// The outputs, reasons, classes and layout of a deployed policy.
struct Deployment {
  std::unique_ptr<Classes> classes;
  std::unique_ptr<InputLayout> layout;
  std::vector<Output> outputs;                                 // the outputs of the policy, in the same order
  std::vector<std::vector<std::vector<ReasonPiece>>> reasons;  // by output and rule
  std::set<ElementId> reads;                                   // of the outputs and the reasons
};

// The symbols of a deployment. All begin with the prefix, so that several policies can be
// linked into one program.
struct Symbols {
  // With the prefix "tally" the symbols are those of the comments below.
  explicit Symbols(const Policy& policy, const std::string& prefix = "tally");
  std::string policy;                // tally_policy: the descriptor
  std::string decide, reasons;       // tally_decide, tally_reasons
  std::vector<std::string> each;     // tally_decide_<decision>, by output
  std::vector<std::string> batches;  // tally_batch_<decision>
};
// A name of the rule language as a C name: `on-hold` becomes `on_hold`. Each run of
// characters that C does not allow becomes one `_`.
std::string c_name(const std::string& name);

// Makes the deployment of a policy. The policy's graph grows. Returns nothing if reasons
// split a leaf into too many classes, which is reported (T006).
std::optional<Deployment> deploy(Policy& policy, Diagnostics& diagnostics);

// Requests `decide` and, if any reason inserts a value, `reasons`. `policy` and
// `deployment` must outlive the request.
FunctionRequest function_request(const Policy& policy, const Deployment& deployment, const Symbols& symbols,
                                 const std::string& module_name);
// Adds the functions and data that a self-contained policy needs: one function per
// decision, one function over columns per decision, and the descriptor.
void add_descriptor(FunctionRequest& request, const Deployment& deployment, const Symbols& symbols,
                    const PolicyDescriptor& descriptor, const SourceSet& sources);

// The text that the source hash of a policy is made of: the texts of its rule file and of all files that it uses.
std::string hashed_text(const SourceSet& sources);

// Returns the descriptor, which is all that the runtime knows of the policy. Its slots
// are those of the functions above. An input of a used file is described only if an
// output or a reason reads it.
PolicyDescriptor describe_policy(const Policy& policy, const Deployment& deployment, const SourceSet& sources);

// Elements of a model as a descriptor has them, without decisions and without places of codes.
struct DescribedElements {
  PolicyDescriptor policy;
  std::map<ElementId, ElementIndex> index;
  std::vector<ElementId> relations;  // in the order of `policy.relations`
};
// Describes these elements, which have the leaves of their relations among them, and the objects around them. Codes
// are those of `classes`. For example, `user.limit` also describes `user`.
DescribedElements describe_elements(const Model& model, const Classes& classes, const std::set<ElementId>& elements);

// The same descriptor with file names relative to the folder of the policy's own file. So
// the result of a build does not depend on where it is built.
PolicyDescriptor without_folder(PolicyDescriptor policy);
// Keeps only these outputs (indices); the policy then reads what these read.
void keep_outputs(Policy& policy, const std::vector<std::size_t>& kept);

}  // namespace tally
