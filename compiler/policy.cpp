// Makes a policy from a model. See policy.h.
#include "compiler/policy.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tally {
namespace {

constexpr std::uint32_t max_result_code = 65'535;  // of rules, values and slots, since a result has 16 bits

// Reports a text whose tests multiply, and names them.
void report_too_large(const Element& element, const Span& span, const std::vector<const Cut*>& cuts,
                      Diagnostics& diagnostics) {
  std::size_t whole = 0, beginnings = 0, ends = 0, patterns = 0;
  std::uint64_t longest = 0;
  for (const Cut* cut : cuts) {
    whole += cut->texts.size();
    beginnings += cut->prefixes.size();
    ends += cut->suffixes.size();
    patterns += cut->patterns.size();
    for (const NumberRange& range : cut->lengths)
      longest = std::max(longest, range.high == max_number ? range.low : range.high);
  }
  std::string tests;
  const auto add = [&](std::uint64_t count, const std::string& what) {
    if (count > 0) tests += (tests.empty() ? "" : ", ") + what;
  };
  add(whole, grouped(whole) + " whole texts");
  add(beginnings, grouped(beginnings) + " beginnings");
  add(ends, grouped(ends) + " ends");
  add(patterns, grouped(patterns) + " patterns");
  add(longest, "lengths up to " + grouped(longest));
  diagnostics
      .add(DiagnosticId::too_many_codes, span,
           "the tests of `" + element.name + "` need more than " + grouped(TextAutomaton::max_states) + " states")
      .note("they are " + tests + "; a text is looked at once for all of them, so that they multiply")
      .help(longest > 60'000         ? "ask for shorter lengths, or let the host supply whether the text is so long"
            : beginnings + ends == 0 ? "give fewer or shorter patterns, or let the host supply some of them as a flag"
                                     : "give fewer or shorter ends and lengths beside many beginnings, or let the host "
                                       "supply one of them as an input of its own");
}

// Reports T006 once per input, since its other leaves of the same kind have the same
// cuts.
void check_codes(const Model& model, const Classes& classes, const std::set<ElementId>& reads,
                 Diagnostics& diagnostics) {
  std::set<InputId> reported;
  for (const ElementId id : reads) {
    const Element& element = model.at(id);
    const std::uint32_t codes = classes.width(id);
    if (codes <= classes.max_codes(id) || !reported.insert(element.input).second) continue;
    if (classes.is_too_large(id)) {
      report_too_large(element, model.at(element.input).span, classes.cuts_of(id), diagnostics);
      continue;
    }
    Diagnostic& d = diagnostics.add(
        DiagnosticId::too_many_codes, model.at(element.input).span,
        "`" + element.name + "` has " + grouped(codes) + " codes, more than " + grouped(classes.max_codes(id)));
    if (!element.type->is_enum()) {
      d.note("comparisons in the rules split it into " + grouped(classes.codes(id) - 1) + " classes");
      d.help("values that the rules treat alike can be one list: `in (\"a\", \"b\")` is one comparison");
    }
  }
}

void check_results(const Graph& graph, const Decision& decision, const std::vector<ResultPart>& parts,
                   Diagnostics& diagnostics) {
  const auto report = [&](std::size_t count, const std::string& what) {
    diagnostics.add(DiagnosticId::too_many_leaves, decision.span,
                    "decision `" + decision.name + "` has " + grouped(count) + " " + what + ", more than " +
                        grouped(max_result_code));
  };
  if (decision.rules.size() > max_result_code) report(decision.rules.size(), "rules");
  for (const ResultPart& part : parts) {
    const std::size_t values =
        part.kind == ResultPart::Kind::origin ? part.origins.size() : graph.codes(part.node) - std::size_t{1};
    if (values > max_result_code) report(values, "values" + (part.path.empty() ? "" : " of `" + part.path + "`"));
  }
}

// The space of everything that is read and the objects around it. Two documents that
// differ in one setting agree in those objects, even if no rule reads them.
std::unique_ptr<Space> make_space(const Policy& policy) {
  std::set<ElementId> elements = policy.reads;
  for (const ElementId element : policy.reads) {
    for (const ElementId around : optional_ancestors(*policy.model, element)) elements.insert(around);
  }
  std::vector<NodeId> roots;
  for (const Output& output : policy.outputs) {
    roots.push_back(output.rule);
    for (const ResultPart& part : output.parts) roots.push_back(part.node);
  }
  return best_space(*policy.model, *policy.graph, *policy.classes, roots, elements);
}

// C symbols have no `-`. If two names differ only there, the later one gets another `_`.
std::string symbol_name(const std::string& name) {
  std::string out = "tally_decide_" + name;
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

}  // namespace

std::string Policy::decide_symbol(const Output& output) const {
  std::set<std::string> taken;
  for (const Output& other : outputs) {
    std::string symbol = symbol_name(model->at(other.decision).name);
    while (!taken.insert(symbol).second) symbol += '_';
    if (other.decision == output.decision) return symbol;
  }
  return symbol_name(model->at(output.decision).name);
}

std::size_t Policy::slot(std::size_t output) const {
  std::size_t slot = 0;
  for (std::size_t i = 0; i < output; ++i) slot += 1 + outputs[i].parts.size();
  return slot;
}

std::size_t Policy::slot_count() const { return slot(outputs.size()); }

std::optional<Policy> make_policy(Model model, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  Policy policy;
  policy.model = std::make_unique<const Model>(std::move(model));
  policy.graph = std::make_unique<Graph>();
  policy.lowering = std::make_unique<Lowering>(*policy.model, *policy.graph);

  // All decisions, those of used files included: they are checked, but are not outputs.
  std::size_t failures = 0;
  for (std::uint32_t i = 0; i < policy.model->decisions.size(); ++i) {
    const Decision& decision = policy.model->decisions[i];
    const LoweredDecision& lowered = policy.lowering->decision(DecisionId{i});
    const auto& failed = policy.lowering->failures();
    for (; failures < failed.size(); ++failures) {
      const LoweringFailure& failure = failed[failures];
      diagnostics.add(failure.code, failure.span.value_or(decision.span), failure.message);
    }
    check_results(*policy.graph, decision, lowered.parts, diagnostics);
    if (!decision.is_output) continue;
    policy.outputs.push_back({DecisionId{i}, lowered.rule, lowered.parts, lowered.reads.elements});
    policy.reads.insert(lowered.reads.elements.begin(), lowered.reads.elements.end());
    policy.cuts.insert(lowered.reads.cuts.begin(), lowered.reads.cuts.end());
  }
  if (policy.slot_count() > max_result_code) {
    diagnostics.add(DiagnosticId::too_many_leaves, Span{policy.model->root, 0, 0},
                    "the decisions have " + grouped(policy.slot_count()) + " results together, more than " +
                        grouped(max_result_code));
  }

  policy.classes = std::make_unique<Classes>(*policy.model, *policy.graph, policy.cuts);
  check_codes(*policy.model, *policy.classes, policy.reads, diagnostics);
  if (diagnostics.error_count() != errors) return std::nullopt;

  for (Output& output : policy.outputs) {
    for (ResultPart& part : output.parts) part = settle(*policy.model, *policy.graph, *policy.classes, part);
    check_results(*policy.graph, policy.model->at(output.decision), output.parts, diagnostics);
  }
  if (diagnostics.error_count() != errors) return std::nullopt;
  policy.layout =
      std::make_unique<InputLayout>(*policy.model, policy.reads, wide_elements(*policy.classes, policy.reads));
  policy.space = make_space(policy);
  return policy;
}

}  // namespace tally
