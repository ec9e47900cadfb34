#include "tests/support/plan_diagrams.h"

#include <map>
#include <set>
#include <span>
#include <utility>
#include <variant>

#include "compiler/diagrams/space.h"
#include "compiler/plan/code_plan.h"

namespace tally::testing {
namespace {

class PlanDiagrams {
 public:
  PlanDiagrams(const InputLayout& layout, Space& space, const Plan& plan, std::vector<std::string>& faults)
      : layout_(layout),
        space_(space),
        d_(space.diagrams()),
        plan_(plan),
        faults_(faults),
        of_(plan.size()),
        made_(plan.size(), false) {
    for (const ElementId element : layout.order()) at_.emplace(*layout.offset(element), element);
  }

  Diagram of(TermId id) const { return of_[id.value]; }

  // In the order of the plan: operands come before their users.
  void make(const std::vector<TermId>& terms) {
    for (const TermId id : terms) {
      if (made_[id.value]) continue;
      of_[id.value] = diagram(id);
      made_[id.value] = true;
      const Term& term = plan_.at(id);
      for (const std::uint32_t code : d_.terminals(of(id))) {
        if (code >= term.low && code < term.codes) continue;
        faults_.push_back("term " + std::to_string(id.value) + " has code " + std::to_string(code) + ", outside " +
                          std::to_string(term.low) + ".." + std::to_string(term.codes - 1));
        break;
      }
    }
  }

 private:
  Diagram diagram(TermId id) {
    const Term& term = plan_.at(id);
    const auto operands = plan_.operands(id);
    switch (term.op) {
      case TermOp::constant: return d_.terminal(term.value);
      case TermOp::load:
      case TermOp::load_wide: return load(id);
      case TermOp::member:
      case TermOp::recode: return d_.recode(of(operands[0]), plan_.table(id));
      case TermOp::negate: return d_.negate(of(operands[0]));
      case TermOp::both:
      case TermOp::either: {
        const bool both = term.op == TermOp::both;
        Diagram result = both ? d_.yes() : d_.no();
        for (const TermId operand : operands) {
          result = both ? d_.both(result, of(operand)) : d_.either(result, of(operand));
        }
        return result;
      }
      case TermOp::choose: {
        Diagram result = of(operands.back());
        for (std::size_t i = operands.size() - 1; i >= 2; i -= 2) {
          result = d_.choose(of(operands[i - 2]), of(operands[i - 1]), result);
        }
        return result;
      }
      case TermOp::select: {
        std::vector<Diagram> branches;
        for (const TermId branch : operands.subspan(1)) branches.push_back(of(branch));
        return d_.select(of(operands[0]), branches);
      }
      case TermOp::first_set: return d_.first_set(of(operands[0]), of(operands[1]));
      case TermOp::at_least_one: {
        constexpr std::uint32_t table[] = {1};
        return d_.recode(of(operands[0]), table);
      }
      case TermOp::first_match: return match(id);
    }
    return d_.no();
  }

  // Makes the address a diagram, then looks up the byte at it. Sums wrap around, as do
  // the strides and the base, which are signed.
  Diagram load(TermId id) {
    const Term& term = plan_.at(id);
    const auto operands = plan_.operands(id);
    const auto strides = plan_.table(id);
    Diagram address = d_.terminal(term.value);
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const std::uint32_t stride = strides[i];
      address = d_.combine(address, of(operands[i]),
                           [stride](std::uint32_t sum, std::uint32_t code) { return sum + stride * code; });
    }
    Diagram byte = d_.terminal(term.low);
    for (const std::uint32_t offset : d_.terminals(address)) {
      const auto element = at_.find(offset);
      if (element == at_.end()) {
        faults_.push_back("term " + std::to_string(id.value) + " loads a byte at which no code begins");
        continue;
      }
      if (layout_.is_wide(element->second) != (term.op == TermOp::load_wide)) {
        faults_.push_back("term " + std::to_string(id.value) + " loads a part of a code, or more than one");
        continue;
      }
      const Diagram code = d_.code(space_.variable(element->second));
      byte = d_.choose(d_.where(address, offset), code, byte);
    }
    return byte;
  }

