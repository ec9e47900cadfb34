// Mutants: the single edits of a rule file that a slip could have made.
//
// In: a program, its sources and its model. Out: edits of the root file's own
// decisions, and of the lets that these stand on, in the order of the text; each
// replaces one span of the root file. Always: an edit changes the text, no two
// edits are the same, and types, inputs, reasons, proofs and examples are left
// alone. The compiler decides whether the result is still a rule file: one that does not
// type-check is not a mutant.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "compiler/model/model.h"
#include "grammar/program.h"

namespace tally {

enum class EditKind : std::uint8_t {
  condition_dropped,  // an operand of `and` or `or`; a `when`
  negated,            // a condition, a comparison
  connective,         // `and` for `or`
  value,              // another value of the enum, in a comparison, a list, a cell or a result
  list,               // a value added to or dropped from a list, a prefix likewise
  number,             // a bound or a literal one more or one less
  text,               // a text or a prefix longer or shorter
  index,              // another value as an index
  field,              // a sibling field of the same type
  name,               // another input or parameter of the same type
  fallback,           // an operand of `else` dropped, or swapped with the next
  member,             // a member of a record left out
  outcome,            // the outcome of another rule, `unset`
  rules_swapped,      // a rule or row with the next one
  rule_dropped,       // a rule or row
  cell_widened,       // a cell of a table becomes `-`
};
inline constexpr std::size_t edit_kind_count = 16;
// "condition dropped", "negated", ...
const char* to_string(EditKind kind);

struct Edit {
  EditKind kind = EditKind::value;
  std::string owner;  // the let or decision whose text is edited
  Span span;          // of the root file: what is replaced
  std::string replacement;
  // The smallest part that shows the edit, on one line. `place` is where that stands; what
  // is dropped has no `after`. Of rules that are swapped
  // the first and the second, without their reasons.
  Span place;
  std::string before, after;
};

// `decisions`: of the root file, whose rules and lets are edited.
std::vector<Edit> make_edits(const Program& program, const SourceSet& sources, const Model& model,
                             const std::set<DecisionId>& decisions);

// The text of the root file with an edit made.
std::string edited(const SourceSet& sources, const Edit& edit);

}  // namespace tally
