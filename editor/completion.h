// What can be written at a place: completion inside of broken text, and the parameters of a call.
//
// For example, in "on when source is " the values of `source` are offered, in "user." the fields of `user`,
// and behind "on " the word `when`.
//
// In:     the path of a file, its text, and an offset in it
// Out:    names with their kinds, keywords
// Always: the text may have faults anywhere. A name stands in for what is being written; where the text does
//         not parse even so, the rest of the declaration is left out and its brackets are closed.
//         A keyword is offered only if the grammar takes it there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "editor/reading.h"

namespace tally::editor {

struct CompletionItem {
  std::string label;
  bool is_keyword = false;
  NameKind kind = NameKind::value;  // of a name
  std::string detail;               // its type; may be empty
};
struct Completion {
  ByteRange replaced;  // the word that is being written
  std::vector<CompletionItem> items;
};
Completion complete(const std::string& path, const std::string& text, std::uint32_t offset, const ReadFile& read);

struct Signature {
  std::string label;                  // `forwards(l : leg?) : flag`
  std::vector<ByteRange> parameters;  // in the label
  std::size_t active = 0;
  std::string documentation;
};
// The call around an offset, or nothing.
std::optional<Signature> signature(const Reading& reading, FileId file, std::string_view text, std::uint32_t offset);

}  // namespace tally::editor
