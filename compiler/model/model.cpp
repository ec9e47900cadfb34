#include "compiler/model/model.h"

namespace tally {
namespace {

void add_cells(const Model& model, const Element& map, const PathStep& step, const std::vector<std::string>& binders,
               std::vector<ElementId>& out) {
  // Fixed indices narrow the cells; `*` runs through all values.
  std::vector<std::vector<std::size_t>> choices;
  for (std::size_t i = 0; i < step.indices.size(); ++i) {
    const Type& index = *map.type->indices[i];
    const PathIndex& wanted = step.indices[i];
    std::vector<std::size_t> values;
    if (wanted.kind == PathIndex::Kind::any) {
      for (std::size_t v = 0; v < index.values.size(); ++v) values.push_back(v);
    } else {
      const std::string& name = wanted.kind == PathIndex::Kind::value ? wanted.value : binders[wanted.binder];
      if (auto v = value_index(index, name)) values.push_back(*v);
    }
    choices.push_back(std::move(values));
  }
  std::vector<std::vector<std::size_t>> cells = {{}};
  for (const auto& values : choices) {
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& cell : cells)
      for (std::size_t v : values) {
        longer.push_back(cell);
        longer.back().push_back(v);
      }
    cells = std::move(longer);
  }
  for (const auto& cell : cells) out.push_back(map.children[cell_at(*map.type, cell)]);
  (void)model;
}

}  // namespace

void add_operands(const Expr& expression, std::vector<const Expr*>& out) {
  const auto add = [&](const ExprRef& e) {
    if (e) out.push_back(e.get());
  };
  const auto add_all = [&](const std::vector<ExprRef>& all) {
    for (const ExprRef& e : all) add(e);
  };
  struct Visitor {
    decltype(add)& one;
    decltype(add_all)& all;
    void operator()(const Constant&) const {}
    void operator()(const InputRef&) const {}
    void operator()(const ParameterRef&) const {}
    void operator()(const DecisionRef&) const {}
    void operator()(const TextTemplate& n) const {
      for (const Piece& piece : n.pieces) {
        if (const auto* e = std::get_if<ExprRef>(&piece)) one(*e);
      }
    }
    void operator()(const LetRef& n) const { all(n.arguments); }
    void operator()(const FieldOf& n) const { one(n.base); }
    void operator()(const IndexOf& n) const {
      one(n.base);
      all(n.indices);
    }
    void operator()(const ElseOf& n) const { all(n.operands); }
    void operator()(const RecordOf& n) const { all(n.members); }
    void operator()(const RulesOf& n) const {
      for (const Arm& arm : n.arms) {
        one(arm.outcome);
        one(arm.condition);
      }
    }
    void operator()(const Convert& n) const { one(n.operand); }
    void operator()(const IsSet& n) const { one(n.operand); }
    void operator()(const Equal& n) const {
      one(n.left);
      one(n.right);
    }
    void operator()(const AmongValues& n) const { one(n.operand); }
    void operator()(const AmongCut& n) const { one(n.operand); }
    void operator()(const NotOf& n) const { one(n.operand); }
    void operator()(const AndOf& n) const { all(n.operands); }
    void operator()(const OrOf& n) const { all(n.operands); }
  };
  std::visit(Visitor{add, add_all}, expression.node);
}

std::vector<ElementId> resolve(const Model& model, const PathPattern& path, const std::vector<std::string>& binders) {
  std::vector<ElementId> here = {model.at(path.input).element};
  for (const PathStep& step : path.steps) {
    std::vector<ElementId> next;
    for (ElementId id : here) {
      const Element& element = model.at(id);
      if (step.field)
        next.push_back(element.children[*step.field]);
      else
        add_cells(model, element, step, binders, next);
    }
    here = std::move(next);
  }
  return here;
}

std::vector<ElementId> below(const Model& model, ElementId element) {
  std::vector<ElementId> out = {element};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto& children = model.at(out[i]).children;
    out.insert(out.end(), children.begin(), children.end());
  }
  return out;
}

std::vector<ElementId> optional_ancestors(const Model& model, ElementId element) {
  std::vector<ElementId> out;
  for (auto parent = model.at(element).parent; parent; parent = model.at(*parent).parent)
    if (model.at(*parent).optional()) out.insert(out.begin(), *parent);
  return out;
}

bool may_be_unset(const Model& model, ElementId element) {
  return model.at(element).optional() || !optional_ancestors(model, element).empty();
}

}  // namespace tally
