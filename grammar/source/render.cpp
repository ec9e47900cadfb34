// Diagnostics as terminal text. See render.h.
//
// Always: no control character of a rule file or document reaches the terminal, and every
//         mark is under the columns that it marks
#include "grammar/source/render.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "grammar/source/text_width.h"

namespace tally {
namespace {

constexpr std::size_t max_columns = 160;  // longer lines are cut around the marks
constexpr std::size_t kept_before = 40;   // columns shown before a mark on a line that is cut
constexpr std::size_t tab_stop = 4;
constexpr std::size_t min_gutter = 2;       // most line numbers have two digits, so reports are aligned
constexpr std::size_t bytes_before = 1024;  // the bytes of one enormous line that are read before a mark
constexpr std::size_t bytes_after = 4096;
constexpr std::string_view cut = "...";
constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

constexpr std::string_view red = "\x1b[1;31m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view blue = "\x1b[34m";
constexpr std::string_view cyan = "\x1b[36m";
constexpr std::string_view reset = "\x1b[0m";

// --- text that is safe to show --------------------------------------------------

// The code point at `at`, or one byte that is not valid (`size` 1).
struct CodePoint {
  char32_t value = 0;
  std::size_t size = 1;
  bool valid = false;
};

CodePoint decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return {first, 1, true};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + size > text.size()) return {};
  char32_t value = first & (0x7F >> size);
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {};
    value = (value << 6) | (byte(at + i) & 0x3F);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, size, true};
}

// Whether a character is shown. Control characters, and those that reorder or break their
// line, are not.
bool is_shown(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c <= 0x9F)) return false;
  return !(c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF);
}

// `text` with the hidden characters replaced. A line break starts a line with this
// indentation.
std::string shown(std::string_view text, std::size_t indent) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode(text, at);
    if (c.valid && c.value == '\n') {
      out += '\n' + std::string(indent, ' ');
    } else if (c.valid && c.value == '\t') {
      out += ' ';
    } else {
      out += c.valid && is_shown(c.value) ? text.substr(at, c.size) : replacement;
    }
    at += c.size;
  }
  return out;
}

// A source line as columns: the text of each column, and the byte that it comes from.
struct Columns {
  std::vector<std::string> glyphs;
  std::vector<std::size_t> bytes;  // ascending; the columns of a tab or of a wide character share one byte
  bool cut_left = false, cut_right = false;

  // The first column at or after a byte of the line.
  std::size_t column(std::size_t byte) const {
    return static_cast<std::size_t>(std::lower_bound(bytes.begin(), bytes.end(), byte) - bytes.begin());
  }
};

Columns columns_of(std::string_view line, std::size_t mark) {
  Columns out;
  std::size_t begin = 0, end = line.size();
  const auto in_code_point = [&](std::size_t at) { return at < line.size() && (line[at] & 0xC0) == 0x80; };
  if (mark > begin + bytes_before + bytes_after) {
    begin = mark - bytes_before;
    for (int i = 0; i < 3 && in_code_point(begin); ++i) ++begin;
    out.cut_left = true;
  }
  if (end > mark + bytes_after) {
    end = mark + bytes_after;
    for (int i = 0; i < 3 && in_code_point(end); ++i) --end;
    out.cut_right = true;
  }
  for (std::size_t at = begin; at < end;) {
    const CodePoint c = decode(line, at);
    const bool tab = c.valid && c.value == '\t';
    const bool is_character = c.valid && !tab && is_shown(c.value);
    const std::size_t width = tab            ? tab_stop - out.glyphs.size() % tab_stop
                              : is_character ? first_character(line.substr(at, c.size)).columns
                                             : 1;
    if (width == 0) {  // it combines with the character before it
      if (out.glyphs.empty()) {
        out.glyphs.emplace_back();
        out.bytes.push_back(at);
      }
      out.glyphs.back() += line.substr(at, c.size);
    }
    for (std::size_t i = 0; i < width; ++i) {
      // A wide character stands in its first column, and its second one is empty.
      out.glyphs.emplace_back(tab ? " " : !is_character ? replacement : i == 0 ? line.substr(at, c.size) : "");
      out.bytes.push_back(at);
    }
    at += c.size;
  }
  return out;
}

// --- marks -------------------------------------------------------------------------

