#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>

namespace tally::cli {

Progress::Progress() : on_terminal_(::isatty(STDERR_FILENO) != 0) {}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

bool Progress::is_due() { return on_terminal_ && seconds() >= next_; }

void Progress::show(const std::string& line) {
  next_ = seconds() + 0.2;
  shown_ = true;
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
}

void Progress::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace tally::cli
