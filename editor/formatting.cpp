#include "editor/formatting.h"

#include <optional>

#include "grammar/format/format.h"
#include "grammar/parse/parser.h"

namespace tally::editor {
namespace {

// The edits of a text that stands at `offset` in a larger one.
std::optional<std::vector<ByteEdit>> edits_at(const std::string& text, std::uint32_t offset) {
  SourceSet sources;
  Diagnostics faults;
  const auto after = formatted_text(sources, sources.add("", text), faults);
  if (!after) return std::nullopt;
  // The lines of the formatter end with LF alone.
  std::vector<std::uint32_t> begins = {0};
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
    begins.push_back(static_cast<std::uint32_t>(at + 1));
  const auto begin = [&](std::size_t line) {
    return offset + (line < begins.size() ? begins[line] : static_cast<std::uint32_t>(text.size()));
  };
  std::vector<ByteEdit> out;
  for (const LineEdit& edit : line_edits(text, *after))
    out.push_back({{begin(edit.first), begin(edit.last)}, std::string(edit.text)});
  return out;
}

// From the line on which something begins to the end of the line on which it ends.
ByteRange whole_lines(const std::string& text, ByteRange bytes) {
  const std::size_t before = bytes.begin == 0 ? std::string::npos : text.rfind('\n', bytes.begin - 1);
  const std::size_t behind = text.find('\n', bytes.end);
  return {before == std::string::npos ? 0 : static_cast<std::uint32_t>(before + 1),
          static_cast<std::uint32_t>(behind == std::string::npos ? text.size() : behind + 1)};
}

}  // namespace

std::vector<ByteEdit> format(const std::string& text) { return edits_at(text, 0).value_or(std::vector<ByteEdit>()); }

std::vector<ByteEdit> format_part(const std::string& text, ByteRange part) {
  const auto whole = edits_at(text, 0);
  SourceSet sources;
  Diagnostics faults;
  const FileId file = sources.add("", text);
  const ast::File tree = parse(sources, file, faults);
  std::vector<ByteEdit> out;
  for (const ast::Declaration& declaration : tree.declarations) {
    if (declaration.span.end < part.begin || declaration.span.begin > part.end) continue;
    const ByteRange lines = whole_lines(text, {declaration.span.begin, declaration.span.end});
    // Beside a fault elsewhere the declaration is formatted on its own.
    const auto edits = whole ? whole : edits_at(text.substr(lines.begin, lines.end - lines.begin), lines.begin);
    for (const ByteEdit& edit : edits.value_or(std::vector<ByteEdit>())) {
      const bool is_known = !out.empty() && edit.bytes.begin < out.back().bytes.end;
      if (edit.bytes.begin >= lines.begin && edit.bytes.end <= lines.end && !is_known) out.push_back(edit);
    }
  }
  return out;
}

}  // namespace tally::editor
