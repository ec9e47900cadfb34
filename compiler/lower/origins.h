// Origins in normal form: equal texts are written in one way only.
//
// In:     literals, and leaves that are inserted between them
// Out:    an origin
// Always: adjacent literals are one, an empty literal is left out, a text without leaves is
//         a literal, and a text that is one text leaf is this leaf. A number that is the
//         whole text stays an insertion, since the text "60" is not the number 60.
//
// For example, with the text leaf `host`, the pieces {"https://", "x", host} are the
// origin "https://x{host}", and the pieces {"", host} are the origin `host`.
#pragma once

#include <variant>
#include <vector>

#include "compiler/lower/lower.h"

namespace tally {

using Pieces = std::vector<std::variant<std::string, ElementId>>;

// Appends a piece in normal form.
void append(Pieces& pieces, const std::variant<std::string, ElementId>& piece);
// Returns the pieces of an origin as a text: {"60"} for the number 60.
Pieces pieces_of(const Origin& origin);
// Returns the text that consists of these pieces, which are in normal form.
Origin text_of(const Model& model, Pieces pieces);

// The leaves of an origin, in order; a leaf that is inserted twice occurs twice.
std::vector<ElementId> leaves_of(const Origin& origin);

// The cut that holds one number or text, and no other.
Cut only_value(const Literal& value);

}  // namespace tally
