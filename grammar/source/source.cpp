// Source text: line tables and positions. See source.h.
#include "grammar/source/source.h"

#include <algorithm>
#include <utility>

namespace tally {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

SourceFile::SourceFile(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
  // A byte order mark is before the first line, not in it: no editor shows it or counts
  // it as a column.
  lines_.push_back(std::string_view(text_).starts_with(byte_order_mark) ? 3 : 0);
  for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1)) {
    lines_.push_back(static_cast<std::uint32_t>(at + 1));
  }
}

Position SourceFile::position(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  if (after == lines_.begin()) return {};  // inside the byte order mark
  const auto line = static_cast<std::uint32_t>(after - lines_.begin());
  const std::uint32_t begin = line_begin(line);
  std::uint32_t column = 1;
  for (std::uint32_t i = begin; i < offset; ++i) {
    if (i == begin || !continues_code_point(text_[i])) ++column;
  }
  // An offset inside a code point is in the column of that code point.
  if (offset > begin && offset < text_.size() && continues_code_point(text_[offset])) --column;
  return {line, column};
}

std::string_view SourceFile::line_text(std::uint32_t line) const {
  const std::uint32_t begin = line_begin(line);
  const std::size_t end = line < line_count() ? line_begin(line + 1) - 1 : text_.size();
  std::string_view text = std::string_view(text_).substr(begin, end - begin);
  if (line < line_count() && text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

FileId SourceSet::add(std::string name, std::string text) {
  files_.emplace_back(std::move(name), std::move(text));
  return {static_cast<std::uint32_t>(files_.size() - 1)};
}

}  // namespace tally
