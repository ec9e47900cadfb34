// The settings matrix: which settings change a decision, and when.
//
// In:     a policy, some of its decisions, inputs (`by`) whose combinations are gone through,
//         and settings: leaves of documents.
// Out:    for each combination and setting, whether the setting changes what is decided while
//         all else is free: never, always, or in some calls, with their condition.
// Always: an answer covers all pairs of possible calls that differ in the setting and agree in
//         everything else. The objects around the setting are present in both calls.
//
// For example, `account-recording` of rules/call_recording.tally by `source` and `destination`:
// if both are onnet, `account[inbound, onnet].enabled` changes it always, `account[inbound,
// offnet].enabled` never, and `account[outbound, onnet].enabled` sometimes, if
// "account[inbound, onnet].enabled is not on".
//
// The two calls of a pair differ as follows:
//   - A flag is on in one call and off in the other.
//   - Anything else has any two of its values. Unset is one of them, if the setting may be
//     missing from an object that is present.
//
// A decision changes if its value does; which rule fires, and why, does not count. Of several
// decisions it is enough that one changes. A number or text that is handed on changes if it is
// taken from elsewhere, or if the setting itself is handed on. A call that no rule decides
// differs from every call that is decided.
//
// This is the Boolean difference of switching theory (Akers, *On a Theory of Boolean
// Functions*, 1959), for values of any kind and over the possible calls alone.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "compiler/policy.h"
#include "simulator/words/words.h"

namespace tally {

struct MatrixQuestion {
  std::vector<std::size_t> outputs;  // indices into the policy's outputs; at least one
  std::vector<ElementId> by;         // leaves, each once
  std::vector<ElementId> settings;   // leaves, none of them in `by`
  ExprRef where = nullptr;           // only calls that meet it count; null: every call
  std::vector<Word> over = {};       // conditions are written over these words; none: over the elements
};

enum class Effect { never, always, sometimes };

struct MatrixCell {
  Effect effect = Effect::never;
  // If `effect` is `sometimes`: when the setting changes what is decided, in the rule language and
  // in as few terms as possible, and the inputs that this condition tests.
  // Over words, it changes something in all of these calls; "" if there is no such condition.
  std::string condition;
  // Over words: when the setting changes what is decided in some of the calls for which the words have
  // the same values, and not in others; "" for every call. Null if there are no such calls.
  std::optional<std::string> partly;
  std::vector<ElementId> tested;  // sorted; empty over words
  std::size_t terms = 0;          // the number of alternatives of the condition
  bool is_minimal = true;         // false: there may be a shorter condition
  bool is_worded = true;          // false: the condition would take too many terms, and is empty
  bool operator==(const MatrixCell&) const = default;
};

struct MatrixSection {
  std::vector<std::pair<std::string, std::string>> fixed;  // the `by` inputs: {"source", "onnet"}
  std::string condition;                                   // the same in the rule language; "" for every call
  std::vector<MatrixCell> cells;                           // one per setting
};

// Sections with the same cells, as one.
struct MatrixGroup {
  std::string condition;              // "source is onnet"; "" for every call
  std::vector<std::size_t> sections;  // at least one, in order
};

struct Matrix {
  // One section per combination of the `by` inputs that can occur. The last input varies
  // fastest: (onnet, onnet), (onnet, offnet), (offnet, onnet), ...
  std::vector<MatrixSection> sections;
  // Every section is in one group. Groups are in the order of their first section.
  std::vector<MatrixGroup> groups;
};

inline constexpr std::size_t max_matrix_cells = 100'000;
// Terms of a condition that has too many shortest terms to look at them all.
inline constexpr std::size_t max_matrix_terms = 100;

// Returns the matrix that `question` asks for. The policy and its diagrams are not changed.
// Fails if the matrix would have more than `max_matrix_cells` cells, or if its diagrams pass
// their node limit.
Result<Matrix> make_matrix(const Policy& policy, const MatrixQuestion& question);

}  // namespace tally
