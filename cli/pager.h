// A pager for long output: $PAGER, or `less` if there is one.
//
//   const Pager pager(true);   // from here on, standard output is what the pager shows
//
// Always: when the pager ends, the command waits for it. Without a pager, the output is printed
//         as it is.
#pragma once

#include <sys/types.h>

namespace tally::cli {

class Pager {
 public:
  // Does nothing unless it is `wanted`.
  explicit Pager(bool wanted);
  ~Pager();
  Pager(const Pager&) = delete;
  Pager& operator=(const Pager&) = delete;

 private:
  pid_t process_ = -1;
};

}  // namespace tally::cli
