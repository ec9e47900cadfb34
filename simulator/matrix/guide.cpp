#include "simulator/matrix/guide.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "simulator/matrix/markdown_tables.h"

namespace tally {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += lower(c);
  return out;
}

// --- tables ------------------------------------------------------------------------

// The meaning of each column.
struct Columns {
  std::size_t setting = 0, outcome = 0, count = 0;
  std::vector<std::size_t> by;
};

// Returns nothing for a table of another kind.
std::optional<Columns> columns_of(const std::vector<std::string>& header, const std::vector<std::string>& inputs) {
  std::vector<std::size_t> taken;
  // A title in the same letters goes before one in the same words: `a-b` and `a_b` are two inputs.
  const auto take = [&](const std::string& name) {
    std::optional<std::size_t> found;
    for (std::size_t i = header.size(); i-- > 0;) {
      const bool is_taken = std::find(taken.begin(), taken.end(), i) != taken.end();
      const bool is_exact = header[i] == name;
      if (is_taken || (!is_exact && plain_words(header[i]) != plain_words(name))) continue;
      if (is_exact || !found || header[*found] != name) found = i;
    }
    if (found) taken.push_back(*found);
    return found;
  };
  Columns out;
  out.count = header.size();
  const auto setting = take("Setting");
  if (!setting) return std::nullopt;
  out.setting = *setting;
  for (const std::string& input : inputs) {
    const auto at = take(input);
    if (!at) return std::nullopt;
    out.by.push_back(*at);
  }
  // The outcome is the first remaining column that has a title.
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i].empty() || std::find(taken.begin(), taken.end(), i) != taken.end()) continue;
    out.outcome = i;
    return out;
  }
  return std::nullopt;
}

// --- outcomes ----------------------------------------------------------------------

struct Footnote {
  std::size_t line = 0;
  std::string_view mark, text;
};

std::vector<Footnote> footnotes_of(const std::vector<std::string_view>& lines) {
  std::vector<Footnote> out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view line = trimmed(lines[i]);
    const std::size_t length = mark_length(line);
    if (length == 0) continue;
    const std::string_view mark = line.substr(0, length);
    line.remove_prefix(length);
    if (mark.front() == '[' && !line.starts_with(':')) continue;
    if (line.starts_with(':')) line.remove_prefix(1);
    out.push_back({i + 1, mark, trimmed(line)});
  }
  return out;
}

// Returns the nearest footnote below the row, since a guide numbers its notes table by table. If
// there is none, the last one above the row is returned.
const Footnote* footnote(const std::vector<Footnote>& all, std::string_view mark, std::size_t line) {
  const Footnote* found = nullptr;
  for (const Footnote& note : all) {
    if (note.mark != mark) continue;
    found = &note;
    if (note.line > line) break;
  }
  return found;
}

// Returns the text beside a yes or no, without the brackets and commas around it.
std::string_view bare(std::string_view text) {
  text = trimmed(text);
  while (!text.empty() && (text.front() == ',' || text.front() == ':' || text.front() == ';'))
    text = trimmed(text.substr(1));
  if (text.size() > 1 && text.front() == '(' && text.find(')') == text.size() - 1)
    text = text.substr(1, text.size() - 2);
  return trimmed(text);
}

void read_outcome(GuideRow& row, const std::vector<Footnote>& notes) {
  // Marks may be anywhere in the cell.
  std::string text;
  std::vector<const Footnote*> referred;
  for (std::size_t i = 0; i < row.outcome.size();) {
    const std::string_view rest = std::string_view(row.outcome).substr(i);
    const std::size_t length = mark_length(rest);
    if (length == 0) {
      text += row.outcome[i++];
      continue;
    }
    const Footnote* note = footnote(notes, rest.substr(0, length), row.line);
    if (!note) {
      row.fault = "there is no footnote " + std::string(rest.substr(0, length));
      return;
    }
    referred.push_back(note);
    i += length;
  }
  const auto skip_marks = [](std::string_view rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of("*_`"), rest.size()));
    return rest;
  };
  const std::string_view words = skip_marks(trimmed(text));
  std::size_t end = 0;
  while (end < words.size() && ((words[end] >= 'a' && words[end] <= 'z') || (words[end] >= 'A' && words[end] <= 'Z')))
    ++end;
  const std::string verdict = lower(words.substr(0, end));
  if (verdict != "yes" && verdict != "no") {
    row.fault = row.outcome.empty() ? "its outcome is missing" : "`" + row.outcome + "` begins with neither yes nor no";
    return;
  }
  row.yes = verdict == "yes";
  row.words = std::string(bare(skip_marks(words.substr(end))));
  for (const Footnote* note : referred) row.words += (row.words.empty() ? "" : "; ") + std::string(note->text);
}

}  // namespace

std::vector<std::string> plain_words(std::string_view text) {
  std::vector<std::string> words;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = lower(text[i]);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      if (!inside) words.emplace_back();
      words.back() += c;
      inside = true;
      continue;
    }
    // An arrow, a dash and a typographic apostrophe separate words; other letters do not.
    std::string_view rest = text.substr(i);
    const bool apostrophe = c == '\'' || rest.starts_with("’");
    if (apostrophe && inside) {
      std::string_view after = rest.substr(c == '\'' ? 1 : 3);
      const bool possessive = !after.empty() && lower(after.front()) == 's' &&
                              (after.size() == 1 || !((lower(after[1]) >= 'a' && lower(after[1]) <= 'z')));
      if (possessive) ++i;
    }
    const bool symbol = static_cast<unsigned char>(c) < 0x80 || rest.starts_with("\xE2") || rest.starts_with("\xC2");
    if (symbol) {
      if (static_cast<unsigned char>(c) >= 0x80) i += rest.starts_with("\xE2") ? 2 : 1;
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    words.back() += text[i];
    inside = true;
  }
  return words;
}

Guide read_guide(std::string_view text, const std::vector<std::string>& inputs) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::vector<Footnote> notes = footnotes_of(lines_of(text));
  Guide guide;
  for (const MarkdownTable& found : markdown_tables(text)) {
    const auto columns = columns_of(found.header, inputs);
    if (!columns) {
      ++guide.other_tables;
      continue;
    }
    GuideTable table{found.line, found.title, {}};
    for (const MarkdownRow& line : found.rows) {
      GuideRow row;
      row.line = line.line;
      const auto cell = [&](std::size_t column) {
        return column < line.cells.size() ? line.cells[column] : std::string();
      };
      row.verbatim.setting = cell(columns->setting);
      row.verbatim.outcome = cell(columns->outcome);
      row.setting = unmarked(row.verbatim.setting);
      row.outcome = unmarked(row.verbatim.outcome);
      for (const std::size_t at : columns->by) {
        row.verbatim.by.push_back(cell(at));
        row.by.emplace_back(unmarked(row.verbatim.by.back()));
      }
      const std::size_t last =
          std::max({columns->setting, columns->outcome,
                    columns->by.empty() ? 0 : *std::max_element(columns->by.begin(), columns->by.end())});
      if (line.cells.size() <= last || line.cells.size() > std::max(columns->count, found.columns)) {
        row.fault = "it has " + std::to_string(line.cells.size()) + (line.cells.size() == 1 ? " cell" : " cells") +
                    ", its table " + std::to_string(columns->count) + " columns";
      } else if (row.setting.empty()) {
        row.fault = "its setting is missing";
      } else {
        read_outcome(row, notes);
      }
      table.rows.push_back(std::move(row));
    }
    guide.tables.push_back(std::move(table));
  }
  return guide;
}

}  // namespace tally
