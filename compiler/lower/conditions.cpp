// Conditions: flags that are never unset, as nodes with two codes.
//
// In:     conditions of the model
// Out:    nodes that are 1 if the condition holds
// Always: a comparison of a number or text becomes cuts of the leaves that are its
//         origins; a comparison of a literal is decided immediately. `(a else 60) < 30`
//         is "a is set and a < 30".
#include <algorithm>

#include "compiler/lower/parts.h"

namespace tally {

NodeId Lowering::Impl::on(const Part& flag, const Type& type) {
  std::vector<std::uint32_t> table(type.values.size() + 1, 0);
  if (const auto index = value_index(type, "on")) table[*index + 1] = 1;
  return graph.member(flag.node, std::move(table));
}

NodeId Lowering::Impl::is_set(const Part& part) {
  if (!part.origins) return graph.is_set(part.node);
  std::vector<NodeId> branches(graph.codes(part.node), graph.yes());
  branches[0] = graph.no();
  return pushdown(part.node, branches);
}

NodeId Lowering::Impl::test(const Expr&, const Constant& node, std::uint32_t) {
  const auto* name = std::get_if<EnumName>(&node.value);
  return name && name->name == "on" ? graph.yes() : graph.no();
}

NodeId Lowering::Impl::test(const Expr& e, const ParameterRef& node, std::uint32_t scope) {
  const Binding binding = scopes[scope][node.index];
  if (!binding.expression || !binding.expression->type->is_condition()) {
    return on(part(e, scope, Paths::empty), *e.type);
  }
  return condition(*binding.expression, binding.scope);
}

NodeId Lowering::Impl::test(const Expr& e, const LetRef& node, std::uint32_t scope) {
  const Expr& body = *model.at(node.let).body;
  if (!body.type->is_condition()) return on(part(e, scope, Paths::empty), *e.type);
  return condition(body, scope_of(node, scope));
}

NodeId Lowering::Impl::test(const Expr&, const RulesOf& node, std::uint32_t scope) {
  std::vector<std::pair<NodeId, NodeId>> arms;
  for (const Arm& arm : node.arms) {
    const NodeId when = arm.condition ? condition(*arm.condition, scope) : graph.yes();
    arms.emplace_back(when, condition(*arm.outcome, scope));
  }
  return graph.choose(arms, graph.no());
}

NodeId Lowering::Impl::test(const Expr& e, const Convert& node, std::uint32_t scope) {
  if (!node.operand->type->is_condition()) return on(part(e, scope, Paths::empty), *e.type);
  return condition(*node.operand, scope);
}

NodeId Lowering::Impl::test(const Expr&, const IsSet& node, std::uint32_t scope) {
  return is_set(part(*node.operand, scope, Paths::empty));
}

// Compares by names, since the two types may have different lists of values.
NodeId Lowering::Impl::test(const Expr&, const Equal& node, std::uint32_t scope) {
  const Type &left = *node.left->type, &right = *node.right->type;
  const auto is_value = [&](const Expr& side, const std::string& name) {
    const NodeId whole = part(side, scope, Paths::empty).node;
    std::vector<std::uint32_t> table(graph.codes(whole), 0);
    if (const auto index = value_index(*side.type, name)) table[*index + 1] = 1;
    return graph.member(whole, std::move(table));
  };
  // If one side is a single value, as a `for` name is, the values need not be compared
  // one by one.
  if (const auto name = named_value(*node.right, scope)) return is_value(*node.left, *name);
  if (const auto name = named_value(*node.left, scope)) return is_value(*node.right, *name);
  const NodeId a = part(*node.left, scope, Paths::empty).node;
  const NodeId b = part(*node.right, scope, Paths::empty).node;
  std::vector<NodeId> branches{graph.is_code(b, 0)};
  for (const EnumValue& value : left.values) {
    const auto index = value_index(right, value.name);
    branches.push_back(index ? graph.is_code(b, static_cast<std::uint32_t>(*index + 1)) : graph.no());
  }
  return graph.select(a, branches);
}

NodeId Lowering::Impl::test(const Expr&, const AmongValues& node, std::uint32_t scope) {
  const Type& type = *node.operand->type;
  std::vector<std::uint32_t> table(type.values.size() + 1, 0);
  for (const std::string& name : node.names) {
    if (const auto index = value_index(type, name)) table[*index + 1] = 1;
  }
  return graph.member(part(*node.operand, scope, Paths::empty).node, std::move(table));
}

NodeId Lowering::Impl::test(const Expr& e, const AmongCut& node, std::uint32_t scope) {
  const Part operand = part(*node.operand, scope, Paths::empty);
  std::vector<NodeId> branches(graph.codes(operand.node), graph.no());
  if (!operand.origins) return graph.no();  // the literal `unset`
  for (std::size_t i = 0; i < operand.origins->size(); ++i) {
    const Origin& origin = (*operand.origins)[i];
    NodeId& branch = branches[i + 1];
    if (const auto* number = std::get_if<std::uint64_t>(&origin)) {
      branch = contains(node.cut, *number) ? graph.yes() : graph.no();
    } else if (const auto* text = std::get_if<std::string>(&origin)) {
      branch = contains(node.cut, *text) ? graph.yes() : graph.no();
    } else if (const auto* element = std::get_if<ElementId>(&origin)) {
      branch = in_cut(*element, node.cut);
    } else {
      branch = in_cut(std::get<InsertedText>(origin), node.cut, e.span);
    }
  }
  return pushdown(operand.node, branches);
}

NodeId Lowering::Impl::test(const Expr&, const NotOf& node, std::uint32_t scope) {
  return graph.negate(condition(*node.operand, scope));
}

NodeId Lowering::Impl::test(const Expr&, const AndOf& node, std::uint32_t scope) {
  std::vector<NodeId> operands;
  for (const ExprRef& operand : node.operands) operands.push_back(condition(*operand, scope));
  return graph.both(std::move(operands));
}

NodeId Lowering::Impl::test(const Expr&, const OrOf& node, std::uint32_t scope) {
  std::vector<NodeId> operands;
  for (const ExprRef& operand : node.operands) operands.push_back(condition(*operand, scope));
  return graph.either(std::move(operands));
}

// One row per operand, from the last: entry k is whether the whole count is in the cut if k operands
// before hold. Most entries of a row are equal, so they are one node.
NodeId Lowering::Impl::test(const Expr&, const CountOf& node, std::uint32_t scope) {
  std::vector<NodeId> row;
  for (std::size_t k = 0; k <= node.operands.size(); ++k)
    row.push_back(contains(node.cut, std::uint64_t{k}) ? graph.yes() : graph.no());
  for (auto operand = node.operands.rbegin(); operand != node.operands.rend(); ++operand) {
    const NodeId holds = condition(**operand, scope);
    for (std::size_t k = 0; k + 1 < row.size(); ++k) row[k] = graph.choose({{holds, row[k + 1]}}, row[k]);
    row.pop_back();
  }
  return row.front();
}

}  // namespace tally
