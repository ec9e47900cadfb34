// Which documents exist: the smallest one with given elements set.
//
// In:     some elements, and for each whether it is set.
// Out:    the smallest document in which that holds. It has the elements that are set, what
//         every document contains, the objects around these, and the required members of those.
// Always: nothing in the document could be left out. So if this document breaks a rule, every
//         such document does.
//
// For example, if only `device.limit` is set, the result has `device` present, `device.limit`
// set, and every required member of `device`.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

// Returns the smallest document in which `set` holds for these `elements`; others may be
// anything. The result has, for each element of the model, whether it is set or present. If
// there is no such document, nothing is returned. `set(element)` is whether its code is not 0.
std::optional<std::vector<bool>> smallest_document(const Model& model, const std::vector<ElementId>& elements,
                                                   const std::function<bool(ElementId)>& set);
// The same for codes. A flag that is read `if other` is on or unset, so there is no document with its code of off.
std::optional<std::vector<bool>> smallest_document_of(const Model& model, const std::vector<ElementId>& elements,
                                                      const std::function<unsigned(ElementId)>& code_of);
// Whether such a document exists.
bool document_exists(const Model& model, const std::vector<ElementId>& elements,
                     const std::function<bool(ElementId)>& set);

}  // namespace tally
