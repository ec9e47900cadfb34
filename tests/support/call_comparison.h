// One call, put to the three ways to know a decision.
//
// In: a policy, one of its output decisions, a space for its diagrams, and a
// call: a code for every element, and which elements its documents hold. Out:
// where the reference interpreter, the diagrams and the compiled code (the
// decision's own function, and the one of all decisions) differ in the rule or
// in a part of the result. Diagrams that would be too large have no say.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/llvm/jit.h"
#include "compiler/policy.h"
#include "simulator/reference/interpreter.h"

namespace tally::testing {

class CallComparison {
 public:
  // The policy must outlive it.
  explicit CallComparison(const Policy& policy);

  // Compiles; why there is no code, if there is none.
  std::optional<std::string> compile(const FunctionRequest& request);
  // The decision of what follows, by its place among the outputs; whether it has
  // diagrams within the space's node limit.
  bool take(std::size_t output, Space& space);

  void set_code(ElementId element, std::uint8_t code);
  std::uint8_t code(ElementId element) const { return codes_[element.value]; }
  // The code of every variable of the space.
  const Assignment& assignment() const { return assignment_; }

  // What differs is told to `differ`. `document`: by element whether it is
  // present; for elements that the decision reads, exactly where the code is
  // not 0. Codes of what it does not read may be any.
  void compare(const std::vector<bool>& document, const std::function<void(const std::string&)>& differ);

 private:
  Literal fact(ElementId id) const;
  template <class Wrong>
  void check(std::size_t slot, const std::string& what, Wrong wrong);

  // Parts as text, so that equal means equal.
  std::string handed_on(ElementId origin) const { return "what stands at " + model_.at(origin).name; }
  template <class Scalar>
  std::string say_scalar(const Scalar& scalar) const;
  std::string say(const reference::Value& value, ResultPart::Kind kind) const;
  std::string say(const ResultPart& part, std::uint32_t code) const;
  std::string inserted(const InsertedText& text) const;

  const Policy& policy_;
  const Model& model_;
  const Classes& classes_;
  reference::Interpreter interpreter_;
  std::optional<NativeFunctions> code_;

  // Where an element's code stands: in `assignment_`, in `in_`; -1: it does not.
  struct Place {
    std::int64_t variable = -1, byte = -1;
  };
  std::vector<Place> places_;  // by element

  // Of the decision.
  const Output* output_ = nullptr;
  std::size_t first_slot_ = 0;  // in the function of all
  Space* space_ = nullptr;
  std::vector<Diagram> diagrams_;  // by slot: the rule, then the parts; none: they are too large
  DecideFunction own_ = nullptr, joint_ = nullptr;

  // Of the call.
  std::vector<std::uint8_t> codes_;  // by element
  Assignment assignment_;
  std::vector<std::uint8_t> in_;
  std::vector<bool> document_;
  std::vector<std::uint16_t> own_out_, joint_out_;
  const std::function<void(const std::string&)>* differ_ = nullptr;
};

}  // namespace tally::testing
