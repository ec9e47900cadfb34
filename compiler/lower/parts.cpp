// Parts of values: a scalar or a presence in the value of an expression, as a node.
//
// In:     expressions of the model, each with a path
// Out:    nodes with exactly as many codes as the type of the part: an enum has its
//         values and unset, a presence 2, a number or text its origins and unset
// Always: only what the path needs is lowered
#include "compiler/lower/parts.h"

#include <algorithm>

namespace tally {
namespace {

bool same_values(const Type& a, const Type& b) {
  return std::ranges::equal(a.values, b.values, {}, &EnumValue::name, &EnumValue::name);
}

bool has_origins(const Type& type) { return type.kind == Type::Kind::number || type.kind == Type::Kind::text; }

// Translates a path in `wanted` to the path in `own`, by names. Returns nothing if `own`
// lacks the member.
std::optional<std::uint32_t> translate(Paths& paths, const Type& wanted, const Type& own, std::uint32_t path) {
  if (path == Paths::empty) return path;
  const std::uint32_t step = paths.step(path), rest = paths.rest(path);
  if (wanted.kind != own.kind) return std::nullopt;
  if (wanted.kind == Type::Kind::record) {
    const Field& field = wanted.fields[step];
    for (std::uint32_t i = 0; i < own.fields.size(); ++i) {
      if (own.fields[i].name != field.name) continue;
      const auto inner = translate(paths, *field.type, *own.fields[i].type, rest);
      if (!inner) return std::nullopt;
      return paths.push(i, *inner);
    }
    return std::nullopt;
  }
  std::vector<std::size_t> values = cell_values(wanted, step);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = value_index(*own.indices[i], wanted.indices[i]->values[values[i]].name);
    if (!value) return std::nullopt;
    values[i] = *value;
  }
  const auto inner = translate(paths, *wanted.element, *own.element, rest);
  if (!inner) return std::nullopt;
  return paths.push(static_cast<std::uint32_t>(cell_at(own, values)), *inner);
}

}  // namespace

std::uint32_t Paths::push(std::uint32_t step, std::uint32_t rest) {
  auto [it, is_new] = ids_.try_emplace({step, rest}, static_cast<std::uint32_t>(cells_.size()));
  if (is_new) cells_.emplace_back(step, rest);
  return it->second;
}

std::vector<std::uint32_t> recoding(const Type& from, const Type& to) {
  std::vector<std::uint32_t> table{0};
  for (const EnumValue& value : from.values) {
    const auto index = value_index(to, value.name);
    table.push_back(index ? static_cast<std::uint32_t>(*index + 1) : 0);
  }
  return table;
}

const Type& type_at(const Type& type, const Paths& paths, std::uint32_t path) {
  static const Type nothing;
  const Type* at = &type;
  for (; path != Paths::empty; path = paths.rest(path)) {
    if (!at->is_object()) return nothing;
    at = at->kind == Type::Kind::map ? at->element.get() : at->fields[paths.step(path)].type.get();
  }
  return *at;
}

std::size_t Lowering::Impl::KeyHash::operator()(const Key& key) const {
  std::uint64_t hash = reinterpret_cast<std::uintptr_t>(key.expression);
  hash = (hash ^ (std::uint64_t{key.scope} << 32 | key.path)) * 0x9e3779b97f4a7c15u;
  return static_cast<std::size_t>(hash ^ (hash >> 29));
}

template <class Make>
Part Lowering::Impl::once(const Key& key, Make make) {
  if (const auto it = memo.find(key); it != memo.end()) {
    trace->entries.push_back(it->second);
    return entries[it->second].part;
  }
  Trace own;
  Trace* outer = std::exchange(trace, &own);
  ++depth;
  Part result = make();
  --depth;
  trace = outer;
  const auto id = static_cast<std::uint32_t>(entries.size());
  entries.push_back({result, std::move(own)});
  memo.emplace(key, id);
  trace->entries.push_back(id);
  return result;
}

Part Lowering::Impl::part(const Expr& e, std::uint32_t scope, std::uint32_t path) {
  if (depth >= max_lowering_depth) {
    fail(DiagnosticId::too_many_leaves, {},
         "lets and decisions are nested more than " + grouped(max_lowering_depth) + " deep");
    return missing(type_at(*e.type, paths, path));
  }
  return once({&e, scope, path},
              [&] { return std::visit([&](const auto& node) { return lower(e, node, scope, path); }, e.node); });
}

