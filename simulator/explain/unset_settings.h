// The facts of an explanation, with those that are unset taken together.
//
// In:     the facts that an outcome rests on, and the values of the call.
// Out:    the facts to be listed, and the objects in which nothing else is set.
// Always: every fact is listed, or belongs to exactly one of the objects. What is listed of an object is
//         true whether or not the outcome depends on it.
//
// For example, if an outcome rests on `device.mode = full` and on seven settings of `device` that are
// unset, the first is listed, and of `device` the rest is "nothing else is set (7 settings)".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/explain/explain.h"

namespace tally {

// Settings in one object that are unset, at least two of them or of the objects that hold them.
struct UnsetSettings {
  std::optional<ElementId> object;  // nothing: the request itself
  std::size_t settings = 0;         // how many leaves in it are unset facts of the explanation
  bool is_all = true;               // whether nothing but what is listed is set in the object
};

struct ListedFacts {
  std::vector<ExplainedFact> facts;
  std::vector<UnsetSettings> rest;
};

// The arguments are those of `explain`, and what it found.
ListedFacts listed_facts(const Model& model, const std::vector<ExplainedFact>& rests_on, const CallFacts& facts,
                         const IsDefault& is_default);

}  // namespace tally
