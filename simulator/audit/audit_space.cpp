#include "simulator/audit/audit_space.h"

#include "simulator/conditions/cells.h"

namespace tally {
namespace {

// Nodes of an arena are never freed. After so many further ones the diagrams are made anew.
constexpr std::size_t max_further_nodes = std::size_t{1} << 21;

// The codes as a key: two bytes for each, and the codes to which open ones are restricted.
std::string key_of(const std::vector<Code>& codes, const Held& only) {
  std::string key(reinterpret_cast<const char*>(codes.data()), codes.size() * sizeof(Code));
  const auto append = [&](unsigned number) { key.append(reinterpret_cast<const char*>(&number), sizeof number); };
  for (const auto& [element, held] : only) {
    append(element.value);
    for (const CodeRun& run : held.runs()) {
      append(run.first);
      append(run.last);
    }
  }
  return key;
}

}  // namespace

AuditSpace::AuditSpace(const Model& model, const Graph& graph, const LoweredAudit& question,
                       const std::set<CutId>& cuts)
    : model_(model),
      graph_(graph),
      question_(question),
      classes_(model, graph, cuts, CallsAtOnce::several),
      elements_(question.elements.begin(), question.elements.end()) {
  const NodeId roots[] = {question.want, question.when};
  if (classes_.too_wide(question.elements)) return;  // the caller reports it
  order_ = best_order(model, graph, classes_, roots, question.elements);
  make_diagrams();
}

void AuditSpace::make_diagrams() {
  space_ = std::make_unique<Space>(model_, graph_, classes_, order_);
  Diagrams& diagrams = space_->diagrams();
  const Diagram calls = diagrams.both(space_->possible(question_.elements), space_->of(question_.when));
  const Diagram want = space_->of(question_.want);
  holds_ = diagrams.both(calls, want);
  fails_ = diagrams.but_not(calls, want);
  own_nodes_ = diagrams.node_count();
}

const AuditSpace::Answer& AuditSpace::answer(const std::vector<Code>& codes, const Held& only) {
  std::string key = key_of(codes, only);
  const auto known = answers_.find(key);
  if (known != answers_.end()) return known->second;
  if (answers_.size() >= max_answers) answers_.clear();
  if (space_->diagrams().node_count() > own_nodes_ + max_further_nodes) make_diagrams();
  return answers_.emplace(std::move(key), find(codes, only)).first->second;
}

AuditSpace::Answer AuditSpace::find(const std::vector<Code>& codes, const Held& only) {
  Diagrams& diagrams = space_->diagrams();
  std::vector<std::pair<VariableId, Code>> settled;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (codes[i] != open) settled.emplace_back(space_->variable(elements_[i]), codes[i]);
  }
  Diagram holds = diagrams.hold(holds_, settled), fails = diagrams.hold(fails_, settled);
  for (const auto& [element, held] : only) {
    const Diagram test = space_->test(element, held);
    holds = diagrams.both(holds, test);
    fails = diagrams.both(fails, test);
  }
  const bool can_hold = holds != diagrams.no(), can_fail = fails != diagrams.no();
  if (!can_fail) return {can_hold ? AuditAnswer::always : AuditAnswer::no_call, {}};
  Answer out{can_hold ? AuditAnswer::sometimes : AuditAnswer::never, {}};
  const auto least = diagrams.cheapest(fails, [](VariableId, Code code) -> unsigned { return code == 0 ? 0 : 1; });
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const Code code = codes[i] != open ? codes[i] : (*least)[space_->variable(elements_[i]).value];
    out.call.emplace_back(elements_[i], code);
  }
  return out;
}

}  // namespace tally
