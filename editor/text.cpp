#include "editor/text.h"

#include <algorithm>

namespace tally::editor {
namespace {

// The length of the character that begins here, in bytes; 1 for what is not UTF-8.
std::uint32_t character_length(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::uint32_t length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1;
  if (at + length > text.size()) return 1;
  for (std::uint32_t i = 1; i < length; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 1;
  return length;
}

std::uint32_t units(std::uint32_t bytes, Encoding encoding) {
  if (encoding == Encoding::utf8) return bytes;
  return bytes == 4 ? 2 : 1;
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

Lines::Lines(std::string_view text) : text_(text), begins_{0} {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\n' && text[at] != '\r') continue;
    if (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
    begins_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

std::string_view Lines::text(std::size_t line) const {
  const std::size_t end = line + 1 < begins_.size() ? begins_[line + 1] : text_.size();
  std::string_view all = text_.substr(begins_[line], end - begins_[line]);
  while (!all.empty() && (all.back() == '\n' || all.back() == '\r')) all.remove_suffix(1);
  return all;
}

TextPosition Lines::position(std::uint32_t offset, Encoding encoding) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto after = std::upper_bound(begins_.begin(), begins_.end(), offset);
  const auto line = static_cast<std::uint32_t>(after - begins_.begin() - 1);
  const std::string_view here = text(line);
  const std::uint32_t wanted = offset - begins_[line];
  std::uint32_t at = 0, character = 0;
  if (line == last_line_ && last_offset_ <= wanted && encoding == last_encoding_) {
    at = last_offset_;
    character = last_character_;
  }
  while (at < here.size()) {
    const std::uint32_t length = character_length(here, at);
    if (at + length > wanted) break;
    at += length;
    character += units(length, encoding);
  }
  last_line_ = line;
  last_offset_ = at;
  last_character_ = character;
  last_encoding_ = encoding;
  return {line, character};
}

TextRange Lines::range(ByteRange bytes, Encoding encoding) const {
  return {position(bytes.begin, encoding), position(bytes.end, encoding)};
}

std::uint32_t Lines::offset(TextPosition position, Encoding encoding) const {
  if (position.line >= begins_.size()) return static_cast<std::uint32_t>(text_.size());
  const std::string_view here = text(position.line);
  std::uint32_t at = 0;
  for (std::uint32_t character = 0; at < here.size();) {
    const std::uint32_t length = character_length(here, at);
    character += units(length, encoding);
    if (character > position.character) break;
    at += length;
  }
  return begins_[position.line] + at;
}

void apply_edit(std::string& text, const std::optional<TextRange>& range, std::string_view with, Encoding encoding) {
  if (!range) {
    text.assign(with);
    return;
  }
  const Lines lines(text);
  std::uint32_t begin = lines.offset(range->start, encoding), end = lines.offset(range->end, encoding);
  if (begin > end) std::swap(begin, end);
  text.replace(begin, end - begin, with);
}

std::string edited(std::string_view text, std::vector<ByteEdit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const ByteEdit& a, const ByteEdit& b) { return a.bytes < b.bytes; });
  std::string out;
  std::uint32_t at = 0;
  for (const ByteEdit& edit : edits) {
    if (edit.bytes.begin < at || edit.bytes.end > text.size()) continue;
    out.append(text.substr(at, edit.bytes.begin - at)).append(edit.text);
    at = edit.bytes.end;
  }
  return out.append(text.substr(at));
}

ByteRange word_at(std::string_view text, std::uint32_t offset) {
  offset = std::min(offset, static_cast<std::uint32_t>(text.size()));
  ByteRange out{offset, offset};
  while (out.begin > 0 && is_word_character(text[out.begin - 1])) --out.begin;
  while (out.end < text.size() && is_word_character(text[out.end])) ++out.end;
  return out;
}

}  // namespace tally::editor