NodeId Lowering::Impl::condition(const Expr& e, std::uint32_t scope) {
  constexpr std::uint32_t as_condition = 0xffffffff;  // distinct from all paths
  if (depth >= max_lowering_depth) return on(part(e, scope, Paths::empty), *e.type);
  return once({&e, scope, as_condition},
              [&] {
                return Part{std::visit([&](const auto& node) { return test(e, node, scope); }, e.node), nullptr};
              })
      .node;
}

NodeId Lowering::Impl::condition_or_yes(const ExprRef& written) {
  return written ? condition(*written, 0) : graph.yes();
}

Part Lowering::Impl::decision_part(DecisionId id, std::uint32_t path) {
  const Decision& decision = model.at(id);
  const std::size_t before = entries.size();
  const Part result = once({nullptr, id.value, path}, [&] {
    const Type& type = type_at(*decision.type, paths, path);
    std::vector<std::pair<NodeId, Part>> arms;
    for (const RuleArm& arm : arms_in_order(decision)) {
      const Expr& outcome = *decision.rules[arm.rule].outcome;
      const NodeId when = condition_or_yes(arm.condition);
      arms.emplace_back(when, fit(part(outcome, 0, path), type_at(*outcome.type, paths, path), type));
    }
    return choose(arms, missing(type));
  });
  if (entries.size() > before) shorten(entries.back().trace);
  return result;
}

// --- kinds of expressions ----------------------------------------------------------

Part Lowering::Impl::lower(const Expr& e, const Constant& node, std::uint32_t, std::uint32_t path) {
  const Type& type = type_at(*e.type, paths, path);
  if (std::holds_alternative<Unset>(node.value)) return missing(type);
  if (const auto* name = std::get_if<EnumName>(&node.value)) {
    const auto index = value_index(type, name->name);
    const auto codes = static_cast<std::uint32_t>(type.values.size() + 1);
    return {graph.constant(index ? static_cast<std::uint32_t>(*index + 1) : 0, codes), nullptr};
  }
  if (const auto* set = std::get_if<SetValue>(&node.value)) {
    if (path == Paths::empty) return {graph.yes(), nullptr};
    const std::string& value = e.type->indices.front()->values[paths.step(path)].name;
    const bool in = std::find(set->names.begin(), set->names.end(), value) != set->names.end();
    return {graph.constant(in ? 2 : 1, 3), nullptr};
  }
  Origin origin;
  if (const auto* number = std::get_if<std::uint64_t>(&node.value)) origin = *number;
  if (const auto* text = std::get_if<std::string>(&node.value)) origin = *text;
  return {graph.yes(), std::make_shared<const std::vector<Origin>>(1, origin)};
}

Part Lowering::Impl::lower(const Expr& e, const InputRef& node, std::uint32_t, std::uint32_t path) {
  ElementId at = model.at(node.input).element;
  for (std::uint32_t p = path; p != Paths::empty; p = paths.rest(p)) at = model.at(at).children[paths.step(p)];
  return fit(element_part(at), *model.at(at).type, type_at(*e.type, paths, path));
}

Part Lowering::Impl::element_part(ElementId id) {
  const Element& element = model.at(id);
  const Type& type = *element.type;
  if (type.is_object()) {
    // A required object is present if the nearest optional object around it is.
    if (!type.optional) {
      const auto around = optional_ancestors(model, id);
      if (around.empty()) return {graph.yes(), nullptr};
      id = around.back();
    }
    trace->elements.push_back(id);
    return {graph.leaf(id, 2), nullptr};
  }
  trace->elements.push_back(id);
  if (type.is_enum()) return {graph.leaf(id, static_cast<std::uint32_t>(type.values.size() + 1)), nullptr};
  const NodeId present = may_be_unset(model, id) ? graph.present(id) : graph.yes();
  return {present, std::make_shared<const std::vector<Origin>>(1, Origin{id})};
}

Part Lowering::Impl::lower(const Expr& e, const ParameterRef& node, std::uint32_t scope, std::uint32_t path) {
  const Type& type = type_at(*e.type, paths, path);
  const Binding binding = scopes[scope][node.index];
  if (!binding.expression) {
    const auto index = value_index(type, binding.value);
    const auto codes = static_cast<std::uint32_t>(type.values.size() + 1);
    return {graph.constant(index ? static_cast<std::uint32_t>(*index + 1) : 0, codes), nullptr};
  }
  const Expr& argument = *binding.expression;
  return fit(part(argument, binding.scope, path), type_at(*argument.type, paths, path), type);
}

Part Lowering::Impl::lower(const Expr& e, const LetRef& node, std::uint32_t scope, std::uint32_t path) {
  const Expr& body = *model.at(node.let).body;
  return fit(part(body, scope_of(node, scope), path), type_at(*body.type, paths, path), type_at(*e.type, paths, path));
}

