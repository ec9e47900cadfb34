// Edits of lines, from a text to the same text formatted. See format.h.
//
// Both texts have the same characters but for blanks and commas, so they are in step wherever the same
// number of the others has been passed. Between two such places at the beginnings of lines, either the
// lines are equal, or they are an edit.
#include <algorithm>
#include <string_view>
#include <vector>

#include "base/split.h"
#include "grammar/format/format.h"

namespace tally {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// How many characters a line has that formatting keeps.
std::size_t kept(std::string_view line) {
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  return static_cast<std::size_t>(std::count_if(
      line.begin(), line.end(), [](char c) { return std::string_view(" \t\r\n,").find(c) == std::string_view::npos; }));
}

// A text that is read line by line.
struct Side {
  std::vector<std::string_view> lines;
  std::size_t at = 0;      // lines read
  std::size_t passed = 0;  // characters that are kept, in these

  bool at_end() const { return at == lines.size(); }
  bool at_blank() const { return !at_end() && kept(lines[at]) == 0; }
  void read() { passed += kept(lines[at++]); }
};

// Reads the lines of both sides that an edit replaces.
void read_edit(Side& old, Side& made) {
  if (old.at_blank() != made.at_blank()) {
    (old.at_blank() ? old : made).read();
    return;
  }
  if (!old.at_end()) old.read();
  if (!made.at_end()) made.read();
  while (old.passed != made.passed) {
    Side& behind = old.passed < made.passed ? old : made;
    if (behind.at_end()) break;
    behind.read();
  }
}

}  // namespace

std::vector<LineEdit> line_edits(std::string_view before, std::string_view after) {
  Side old{whole_lines(before)}, made{whole_lines(after)};
  std::vector<LineEdit> edits;
  bool open = false;  // the last edit goes on
  while (!old.at_end() || !made.at_end()) {
    if (!old.at_end() && !made.at_end() && old.lines[old.at] == made.lines[made.at]) {
      old.read();
      made.read();
      open = false;
      continue;
    }
    if (!open) edits.push_back({old.at, old.at, made.at, made.at, {}});
    read_edit(old, made);
    edits.back().last = old.at;
    edits.back().new_last = made.at;
    open = true;
  }
  for (LineEdit& edit : edits) {
    if (edit.new_first == edit.new_last) continue;
    const std::string_view first = made.lines[edit.new_first], last = made.lines[edit.new_last - 1];
    edit.text = {first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data())};
  }
  return edits;
}

}  // namespace tally
