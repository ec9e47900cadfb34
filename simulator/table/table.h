// Truth tables: a decision over all combinations of the inputs that it reads.
//
// In: a policy and what is asked of it. Out: rows that are disjoint and
// complete, each with the number of combinations that it stands for. A compact
// table leaves out what does not matter (`-`); a full one has a row for every
// combination. Only documents that can exist are counted.
//
// Rows are produced one after the other and not kept, as often as they are asked for: a table
// takes the memory of its diagrams, however many rows it has.
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

namespace tally {

struct TableQuestion {
  std::optional<DecisionId> decision;  // one of the policy's outputs, or
  ExprRef value;                       // a scalar, such as a member of a decision's result
  std::string title;                   // the decision's name, or the value's text
  ExprRef where;                       // null: every call
  std::vector<ElementId> by;           // one section for each combination of these leaves' values
  bool full = false;
  std::size_t max_rows = 1'000'000;
  // Nodes that the diagrams may take in the order in which a guide would name the inputs. If
  // that is not enough, the settings of an object stand together.
  std::size_t reading_nodes = std::size_t{1} << 17;
};

struct TableRow {
  std::vector<std::string_view> cells;  // one per column; "-": does not matter
  std::string_view outcome;
  std::uint32_t rule = 0;  // 0: the value has no rule of its own
  std::string reason;      // with what the row fixes inserted
  Count combinations;
};

struct TableSection {
  std::vector<std::pair<std::string, std::string>> fixed;  // the `by` inputs: name, value
  Count combinations;
  // Calls a visitor with each row, the same ones in the same order each time, until it
  // returns false. A row and what it refers to are valid until the next.
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
  std::vector<std::string> columns;  // the inputs that are read, without the `by` ones
  bool has_rules = true;
  Count combinations;

  // Calls a visitor with one section after the other, until it returns false. Fails if a
  // diagram grows beyond its bound while rows are produced: those produced so far are right,
  // and more are missing. A section is valid until the next.
  Result<> sections(const std::function<bool(const TableSection&)>& visit) const;

 private:
  std::unique_ptr<Rows> rows_;
};

// The policy and the sources outlive the table.
Result<DecisionTable> make_table(Policy& policy, const SourceSet& sources, const TableQuestion& question);

}  // namespace tally
