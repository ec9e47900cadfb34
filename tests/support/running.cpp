#include "tests/support/running.h"

#include <fstream>
#include <iterator>

#include "compiler/deployment.h"
#include "grammar/render.h"

namespace tally::testing {
namespace {

std::variant<std::string, ReadError> read_from_disk(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return ReadError{"no such file"};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::unique_ptr<Running> start(const std::string& path, const ReadFile& read, std::string& faults) {
  auto running = std::make_unique<Running>();
  running->compilation = compile(path, read);
  Compilation& c = running->compilation;
  std::optional<Deployment> deployment;
  if (c.policy) deployment = deploy(*c.policy, c.diagnostics);
  if (!deployment) {
    for (const Diagnostic& d : c.diagnostics.list()) faults += render(d, c.sources);
    return nullptr;
  }
  running->descriptor = std::make_shared<const PolicyDescriptor>(describe(*c.policy, *deployment, c.sources));
  auto native = compile_native(code_request(*c.policy, *deployment, path));
  if (const auto* error = std::get_if<CodeError>(&native)) {
    faults += error->message;
    return nullptr;
  }
  running->native.emplace(std::move(std::get<NativeCode>(native)));
  running->code = {running->native->function(decide_function), running->native->function(reasons_function)};
  running->binder.emplace(running->descriptor);
  return running;
}

}  // namespace

std::unique_ptr<Running> start(const std::string& path, std::string& faults) {
  return start(path, read_from_disk, faults);
}

std::unique_ptr<Running> start_text(const std::string& text, std::string& faults) {
  return start("test.tally", [&](const std::string&) { return text; }, faults);
}

}  // namespace tally::testing
