#include "tests/embed/built_policy/built_policy.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compiler/deploy/c_header.h"
#include "grammar/source/render.h"
#include "runtime/descriptor/descriptor_format.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

BuiltPolicy make(Compilation c) {
  BuiltPolicy built;
  built.compilation = std::move(c);
  if (built.compilation.policy) built.deployment = deploy(*built.compilation.policy, built.compilation.diagnostics);
  if (!built.deployment) {
    for (const Diagnostic& d : built.compilation.diagnostics.list())
      std::fputs(render(d, built.compilation.sources).c_str(), stderr);
    fail("the rules are at fault");
  }
  built.descriptor =
      without_folder(describe_policy(*built.compilation.policy, *built.deployment, built.compilation.sources));
  built.prefix = "t";
  built.symbols.emplace(*built.compilation.policy, built.prefix);
  return built;
}

}  // namespace

std::string BuiltPolicy::bytes(ObjectKind kind) const {
  Symbols named = *symbols;
  if (kind == ObjectKind::shared) named.policy = policy_symbol;
  FunctionRequest request = function_request(*compilation.policy, *deployment, named, descriptor.name);
  request.target = {"", ""};
  add_descriptor(request, *deployment, named, descriptor, compilation.sources);
  auto built = build_object(request, kind);
  if (!built) fail(built.error().message);
  return *std::move(built);
}

std::string BuiltPolicy::header() const { return c_header(descriptor, *symbols, prefix); }

BuiltPolicy build_file(const std::string& path) { return make(compile(path, read_rule_file)); }

BuiltPolicy build_text(const std::string& text) {
  return make(compile("test.tally", [&](const std::string&) { return text; }));
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out << bytes;
  if (!out.flush()) fail("cannot write " + path);
}

Folder::Folder() {
  path = (std::filesystem::temp_directory_path() / "tally-test-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) fail("no temporary folder");
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

}  // namespace tally::testing
