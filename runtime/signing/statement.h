// What a key signs about a policy: that a file may be used, or that one version may follow another.
//
// A signature is for exact bytes: of a `.so`, or of a rule file with all files that it uses.
//
//   tally-signature 1
//   key 6f1c...                    the public key
//   serial 7                       never goes back: an older signature is refused
//   of shared-object               or: of rules
//   sha256 09ab...                 of the file's bytes; of rules the `source_hash` of tally_policy_json
//   fingerprint 88e0...            what it decides (`tally check --fingerprint`), or none
//   target x86_64                  of rules: any
//   version 6                      of the descriptor; of rules 0
//   signature 77d1...
//
// An approval is for what rules decide, from one version to the next. The rules are compiled by the host, so their
// fingerprint is not a claim.
//
//   tally-approval 1
//   key 6f1c...
//   serial 8
//   old fingerprint 88e0...        or, if it has none: old sha256 09ab...
//   new fingerprint 1b22...
//   names 55ab...                  of the new inputs with their places: a host sets facts by name
//   limit --allow-decision "recording"
//   signature 0c4e...
//
// In:     the text of a statement
// Out:    the statement, or why the text is not one
// Always: a statement has one text. The signature is over all bytes before its own line. They begin with the kind of
//         statement and its version, so that no signature for one purpose serves another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "runtime/signing/keys.h"

namespace tally {

inline constexpr std::size_t max_statement_bytes = 65'536;
inline constexpr std::size_t max_statement_limits = 256;

// What a policy is, as a statement names it.
using Behaviour = std::array<std::uint8_t, 32>;  // a fingerprint; zeros: none

struct SignedFile {
  enum class Kind : std::uint8_t { shared_object, rules };
  Kind kind = Kind::shared_object;
  Sha256 sha256{};
  Behaviour fingerprint{};
  std::string target;         // "x86_64"
  std::uint64_t version = 0;  // of the descriptor
  bool operator==(const SignedFile&) const = default;
};

// A version of rules: by what it decides or, if that is not known, by its texts.
struct RulesVersion {
  bool by_text = false;
  std::array<std::uint8_t, 32> digest{};
  bool operator==(const RulesVersion&) const = default;
};

struct ApprovedChange {
  RulesVersion before, after;
  std::array<std::uint8_t, 32> names{};  // of `after`
  std::vector<std::string> limits;       // what was allowed, each without line breaks: `--at-most 12`
  bool operator==(const ApprovedChange&) const = default;
};

struct Statement {
  PublicKey key;
  std::uint64_t serial = 0;
  std::variant<SignedFile, ApprovedChange> of;
  SignatureBytes signature{};
};

// The text of a statement, signed.
std::string signed_text(const SecretKey& key, std::uint64_t serial, std::variant<SignedFile, ApprovedChange> of);

// Whether a text begins as a statement does, though it may be damaged.
bool is_statement(std::string_view text);
// A fingerprint as statements have it: 64 digits, or "none".
std::string behaviour_text(const Behaviour& fingerprint);

// Reads a statement. `name` names the file in messages. The signature is not looked at.
Result<Statement> read_statement(const std::string& name, std::string_view text);

// Likewise, and fails unless one of the keys has signed it.
Result<Statement> read_signed(const std::string& name, std::string_view text, const std::vector<PublicKey>& keys);

}  // namespace tally
