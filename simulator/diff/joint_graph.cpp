// A policy's decision graph over joint codes. See joint_model.h.
//
// The graph is translated node by node. A node that reads an element reads the joint element
// instead, with its codes mapped. All other nodes stay as they are.
#include <algorithm>
#include <utility>

#include "compiler/lower/origins.h"
#include "simulator/diff/joint_model.h"

namespace tally {
namespace {

// Variants of one text. If several leaves that are inserted into it have several meanings each,
// the text has one variant per combination.
constexpr std::size_t max_variants = 1'024;

Origin as_origin(const Literal& value, const Type& type) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  const auto* name = std::get_if<EnumName>(&value);
  return name ? type.values[value_index(type, name->name).value_or(0)].spelling : std::string();
}

}  // namespace

NodeId Joint::object_present(std::size_t side, std::optional<ElementId> object) {
  if (!object) return graph_->yes();
  auto at = maps_[side][object->value].joint;
  if (!at) return graph_->no();
  while (at && !model_->at(*at).optional()) at = model_->at(*at).parent;
  return at ? graph_->is_set(graph_->leaf(*at, 2)) : graph_->yes();
}

// Whether a number or text is set: it is there, or its default stands in its place.
NodeId Joint::is_set(std::size_t side, ElementId leaf) {
  const NodeId there = is_present(side, leaf);
  const Map& map = maps_[side][leaf.value];
  return map.fallback ? graph_->either({there, map.around}) : there;
}

// The code of a relation of two set values.
NodeId Joint::related(const Origin& left, const Origin& right, bool are_numbers, std::set<CutId>& cuts) {
  const auto code = [&](auto named) {
    return graph_->constant(static_cast<std::uint32_t>(named), are_numbers ? 4 : 3);
  };
  const auto *leaf = std::get_if<ElementId>(&left), *other = std::get_if<ElementId>(&right);
  const auto is_text = [](const Origin& origin) { return std::holds_alternative<std::string>(origin); };
  if (are_numbers && (is_text(left) || is_text(right))) return graph_->constant(0, 4);  // of a number that is never set
  if (left == right) return are_numbers ? code(NumberRelation::equal) : code(TextRelation::equal);
  if (leaf != nullptr && other != nullptr) {
    const ElementId joint = relation_of(*model_, *leaf, *other);
    cuts.insert(graph_->relation_cut(joint));
    const NodeId node = graph_->leaf(joint, are_numbers ? 4 : 3);
    return are_numbers && *other < *leaf ? graph_->recode(node, {0, 3, 2, 1}, 4) : node;
  }
  if (leaf == nullptr && other != nullptr) {
    const NodeId swapped = related(right, left, are_numbers, cuts);
    return are_numbers ? graph_->recode(swapped, {0, 3, 2, 1}, 4) : swapped;
  }
  const auto cut_of = [&](const Cut& cut) {
    const NodeId node = graph_->cut(*leaf, cut);
    if (const auto id = graph_->cut_of(node)) cuts.insert(*id);
    return node;
  };
  if (!are_numbers) {
    if (leaf == nullptr) return code(TextRelation::different);
    return graph_->choose({{cut_of({{}, {std::get<std::string>(right)}, {}}), code(TextRelation::equal)}},
                          code(TextRelation::different));
  }
  const std::uint64_t number = std::get<std::uint64_t>(right);
  if (leaf == nullptr)
    return code(std::get<std::uint64_t>(left) < number ? NumberRelation::less : NumberRelation::greater);
  std::vector<std::pair<NodeId, NodeId>> arms;
  if (number > 0) arms.emplace_back(cut_of({{{0, number - 1}}, {}, {}}), code(NumberRelation::less));
  arms.emplace_back(cut_of({{{number, number}}, {}, {}}), code(NumberRelation::equal));
  return graph_->choose(arms, code(NumberRelation::greater));
}

const Joint::RelationNode& Joint::relation(std::size_t side, ElementId id) {
  const auto known = relations_[side].find(id);
  if (known != relations_[side].end()) return known->second;
  const Model& model = *policies_[side]->model;
  const Relation& of = *model.at(id).relation;
  const bool are_numbers = model.at(of.left).type->kind == Type::Kind::number;
  const auto code = [&](std::uint32_t value) { return graph_->constant(value, are_numbers ? 4 : 3); };
  RelationNode out;
  const NodeId left = is_set(side, of.left), right = is_set(side, of.right);
  std::vector<std::pair<NodeId, NodeId>> arms;
  if (are_numbers) {
    arms.emplace_back(graph_->negate(graph_->both({left, right})), code(0));
  } else {
    arms.emplace_back(graph_->negate(graph_->either({left, right})), code(1));
    arms.emplace_back(graph_->negate(graph_->both({left, right})), code(2));
  }
  for (const auto& [when, meant] : choices(side, of.left)) {
    for (const auto& [also, other] : choices(side, of.right))
      arms.emplace_back(graph_->both({when, also}), related(meant, other, are_numbers, out.cuts));
  }
  const NodeId last = arms.back().second;
  arms.pop_back();
  out.code = graph_->choose(arms, last);
  return relations_[side].emplace(id, std::move(out)).first->second;
}

