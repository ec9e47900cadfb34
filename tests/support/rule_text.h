// Rules, conditions and elements by their text, for unit tests. A fault is a failure of the test.
//
//   Compilation c = compile_text("input n : 0..9\ndecision d : flag = n < 5\n");
//   const ExprRef condition = condition_of(c, "n < 5");
//   const ElementId n = element_named(*c.policy->model, "n");
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "compiler/analyze/analyze.h"
#include "compiler/front_end.h"
#include "grammar/parse/parser.h"

namespace tally::testing {

// Compiles a file p.tally that uses no other. It may have faults.
inline Compilation compile_text(const std::string& text) {
  return compile("p.tally", [&](const std::string&) { return std::variant<std::string, ReadError>(text); });
}

inline ElementId element_named(const Model& model, const std::string& name) {
  for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
    if (model.elements[i].name == name) return ElementId{i};
  }
  ADD_FAILURE() << "no element " << name;
  return {};
}

// The condition in the names of the root file; null after a fault.
inline ExprRef condition_of(Compilation& c, const std::string& text) {
  Diagnostics faults;
  const FileId file = c.sources.add("condition", text);
  const auto tree = parse_expression(c.sources, file, faults);
  ExprRef out = tree ? analyze_condition(c.program, c.sources, *c.policy->model, *tree, faults) : nullptr;
  EXPECT_TRUE(out) << text << ": " << (faults.list().empty() ? "" : faults.list().front().message);
  return out;
}

}  // namespace tally::testing
