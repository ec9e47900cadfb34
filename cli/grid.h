// Aligned columns, for people and for other programs.
//
// For example, the columns "rule" (right) and "place" with one row are this text:
//
//   rule  place
//   ----  ---------
//      1  a.tally:7
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

struct Grid {
  struct Column {
    std::string title;
    bool right = false;  // aligned to the right, for numbers
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
};

enum class GridForm { text, markdown, csv };
// Returns an ANSI code for a cell, such as "32" for green, or "" for none.
using Paint = std::function<std::string(const std::string& title, const std::string& cell)>;

// A grid that is written line by line, for rows that are not kept.
//   text      two blanks between columns, and a rule under the titles. Every row must be
//             measured before the first line is written. With colour, titles are bold and
//             cells are coloured by `paint`
//   markdown  a table: "| source | on |"
//   csv       RFC 4180: fields are quoted if necessary, and lines end in "\n"
class GridLines {
 public:
  using Cells = std::span<const std::string_view>;
  GridLines(std::vector<Grid::Column> columns, GridForm form, bool colour = false, Paint paint = nullptr);

  void measure(Cells cells);
  // Measures one column, for rows that are measured before it is known which columns are shown.
  void measure(std::size_t column, std::size_t widest);
  std::string titles() const;
  // Appends a row to `out`.
  void line(Cells cells, std::string& out) const;

 private:
  void text_line(Cells cells, bool titles, std::string& out) const;

  std::vector<Grid::Column> columns_;
  GridForm form_;
  bool colour_;
  Paint paint_;
  std::vector<std::size_t> widths_;
};

std::string text(const Grid& grid, bool colour, Paint paint);
std::string markdown(const Grid& grid);
std::string csv(const Grid& grid, bool titles);

// Returns views of the cells of a row.
std::vector<std::string_view> viewed(const std::vector<std::string>& cells);
// Returns how many columns of a terminal a UTF-8 text takes: 3 for "née", 4 for "東京".
std::size_t width(std::string_view text);

}  // namespace tally::cli
