// Settings as the rows of a matrix.
//
// In: the leaves that each of several joined paths names. Out: one row for each
// setting, with the leaf of every path: the leaves that stand at the same place
// below their paths. Always: the leaves of a row are of one type, and every leaf
// is in exactly one row.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/model/model.h"

namespace tally {

// One of the paths that share their rows.
struct SettingPath {
  std::string text;               // as it was given
  std::string alias;              // what people call who it belongs to; may be empty
  std::vector<ElementId> leaves;  // each once; at least one
};

struct SettingRow {
  std::string name;               // "account[inbound, onnet].enabled", "caller=callee.device[inbound, onnet].enabled"
  std::vector<ElementId> leaves;  // one a path
  std::vector<std::string> of;    // whose each leaf is: the alias, else the part of the name that is its own ("callee")
  // The words that distinguish the row from the others, apart from its root: "inbound",
  // "onnet".
  std::vector<std::string> own_words;
};

// There is at least one path.
Result<std::vector<SettingRow>> setting_rows(const Model& model, const std::vector<SettingPath>& paths);

// The names of an element's position: its input, then fields and values of
// indices, outermost first ("account", "inbound", "onnet", "enabled").
std::vector<std::string> words_of(const Model& model, ElementId element);

}  // namespace tally
