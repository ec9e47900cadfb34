#include "simulator/audit/audit.h"

#include <algorithm>
#include <utility>

#include "compiler/diagrams/class_values.h"
#include "compiler/diagrams/support.h"
#include "compiler/lower/origins.h"
#include "simulator/audit/audit_space.h"
#include "simulator/audit/open_places.h"

namespace tally {
namespace {

// Spaces of values to which open inputs are compared. More are made anew.
constexpr std::size_t max_tied_spaces = 16;

Error too_large(const NodeLimit& reached) {
  return {Cause::bound, "the question is too large: its diagrams pass " + grouped(reached.limit) + " nodes",
          "a condition that reads less makes it smaller"};
}

// Leaves that relations connect, directly or through others.
std::vector<std::set<ElementId>> related_groups(const Model& model, const std::set<ElementId>& elements) {
  std::vector<std::set<ElementId>> groups;
  for (const ElementId element : elements) {
    const auto& relation = model.at(element).relation;
    if (!relation) continue;
    std::set<ElementId> joined = {relation->left, relation->right};
    std::erase_if(groups, [&](const std::set<ElementId>& group) {
      if (!group.contains(relation->left) && !group.contains(relation->right)) return false;
      joined.insert(group.begin(), group.end());
      return true;
    });
    groups.push_back(std::move(joined));
  }
  return groups;
}

void add_cut(Graph& graph, ElementId leaf, const Literal& value, std::set<CutId>& cuts) {
  if (const auto cut = graph.nonempty_cut(leaf, only_value(value))) cuts.insert(*cut);
}

}  // namespace

std::string_view to_string(AuditAnswer answer) {
  switch (answer) {
    case AuditAnswer::always: return "always";
    case AuditAnswer::sometimes: return "sometimes";
    case AuditAnswer::never: return "never";
    case AuditAnswer::no_call: return "no call";
  }
  return "";
}

class Audit::Impl {
 public:
  Impl(Policy& policy, const RequestBinder& binder, ReadOptions options)
      : policy_(policy),
        model_(*policy.model),
        binder_(binder),
        reader_(binder.policy(), binder.places(), std::move(options)) {}

  Result<> build(const AuditQuestion& question);
  bool read(std::string_view line, const StandingAt& standing);
  AuditCall call() const;

  AuditAnswer answer() const { return answer_->answer; }
  const std::vector<DocumentFault>& faults() const { return faults_; }
  const Error* error() const { return error_ ? &*error_ : nullptr; }

 private:
  using Values = std::vector<std::pair<ElementId, Literal>>;

  Result<> lower(const AuditQuestion& question);
  void make_index();
  Literal value_of(ElementId element) const;
  bool is_settled(ElementId element) const;
  bool complete();
  Values tied_values() const;
  AuditSpace& space_for(const Values& tied);
  void decide();

  Policy& policy_;
  const Model& model_;
  const RequestBinder& binder_;
  DocumentReader reader_;
  std::vector<std::optional<ElementIndex>> index_;  // by element of the model, in the descriptor
  LoweredAudit lowered_;
  std::vector<std::set<ElementId>> groups_;
  std::unique_ptr<OpenPlaces> places_;
  std::unique_ptr<AuditSpace> space_;
  // Spaces in which values of a line are classes of their own, over a copy of the graph that has their cuts.
  std::map<Values, std::unique_ptr<AuditSpace>> tied_;
  std::unique_ptr<Graph> tied_graph_;

