#include "editor/formatting.h"

#include <algorithm>

#include "editor/outline.h"
#include "grammar/format/format.h"

namespace tally::editor {
namespace {

// Where each line begins, and the end of the text.
std::vector<std::uint32_t> line_begins(std::string_view text) {
  std::vector<std::uint32_t> begins = {0};
  for (std::uint32_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') begins.push_back(i + 1);
  }
  if (begins.back() != text.size()) begins.push_back(static_cast<std::uint32_t>(text.size()));
  return begins;
}

}  // namespace

std::optional<std::vector<ByteEdit>> format_edits(std::string_view text) {
  SourceSet sources;
  Diagnostics faults;
  const FileId file = sources.add("", std::string(text));
  const auto formatted = formatted_text(sources, file, faults);
  if (!formatted) return std::nullopt;
  const std::vector<std::uint32_t> begins = line_begins(text);
  const auto begin_of = [&](std::size_t line) { return begins[std::min(line, begins.size() - 1)]; };
  std::vector<ByteEdit> edits;
  for (const LineEdit& edit : line_edits(text, *formatted))
    edits.push_back({{begin_of(edit.first), begin_of(edit.last)}, std::string(edit.text)});
  return edits;
}

std::vector<ByteEdit> format_edits_in(std::string_view text, ByteRange range) {
  auto edits = format_edits(text).value_or(std::vector<ByteEdit>());
  std::erase_if(edits,
                [&](const ByteEdit& edit) { return edit.bytes.end < range.begin || edit.bytes.begin > range.end; });
  return edits;
}

std::vector<ByteEdit> format_edits_after(const Reading& reading, FileId file, std::string_view text,
                                         std::uint32_t offset, std::string_view typed) {
  if (typed == "\n") {
    const std::size_t end = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    if (end == std::string_view::npos || end == 0) return {};
    const std::size_t before = text.rfind('\n', end - 1);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    auto edits = format_edits_in(text, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    // What is being typed, and the line break, stay where they are.
    std::erase_if(edits, [&](const ByteEdit& edit) { return edit.bytes.begin < begin || edit.bytes.end > end + 1; });
    return edits;
  }
  for (const OutlineItem& item : outline(reading, file)) {
    if (item.whole.begin < offset && offset <= item.whole.end + 1) return format_edits_in(text, item.whole);
  }
  return {};
}

}  // namespace tally::editor
