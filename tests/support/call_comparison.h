// Puts one call to the three ways to know a decision.
//
// In:     a policy, one of its output decisions, a space for its diagrams, and a call: a code
//         for every element, and which elements its documents hold
// Out:    where the reference interpreter, the diagrams and the compiled code (the function
//         of the decision, and the function of all decisions) differ in the rule or in a part
//         of the result. For example: rule 2 by the interpreter, rule 1 by the code.
// Always: diagrams that would be too large are left out of the comparison
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagrams/class_values.h"
#include "compiler/llvm/jit.h"
#include "compiler/policy.h"
#include "simulator/reference/interpreter.h"

namespace tally::testing {

class CallComparison {
 public:
  // The policy must outlive it.
  explicit CallComparison(const Policy& policy);

  // Compiles the policy. Returns the reason if there is no code.
  std::optional<std::string> compile(const FunctionRequest& request);
  // Sets the decision to compare, by its index among the outputs. Returns whether it has diagrams
  // within the node limit of the space.
  bool take(std::size_t output, Space& space);

  void set_code(ElementId element, Code code);
  Code code(ElementId element) const { return codes_[element.value]; }
  // The codes of all variables of the space.
  const Assignment& assignment() const { return assignment_; }

  // Passes each difference to `differ`. `document` holds per element whether it is present. An
  // element that the decision reads is present exactly if its code is not 0. Elements that it does
  // not read may have any code.
  // `values` has a value of its class for some leaves; another leaf has its class's representative.
  void compare(const std::vector<bool>& document, LeafValues values,
               const std::function<void(const std::string&)>& differ);

 private:
  Literal fact(ElementId id) const;
  template <class Wrong>
  void check(std::size_t slot, const std::string& what, Wrong wrong);

  // Parts as text: equal parts have equal texts.
  std::string handed_on(ElementId origin) const { return "what stands at " + model_.at(origin).name; }
  template <class Scalar>
  std::string scalar_text(const Scalar& scalar) const;
  std::string text_of(const reference::Value& value, ResultPart::Kind kind) const;
  std::string text_of(const ResultPart& part, std::uint32_t code) const;
  std::string inserted(const InsertedText& text) const;

  const Policy& policy_;
  const Model& model_;
  const Classes& classes_;
  reference::Interpreter interpreter_;
  std::optional<NativeFunctions> code_;

  // Where the code of an element is: in `assignment_` and in `in_`; -1 if it is not there.
  struct Place {
    std::int64_t variable = -1, byte = -1;
  };
  std::vector<Place> places_;  // by element

  // Members of the current decision.
  const Output* output_ = nullptr;
  std::size_t first_slot_ = 0;  // in the function of all decisions
  Space* space_ = nullptr;
  std::vector<Diagram> diagrams_;  // by slot: the rule, then the parts; empty if too large
  DecideFunction own_ = nullptr, joint_ = nullptr;

  // Members of the current call.
  std::vector<Code> codes_;  // by element
  Assignment assignment_;
  std::vector<std::uint8_t> in_;
  std::vector<bool> document_;
  LeafValues values_;
  std::vector<std::uint16_t> own_out_, joint_out_;
  const std::function<void(const std::string&)>* differ_ = nullptr;
};

}  // namespace tally::testing
