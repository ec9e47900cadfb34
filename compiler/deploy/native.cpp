#include "compiler/deploy/native.h"

namespace tally {

FunctionRequest decide_functions_request(const Policy& policy, const std::string& module_name) {
  FunctionRequest request{*policy.graph, *policy.layout, *policy.classes, module_name, {}};
  FunctionSpec all{policy.decide_symbol(), {}};
  std::vector<FunctionSpec> each;
  for (const Output& output : policy.outputs) {
    FunctionSpec one{policy.decide_symbol(output), {output.rule}};
    for (const ResultPart& part : output.parts) one.outputs.push_back(part.node);
    all.outputs.insert(all.outputs.end(), one.outputs.begin(), one.outputs.end());
    each.push_back(std::move(one));
  }
  request.functions.push_back(std::move(all));
  for (FunctionSpec& one : each) request.functions.push_back(std::move(one));
  return request;
}

}  // namespace tally
