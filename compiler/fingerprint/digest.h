// A digest: 32 bytes that stand for a description of any length.
//
// In:     texts and numbers, one after another
// Out:    their BLAKE2b-256 digest (RFC 7693), by libsodium
// Always: two descriptions that differ have different digests, as far as anybody can find out. Each text is hashed
//         with its length, so {"ab", "c"} and {"a", "bc"} differ.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tally {

struct Digest {
  static constexpr std::size_t size = 32;
  std::array<std::uint8_t, size> bytes{};

  auto operator<=>(const Digest&) const = default;
  // 64 hexadecimal digits.
  std::string text() const;
};

class Digesting {
 public:
  // `what` keeps descriptions of different kinds apart: "leaf", "outcome".
  explicit Digesting(std::string_view what);
  Digesting& add(std::string_view text);
  Digesting& add(std::uint64_t number);
  Digesting& add(const Digest& digest);
  // Ends the description: nothing may be added afterwards.
  Digest finish();

 private:
  void add_bytes(const void* bytes, std::size_t count);

  // The state of libsodium, which has to be aligned to 64 bytes.
  alignas(64) std::array<std::uint8_t, 384> state_{};
};

}  // namespace tally
