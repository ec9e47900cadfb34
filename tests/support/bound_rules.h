// Rules that are bound to documents, but not compiled, for unit tests of questions.
//
//   BoundRules rules("input n : 0..9\ndecision d : flag = n < 5\n");
//   const auto call = rules.binder().bind("{\"n\": 3}").call;
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/deploy/deployment.h"
#include "runtime/documents/request_binder.h"
#include "tests/support/rule_text.h"

namespace tally::testing {

class BoundRules {
 public:
  explicit BoundRules(const std::string& text) : c_(compile_text(text)) {
    if (!c_.policy) return;
    Diagnostics faults;
    const auto deployment = deploy(*c_.policy, faults);
    binder_ = std::make_unique<RequestBinder>(
        std::make_shared<PolicyDescriptor>(describe_policy(*c_.policy, *deployment, c_.sources)));
    for (ElementIndex i = 0; i < descriptor().elements.size(); ++i) {
      elements_.push_back(element(descriptor().elements[i].name));
      index_[elements_.back()] = i;
    }
  }

  bool is_running() const { return binder_ != nullptr; }
  Policy& policy() { return *c_.policy; }
  const Model& model() const { return *c_.policy->model; }
  const PolicyDescriptor& descriptor() const { return binder_->policy(); }
  const RequestBinder& binder() const { return *binder_; }
  // Of the descriptor, parents first.
  const std::vector<ElementId>& elements() const { return elements_; }
  ElementIndex index(ElementId id) const { return index_.at(id); }
  ElementId element(const std::string& name) const { return element_named(model(), name); }
  ExprRef condition(const std::string& text) { return condition_of(c_, text); }
  PlaceIndex place(const std::string& name) const { return *binder().document_place(name); }

 private:
  Compilation c_;
  std::unique_ptr<RequestBinder> binder_;
  std::map<ElementId, ElementIndex> index_;
  std::vector<ElementId> elements_;
};

}  // namespace tally::testing