  Diagram match(TermId id) {
    const Match match = plan_.match(id);
    const std::uint32_t arms = plan_.at(id).value;
    Diagram result = d_.terminal(arms);
    std::size_t own = match.arms.size();
    for (std::uint32_t arm = arms; arm-- > 0;) {
      Diagram matches = d_.yes();
      if (own > 0 && match.arms[own - 1] == arm) matches = of(match.conditions[--own]);
      for (std::size_t t = match.tested.size(); t-- > 0;) {
        std::vector<std::uint32_t> bits;
        for (std::size_t word = arm / 32; word < match.rows[t].size(); word += match.row_words) {
          bits.push_back((match.rows[t][word] >> (arm % 32)) & 1);
        }
        matches = d_.both(d_.recode(of(match.tested[t]), bits), matches);
      }
      result = d_.choose(matches, d_.terminal(arm), result);
    }
    return result;
  }

  const InputLayout& layout_;
  Space& space_;
  Diagrams& d_;
  const Plan& plan_;
  std::vector<std::string>& faults_;
  std::map<std::uint32_t, ElementId> at_;  // by offset
  std::vector<Diagram> of_;                // by term
  std::vector<bool> made_;
};

// A call on which the two differ, with as few inputs set as possible.
std::string witness(const Model& model, const Classes& classes, Space& space, Diagram planned, Diagram wanted) {
  Diagrams& d = space.diagrams();
  const auto call = d.cheapest(d.negate(d.equal(planned, wanted)),
                               [](VariableId, Code code) -> unsigned { return code != 0 ? 1 : 0; });
  if (!call) return "no call";
  std::string text;
  for (const ElementId element : space.order()) {
    const Code code = (*call)[space.variable(element).value];
    if (code == classes.first(element)) continue;
    text += (text.empty() ? "" : ", ") + model.at(element).name + " = " + std::to_string(code);
  }
  return "{" + text + "}: the plan says " + std::to_string(d.evaluate(planned, *call)) + ", the diagram " +
         std::to_string(d.evaluate(wanted, *call));
}

// The outputs of one function. The outputs of the function of all decisions are mostly terms of
// the other functions, which are `known`.
void compare_function(const Model& model, const FunctionRequest& request, const FunctionSpec& function,
                      const Plan& plan, const std::vector<TermId>& terms, Space space,
                      std::set<std::pair<NodeId, TermId>>& known, PlanComparison& result) {
  PlanDiagrams diagrams(request.layout, space, plan, result.differences);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const std::pair output(function.outputs[i], terms[i]);
    if (known.contains(output)) {
      ++result.outputs;
      continue;
    }
    try {
      const Diagram wanted = space.of(function.outputs[i]);
      diagrams.make(plan.reachable(std::span(&terms[i], 1)));
      known.insert(output);
      ++result.outputs;
      const Diagram got = diagrams.of(terms[i]);
      if (got == wanted) continue;
      result.differences.push_back(function.name + ", output " + std::to_string(i) + ", " +
                                   witness(model, request.classes, space, got, wanted));
    } catch (const NodeLimit&) {
      ++result.too_large;
    }
  }
}

}  // namespace

PlanComparison compare_plan(const Model& model, const std::vector<ElementId>& order, const FunctionRequest& request,
                            std::size_t node_limit) {
  PlanComparison result;
  const auto planned = make_plan(request);
  if (!planned) {
    result.differences.push_back("no plan: " + planned.error().message);
    return result;
  }
  const Plan& plan = *planned;
  std::set<std::pair<NodeId, TermId>> known;
  // The function of all decisions comes first in the plan, and is compared last.
  for (std::size_t f = request.functions.size(); f-- > 0;) {
    compare_function(model, request, request.functions[f], plan, plan.outputs()[f],
                     Space(model, request.graph, request.classes, order, node_limit), known, result);
  }
  return result;
}

}  // namespace tally::testing
