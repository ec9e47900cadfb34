// Many calls at once, from columns.
//
// In: a version, and a column for each input that is known. Out: columns of rules
// and values. Always: a row is decided as a `LiveCall` with its facts decides it;
// all rows are checked before the first answer is written, so that a batch that
// fails has touched none.
#pragma once

#include <cstddef>
#include <optional>

#include "runtime/policy/policy_version.h"

namespace tally {

std::optional<Failure> decide_batch(const PolicyVersion& version, const tally_column* columns, std::size_t column_count,
                                    const tally_answer_column* answers, std::size_t answer_count, std::size_t rows);

}  // namespace tally
