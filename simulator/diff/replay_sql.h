// A diff as SQL: how many rows of a table fall into each of its rows.
//
// For example, for a part with the rows "on -> off" and "off -> on":
//
//   before | after | row | fault | calls
//   on     | on    |     |       | 8,120
//   on     | off   | 1   |       |    36
//
// In:     a diff whose decisions are compared; which column is which input of the joint model
// Out:    for each part a SELECT whose rows have the old value, the new value, the row of the diff from 1 (NULL if the
//         policies agree), and the fault of the row
// Always: the rows are those of `tally diff --calls`. A row that one of the policies refuses has a fault, and nothing
// else
#pragma once

#include <string>
#include <vector>

#include "compiler/sql/view.h"
#include "simulator/diff/diff.h"

namespace tally {

// The descriptor of the inputs that both policies have, by which a map of columns is read. Its elements are those of
// `joint_elements`.
PolicyDescriptor describe_joint(const Joint& joint, const SourceSet& sources);
std::vector<ElementId> joint_elements(const Joint& joint);

struct ReplaySelect {
  const DiffPart* part = nullptr;
  std::string text;  // a SELECT of the columns before, after, row and fault
};

// `options.keys` are not used. Every error is returned; the help of one says what to do.
Result<std::vector<ReplaySelect>, std::vector<Error>> replay_selects(const Joint& joint,
                                                                     const std::vector<DiffDecision>& decisions,
                                                                     const sql::PlaceMap& places,
                                                                     const sql::ViewOptions& options);

}  // namespace tally
