#include "compiler/fingerprint/digest.h"

#include <sodium.h>

#include "base/hex.h"

namespace tally {
namespace {

crypto_generichash_state* sodium(std::array<std::uint8_t, 384>& state) {
  static_assert(sizeof(crypto_generichash_state) == 384 && alignof(crypto_generichash_state) <= 64);
  return reinterpret_cast<crypto_generichash_state*>(state.data());
}

}  // namespace

std::string Digest::text() const { return hex_text(bytes); }

Digesting::Digesting(std::string_view what) {
  crypto_generichash_init(sodium(state_), nullptr, 0, Digest::size);
  add(what);
}

void Digesting::add_bytes(const void* bytes, std::size_t count) {
  crypto_generichash_update(sodium(state_), static_cast<const unsigned char*>(bytes), count);
}

Digesting& Digesting::add(std::string_view text) {
  add(std::uint64_t{text.size()});
  add_bytes(text.data(), text.size());
  return *this;
}

Digesting& Digesting::add(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::uint8_t& byte : bytes) {
    byte = static_cast<std::uint8_t>(number);
    number >>= 8;
  }
  add_bytes(bytes.data(), bytes.size());
  return *this;
}

Digesting& Digesting::add(const Digest& digest) {
  add_bytes(digest.bytes.data(), digest.bytes.size());
  return *this;
}

Digest Digesting::finish() {
  Digest out;
  crypto_generichash_final(sodium(state_), out.bytes.data(), out.bytes.size());
  return out;
}

}  // namespace tally
