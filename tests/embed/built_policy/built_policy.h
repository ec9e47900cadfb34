// A rule file as `tally build` builds it, for tests: the bytes, and what they were made from.
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

  // For this kind of machine, with any CPU.
  std::string bytes(ObjectKind kind) const;
  std::string header() const;
};

// Ends the test program if the rules are at fault.
BuiltPolicy build_file(const std::string& path);
BuiltPolicy build_text(const std::string& text);

void write(const std::string& path, const std::string& bytes);

// A new folder, which exists as long as the value does.
struct Folder {
  Folder();
  ~Folder();
  std::string path;
  std::string operator/(const std::string& name) const { return path + "/" + name; }
};

}  // namespace tally::testing