NodeId Joint::leaf(std::size_t side, ElementId id, std::uint32_t codes) {
  const Element& element = policies_[side]->model->at(id);
  if (element.relation) return relation(side, id).code;
  if (!element.is_leaf()) return graph_->recode(object_present(side, id), {0, 1}, codes);
  const Map& map = maps_[side][id.value];
  NodeId raw = graph_->constant(0, codes);
  if (map.joint) {
    const auto own = static_cast<std::uint32_t>(map.codes.size());
    raw = graph_->recode(graph_->leaf(*map.joint, own), map.codes, codes);
  }
  if (!map.fallback) return raw;
  const auto index = value_index(*element.type, std::get<EnumName>(*map.fallback).name);
  const auto code = static_cast<std::uint32_t>(index.value_or(0) + 1);
  const NodeId otherwise = graph_->recode(map.around, {0, code}, codes);
  return graph_->choose({{graph_->is_set(raw), raw}}, otherwise);
}

// Returns whether a number or text is present in the document, whatever its default.
NodeId Joint::is_present(std::size_t side, ElementId id) {
  const auto joint = maps_[side][id.value].joint;
  if (!joint) return graph_->no();
  const Type& type = *model_->at(*joint).type;
  if (!type.is_enum()) return graph_->present(*joint);
  return graph_->is_set(graph_->leaf(*joint, static_cast<std::uint32_t>(type.values.size() + 1)));
}

NodeId Joint::in_cut(std::size_t side, ElementId id, const Cut& cut) {
  const Map& map = maps_[side][id.value];
  NodeId raw = graph_->no();
  if (map.joint && model_->at(*map.joint).type->is_enum()) {
    const Type& type = *model_->at(*map.joint).type;
    std::vector<std::uint32_t> held{0};
    for (const EnumValue& value : type.values) held.push_back(contains(cut, value.spelling) ? 1 : 0);
    raw = graph_->member(graph_->leaf(*map.joint, static_cast<std::uint32_t>(held.size())), held);
  } else if (map.joint) {
    raw = graph_->cut(*map.joint, cut);
  }
  if (!map.fallback) return raw;
  const auto* number = std::get_if<std::uint64_t>(&*map.fallback);
  const bool held = number ? contains(cut, *number) : contains(cut, std::get<std::string>(*map.fallback));
  if (!held) return raw;
  return graph_->either({raw, graph_->both({map.around, graph_->negate(is_present(side, id))})});
}

NodeId Joint::translate(std::size_t side, NodeId root) {
  auto& done = translated_[side];
  const Graph& own = *policies_[side]->graph;
  for (const NodeId id : own.reachable(std::span(&root, 1))) {
    if (done.contains(id)) continue;
    const Node& node = own.node(id);
    std::vector<NodeId> operands;
    for (const NodeId operand : own.operands(node)) operands.push_back(done.at(operand));
    const auto table = own.table(node);
    const std::vector<std::uint32_t> entries(table.begin(), table.end());
    NodeId made;
    switch (node.op) {
      case Op::constant: made = graph_->constant(node.value, node.codes); break;
      case Op::leaf: made = leaf(side, node.element, node.codes); break;
      case Op::present: made = is_set(side, node.element); break;
      case Op::cut: made = in_cut(side, node.element, own.at(CutId{node.value}).cut); break;
      case Op::member: made = graph_->member(operands[0], entries); break;
      case Op::recode: {
        // Codes that the operand no longer has stay in the table.
        std::vector<std::uint32_t> known = entries;
        known.resize(graph_->codes(operands[0]), 0);
        made = graph_->recode(operands[0], std::move(known), node.codes);
        break;
      }
      case Op::negate: made = graph_->negate(operands[0]); break;
      case Op::both: made = graph_->both(std::move(operands)); break;
      case Op::either: made = graph_->either(std::move(operands)); break;
      case Op::choose: {
        std::vector<std::pair<NodeId, NodeId>> arms;
        for (std::size_t i = 0; i + 1 < operands.size(); i += 2) arms.emplace_back(operands[i], operands[i + 1]);
        made = graph_->choose(arms, operands.back());
        break;
      }
      case Op::select: {
        std::vector<NodeId> branches(operands.begin() + 1, operands.end());
        branches.resize(graph_->codes(operands[0]), branches.back());
        made = graph_->select(operands[0], branches);
        break;
      }
      case Op::first_set: made = graph_->first_set(operands[0], operands[1]); break;
    }
    done.emplace(id, made);
  }
  return done.at(root);
}

