// The memory of processes.
#pragma once

#include <sys/types.h>

namespace tally::bench {

// Pages that were in memory at once, of a process that has not ended; 0 where that
// cannot be read. Not ru_maxrss, which a process inherits from the one that started it.
double peak_megabytes(pid_t process);

}  // namespace tally::bench
