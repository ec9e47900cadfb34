#include "bench/memory.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

namespace tally::bench {

double peak_megabytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + std::strlen("VmHWM:"), nullptr) / 1024;
  }
  return 0;
}

}  // namespace tally::bench