  // Members of the current line.
  BoundCall line_;
  std::vector<DocumentFault> faults_;
  std::optional<Error> error_;
  std::vector<Left> left_;
  const AuditSpace* answered_by_ = nullptr;
  const AuditSpace::Answer* answer_ = nullptr;
};

// --- the question -----------------------------------------------------------------------

Result<> Audit::Impl::build(const AuditQuestion& question) {
  make_index();
  TALLY_RETURN_IF_ERROR(lower(question));
  places_ = std::make_unique<OpenPlaces>(model_, index_, question.over);
  space_ = std::make_unique<AuditSpace>(model_, *policy_.graph, lowered_, lowered_.cuts);
  if (const auto wide = space_->classes().too_wide(lowered_.elements))
    return Error{Cause::bound, too_wide_text(model_, space_->classes(), *wide)};
  return {};
}

void Audit::Impl::make_index() {
  std::map<std::string_view, ElementIndex> by_name;  // names are unique: an input, then fields and cells
  const auto& elements = binder_.policy().elements;
  for (ElementIndex i = 0; i < elements.size(); ++i) by_name.emplace(elements[i].name, i);
  for (std::uint32_t i = 0; i < model_.elements.size(); ++i) {
    const auto found = by_name.find(model_.elements[i].name);
    index_.push_back(found == by_name.end() ? std::nullopt : std::optional(found->second));
  }
}

Result<> Audit::Impl::lower(const AuditQuestion& question) {
  const std::size_t failures = policy_.lowering->failures().size();
  Reads reads;
  const auto add = [&](const ExprRef& condition) {
    const LoweredCondition lowered = policy_.lowering->condition(condition);
    reads.add(lowered.reads);
    return lowered.node;
  };
  lowered_.want = add(question.want);
  std::vector<NodeId> whens;
  for (const ExprRef& when : question.whens) whens.push_back(add(when));
  lowered_.when = policy_.graph->both(std::move(whens));
  if (policy_.lowering->failures().size() > failures)
    return Error{Cause::bound, policy_.lowering->failures()[failures].message};
  lowered_.elements = with_surroundings(model_, with_related(model_, std::move(reads.elements)));
  lowered_.cuts = std::move(reads.cuts);
  groups_ = related_groups(model_, lowered_.elements);
  index_.resize(model_.elements.size());  // relations are made by lowering
  for (const ElementId element : lowered_.elements) {
    if (model_.at(element).relation || index_[element.value]) continue;
    return Error{Cause::usage,
                 "`" + model_.at(element).name + "` is not looked up in requests, since no decision here reads it",
                 "audit the file that declares it"};
  }
  for (const auto& group : groups_) {
    for (const ElementId leaf : group) {
      if (const auto usual = OpenPlaces::usual_value(model_, leaf))
        add_cut(*policy_.graph, leaf, *usual, lowered_.cuts);
    }
  }
  return {};
}

// --- a line -----------------------------------------------------------------------------

bool Audit::Impl::read(std::string_view line, const StandingAt& standing) {
  faults_.clear();
  error_.reset();
  answer_ = nullptr;
  line_.facts.clear(binder_.policy().elements.size());
  reader_.read(Places::root, line, line_.facts, faults_);
  if (has_errors(faults_)) return false;
  places_->find(line_.facts, standing, left_);
  if (!complete()) return false;
  try {
    decide();
  } catch (const NodeLimit& reached) {
    error_ = too_large(reached);
  }
  return !error_;
}

// Adds the defaults, and the faults of what is missing though it is not open.
bool Audit::Impl::complete() {
  std::set<ElementIndex> open;
  for (std::size_t i = 0; i < left_.size(); ++i) {
    if (left_[i] != Left::settled && index_[i]) open.insert(*index_[i]);
  }
  std::vector<ElementIndex> outermost = binder_.completion().outermost();
  std::erase_if(outermost, [&](ElementIndex i) { return open.contains(i); });
  binder_.completion().complete(line_, outermost, faults_);
  std::erase_if(faults_, [&](const DocumentFault& fault) {
    return fault.code == FaultId::missing && std::any_of(open.begin(), open.end(), [&](ElementIndex i) {
             return binder_.policy().elements[i].pointer == fault.pointer;
           });
  });
  return !has_errors(faults_);
}

bool Audit::Impl::is_settled(ElementId element) const {
  const auto& relation = model_.at(element).relation;
  if (relation) return is_settled(relation->left) && is_settled(relation->right);
  return left_[element.value] == Left::settled;
}

// The value of a settled element, as in CallFacts.
Literal Audit::Impl::value_of(ElementId id) const {
  const Element& element = model_.at(id);
  if (element.relation)
    return value_of_relation(model_, id, value_of(element.relation->left), value_of(element.relation->right));
  const Fact& fact = line_.facts.by_element[*index_[id.value]];
  if (std::holds_alternative<Present>(fact)) return EnumName{"present"};
  if (const auto* code = std::get_if<std::uint8_t>(&fact)) return EnumName{element.type->values[*code - 1u].name};
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) return *number;
  if (const auto* text = std::get_if<std::string>(&fact)) return *text;
  return Unset{};
}

