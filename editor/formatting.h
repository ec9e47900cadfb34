// The edits that bring a text into the one style of rule files.
//
// For example, for "input a:flag\n" one edit replaces the line by "input a : flag\n".
//
// In:     a text; or a reading, and the place where a character was typed
// Out:    edits of whole lines, in order, which do not overlap
// Always: a text with a syntax fault has no edits. With all edits, the text is formatted (grammar/format/format.h).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "editor/reading.h"
#include "editor/text.h"

namespace tally::editor {

// Nothing if the text has a syntax fault.
std::optional<std::vector<ByteEdit>> format_edits(std::string_view text);
// Those that touch a range.
std::vector<ByteEdit> format_edits_in(std::string_view text, ByteRange range);
// Those after a character was typed before `offset`: behind `}` they are about the declaration that it ends, after a
// line break about the line before.
std::vector<ByteEdit> format_edits_after(const Reading& reading, FileId file, std::string_view text,
                                         std::uint32_t offset, std::string_view typed);

}  // namespace tally::editor
