// Settings as the rows of a matrix.
//
// In:     several joined paths, each with the leaves that it names.
// Out:    one row per setting. A row has one leaf of every path: the leaves at the same place
//         below their paths.
// Always: the leaves of a row have one type, and every leaf is in exactly one row.
//
// For example, the paths `caller.device` and `callee.device` share rows such as
// "caller=callee.device[inbound, onnet].enabled", with one leaf of the caller and one of the
// callee.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/model/model.h"

namespace tally {

// One of the paths that share their rows.
struct SettingPath {
  std::string text;               // as it was given: "caller.device"
  std::string alias;              // what people call its owner; may be empty
  std::vector<ElementId> leaves;  // each once; at least one
};

struct SettingRow {
  std::string name;               // "account[inbound, onnet].enabled", "caller=callee.device[inbound, onnet].enabled"
  std::vector<ElementId> leaves;  // one per path
  std::vector<std::string> of;    // the owner of each leaf: the alias, else its own part of the name ("callee")
  // The words that distinguish the row from the others, without its root: "inbound", "onnet".
  std::vector<std::string> own_words;
};

// Returns the rows of `paths`, of which there must be at least one. Fails if the leaves of the
// paths do not match one to one, or differ in type.
Result<std::vector<SettingRow>> setting_rows(const Model& model, const std::vector<SettingPath>& paths);

// Returns the names on the way to an element: its input, then fields and index values,
// outermost first ("account", "inbound", "onnet", "enabled").
std::vector<std::string> words_of(const Model& model, ElementId element);

}  // namespace tally
