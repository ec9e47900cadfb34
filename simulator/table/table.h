// Truth tables: a decision over all combinations of the inputs that it reads.
//
// In:     a policy, and a question about it.
// Out:    rows, each with the number of combinations that it covers. A compact table has `-`
//         for an input that does not matter; a full table has a row for every combination.
// Always: rows are disjoint and complete. Only documents that can exist are counted.
//
// For example, a decision that is `on` when "a is on and b is on", over two flags that are
// never unset, may have these rows:
//
//   a    b    decision  combinations
//   on   on   on        1
//   on   off  off       1
//   off  -    off       2
//
// Rows are produced one at a time and are not kept, so a table takes the memory of its
// diagrams, however many rows it has. They can be produced again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "compiler/policy.h"
#include "grammar/source/source.h"
#include "simulator/words/words.h"

namespace tally {

struct TableQuestion {
  std::optional<DecisionId> decision;  // one of the policy's outputs, or else
  ExprRef value;                       // a scalar, such as a member of a decision's result
  std::string title;                   // the decision's name, or the value's text
  ExprRef where;                       // the calls that are shown; null: every call
  std::vector<ElementId> by;           // one section per combination of the values of these leaves
  std::vector<Word> over;              // a table over these words instead of the inputs; without `by`
  bool full = false;
  std::size_t max_rows = 1'000'000;
  // The nodes that the diagrams may take in the order in which a guide would name the inputs.
  // If that is not enough, the settings of an object are placed next to each other.
  std::size_t reading_nodes = std::size_t{1} << 17;
};

struct TableRow {
  std::vector<std::string_view> cells;  // one per column: "onnet"; "-" if the input does not matter
  std::string_view outcome;
  std::uint32_t rule = 0;  // from 1; 0 if the value has no rule of its own
  std::string reason;      // with the values that the row fixes inserted: "inbound from onnet to account"
  Count combinations;
};

struct TableSection {
  std::vector<std::pair<std::string, std::string>> fixed;  // the `by` inputs: {"source", "onnet"}
  std::string condition;                                   // the same as a condition: "source is onnet"
  Count combinations;
  // Calls a visitor with each row, in the same order each time, until the visitor returns
  // false. A row and what it refers to are valid until the next row.
  std::function<void(const std::function<bool(const TableRow&)>&)> rows;
};

class DecisionTable {
 public:
  class Rows;
  explicit DecisionTable(std::unique_ptr<Rows> rows);
  ~DecisionTable();
  DecisionTable(DecisionTable&&) noexcept;
  DecisionTable& operator=(DecisionTable&&) noexcept;

  std::string title;
  std::vector<std::string> columns;  // names of the inputs that are read, without the `by` inputs
  bool has_rules = true;
  Count combinations;

  // Calls a visitor with one section after the other, until the visitor returns false. Fails if
  // a diagram grows beyond its bound while rows are produced. The rows produced until then are
  // right, and others are missing. A section is valid until the next section.
  Result<> sections(const std::function<bool(const TableSection&)>& visit) const;

 private:
  std::unique_ptr<Rows> rows_;
};

// Returns the table that `question` asks for. The policy and the sources must outlive it. Fails
// if the question does not fit the policy, or if the table would be too large.
Result<DecisionTable> make_table(Policy& policy, const SourceSet& sources, const TableQuestion& question);

}  // namespace tally
