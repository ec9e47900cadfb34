// What a fingerprint knows of a place in the documents: where it is, and which values it has.
//
// In:     an element of a model, the classes of its values, and a digest for each class
// Out:    a text for the place, and what its values lead to, in a description that is hashed
// Always: no names of the rule file are part of it, and no classes: values side by side that lead to one digest are
//         described as one. For example, an input `limit : 0..100 at /max` whose classes 0..29 and 30..60 lead to one
//         digest and 61..100 to another is "/max: from 0 the one, from 61 the other".
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "compiler/fingerprint/digest.h"
#include "compiler/graph/classes.h"

namespace tally {

// A place as a text: its pointer and how it is read. Places in the order of these texts have what is not part of a
// document first, then the documents from the last pointer to the first (`/caller` before `/account`, since most rules
// ask the more particular first), and each object before its members. Of a relation it is the later of its leaves,
// followed by the other.
std::string place_text(const Model& model, ElementId element);

// Adds which values of an element lead to which digest. `by_code` has the digest of each code; nothing for a code
// that no document has here. Numbers are added as ranges, texts as the least automaton, enums by their spellings.
void add_values(Digesting& to, const Model& model, const Classes& classes, ElementId element,
                const std::vector<std::optional<Digest>>& by_code);

// Everything that is read at a place: its type, whether it is required, its default. Two inputs with equal
// descriptions read the same documents alike.
void add_description(Digesting& to, const Element& element);

}  // namespace tally
