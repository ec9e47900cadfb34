// The peak memory of processes.
#pragma once

#include <sys/types.h>

namespace tally::bench {

// The most megabytes of a running process that were in memory at once; 0 if that cannot be read.
// ru_maxrss is not used, because a process inherits it from its parent.
double peak_megabytes(pid_t process);

}  // namespace tally::bench
