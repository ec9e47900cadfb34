// Threads of the library get no signals: those are for the program's own threads. A thread begins
// with the signals of the one that starts it:
//
//   const BlockedSignals blocked;
//   thread_ = std::thread([this] { run(); });
#pragma once

#include <pthread.h>

#include <csignal>

namespace tally {

// While it lives, this thread gets only the signals that it raises by a fault of its own.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t set;
    sigfillset(&set);
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) sigdelset(&set, own);
    pthread_sigmask(SIG_BLOCK, &set, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace tally
