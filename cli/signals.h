// Signals that end a command in order: what it has begun is finished, and its counts are shown.
//
//   const Signals signals({SIGINT, SIGTERM});
//   while (signals.arrived() == 0 && lines.next(line)) answer(line);
//   if (signals.arrived() != 0) return exit_by_signal(signals.arrived());
//
// Always: the first signal is only noted; a second one ends the process at once. A signal that
//         the process was started to ignore, such as SIGHUP under `nohup`, stays ignored.
//         At most one object exists at a time.
#pragma once

#include <signal.h>  // NOLINT(modernize-deprecated-headers): struct sigaction is POSIX

#include <initializer_list>
#include <utility>
#include <vector>

namespace tally::cli {

class Signals {
 public:
  explicit Signals(std::initializer_list<int> numbers);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The number of the signal that arrived, or 0.
  int arrived() const;
  // A descriptor that can be read from as soon as a signal has arrived, for `poll`.
  int descriptor() const { return pipe_[0]; }

 private:
  std::vector<std::pair<int, struct sigaction>> before_;
  int pipe_[2] = {-1, -1};
};

// Ends the process by a signal, as if it had never been caught. Returns only if the signal is blocked.
void end_by_signal(int number);

}  // namespace tally::cli
