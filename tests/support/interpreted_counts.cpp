#include "tests/support/interpreted_counts.h"

#include <algorithm>
#include <variant>

#include "simulator/documents/smallest_document.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/related_values.h"

namespace tally::testing {
namespace {

class Counter {
 public:
  Counter(const Policy& policy, const std::vector<std::size_t>& outputs, const Sweep& sweep)
      : policy_(policy),
        model_(*policy.model),
        classes_(*policy.classes),
        outputs_(outputs),
        sweep_(sweep),
        interpreter_(model_),
        related_(model_, classes_, {sweep.inputs.begin(), sweep.inputs.end()}),
        codes_(model_.elements.size(), 1) {}

  std::optional<InterpretedCounts> count() {
    for (const std::size_t output : outputs_) {
      for (const ResultPart& part : policy_.outputs[output].parts) {
        for (const Origin& origin : part.origins) {
          if (std::holds_alternative<InsertedText>(origin)) return std::nullopt;
        }
      }
    }
    for (const SweptDecision& decision : sweep_.decisions) counts_.decisions.emplace_back(decision.outcomes.size());
    from(0);
    return std::move(counts_);
  }

 private:
  void from(std::size_t place) {
    if (place < sweep_.inputs.size()) {
      const ElementId element = sweep_.inputs[place];
      for (unsigned code = classes_.first(element); code < classes_.codes(element); ++code) {
        codes_[element.value] = code;
        from(place + 1);
      }
      return;
    }
    const auto document =
        smallest_document_of(model_, sweep_.inputs, [&](ElementId element) { return codes_[element.value]; });
    if (!document) return;
    const auto values = related_.find([&](ElementId element) { return codes_[element.value]; });
    if (!values) return;
    values_ = *values;
    ++counts_.combinations;
    std::vector<std::size_t> outcomes;
    for (std::size_t d = 0; d < outputs_.size(); ++d) {
      const auto decided = interpreter_.decide(policy_.outputs[outputs_[d]].decision,
                                               [&](ElementId element) { return fact(element, *document); });
      outcomes.push_back(outcome(d, decided));
      ++counts_.decisions[d].at(outcomes.back());
    }
    ++counts_.joint[outcomes];
  }

  Literal fact(ElementId id, const std::vector<bool>& document) const {
    if (!document[id.value]) return Unset{};
    const Element& element = model_.at(id);
    if (!element.is_leaf()) return EnumName{"present"};
    if (const auto value = values_.find(id); value != values_.end()) return value->second;
    if (element.type->is_enum()) return EnumName{element.type->values[codes_[id.value] - 1].name};
    return classes_.classes(id)[codes_[id.value] - 1].representative;
  }

  // The index of the value among the outcomes of the sweep.
  std::size_t outcome(std::size_t d, const reference::Decided& decided) const {
    const Output& output = policy_.outputs[outputs_[d]];
    const auto& outcomes = sweep_.decisions[d].outcomes;
    const std::size_t undecided = outcomes.front() == "(undecided)" ? 1 : 0;
    if (decided.rule == 0) return undecided ? 0 : outcomes.size();
    if (!model_.at(output.decision).type->is_scalar()) return undecided + decided.rule - 1;
    const ResultPart& part = output.parts.front();
    const std::size_t first = undecided + (part.type->optional ? 1 : 0);
    if (!decided.value.is_set()) return part.type->optional ? undecided : outcomes.size();
    if (const auto* name = std::get_if<reference::EnumValue>(&decided.value.node)) {
      std::size_t i = 0;
      while (i < part.type->values.size() && part.type->values[i].name != name->name) ++i;
      return first + i;
    }
    const Origin origin = std::holds_alternative<reference::Number>(decided.value.node)
                              ? origin_of(std::get<reference::Number>(decided.value.node))
                              : origin_of(std::get<reference::Text>(decided.value.node));
    const auto at = std::find(part.origins.begin(), part.origins.end(), origin);
    return first + static_cast<std::size_t>(at - part.origins.begin());
  }

  // A class that holds one value alone is that constant.
  template <class Scalar>
  Origin origin_of(const Scalar& scalar) const {
    if (!scalar.origin) return scalar.value;
    const ElementId origin = *scalar.origin;
    const bool single = classes_.classes(origin)[codes_[origin.value] - 1].single;
    return single ? Origin(scalar.value) : Origin(origin);
  }

  const Policy& policy_;
  const Model& model_;
  const Classes& classes_;
  const std::vector<std::size_t>& outputs_;
  const Sweep& sweep_;
  const reference::Interpreter interpreter_;
  RelatedValues related_;
  std::vector<unsigned> codes_;  // by element
  LeafValues values_;            // of the leaves that are compared with each other
  InterpretedCounts counts_;
};

}  // namespace

std::optional<InterpretedCounts> count_by_interpreter(const Policy& policy, const std::vector<std::size_t>& outputs,
                                                      const Sweep& sweep) {
  return Counter(policy, outputs, sweep).count();
}

}  // namespace tally::testing