std::set<CutId> Joint::translate(std::size_t side, const std::set<CutId>& cuts) {
  std::set<CutId> out;
  for (const CutId id : cuts) {
    const LeafCut& cut = policies_[side]->graph->at(id);
    if (policies_[side]->model->at(cut.element).relation) {
      const std::set<CutId>& made = relation(side, cut.element).cuts;
      out.insert(made.begin(), made.end());
      continue;
    }
    const auto joint = maps_[side][cut.element.value].joint;
    if (!joint || model_->at(*joint).type->is_enum()) continue;
    if (const auto made = graph_->nonempty_cut(*joint, cut.cut)) out.insert(*made);
  }
  return out;
}

// Returns the meanings of a policy's own leaf that is handed on. The first whose condition holds
// applies; the last applies if none before it does.
std::vector<std::pair<NodeId, Origin>> Joint::choices(std::size_t side, ElementId id) {
  const Map& map = maps_[side][id.value];
  const Type& own = *policies_[side]->model->at(id).type;
  std::vector<std::pair<NodeId, Origin>> out;
  if (map.fallback) out.emplace_back(graph_->negate(is_present(side, id)), as_origin(*map.fallback, own));
  if (!map.joint) {
    if (out.empty()) out.emplace_back(graph_->yes(), std::string());  // never handed on
    return out;
  }
  const Type& type = *model_->at(*map.joint).type;
  if (!type.is_enum()) {
    out.emplace_back(graph_->yes(), *map.joint);
    return out;
  }
  const auto codes = static_cast<std::uint32_t>(type.values.size() + 1);
  for (std::uint32_t code = 1; code < codes; ++code) {
    out.emplace_back(graph_->is_code(graph_->leaf(*map.joint, codes), code), type.values[code - 1].spelling);
  }
  return out;
}

std::optional<ResultPart> Joint::translate(std::size_t side, const ResultPart& part) {
  ResultPart out = part;
  out.node = translate(side, part.node);
  if (part.kind != ResultPart::Kind::origin) return out;

  out.origins.clear();
  std::map<Origin, std::uint32_t> known;
  const auto code_of = [&](const Origin& origin) {
    const auto [at, is_new] = known.try_emplace(origin, static_cast<std::uint32_t>(out.origins.size() + 1));
    if (is_new) out.origins.push_back(origin);
    return at->second;
  };
  std::vector<std::vector<std::pair<NodeId, std::uint32_t>>> by_code{{{graph_->yes(), 0}}};
  for (const Origin& origin : part.origins) {
    auto& arms = by_code.emplace_back();
    if (const auto* leaf = std::get_if<ElementId>(&origin)) {
      for (const auto& [when, choice] : choices(side, *leaf)) arms.emplace_back(when, code_of(choice));
      continue;
    }
    const auto* text = std::get_if<InsertedText>(&origin);
    if (!text) {
      arms.emplace_back(graph_->yes(), code_of(origin));
      continue;
    }
    std::map<ElementId, std::vector<std::pair<NodeId, Origin>>> leaves;
    std::size_t variants = 1;
    for (const auto& piece : text->pieces) {
      const auto* leaf = std::get_if<ElementId>(&piece);
      if (leaf && !leaves.contains(*leaf)) variants *= leaves.emplace(*leaf, choices(side, *leaf)).first->second.size();
      if (variants > max_variants) return std::nullopt;
    }
    for (std::size_t variant = 0; variant < variants; ++variant) {
      std::map<ElementId, const Origin*> chosen;
      std::vector<NodeId> conditions;
      std::size_t rest = variant;
      for (auto leaf = leaves.rbegin(); leaf != leaves.rend(); ++leaf) {
        const auto& [when, choice] = leaf->second[rest % leaf->second.size()];
        rest /= leaf->second.size();
        conditions.push_back(when);
        chosen[leaf->first] = &choice;
      }
      Pieces pieces;
      for (const auto& piece : text->pieces) {
        const auto* leaf = std::get_if<ElementId>(&piece);
        for (const auto& meant : leaf ? pieces_of(*chosen.at(*leaf)) : Pieces{piece}) append(pieces, meant);
      }
      arms.emplace_back(graph_->both(std::move(conditions)), code_of(text_of(*model_, std::move(pieces))));
    }
  }

  const auto codes = static_cast<std::uint32_t>(out.origins.size() + 1);
  std::vector<NodeId> branches;
  for (const auto& arms : by_code) {
    std::vector<std::pair<NodeId, NodeId>> choices;
    for (const auto& [when, code] : arms) choices.emplace_back(when, graph_->constant(code, codes));
    const NodeId last = choices.back().second;
    choices.pop_back();
    branches.push_back(graph_->choose(choices, last));
  }
  branches.resize(graph_->codes(out.node), branches.front());
  out.node = graph_->select(out.node, branches);
  return out;
}

}  // namespace tally
