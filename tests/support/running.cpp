#include "tests/support/running.h"

#include "grammar/source/render.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

std::unique_ptr<Running> start(const std::string& path, const ReadFile& read, std::string& faults) {
  Compilation c = compile(path, read);
  std::optional<Deployment> deployment;
  if (c.policy) deployment = deploy(*c.policy, c.diagnostics);
  if (!deployment) {
    for (const Diagnostic& d : c.diagnostics.list()) faults += render(d, c.sources);
    return nullptr;
  }
  auto compiled = compile_policy(*c.policy, *deployment, c.sources);
  if (!compiled) {
    faults += compiled.error().message;
    return nullptr;
  }
  CompiledPolicy& ready = *compiled;
  RequestBinder binder(ready.descriptor);
  return std::make_unique<Running>(Running{std::move(c), std::move(ready), std::move(binder)});
}

}  // namespace

std::unique_ptr<Running> start(const std::string& path, std::string& faults) {
  return start(path, read_rule_file, faults);
}

std::unique_ptr<Running> start_text(const std::string& text, std::string& faults) {
  return start(
      "test.tally", [&](const std::string&) { return text; }, faults);
}

}  // namespace tally::testing
