// The guard of a policy: which versions may come in use.
//
// A version may, if one of these holds:
//   - it is the version in use, byte for byte;
//   - a trusted key has signed its bytes, and the serial is newer than all before;
//   - it is rules, and a trusted key has approved the change from the version in use, likewise with a newer serial;
//   - it is rules, keeps the invariants, and stays within the allowed difference from the last version that was signed
//     or approved (only in libtally, and only if the guard has such limits).
//
// In:     what the guard trusts; the bytes of a `.so` before any part of it is mapped, or compiled rules; and the
//         statement beside them, PATH.sig (runtime/signing/statement.h).
// Out:    by what the version is admitted, or a Failure with TALLY_ERROR_REFUSED that names what is missing.
// Always: judging changes nothing: only `admit` does. One thread at a time, under the lock of the reloads.
//
// For example, a signature with serial 6 is refused after one with serial 7, so that an old file does not come back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/policy/policy_loader.h"
#include "runtime/signing/statement.h"

namespace tally {

inline constexpr std::size_t max_trusted_keys = 2;

struct GuardOptions {
  std::vector<PublicKey> keys;         // one or two
  std::uint64_t serial = 0;            // of the newest statement that the host has seen; older ones are refused
  bool trusts_version_in_use = false;  // whether the first version needs no statement
  std::optional<RuleLimits> unsigned_rules;
};

// By what a version is admitted: a statement, or nothing new.
struct Admission {
  std::optional<Statement> statement;
};

// A key that is given by its 64 digits, or by the path of its file.
Result<PublicKey, Failure> trusted_key(const std::string& given);

class PolicyGuard {
 public:
  // `path` is that of the policy. The version in use is the one that later ones are compared with.
  PolicyGuard(GuardOptions options, const std::string& path);

  // Judges the version that is in use when the guard begins. It has no predecessor.
  Result<Admission, Failure> judge_first(const LoadedPolicy& first) const;
  // Judges the bytes of a `.so`.
  Result<Admission, Failure> judge_image(std::string_view bytes, const LoadedPolicy& in_use) const;
  // Judges compiled rules.
  Result<Admission, Failure> judge_rules(const LoadedPolicy& rules, const LoadedPolicy& in_use) const;

  // Takes note of a version that came in use.
  void admit(Admission admission, LoadedPolicy version);

  // The greatest serial that was admitted.
  std::uint64_t serial() const { return serial_; }
  // The last version that was signed or approved, which differences are counted from.
  const LoadedPolicy& base() const { return base_; }
  void set_base(LoadedPolicy base) { base_ = std::move(base); }
  // The file of the statement.
  const std::string& statement_path() const { return statement_path_; }

 private:
  Result<Statement, Failure> statement() const;
  Result<Done, Failure> newer(const Statement& statement) const;
  // Judges the bytes in use, which need no statement. One that fits and is newer counts from now on.
  Admission judge_same(const SignedFile& file) const;
  Result<Admission, Failure> judge_approved(Statement statement, const LoadedPolicy& rules,
                                            const LoadedPolicy* in_use) const;

  GuardOptions options_;
  std::string path_, statement_path_;
  std::uint64_t serial_;
  std::optional<std::variant<SignedFile, ApprovedChange>> newest_;  // what `serial_` was for
  LoadedPolicy base_;
};

// Loads a policy from its file as `load_policy` does, if the guard admits it.
struct GuardedPolicy {
  LoadedPolicy policy;
  Admission admission;
};
Result<GuardedPolicy, Failure> load_guarded(const std::string& path, const PolicyGuard& guard,
                                            const LoadedPolicy& in_use);

}  // namespace tally
