// Which lets and decisions a decision, a proof or an example depends on. Only an edit of one
// of these can change it.
//
// In:     a model, and a part of it.
// Out:    the names of the lets and decisions that its expressions name, directly or through
//         other lets and decisions. A decision depends on itself too.
// Always: names are returned, not ids, since another model has other ids.
//
// For example, `caller-recording` of rules/call_recording.tally depends on {"caller-recording",
// "endpoint"}.
#pragma once

#include <set>
#include <string>

#include "compiler/model/model.h"

namespace tally {

using Names = std::set<std::string>;

// Return what a decision, a proof or an example depends on, by name.
Names dependencies_of(const Model& model, const Decision& decision);
Names dependencies_of(const Model& model, const Proof& proof);
Names dependencies_of(const Model& model, const Example& example);

}  // namespace tally
