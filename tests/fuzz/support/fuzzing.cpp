#include "tests/fuzz/support/fuzzing.h"

#include <cstdio>
#include <cstdlib>

namespace tally::fuzz {

void fail(const std::string& what, const std::string& evidence) {
  std::fprintf(stderr, "finding: %s\n%s\n", what.c_str(), evidence.c_str());
  std::abort();
}

}  // namespace tally::fuzz
