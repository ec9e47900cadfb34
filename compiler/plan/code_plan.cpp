// Translates the graph of a request to terms, node by node. term_maker.h simplifies them.
#include "compiler/plan/code_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/plan/term_maker.h"
#include "compiler/plan/wide_choices.h"

namespace tally {
namespace {

constexpr std::uint32_t output_codes = 65536;

class Translation {
 public:
  explicit Translation(const FunctionRequest& request) : request_(request) {}
  Result<Plan> plan() &&;

 private:
  std::vector<NodeId> needed(const std::vector<NodeId>& roots);
  TermId translate(NodeId id);
  TermId translate(const WideChoice& choice);
  TermId load_leaf(ElementId element);

  const FunctionRequest& request_;
  TermMaker maker_;
  std::vector<TermId> term_of_;           // by node
  std::map<NodeId, WideChoice> choices_;  // the nodes that are one
  std::optional<Error> error_;            // the first error
};

Result<Plan> Translation::plan() && {
  std::vector<NodeId> roots;
  for (const auto& function : request_.functions) {
    for (NodeId output : function.outputs) {
      if (output.value >= request_.graph.size()) return Error{Cause::usage, "`" + function.name + "`: no such node"};
      if (request_.graph.codes(output) > output_codes)
        return Error{Cause::bound,
                     "`" + function.name + "`: an output has more than " + std::to_string(output_codes) + " codes"};
      roots.push_back(output);
    }
  }
  term_of_.resize(request_.graph.size());
  for (const NodeId id : needed(roots)) {
    term_of_[id.value] = translate(id);
    if (error_) return *error_;
  }
  std::vector<std::vector<TermId>> outputs;
  for (const auto& function : request_.functions) {
    auto& own = outputs.emplace_back();
    for (NodeId output : function.outputs) own.push_back(term_of_[output.value]);
  }
  return std::move(maker_.store()).finish(std::move(outputs));
}

// The nodes that are translated, operands first: not the conditions that a look-up by a wide code replaces.
std::vector<NodeId> Translation::needed(const std::vector<NodeId>& roots) {
  const Graph& graph = request_.graph;
  std::vector<bool> is_needed(graph.size());
  for (const NodeId root : roots) is_needed[root.value] = true;
  std::vector<NodeId> out;
  for (auto i = static_cast<std::uint32_t>(graph.size()); i-- > 0;) {
    if (!is_needed[i]) continue;
    const NodeId id{i};
    out.push_back(id);
    const auto need = [&](NodeId operand) { is_needed[operand.value] = true; };
    auto choice = wide_choice(graph, request_.classes, graph.node(id));
    if (!choice) {
      for (const NodeId operand : graph.operands(graph.node(id))) need(operand);
      continue;
    }
    for (const auto& arms : choice->arms) {
      for (const OpenArm& arm : arms) {
        for (const NodeId rest : arm.rest) need(rest);
        need(arm.value);
      }
    }
    choices_.emplace(id, std::move(*choice));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

// The branch for each code, by one table.
TermId Translation::translate(const WideChoice& choice) {
  std::vector<TermId> branches;
  std::map<TermId, std::uint32_t> known;
  Words numbers;  // of the branches, by index of `choice.arms`
  for (const auto& arms : choice.arms) {
    std::vector<TermId> operands;
    for (const OpenArm& arm : arms) {
      std::vector<TermId> rest;
      for (const NodeId condition : arm.rest) rest.push_back(term_of_[condition.value]);
      if (!rest.empty()) operands.push_back(maker_.both(std::move(rest)));
      operands.push_back(term_of_[arm.value.value]);
    }
    const TermId branch = maker_.choose(operands);
    const auto [at, is_new] = known.try_emplace(branch, static_cast<std::uint32_t>(branches.size()));
    if (is_new) branches.push_back(branch);
    numbers.push_back(at->second);
  }
  Words table;
  for (const std::uint32_t branch : choice.branches) table.push_back(numbers[branch]);
  return maker_.select(maker_.recode(load_leaf(choice.element), std::move(table)), std::move(branches));
}

TermId Translation::load_leaf(ElementId element) {
  const auto offset = request_.layout.offset(element);
  if (!offset) {
    if (!error_)
      error_ = Error{Cause::usage, "element " + std::to_string(element.value) + " is read but has no input byte"};
    return maker_.constant(0);
  }
  const auto codes = request_.classes.codes(element);
  const std::uint32_t low = request_.classes.first(element);
  if (low + 1 == codes) return maker_.constant(low);  // only one code occurs
  const TermOp op = request_.layout.is_wide(element) ? TermOp::load_wide : TermOp::load;
  return maker_.store().make(op, low, codes, *offset, {}, {});
}

TermId Translation::translate(NodeId id) {
  if (const auto choice = choices_.find(id); choice != choices_.end()) return translate(choice->second);
  const Node& node = request_.graph.node(id);
  std::vector<TermId> operands;
  for (NodeId operand : request_.graph.operands(node)) operands.push_back(term_of_[operand.value]);
  const auto table = request_.graph.table(node);
  switch (node.op) {
    case Op::constant: return maker_.constant(node.value);
    case Op::leaf:
      if (request_.classes.codes(node.element) > node.codes && !error_)
        error_ = Error{Cause::usage, "element " + std::to_string(node.element.value) + " has more codes than its node"};
      return load_leaf(node.element);
    case Op::present:
      return maker_.member(load_leaf(node.element), [&] {
        Words set(request_.classes.codes(node.element), 1);
        set[0] = 0;
        return set;
      }());
    case Op::cut: {
      const CutId cut{node.value};
      if (!request_.classes.can_tell(cut)) {
        if (!error_) error_ = Error{Cause::usage, "the classes do not know cut " + std::to_string(cut.value)};
        return maker_.constant(0);
      }
      const CodeSet& codes = request_.classes.codes_of(cut);
      Words set(request_.classes.codes(node.element));
      for (unsigned code = 0; code < set.size(); ++code) set[code] = codes.has(code);
      return maker_.member(load_leaf(node.element), std::move(set));
    }
    case Op::member: return maker_.member(operands[0], {table.begin(), table.end()});
    case Op::negate: return maker_.negate(operands[0]);
    case Op::both: return maker_.both(std::move(operands));
    case Op::either: return maker_.either(std::move(operands));
    case Op::choose: return maker_.choose(operands);
    case Op::select: {
      const TermId index = operands[0];
      operands.erase(operands.begin());
      return maker_.select(index, std::move(operands));
    }
    case Op::first_set: return maker_.first_set(operands[0], operands[1]);
    case Op::recode: return maker_.recode(operands[0], {table.begin(), table.end()});
  }
  return maker_.constant(0);
}

}  // namespace

Match Plan::match(TermId id) const {
  const Term& term = at(id);
  Match match;
  match.row_words = (term.value + 63) / 64 * 2;
  auto entries = table(id);
  match.tested = operands(id).first(entries[0]);
  match.conditions = operands(id).subspan(entries[0]);
  entries = entries.subspan(1);
  for (TermId tested : match.tested) {
    const std::size_t size = std::size_t{at(tested).codes} * match.row_words;
    match.rows.push_back(entries.first(size));
    entries = entries.subspan(size);
  }
  match.arms = entries;
  return match;
}

std::vector<TermId> Plan::reachable(std::span<const TermId> roots) const {
  std::vector<bool> needed(size());
  for (TermId root : roots) needed[root.value] = true;
  std::vector<TermId> order;
  for (auto i = static_cast<std::uint32_t>(size()); i-- > 0;) {
    if (!needed[i]) continue;
    order.push_back(TermId{i});
    for (TermId operand : operands(TermId{i})) needed[operand.value] = true;
  }
  std::reverse(order.begin(), order.end());
  return order;
}

Result<Plan> make_plan(const FunctionRequest& request) { return Translation(request).plan(); }

}  // namespace tally
