// The document that an element is stored in, as the pointers of a rule file show it.
//
// In:     an element of a model.
// Out:    the document's name and its place in a request.
// Always: elements with the same pointer of the home are in one document.
//
// Of the objects around the element, the outermost whose own part of the pointer has several keys begins at the
// document: `user : settings? at /user/call_recording` in `/caller` gives "/caller/user". If there is no such object,
// the place is the first key of the input.
#pragma once

#include <string>

#include "compiler/model/model.h"

namespace tally {

struct Home {
  std::string name;            // of the object that begins there: "caller.user"; of a scalar input "the request"
  std::string pointer;         // "/caller/user"; "" for the request itself
  bool is_behind_key = false;  // whether an object with several keys shows it
};

Home home_of(const Model& model, ElementId element);

}  // namespace tally
