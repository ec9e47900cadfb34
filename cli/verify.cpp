// `tally verify FILE --key KEY`: looks at the signature or approval of a policy as a guard does.
#include <algorithm>
#include <memory>

#include "base/hex.h"
#include "base/overloaded.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/signing.h"
#include "cli/terminal.h"
#include "runtime/policy/policy_guard.h"
#include "runtime/policy/signed_files.h"

namespace tally::cli {
namespace {

struct VerifyArguments {
  std::string file, signature;
  std::vector<std::string> keys;
};

std::string rules_words(const RulesVersion& version) {
  return (version.by_text ? "SHA-256 " : "fingerprint ") + hex_text(version.digest);
}

Result<std::string> verified(const SignedFile& of, const PolicyFile& policy, const VerifyArguments& options) {
  if (auto error = not_for(of, policy.file, options.signature, options.file)) return *std::move(error);
  if (auto error = other_claims(of, policy.file, options.signature, options.file)) return *std::move(error);
  std::string out = "  SHA-256 " + hex_text(of.sha256) + "\n  fingerprint " + behaviour_text(of.fingerprint) + "\n";
  if (of.kind == SignedFile::Kind::shared_object)
    out += "  for " + of.target + ", version " + std::to_string(of.version) + "\n";
  return out;
}

Result<std::string> verified(const ApprovedChange& change, const PolicyFile& policy, const VerifyArguments& options) {
  if (!policy.rules)
    return Error{Cause::document, "`" + options.signature + "` is an approval, which is for rules",
                 "`tally sign " + options.file + " --key KEY` signs a shared object"};
  const RulesVersion version{change.after.by_text,
                             change.after.by_text ? policy.rules->sha256 : policy.rules->fingerprint};
  if (version != change.after || policy.rules->names != change.names)
    return Error{Cause::document,
                 "`" + options.signature + "` approves a change to " + rules_words(change.after) + ", and `" +
                     options.file + "` " +
                     (version != change.after ? "has " + rules_words(version) : "has other names of inputs"),
                 "`tally plan` and `tally approve` approve this version"};
  std::string out = "  from " + rules_words(change.before) + "\n  to " + rules_words(change.after) + "\n";
  for (const std::string& limit : change.limits) out += "  allowed: " + limit + "\n";
  return out;
}

Result<int> run_verify(VerifyArguments options) {
  if (options.keys.size() > max_trusted_keys)
    return Error{Cause::usage, "a guard trusts at most " + std::to_string(max_trusted_keys) + " keys",
                 "leave some of --key out"};
  if (options.signature.empty()) options.signature = options.file + ".sig";
  std::vector<PublicKey> keys;
  for (const std::string& path : options.keys) {
    TALLY_ASSIGN_OR_RETURN(const PublicKey key, public_key(path));
    keys.push_back(key);
  }
  auto text = bounded_file(options.signature, max_statement_bytes, "a signature");
  if (!text) {
    Error error = std::move(text).error();
    if (error.cause == Cause::file && error.help.empty()) error.help = sign_it(options.file);
    return error;
  }
  TALLY_ASSIGN_OR_RETURN(const Statement statement, read_signed(options.signature, *text, keys));
  TALLY_ASSIGN_OR_RETURN(const PolicyFile policy, policy_file(options.file));
  TALLY_ASSIGN_OR_RETURN(
      const std::string more,
      std::visit(overloaded{[&](const SignedFile& of) { return verified(of, policy, options); },
                            [&](const ApprovedChange& change) { return verified(change, policy, options); }},
                 statement.of));
  const std::size_t by = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), statement.key) - keys.begin());
  const bool is_signature = std::holds_alternative<SignedFile>(statement.of);
  print(prose(options.file + ": " + (is_signature ? "signed" : "approved") + " by " + options.keys[by] + ", serial " +
              std::to_string(statement.serial) + "\n" + more));
  return exit_fine;
}

}  // namespace

Run add_verify(CLI::App& app) {
  auto options = std::make_shared<VerifyArguments>();
  app.add_option("FILE", options->file, "a .so of `tally build`, or a rule file")->required()->type_name("");
  repeated(app, "--key", options->keys, "KEY", "a public key that is trusted, NAME.pub of `tally keygen`; at most two")
      ->required();
  app.add_option("--signature", options->signature, "the signature or approval (default: FILE.sig)")->type_name("SIG");
  app.footer(
      "A version that was in use is not looked at: whether the serial is new enough, and whether an approval begins "
      "with the version in use, only the guard of a switch can find out.\n"
      "Example: tally verify recording.so --key release.pub");
  return [options] { return run_verify(*options); };
}

}  // namespace tally::cli
