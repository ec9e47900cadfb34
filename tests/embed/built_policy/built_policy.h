// A rule file as `tally build` makes it, for tests: its bytes, and what they are of.
#pragma once

#include <string>

#include "compiler/deploy/deployment.h"
#include "compiler/front_end.h"
#include "compiler/llvm/object/object.h"

namespace tally::testing {

struct BuiltPolicy {
  Compilation compilation;
  std::optional<Deployment> deployment;
  PolicyDescriptor descriptor;
  std::string prefix;
  std::optional<Symbols> symbols;

  // For this machine, any of its processors.
  std::string bytes(ObjectKind kind) const;
  std::string header() const;
};

// Ends the test program where the rules are at fault.
BuiltPolicy build_file(const std::string& path);
BuiltPolicy build_text(const std::string& text);

void write(const std::string& path, const std::string& bytes);

// A folder of its own, for as long as the value lives.
struct Folder {
  Folder();
  ~Folder();
  std::string path;
  std::string operator/(const std::string& name) const { return path + "/" + name; }
};

}  // namespace tally::testing
