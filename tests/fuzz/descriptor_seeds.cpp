// descriptor_seeds DIRECTORY FILE...: writes seeds for descriptor_fuzzer, the descriptors of rule
// files, as tables and as the constant of a policy. Files with faults are left out.
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "compiler/deploy/deployment.h"
#include "compiler/deploy/encode_descriptor.h"
#include "compiler/front_end.h"
#include "runtime/descriptor/descriptor_format.h"
#include "tests/support/rule_files.h"

namespace tally {
namespace {

// The constant of a policy whose functions stand in its own bytes. Nothing calls them.
std::string constant_of(const PolicyDescriptor& descriptor, const std::string& tables) {
  const std::size_t decisions = descriptor.decisions.size();
  PolicyHeader header{};
  std::memcpy(header.magic, policy_magic, sizeof policy_magic);
  header.abi_version = policy_abi_version;
  header.header_size = static_cast<std::uint32_t>(sizeof header + decisions * sizeof(FunctionOffsets));
  header.tables_hash = hash_of(tables);
  header.tables_size = static_cast<std::uint32_t>(tables.size());
  header.decision_count = static_cast<std::uint32_t>(decisions);
  header.tables = static_cast<std::int32_t>(header.header_size);
  header.decide = 1;
  header.reasons = descriptor.reason_slot_count > 0 ? 1 : 0;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  for (std::size_t i = 0; i < decisions; ++i) {
    const FunctionOffsets functions{1, 1};
    bytes.append(reinterpret_cast<const char*>(&functions), sizeof functions);
  }
  return bytes + tables;
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

int run(const std::string& directory, const std::vector<std::string>& files) {
  std::size_t number = 0;
  for (const std::string& file : files) {
    Compilation c = compile(file, testing::read_rule_file);
    if (!c.policy) continue;
    const auto deployment = deploy(*c.policy, c.diagnostics);
    if (!deployment) continue;
    const PolicyDescriptor descriptor = describe_policy(*c.policy, *deployment, c.sources);
    const std::string tables = encode_descriptor(descriptor), name = directory + "/" + std::to_string(++number);
    write(name + "-tables", tables);
    write(name + "-constant", "p" + constant_of(descriptor, tables));
  }
  return 0;
}

}  // namespace
}  // namespace tally

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  return tally::run(argv[1], {argv + 2, argv + argc});
}
