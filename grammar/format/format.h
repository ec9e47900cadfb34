// The formatter: from the text of a rule file to the same file in the one style of rule files, which
// docs/format.md describes.
//
// For example, `decision  x:flag{on when a}` with the margin in sight becomes
//
//   decision x : flag { on when a }
//
// In:     the text of a file
// Out:    its text in the one style, or the faults of a file that does not parse
// Always: the tokens of the text stay as they are, in their order, but for commas that end a line or
//         stand before a closing bracket. So the syntax tree stays the same. Every comment stays
//         between the same two tokens, and behind a token of its line if it was there. Formatting a
//         formatted text changes nothing. It takes linear time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/source/diagnostics.h"
#include "grammar/source/source.h"

namespace tally {

// Returns the formatted text, or nothing if the file has a syntax fault. The faults are reported as
// `parse` reports them.
std::optional<std::string> formatted_text(const SourceSet& sources, FileId file, Diagnostics& diagnostics);

// The lines `first` to before `last` of the old text, which count from 0, become `text`: whole lines, or
// nothing.
struct LineEdit {
  std::size_t first = 0, last = 0;
  std::size_t new_first = 0, new_last = 0;  // the lines of the new text
  std::string_view text;                    // a part of the new text
};
// Returns the edits that make a formatted text of the text that it was made from, in order: as few lines
// as have changed. An editor applies them, so that its cursor stays where it is.
std::vector<LineEdit> line_edits(std::string_view before, std::string_view after);

}  // namespace tally
