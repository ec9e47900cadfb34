// Fuzz target: from the text of a rule file to compiled code.
//
// In:     one or two rule files (support/rule_input.h)
// Always: no input crashes, throws or hangs a stage; a policy without errors has code. On some
//         calls of every decision the compiled code, the diagrams and the reference interpreter
//         agree on the rule and on every part of the result, and the plan of the code equals the
//         decision graph on all calls.
//
// Large policies are not compiled, so that a single input stays fast.
#include "compiler/front_end.h"
#include "tests/fuzz/support/fuzzing.h"
#include "tests/fuzz/support/rule_input.h"
#include "tests/support/agreement.h"

namespace tally {
namespace {

constexpr std::size_t max_nodes = 1'000;  // of the decision graph
constexpr std::size_t max_elements_compared = 500;

testing::AgreementOptions few_calls() {
  testing::AgreementOptions options;
  options.max_assignments = 100;
  options.max_part_assignments = 20;
  options.samples = 5;
  options.samples_a_value = 1;
  options.least_calls = 5;
  options.node_limit = 20'000;
  options.max_differences = 1;
  return options;
}

void run(std::string_view bytes) {
  const fuzz::RuleInput input = fuzz::split_input(bytes);
  const Compilation c = compile(fuzz::root_name, fuzz::reader_of(input));
  if (!c.policy || c.policy->graph->size() > max_nodes) return;
  if (c.policy->model->elements.size() > max_elements_compared) return;
  const testing::Agreement agreement = testing::compare(*c.policy, few_calls());
  if (!agreement.differences.empty()) fuzz::fail("they differ", agreement.differences.front());
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::run(tally::fuzz::text_of(data, size));
  return 0;
}