// Returns the values of the line to which something open is compared, if their class has other values, too. How the
// open value compares with them does not follow from the class.
Audit::Impl::Values Audit::Impl::tied_values() const {
  Values out;
  for (const auto& group : groups_) {
    if (std::all_of(group.begin(), group.end(), [&](ElementId leaf) { return is_settled(leaf); })) continue;
    for (const ElementId leaf : group) {
      if (!is_settled(leaf)) continue;
      const Literal value = value_of(leaf);
      const std::uint32_t code = space_->classes().code_of(leaf, value);
      if (code != 0 && !space_->classes().classes(leaf)[code - 1].single) out.emplace_back(leaf, value);
    }
  }
  return out;
}

AuditSpace& Audit::Impl::space_for(const Values& tied) {
  if (tied.empty()) return *space_;
  const auto known = tied_.find(tied);
  if (known != tied_.end()) return *known->second;
  if (tied_.size() >= max_tied_spaces || !tied_graph_) {
    tied_.clear();
    tied_graph_ = std::make_unique<Graph>(*policy_.graph);
  }
  std::set<CutId> cuts = lowered_.cuts;
  for (const auto& [leaf, value] : tied) add_cut(*tied_graph_, leaf, value, cuts);
  return *tied_.emplace(tied, std::make_unique<AuditSpace>(model_, *tied_graph_, lowered_, cuts)).first->second;
}

void Audit::Impl::decide() {
  AuditSpace& space = space_for(tied_values());
  std::vector<Code> codes;
  Held only;
  for (const ElementId element : space.elements()) {
    if (is_settled(element)) {
      codes.push_back(static_cast<Code>(space.classes().code_of(element, value_of(element))));
      continue;
    }
    codes.push_back(AuditSpace::open);
    if (model_.at(element).relation || left_[element.value] != Left::unset_or_default) continue;
    if (const auto usual = OpenPlaces::usual_value(model_, element))
      only[element] = CodeSet().add(0).add(space.classes().code_of(element, *usual));
  }
  answered_by_ = &space;
  answer_ = &space.answer(codes, only);
}

AuditCall Audit::Impl::call() const {
  AuditCall out;
  const Classes& classes = answered_by_->classes();
  Call open;
  for (const auto& fact : answer_->call) {
    if (!is_settled(fact.first)) open.push_back(fact);
  }
  LeafValues values = values_of(model_, classes, answer_->call);
  std::erase_if(values, [&](const auto& value) { return !classes.is_related(value.first) || is_settled(value.first); });
  out.text = call_text(model_, classes, open, UnsetFacts::left_out, values);
  const auto document = document_of(model_, classes, answer_->call);
  for (const auto& fact : *document) {
    if (left_[fact.first.value] != Left::settled) out.added.push_back(fact);
  }
  return out;
}

// --- audits -----------------------------------------------------------------------------

Audit::Audit(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Audit::~Audit() = default;

Result<std::unique_ptr<Audit>> Audit::make(Policy& policy, const RequestBinder& binder, const AuditQuestion& question,
                                           ReadOptions options) {
  try {
    auto impl = std::make_unique<Impl>(policy, binder, std::move(options));
    TALLY_RETURN_IF_ERROR(impl->build(question));
    return std::unique_ptr<Audit>(new Audit(std::move(impl)));
  } catch (const NodeLimit& reached) {
    return too_large(reached);
  }
}

std::optional<AuditAnswer> Audit::read(std::string_view line, const StandingAt& standing) {
  if (!impl_->read(line, standing)) return std::nullopt;
  return impl_->answer();
}
AuditCall Audit::failing_call() const { return impl_->call(); }
const std::vector<DocumentFault>& Audit::faults() const { return impl_->faults(); }
const Error* Audit::error() const { return impl_->error(); }

}  // namespace tally
