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
#include "runtime/signing/statement.h"
#include "runtime/support/failure.h"

namespace tally {

// What rules decide, for a guard.
struct RulesBehaviour {
  Behaviour fingerprint{};               // zeros: the diagrams are too large
  std::array<std::uint8_t, 32> names{};  // of the inputs and their places
};

// Which rules may come in use although nobody has signed them.
struct RuleLimits {
  std::string invariants_name, invariants;  // a rule file's name, and its text: proofs and examples that must hold
  std::vector<std::string> calls;           // conditions: decisions of these calls may change
  std::vector<std::string> decisions;       // decisions that may change, by their names
  std::optional<std::uint64_t> at_most;     // the maximum of combinations that change
};

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
  SignedFile file;              // what it is, as a signature names it; of rules without the fingerprint
  bool runs_from_file = false;  // its code is mapped from its file, since the system refuses memory for code
  // The next two are of rules that this process compiled, and empty otherwise.
  std::function<Result<RulesBehaviour, Failure>()> behaviour;
  // Returns the first change from an earlier version that is beyond the limits, or the first invariant that is broken,
  // in words; nothing if there is none. Without limits every change is beyond them.
  std::function<Result<std::optional<std::string>, Failure>(const LoadedPolicy& before, const RuleLimits* limits)>
      first_excess;
};

// What a policy decides, of a `.so` as it claims itself.
Result<RulesBehaviour, Failure> behaviour_of(const LoadedPolicy& policy);

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

// Looks at the bytes of a `.so` before any part of it is mapped. If it fails, the policy is not loaded.
using ImageCheck = std::function<Result<Done, Failure>(std::string_view bytes)>;

Result<LoadedPolicy, Failure> load_policy(const std::string& path, const ImageCheck& check = {});
Result<LoadedPolicy, Failure> load_image(const std::string& path, std::string_view bytes);  // of a .so
Result<LoadedPolicy, Failure> load_constant(const void* constant);

}  // namespace tally
