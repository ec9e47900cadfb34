// Documents as JSON text, from values of a model's elements.
//
// In: values of elements, or a call's codes. Out: the JSON of a request, or of
// what stands at one place of it. Always: what is printed, read as a request (or
// as a document there), gives these elements the same values, and sets no others;
// keys stand in the order of the rule file's types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagrams/space.h"

namespace tally {

// Whether one element comes before another in a document: an object before what is
// in it, members and cells in the order of their type.
bool comes_before(const Model& model, ElementId a, ElementId b);

// Values of leaves, and objects that are present (EnumName "present"); what is
// Unset, or not named, is left out.
using Document = std::vector<std::pair<ElementId, Literal>>;

// `place`: a JSON Pointer to the value that is printed, "" for the whole request;
// elements elsewhere are left out. One line, or with `indent` blanks a level.
// "{}" where nothing stands there.
std::string document_text(const Model& model, const Document& document, std::string_view place = "", int indent = -1);

// The smallest document of a call: its codes, each by a value of its class, and
// what has to stand there besides (objects around, required members by their first
// value); a member that takes its default is not named. Nothing where no document
// has these codes.
std::optional<Document> document_of(const Model& model, const Classes& classes, const Call& call);

// A value of a code: Unset for 0, EnumName "present" for an object; of a class that
// holds the element's default, the default.
Literal value_of(const Model& model, const Classes& classes, ElementId element, std::uint8_t code);

}  // namespace tally
