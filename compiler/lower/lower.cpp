// Whole values and decisions, from their parts.
//
// In:     expressions and decisions of the model
// Out:    one node per part of the type, and the reads of all parts
// Always: the reads are collected from the traces of the entries, and each entry is
//         visited once
#include "compiler/lower/lower.h"

#include <algorithm>

#include "compiler/lower/parts.h"

namespace tally {
namespace {

std::string cell_label(const Type& map, std::size_t cell) {
  const std::vector<std::size_t> values = cell_values(map, cell);
  std::string label = "[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    label += (i == 0 ? "" : ", ") + to_string(map.indices[i]->values[values[i]]);
  }
  return label + "]";
}

// Visits the parts of a type in order: visit(steps, label, kind, type).
template <class Visit>
void each_part(const TypeRef& type, bool around, std::vector<std::uint32_t>& steps, const std::string& label,
               const Visit& visit) {
  const bool optional = type->optional || around;
  if (type->is_object() && type->optional) visit(steps, label, ResultPart::Kind::presence, type);
  if (type->kind == Type::Kind::record) {
    for (std::uint32_t i = 0; i < type->fields.size(); ++i) {
      steps.push_back(i);
      each_part(type->fields[i].type, optional, steps, label + "." + type->fields[i].name, visit);
      steps.pop_back();
    }
  } else if (type->kind == Type::Kind::map) {
    for (std::uint32_t cell = 0; cell < cell_count(*type); ++cell) {
      steps.push_back(cell);
      each_part(type->element, optional, steps, label + cell_label(*type, cell), visit);
      steps.pop_back();
    }
  } else if (type->is_scalar()) {
    const auto kind = type->is_enum() ? ResultPart::Kind::enumeration : ResultPart::Kind::origin;
    visit(steps, label, kind, with_optional(type, optional));
  }
}

}  // namespace

template <class Lower>
std::vector<ResultPart> Lowering::Impl::all_parts(const std::string& name, const TypeRef& type, Lower lower_part) {
  std::vector<ResultPart> parts;
  std::vector<std::uint32_t> steps;
  each_part(type, false, steps, "",
            [&](const std::vector<std::uint32_t>& at, const std::string& label, ResultPart::Kind kind, TypeRef own) {
              std::uint32_t path = Paths::empty;
              for (auto step = at.rbegin(); step != at.rend(); ++step) path = paths.push(*step, path);
              const Part part = lower_part(path);
              ResultPart result{label, kind, std::move(own), part.node, {}};
              if (part.origins) result.origins = *part.origins;
              if (result.origins.size() > max_origins) {
                fail(DiagnosticId::too_many_leaves, {},
                     "`" + name + label + "` has " + std::to_string(result.origins.size()) +
                         " distinct origins, more than " + std::to_string(max_origins));
              }
              parts.push_back(std::move(result));
            });
  return parts;
}

Reads Lowering::Impl::reads_of(const Trace& root) const {
  std::size_t visited = 0;
  return reads_of(root, visited);
}

Reads Lowering::Impl::reads_of(const Trace& root, std::size_t& visited) const {
  Reads reads;
  std::vector<bool> seen(entries.size(), false);
  std::vector<const Trace*> waiting{&root};
  while (!waiting.empty()) {
    const Trace& at = *waiting.back();
    waiting.pop_back();
    ++visited;
    reads.elements.insert(at.elements.begin(), at.elements.end());
    reads.cuts.insert(at.cuts.begin(), at.cuts.end());
    for (std::uint32_t entry : at.entries) {
      if (seen[entry]) continue;
      seen[entry] = true;
      waiting.push_back(&entries[entry].trace);
    }
  }
  return reads;
}

void Lowering::Impl::shorten(Trace& own) const {
  constexpr std::size_t many = 64;  // entries per read
  std::size_t visited = 0;
  const Reads reads = reads_of(own, visited);
  if (visited < many * (1 + reads.elements.size() + reads.cuts.size())) return;
  own = {{reads.elements.begin(), reads.elements.end()}, {reads.cuts.begin(), reads.cuts.end()}, {}};
}

Lowering::Lowering(const Model& model, Graph& graph) : impl_(std::make_unique<Impl>(model, graph)) {}
Lowering::~Lowering() = default;

const LoweredDecision& Lowering::decision(DecisionId id) {
  if (const auto it = impl_->decisions.find(id); it != impl_->decisions.end()) return it->second;
  const Decision& decision = impl_->model.at(id);
  Graph& graph = impl_->graph;
  Impl::Trace trace;
  impl_->trace = &trace;
  LoweredDecision lowered;
  const auto codes = static_cast<std::uint32_t>(decision.rules.size() + 1);
  std::vector<std::pair<NodeId, NodeId>> arms;
  for (std::uint32_t i = 0; i < decision.rules.size(); ++i) {
    lowered.conditions.push_back(impl_->condition_or_yes(decision.rules[i].condition));
  }
  for (const RuleArm& arm : arms_in_order(decision)) {
    arms.emplace_back(impl_->condition_or_yes(arm.condition),
                      graph.constant(static_cast<std::uint32_t>(arm.rule + 1), codes));
  }
  lowered.rule = graph.choose(arms, graph.constant(0, codes));
  lowered.parts = impl_->all_parts(decision.name, decision.type,
                                   [&](std::uint32_t path) { return impl_->decision_part(id, path); });
  lowered.reads = impl_->reads_of(trace);
  impl_->trace = nullptr;
  return impl_->decisions.emplace(id, std::move(lowered)).first->second;
}

LoweredCondition Lowering::condition(const ExprRef& expression, const std::vector<std::string>& binders) {
  impl_->kept.push_back(expression);
  Impl::Trace trace;
  impl_->trace = &trace;
  const NodeId node = impl_->condition(*expression, impl_->scope_of(binders));
  impl_->trace = nullptr;
  return {node, impl_->reads_of(trace)};
}

LoweredValue Lowering::value(const ExprRef& expression, const std::vector<std::string>& binders) {
  impl_->kept.push_back(expression);
  Impl::Trace trace;
  impl_->trace = &trace;
  const std::uint32_t scope = impl_->scope_of(binders);
  LoweredValue value;
  value.parts = impl_->all_parts("the value", expression->type,
                                 [&](std::uint32_t path) { return impl_->part(*expression, scope, path); });
  value.reads = impl_->reads_of(trace);
  impl_->trace = nullptr;
  return value;
}

const std::vector<LoweringFailure>& Lowering::failures() const { return impl_->failures; }

}  // namespace tally
