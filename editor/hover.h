// What a name is: its declaration, its type, the comment above it, and what the checks know of it.
//
// In:     a reading, a place in it, and the facts of the file, if they are there
// Out:    Markdown
// Always: the facts are of the same text as the reading, or are not given
#pragma once

#include <optional>
#include <string>

#include "editor/facts.h"
#include "editor/names.h"

namespace tally::editor {

struct Hover {
  ByteRange bytes;
  std::string markdown;
};
std::optional<Hover> hover(const Reading& reading, FileId file, std::uint32_t offset, const Facts* facts);

// The words for a kind: "input", "value".
std::string_view word_of(NameKind kind);

}  // namespace tally::editor
