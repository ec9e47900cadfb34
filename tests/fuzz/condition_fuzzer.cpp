// Fuzz target: from a condition of the user, such as `--where "source is onnet"`, to the calls for
// which it holds.
//
// In:     any bytes, read as a condition, as a condition with `when`, and as paths, in the names of
//         the rules below
// Always: no text crashes, throws or hangs; it has a meaning, or a fault that can be rendered. On
//         some calls the diagram of a condition and the reference interpreter agree. The condition
//         that is written for the diagram, as in a table or a matrix, is a condition, and the
//         interpreter gives it the same value.
#include <utility>

#include "compiler/front_end.h"
#include "grammar/parse/parser.h"
#include "grammar/text_fault.h"
#include "simulator/conditions/conditions.h"
#include "simulator/covers/cover.h"
#include "simulator/documents/smallest_document.h"
#include "simulator/reference/interpreter.h"
#include "tests/fuzz/support/fuzzing.h"
#include "tests/fuzz/support/rule_input.h"

namespace tally {
namespace {

using fuzz::fail;

constexpr std::size_t node_limit = 2'000;
constexpr std::size_t max_nodes = 500;  // of the condition's graph
constexpr std::size_t max_terms = 20;
constexpr unsigned calls = 5;

constexpr const char* rules = R"(
type network  = onnet | offnet | "on hold"
type settings = { enabled : flag?, limit : (5..10800)?, url : text?, level : number = 3 }

input source  : network
input from    : text
input account : (settings?)[network, inbound | outbound]  at /account
input user    : settings?                                 at /user
input device  : settings?                                 at /device
input size    : number?

let setting = device else user
let long(s : settings?) : flag = s.limit > 3600

decision recording : flag {
  on   when setting.enabled is on or account[source, inbound].enabled is on
  off  otherwise
}
decision length : brief | whole | none {
  whole  when long(setting)
  brief  when setting.limit is set
  none   otherwise
}
)";

class ConditionTarget {
 public:
  ConditionTarget() : compilation_(compile("rules.tally", [](const std::string&) { return std::string(rules); })) {
    if (!compilation_.policy) fail("the rules of the target are at fault", rules);
  }

  void run(const std::string& text) const {
    // As the command does.
    if (text_fault("--where", text)) return;
    SourceSet sources = compilation_.sources;
    Diagnostics faults;
    const FileId file = sources.add("--where", text);
    parse_expectation(sources, file, faults);
    const auto paths = parse_paths(sources, file, faults);
    if (!faults.has_errors()) analyze_paths(compilation_.program, sources, model(), paths, faults);
    faults.sort();
    fuzz::render_all(faults, sources);
    if (const ExprRef condition = meaning(sources, file)) check(condition);
  }

 private:
  const Model& model() const { return *compilation_.policy->model; }

  // The condition, or null after a fault.
  ExprRef meaning(const SourceSet& sources, FileId file) const {
    Diagnostics faults;
    const auto tree = parse_expression(sources, file, faults);
    ExprRef condition;
    if (tree) condition = analyze_condition(compilation_.program, sources, model(), *tree, faults);
    if (!condition != faults.has_errors()) fail("a condition in spite of faults, or none without");
    fuzz::render_all(faults, sources);
    return condition;
  }

  void check(const ExprRef& condition) const {
    Graph graph;
    Lowering lowering(model(), graph);
    const LoweredCondition lowered = lowering.condition(condition);
    if (!lowering.failures().empty() || graph.size() > max_nodes) return;
    const Classes classes(model(), graph, lowered.reads.cuts);
    if (classes.too_wide(lowered.reads.elements)) return;
    const std::vector<ElementId> read(lowered.reads.elements.begin(), lowered.reads.elements.end());
    Space space(model(), graph, classes, read, node_limit);
    try {
      const Diagram holds = space.of(lowered.node);
      compare(condition, written(space, classes, lowered.reads.elements, holds), space, classes, holds);
    } catch (const NodeLimit&) {
    }
  }

  // The condition that is written for a diagram. Null if it has too many terms, or is never or
  // always true.
  ExprRef written(Space& space, const Classes& classes, const std::set<ElementId>& read, Diagram holds) const {
    Diagrams& d = space.diagrams();
    const Diagram possible = space.possible(read);
    const Cover cover = minimal_cover(d, d.both(holds, possible), d.either(holds, d.negate(possible)), max_terms);
    if (!cover.is_complete || cover.terms.empty()) return nullptr;
    const std::string text = condition_text(model(), classes, space, cover.terms);
    if (text.empty()) return nullptr;
    SourceSet sources = compilation_.sources;
    Diagnostics faults;
    const FileId file = sources.add("written", text);
    const auto tree = parse_expression(sources, file, faults);
    ExprRef again;
    if (tree) again = analyze_condition(compilation_.program, sources, model(), *tree, faults);
    if (!again) fail("what was written is not a condition", text);
    return again;
  }

  void compare(const ExprRef& condition, const ExprRef& again, Space& space, const Classes& classes,
               Diagram holds) const {
    const reference::Interpreter interpreter(model());
    for (unsigned call = 0; call < calls; ++call) {
      std::vector<Code> codes(model().elements.size(), 1);
      Assignment assignment;
      for (const ElementId element : space.order()) {
        const std::uint32_t first = classes.first(element), width = classes.width(element);
        const std::uint32_t mixed = (element.value * 2654435761u + call * 40503u) / 7;
        codes[element.value] = static_cast<Code>(first + (call == 0 ? 0 : call == 1 ? width - 1 : mixed % width));
        assignment.push_back(codes[element.value]);
      }
      const auto document = smallest_document_of(model(), space.order(), [&](ElementId e) { return codes[e.value]; });
      if (!document) continue;
      const auto fact = [&](ElementId id) -> Literal {
        if (!(*document)[id.value]) return Unset{};
        const Element& element = model().at(id);
        if (!element.is_leaf()) return EnumName{"present"};
        const unsigned code = space.has(id) ? codes[id.value] : 1;
        if (element.type->is_enum()) return EnumName{element.type->values[code - 1].name};
        return classes.classes(id)[code - 1].representative;
      };
      const bool expected = interpreter.holds(condition, fact);
      if ((space.diagrams().evaluate(holds, assignment) == 1) != expected)
        fail("the diagram and the interpreter differ");
      if (again && interpreter.holds(again, fact) != expected) fail("what was written has another value");
    }
  }

  const Compilation compilation_;
};

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tally::ConditionTarget target;
  target.run(std::string(tally::fuzz::text_of(data, size)));
  return 0;
}
