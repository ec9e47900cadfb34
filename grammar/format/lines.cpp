// Comments in columns. See lines.h.
#include "grammar/format/lines.h"

#include <algorithm>

#include "grammar/tree/source_format.h"

namespace tally::format {
namespace {

constexpr std::uint32_t gap_before_remark = 2;

// Whether the comment of a line fits behind it, where the comment begins at `column`.
bool remark_fits(const Line& line, std::size_t column) { return column + width(line.remark) <= margin; }

// The column of the comments of the lines `begin` to before `end`.
std::uint32_t remark_column(const std::vector<Line>& lines, std::size_t begin, std::size_t end) {
  std::uint32_t column = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const std::uint32_t own = lines[i].width + gap_before_remark;
    if (!lines[i].remark.empty() && remark_fits(lines[i], own)) column = std::max(column, own);
  }
  return column;
}

}  // namespace

std::string text_of(const std::vector<Line>& lines) {
  std::string out;
  for (std::size_t begin = 0; begin < lines.size();) {
    std::size_t end = begin + 1;
    while (end < lines.size() && lines[end].block == lines[begin].block && !lines[end].after_blank) ++end;
    const std::uint32_t column = remark_column(lines, begin, end);
    for (; begin < end; ++begin) {
      const Line& line = lines[begin];
      if (line.after_blank && !out.empty()) out += '\n';
      out += line.text;
      if (!line.remark.empty()) {
        const std::uint32_t own = line.width + gap_before_remark;
        const bool in_column = own <= column && remark_fits(line, column);
        out.append((in_column ? column : own) - line.width, ' ');
        out += line.remark;
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace tally::format
