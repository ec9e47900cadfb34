// Which lets and decisions a decision, a proof or an example depends on. Only an edit of one
// of these can change it.
//
// In: a model, and a part of it. Out: the names of the lets and decisions that its
// expressions name, through lets and decisions; of a decision its own name too. Names, since
// the ids of another model differ.
#pragma once

#include <set>
#include <string>

#include "compiler/model/model.h"

namespace tally {

using Names = std::set<std::string>;

Names dependencies_of(const Model& model, const Decision& decision);
Names dependencies_of(const Model& model, const Proof& proof);
Names dependencies_of(const Model& model, const Example& example);

}  // namespace tally
