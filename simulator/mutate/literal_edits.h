// The edits of literals: numbers, ranges, and the texts of a test.
//
// In:     a literal of the syntax tree.
// Out:    its edits, added to a list. `5..30` becomes `4..30`, `6..30`, `5..29` and `5..31`; `starts "+1"` becomes
//         `ends "+1"`, `starts "+1x"` and `starts "+"`.
// Always: an edit is a literal of the same kind. Types are not looked at.
#pragma once

#include <cstdint>
#include <vector>

#include "grammar/tree/ast.h"
#include "simulator/mutate/edit_list.h"

namespace tally {

// One more, and one less.
void add_number(EditList& edits, Span span, std::uint64_t value);
// Each end one more, and one less.
void add_range(EditList& edits, const ast::NumberRange& range);
// `whole` is the span of the test, without its left side: `starts ("+1", "00")`.
void add_text_test(EditList& edits, Span whole, ast::TextForm form, const std::vector<ast::TextItem>& texts);

}  // namespace tally
