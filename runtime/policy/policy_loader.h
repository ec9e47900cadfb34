// Files to policies that can run.
//
// In: a path. Out: a policy in memory, checked, or why not. Always: a .so is read
// whole, and its seal, its ELF tables and its descriptor are checked, before a
// byte of it is run; what was loaded does not depend on the file any more.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/descriptor/read_descriptor.h"
#include "runtime/documents/facts.h"
#include "runtime/support/failure.h"

namespace tally {

// What tells one state of a file from another; zeros where there is none.
struct FileState {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t modified = 0, modified_ns = 0, changed = 0, changed_ns = 0;
  bool operator==(const FileState&) const = default;
};
FileState state_of(const std::string& path);

// A file that a policy was made from, as it was just before it was read.
struct WatchedFile {
  std::string path;
  FileState state;
};

struct LoadedPolicy {
  std::shared_ptr<const void> owner;  // of the code
  PolicyContents contents;
  std::vector<WatchedFile> files;  // that it was made from
  // More than the runtime knows of why a decision (an index) is so: members of a
  // JSON object, each after a comma; or why there is none. May be empty.
  std::function<std::variant<std::string, Failure>(std::size_t decision, const BoundCall& call)> explain;
};
using LoadResult = std::variant<LoadedPolicy, Failure>;

// What libtally has and libtally-runtime has not.
class RuleCompiler {
 public:
  virtual ~RuleCompiler() = default;
  virtual LoadResult compile_file(const std::string& path) const = 0;
  virtual LoadResult compile_text(const std::string& name, const std::string& text) const = 0;
};
// Null where there is none. Each library defines it.
const RuleCompiler* rule_compiler();

// A file's bytes, all of one moment: a file that changes while it is read is read
// again. At most `bound` bytes.
std::variant<std::string, Failure> read_whole(const std::string& path, std::size_t bound);

inline constexpr std::size_t max_policy_bytes = std::size_t{64} << 20;

LoadResult load_policy(const std::string& path);
LoadResult load_image(const std::string& path, std::string_view bytes);  // of a .so
LoadResult load_constant(const void* constant);

}  // namespace tally