Part Lowering::Impl::lower(const Expr& e, const DecisionRef& node, std::uint32_t, std::uint32_t path) {
  const Type& own = *model.at(node.decision).type;
  return fit(decision_part(node.decision, path), type_at(own, paths, path), type_at(*e.type, paths, path));
}

Part Lowering::Impl::lower(const Expr& e, const FieldOf& node, std::uint32_t scope, std::uint32_t path) {
  const std::uint32_t longer = paths.push(node.field, path);
  return fit(part(*node.base, scope, longer), type_at(*node.base->type, paths, longer), type_at(*e.type, paths, path));
}

Part Lowering::Impl::lower(const Expr& e, const IndexOf& node, std::uint32_t scope, std::uint32_t path) {
  std::vector<std::size_t> values(node.indices.size());
  return cell(e, node, scope, path, values, 0);
}

// The cell for the values of the indices, of which the first k are fixed. A constant
// index needs one cell. Any other index needs each cell that it may name.
Part Lowering::Impl::cell(const Expr& e, const IndexOf& node, std::uint32_t scope, std::uint32_t path,
                          std::vector<std::size_t>& values, std::size_t k) {
  const Type& map = *node.base->type;
  const Type& type = type_at(*e.type, paths, path);
  if (k == values.size()) {
    const std::uint32_t longer = paths.push(static_cast<std::uint32_t>(cell_at(map, values)), path);
    return fit(part(*node.base, scope, longer), type_at(map, paths, longer), type);
  }
  auto at_value = [&](const std::string& name) {
    const auto value = value_index(*map.indices[k], name);
    if (!value) return missing(type);
    values[k] = *value;
    return cell(e, node, scope, path, values, k + 1);
  };
  const Expr& index = *node.indices[k];
  if (const auto name = named_value(index, scope)) return at_value(*name);
  const NodeId code = part(index, scope, Paths::empty).node;
  std::vector<Part> branches{missing(type)};
  for (const EnumValue& value : index.type->values) branches.push_back(at_value(value.name));
  // If the index is always set, code 0 may have any branch, and gets that of code 1.
  if (branches.size() > 1 && !unset_nodes.may_be_unset(code)) branches[0] = branches[1];
  return select(code, branches);
}

Part Lowering::Impl::lower(const Expr& e, const ElseOf& node, std::uint32_t scope, std::uint32_t path) {
  const Type& type = type_at(*e.type, paths, path);
  std::vector<Part> operands;
  for (const ExprRef& operand : node.operands) {
    operands.push_back(fit(part(*operand, scope, path), type_at(*operand->type, paths, path), type));
  }
  if (type.is_object()) {
    std::vector<NodeId> presences;
    for (const Part& operand : operands) presences.push_back(operand.node);
    return {graph.either(std::move(presences)), nullptr};
  }
  Part last = operands.back();
  operands.pop_back();
  if (!has_origins(type)) {
    for (; !operands.empty(); operands.pop_back()) last.node = graph.first_set(operands.back().node, last.node);
    return last;
  }
  // A flat choice, so that a walk over choices needs no deep stack.
  std::vector<std::pair<NodeId, Part>> arms;
  for (Part& operand : operands) {
    const NodeId set = is_set(operand);
    if (operand.origins->size() == 1) operand.node = graph.yes();  // if it is set, it is this origin
    arms.emplace_back(set, std::move(operand));
  }
  return choose(arms, last);
}

Part Lowering::Impl::lower(const Expr& e, const RecordOf& node, std::uint32_t scope, std::uint32_t path) {
  if (path == Paths::empty) return {graph.yes(), nullptr};
  const Type& type = type_at(*e.type, paths, path);
  const ExprRef& member = node.members[paths.step(path)];
  if (!member) return missing(type);
  const std::uint32_t rest = paths.rest(path);
  return fit(part(*member, scope, rest), type_at(*member->type, paths, rest), type);
}

Part Lowering::Impl::lower(const Expr& e, const RulesOf& node, std::uint32_t scope, std::uint32_t path) {
  const Type& type = type_at(*e.type, paths, path);
  std::vector<std::pair<NodeId, Part>> arms;
  for (const Arm& arm : node.arms) {
    const NodeId when = arm.condition ? condition(*arm.condition, scope) : graph.yes();
    arms.emplace_back(when, fit(part(*arm.outcome, scope, path), type_at(*arm.outcome->type, paths, path), type));
  }
  return choose(arms, missing(type));
}

