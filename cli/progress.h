// The progress of long work: one line on standard error that is overwritten.
//
// The line is shown on a terminal only, after the first second, five times per second, and is
// removed at the end. Nothing is ever shown in a pipe, so that the same run prints the same.
//
//   if (progress.is_due()) progress.show("12,000 requests");
#pragma once

#include <chrono>
#include <string>

namespace tally::cli {

class Progress {
 public:
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Whether it is time for another line. If so, the caller calls `show`.
  bool is_due();
  void show(const std::string& line);
  void clear();

  double seconds() const;  // since the object was made
  bool on_terminal() const { return on_terminal_; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double next_ = 1;  // seconds after the start
  bool on_terminal_;
  bool shown_ = false;
};

}  // namespace tally::cli
