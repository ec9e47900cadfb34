#include "base/section.h"

#include <pthread.h>

#include <atomic>
#include <cstdlib>

namespace tally {
namespace {

// These need no constructor, so that they can be used before and after those of other files.
constinit std::atomic<int> inside{0};   // threads in sections
constinit std::atomic<int> closing{0};  // threads that fork, and the end of the process
constinit std::atomic<std::uint64_t> forks{0};
constinit std::atomic<bool> ending{false};
constinit thread_local int depth = 0;  // of the sections around this thread

// Waits until no other thread is in a section, and lets none enter.
void close_sections() {
  closing.fetch_add(1);
  const int own = depth > 0 ? 1 : 0;
  for (int now = inside.load(); now > own; now = inside.load()) inside.wait(now);
}

void open_sections() {
  closing.fetch_sub(1);
  closing.notify_all();
}

// In the child, this thread is the only one.
void begin_child() {
  inside.store(depth > 0 ? 1 : 0);
  closing.store(0);
  forks.fetch_add(1);
}

void begin_end() {
  ending.store(true);
  close_sections();
  open_sections();
}

struct Process {
  Process() { (void)pthread_atfork(close_sections, open_sections, begin_child); }
  ~Process() { begin_end(); }
} process;

}  // namespace

void Section::enter() {
  if (depth++ > 0) return;
  while (true) {
    inside.fetch_add(1);
    if (closing.load() == 0) return;
    inside.fetch_sub(1);
    inside.notify_all();
    for (int now = closing.load(); now != 0; now = closing.load()) closing.wait(now);
  }
}

void Section::leave() {
  if (--depth > 0) return;
  inside.fetch_sub(1);
  if (closing.load() != 0) inside.notify_all();
}

void Section::lend() { inside.fetch_add(1); }
void Section::take_back() {
  inside.fetch_sub(1);
  if (closing.load() != 0) inside.notify_all();
}
Section::Adopted::Adopted() { depth = 1; }

bool process_ends() { return ending.load(); }
void end_before_what_was_made() {
  static const int registered = std::atexit(begin_end);
  (void)registered;
}

std::uint64_t fork_count() { return forks.load(std::memory_order_relaxed); }

}  // namespace tally
