// Documents as JSON text, from values of a model's elements.
//
// In:     values of elements, or the codes of a call.
// Out:    the JSON of a request, or of the value at one place in it.
// Always: if the text is read as a request (or as a document at that place), it gives these
//         elements the same values, and sets no others. Keys are in the order of the rule
//         file's types.
//
// For example, {account present, account.enabled = on, source = onnet} is printed as
// {"account":{"enabled":true},"source":"onnet"}, if the pointers are /account/enabled and
// /source, and `account` is declared first.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagrams/space.h"

namespace tally {

// Whether `a` comes before `b` in a document. An object comes before its members; members and
// cells are in the order of their type.
bool comes_before(const Model& model, ElementId a, ElementId b);

// Values of leaves, and objects that are present (EnumName "present"). An element that is
// Unset, or not listed, is left out of the text.
using Document = std::vector<std::pair<ElementId, Literal>>;

// Returns the JSON of a document. `place` is a JSON Pointer to the value that is printed, or ""
// for the whole request; elements elsewhere are left out. The text is one line, or has `indent`
// blanks per level. If there is nothing at `place`, the text is "{}".
std::string document_text(const Model& model, const Document& document, std::string_view place = "", int indent = -1);

// Returns the smallest document with the codes of a call, or nothing if no document has them.
// Each code is given by a value of its class. The document also has what it must contain: the
// objects around, and required members with their first value. A member that takes its default
// is left out.
std::optional<Document> document_of(const Model& model, const Classes& classes, const Call& call);

// Gives leaves of a document these values. A leaf that takes its default is left out.
void set_values(const Model& model, const std::map<ElementId, Literal>& values, Document& document);

}  // namespace tally
