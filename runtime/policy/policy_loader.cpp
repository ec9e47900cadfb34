#include "runtime/policy/policy_loader.h"

#include <utility>

#include "runtime/descriptor/descriptor_format.h"
#include "runtime/policy/elf_image.h"
#include "runtime/policy/signed_files.h"

namespace tally {
Result<LoadedPolicy, Failure> load_constant(const void* constant) {
  auto contents = read_policy(constant, nullptr);
  if (!contents) return Failure(TALLY_ERROR_POLICY, "no policy: " + contents.error().message);
  LoadedPolicy policy;
  policy.contents = *std::move(contents);
  policy.file = {SignedFile::Kind::rules, policy.contents.source_hash, {}, "any", 0};
  return policy;
}

Result<RulesBehaviour, Failure> behaviour_of(const LoadedPolicy& policy) {
  if (policy.behaviour) return policy.behaviour();
  return RulesBehaviour{policy.contents.fingerprint, {}};
}

Result<LoadedPolicy, Failure> load_image(const std::string& path, std::string_view whole) {
  TALLY_ASSIGN_OR_RETURN(const std::string_view bytes, unsealed(path, whole));
  auto mapped = map_elf(path, bytes, policy_symbol);
  if (!mapped) {
    const Failure& why = mapped.error();
    if (why.status == TALLY_ERROR_POLICY) return damaged(path, why.message);
    return Failure(why.status, "cannot load `" + path + "`: " + why.message);
  }
  const ElfImage& image = **mapped;
  const PolicyBounds bounds{image.begin(), image.size(), image.code(), image.code_size()};
  auto contents = read_policy(image.symbol(), &bounds);
  if (!contents) return damaged(path, contents.error().message);
  LoadedPolicy policy;
  policy.runs_from_file = image.runs_from_file();
  policy.owner = *std::move(mapped);
  policy.contents = *std::move(contents);
  policy.file = {SignedFile::Kind::shared_object, sha256_of(whole), policy.contents.fingerprint, elf_target(whole),
                 policy_abi_version};
  return policy;
}

namespace {

Result<LoadedPolicy, Failure> load_by_kind(const std::string& path, const ImageCheck& check) {
  const FileState state = state_of(path);
  const auto bytes = read_whole(path, max_policy_bytes);
  if (!bytes) return bytes.error();
  if (is_shared_object(*bytes)) {
    if (check) TALLY_RETURN_IF_ERROR(check(*bytes));
    TALLY_ASSIGN_OR_RETURN(LoadedPolicy policy, load_image(path, *bytes));
    policy.files = {{path, state}};
    return policy;
  }
  // Text: rules. Anything else is a file that was to be a policy.
  if (bytes->find('\0') != std::string::npos) return damaged(path, "it is neither a shared object nor a rule file");
  if (const RuleCompiler* compiler = rule_compiler()) return compiler->compile_file(path);
  return Failure(
      TALLY_ERROR_UNSUPPORTED,
      "`" + path + "` is a rule file, and libtally-runtime has no compiler; `tally build` makes it a policy");
}

}  // namespace

Result<LoadedPolicy, Failure> load_policy(const std::string& path, const ImageCheck& check) {
  TALLY_ASSIGN_OR_RETURN(LoadedPolicy policy, load_by_kind(path, check));
  if (policy.contents.descriptor->decisions.empty()) return damaged(path, "it decides nothing");
  return policy;
}

}  // namespace tally
