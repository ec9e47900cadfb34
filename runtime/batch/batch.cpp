// First all rows are checked, and codes are made for the columns that need it. Then the compiled
// functions decide, a piece of the rows at a time.
#include "runtime/batch/batch.h"

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/batch/batch_columns.h"

namespace tally {
namespace {

// Large enough for the processor to read ahead in each column, and small enough for the columns
// that several decisions read to stay in its second cache.
constexpr std::size_t piece_rows = std::size_t{1} << 15;

// A decision that the caller wants, and where its answers go.
struct WantedDecision {
  BatchFunction decide = nullptr;
  std::uint16_t* rules = nullptr;  // null: not wanted; `values` likewise
  std::uint16_t* values = nullptr;
  const tally_value* handles = nullptr;  // of values, by code; null: codes are the handles
};

Result<Done, Failure> ask(const PolicyVersion& version, const tally_answer_column* answers, std::size_t count,
                          std::vector<WantedDecision>& asked) {
  asked.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t index = version.decision(answers[i].decision);
    if (index == no_index)
      return Failure(TALLY_ERROR_ARGUMENT, "no decision has the handle " + std::to_string(answers[i].decision));
    const MemberMeaning* scalar = version.scalar_of(index);
    if (answers[i].values != nullptr && (scalar == nullptr || scalar->values.empty())) {
      return Failure(TALLY_ERROR_TYPE, "`" + version.policy().decisions[index].name +
                                           "` is neither an enum nor a flag: it has no column of values");
    }
    const BatchFunction decide = version.code().batches[index];
    if (decide == nullptr) return Failure(TALLY_ERROR_POLICY, "the policy was built without functions over columns");
    if (answers[i].rules == nullptr && answers[i].values == nullptr) continue;
    const bool same = answers[i].values == nullptr || scalar->same;
    asked.push_back({decide, answers[i].rules, answers[i].values, same ? nullptr : scalar->values.data()});
  }
  return {};
}

}  // namespace

Result<Done, Failure> decide_batch(const PolicyVersion& version, const tally_column* columns, std::size_t column_count,
                                   const tally_answer_column* answers, std::size_t answer_count, std::size_t rows) {
  std::vector<WantedDecision> asked;
  TALLY_RETURN_IF_ERROR(ask(version, answers, answer_count, asked));
  BatchColumns codes(version, rows, piece_rows);
  TALLY_RETURN_IF_ERROR(codes.read(columns, column_count));
  std::vector<std::uint16_t> unwanted;
  if (std::any_of(asked.begin(), asked.end(),
                  [](const WantedDecision& a) { return a.rules == nullptr || a.values == nullptr; })) {
    unwanted.resize(std::min(rows, piece_rows));
  }
  // Nothing fails from here on.
  for (std::size_t first = 0; first < rows; first += piece_rows) {
    const std::size_t count = std::min(piece_rows, rows - first);
    const std::uint8_t* const* const from = codes.at(first);
    for (const WantedDecision& a : asked) {
      std::uint16_t* const rules = a.rules == nullptr ? unwanted.data() : a.rules + first;
      std::uint16_t* const values = a.values == nullptr ? unwanted.data() : a.values + first;
      a.decide(from, rules, values, count);
      if (a.handles == nullptr) continue;
      for (std::size_t row = 0; row < count; ++row) values[row] = static_cast<std::uint16_t>(a.handles[values[row]]);
    }
  }
  return {};
}

}  // namespace tally
