// The leaf or literal from which a number or text is handed on. See origins.h.
//
// In:     parts with origins of their own, texts with insertions, classes
// Out:    one list of distinct origins for a choice among several parts; one text for
//         each combination of insertions; constants for classes with one value
#include "compiler/lower/origins.h"

#include <algorithm>

#include "compiler/lower/parts.h"

namespace tally {

void append(Pieces& pieces, const std::variant<std::string, ElementId>& piece) {
  const auto* text = std::get_if<std::string>(&piece);
  if (text && text->empty()) return;
  if (text && !pieces.empty()) {
    if (auto* last = std::get_if<std::string>(&pieces.back())) {
      *last += *text;
      return;
    }
  }
  pieces.push_back(piece);
}

Pieces pieces_of(const Origin& origin) {
  if (const auto* number = std::get_if<std::uint64_t>(&origin)) return {std::to_string(*number)};
  if (const auto* text = std::get_if<std::string>(&origin)) return text->empty() ? Pieces{} : Pieces{*text};
  if (const auto* element = std::get_if<ElementId>(&origin)) return {*element};
  return std::get<InsertedText>(origin).pieces;
}

Origin text_of(const Model& model, Pieces pieces) {
  if (pieces.empty()) return std::string();
  if (pieces.size() == 1) {
    if (auto* text = std::get_if<std::string>(&pieces[0])) return std::move(*text);
    const ElementId leaf = std::get<ElementId>(pieces[0]);
    if (model.at(leaf).type->kind == Type::Kind::text) return leaf;
  }
  return InsertedText{std::move(pieces)};
}

std::vector<ElementId> leaves_of(const Origin& origin) {
  std::vector<ElementId> out;
  for (const auto& piece : pieces_of(origin)) {
    if (const auto* leaf = std::get_if<ElementId>(&piece)) out.push_back(*leaf);
  }
  return out;
}

namespace {

// A piece of a template: the pieces that it adds for each code of its axis. An axis is
// one of the nodes that the text depends on.
struct Insertion {
  std::size_t axis = 0;
  std::vector<Pieces> by_code;
};

// Returns the node with the number of the text. `numbers` has one number per combination
// of the axes' codes; the last axis changes fastest.
NodeId combine(Graph& graph, std::span<const NodeId> axes, std::span<const std::uint32_t> numbers,
               std::uint32_t codes) {
  if (axes.empty()) return graph.constant(numbers.front(), codes);
  if (axes.size() == 1) return graph.recode(axes[0], {numbers.begin(), numbers.end()}, codes);
  const std::size_t stride = numbers.size() / graph.codes(axes[0]);
  std::vector<NodeId> branches;
  for (std::size_t from = 0; from < numbers.size(); from += stride) {
    branches.push_back(combine(graph, axes.subspan(1), numbers.subspan(from, stride), codes));
  }
  return graph.select(axes[0], branches);
}

// The condition that a set leaf is in a class. It uses as few known cuts as one pass
// finds.
NodeId in_class(Graph& graph, const Classes& classes, ElementId element, const std::vector<CutId>& cuts,
                unsigned code) {
  std::vector<unsigned> others;
  for (unsigned c = 1; c < classes.codes(element); ++c) {
    if (c != code) others.push_back(c);
  }
  auto test = [&](CutId cut) {
    const NodeId in = graph.cut(element, graph.at(cut).cut);
    return classes.codes_of(cut).has(code) ? in : graph.negate(in);
  };
  auto tells_apart = [&](CutId cut, unsigned c) {
    return classes.codes_of(cut).has(c) != classes.codes_of(cut).has(code);
  };
  for (CutId cut : cuts) {
    if (std::all_of(others.begin(), others.end(), [&](unsigned c) { return tells_apart(cut, c); })) return test(cut);
  }
  std::vector<NodeId> tests;
  for (CutId cut : cuts) {
    if (std::erase_if(others, [&](unsigned c) { return tells_apart(cut, c); }) != 0) tests.push_back(test(cut));
  }
  return graph.both(std::move(tests));
}

}  // namespace

std::vector<NodeId> Lowering::Impl::align(std::vector<Part> parts, Origins& origins) {
  std::vector<NodeId> nodes;
  const bool have_origins = std::any_of(parts.begin(), parts.end(), [](const Part& p) { return p.origins != nullptr; });
  if (!have_origins) {
    for (const Part& part : parts) nodes.push_back(part.node);
    return nodes;
  }
  std::vector<Origin> merged;
  std::map<Origin, std::uint32_t> codes;
  std::vector<std::vector<std::uint32_t>> tables;
  std::map<const std::vector<Origin>*, std::size_t> done;  // shared lists need one table
  std::vector<std::size_t> table_of;
  for (const Part& part : parts) {
    auto [it, is_new] = done.try_emplace(part.origins.get(), tables.size());
    table_of.push_back(it->second);
    if (!is_new) continue;
    std::vector<std::uint32_t> table{0};
    if (part.origins) {
      for (const Origin& origin : *part.origins) {
        auto [code, is_new_origin] = codes.try_emplace(origin, static_cast<std::uint32_t>(merged.size() + 1));
        if (is_new_origin) merged.push_back(origin);
        table.push_back(code->second);
      }
    }
    tables.push_back(std::move(table));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // The node may have become a plain condition or constant, with other codes than its
    // list. Only codes up to the length of the list occur.
    std::vector<std::uint32_t> table = tables[table_of[i]];
    table.resize(graph.codes(parts[i].node), 0);
    nodes.push_back(graph.recode(parts[i].node, std::move(table), static_cast<std::uint32_t>(merged.size() + 1)));
  }
  origins = std::make_shared<const std::vector<Origin>>(std::move(merged));
  return nodes;
}

NodeId Pushdown::operator()(NodeId id, const std::vector<NodeId>& branches) {
  if (std::all_of(branches.begin(), branches.end(), [&](NodeId b) { return b == branches.front(); })) {
    return branches.front();
  }
  const Node n = graph_->node(id);
  if (n.op == Op::constant) return branches[n.value];
  const auto key = std::pair(id, branches);
  if (const auto it = done_.find(key); it != done_.end()) return it->second;
  const auto span = graph_->operands(n);
  const std::vector<NodeId> operands(span.begin(), span.end());
  NodeId result;
  switch (n.op) {
    case Op::recode: {
      std::vector<NodeId> inner;
      for (std::uint32_t code : graph_->table(n)) inner.push_back(branches[code]);
      result = (*this)(operands[0], inner);
      break;
    }
    case Op::choose: {
      std::vector<std::pair<NodeId, NodeId>> arms;
      for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
        arms.emplace_back(operands[i], (*this)(operands[i + 1], branches));
      }
      result = graph_->choose(arms, (*this)(operands.back(), branches));
      break;
    }
    case Op::select: {
      std::vector<NodeId> inner;
      for (std::size_t i = 1; i < operands.size(); ++i) inner.push_back((*this)(operands[i], branches));
      result = graph_->select(operands[0], inner);
      break;
    }
    case Op::first_set: {
      const NodeId first = (*this)(operands[0], branches);
      result = graph_->choose({{graph_->is_set(operands[0]), first}}, (*this)(operands[1], branches));
      break;
    }
    case Op::constant:
    case Op::leaf:
    case Op::present:
    case Op::cut:
    case Op::member:
    case Op::negate:
    case Op::both:
    case Op::either: result = graph_->select(id, branches); break;
  }
  done_.emplace(key, result);
  return result;
}

