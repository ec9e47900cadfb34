// Loads policies from files.
//
// In:     a path.
// Out:    a policy in memory, checked, or why there is none.
// Always: a .so is read whole, and its seal, ELF tables and descriptor are checked before any of
//         its code runs. A policy that was loaded no longer depends on the file.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "runtime/descriptor/read_descriptor.h"
#include "runtime/documents/facts.h"
#include "runtime/policy/whole_file.h"
#include "runtime/support/failure.h"

namespace tally {

struct LoadedPolicy {
  std::shared_ptr<const void> owner;  // of the code
  PolicyContents contents;
  std::vector<WatchedFile> files;  // that it was made from
  // Explains a decision, given by its index, in more detail than the runtime can: members of a
  // JSON object, each preceded by a comma. `defaults` are the elements with a value that nobody set.
  // Empty in libtally-runtime.
  std::function<Result<std::string, Failure>(std::size_t decision, const BoundCall& call,
                                             const std::vector<ElementIndex>& defaults)>
      explain;
};

// The compiler of rule files. Only libtally provides one.
class RuleCompiler {
 public:
  virtual ~RuleCompiler() = default;
  virtual Result<LoadedPolicy, Failure> compile_file(const std::string& path) const = 0;
  virtual Result<LoadedPolicy, Failure> compile_text(const std::string& name, const std::string& text) const = 0;
};
// Null in libtally-runtime. Each library defines this function.
const RuleCompiler* rule_compiler();

inline constexpr std::size_t max_policy_bytes = std::size_t{64} << 20;

Result<LoadedPolicy, Failure> load_policy(const std::string& path);
Result<LoadedPolicy, Failure> load_image(const std::string& path, std::string_view bytes);  // of a .so
Result<LoadedPolicy, Failure> load_constant(const void* constant);

}  // namespace tally
