// A stream that is cut into lines, in constant memory.
//
// In:     a stream, from which nothing has been read yet.
// Out:    one line after the other, without its line break, as soon as it is there.
// Always: at most `max_line` bytes of a line are kept; `too_long` marks a longer line.
//
// For example, the bytes "a\n\nb" are the lines "a", "" and "b".
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::cli {

class Lines {
 public:
  Lines(std::FILE* stream, std::size_t max_line)
      : descriptor_(::fileno(stream)), max_line_(max_line), block_(1 << 16) {}

  // Before more input has to be waited for, `before` is called. The wait, and the stream with it, ends
  // when `wake` can be read from; a line that is not complete by then is dropped. -1 is not a descriptor.
  void on_wait(std::function<void()> before, int wake);

  // Sets the next line, which is valid until the next call. Returns false at the end of the stream.
  bool next(std::string_view& line);
  bool too_long() const { return too_long_; }  // whether the last line was cut
  bool failed() const { return failed_; }

 private:
  bool refill();
  bool await();

  int descriptor_;
  std::size_t max_line_;
  std::vector<char> block_;
  std::size_t begin_ = 0, end_ = 0;
  std::string carried_;  // the start of a line that continues in the next block
  bool too_long_ = false, failed_ = false, woken_ = false;
  std::function<void()> before_wait_;
  int wake_ = -1;
};

}  // namespace tally::cli