// Each combination of insertions is a text of its own. So a text that inserts only enums
// and flags is always one of several literals.
Part Lowering::Impl::lower(const Expr& e, const TextTemplate& node, std::uint32_t scope, std::uint32_t) {
  std::vector<NodeId> axes;
  std::vector<std::variant<std::string, Insertion>> parts;
  for (const Piece& piece : node.pieces) {
    if (const auto* text = std::get_if<std::string>(&piece)) {
      parts.emplace_back(*text);
      continue;
    }
    const Expr& inserted = *std::get<ExprRef>(piece);
    const Type& type = *inserted.type;
    const Part value = part(inserted, scope, Paths::empty);
    Insertion insertion;
    insertion.by_code.resize(graph.codes(value.node));
    for (std::size_t i = 0; i < type.values.size() && i + 1 < insertion.by_code.size(); ++i) {
      append(insertion.by_code[i + 1], type.is_flag ? type.values[i].name : type.values[i].spelling);
    }
    if (value.origins) {
      for (std::size_t i = 0; i < value.origins->size() && i + 1 < insertion.by_code.size(); ++i) {
        insertion.by_code[i + 1] = pieces_of((*value.origins)[i]);
      }
    }
    // An insertion that is always set adds no variant for the code 0.
    if (insertion.by_code.size() > 1 && !unset_nodes.may_be_unset(value.node))
      insertion.by_code[0] = insertion.by_code[1];
    insertion.axis = static_cast<std::size_t>(std::find(axes.begin(), axes.end(), value.node) - axes.begin());
    if (insertion.axis == axes.size()) axes.push_back(value.node);
    parts.emplace_back(std::move(insertion));
  }

  std::size_t combinations = 1;
  for (NodeId axis : axes) {
    combinations *= graph.codes(axis);
    if (combinations > max_origins) {
      fail(DiagnosticId::too_many_leaves, e.span,
           "a text with insertions has more than " + std::to_string(max_origins) + " variants");
      return {graph.yes(), std::make_shared<const std::vector<Origin>>(1, Origin{std::string()})};
    }
  }
  std::vector<Origin> origins;
  std::map<Origin, std::uint32_t> known;
  std::vector<std::uint32_t> numbers;
  std::vector<std::size_t> codes(axes.size(), 0);
  for (std::size_t i = 0; i < combinations; ++i) {
    Pieces whole;
    for (const auto& each : parts) {
      if (const auto* text = std::get_if<std::string>(&each)) {
        append(whole, *text);
      } else {
        const auto& insertion = std::get<Insertion>(each);
        for (const auto& piece : insertion.by_code[codes[insertion.axis]]) append(whole, piece);
      }
    }
    Origin origin = text_of(model, std::move(whole));
    auto [it, is_new] = known.try_emplace(origin, static_cast<std::uint32_t>(origins.size() + 1));
    if (is_new) origins.push_back(std::move(origin));
    numbers.push_back(it->second);
    for (std::size_t k = axes.size(); k-- > 0 && ++codes[k] == graph.codes(axes[k]);) codes[k] = 0;
  }
  const NodeId number = combine(graph, axes, numbers, static_cast<std::uint32_t>(origins.size() + 1));
  return {number, std::make_shared<const std::vector<Origin>>(std::move(origins))};
}

