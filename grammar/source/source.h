// Source text: the files of a program, and places in them.
//
// For example, in the file "a\nbc\n" the span [2, 4) is "bc", and offset 3 is line 2, column 2.
//
// In:     bytes of rule files, each with the name under which it is shown
// Out:    spans (half-open byte ranges of one file), and the line and column of an offset
// Always: a `SourceSet` only grows, and the text of a file never changes, so a `Span` is
//         valid while its set lives
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

// The number of a file in its set.
struct FileId {
  std::uint32_t value = 0;
  auto operator<=>(const FileId&) const = default;
};

// A half-open byte range [begin, end) of one file.
struct Span {
  FileId file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  auto operator<=>(const Span&) const = default;
};

// The smallest span around both spans, which must be in one file.
inline Span around(const Span& a, const Span& b) {
  return {a.file, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

// Both count from 1. A column counts code points, as editors do.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

// The text of one file, with a table of its lines.
class SourceFile {
 public:
  SourceFile(std::string name, std::string text);

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  std::uint32_t line_count() const { return static_cast<std::uint32_t>(lines_.size()); }

  // The line and column of an offset. An offset past the end counts as the end.
  Position position(std::uint32_t offset) const;
  // The text of a line without its line break. `line` counts from 1.
  std::string_view line_text(std::uint32_t line) const;
  // The byte offset of the start of a line, which counts from 1.
  std::uint32_t line_begin(std::uint32_t line) const { return lines_[line - 1]; }

 private:
  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> lines_;  // the offset of each line's first byte
};

// The files of a program. References to files and texts stay valid.
class SourceSet {
 public:
  FileId add(std::string name, std::string text);
  const SourceFile& file(FileId id) const { return files_[id.value]; }
  std::size_t size() const { return files_.size(); }
  std::string_view text(const Span& s) const { return file(s.file).text().substr(s.begin, s.end - s.begin); }

 private:
  std::deque<SourceFile> files_;  // a deque, so that references stay valid while it grows
};

}  // namespace tally
