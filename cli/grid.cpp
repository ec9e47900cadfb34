#include "cli/grid.h"

#include <algorithm>

namespace tally::cli {
namespace {

std::string padded(const std::string& cell, std::size_t to, bool right) {
  const std::string blanks(to - std::min(to, width(cell)), ' ');
  return right ? blanks + cell : cell + blanks;
}

std::string trimmed(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line + "\n";
}

std::string escaped_markdown(const std::string& cell) {
  std::string out;
  for (char c : cell) out += c == '|' ? std::string("\\|") : c == '\n' ? std::string(" ") : std::string(1, c);
  return out;
}

std::string escaped_csv(const std::string& cell) {
  if (cell.find_first_of(",\"\n\r") == std::string::npos) return cell;
  std::string out = "\"";
  for (char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string text(const Grid& grid, bool colour, std::string (*paint)(const std::string& title, const std::string& cell)) {
  std::vector<std::size_t> widths;
  for (const auto& c : grid.columns) widths.push_back(width(c.title));
  for (const auto& row : grid.rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  const auto line = [&](const std::vector<std::string>& cells, bool titles) {
    std::string out, plain;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = padded(cells[i], i + 1 == cells.size() && !grid.columns[i].right ? 0 : widths[i], grid.columns[i].right);
      const std::string code = !colour ? "" : titles ? "1" : paint(grid.columns[i].title, cells[i]);
      out += (i ? "  " : "") + (code.empty() ? cell : "\x1b[" + code + "m" + cell + "\x1b[0m");
    }
    return trimmed(out);
  };
  std::vector<std::string> titles, rules;
  for (std::size_t i = 0; i < grid.columns.size(); ++i) {
    titles.push_back(grid.columns[i].title);
    rules.push_back(std::string(widths[i], '-'));
  }
  std::string out = line(titles, true);
  std::string rule;
  for (std::size_t i = 0; i < rules.size(); ++i) rule += (i ? "  " : "") + rules[i];
  out += rule + "\n";
  for (const auto& row : grid.rows) out += line(row, false);
  return out;
}

std::string markdown(const Grid& grid) {
  std::string out = "|", rule = "|";
  for (const auto& c : grid.columns) {
    out += " " + escaped_markdown(c.title) + " |";
    rule += c.right ? " ---: |" : " --- |";
  }
  out += "\n" + rule + "\n";
  for (const auto& row : grid.rows) {
    out += "|";
    for (const auto& cell : row) out += " " + escaped_markdown(cell) + " |";
    out += "\n";
  }
  return out;
}

std::string csv(const Grid& grid, bool titles) {
  std::string out;
  const auto line = [&](const auto& cells, const auto& text_of) {
    for (std::size_t i = 0; i < cells.size(); ++i) out += (i ? "," : "") + escaped_csv(text_of(cells[i]));
    out += "\n";
  };
  if (titles) line(grid.columns, [](const Grid::Column& c) { return c.title; });
  for (const auto& row : grid.rows) line(row, [](const std::string& cell) { return cell; });
  return out;
}

}  // namespace tally::cli
