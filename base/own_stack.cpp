#include "base/own_stack.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <exception>
#include <string>

#include "base/blocked_signals.h"
#include "base/section.h"

namespace tally {
namespace {

thread_local bool here = false;  // whether this thread works on a stack that is large enough

// A stack above a page that must not be touched.
struct Stack {
  std::size_t guard = static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), size;
  void* memory;

  explicit Stack(std::size_t bytes)
      : size((bytes + guard - 1) / guard * guard + guard),
        memory(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
    if (memory != MAP_FAILED) (void)mprotect(memory, guard, PROT_NONE);
  }
  ~Stack() {
    if (memory != MAP_FAILED) munmap(memory, size);
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
};

struct Work {
  const std::function<void()>& body;
  sem_t done;
  std::exception_ptr thrown;
};

void* run(void* argument) {
  Work& work = *static_cast<Work*>(argument);
  {
    const Section::Adopted section;
    here = true;
    try {
      work.body();
    } catch (...) {
      work.thrown = std::current_exception();
    }
    sem_post(&work.done);
  }
  return nullptr;
}

}  // namespace

Result<> on_own_stack(std::size_t bytes, const std::function<void()>& body) {
  if (here || has_stack(bytes)) {
    body();
    return {};
  }
  const Section section;
  const Stack stack(bytes);
  if (stack.memory == MAP_FAILED) return Error{Cause::memory, "no memory for a stack"};
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return Error{Cause::memory, "no memory for a thread"};
  (void)pthread_attr_setstack(&attributes, static_cast<std::byte*>(stack.memory) + stack.guard,
                              stack.size - stack.guard);
  Work work{body, {}, {}};
  sem_init(&work.done, 0, 0);
  const std::uint64_t process = fork_count();
  pthread_t thread;
  int refused = 0;
  Section::lend();
  {
    const BlockedSignals blocked;
    refused = pthread_create(&thread, &attributes, run, &work);
  }
  if (refused != 0) Section::take_back();
  pthread_attr_destroy(&attributes);
  if (refused == 0) {
    while (sem_wait(&work.done) != 0) {
    }
    // A signal handler of this thread may have forked meanwhile. Its child has no other thread.
    if (fork_count() == process) pthread_join(thread, nullptr);
  }
  sem_destroy(&work.done);
  if (refused != 0) return Error{Cause::system, std::string("no thread: ") + std::strerror(refused)};
  if (work.thrown) std::rethrow_exception(work.thrown);
  return {};
}

// Not inlined: what it touches lies below its own frame.
[[gnu::noinline]] bool has_stack(std::size_t bytes) {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return false;
  void* lowest = nullptr;
  std::size_t size = 0;
  const bool known = pthread_attr_getstack(&attributes, &lowest, &size) == 0;
  pthread_attr_destroy(&attributes);
  const auto from = reinterpret_cast<std::uintptr_t>(lowest);
  const auto now = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  // The first thread's size is its limit, which its arguments count to.
  constexpr std::size_t unusable = 64 * 1024;
  // A program with coroutines has put this thread on a stack that the system does not know.
  if (!known || now < from || now - from >= size) return false;
  if (now - from < bytes + unusable || !has_memory(bytes)) return false;
  *static_cast<volatile char*>(__builtin_alloca(bytes)) = 0;
  return true;
}

bool has_memory(std::size_t bytes) {
  void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return false;
  munmap(memory, bytes);
  return true;
}

}  // namespace tally