Cut only_value(const Literal& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return {{{*number, *number}}, {}, {}};
  return {{}, {std::get<std::string>(value)}, {}};
}

namespace {

// Replaces origins by constants if the class of their leaf has one value: see `settle`.
class Settling {
 public:
  Settling(const Model& model, Graph& graph, const Classes& classes)
      : model_(model), graph_(graph), classes_(classes) {}

  ResultPart operator()(const ResultPart& part) {
    for (const Origin& origin : part.origins) {
      for (const auto& piece : pieces_of(origin)) {
        if (const auto* element = std::get_if<ElementId>(&piece)) look_at(*element);
      }
    }
    if (cuts_.empty()) return part;
    for (std::uint32_t i = 0; i < graph_.cuts().size(); ++i) {
      const auto it = cuts_.find(graph_.at(CutId{i}).element);
      if (it == cuts_.end() || !classes_.knows(CutId{i})) continue;
      it->second.push_back(CutId{i});
      const CodeSet& codes = classes_.codes_of(CutId{i});
      if (codes.size() == 1) alone_.try_emplace({it->first, codes.lowest()}, CutId{i});
    }

    std::vector<std::vector<Arm>> arms(1, {{graph_.yes(), 0}});
    for (const Origin& origin : part.origins) arms.push_back(split(origin));
    const auto codes = static_cast<std::uint32_t>(origins_.size() + 1);
    std::vector<NodeId> branches;
    for (const std::vector<Arm>& of_one : arms) {
      std::vector<std::pair<NodeId, NodeId>> choices;
      for (const Arm& arm : of_one) choices.emplace_back(arm.when, graph_.constant(arm.code, codes));
      const NodeId last = choices.back().second;
      choices.pop_back();
      branches.push_back(graph_.choose(choices, last));
    }
    branches.resize(graph_.codes(part.node), branches.front());
    ResultPart settled = part;
    settled.node = Pushdown(graph_)(part.node, branches);
    settled.origins = std::move(origins_);
    return settled;
  }

 private:
  // A new origin, by code. The first arm whose condition holds counts, or the last arm if
  // none holds.
  struct Arm {
    NodeId when;
    std::uint32_t code = 0;
  };
  // The replacements of a leaf: a constant for each class with one value and, if other
  // classes remain, the leaf itself.
  struct Choice {
    NodeId when;
    std::variant<std::string, ElementId> piece;
    Origin alone;  // the replacement as an origin of its own
  };
  // A text with many such leaves has one variant per combination. Leaves that would make
  // more variants than this stay as they are.
  static constexpr std::size_t max_variants = 1'024;

