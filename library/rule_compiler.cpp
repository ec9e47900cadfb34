// The compiler of rule files, which libtally has and libtally-runtime does not.
//
// In:     a rule file, or its text.
// Out:    a policy that is checked, compiled into this process, and opened by its descriptor,
//         like one from a .so; or all diagnostics.
// Always: a rule file and the files that it uses are read in one state. Explanations need the
//         diagrams of a policy, which only one thread uses at a time.
//
// For example, the text `input a : flag  decision d : flag { on when a is on  off otherwise }`
// becomes a policy with one input and one decision.
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/own_stack.h"
#include "base/section.h"
#include "compiler/driver/driver.h"
#include "compiler/fingerprint/fingerprint.h"
#include "grammar/source/render.h"
#include "library/rule_difference.h"
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
  std::mutex mutex;  // guards the diagrams, and the next
  std::optional<RulesBehaviour> behaviour;

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

// Returns the members of an explanation, each preceded by a comma.
Result<std::string, Failure> explained(Kept& kept, std::size_t index, const BoundCall& call,
                                       const std::vector<ElementIndex>& defaults) {
  Policy& policy = *kept.compilation.policy;
  const PolicyDescriptor& descriptor = *kept.compiled.descriptor;
  const DecisionDescriptor& decision = descriptor.decisions[index];
  const auto why = explain(policy, kept.compilation.sources, index, facts_of(*policy.model, descriptor, call),
                           defaults_of(*policy.model, descriptor, defaults));
  if (!why) return Failure(TALLY_ERROR_MEMORY, why.error().message);
  return "," + explained_json(*policy.model, decision, *why);
}

// Runs what uses the diagrams of rules, on a stack that is large enough.
template <class Value, class Body>
Result<Value, Failure> with_diagrams(Kept& kept, Body body) {
  const Section section(kept.mutex);
  Result<Value, Failure> out = Value{};
  if (const auto ran = on_own_stack(big_stack, [&] { out = body(); }); !ran) return machine_failure(ran.error());
  return out;
}

Result<RulesBehaviour, Failure> behaviour_of(Kept& kept) {
  return with_diagrams<RulesBehaviour>(kept, [&]() -> Result<RulesBehaviour, Failure> {
    if (!kept.behaviour) {
      RulesBehaviour found{{}, names_of(*kept.compilation.policy).bytes};
      if (const auto whole = fingerprint(*kept.compilation.policy).all()) found.fingerprint = whole->bytes;
      kept.behaviour = found;
    }
    return *kept.behaviour;
  });
}

// `before` is compiled rules, or a policy from a `.so`, whose rules are not known.
Result<std::optional<std::string>, Failure> excess_of(const LoadedPolicy& before, Kept& after,
                                                      const RuleLimits* limits) {
  using Excess = std::optional<std::string>;
  if (!before.first_excess) return Excess("the version before is a shared object, so its rules cannot be compared");
  // Rules have been compiled by `open` below, which owns them so.
  auto& earlier = *static_cast<Kept*>(const_cast<void*>(before.owner.get()));
  const Section section(earlier.mutex);
  return with_diagrams<Excess>(after, [&]() -> Result<Excess, Failure> {
    auto found = first_excess(earlier.compilation, after.compilation, limits);
    if (!found) return Failure(TALLY_ERROR_RULES, found.error().message);
    return *std::move(found);
  });
}

// Opens compiled rules by their descriptor, like a policy from a .so.
Result<LoadedPolicy, Failure> open(Compiled compiled, const std::vector<WatchedFile>& files) {
  if (!compiled.functions) {
    const Error& error = compiled.functions.error();
    if (error.cause == Cause::system || error.cause == Cause::memory) return machine_failure(error);
    // A file for others to use: there is nothing to run, but no diagnostic.
    if (!compiled.compilation.diagnostics.has_errors())
      return Failure(TALLY_ERROR_RULES, error.message + "; " + error.help);
    return diagnostics_of(compiled.compilation);
  }
  auto kept = std::make_shared<Kept>(std::move(compiled.compilation), std::move(*compiled.functions));

  TALLY_ASSIGN_OR_RETURN(LoadedPolicy policy, load_constant(kept->compiled.native.constant()));
  policy.files = files;
  policy.explain = [kept](std::size_t decision, const BoundCall& call,
                          const std::vector<ElementIndex>& defaults) -> Result<std::string, Failure> {
    return with_diagrams<std::string>(*kept, [&] { return explained(*kept, decision, call, defaults); });
  };
  policy.behaviour = [kept] { return behaviour_of(*kept); };
  policy.first_excess = [kept](const LoadedPolicy& before, const RuleLimits* limits) {
    return excess_of(before, *kept, limits);
  };
  policy.owner = std::move(kept);
  return policy;
}

// LLVM may be gone already.
Failure the_end() { return {TALLY_ERROR_SYSTEM, "the process is ending"}; }

class Compiler : public RuleCompiler {
 public:
  Result<LoadedPolicy, Failure> compile_file(const std::string& path) const override {
    const Section section;
    if (process_ends()) return the_end();
    std::vector<WatchedFile> read;
    auto compilation = in_one_state([&](FileSnapshot& files) {
      Compilation made = compile(path, [&](const std::string& file) -> std::variant<std::string, ReadError> {
        auto text = files.read(file, max_policy_bytes);
        if (!text) return ReadError{text.error().message};
        return *std::move(text);
      });
      read = files.files();
      return made;
    });
    if (!compilation) return Failure(TALLY_ERROR_FILE, "cannot read `" + path + "`: " + keeps_changing);
    return open(compile_for_running(*std::move(compilation), Contents::functions_and_descriptor), read);
  }
  Result<LoadedPolicy, Failure> compile_text(const std::string& name, const std::string& text) const override {
    const Section section;
    if (process_ends()) return the_end();
    const auto read = [&](const std::string& file) -> std::variant<std::string, ReadError> {
      if (file == name) return text;
      return ReadError{"rules in memory use no files"};
    };
    return open(compile_for_running(compile(name, read), Contents::functions_and_descriptor), {});
  }
};

}  // namespace

const RuleCompiler* rule_compiler() {
  static const Compiler compiler;
  return &compiler;
}

}  // namespace tally
