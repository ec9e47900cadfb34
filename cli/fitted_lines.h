// A table that fits a terminal.
//
// In:     columns, and rows, each measured before the first line is written.
// Out:    lines of at most `width` columns. If the table is narrow enough, they are those of
//         GridLines. Otherwise long cells are wrapped; and if too little room would be left for
//         them, every row is a block, with a line per cell:
//
//   row 1
//     caller.state   not (CA, CT, FL)
//     consent        all
//
// Always: nothing is left out, apart from cells `-` in blocks. Only a word that is wider than the
//         terminal is broken.
#pragma once

#include <string>
#include <vector>

#include "cli/grid.h"

namespace tally::cli {

class FittedLines {
 public:
  using Cells = GridLines::Cells;
  FittedLines(std::vector<Grid::Column> columns, std::size_t width, bool colour, Paint paint);

  void measure(Cells cells);
  std::string titles();
  // Appends a row to `out`.
  void line(Cells cells, std::string& out);

 private:
  enum class Form { plain, wrapped, blocks };
  struct Measured {
    std::size_t widest = 0;     // of the title and all cells
    std::size_t narrowest = 0;  // the longest word of them
    std::size_t width = 0;      // as shown
  };

  void measure(std::size_t column, std::string_view cell);
  void choose_form();
  bool share_width();
  void wrapped_line(Cells cells, bool titles, std::string& out) const;
  void block(Cells cells, std::string& out) const;
  std::string code_of(std::size_t column, std::string_view cell, bool titles) const;

  std::vector<Grid::Column> columns_;
  std::size_t width_;
  bool colour_;
  Paint paint_;
  std::vector<Measured> measured_;
  Form form_ = Form::plain;
  std::size_t row_ = 0;
};

// Returns the lines of a text, each at most `width` wide, at least one.
std::vector<std::string_view> wrapped(std::string_view text, std::size_t width);
// Returns a text that begins at a column, wrapped at `width`: its further lines begin there, too.
std::string hanging(std::string_view text, std::size_t width, std::size_t column);
// The whole grid.
std::string fitted(const Grid& grid, std::size_t width, bool colour, Paint paint);

}  // namespace tally::cli
