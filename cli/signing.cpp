#include "cli/signing.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "base/hex.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "compiler/checks/checks.h"
#include "compiler/deploy/deployment.h"
#include "compiler/fingerprint/fingerprint.h"
#include "runtime/policy/policy_loader.h"
#include "runtime/policy/signed_files.h"
#include "runtime/policy/whole_file.h"

namespace tally::cli {

Result<std::string> bounded_file(const std::string& path, std::size_t max_bytes, const std::string& what) {
  TALLY_ASSIGN_OR_RETURN(std::string text, read_file(path, max_bytes));
  if (text.size() > max_bytes)
    return Error{Cause::document,
                 "`" + path + "` is larger than " + std::to_string(max_bytes) + " bytes, so it is not " + what};
  return text;
}

Result<SecretKey> secret_key(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, bounded_file(path, max_key_bytes, "a key"));
  return read_secret_key(path, text);
}

Result<PublicKey> public_key(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, bounded_file(path, max_key_bytes, "a key"));
  return read_public_key(path, text);
}

RulesVersion RulesIdentity::version() const {
  if (fingerprint == Behaviour{}) return {true, sha256};
  return {false, fingerprint};
}

RulesIdentity identity_of(const Compilation& rules) {
  RulesIdentity out;
  out.sha256 = sha256_of(hashed_text(rules.sources));
  if (const auto whole = fingerprint(*rules.policy).all()) out.fingerprint = whole->bytes;
  out.names = names_of(*rules.policy).bytes;
  return out;
}

report::PlannedVersion planned_version(const RulesIdentity& identity) {
  return {hex_text(identity.sha256), identity.fingerprint == Behaviour{} ? "" : hex_text(identity.fingerprint),
          hex_text(identity.names)};
}

Result<PolicyFile> policy_file(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(const std::string bytes, bounded_file(path, max_policy_bytes, "a policy"));
  if (is_shared_object(bytes)) {
    auto file = describe_image(path, bytes);
    if (!file) return Error{Cause::document, file.error().message};
    return PolicyFile{*std::move(file), std::nullopt};
  }
  Compilation c = compile_rules(path);
  if (c.policy) check(c);
  c.diagnostics.sort();
  show(c.diagnostics, c.sources);
  if (c.diagnostics.has_errors()) return already_shown(cause_of(c));
  const RulesIdentity identity = identity_of(c);
  return PolicyFile{{SignedFile::Kind::rules, identity.sha256, identity.fingerprint, "any", 0}, identity};
}

std::uint64_t serial_or_now(const std::optional<std::size_t>& given, const std::vector<std::string>& earlier) {
  if (given) return *given;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  auto serial = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
  for (const std::string& path : earlier) {
    const auto text = read_whole(path, max_statement_bytes);
    if (!text) continue;
    if (const auto statement = read_statement(path, *text)) serial = std::max(serial, statement->serial + 1);
  }
  return serial;
}

Result<> write_statement(const std::string& path, const std::string& text) {
  const auto found = read_whole(path, max_statement_bytes);
  if (found ? !found->empty() && !is_statement(*found) : std::filesystem::exists(path))
    return Error{Cause::usage, "`" + path + "` is neither a signature nor an approval, so it is not overwritten",
                 "name another file with -o"};
  return write_atomically(path, text);
}

}  // namespace tally::cli
