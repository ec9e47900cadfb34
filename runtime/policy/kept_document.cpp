#include "runtime/policy/kept_document.h"

#include <algorithm>
#include <utility>

#include "base/section.h"
#include "runtime/documents/completion.h"
#include "runtime/policy/reloadable_policy.h"

namespace tally {
namespace {

const Fact nothing{};

Failure no_place(const std::string& place) {
  return {TALLY_ERROR_UNKNOWN, "no document stands at `" + place + "` in the version in use"};
}

// Whether two elements read the same facts from the same place.
bool same_element(const ElementDescriptor& a, const ElementDescriptor& b) {
  return a.name == b.name && a.pointer == b.pointer && a.kind == b.kind && a.filter == b.filter && a.open == b.open &&
         a.optional == b.optional && a.values == b.values && a.low == b.low && a.high == b.high &&
         a.default_value == b.default_value;
}

// Binds facts to a version: their codes, the defaults, the objects around them.
Result<OwnedBinding, Failure> bind_facts(const PolicyVersion& version, PlaceIndex place,
                                         std::vector<ElementIndex> elements,
                                         std::shared_ptr<const std::vector<Fact>> facts, std::size_t unknown_keys) {
  const PolicyDescriptor& policy = version.policy();
  auto binding = std::make_unique<DocumentBinding>();
  binding->place = place;
  binding->elements = std::move(elements);
  binding->facts = std::move(facts);
  binding->unknown_keys = unknown_keys;
  const auto nth = [&](ElementIndex e) {
    return static_cast<std::size_t>(std::lower_bound(binding->elements.begin(), binding->elements.end(), e) -
                                    binding->elements.begin());
  };
  binding->values.assign(binding->elements.size(), &nothing);
  std::vector<DocumentFault> faults;
  complete_each(
      policy, binding->elements, [&](ElementIndex e) -> const Fact& { return (*binding->facts)[nth(e)]; },
      [&](ElementIndex e) { return !std::holds_alternative<std::monostate>(*binding->values[nth(e)]); },
      [&](ElementIndex e, const Fact& fact) {
        binding->values[nth(e)] = std::holds_alternative<std::monostate>(fact) ? &nothing : &fact;
      },
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
    const ElementDescriptor& element = policy.elements[binding->elements[i]];
    if (element.offset)
      binding->codes.push_back({*element.offset, element.wide, code_of(element, *binding->values[i])});
    for (auto around = element.parent; around; around = policy.elements[*around].parent) {
      if (!std::binary_search(binding->elements.begin(), binding->elements.end(), *around))
        binding->around.push_back(*around);
    }
  }
  std::sort(binding->around.begin(), binding->around.end());
  binding->around.erase(std::unique(binding->around.begin(), binding->around.end()), binding->around.end());
  return OwnedBinding(std::move(binding));
}

// The elements of a document that can be carried; nothing if a version asks for something else.
std::optional<std::vector<ElementIndex>> carried(const PolicyDescriptor& from, const std::vector<ElementIndex>& before,
                                                 const PolicyVersion& to, PlaceIndex place) {
  std::vector<ElementIndex> elements = to.binder().below(place);
  if (elements.size() != before.size()) return std::nullopt;
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!same_element(from.elements[before[i]], to.policy().elements[elements[i]])) return std::nullopt;
  }
  return elements;
}

}  // namespace

Result<OwnedBinding, Failure> bind_text(const PolicyVersion& version, const std::string& where,
                                        const std::string& text) {
  const auto place = version.binder().document_place(where);
  if (!place) return Failure(TALLY_ERROR_UNKNOWN, "no document stands at `" + where + "`");
  BindDocumentResult bound = version.binder().bind_document(*place, text, {UnknownKeys::counted});
  if (!bound.document) return document_failure(std::move(bound.faults));
  std::vector<ElementIndex> elements = version.binder().below(*place);
  auto facts = std::make_shared<std::vector<Fact>>();
  facts->reserve(elements.size());
  for (const ElementIndex e : elements) facts->push_back(std::move(bound.document->facts.by_element[e]));
  return bind_facts(version, *place, std::move(elements), std::move(facts), bound.unknown_keys);
}

KeptDocument::KeptDocument(Ref<ReloadablePolicy> policy, std::string place, std::string text,
                           const std::shared_ptr<const PolicyVersion>& version, OwnedBinding binding)
    : policy_(std::move(policy)), place_(std::move(place)), text_(std::move(text)) {
  (void)keep(version, std::move(binding));  // that is not a failure
  policy_->add(*this);
}

KeptDocument::~KeptDocument() { policy_->remove(*this); }

// Keeps the result for all who hold the version.
Result<const DocumentBinding*, Failure> KeptDocument::keep(const std::shared_ptr<const PolicyVersion>& version,
                                                           Result<OwnedBinding, Failure> result) {
  // A version that nobody holds cannot be asked for again.
  std::erase_if(known_, [](const Known& known) { return known.version.expired(); });
  const std::uint64_t serial = version->serial();
  known_.push_back({serial, version, std::move(result)});
  if (!known_.back().result) return known_.back().result.error();
  const DocumentBinding* const binding = known_.back().result->get();
  if (serial > last_) {
    last_ = serial;
    read_for_ = version->loaded().contents.descriptor;
    facts_ = binding->facts;
    elements_ = binding->elements;
    unknown_keys_.store(binding->unknown_keys, std::memory_order_relaxed);
  }
  Recent& recent = recent_[serial % recent_.size()];
  if (recent.serial.load(std::memory_order_relaxed) < serial) {
    // Whoever reads the pointer also reads serial 0, or that of this version.
    recent.serial.store(0, std::memory_order_relaxed);
    recent.binding.store(binding, std::memory_order_release);
    recent.serial.store(serial, std::memory_order_release);
  }
  return binding;
}

Result<std::vector<DocumentFault>, Failure> KeptDocument::warnings(const PolicyVersion& version) const {
  const auto place = version.binder().document_place(place_);
  if (!place) return no_place(place_);
  BindDocumentResult bound = version.binder().bind_document(*place, text_);
  if (!bound.document) return document_failure(std::move(bound.faults));
  return std::move(bound.faults);
}

Result<const DocumentBinding*, Failure> KeptDocument::in(const std::shared_ptr<const PolicyVersion>& version,
                                                         Taken* taken) {
  const Section section(mutex_);
  for (const Known& known : known_) {
    if (known.serial != version->serial()) continue;
    if (taken != nullptr) *taken = known.result ? Taken::carried : Taken::failed;
    if (!known.result) return known.result.error();
    return known.result->get();
  }
  Taken how = Taken::rebound;
  Result<OwnedBinding, Failure> result = no_place(place_);
  if (const auto place = version->binder().document_place(place_)) {
    if (auto elements = carried(*read_for_, elements_, *version, *place)) {
      how = Taken::carried;
      // The same elements have the same keys, so as many are unknown.
      result = bind_facts(*version, *place, std::move(*elements), facts_, unknown_keys());
    } else {
      result = bind_text(*version, place_, text_);
    }
  }
  if (!result) how = Taken::failed;
  if (taken != nullptr) *taken = how;
  return keep(version, std::move(result));
}

}  // namespace tally