  void look_at(ElementId element) {
    // Too many codes are reported elsewhere, so nothing is settled here.
    if (classes_.too_wide({element})) return;
    const auto& all = classes_.classes(element);
    if (std::any_of(all.begin(), all.end(), [](const ValueClass& c) { return c.single; })) cuts_[element];
  }

  std::vector<Choice> choices(ElementId element) {
    std::vector<Choice> out;
    const auto& all = classes_.classes(element);
    bool some_left = false;
    for (unsigned c = 0; c < all.size(); ++c) {
      some_left = some_left || !all[c].single;
      if (!all[c].single) continue;
      const NodeId when = in_single(element, c + 1, all[c].representative);
      if (const auto* number = std::get_if<std::uint64_t>(&all[c].representative)) {
        out.push_back({when, std::to_string(*number), *number});
      } else if (const auto* text = std::get_if<std::string>(&all[c].representative)) {
        out.push_back({when, *text, *text});
      }
    }
    if (some_left) out.push_back({graph_.yes(), element, element});
    return out;
  }

  // The condition that the leaf has a value that is a class of its own.
  NodeId in_single(ElementId element, unsigned code, const Literal& value) {
    // The leaf's own cuts may not tell its classes apart if it is compared with other leaves.
    if (classes_.is_related(element)) return graph_.cut(element, only_value(value));
    const auto alone = alone_.find({element, code});
    if (alone != alone_.end()) return graph_.cut(element, graph_.at(alone->second).cut);
    return in_class(graph_, classes_, element, cuts_.at(element), code);
  }

  std::uint32_t code_of(const Origin& origin) {
    auto [it, is_new] = known_.try_emplace(origin, static_cast<std::uint32_t>(origins_.size() + 1));
    if (is_new) origins_.push_back(origin);
    return it->second;
  }

  std::vector<Arm> split(const Origin& origin) {
    const auto* leaf = std::get_if<ElementId>(&origin);
    if (leaf && cuts_.contains(*leaf)) {
      std::vector<Arm> arms;
      for (const Choice& choice : choices(*leaf)) arms.push_back({choice.when, code_of(choice.alone)});
      return arms;
    }
    const auto* text = std::get_if<InsertedText>(&origin);
    return text ? split_text(*text) : std::vector<Arm>{{graph_.yes(), code_of(origin)}};
  }

  std::vector<Arm> split_text(const InsertedText& text) {
    std::map<ElementId, std::vector<Choice>> leaves;
    std::size_t variants = 1;
    for (const auto& piece : text.pieces) {
      const auto* leaf = std::get_if<ElementId>(&piece);
      if (!leaf || !cuts_.contains(*leaf) || leaves.contains(*leaf)) continue;
      variants *= leaves.emplace(*leaf, choices(*leaf)).first->second.size();
      if (variants > max_variants) return {{graph_.yes(), code_of(text)}};
    }
    std::vector<Arm> arms;
    for (std::size_t variant = 0; variant < variants; ++variant) {
      // The last leaf changes fastest. The leaf itself comes after its constants.
      std::map<ElementId, const Choice*> chosen;
      std::vector<NodeId> conditions;
      std::size_t rest = variant;
      for (auto leaf = leaves.rbegin(); leaf != leaves.rend(); ++leaf) {
        const Choice& choice = leaf->second[rest % leaf->second.size()];
        rest /= leaf->second.size();
        chosen[leaf->first] = &choice;
        conditions.push_back(choice.when);
      }
      Pieces pieces;
      for (const auto& piece : text.pieces) {
        const auto* leaf = std::get_if<ElementId>(&piece);
        const auto found = leaf ? chosen.find(*leaf) : chosen.end();
        append(pieces, found != chosen.end() ? found->second->piece : piece);
      }
      arms.push_back({graph_.both(std::move(conditions)), code_of(text_of(model_, std::move(pieces)))});
    }
    return arms;
  }

  const Model& model_;
  Graph& graph_;
  const Classes& classes_;
  std::map<ElementId, std::vector<CutId>> cuts_;           // of the leaves that have a class with one value
  std::map<std::pair<ElementId, unsigned>, CutId> alone_;  // the cut that holds one class alone, by its code
  std::vector<Origin> origins_;
  std::map<Origin, std::uint32_t> known_;
};

}  // namespace

ResultPart settle(const Model& model, Graph& graph, const Classes& classes, const ResultPart& part) {
  if (part.kind != ResultPart::Kind::origin) return part;
  return Settling(model, graph, classes)(part);
}

}  // namespace tally
