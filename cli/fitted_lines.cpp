#include "cli/fitted_lines.h"

#include <algorithm>

#include "grammar/source/text_width.h"

namespace tally::cli {
namespace {

constexpr std::size_t between = 2;             // blanks between columns
constexpr std::size_t least_for_wrapped = 12;  // a column that is narrower than this is hard to read
constexpr std::size_t indent = 2;              // of a block's cells

// Returns the last blank up to `most`, also right behind it: outside of quotes if there is one, so that
// a quoted text can be read back; 0 if there is none.
std::size_t last_blank(std::string_view text, std::size_t most) {
  std::size_t outside = 0, any = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size() && i <= most; ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ' ') (quoted ? any : outside) = i;
  }
  return outside != 0 ? outside : any;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    longest = std::max(longest, width(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

}  // namespace

std::vector<std::string_view> wrapped(std::string_view text, std::size_t columns) {
  columns = std::max<std::size_t>(columns, 1);
  std::vector<std::string_view> lines;
  while (width(text) > columns) {
    // A character that is wider than all columns stands alone.
    const std::size_t most = std::max(bytes_within(text, columns), first_character(text).bytes);
    std::size_t end = last_blank(text, most);
    if (end == 0) end = most;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.push_back(text);
  return lines;
}

std::string hanging(std::string_view text, std::size_t columns, std::size_t column) {
  std::string out;
  for (const std::string_view line : wrapped(text, columns)) {
    if (!out.empty()) out.append(1, '\n').append(column, ' ');
    out += line;
  }
  return out;
}

FittedLines::FittedLines(std::vector<Grid::Column> columns, std::size_t width, bool colour, Paint paint)
    : columns_(std::move(columns)),
      width_(width),
      colour_(colour),
      paint_(std::move(paint)),
      measured_(columns_.size()) {
  for (std::size_t i = 0; i < columns_.size(); ++i) measure(i, columns_[i].title);
}

void FittedLines::measure(Cells cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) measure(i, cells[i]);
}

void FittedLines::measure(std::size_t column, std::string_view cell) {
  Measured& m = measured_[column];
  m.widest = std::max(m.widest, cli::width(cell));
  // A number is not broken, and neither is a short cell.
  m.narrowest = std::max(m.narrowest, columns_[column].right ? cli::width(cell) : longest_word(cell));
}

void FittedLines::choose_form() {
  std::size_t widest = between * (columns_.size() - 1);
  for (Measured& m : measured_) widest += m.width = m.widest;
  form_ = widest <= width_ ? Form::plain : share_width() ? Form::wrapped : Form::blocks;
}

// Gives each column what it needs, up to a level that is the same for all. Returns false if a
// column would get too little.
bool FittedLines::share_width() {
  std::size_t least = between * (columns_.size() - 1);
  for (Measured& m : measured_) {
    m.narrowest = std::min(std::max(m.narrowest, least_for_wrapped), m.widest);
    least += m.width = m.narrowest;
  }
  if (least > width_) return false;
  for (bool grown = true; grown && least < width_;) {
    grown = false;
    const auto smallest = [&] {
      Measured* best = nullptr;
      for (Measured& m : measured_) {
        if (m.width < m.widest && (best == nullptr || m.width < best->width)) best = &m;
      }
      return best;
    };
    if (Measured* m = smallest()) {
      ++m->width;
      ++least;
      grown = true;
    }
  }
  return true;
}

std::string FittedLines::code_of(std::size_t column, std::string_view cell, bool titles) const {
  if (!colour_) return "";
  return titles ? "1" : paint_(columns_[column].title, std::string(cell));
}

std::string FittedLines::titles() {
  choose_form();
  if (form_ == Form::blocks) return "";
  std::vector<std::string_view> cells;
  for (const Grid::Column& column : columns_) cells.push_back(column.title);
  std::string out;
  wrapped_line(cells, true, out);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) out.append(between, ' ');
    out.append(measured_[i].width, '-');
  }
  return out + '\n';
}

void FittedLines::line(Cells cells, std::string& out) {
  ++row_;
  form_ == Form::blocks ? block(cells, out) : wrapped_line(cells, false, out);
}

void FittedLines::wrapped_line(Cells cells, bool titles, std::string& out) const {
  std::vector<std::vector<std::string_view>> lines;
  std::size_t height = 1;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    lines.push_back(wrapped(cells[i], measured_[i].width));
    height = std::max(height, lines.back().size());
  }
  for (std::size_t at = 0; at < height; ++at) {
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out.append(between, ' ');
      const std::string_view part = at < lines[i].size() ? lines[i][at] : std::string_view();
      const std::string code = part.empty() ? "" : code_of(i, cells[i], titles);
      const std::size_t blanks = measured_[i].width - std::min(measured_[i].width, cli::width(part));
      if (columns_[i].right) out.append(blanks, ' ');
      if (!code.empty()) out += "\x1b[" + code + "m";
      out += part;
      if (!code.empty()) out += "\x1b[0m";
      if (!columns_[i].right) out.append(blanks, ' ');
    }
    while (out.size() > begin && out.back() == ' ') out.pop_back();
    out += '\n';
  }
}

void FittedLines::block(Cells cells, std::string& out) const {
  std::size_t titles = 0;
  for (const Grid::Column& column : columns_) titles = std::max(titles, cli::width(column.title));
  titles = std::min(titles, width_ / 2);
  if (row_ > 1) out += '\n';
  const std::string head = "row " + std::to_string(row_);
  out += colour_ ? "\x1b[1m" + head + "\x1b[0m\n" : head + "\n";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == "-" || cells[i].empty()) continue;
    const std::size_t before = indent + titles + between;
    const auto names = wrapped(columns_[i].title, titles);
    const auto parts = wrapped(cells[i], std::max(width_, before + 1) - before);
    const std::string code = code_of(i, cells[i], false);
    for (std::size_t at = 0; at < std::max(names.size(), parts.size()); ++at) {
      const std::string_view name = at < names.size() ? names[at] : std::string_view();
      out.append(indent, ' ');
      out += name;
      if (at < parts.size()) {
        out.append(titles - cli::width(name) + between, ' ');
        if (!code.empty()) out += "\x1b[" + code + "m";
        out += parts[at];
        if (!code.empty()) out += "\x1b[0m";
      }
      out += '\n';
    }
  }
}

std::string fitted(const Grid& grid, std::size_t width, bool colour, Paint paint) {
  FittedLines lines(grid.columns, width, colour, std::move(paint));
  for (const auto& row : grid.rows) lines.measure(viewed(row));
  std::string out = lines.titles();
  for (const auto& row : grid.rows) lines.line(viewed(row), out);
  return out;
}

}  // namespace tally::cli
