// The types of the expressions of a rule file, by the spans of their texts.
//
// In:     a model, and the decisions that are looked at.
// Out:    the type of each expression of the root file that these decisions depend on. In
//         `on when limit < 30`, the span of `limit` has the type of the input `limit`.
// Always: a conversion, which is not in the text, does not hide the expression that it converts.
#pragma once

#include <map>
#include <set>

#include "compiler/model/model.h"

namespace tally {

class ExpressionTypes {
 public:
  ExpressionTypes(const Model& model, const std::set<DecisionId>& decisions);

  // The type of the expression with this span, or null if the decisions do not depend on one.
  const TypeRef* of(const Span& span) const {
    const auto at = types_.find(span);
    return at == types_.end() ? nullptr : &at->second;
  }
  // Whether the expression is a value of an enum, a flag, a number, a text or `unset`.
  bool is_constant(const Span& span) const { return constants_.contains(span); }
  // Whether a decision depends on the let or list whose name has this span.
  bool is_reached(const Span& name) const { return reached_.contains(name); }

 private:
  void add(const Model& model, const ExprRef& root);

  std::map<Span, TypeRef> types_;
  std::set<Span> constants_;
  std::set<Span> reached_;  // the spans of the names of lets and lists
};

}  // namespace tally
