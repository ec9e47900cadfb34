// libtally: what it has over libtally-runtime, a compiler for rule files.
//
// In: a rule file, or its text. Out: a policy, checked and compiled into this
// process, opened by its descriptor like one from a .so; or every diagnostic.
// Always: a rule file and those that it uses are of one moment; the diagrams of a
// policy, which explanations need, are used by one thread at a time.
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "compiler/driver/driver.h"
#include "grammar/parse/parser.h"
#include "grammar/source/render.h"
#include "runtime/policy/file_snapshot.h"
#include "runtime/policy/policy_loader.h"
#include "simulator/documents/call_facts.h"
#include "simulator/explain/explain.h"
#include "simulator/explain/explained_json.h"

namespace tally {
namespace {

struct Kept {
  Compilation compilation;
  CompiledPolicy compiled;
  std::mutex mutex;  // of the diagrams

  Kept(Compilation c, CompiledPolicy p) : compilation(std::move(c)), compiled(std::move(p)) {}
};

Failure diagnostics_of(Compilation& c) {
  c.diagnostics.sort();
  std::string text;
  for (const Diagnostic& d : c.diagnostics.list()) {
    if (d.severity == Severity::error) text += (text.empty() ? "" : "\n") + render(d, c.sources);
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return {TALLY_ERROR_RULES, std::move(text)};
}

// The members of an explanation, each after a comma.
std::variant<std::string, Failure> explained(Kept& kept, std::size_t index, const BoundCall& call) {
  Policy& policy = *kept.compilation.policy;
  const DecisionDescriptor& decision = kept.compiled.descriptor->decisions[index];
  const auto why =
      explain(policy, kept.compilation.sources, index, facts_of(*policy.model, *kept.compiled.descriptor, call));
  if (!why)
    return Failure(TALLY_ERROR_MEMORY, "`" + decision.name + "` cannot be explained: its diagrams pass the node limit");
  return "," + explained_json(*policy.model, decision, *why);
}

// Opens compiled rules by their descriptor, like a policy from a .so.
LoadResult open(Compiled compiled, const std::vector<WatchedFile>& files) {
  if (!compiled.functions) {
    const Error& error = compiled.functions.error();
    if (error.cause == Cause::system) return Failure(TALLY_ERROR_SYSTEM, error.message);
    return diagnostics_of(compiled.compilation);
  }
  auto kept = std::make_shared<Kept>(std::move(compiled.compilation), std::move(*compiled.functions));

  LoadResult loaded = load_constant(kept->compiled.native.constant());
  if (auto* policy = std::get_if<LoadedPolicy>(&loaded)) {
    policy->files = files;
    policy->explain = [kept](std::size_t decision, const BoundCall& call) {
      const std::lock_guard lock(kept->mutex);
      return explained(*kept, decision, call);
    };
    policy->owner = std::move(kept);
  }
  return loaded;
}

class Compiler : public RuleCompiler {
 public:
  LoadResult compile_file(const std::string& path) const override {
    for (int attempt = 0; attempt < 4; ++attempt) {
      FileSnapshot files;
      const auto read_file = [&](const std::string& file) -> std::variant<std::string, ReadError> {
        auto read = files.read(file, max_file_bytes);
        if (const auto* failure = std::get_if<Failure>(&read)) {
          const std::string start = "cannot read `" + file + "`: ";
          return ReadError{failure->message.starts_with(start) ? failure->message.substr(start.size())
                                                               : failure->message};
        }
        return std::move(std::get<std::string>(read));
      };
      Compiled compiled = compile_for_running(path, read_file, Contents::functions_and_descriptor);
      // Never accept files that were read at different times, even if they compile.
      if (!files.holds()) continue;
      return open(std::move(compiled), files.files());
    }
    return Failure(TALLY_ERROR_FILE,
                   "cannot read `" + path + "`: it, or a file that it uses, changes while it is read");
  }
  LoadResult compile_text(const std::string& name, const std::string& text) const override {
    const auto read = [&](const std::string& file) -> std::variant<std::string, ReadError> {
      if (file == name) return text;
      return ReadError{"rules in memory use no files"};
    };
    return open(compile_for_running(name, read, Contents::functions_and_descriptor), {});
  }
};

}  // namespace

const RuleCompiler* rule_compiler() {
  static const Compiler compiler;
  return &compiler;
}

}  // namespace tally
