#include "simulator/documents/coverage.h"

#include <algorithm>
#include <utility>

#include "simulator/conditions/cells.h"

namespace tally {

Result<Coverage> Coverage::make(const Policy& policy, const PolicyDescriptor& descriptor, std::vector<ElementId> by) {
  Coverage out(policy, std::move(by));
  for (const DecisionDescriptor& decision : descriptor.decisions) out.fired_.emplace_back(decision.rules.size() + 1);
  if (out.by_.empty()) return out;
  std::size_t all = 1;
  for (const ElementId id : out.by_) {
    const std::string& name = policy.model->at(id).name;
    const auto at = std::find_if(descriptor.elements.begin(), descriptor.elements.end(),
                                 [&](const ElementDescriptor& e) { return e.name == name; });
    if (at == descriptor.elements.end()) return Error{Cause::usage, "no request is asked for `" + name + "`"};
    out.indices_.push_back(static_cast<ElementIndex>(at - descriptor.elements.begin()));
    all *= policy.classes->codes(id) - policy.classes->first(id);
    if (all > max_combinations)
      return Error{Cause::bound, "these inputs have more than " + grouped(max_combinations) + " combinations"};
  }
  try {
    out.count_possible(all);
  } catch (const NodeLimit&) {
    return Error{Cause::bound, "the combinations of these inputs pass the node limit"};
  }
  return out;
}

void Coverage::count_possible(std::size_t all) {
  // The inputs have a space of their own, since nothing else is read.
  std::vector<ElementId> order = by_;
  Space space(*policy_->model, *policy_->graph, *policy_->classes, order);
  const Diagram possible = space.possible({by_.begin(), by_.end()});
  codes_.resize(by_.size());
  for (std::size_t i = 0; i < all; ++i) {
    std::size_t rest = i;
    for (std::size_t input = by_.size(); input-- > 0;) {
      const Code first = policy_->classes->first(by_[input]);
      const std::size_t codes = policy_->classes->codes(by_[input]) - first;
      codes_[input] = static_cast<Code>(first + rest % codes);
      rest /= codes;
    }
    if (space.diagrams().evaluate(possible, codes_) == 1) requests_.emplace(codes_, 0);
  }
}

// The value of an enum has the same code in requests and rules. The classes of numbers and texts
// are those of the rules, without the reasons.
Code Coverage::code(std::size_t input, const Fact& fact) const {
  if (std::holds_alternative<std::monostate>(fact)) return 0;
  if (const auto* code = std::get_if<std::uint8_t>(&fact)) return *code;
  Literal value = EnumName{"present"};
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) value = *number;
  if (const auto* text = std::get_if<std::string>(&fact)) value = *text;
  return static_cast<Code>(policy_->classes->code_of(by_[input], value));
}

void Coverage::add(const BoundCall& call, const std::vector<std::uint16_t>& rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) ++fired_[i][rules[i]];
  if (by_.empty()) return;
  for (std::size_t i = 0; i < by_.size(); ++i) codes_[i] = code(i, call.facts.by_element[indices_[i]]);
  ++requests_[codes_];
}

std::vector<Coverage::Combination> Coverage::combinations() const {
  std::vector<Combination> out;
  for (const auto& [codes, requests] : requests_) {
    Combination one{{}, requests};
    for (std::size_t i = 0; i < by_.size(); ++i)
      one.values.push_back(cell_text(*policy_->model, *policy_->classes, by_[i], codes[i]));
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace tally
