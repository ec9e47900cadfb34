#include "runtime/kept_document.h"

#include <algorithm>
#include <utility>

#include "runtime/completion.h"
#include "runtime/reloadable_policy.h"

namespace tally {
namespace {

const Fact nothing{};

// Whether two elements take the same facts from the same place.
bool same_element(const ElementDescriptor& a, const ElementDescriptor& b) {
  return a.name == b.name && a.pointer == b.pointer && a.kind == b.kind && a.filter == b.filter && a.open == b.open &&
         a.optional == b.optional && a.values == b.values && a.low == b.low && a.high == b.high &&
         a.default_value == b.default_value;
}

// What facts are in a version: codes, defaults, what lies around.
std::variant<std::shared_ptr<const DocumentBinding>, Failure> bind_facts(const PolicyVersion& version, PlaceIndex place,
                                                                        std::vector<ElementIndex> elements,
                                                                        std::shared_ptr<const std::vector<Fact>> facts) {
  const PolicyDescriptor& policy = version.policy();
  auto binding = std::make_shared<DocumentBinding>();
  binding->generation = version.generation();
  binding->place = place;
  binding->elements = std::move(elements);
  binding->facts = std::move(facts);
  const auto nth = [&](ElementIndex e) {
    return static_cast<std::size_t>(std::lower_bound(binding->elements.begin(), binding->elements.end(), e) - binding->elements.begin());
  };
  binding->values.assign(binding->elements.size(), &nothing);
  std::vector<DocumentFault> faults;
  complete_each(
      policy, binding->elements, [&](ElementIndex e) -> const Fact& { return (*binding->facts)[nth(e)]; },
      [&](ElementIndex e) { return !std::holds_alternative<std::monostate>(*binding->values[nth(e)]); },
      [&](ElementIndex e, const Fact& fact) { binding->values[nth(e)] = std::holds_alternative<std::monostate>(fact) ? &nothing : &fact; },
      [&](ElementIndex e) { binding->values[nth(e)] = &version.defaults()[e]; },
      [&](ElementIndex e) { faults.push_back(missing_fault(policy.elements[e])); });
  if (!faults.empty()) {
    const std::string here = version.binder().places().pointer(place);
    for (DocumentFault& fault : faults) {
      if (fault.pointer.starts_with(here)) fault.pointer.erase(0, here.size());
    }
    return document_failure(std::move(faults));
  }
  for (std::size_t i = 0; i < binding->elements.size(); ++i) {
    binding->codes.push_back(code_of(policy.elements[binding->elements[i]], *binding->values[i]));
    for (auto around = policy.elements[binding->elements[i]].parent; around; around = policy.elements[*around].parent) {
      if (!std::binary_search(binding->elements.begin(), binding->elements.end(), *around)) binding->around.push_back(*around);
    }
  }
  std::sort(binding->around.begin(), binding->around.end());
  binding->around.erase(std::unique(binding->around.begin(), binding->around.end()), binding->around.end());
  return std::shared_ptr<const DocumentBinding>(std::move(binding));
}

// The elements of a carried document, or none where something is different.
std::optional<std::vector<ElementIndex>> carried(const PolicyDescriptor& from, const DocumentBinding& binding,
                                                 const PolicyVersion& to, PlaceIndex place) {
  std::vector<ElementIndex> elements = to.binder().below(place);
  if (elements.size() != binding.elements.size()) return std::nullopt;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!same_element(from.elements[binding.elements[i]], to.policy().elements[elements[i]])) return std::nullopt;
  }
  return elements;
}

}  // namespace

BindingResult bind_text(const PolicyVersion& version, const std::string& where, const std::string& text) {
  const auto place = version.binder().document_place(where);
  if (!place) return Failure(TALLY_ERROR_UNKNOWN, "no document stands at `" + where + "`");
  BindDocumentResult bound = version.binder().bind_document(*place, text);
  if (!bound.document) return document_failure(std::move(bound.faults));
  std::vector<ElementIndex> elements = version.binder().below(*place);
  auto facts = std::make_shared<std::vector<Fact>>();
  facts->reserve(elements.size());
  for (const ElementIndex e : elements) facts->push_back(std::move(bound.document->facts.by_element[e]));
  return bind_facts(version, *place, std::move(elements), std::move(facts));
}

KeptDocument::KeptDocument(Ref<ReloadablePolicy> policy, std::string place, std::string text,
                           std::shared_ptr<const PolicyVersion> version, std::shared_ptr<const DocumentBinding> binding)
    : policy_(std::move(policy)), place_(std::move(place)), text_(std::move(text)) {
  known_.push_back({version->generation(), binding});
  read_for_ = version->loaded().contents.descriptor;
  last_ = std::move(binding);
  policy_->add(*this);
}

KeptDocument::~KeptDocument() { policy_->remove(*this); }

BindingResult KeptDocument::in(const std::shared_ptr<const PolicyVersion>& version, Taken* taken) {
  const std::lock_guard lock(mutex_);
  for (const Known& known : known_) {
    if (known.generation != version->generation()) continue;
    if (taken != nullptr) {
      *taken = std::holds_alternative<Failure>(known.result) ? Taken::failed : Taken::carried;
    }
    return known.result;
  }
  Taken how = Taken::rebound;
  BindingResult result = Failure(TALLY_ERROR_UNKNOWN, "no document stands at `" + place_ + "` in the version in use");
  if (const auto place = version->binder().document_place(place_)) {
    if (auto elements = carried(*read_for_, *last_, *version, *place)) {
      how = Taken::carried;
      result = bind_facts(*version, *place, std::move(*elements), last_->facts);
    } else {
      result = bind_text(*version, place_, text_);
    }
  }
  if (const auto* binding = std::get_if<std::shared_ptr<const DocumentBinding>>(&result)) {
    if ((*binding)->generation > last_->generation) {
      read_for_ = version->loaded().contents.descriptor;
      last_ = *binding;
    }
  } else {
    how = Taken::failed;
  }
  known_.push_back({version->generation(), result});
  if (known_.size() > 2) {
    known_.erase(std::min_element(known_.begin(), known_.end(), [](const Known& a, const Known& b) { return a.generation < b.generation; }));
  }
  if (taken != nullptr) *taken = how;
  return result;
}

}  // namespace tally
