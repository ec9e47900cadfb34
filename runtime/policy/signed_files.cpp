#include "runtime/policy/signed_files.h"

#include <cstring>

#include "base/hex.h"
#include "runtime/descriptor/descriptor_format.h"
#include "runtime/descriptor/read_descriptor.h"
#include "runtime/policy/elf_image.h"

namespace tally {
namespace {

std::string kind_name(SignedFile::Kind kind) { return kind == SignedFile::Kind::rules ? "rules" : "a shared object"; }

}  // namespace

Failure damaged(const std::string& path, const std::string& why) {
  return {TALLY_ERROR_POLICY, "`" + path + "` is not a policy: " + why};
}

Result<std::string_view, Failure> unsealed(const std::string& path, std::string_view bytes) {
  FileSeal seal{};
  if (bytes.size() < sizeof seal) return damaged(path, "it ends early");
  std::memcpy(&seal, bytes.data() + bytes.size() - sizeof seal, sizeof seal);
  bytes.remove_suffix(sizeof seal);
  if (std::memcmp(seal.magic, seal_magic, sizeof seal_magic) != 0) {
    return damaged(path, "it has no seal at its end; it is incomplete, or was not made by `tally build`");
  }
  if (seal.size != bytes.size() || seal.hash != hash_of(bytes)) return damaged(path, "it is damaged");
  return bytes;
}

bool is_shared_object(std::string_view bytes) {
  return bytes.starts_with(
      "\x7f"
      "ELF");
}

Result<SignedFile, Failure> describe_image(const std::string& path, std::string_view whole) {
  TALLY_ASSIGN_OR_RETURN(const std::string_view bytes, unsealed(path, whole));
  const auto constant = bytes_of_symbol(bytes, policy_symbol);
  if (!constant) return damaged(path, constant.error().message);
  const auto header = read_policy_header(*constant);
  if (!header) return damaged(path, header.error().message);
  SignedFile file{SignedFile::Kind::shared_object, sha256_of(whole), {}, elf_target(whole), header->abi_version};
  std::memcpy(file.fingerprint.data(), header->fingerprint, file.fingerprint.size());
  return file;
}

bool same_bytes(const SignedFile& a, const SignedFile& b) { return a.kind == b.kind && a.sha256 == b.sha256; }

std::string sign_it(const std::string& path) { return "`tally sign " + path + " --key KEY` signs it"; }

std::optional<Error> not_for(const SignedFile& of, const SignedFile& file, const std::string& statement,
                             const std::string& path) {
  if (of.kind != file.kind)
    return Error{Cause::document,
                 "`" + statement + "`" + " is for " + kind_name(of.kind) + ", and " + "`" + path + "`" + " is " +
                     kind_name(file.kind),
                 sign_it(path)};
  if (of.sha256 != file.sha256)
    return Error{Cause::document,
                 "`" + statement + "`" + " is for another file: its SHA-256 is " + hex_text(of.sha256) +
                     ", and that of " + "`" + path + "`" + " is " + hex_text(file.sha256),
                 sign_it(path)};
  return std::nullopt;
}

std::optional<Error> other_claims(const SignedFile& of, const SignedFile& file, const std::string& statement,
                                  const std::string& path) {
  if (of == file) return std::nullopt;
  return Error{
      Cause::document,
      "`" + statement + "`" + " names another fingerprint, target or version than " + "`" + path + "`" + " has",
      sign_it(path)};
}

}  // namespace tally
