// What `tally sign`, `verify` and `approve` share: keys from their files, and what a policy's file is.
//
// In:     paths.
// Out:    keys; the file as a signature names it; or an error that is ready to be shown.
// Always: a file is read once, so that what is described is what was read.
//
//   TALLY_ASSIGN_OR_RETURN(const SecretKey key, secret_key("release.key"));
//   TALLY_ASSIGN_OR_RETURN(const PolicyFile file, policy_file("recording.so"));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"
#include "runtime/signing/statement.h"
#include "simulator/report/plan_json.h"

namespace tally::cli {

// The bytes of a file of at most `max_bytes`. `what` is what a larger one is not: "a key".
Result<std::string> bounded_file(const std::string& path, std::size_t max_bytes, const std::string& what);

Result<SecretKey> secret_key(const std::string& path);
Result<PublicKey> public_key(const std::string& path);

// A version of rules, as a plan and an approval name it.
struct RulesIdentity {
  Sha256 sha256{};
  Behaviour fingerprint{};  // zeros: the diagrams are too large
  std::array<std::uint8_t, 32> names{};
  RulesVersion version() const;
};
// The policy's graph grows.
RulesIdentity identity_of(const Compilation& rules);

// The same in hexadecimal.
report::PlannedVersion planned_version(const RulesIdentity& identity);

struct PolicyFile {
  SignedFile file;
  std::optional<RulesIdentity> rules;  // of a rule file
};
// A `.so`, or a rule file, which is checked: rules with an error are not signed. Faults are shown.
Result<PolicyFile> policy_file(const std::string& path);

// The serial of a new statement: what was given or, if nothing was, the seconds since 1970. It is greater than that of
// each statement that these files have, so that it grows within a second, too.
std::uint64_t serial_or_now(const std::optional<std::size_t>& given, const std::vector<std::string>& earlier);

// Writes a statement. Replaces an earlier one, and no other file.
Result<> write_statement(const std::string& path, const std::string& text);

}  // namespace tally::cli
