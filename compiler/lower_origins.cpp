// Origins: where a number or text that is handed on is taken from.
//
// In: parts with origins of their own, texts with insertions, classes. Out: one
// list of distinct origins for what chooses among several; a text for each
// combination of what is inserted; constants for classes of one value.
#include <algorithm>

#include "compiler/lower_parts.h"

namespace tally {
namespace {

using Pieces = std::vector<std::variant<std::string, ElementId>>;

// Literals that touch become one, empty ones nothing.
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
  if (const auto* text = std::get_if<std::string>(&origin)) return {*text};
  if (const auto* element = std::get_if<ElementId>(&origin)) return {*element};
  return std::get<InsertedText>(origin).pieces;
}

Origin as_origin(Pieces pieces) {
  if (pieces.empty()) return std::string();
  if (pieces.size() == 1 && std::holds_alternative<std::string>(pieces[0])) return std::get<std::string>(pieces[0]);
  return InsertedText{std::move(pieces)};
}

// A piece of a template: what it adds at each code of one of the nodes that the
// text depends on (its axis).
struct Insertion {
  std::size_t axis = 0;
  std::vector<Pieces> by_code;
};

// The node with the text's number, given the numbers of all combinations of the
// axes' codes (the last axis fastest).
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

// The condition that a set leaf is in a class, from as few known cuts as a
// single pass finds.
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
  std::map<const std::vector<Origin>*, std::size_t> done;  // lists that are shared need one table
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
    // A node may have become a plain condition or constant of other codes than
    // its list: only codes up to the list's length occur.
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
    default: result = graph_->select(id, branches);
  }
  done_.emplace(key, result);
  return result;
}

// Every combination of what the insertions may add is a text of its own, so a
// text of enums and flags alone is always one of some literals.
Part Lowering::Impl::lower(const Expr&, const TextTemplate& node, std::uint32_t scope, std::uint32_t) {
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
    // What is never unset makes no text without it.
    if (!type.optional && insertion.by_code.size() > 1) insertion.by_code[0] = insertion.by_code[1];
    insertion.axis = static_cast<std::size_t>(std::find(axes.begin(), axes.end(), value.node) - axes.begin());
    if (insertion.axis == axes.size()) axes.push_back(value.node);
    parts.emplace_back(std::move(insertion));
  }

  std::size_t combinations = 1;
  for (NodeId axis : axes) {
    combinations *= graph.codes(axis);
    if (combinations > max_origins) {
      fail("a text with insertions has more than " + std::to_string(max_origins) + " variants");
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
    Origin origin = as_origin(std::move(whole));
    auto [it, is_new] = known.try_emplace(origin, static_cast<std::uint32_t>(origins.size() + 1));
    if (is_new) origins.push_back(std::move(origin));
    numbers.push_back(it->second);
    for (std::size_t k = axes.size(); k-- > 0 && ++codes[k] == graph.codes(axes[k]);) codes[k] = 0;
  }
  const NodeId number = combine(graph, axes, numbers, static_cast<std::uint32_t>(origins.size() + 1));
  return {number, std::make_shared<const std::vector<Origin>>(std::move(origins))};
}

ResultPart settle(const Model&, Graph& graph, const Classes& classes, const ResultPart& part) {
  if (part.kind != ResultPart::Kind::origin) return part;
  std::map<ElementId, std::vector<CutId>> cuts;
  for (const Origin& origin : part.origins) {
    const auto* element = std::get_if<ElementId>(&origin);
    // More codes than a byte holds are an error elsewhere; here nothing is settled.
    if (!element || classes.codes(*element) > 256) continue;
    const auto& all = classes.classes(*element);
    if (std::any_of(all.begin(), all.end(), [](const ValueClass& c) { return c.single; })) cuts[*element];
  }
  if (cuts.empty()) return part;
  for (std::uint32_t i = 0; i < graph.cuts().size(); ++i) {
    const auto it = cuts.find(graph.at(CutId{i}).element);
    if (it != cuts.end() && classes.knows(CutId{i})) it->second.push_back(CutId{i});
  }

  ResultPart settled = part;
  settled.origins.clear();
  std::map<Origin, std::uint32_t> known;
  auto code_of = [&](const Origin& origin) {
    auto [it, is_new] = known.try_emplace(origin, static_cast<std::uint32_t>(settled.origins.size() + 1));
    if (is_new) settled.origins.push_back(origin);
    return it->second;
  };
  // For each old origin: the new ones with their conditions, and what is left.
  struct Split {
    std::vector<std::pair<NodeId, std::uint32_t>> constants;
    std::uint32_t rest = 0;
  };
  std::vector<Split> splits(1);
  for (const Origin& origin : part.origins) {
    Split split;
    const auto* element = std::get_if<ElementId>(&origin);
    if (element && cuts.contains(*element)) {
      const auto& all = classes.classes(*element);
      for (unsigned c = 0; c < all.size(); ++c) {
        if (!all[c].single) continue;
        Origin constant;
        if (const auto* number = std::get_if<std::uint64_t>(&all[c].representative)) constant = *number;
        if (const auto* text = std::get_if<std::string>(&all[c].representative)) constant = *text;
        split.constants.emplace_back(in_class(graph, classes, *element, cuts[*element], c + 1), code_of(constant));
      }
      const bool some_left = split.constants.size() < all.size();
      split.rest = some_left ? code_of(origin) : split.constants.back().second;
    } else {
      split.rest = code_of(origin);
    }
    splits.push_back(std::move(split));
  }
  const auto codes = static_cast<std::uint32_t>(settled.origins.size() + 1);
  std::vector<NodeId> branches;
  for (const Split& split : splits) {
    std::vector<std::pair<NodeId, NodeId>> arms;
    for (const auto& [in, code] : split.constants) arms.emplace_back(in, graph.constant(code, codes));
    branches.push_back(graph.choose(arms, graph.constant(split.rest, codes)));
  }
  branches.resize(graph.codes(part.node), branches.front());
  settled.node = Pushdown(graph)(part.node, branches);
  return settled;
}

}  // namespace tally
