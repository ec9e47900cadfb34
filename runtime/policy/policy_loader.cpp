#include "runtime/policy/policy_loader.h"

#include <cstring>
#include <utility>

#include "runtime/descriptor/descriptor_format.h"
#include "runtime/policy/elf_image.h"

namespace tally {
namespace {

Failure damaged(const std::string& path, const std::string& why) {
  return {TALLY_ERROR_POLICY, "`" + path + "` is not a policy: " + why};
}

}  // namespace

Result<LoadedPolicy, Failure> load_constant(const void* constant) {
  auto contents = read_policy(constant, nullptr);
  if (!contents) return Failure(TALLY_ERROR_POLICY, "no policy: " + contents.error().message);
  return LoadedPolicy{nullptr, *std::move(contents), {}, {}};
}

Result<LoadedPolicy, Failure> load_image(const std::string& path, std::string_view bytes) {
  FileSeal seal{};
  if (bytes.size() < sizeof seal) return damaged(path, "it ends early");
  std::memcpy(&seal, bytes.data() + bytes.size() - sizeof seal, sizeof seal);
  bytes.remove_suffix(sizeof seal);
  if (std::memcmp(seal.magic, seal_magic, sizeof seal_magic) != 0) {
    return damaged(path, "it has no seal at its end; it is incomplete, or was not made by `tally build`");
  }
  if (seal.size != bytes.size() || seal.hash != hash_of(bytes)) return damaged(path, "it is damaged");
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
  return LoadedPolicy{*std::move(mapped), *std::move(contents), {}, {}};
}

namespace {

Result<LoadedPolicy, Failure> load_by_kind(const std::string& path) {
  const FileState state = state_of(path);
  const auto bytes = read_whole(path, max_policy_bytes);
  if (!bytes) return bytes.error();
  if (bytes->starts_with("\x7f"
                         "ELF")) {
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

Result<LoadedPolicy, Failure> load_policy(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(LoadedPolicy policy, load_by_kind(path));
  if (policy.contents.descriptor->decisions.empty()) return damaged(path, "it decides nothing");
  return policy;
}

}  // namespace tally
