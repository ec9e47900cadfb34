// Places in a text as an editor counts them, and edits of a text.
//
// For example, in "a\n\U0001F600b" the byte offset 6 (before the `b`) is line 1, character 2 in UTF-16, where
// the emoji has two units, and character 4 in UTF-8.
//
// In:     a text in UTF-8; lines and characters that count from 0
// Out:    byte offsets, and back
// Always: a place outside of the text is moved to the nearest one inside: past the end of a line to that
//         end, within a character to its start. A byte that is not UTF-8 counts as one character.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::editor {

// The unit in which a client counts the characters of a line.
enum class Encoding : std::uint8_t { utf8, utf16 };

struct TextPosition {
  std::uint32_t line = 0, character = 0;
  auto operator<=>(const TextPosition&) const = default;
};
struct TextRange {
  TextPosition start, end;
};
// A half-open range of bytes.
struct ByteRange {
  std::uint32_t begin = 0, end = 0;
  auto operator<=>(const ByteRange&) const = default;
};

// The lines of a text, which must outlive them. A line ends with LF, CR LF or CR. For one thread.
class Lines {
 public:
  explicit Lines(std::string_view text);

  TextPosition position(std::uint32_t offset, Encoding encoding) const;
  TextRange range(ByteRange bytes, Encoding encoding) const;
  std::uint32_t offset(TextPosition position, Encoding encoding) const;
  std::size_t size() const { return begins_.size(); }
  std::uint32_t begin(std::size_t line) const { return begins_[line]; }
  // The line without its end.
  std::string_view text(std::size_t line) const;

 private:
  std::string_view text_;
  std::vector<std::uint32_t> begins_;
  // The last offset that was asked for. Those of a list are mostly in order, and a line may be long.
  mutable std::uint32_t last_offset_ = 0, last_line_ = 0, last_character_ = 0;  // the offset is within the line
  mutable Encoding last_encoding_ = Encoding::utf8;
};

// Replaces a part of a text, or all of it if there is no range.
void apply_edit(std::string& text, const std::optional<TextRange>& range, std::string_view with, Encoding encoding);

// A part of a text and what replaces it.
struct ByteEdit {
  ByteRange bytes;
  std::string text;
};
// The text after edits that do not overlap, in any order.
std::string edited(std::string_view text, std::vector<ByteEdit> edits);

// The word of letters, digits, `_` and `-` around or before an offset; empty if there is none.
ByteRange word_at(std::string_view text, std::uint32_t offset);

}  // namespace tally::editor
