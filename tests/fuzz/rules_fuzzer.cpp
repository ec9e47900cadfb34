// Fuzz target: from the text of a rule file to its model, its diagrams and its checks.
//
// In:     one or two rule files (support/rule_input.h)
// Always: no input crashes, throws or hangs a stage; there is a policy, or an error that explains
//         why there is none; every diagnostic can be rendered. The rule that fires is the same by
//         the diagrams and by the reference interpreter. The descriptor of the policy is read back
//         as it was written.
//
// Its bounds are tight, so that it tries many policies: a large one is compiled, and not checked.
#include <optional>
#include <utility>
#include <vector>

#include "compiler/checks/checks.h"
#include "compiler/deploy/deployment.h"
#include "compiler/deploy/encode_descriptor.h"
#include "compiler/front_end.h"
#include "runtime/descriptor/decode_tables.h"
#include "simulator/documents/smallest_document.h"
#include "simulator/reference/interpreter.h"
#include "tests/fuzz/support/fuzzing.h"
#include "tests/fuzz/support/rule_input.h"

namespace tally {
namespace {

using fuzz::fail;

constexpr std::size_t node_limit = 4'000;
constexpr std::size_t max_nodes = 600;  // of the decision graph
constexpr std::size_t max_elements_checked = 300;
constexpr std::size_t max_claims = 6;  // proofs and examples
constexpr unsigned calls_per_decision = 3;

// Calls of one decision: the rule by its diagram, and by the interpreter.
class Comparison {
 public:
  Comparison(const Policy& policy, const Output& output)
      : policy_(policy), model_(*policy.model), output_(output), codes_(model_.elements.size(), 0) {}

  void run() {
    Space space(model_, *policy_.graph, *policy_.classes, policy_.space->order(), node_limit);
    const reference::Interpreter interpreter(model_);
    try {
      const Diagram rule = space.of(output_.rule);
      for (unsigned way = 0; way < calls_per_decision; ++way) {
        if (!choose_call(way)) continue;
        Assignment assignment;
        for (const ElementId element : space.order()) assignment.push_back(codes_[element.value]);
        const std::uint32_t fires = space.diagrams().evaluate(rule, assignment);
        const auto decided = interpreter.decide(output_.decision, [this](ElementId e) { return fact(e); });
        if (decided.rule != fires)
          fail("decision " + model_.at(output_.decision).name + ": rule " + std::to_string(fires) +
               " by the diagram, " + std::to_string(decided.rule) + " by the interpreter");
      }
    } catch (const NodeLimit&) {
    }
  }

 private:
  // Chooses codes for what the decision reads, the lowest, the highest or a mixture, and a document
  // that has them. Returns false if there is no such document.
  bool choose_call(unsigned way) {
    for (const ElementId element : output_.reads) {
      const std::uint32_t first = policy_.classes->first(element), width = policy_.classes->width(element);
      const std::uint32_t mixed = (element.value * 2654435761u + way * 40503u) / 7;
      codes_[element.value] = static_cast<Code>(first + (way == 0 ? 0 : way == 1 ? width - 1 : mixed % width));
    }
    // The values of a class are represented by one, so only those relations are tried that follow from the classes.
    for (const ElementId element : output_.reads) {
      const auto& relation = model_.at(element).relation;
      if (!relation) continue;
      if (!output_.reads.contains(relation->left) || !output_.reads.contains(relation->right)) return false;
      const auto code =
          policy_.classes->code_of_relation(element, codes_[relation->left.value], codes_[relation->right.value]);
      if (!code) return false;
      codes_[element.value] = *code;
    }
    const std::vector<ElementId> read(output_.reads.begin(), output_.reads.end());
    const auto found = smallest_document_of(model_, read, [this](ElementId e) { return codes_[e.value]; });
    if (!found) return false;
    document_ = *found;
    return true;
  }

  // A leaf that the decision does not read has its first value.
  Literal fact(ElementId id) const {
    if (!document_[id.value]) return Unset{};
    const Element& element = model_.at(id);
    if (!element.is_leaf()) return EnumName{"present"};
    const unsigned code = output_.reads.contains(id) ? codes_[id.value] : 1;
    if (element.type->is_enum()) return EnumName{element.type->values[code - 1].name};
    return policy_.classes->classes(id)[code - 1].representative;
  }

  const Policy& policy_;
  const Model& model_;
  const Output& output_;
  std::vector<Code> codes_;  // by element
  std::vector<bool> document_;
};

void check_descriptor(Policy& policy, const SourceSet& sources, Diagnostics& diagnostics) {
  const auto deployment = deploy(policy, diagnostics);
  if (!deployment) {
    if (!diagnostics.has_errors()) fail("no deployment, and no error that explains why");
    return;
  }
  const std::string tables = encode_descriptor(describe_policy(policy, *deployment, sources));
  const auto decoded = decode_tables(tables);
  if (!decoded) fail("the descriptor is not read", decoded.error().message);
  if (encode_descriptor(*decoded) != tables) fail("the descriptor is read as another one");
}

void run(std::string_view bytes) {
  const fuzz::RuleInput input = fuzz::split_input(bytes);
  Compilation c = compile(fuzz::root_name, fuzz::reader_of(input));
  if (!c.policy && !c.diagnostics.has_errors()) fail("no policy, and no error that explains why");
  if (c.policy && c.diagnostics.has_errors()) fail("a policy in spite of errors");
  if (c.policy) {
    Policy& policy = *c.policy;
    const Model& model = *policy.model;
    if (policy.graph->size() <= max_nodes && model.elements.size() <= max_elements_checked) {
      for (const Output& output : policy.outputs) Comparison(policy, output).run();
      if (model.proofs.size() + model.examples.size() <= max_claims)
        check(policy, c.sources, c.diagnostics, {node_limit});
      check_descriptor(policy, c.sources, c.diagnostics);
    }
  }
  c.diagnostics.sort();
  fuzz::render_all(c.diagnostics, c.sources);
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::run(tally::fuzz::text_of(data, size));
  return 0;
}
