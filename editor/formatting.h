// Formatting of a text that is open, as small edits.
//
// For example, of `decision d : flag {on when a}` the edits make `decision d : flag { on when a }`, line by line.
//
// In:     a text, and a part of it
// Out:    edits that bring it into the one style (grammar/format/format.h)
// Always: the syntax tree stays the same. A text with a syntax fault has no edits, but for a declaration that is
//         whole.
#pragma once

#include <string>
#include <vector>

#include "editor/text.h"

namespace tally::editor {

// The edits of the whole text. Empty if it is formatted, or has a syntax fault.
std::vector<ByteEdit> format(const std::string& text);
// Those of the declarations that a part of the text touches.
std::vector<ByteEdit> format_part(const std::string& text, ByteRange part);

}  // namespace tally::editor
