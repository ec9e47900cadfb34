#include "runtime/signing/statement.h"

#include <algorithm>
#include <utility>

#include "base/hex.h"
#include "base/overloaded.h"
#include "runtime/signing/text_lines.h"

namespace tally {
namespace {

constexpr std::string_view signature_word = "tally-signature", approval_word = "tally-approval";
constexpr std::string_view last_word = "signature";

bool begins_with(std::string_view text, std::string_view word) {
  return text.starts_with(word) && text.substr(word.size()).starts_with(' ');
}

std::string version_text(const RulesVersion& version) {
  return (version.by_text ? "sha256 " : "fingerprint ") + hex_text(version.digest);
}

std::string head_text(std::string_view first, const Statement& statement) {
  return std::string(first) + " 1\nkey " + hex_text(statement.key.bytes) + "\nserial " +
         std::to_string(statement.serial) + "\n";
}

// The bytes that are signed.
std::string signed_part(const Statement& statement) {
  return std::visit(
      overloaded{[&](const SignedFile& file) {
                   const bool is_rules = file.kind == SignedFile::Kind::rules;
                   return head_text(signature_word, statement) + "of " + (is_rules ? "rules" : "shared-object") +
                          "\nsha256 " + hex_text(file.sha256) + "\nfingerprint " + behaviour_text(file.fingerprint) +
                          "\ntarget " + file.target + "\nversion " + std::to_string(file.version) + "\n";
                 },
                 [&](const ApprovedChange& change) {
                   std::string out = head_text(approval_word, statement) + "old " + version_text(change.before) +
                                     "\nnew " + version_text(change.after) + "\nnames " + hex_text(change.names) + "\n";
                   for (const std::string& limit : change.limits) out += "limit " + limit + "\n";
                   return out;
                 }},
      statement.of);
}

SignedFile read_file(TextLines& lines) {
  SignedFile file;
  const std::string_view kind = lines.value("of", "shared-object or rules");
  if (kind == "rules")
    file.kind = SignedFile::Kind::rules;
  else if (kind != "shared-object")
    lines.refuse("of and shared-object or rules");
  file.sha256 = lines.bytes<32>("sha256");
  const std::string_view fingerprint = lines.value("fingerprint", "64 digits of 0-9a-f, or none");
  if (const auto known = bytes_of_hex<32>(fingerprint); known && *known != Behaviour{})
    file.fingerprint = *known;
  else if (fingerprint != "none")
    lines.refuse("fingerprint and 64 digits of 0-9a-f, or none");
  file.target = lines.value("target", "a name");
  file.version = lines.number("version");
  return file;
}

RulesVersion read_version(TextLines& lines, const std::string& word) {
  constexpr std::string_view described = "fingerprint or sha256, and 64 digits of 0-9a-f";
  std::string_view value = lines.value(word, described);
  RulesVersion out;
  out.by_text = value.starts_with("sha256 ");
  if (out.by_text || value.starts_with("fingerprint ")) {
    value.remove_prefix(value.find(' ') + 1);
    if (const auto digest = bytes_of_hex<32>(value)) {
      out.digest = *digest;
      return out;
    }
  }
  lines.refuse(word + ", " + std::string(described));
  return out;
}

ApprovedChange read_change(TextLines& lines) {
  ApprovedChange change;
  change.before = read_version(lines, "old");
  change.after = read_version(lines, "new");
  change.names = lines.bytes<32>("names");
  while (lines.is_next("limit")) {
    if (change.limits.size() == max_statement_limits)
      lines.refuse("at most " + std::to_string(max_statement_limits) + " limits");
    change.limits.emplace_back(lines.value("limit"));
    const std::string& limit = change.limits.back();
    if (std::any_of(limit.begin(), limit.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }))
      lines.refuse("a limit without control characters");
  }
  return change;
}

}  // namespace

std::string signed_text(const SecretKey& key, std::uint64_t serial, std::variant<SignedFile, ApprovedChange> of) {
  const std::string text = signed_part({key.open, serial, std::move(of), {}});
  return text + std::string(last_word) + " " + hex_text(sign_bytes(key, text)) + "\n";
}

std::string behaviour_text(const Behaviour& fingerprint) {
  return fingerprint == Behaviour{} ? "none" : hex_text(fingerprint);
}

bool is_statement(std::string_view text) {
  return begins_with(text, signature_word) || begins_with(text, approval_word);
}

Result<Statement> read_statement(const std::string& name, std::string_view text) {
  const bool is_approval = begins_with(text, approval_word);
  TextLines lines(name, text,
                  is_approval ? "`tally approve PLAN.json --key KEY` writes it anew"
                              : "`tally sign FILE --key KEY` writes it anew");
  const std::string first(is_approval ? approval_word : signature_word);
  if (lines.value(first, "1") != "1") lines.refuse(first + " 1");
  Statement statement;
  statement.key.bytes = lines.bytes<32>("key");
  statement.serial = lines.number("serial");
  if (is_approval)
    statement.of = read_change(lines);
  else
    statement.of = read_file(lines);
  statement.signature = lines.bytes<64>(last_word);
  if (auto error = lines.finish(is_approval ? "an approval" : "a signature")) return *std::move(error);
  return statement;
}

Result<Statement> read_signed(const std::string& name, std::string_view text, const std::vector<PublicKey>& keys) {
  TALLY_ASSIGN_OR_RETURN(Statement statement, read_statement(name, text));
  if (std::find(keys.begin(), keys.end(), statement.key) == keys.end())
    return Error{Cause::document,
                 "`" + name + "` is signed by another key: " + hex_text(statement.key.bytes) + ", and " +
                     (keys.size() == 1 ? hex_text(keys.front().bytes) + " is trusted"
                                       : std::to_string(keys.size()) + " others are trusted"),
                 "sign with the key that is trusted, or trust this one"};
  // A statement has one text, so its bytes are those that were read.
  if (!is_signed(statement.key, signed_part(statement), statement.signature))
    return Error{Cause::document, "`" + name + "` has a wrong signature: it was changed after it was signed",
                 "sign again"};
  return statement;
}

}  // namespace tally
