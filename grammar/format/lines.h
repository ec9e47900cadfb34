// The lines of a text that is being laid out, with comments behind them in columns.
//
// For example, the lines `a : flag` and `bc : text` with the comments `# 1` and `# 2` become
//
//   a : flag   # 1
//   bc : text  # 2
//
// In:     lines in order, each with its comment and the block that it belongs to
// Out:    their text
// Always: comments stand in one column in adjacent lines of one block, unless a line would become too
//         long by it. Private to grammar/format/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tally::format {

struct Line {
  std::string text;          // with its indentation
  std::uint32_t width = 0;   // of the text
  std::string_view remark;   // the comment behind it; empty if there is none
  std::uint32_t block = 0;   // a number per block
  bool after_blank = false;  // a blank line is before it
  bool is_remark = false;    // a comment alone
};

// The text of the lines, with a line break behind each.
std::string text_of(const std::vector<Line>& lines);

}  // namespace tally::format
