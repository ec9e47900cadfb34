#include "runtime/policy/policy_guard.h"

#include <utility>

#include "base/hex.h"
#include "runtime/policy/signed_files.h"
#include "runtime/policy/whole_file.h"

namespace tally {
namespace {

Failure refused(std::string message) { return {TALLY_ERROR_REFUSED, std::move(message)}; }

Failure refused(const Error& error) { return refused(error.message + (error.help.empty() ? "" : "; " + error.help)); }

std::string quoted(const std::string& path) { return "`" + path + "`"; }

std::string version_words(const RulesVersion& version) {
  return (version.by_text ? "the rules with SHA-256 " : "fingerprint ") + hex_text(version.digest);
}

// Whether a loaded policy is this version.
Result<bool, Failure> is_version(const RulesVersion& version, const LoadedPolicy& policy) {
  if (version.by_text) return policy.file.kind == SignedFile::Kind::rules && policy.file.sha256 == version.digest;
  TALLY_ASSIGN_OR_RETURN(const RulesBehaviour behaviour, behaviour_of(policy));
  return behaviour.fingerprint == version.digest;
}

}  // namespace

Result<PublicKey, Failure> trusted_key(const std::string& given) {
  if (const auto bytes = bytes_of_hex<32>(given)) return PublicKey{*bytes};
  TALLY_ASSIGN_OR_RETURN(const std::string text, read_whole(given, max_key_bytes));
  auto key = read_public_key(given, text);
  if (!key) return Failure(TALLY_ERROR_POLICY, key.error().message + "; " + key.error().help);
  return *std::move(key);
}

PolicyGuard::PolicyGuard(GuardOptions options, const std::string& path)
    : options_(std::move(options)), path_(path), statement_path_(path + ".sig"), serial_(options_.serial) {}

Result<Statement, Failure> PolicyGuard::statement() const {
  const auto text = read_whole(statement_path_, max_statement_bytes);
  if (!text) {
    if (text.error().status != TALLY_ERROR_FILE) return text.error();
    return refused(quoted(path_) + " is not signed: " + text.error().message + "; " + sign_it(path_));
  }
  auto read = read_signed(statement_path_, *text, options_.keys);
  if (!read) return refused(read.error());
  return *std::move(read);
}

Result<Done, Failure> PolicyGuard::newer(const Statement& statement) const {
  if (statement.serial > serial_ || (statement.serial == serial_ && (!newest_ || statement.of == *newest_))) return {};
  if (statement.serial == serial_)
    return refused(quoted(statement_path_) + " has the serial " + std::to_string(serial_) +
                   ", which was used for another version; sign with a greater one");
  return refused(quoted(statement_path_) + " has the serial " + std::to_string(statement.serial) + ", and " +
                 std::to_string(serial_) +
                 " was in use already: an older version does not come back by itself; sign it again");
}

Admission PolicyGuard::judge_same(const SignedFile& file) const {
  auto found = statement();
  if (!found || !newer(*found)) return {};
  const auto* of = std::get_if<SignedFile>(&found->of);
  return of != nullptr && same_bytes(*of, file) ? Admission{*std::move(found)} : Admission{};
}

Result<Admission, Failure> PolicyGuard::judge_first(const LoadedPolicy& first) const {
  if (first.runs_from_file)
    return Failure(TALLY_ERROR_SYSTEM, "the code of " + quoted(path_) +
                                           " is mapped from its file, since the system refuses memory for code: what "
                                           "was checked could be changed later");
  if (options_.trusts_version_in_use) return Admission{};
  TALLY_ASSIGN_OR_RETURN(Statement found, statement());
  TALLY_RETURN_IF_ERROR(newer(found));
  if (const auto* file = std::get_if<SignedFile>(&found.of)) {
    if (const auto failure = not_for(*file, first.file, statement_path_, path_)) return refused(*failure);
    return Admission{std::move(found)};
  }
  return judge_approved(std::move(found), first, nullptr);
}

Result<Admission, Failure> PolicyGuard::judge_image(std::string_view bytes, const LoadedPolicy& in_use) const {
  SignedFile file;
  file.sha256 = sha256_of(bytes);
  if (same_bytes(file, in_use.file)) return judge_same(file);
  TALLY_ASSIGN_OR_RETURN(Statement found, statement());
  const auto* of = std::get_if<SignedFile>(&found.of);
  if (of == nullptr)
    return refused(quoted(statement_path_) +
                   " is an approval, which is for rules; a shared object can claim any fingerprint, so " +
                   sign_it(path_));
  if (const auto failure = not_for(*of, file, statement_path_, path_)) return refused(*failure);
  TALLY_RETURN_IF_ERROR(newer(found));
  return Admission{std::move(found)};
}

Result<Admission, Failure> PolicyGuard::judge_approved(Statement found, const LoadedPolicy& rules,
                                                       const LoadedPolicy* in_use) const {
  const auto& change = std::get<ApprovedChange>(found.of);
  if (rules.file.kind != SignedFile::Kind::rules)
    return refused(quoted(statement_path_) + " is an approval, which is for rules; " + sign_it(path_));
  if (in_use != nullptr) {
    TALLY_ASSIGN_OR_RETURN(const bool is_before, is_version(change.before, *in_use));
    if (!is_before)
      return refused(quoted(statement_path_) + " approves a change from " + version_words(change.before) +
                     ", which is not in use; `tally plan` and `tally approve` with the rules in use approve this one");
  }
  TALLY_ASSIGN_OR_RETURN(const bool is_after, is_version(change.after, rules));
  TALLY_ASSIGN_OR_RETURN(const RulesBehaviour behaviour, behaviour_of(rules));
  if (!is_after)
    return refused(quoted(statement_path_) + " approves a change to " + version_words(change.after) + ", and " +
                   quoted(path_) + " is another version");
  if (behaviour.names != change.names)
    return refused(quoted(path_) + " has other names of inputs than " + quoted(statement_path_) +
                   " approves, so a host would set other facts");
  return Admission{std::move(found)};
}

Result<Admission, Failure> PolicyGuard::judge_rules(const LoadedPolicy& rules, const LoadedPolicy& in_use) const {
  if (same_bytes(rules.file, in_use.file)) return judge_same(rules.file);
  auto found = statement();
  Result<Admission, Failure> judged = Admission{};
  if (!found) {
    judged = std::move(found).error();
  } else if (auto is_newer = newer(*found); !is_newer) {
    judged = std::move(is_newer).error();
  } else if (const auto* file = std::get_if<SignedFile>(&found->of)) {
    if (const auto failure = not_for(*file, rules.file, statement_path_, path_))
      judged = refused(*failure);
    else
      judged = Admission{*std::move(found)};
  } else {
    judged = judge_approved(*std::move(found), rules, &in_use);
  }
  if (judged || judged.error().status != TALLY_ERROR_REFUSED) return judged;
  if (!rules.first_excess) return judged;
  // Without limits every difference is beyond them, and the first one is named.
  const LoadedPolicy& before = options_.unsigned_rules ? base_ : in_use;
  TALLY_ASSIGN_OR_RETURN(const std::optional<std::string> excess,
                         rules.first_excess(before, options_.unsigned_rules ? &*options_.unsigned_rules : nullptr));
  if (!excess && options_.unsigned_rules) return Admission{};
  if (excess) judged.error().message += "; the first change that nobody allowed: " + *excess;
  return judged;
}

void PolicyGuard::admit(Admission admission, LoadedPolicy version) {
  if (!admission.statement) return;
  serial_ = admission.statement->serial;
  newest_ = std::move(admission.statement->of);
  base_ = std::move(version);
}

Result<GuardedPolicy, Failure> load_guarded(const std::string& path, const PolicyGuard& guard,
                                            const LoadedPolicy& in_use) {
  GuardedPolicy out;
  bool is_image = false;
  TALLY_ASSIGN_OR_RETURN(out.policy, load_policy(path, [&](std::string_view bytes) -> Result<Done, Failure> {
                           is_image = true;
                           TALLY_ASSIGN_OR_RETURN(out.admission, guard.judge_image(bytes, in_use));
                           return {};
                         }));
  if (is_image) {
    if (out.policy.runs_from_file)
      return Failure(TALLY_ERROR_SYSTEM,
                     "the system refuses memory for code, except from the file, which could be "
                     "changed after it was checked");
    const auto* of = out.admission.statement ? std::get_if<SignedFile>(&out.admission.statement->of) : nullptr;
    if (of != nullptr) {
      if (const auto error = other_claims(*of, out.policy.file, guard.statement_path(), path)) return refused(*error);
    }
  } else {
    TALLY_ASSIGN_OR_RETURN(out.admission, guard.judge_rules(out.policy, in_use));
  }
  return out;
}

}  // namespace tally
