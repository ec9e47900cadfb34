#include "cli/grid.h"

#include <algorithm>
#include <utility>

#include "grammar/source/text_width.h"
#include "simulator/report/json.h"

namespace tally::cli {
namespace {

// Removes the blanks at the end of `out`, back to `begin` at most.
void trim(std::string& out, std::size_t begin) {
  while (out.size() > begin && out.back() == ' ') out.pop_back();
}

void append_markdown(std::string_view cell, std::string& out) {
  for (const char c : cell) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
}

// Whoever reads CSV by its titles needs each once: `a`, `b`, `a (2)`, as in JSON.
void tell_apart(std::vector<Grid::Column>& columns) {
  std::vector<std::string> titles;
  for (const Grid::Column& column : columns) titles.push_back(column.title);
  titles = report::column_keys(titles);
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].title = std::move(titles[i]);
}

void append_csv(std::string_view cell, std::string& out) {
  if (cell.find_first_of(",\"\n\r") == std::string_view::npos) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += c;
    out += c;
  }
  out += '"';
}

std::string all_lines(const Grid& grid, GridLines lines, bool titles) {
  for (const auto& row : grid.rows) lines.measure(viewed(row));
  std::string out = titles ? lines.titles() : "";
  for (const auto& row : grid.rows) lines.line(viewed(row), out);
  return out;
}

}  // namespace

std::vector<std::string_view> viewed(const std::vector<std::string>& cells) { return {cells.begin(), cells.end()}; }

std::size_t width(std::string_view text) { return text_width(text); }

GridLines::GridLines(std::vector<Grid::Column> columns, GridForm form, bool colour, Paint paint)
    : columns_(std::move(columns)), form_(form), colour_(colour), paint_(std::move(paint)) {
  if (form_ == GridForm::csv) tell_apart(columns_);
  for (const Grid::Column& column : columns_) widths_.push_back(width(column.title));
}

void GridLines::measure(Cells cells) {
  if (form_ != GridForm::text) return;
  for (std::size_t i = 0; i < cells.size(); ++i) measure(i, width(cells[i]));
}

void GridLines::measure(std::size_t column, std::size_t widest) { widths_[column] = std::max(widths_[column], widest); }

std::string GridLines::titles() const {
  std::vector<std::string_view> cells;
  for (const Grid::Column& column : columns_) cells.push_back(column.title);
  std::string out;
  if (form_ != GridForm::text) {
    line(cells, out);
    if (form_ == GridForm::csv) return out;
    out += '|';
    for (const Grid::Column& column : columns_) out += column.right ? " ---: |" : " --- |";
    return out + '\n';
  }
  text_line(cells, true, out);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) out += "  ";
    out.append(widths_[i], '-');
  }
  return out + '\n';
}

void GridLines::line(Cells cells, std::string& out) const {
  switch (form_) {
    case GridForm::text: return text_line(cells, false, out);
    case GridForm::markdown:
      out += '|';
      for (const std::string_view cell : cells) {
        out += ' ';
        append_markdown(cell, out);
        out += " |";
      }
      break;
    case GridForm::csv:
      for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += ',';
        append_csv(cells[i], out);
      }
      break;
  }
  out += '\n';
}

void GridLines::text_line(Cells cells, bool titles, std::string& out) const {
  const std::size_t begin = out.size();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += "  ";
    const bool right = columns_[i].right;
    const std::string code = !colour_ ? "" : titles ? "1" : paint_(columns_[i].title, std::string(cells[i]));
    if (!code.empty()) out += "\x1b[" + code + "m";
    // The last cell is not padded, since nothing follows it.
    const std::size_t to = i + 1 == cells.size() && !right ? 0 : widths_[i];
    const std::size_t blanks = to - std::min(to, width(cells[i]));
    if (right) out.append(blanks, ' ');
    out += cells[i];
    if (!right) out.append(blanks, ' ');
    if (!code.empty()) out += "\x1b[0m";
  }
  trim(out, begin);
  out += '\n';
}

std::string text(const Grid& grid, bool colour, Paint paint) {
  return all_lines(grid, GridLines(grid.columns, GridForm::text, colour, std::move(paint)), true);
}

std::string markdown(const Grid& grid) { return all_lines(grid, GridLines(grid.columns, GridForm::markdown), true); }

std::string csv(const Grid& grid, bool titles) {
  return all_lines(grid, GridLines(grid.columns, GridForm::csv), titles);
}

}  // namespace tally::cli
