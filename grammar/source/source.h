// Source text: the files of a program, and places in them.
//
// In: bytes of rule files, with the name under which they are shown.
// Out: `Span`s (half-open byte ranges of one file) and the line and column of
// an offset. A `SourceSet` only grows, and the text of a file never changes, so
// a `Span` stays valid as long as its set.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

struct FileId {
  std::uint32_t value = 0;
  auto operator<=>(const FileId&) const = default;
};

// Half-open byte range [begin, end) of one file.
struct Span {
  FileId file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  auto operator<=>(const Span&) const = default;
};

// The smallest span around both; both must be of one file.
inline Span around(const Span& a, const Span& b) {
  return {a.file, a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

// Both count from 1; a column counts code points, as editors do.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

class SourceFile {
 public:
  SourceFile(std::string name, std::string text);

  const std::string& name() const { return name_; }
  std::string_view text() const { return text_; }
  std::uint32_t line_count() const { return static_cast<std::uint32_t>(lines_.size()); }

  // Offsets past the end are taken as the end.
  Position position(std::uint32_t offset) const;
  // The text of a line without its line break; `line` counts from 1.
  std::string_view line_text(std::uint32_t line) const;
  // The byte offset at which a line begins.
  std::uint32_t line_begin(std::uint32_t line) const { return lines_[line - 1]; }

 private:
  std::string name_;
  std::string text_;
  std::vector<std::uint32_t> lines_;  // offset of each line's first byte
};

class SourceSet {
 public:
  FileId add(std::string name, std::string text);
  const SourceFile& file(FileId id) const { return files_[id.value]; }
  std::size_t size() const { return files_.size(); }
  std::string_view text(const Span& s) const { return file(s.file).text().substr(s.begin, s.end - s.begin); }

 private:
  std::deque<SourceFile> files_;  // a deque: references stay valid while it grows
};

}  // namespace tally
