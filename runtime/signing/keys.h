// Keys that sign policies: Ed25519 (RFC 8032), by libsodium, in files of text.
//
// In:     the text of a key file
// Out:    the key, or why the text is not one
// Always: a key has one text. Any other text is refused, with the place and what is expected there.
//
// For example, the two files of a pair:
//
//   tally-public-key 1                 tally-secret-key 1
//   public 6f1c...                     public 6f1c...
//                                      secret 9d61...
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tally {

inline constexpr std::size_t max_key_bytes = 1024;  // of a key file

struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};
  bool operator==(const PublicKey&) const = default;
};
struct SecretKey {
  PublicKey open;
  std::array<std::uint8_t, 32> seed{};  // RFC 8032 calls it the private key
};
using SignatureBytes = std::array<std::uint8_t, 64>;
using Sha256 = std::array<std::uint8_t, 32>;

// A new pair, from the random numbers of the system.
Result<SecretKey> make_key();

std::string key_text(const PublicKey& key);
std::string key_text(const SecretKey& key);
// `name` names the file in messages.
Result<PublicKey> read_public_key(const std::string& name, std::string_view text);
Result<SecretKey> read_secret_key(const std::string& name, std::string_view text);

SignatureBytes sign_bytes(const SecretKey& key, std::string_view bytes);
bool is_signed(const PublicKey& key, std::string_view bytes, const SignatureBytes& signature);

// The hash that `sha256sum` prints.
Sha256 sha256_of(std::string_view bytes);

}  // namespace tally
