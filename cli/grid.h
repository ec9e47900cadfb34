// Aligned columns, for people and for other programs.
#pragma once

#include <string>
#include <vector>

namespace tally::cli {

struct Grid {
  struct Column {
    std::string title;
    bool right = false;  // numbers
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

// Two blanks between columns, a rule under the titles. With colour, titles are
// bold and cells are coloured by `paint` (an ANSI code such as "32", or empty).
std::string text(const Grid& grid, bool colour, std::string (*paint)(const std::string& title, const std::string& cell));
std::string markdown(const Grid& grid);
// RFC 4180: fields quoted where needed, lines end in "\n".
std::string csv(const Grid& grid, bool titles);

// Columns of a terminal that a UTF-8 text takes.
std::size_t width(const std::string& text);

}  // namespace tally::cli
