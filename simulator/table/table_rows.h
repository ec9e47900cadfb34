// What produces the rows of a table. Private to tables.
//
// In:     a space (table_space.h).
// Out:    sections and rows, one at a time.
// Always: the rows can be produced again, in the same order.
//
// There are two kinds: a row says which inputs it is for, or in which words of the policy it is put
// (word_rows.cpp).
#pragma once

#include <functional>
#include <memory>

#include "simulator/table/table.h"
#include "simulator/table/table_space.h"

namespace tally {

class DecisionTable::Rows {
 public:
  virtual ~Rows() = default;
  // Fills in the title, the columns and the number of combinations.
  virtual void describe(DecisionTable& table) = 0;
  virtual Result<> each_section(const std::function<bool(const TableSection&)>& visit) = 0;
};

// The rows of a table over the words of its question. Fails if a word has no values that a table can
// show, or if they have too many combinations. Throws NodeLimit like its diagrams.
Result<std::unique_ptr<DecisionTable::Rows>> make_word_rows(std::unique_ptr<TableSpace> space,
                                                            const SourceSet& sources);

}  // namespace tally
