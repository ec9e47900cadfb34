// Translates the graph of a request to terms, node by node. term_maker.h simplifies them.
#include "compiler/plan/code_plan.h"

#include <algorithm>
#include <utility>

#include "compiler/plan/term_maker.h"

namespace tally {
namespace {

constexpr std::uint32_t output_codes = 65536;

class Translation {
 public:
  explicit Translation(const FunctionRequest& request) : request_(request) {}
  Result<Plan> plan() &&;

 private:
  TermId translate(const Node& node);
  TermId load_leaf(ElementId element);

  const FunctionRequest& request_;
  TermMaker maker_;
  std::vector<TermId> term_of_;  // by node
  std::optional<Error> error_;   // the first error
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
  for (NodeId id : request_.graph.reachable(roots)) {
    term_of_[id.value] = translate(request_.graph.node(id));
    if (error_) return *error_;
  }
  std::vector<std::vector<TermId>> outputs;
  for (const auto& function : request_.functions) {
    auto& own = outputs.emplace_back();
    for (NodeId output : function.outputs) own.push_back(term_of_[output.value]);
  }
  return std::move(maker_.store()).finish(std::move(outputs));
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

TermId Translation::translate(const Node& node) {
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
