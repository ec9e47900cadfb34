// What stands behind a decision, a proof or an example: which lets and decisions
// an edit must be of to change it.
//
// In: a model, and something of it. Out: the names of the lets and decisions that
// its expressions stand on, through lets and decisions; of a decision its own name
// too. Names, for ids are not those of another model.
#pragma once

#include <set>
#include <string>

#include "compiler/model/model.h"

namespace tally {

using Names = std::set<std::string>;

Names behind(const Model& model, const Decision& decision);
Names behind(const Model& model, const Proof& proof);
Names behind(const Model& model, const Example& example);

}  // namespace tally
