// A stream that is cut into lines, in constant memory.
//
// In:     a stream.
// Out:    one line after the other, without its line break.
// Always: at most `max_line` bytes of a line are kept; `too_long` marks a longer line.
//
// For example, the bytes "a\n\nb" are the lines "a", "" and "b".
#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

class Lines {
 public:
  Lines(std::FILE* stream, std::size_t max_line) : stream_(stream), max_line_(max_line), block_(1 << 16) {}

  // Sets the next line, which is valid until the next call. Returns false at the end of the stream.
  bool next(std::string_view& line);
  bool too_long() const { return too_long_; }  // whether the last line was cut
  bool failed() const { return std::ferror(stream_) != 0; }

 private:
  std::FILE* stream_;
  std::size_t max_line_;
  std::vector<char> block_;
  std::size_t begin_ = 0, end_ = 0;
  std::string carried_;  // the start of a line that continues in the next block
  bool too_long_ = false;
};

}  // namespace tally::cli