Part Lowering::Impl::lower(const Expr& e, const Convert& node, std::uint32_t scope, std::uint32_t path) {
  const Type& own = *node.operand->type;
  const Type& type = type_at(*e.type, paths, path);
  const auto inner = translate(paths, *e.type, own, path);
  if (!inner) return missing(type);
  return fit(part(*node.operand, scope, *inner), type_at(own, paths, *inner), type);
}

// --- helpers -----------------------------------------------------------------------

Part Lowering::Impl::missing(const Type& type) {
  if (type.is_object()) return {graph.no(), nullptr};
  const Origins none = has_origins(type) ? std::make_shared<const std::vector<Origin>>() : nullptr;
  return {graph.constant(0, static_cast<std::uint32_t>(type.values.size() + 1)), none};
}

Part Lowering::Impl::fit(Part part, const Type& from, const Type& to) {
  if (from.kind != to.kind) {
    // A record, map or scalar has another kind here only if one side is `unset`.
    return missing(to);
  }
  if (!to.is_enum() || same_values(from, to)) return part;
  part.node = graph.recode(part.node, recoding(from, to), static_cast<std::uint32_t>(to.values.size() + 1));
  return part;
}

Part Lowering::Impl::choose(const std::vector<std::pair<NodeId, Part>>& arms, const Part& otherwise) {
  std::vector<Part> values;
  for (const auto& arm : arms) values.push_back(arm.second);
  values.push_back(otherwise);
  Part result;
  const std::vector<NodeId> nodes = align(std::move(values), result.origins);
  std::vector<std::pair<NodeId, NodeId>> choices;
  for (std::size_t i = 0; i < arms.size(); ++i) choices.emplace_back(arms[i].first, nodes[i]);
  result.node = graph.choose(choices, nodes.back());
  return result;
}

Part Lowering::Impl::select(NodeId index, const std::vector<Part>& branches) {
  Part result;
  const std::vector<NodeId> nodes = align(branches, result.origins);
  result.node = graph.select(index, nodes);
  return result;
}

std::optional<std::string> Lowering::Impl::named_value(const Expr& e, std::uint32_t scope) {
  const Expr* at = &e;
  while (true) {
    if (const auto* constant = std::get_if<Constant>(&at->node)) {
      const auto* name = std::get_if<EnumName>(&constant->value);
      return name ? std::optional(name->name) : std::nullopt;
    }
    if (const auto* parameter = std::get_if<ParameterRef>(&at->node)) {
      const Binding& binding = scopes[scope][parameter->index];
      if (!binding.expression) return binding.value;
      at = binding.expression;
      scope = binding.scope;
    } else if (const auto* let = std::get_if<LetRef>(&at->node)) {
      scope = scope_of(*let, scope);
      at = model.at(let->let).body.get();
    } else if (const auto* converted = std::get_if<Convert>(&at->node)) {
      at = converted->operand.get();
    } else {
      return std::nullopt;
    }
  }
}

std::uint32_t Lowering::Impl::scope_of(const LetRef& call, std::uint32_t scope) {
  std::vector<Binding> bindings;
  for (const ExprRef& argument : call.arguments) {
    if (const auto* parameter = std::get_if<ParameterRef>(&argument->node)) {
      bindings.push_back(scopes[scope][parameter->index]);  // the parameter is handed on, so its own binding is used
      continue;
    }
    const bool closed = std::holds_alternative<Constant>(argument->node) ||
                        std::holds_alternative<InputRef>(argument->node) ||
                        std::holds_alternative<DecisionRef>(argument->node);
    bindings.push_back({argument.get(), closed ? 0 : scope, {}});
  }
  return scope_of(std::move(bindings));
}

std::uint32_t Lowering::Impl::scope_of(const std::vector<std::string>& binders) {
  std::vector<Binding> bindings;
  for (const std::string& value : binders) bindings.push_back({nullptr, 0, value});
  return scope_of(std::move(bindings));
}

std::uint32_t Lowering::Impl::scope_of(std::vector<Binding> bindings) {
  auto [it, is_new] = scope_ids.try_emplace(std::move(bindings), static_cast<std::uint32_t>(scopes.size()));
  if (is_new) scopes.push_back(it->first);
  return it->second;
}

void Lowering::Impl::fail(DiagnosticId code, std::optional<Span> span, std::string message) {
  LoweringFailure failure{code, span, std::move(message)};
  if (std::find(failures.begin(), failures.end(), failure) == failures.end()) failures.push_back(std::move(failure));
}

}  // namespace tally
