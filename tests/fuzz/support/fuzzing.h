// What every fuzz target needs: its input as text, and how it reports a finding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Prints what is wrong with its evidence, and ends the process. libFuzzer then writes the input
// to a file.
[[noreturn]] void fail(const std::string& what, const std::string& evidence = {});

}  // namespace tally::fuzz
