// Bytes as hexadecimal digits, two for each. For example, {0x0a, 0xff} is "0aff".
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tally {

inline std::string hex_text(std::span<const std::uint8_t> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace tally
