// How far long work is: one line on standard error that is written over.
//
// Shown on a terminal only, from one second on, five times a second; taken away
// at the end. Nothing is ever shown in a pipe, so that runs print the same.
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

  // Whether it is time for another line; then `show` it.
  bool is_due();
  void show(const std::string& line);
  void clear();

  double seconds() const;  // since it was made
  bool on_terminal() const { return on_terminal_; }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double next_ = 1;  // seconds after the start
  bool on_terminal_;
  bool shown_ = false;
};

}  // namespace tally::cli
