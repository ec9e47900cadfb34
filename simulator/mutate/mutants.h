// Mutants: the single edits of a rule file that a slip could have made.
//
// In:     a program, its sources and its model.
// Out:    edits in the order of the text. Each replaces one span of the root file, in one of its
//         own decisions or amendments, or in a let that these depend on.
// Always: an edit changes the text, and no two edits are the same. Types, inputs, reasons,
//         proofs and examples are left alone.
//
// For example, `on when a is on and b is off` has the edits `on when a is on`, `on when a is on
// or b is off`, `on when a is off and b is off`, and more.
//
// The compiler decides whether the result is still a rule file. An edit whose result does not
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
  list,               // a value or a prefix added to a list, or dropped from it
  number,             // a bound or a literal, one more or one less
  text,               // a text or a prefix, longer or shorter
  index,              // another value as an index
  field,              // a sibling field of the same type
  name,               // another input or parameter of the same type
  fallback,           // an operand of `else` dropped, or swapped with the next
  member,             // a member of a record left out
  outcome,            // the outcome of another rule, `unset`
  rules_swapped,      // a rule or row swapped with the next one
  rule_dropped,       // a rule or row left out
  cell_widened,       // a cell of a table becomes `-`
};
inline constexpr std::size_t edit_kind_count = 16;
// Returns "condition dropped", "negated", ...
const char* to_string(EditKind kind);

struct Edit {
  EditKind kind = EditKind::value;
  std::string owner;  // the let or decision whose text is edited
  Span span;          // the part of the root file that is replaced
  std::string replacement;
  // The smallest part that shows the edit, on one line, and its `place`. If something is
  // dropped, `after` is empty. If two rules are swapped, `before` and `after` are the first and
  // the second rule, without their reasons.
  Span place;
  std::string before, after;
};

// Returns the edits of `decisions`, which are in the root file, and of the lets they depend on.
std::vector<Edit> make_edits(const Program& program, const SourceSet& sources, const Model& model,
                             const std::set<DecisionId>& decisions);

// Returns an edit in one line, of parts in quotes: "value: `on` -> `off`", "rules swapped: `a` with `b`". If `after` is
// empty, something is dropped: "list: `AK` dropped".
std::string edit_text(EditKind kind, const std::string& before, const std::string& after);

// Returns the text of the root file with an edit applied.
std::string edited(const SourceSet& sources, const Edit& edit);

}  // namespace tally
