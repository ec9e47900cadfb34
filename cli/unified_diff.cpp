// Hunks of edits that are near each other. See unified_diff.h.
#include "cli/unified_diff.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/split.h"
#include "grammar/format/format.h"

namespace tally::cli {
namespace {

constexpr std::size_t lines_of_context = 3;
constexpr const char* red = "\x1b[31m";
constexpr const char* green = "\x1b[32m";
constexpr const char* cyan = "\x1b[36m";
constexpr const char* bold = "\x1b[1m";

class UnifiedText {
 public:
  UnifiedText(std::string_view before, std::string_view after, bool colour)
      : before_(whole_lines(before)), after_(whole_lines(after)), colour_(colour) {}

  void add_line(const char* paint, const std::string& text) {
    out_ += colour_ && paint != nullptr ? paint + text + "\x1b[0m\n" : text + "\n";
  }

  // One hunk: edits with the lines around and between them.
  void add_hunk(const LineEdit* first, const LineEdit* last) {
    const std::size_t context = std::min(lines_of_context, first->first);
    const std::size_t begin = first->first - context, new_begin = first->new_first - context;
    const std::size_t end = std::min(last->last + lines_of_context, before_.size());
    const std::size_t new_end = last->new_last + (end - last->last);
    add_line(cyan, "@@ -" + range(begin, end) + " +" + range(new_begin, new_end) + " @@");
    std::size_t at = begin;
    for (const LineEdit* edit = first; edit <= last; ++edit) {
      for (; at < edit->first; ++at) add(nullptr, ' ', before_[at]);
      for (; at < edit->last; ++at) add(red, '-', before_[at]);
      for (std::size_t i = edit->new_first; i < edit->new_last; ++i) add(green, '+', after_[i]);
    }
    for (; at < end; ++at) add(nullptr, ' ', before_[at]);
  }

  std::string text() && { return std::move(out_); }

 private:
  // `12,3`: the first line, which counts from 1, and how many. No lines stand behind the one that is named.
  static std::string range(std::size_t begin, std::size_t end) {
    const std::size_t count = end - begin;
    return std::to_string(begin + (count == 0 ? 0 : 1)) + (count == 1 ? "" : "," + std::to_string(count));
  }

  void add(const char* paint, char sign, std::string_view line) {
    const bool ends = line.ends_with('\n');
    if (ends) line.remove_suffix(1);
    add_line(paint, sign + std::string(line));
    if (!ends) out_ += "\\ No newline at end of file\n";
  }

  std::vector<std::string_view> before_, after_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after, bool colour) {
  const std::vector<LineEdit> edits = line_edits(before, after);
  if (edits.empty()) return {};
  UnifiedText diff(before, after, colour);
  diff.add_line(bold, "--- " + std::string(name));
  diff.add_line(bold, "+++ " + std::string(name));
  for (std::size_t i = 0; i < edits.size();) {
    std::size_t last = i;
    while (last + 1 < edits.size() && edits[last + 1].first - edits[last].last <= 2 * lines_of_context) ++last;
    diff.add_hunk(&edits[i], &edits[last]);
    i = last + 1;
  }
  return std::move(diff).text();
}

}  // namespace tally::cli
