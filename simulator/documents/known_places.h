// The places of a model's documents, whether a decision reads them or not.
//
// In:     a model. Its descriptor lacks the inputs that only proofs and examples read, or nothing.
// Out:    the JSON Pointers at which an element stands, and those on the way to one.
//
// For example, `input state : text at /caller/state` has the places "/caller" and "/caller/state".
// Always: a place of an input that no decision reads is known, too.
#pragma once

#include <string>
#include <unordered_set>

#include "compiler/model/model.h"

namespace tally {

using KnownPlaces = std::unordered_set<std::string>;

void add_places(const Model& model, KnownPlaces& places);

}  // namespace tally
