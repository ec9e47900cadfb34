// Answers that wait until the request has been read whole: first in memory, then in a file without a name.
//
//   spool.add("{\"recording\":true}\n");
//
// Always: at most `in_memory` bytes are in memory. The file is in TMPDIR, or /tmp, and goes with the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::serve {

class Spool {
 public:
  static constexpr std::size_t in_memory = 256 << 10;

  Spool() = default;
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Returns false if the disk refuses; then and afterwards nothing is added.
  bool add(std::string_view text);
  std::uint64_t size() const { return written_ + kept_.size(); }
  // What is in memory, if nothing is in the file.
  bool is_in_memory() const { return file_ < 0; }
  const std::string& text() const { return kept_; }
  // Hands the file over, with everything in it; -1 if the disk refuses.
  int take_file();

 private:
  bool write_out();

  std::string kept_;
  int file_ = -1;
  std::uint64_t written_ = 0;
  bool failed_ = false;
};

}  // namespace tally::serve
