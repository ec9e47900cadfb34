// Sections of code that a fork waits for, and the end of the process too.
//
// A fork copies one thread alone. A lock that another thread holds at that moment stays locked in
// the child, and what it guards stays half done. So whatever the library locks, it locks in a
// section, and a fork waits until no other thread is in one. A section must end by itself: nothing
// of the host is called in it.
//
//   void add(Document& document) {
//     const Section section(mutex_);
//     documents_.insert(&document);
//   }
//
// When the process ends by `exit`, libraries are taken down while other threads go on. So the end
// waits for sections as well, and afterwards `process_ends` is true. What needs a library that may
// be gone (a compiler) looks at it in its section.
//
// Always: sections nest. A thread that forks within a section, in a signal handler, does not wait
//         for itself; it is still in the section in the child.
#pragma once

#include <cstdint>
#include <mutex>

namespace tally {

class Section {
 public:
  Section() { enter(); }
  explicit Section(std::mutex& mutex) {
    enter();
    lock_ = std::unique_lock(mutex);
  }
  ~Section() {
    if (lock_.owns_lock()) lock_.unlock();
    leave();
  }
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  // For a thread that works for one that waits for it. The one that waits calls `lend`, in a
  // section; then the other makes an `Adopted`, or the first calls `take_back`.
  static void lend();
  static void take_back();
  class Adopted {
   public:
    Adopted();
    ~Adopted() { leave(); }
    Adopted(const Adopted&) = delete;
    Adopted& operator=(const Adopted&) = delete;
  };

 private:
  static void enter();
  static void leave();
  std::unique_lock<std::mutex> lock_;
};

// Counts the forks that lead from the first process to this one. A thread exists only in the
// process that started it: elsewhere the count differs.
std::uint64_t fork_count();

// Whether the process has begun to end.
bool process_ends();
// Lets the process end in this way before everything that was made until now is destroyed. It also does
// without this call, but then after that.
void end_before_what_was_made();

}  // namespace tally
