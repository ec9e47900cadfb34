#include "compiler/model/model.h"

#include <algorithm>

#include "base/overloaded.h"

namespace tally {
namespace {

void add_cells(const Model& model, const Element& map, const PathStep& step, const std::vector<std::string>& binders,
               std::vector<ElementId>& out) {
  // A fixed index restricts the cells; `*` visits all values.
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
  std::visit(overloaded{[](const Constant&) {},
                        [](const InputRef&) {},
                        [](const ParameterRef&) {},
                        [](const DecisionRef&) {},
                        [&](const TextTemplate& n) {
                          for (const Piece& piece : n.pieces) {
                            if (const auto* e = std::get_if<ExprRef>(&piece)) add(*e);
                          }
                        },
                        [&](const LetRef& n) { add_all(n.arguments); },
                        [&](const FieldOf& n) { add(n.base); },
                        [&](const IndexOf& n) {
                          add(n.base);
                          add_all(n.indices);
                        },
                        [&](const ElseOf& n) { add_all(n.operands); },
                        [&](const RecordOf& n) { add_all(n.members); },
                        [&](const RulesOf& n) {
                          for (const Arm& arm : n.arms) {
                            add(arm.outcome);
                            add(arm.condition);
                          }
                        },
                        [&](const Convert& n) { add(n.operand); },
                        [&](const IsSet& n) { add(n.operand); },
                        [&](const Equal& n) {
                          add(n.left);
                          add(n.right);
                        },
                        [&](const RelatedAs& n) {
                          add(n.left);
                          add(n.right);
                        },
                        [&](const ExtremeOf& n) { add_all(n.operands); },
                        [&](const AmongValues& n) { add(n.operand); },
                        [&](const AmongCut& n) { add(n.operand); },
                        [&](const NotOf& n) { add(n.operand); },
                        [&](const AndOf& n) { add_all(n.operands); },
                        [&](const OrOf& n) { add_all(n.operands); },
                        [&](const CountOf& n) { add_all(n.operands); }},
             expression.node);
}

ElementId relation_of(const Model& model, ElementId a, ElementId b) {
  const std::pair<ElementId, ElementId> leaves = std::minmax(a, b);
  return model.elements.relation(leaves, [&] {
    const Element &left = model.at(leaves.first), &right = model.at(leaves.second);
    Element relation;
    relation.input = left.input;
    const bool is_number = left.type->kind == Type::Kind::number;
    const bool optional = may_be_unset(model, leaves.first) || may_be_unset(model, leaves.second);
    relation.type = with_optional(relation_type(left.type->kind), is_number && optional);
    relation.name = left.name + " : " + right.name;
    relation.relation = Relation{leaves.first, leaves.second};
    return relation;
  });
}

std::set<ElementId> with_related(const Model& model, std::set<ElementId> elements) {
  for (const ElementId element : std::set<ElementId>(elements)) {
    if (const auto& relation = model.at(element).relation) elements.insert({relation->left, relation->right});
  }
  return elements;
}

std::vector<ListId> named_lists(const Expr& expression) {
  if (const auto* values = std::get_if<AmongValues>(&expression.node)) return values->lists;
  if (const auto* cut = std::get_if<AmongCut>(&expression.node)) return cut->lists;
  return {};
}

std::vector<ElementId> elements_of_path(const Model& model, const PathPattern& path,
                                        const std::vector<std::string>& binders) {
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

std::vector<RuleArm> arms_in_order(const Decision& decision) {
  struct Ranked {
    RuleArm arm;
    std::uint32_t layer;
    std::size_t length;
  };
  constexpr std::size_t whole = SIZE_MAX;
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < decision.rules.size(); ++i) {
    const Rule& rule = decision.rules[i];
    for (const PrefixArm& arm : rule.prefixes)
      ranked.push_back({{i, arm.condition}, rule.layer, arm.whole ? whole : arm.prefix ? arm.prefix->size() + 1 : 0});
    if (rule.prefixes.empty()) ranked.push_back({{i, rule.condition}, rule.layer, 0});
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) {
    return a.layer != b.layer ? a.layer > b.layer : a.length > b.length;
  });
  std::vector<RuleArm> out;
  out.reserve(ranked.size());
  for (Ranked& each : ranked) out.push_back(std::move(each.arm));
  return out;
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
