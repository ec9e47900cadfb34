#include "simulator/matrix/markdown_tables.h"

#include <algorithm>
#include <optional>

namespace tally {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Returns the cells of a line as they stand there, without the empty ones that outer bars would
// add. `\|` is a bar within a cell. Returns nothing for a line without a bar.
std::optional<std::vector<std::string>> cells_of(std::string_view line) {
  line = trimmed(line);
  std::vector<std::string> cells(1);
  bool bar = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cells.back() += line[++i];
    } else if (line[i] == '|') {
      bar = true;
      if (i > 0) cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  if (!bar) return std::nullopt;
  if (cells.size() > 1 && line.back() == '|' && trimmed(cells.back()).empty()) cells.pop_back();
  for (std::string& cell : cells) cell = std::string(trimmed(cell));
  return cells;
}

bool is_rule(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
    std::string_view dashes = cell;
    if (!dashes.empty() && dashes.front() == ':') dashes.remove_prefix(1);
    if (!dashes.empty() && dashes.back() == ':') dashes.remove_suffix(1);
    return !dashes.empty() && dashes.find_first_not_of('-') == std::string_view::npos;
  });
}

bool is_fence(std::string_view line) {
  line = trimmed(line);
  return line.starts_with("```") || line.starts_with("~~~");
}

constexpr std::string_view superscripts[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view unmarked(std::string_view text) {
  const auto is_mark = [](char c) { return c == '*' || c == '_' || c == '`'; };
  while (text.size() > 1 && is_mark(text.front()) && text.back() == text.front()) {
    text.remove_prefix(1);
    text.remove_suffix(1);
  }
  return trimmed(text);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t mark_length(std::string_view text) {
  std::size_t length = 0;
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view digit : superscripts) {
      if (!text.substr(length).starts_with(digit)) continue;
      length += digit.size();
      more = true;
    }
  }
  if (length > 0 || !text.starts_with("[^")) return length;
  const std::size_t end = text.find(']');
  return end == std::string_view::npos ? 0 : end + 1;
}

std::vector<MarkdownTable> markdown_tables(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::vector<std::string_view> lines = lines_of(text);
  std::vector<MarkdownTable> tables;
  std::string_view title;
  bool fenced = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_fence(lines[i])) fenced = !fenced;
    if (fenced) continue;
    auto header = cells_of(lines[i]);
    const auto rule = header && i + 1 < lines.size() ? cells_of(lines[i + 1]) : std::nullopt;
    if (!rule || !is_rule(*rule)) {
      if (!trimmed(lines[i]).empty()) title = trimmed(lines[i]);
      continue;
    }
    MarkdownTable table{i + 1, std::string(title), rule->size(), *std::move(header), {}};
    for (i += 2; i < lines.size() && !is_fence(lines[i]); ++i) {
      auto cells = cells_of(lines[i]);
      if (!cells || mark_length(trimmed(lines[i])) > 0) break;
      table.rows.push_back({i + 1, *std::move(cells)});
    }
    --i;
    tables.push_back(std::move(table));
    title = {};
  }
  return tables;
}

}  // namespace tally