struct Mark {
  Span span;
  std::string_view text;
  bool primary = false;
};

struct MarkedLine {
  std::uint32_t line = 0;
  std::vector<Mark> marks;  // the primary mark comes first
};

struct MarkedFile {
  FileId file;
  Position first;  // of the primary mark, or of the first label
  std::vector<MarkedLine> lines;
};

// Groups marks by file in the order of first mention, then by line.
std::vector<MarkedFile> group(const Diagnostic& d, const SourceSet& sources) {
  std::vector<Mark> marks;
  if (d.span) marks.push_back({*d.span, {}, true});
  for (const Label& label : d.labels) marks.push_back({label.span, label.text, false});

  std::vector<MarkedFile> files;
  for (const Mark& mark : marks) {
    if (mark.span.file.value >= sources.size()) continue;
    const Position at = sources.file(mark.span.file).position(mark.span.begin);
    auto file = std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.file == mark.span.file; });
    if (file == files.end()) file = files.insert(file, {mark.span.file, at, {}});
    auto line = std::lower_bound(file->lines.begin(), file->lines.end(), at.line,
                                 [](const MarkedLine& l, std::uint32_t n) { return l.line < n; });
    if (line == file->lines.end() || line->line != at.line) line = file->lines.insert(line, {at.line, {}});
    line->marks.push_back(mark);
  }
  for (MarkedFile& file : files) {
    for (MarkedLine& line : file.lines) {
      std::stable_sort(line.marks.begin(), line.marks.end(), [](const Mark& a, const Mark& b) {
        return a.primary != b.primary ? a.primary : a.span.begin < b.span.begin;
      });
    }
  }
  return files;
}

// --- the report ----------------------------------------------------------------------

class Renderer {
 public:
  Renderer(const SourceSet& sources, const RenderOptions& options) : sources_(sources), options_(options) {}

  std::string render(const Diagnostic& d) {
    severity_colour_ = colour_of(d.severity);
    const auto files = group(d, sources_);
    std::size_t digits = min_gutter;
    for (const auto& file : files) digits = std::max(digits, std::to_string(file.lines.back().line).size());
    gutter_ = digits;

    paint(severity_colour_, std::string(to_string(d.severity)) + "[" + std::string(info(d.code).id) + "]");
    out_ += ": " + shown(d.message, 2) + "\n";

    const bool in_text = d.span && d.span->file.value < sources_.size();
    if (!in_text && !d.place.empty()) arrow("-->", shown(d.place, 0));
    for (std::size_t i = 0; i < files.size(); ++i) section(files[i], in_text && i == 0);
    for (const auto& note : d.notes) remark("note", {}, note);
    for (const auto& help : d.helps) remark("help", cyan, help);
    for (const ShownCall& call : d.calls) {
      if (options_.calls) forms(call);
    }
    return std::move(out_);
  }

 private:
  void paint(std::string_view colour, std::string_view text) {
    const bool on = options_.colour && !colour.empty();
    if (on) out_ += colour;
    out_ += text;
    if (on) out_ += reset;
  }

  void arrow(std::string_view sign, const std::string& where) {
    out_ += std::string(gutter_, ' ');
    paint(blue, sign);
    out_ += " " + where + "\n";
  }

  void bar(const std::string& number) {
    paint(blue, std::string(gutter_ - std::min(gutter_, number.size()), ' ') + number + " |");
  }

  void remark(std::string_view word, std::string_view colour, const std::string& text) {
    out_ += std::string(gutter_ + 1, ' ');
    paint(blue, "=");
    out_ += ' ';
    paint(colour, std::string(word) + ":");
    out_ += " " + shown(text, gutter_ + 3 + word.size() + 2) + "\n";
  }

  // A request and an example are whole, and begin no line with blanks, since they are there to be copied.
  void forms(const ShownCall& call) {
    const auto head = [&](std::string_view word) {
      out_ += std::string(gutter_ + 1, ' ');
      paint(blue, "=");
      out_ += " " + std::string(word) + ":";
    };
    if (!call.request.empty()) {
      head("request");
      out_ += " " + call.request + "\n";
    }
    if (!call.example.empty()) {
      head("example");
      out_ += "\n" + call.example;
    }
  }

