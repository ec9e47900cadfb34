// Options of a test, which are environment variables: how many seeds, and from which on.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace tally::testing {

// The number in a variable, or `otherwise` if it is not set. With `TALLY_SEEDS=100000`,
// `setting("TALLY_SEEDS", 1000)` is 100,000.
inline std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

}  // namespace tally::testing
