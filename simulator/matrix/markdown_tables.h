// The tables of a Markdown text.
//
// In:     a text.
// Out:    its tables, each with its header and its rows. Tables in fenced code are skipped.
// Always: cells are as they stand there, without blanks around them; `\|` is a bar within a cell. A table may
//         have outer bars or not, and ends at the first line without a bar.
//
// For example, `| a | b |`, `| --- | --- |` and `| 1 | x\|y |` are a table with one row: "1", "x|y".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

struct MarkdownRow {
  std::size_t line = 0;  // from 1
  std::vector<std::string> cells;
};

struct MarkdownTable {
  std::size_t line = 0;     // of its header, from 1
  std::string title;        // the line of text before it; may be empty
  std::size_t columns = 0;  // of the line under the header
  std::vector<std::string> header;
  std::vector<MarkdownRow> rows;
};

std::vector<MarkdownTable> markdown_tables(std::string_view text);

// The lines of a text, without their ends.
std::vector<std::string_view> lines_of(std::string_view text);
// Returns a text without the blanks around it.
std::string_view trimmed(std::string_view text);
// Returns a cell's text without the emphasis and code marks around it: "**yes**" gives "yes".
std::string_view unmarked(std::string_view text);
// Returns the length of the footnote mark that a text begins with ("¹", "[^a]"), or 0.
std::size_t mark_length(std::string_view text);

}  // namespace tally
