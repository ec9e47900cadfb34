// Which documents exist: the smallest one with given elements set.
//
// In: for some elements, whether each is set. Out: the smallest document in which
// that holds. It is built from what it must contain: the elements that are set, what
// every document contains, the objects around these and the required members of
// those. Always: nothing is in it that could be left out; so where this document
// breaks a rule, every document does.
//
// For example, where only `device.limit` is set, the result has `device` present,
// `device.limit` set, and every required member of `device`.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "compiler/model/model.h"

namespace tally {

// The smallest document that brings about these codes of these elements (the
// others may be anything): for each element of the model whether it is set or
// present in it; nothing where there is no such document. `set(element)`: its
// code is not 0.
std::optional<std::vector<bool>> smallest_document(const Model& model, const std::vector<ElementId>& elements,
                                                   const std::function<bool(ElementId)>& set);
// Whether there is one.
bool document_exists(const Model& model, const std::vector<ElementId>& elements,
                     const std::function<bool(ElementId)>& set);

}  // namespace tally
