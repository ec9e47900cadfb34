// The settings matrix: which settings change a decision, and when.
//
// In: a policy, some of its decisions, the inputs whose combinations are gone
// through (`by`), and settings: leaves of documents. Out, for each combination
// and setting: whether the setting changes what is decided, all else being free:
// never, always, or in which calls. Always: an answer is of all pairs of calls
// that can exist, agree in everything else (the objects around the setting are
// there in both), and differ in the setting:
//
// - a flag is on in one call and off in the other;
// - of anything else both values are any two that it can have, unset being one
//   where it may be missing from an object that is there.
//
// A decision changes where its value does; which rule fires, and why, does not
// count. Of several decisions it is enough that one changes. A number or text
// that is handed on changes where it is taken from elsewhere, and where it is
// the setting itself that is handed on. A call that no rule decides differs from
// one that is decided.
//
// This is the Boolean difference of switching theory (Akers 1959), for values of
// any kind and over the possible calls alone.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "compiler/policy.h"

namespace tally {

struct MatrixQuestion {
  std::vector<std::size_t> outputs;  // indices into the policy's outputs; at least one
  std::vector<ElementId> by;         // leaves, each once
  std::vector<ElementId> settings;   // leaves, none of them in `by`
};

enum class Say { never, always, sometimes };

struct MatrixCell {
  Say say = Say::never;
  // Where `sometimes`: when the setting changes what is decided, in as few terms
  // as possible in the words of the rule file, and the inputs that it tests.
  std::string condition;
  std::vector<ElementId> tested;  // sorted
  std::size_t terms = 0;          // that the condition takes: its alternatives
  bool is_minimal = true;         // false: there may be a shorter condition
  bool is_worded = true;          // false: it would take too many terms, and is empty
};

struct MatrixSection {
  std::vector<std::pair<std::string, std::string>> fixed;  // the `by` inputs: name, value
  std::vector<MatrixCell> cells;                           // one a setting
};

struct Matrix {
  // One for each combination of the `by` inputs that can occur, the last input
  // going fastest.
  std::vector<MatrixSection> sections;
};

inline constexpr std::size_t max_matrix_cells = 100'000;
inline constexpr std::size_t max_matrix_terms = 100;  // of a condition that has too many shortest terms to look at all

// Leaves the policy and its diagrams as they are.
Result<Matrix> make_matrix(const Policy& policy, const MatrixQuestion& question);

}  // namespace tally
