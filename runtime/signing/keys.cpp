#include "runtime/signing/keys.h"

#include <sodium.h>

#include "base/hex.h"
#include "runtime/signing/text_lines.h"

namespace tally {
namespace {

constexpr const char* help_on_keys = "`tally keygen NAME` writes a pair of keys, NAME.key and NAME.pub";

// The secret key as libsodium wants it: the seed and the public key.
std::array<unsigned char, crypto_sign_SECRETKEYBYTES> expanded(const SecretKey& key, PublicKey& open) {
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> out{};
  crypto_sign_seed_keypair(open.bytes.data(), out.data(), key.seed.data());
  return out;
}

// Refuses a text that is the other kind of key, which is a slip with a help of its own.
std::optional<Error> other_key(const std::string& name, std::string_view text, std::string_view first,
                               const std::string& message, const std::string& help) {
  if (!text.starts_with(first)) return std::nullopt;
  return Error{Cause::document, "`" + name + "` is " + message, help};
}

}  // namespace

Result<SecretKey> make_key() {
  SecretKey key;
  if (sodium_init() < 0) return Error{Cause::system, "the system has no random numbers"};
  randombytes_buf(key.seed.data(), key.seed.size());
  auto whole = expanded(key, key.open);
  sodium_memzero(whole.data(), whole.size());
  return key;
}

std::string key_text(const PublicKey& key) { return "tally-public-key 1\npublic " + hex_text(key.bytes) + "\n"; }

std::string key_text(const SecretKey& key) {
  return "tally-secret-key 1\npublic " + hex_text(key.open.bytes) + "\nsecret " + hex_text(key.seed) + "\n";
}

Result<PublicKey> read_public_key(const std::string& name, std::string_view text) {
  if (auto slip = other_key(name, text, "tally-secret-key ", "a secret key, and a public key is expected",
                            "the file that ends in .pub; a secret key stays where policies are signed")) {
    return *std::move(slip);
  }
  TextLines lines(name, text, help_on_keys);
  if (lines.value("tally-public-key", "1") != "1") lines.refuse("tally-public-key 1");
  PublicKey key{lines.bytes<32>("public")};
  if (auto error = lines.finish("a key")) return *std::move(error);
  return key;
}

Result<SecretKey> read_secret_key(const std::string& name, std::string_view text) {
  if (auto slip = other_key(name, text, "tally-public-key ", "a public key, and a secret key is expected",
                            "the file that ends in .key")) {
    return *std::move(slip);
  }
  TextLines lines(name, text, help_on_keys);
  if (lines.value("tally-secret-key", "1") != "1") lines.refuse("tally-secret-key 1");
  SecretKey key{{lines.bytes<32>("public")}, lines.bytes<32>("secret")};
  if (auto error = lines.finish("a key")) {
    // No part of a secret belongs in a message.
    if (const std::size_t found = error->message.rfind(", found "); found != std::string::npos)
      error->message.resize(found);
    return *std::move(error);
  }
  PublicKey open;
  auto whole = expanded(key, open);
  sodium_memzero(whole.data(), whole.size());
  if (open != key.open)
    return Error{Cause::document, "`" + name + "` is damaged: its secret key has another public key", help_on_keys};
  return key;
}

SignatureBytes sign_bytes(const SecretKey& key, std::string_view bytes) {
  SignatureBytes out{};
  PublicKey open;
  auto whole = expanded(key, open);
  crypto_sign_detached(out.data(), nullptr, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                       whole.data());
  sodium_memzero(whole.data(), whole.size());
  return out;
}

bool is_signed(const PublicKey& key, std::string_view bytes, const SignatureBytes& signature) {
  return crypto_sign_verify_detached(signature.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                                     bytes.size(), key.bytes.data()) == 0;
}

Sha256 sha256_of(std::string_view bytes) {
  Sha256 out{};
  crypto_hash_sha256(out.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return out;
}

}  // namespace tally
