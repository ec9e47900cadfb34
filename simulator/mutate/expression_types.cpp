#include "simulator/mutate/expression_types.h"

#include <variant>
#include <vector>

namespace tally {

ExpressionTypes::ExpressionTypes(const Model& model, const std::set<DecisionId>& decisions) {
  for (const DecisionId id : decisions) {
    for (const Rule& rule : model.at(id).rules) {
      add(model, rule.outcome);
      add(model, rule.condition);
    }
  }
}

void ExpressionTypes::add(const Model& model, const ExprRef& root) {
  std::vector<const Expr*> left;
  if (root) left.push_back(root.get());
  while (!left.empty()) {
    const Expr& e = *left.back();
    left.pop_back();
    add_operands(e, left);
    if (const auto* let = std::get_if<LetRef>(&e.node)) {
      const Let& named = model.at(let->let);
      if (reached_.insert(named.written).second) left.push_back(named.body.get());
    }
    for (const ListId list : named_lists(e)) reached_.insert(model.at(list).span);
    if (e.span.file != model.root) continue;
    // A conversion has the span of the expression that it converts, and only that one is in the
    // text.
    if (std::holds_alternative<Convert>(e.node)) continue;
    if (std::holds_alternative<Constant>(e.node)) constants_.insert(e.span);
    types_.try_emplace(e.span, e.type);
  }
}

}  // namespace tally
