#include "runtime/calls/composition.h"

#include <algorithm>

#include "runtime/documents/completion.h"

namespace tally {
namespace {

const Fact nothing{};
const Fact present{Present{}};

}  // namespace

void Composition::begin(const PolicyVersion& version) {
  version_ = &version;
  const PolicyDescriptor& policy = version.policy();
  values_.assign(policy.elements.size(), &nothing);
  hidden_.assign(policy.elements.size(), 0);
  missing_.assign(policy.elements.size(), 0);
  missing_count_ = 0;
  codes_.assign(policy.code_count, 0);
  stale_ = true;
}

std::vector<DocumentFault> Composition::missing() const {
  std::vector<DocumentFault> faults;
  for (ElementIndex e = 0; e < missing_.size(); ++e) {
    if (missing_[e] != 0) faults.push_back(missing_fault(version_->policy().elements[e]));
  }
  return faults;
}

void Composition::put(ElementIndex element, const Fact& fact) {
  values_[element] = &fact;
  const ElementDescriptor& described = version_->policy().elements[element];
  if (described.offset) put_code(codes_, *described.offset, described.wide, code_of(described, fact));
}

void Composition::set_missing(ElementIndex element, bool missing) {
  if ((missing_[element] != 0) == missing) return;
  missing_[element] = missing ? 1 : 0;
  if (missing) {
    ++missing_count_;
  } else {
    --missing_count_;
  }
}

// As RequestBinder::bind: documents replace facts, a fact makes the objects around it present,
// then come defaults.
void Composition::compose(const HostFacts& facts, std::span<const AttachedDocument> documents) {
  if (!stale_) return;
  const PolicyDescriptor& policy = version_->policy();
  given_.assign(policy.elements.size(), &nothing);
  const auto make_present = [&](ElementIndex element) {
    if (std::holds_alternative<std::monostate>(*given_[element])) given_[element] = &present;
  };
  for (const AttachedDocument& attached : documents) {
    const DocumentBinding& document = *attached.binding;
    for (std::size_t i = 0; i < document.elements.size(); ++i) given_[document.elements[i]] = &(*document.facts)[i];
    for (const ElementIndex around : document.around) make_present(around);
  }
  for (const tally_input input : facts.inputs()) {
    const InputMeaning* meaning = version_->input(input);
    if (meaning == nullptr || hidden_[meaning->element] != 0) continue;
    given_[meaning->element] = &facts.at(input);
    for (auto around = policy.elements[meaning->element].parent; around; around = policy.elements[*around].parent)
      make_present(*around);
  }
  // Most elements of a policy are unset in a call, so only the others are put.
  values_.assign(policy.elements.size(), &nothing);
  std::fill(codes_.begin(), codes_.end(), std::uint8_t{0});
  std::fill(missing_.begin(), missing_.end(), std::uint8_t{0});
  missing_count_ = 0;
  complete_each(
      policy, {}, [&](ElementIndex e) -> const Fact& { return *given_[e]; },
      [&](ElementIndex e) { return is_present(e); },
      [&](ElementIndex e, const Fact& fact) {
        if (!std::holds_alternative<std::monostate>(fact)) put(e, fact);
      },
      [&](ElementIndex e) { put(e, version_->defaults()[e]); }, [&](ElementIndex e) { set_missing(e, true); });
  relate_all();
  stale_ = false;
}

void Composition::take(const BoundCall& request, const std::vector<ElementIndex>& defaults) {
  for (ElementIndex e = 0; e < values_.size(); ++e) values_[e] = &request.facts.by_element[e];
  for (const ElementIndex e : defaults) values_[e] = &version_->defaults()[e];
  codes_ = request.codes;
  std::fill(missing_.begin(), missing_.end(), std::uint8_t{0});
  missing_count_ = 0;
  stale_ = false;
}

void Composition::relate(const RelationDescriptor& relation) {
  const auto kind = version_->policy().elements[relation.left].kind;
  codes_[relation.offset] = code_of_relation(kind, *values_[relation.left], *values_[relation.right]);
}

void Composition::relate_all() {
  for (const RelationDescriptor& relation : version_->policy().relations) relate(relation);
}

void Composition::relate_leaf(ElementIndex leaf) {
  for (const RelationDescriptor& relation : version_->policy().relations) {
    if (relation.left == leaf || relation.right == leaf) relate(relation);
  }
}

std::vector<ElementIndex> Composition::defaults() const {
  std::vector<ElementIndex> out;
  for (ElementIndex i = 0; i < values_.size(); ++i) {
    if (values_[i] == &version_->defaults()[i]) out.push_back(i);
  }
  return out;
}

// --- facts -----------------------------------------------------------------------------

void Composition::set_fact(ElementIndex element, const Fact& fact) {
  if (hidden_[element] != 0 || stale_) return;
  const ElementDescriptor& described = version_->policy().elements[element];
  if (!described.is_leaf() || (described.parent && !is_present(*described.parent))) {
    stale_ = true;  // an object becomes present
    return;
  }
  put(element, fact);
  relate_leaf(element);
  set_missing(element, false);
}

void Composition::remove_fact(ElementIndex element) {
  if (hidden_[element] != 0 || stale_) return;
  const ElementDescriptor& described = version_->policy().elements[element];
  if (!described.is_leaf() || described.parent) {
    stale_ = true;  // an object around it may be absent from now on
    return;
  }
  put(element, described.default_value ? version_->defaults()[element] : nothing);
  relate_leaf(element);
  set_missing(element, !described.default_value && !described.optional);
}

// --- documents -------------------------------------------------------------------------

const ElementDescriptor* Composition::overlap(const DocumentBinding& document) const {
  for (const ElementIndex element : document.elements) {
    if (hidden_[element] != 0) return &version_->policy().elements[element];
  }
  return nullptr;
}

void Composition::attach(const DocumentBinding& document) {
  for (const ElementIndex element : document.elements) hidden_[element] = 1;
  if (stale_) return;
  const bool all_present = std::all_of(document.around.begin(), document.around.end(),
                                       [&](ElementIndex around) { return is_present(around); });
  if (all_present) {
    put_document(document);
  } else {
    stale_ = true;
  }
}

void Composition::replace(const DocumentBinding& document) {
  if (!stale_) put_document(document);
}

void Composition::detach(const DocumentBinding& document) {
  for (const ElementIndex element : document.elements) hidden_[element] = 0;
  stale_ = true;
}

// The objects around the document are present.
void Composition::put_document(const DocumentBinding& document) {
  for (std::size_t i = 0; i < document.elements.size(); ++i) values_[document.elements[i]] = document.values[i];
  for (const DocumentBinding::Placed& placed : document.codes)
    put_code(codes_, placed.offset, placed.wide, placed.code);
  relate_all();
  if (missing_count_ == 0) return;
  for (const ElementIndex element : document.elements) set_missing(element, false);
}

}  // namespace tally
