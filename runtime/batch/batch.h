// Decides many calls at once, from columns.
//
// In:     a version, and a column for each input that is given.
// Out:    columns of rules and values.
// Always: a row is decided as a `LiveCall` with the same facts decides it. All rows are checked
//         before the first answer is written, so that a batch that fails has written none.
#pragma once

#include <cstddef>

#include "runtime/policy/policy_version.h"

namespace tally {

Result<Done, Failure> decide_batch(const PolicyVersion& version, const tally_column* columns, std::size_t column_count,
                                   const tally_answer_column* answers, std::size_t answer_count, std::size_t rows);

}  // namespace tally