  void section(const MarkedFile& marked, bool primary) {
    const SourceFile& file = sources_.file(marked.file);
    arrow(primary ? "-->" : ":::",
          shown(file.name(), 0) + ":" + std::to_string(marked.first.line) + ":" + std::to_string(marked.first.column));
    bar("");
    out_ += '\n';
    std::uint32_t last = 0;
    for (const MarkedLine& line : marked.lines) {
      if (last != 0 && line.line > last + 1) {
        paint(blue, cut);
        out_ += '\n';
      }
      last = line.line;
      show_line(file, line);
    }
  }

  void show_line(const SourceFile& file, const MarkedLine& line) {
    const std::string_view text = file.line_text(line.line);
    const std::uint32_t begin = file.line_begin(line.line);
    // The bytes of this line that a span covers. A span may begin in the line break, or
    // past the text (an unexpected end).
    const auto byte = [&](std::uint32_t offset) {
      return std::min<std::size_t>(offset < begin ? 0 : offset - begin, text.size());
    };
    const Columns columns = columns_of(text, byte(line.marks.front().span.begin));
    const std::size_t total = columns.glyphs.size();

    struct Reach {
      std::size_t begin, end;
    };
    std::vector<Reach> reaches;
    for (const Mark& mark : line.marks) {
      const std::size_t from = columns.column(byte(mark.span.begin));
      reaches.push_back({from, std::max(from + 1, columns.column(byte(std::max(mark.span.begin, mark.span.end))))});
    }

    // The window [left, right) of columns that is shown.
    std::size_t left = 0, right = total;
    if (total > max_columns || columns.cut_left || columns.cut_right) {
      constexpr std::size_t room = max_columns - 2 * cut.size();
      const Reach& first = reaches.front();
      const bool at_start = !columns.cut_left && std::min(first.end, first.begin + kept_before) <= room;
      if (!at_start) left = first.begin - std::min(first.begin, kept_before);
      if (left + room > total) left = total - std::min(total, room);
      right = std::min(total, left + room);
    }
    const bool dots_left = left > 0 || columns.cut_left;
    const bool dots_right = right < total || columns.cut_right;

    std::string shown_line = dots_left ? std::string(cut) : std::string();
    for (std::size_t i = left; i < right; ++i) shown_line += columns.glyphs[i];
    if (dots_right) shown_line += cut;
    shown_line.erase(shown_line.find_last_not_of(' ') + 1);

    bar(std::to_string(line.line));
    if (!shown_line.empty()) out_ += " " + shown_line;
    out_ += '\n';
    for (std::size_t i = 0; i < line.marks.size(); ++i) {
      const Mark& mark = line.marks[i];
      // A mark outside the window is shown at its edge, under the dots.
      const std::size_t limit = right + 1;
      const std::size_t from = std::clamp(reaches[i].begin, left, limit - 1);
      const std::size_t to = std::clamp(reaches[i].end, from + 1, limit + (dots_right ? 1 : 0));
      bar("");
      out_ += ' ' + std::string(from - left + (dots_left ? cut.size() : 0), ' ');
      std::string marks(to - from, mark.primary ? '^' : '-');
      if (!mark.text.empty()) marks += " " + shown(mark.text, gutter_ + 3);
      paint(mark.primary ? severity_colour_ : blue, marks);
      out_ += '\n';
    }
  }

  const SourceSet& sources_;
  const RenderOptions& options_;
  std::string_view severity_colour_;
  std::size_t gutter_ = min_gutter;
  std::string out_;
};

std::string counted(std::size_t n, std::string_view noun) {
  return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
}

}  // namespace

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::error: return red;
    case Severity::warning: return yellow;
    case Severity::note: return cyan;
  }
  return "";
}

std::string render(const Diagnostic& diagnostic, const SourceSet& sources, const RenderOptions& options) {
  return Renderer(sources, options).render(diagnostic);
}

std::string summary(const Diagnostics& diagnostics) {
  std::string out;
  const auto add = [&](std::size_t count, const char* what) {
    if (count != 0) out += (out.empty() ? "" : ", ") + counted(count, what);
  };
  add(diagnostics.error_count(), "error");
  add(diagnostics.warning_count(), "warning");
  add(diagnostics.note_count(), "note");
  return out;
}

}  // namespace tally
