// Truth tables: a decision over all combinations of the inputs that it reads.
//
// In: a policy and what is asked of it. Out: rows that are disjoint and
// complete, each with the number of combinations that it stands for. A compact
// table leaves out what does not matter (`-`); a full one has a row for every
// combination. Only documents that can exist are counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/policy.h"
#include "grammar/source.h"

namespace tally {

struct TableQuestion {
  std::optional<DecisionId> decision;  // one of the policy's outputs, or
  ExprRef value;                       // a scalar, such as a member of a decision's result
  std::string title;                   // the decision's name, or the value's text
  ExprRef where;                       // null: every call
  std::vector<ElementId> by;           // one section for each combination of these leaves' values
  bool full = false;
  std::size_t max_rows = 1'000'000;
  // What the diagrams may take in the order in which a guide would name the inputs.
  // Where that is not enough, the settings of an object stand together.
  std::size_t reading_nodes = std::size_t{1} << 17;
};

struct TableRow {
  std::vector<std::string> cells;  // one a column; "-": does not matter
  std::string outcome;
  std::uint32_t rule = 0;          // 0: the value has no rule of its own
  std::string reason;              // with what the row fixes inserted
  Count combinations;
};

struct TableSection {
  std::vector<std::pair<std::string, std::string>> fixed;  // the `by` inputs: name, value
  std::vector<TableRow> rows;
  Count combinations;
};

struct DecisionTable {
  std::string title;
  std::vector<std::string> columns;  // the inputs that are read, without the `by` ones
  bool has_rules = true;
  std::vector<TableSection> sections;
  Count combinations;
};

struct TableError {
  std::string message;
  std::string help;
};

std::variant<DecisionTable, TableError> make_table(Policy& policy, const SourceSet& sources, const TableQuestion& question);

}  // namespace tally
