#include "cli/signals.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace tally::cli {
namespace {

// The handler has no argument of its own, so what it needs stands here.
std::atomic<int> noted{0};
std::atomic<int> wakes{-1};  // the end of the pipe that is written to
sigset_t handled;            // set before the handler is
static_assert(std::atomic<int>::is_always_lock_free);

void note(int number) {
  const int error = errno;
  noted = number;
  // From now on each of the signals ends the process.
  for (int other = 1; other < NSIG; ++other) {
    if (sigismember(&handled, other) == 1) ::signal(other, SIG_DFL);
  }
  // A pipe that is full has woken its reader already.
  [[maybe_unused]] const ssize_t written = ::write(wakes, "", 1);
  errno = error;
}

}  // namespace

Signals::Signals(std::initializer_list<int> numbers) {
  if (::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) pipe_[0] = pipe_[1] = -1;  // then a wait ends with the next input
  noted = 0;
  wakes = pipe_[1];
  sigemptyset(&handled);
  for (const int number : numbers) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;
    before_.emplace_back(number, before);
    sigaddset(&handled, number);
  }
  struct sigaction action {};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;  // a line that is being written is written to its end
  action.sa_mask = handled;
  for (const auto& [number, before] : before_) sigaction(number, &action, nullptr);
}

Signals::~Signals() {
  for (const auto& [number, before] : before_) sigaction(number, &before, nullptr);
  wakes = -1;
  for (const int end : pipe_) {
    if (end >= 0) ::close(end);
  }
}

int Signals::arrived() const { return noted; }

void end_by_signal(int number) {
  ::signal(number, SIG_DFL);
  ::raise(number);
}

}  // namespace tally::cli
