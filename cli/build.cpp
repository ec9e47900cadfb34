// `tally build FILE -o OUT`: a policy as a file.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/checks/checks.h"
#include "compiler/deploy/c_header.h"
#include "compiler/llvm/object/object.h"
#include "grammar/source/render.h"
#include "runtime/descriptor/descriptor_format.h"

namespace tally::cli {
namespace {

struct Options {
  std::string file, output, target, cpu, prefix;
  std::vector<std::string> decisions;
};

enum class What : std::uint8_t { shared, object, archive, llvm, bitcode, assembly, header };

constexpr std::pair<const char*, What> extensions[] = {
    {".so", What::shared},  {".o", What::object},   {".a", What::archive}, {".ll", What::llvm},
    {".bc", What::bitcode}, {".s", What::assembly}, {".h", What::header}};

std::optional<What> asked_for(const std::string& output) {
  const std::string extension = std::filesystem::path(output).extension().string();
  for (const auto& [known, what] : extensions) {
    if (extension == known) return what;
  }
  complain("`" + output + "` does not say what to build", "it ends in .so, .o, .a, .ll, .bc, .s or .h");
  return std::nullopt;
}

std::string default_prefix(const std::string& file) {
  std::string name = c_name(std::filesystem::path(file).stem().string());
  return is_c_name(name) ? name : "policy_" + name;
}

std::variant<std::string, CodeError> built(const Policy& policy, const Deployment& deployment, const SourceSet& sources,
                                           What what, const Options& options) {
  const PolicyDescriptor descriptor = without_folder(describe(policy, deployment, sources));
  const std::string prefix = options.prefix.empty() ? default_prefix(options.file) : options.prefix;
  Symbols symbols(policy, prefix);
  if (what == What::header) return c_header(descriptor, symbols, prefix);
  // A shared object is found by one symbol, whatever its functions are called.
  if (what == What::shared) symbols.policy = policy_symbol;
  FunctionRequest request = function_request(policy, deployment, symbols, descriptor.name);
  request.target = {options.target, options.cpu};
  add_descriptor(request, deployment, symbols, descriptor, sources);
  switch (what) {
    case What::shared: return build_object(request, ObjectKind::shared);
    case What::archive: return build_object(request, ObjectKind::archive);
    case What::llvm: return build_object(request, ObjectKind::llvm);
    case What::bitcode: return build_object(request, ObjectKind::bitcode);
    case What::assembly: return build_object(request, ObjectKind::assembly);
    default: return build_object(request, ObjectKind::object);
  }
}

int run(const Options& options) {
  const auto what = asked_for(options.output);
  if (!what) return exit_usage;
  if (!options.prefix.empty() && !is_c_name(options.prefix)) {
    complain("`" + options.prefix + "` is no prefix for names in C",
             "letters, digits and _, not beginning with a digit");
    return exit_usage;
  }
  Compilation c = compile(options.file, read_rules);
  std::optional<Deployment> deployment;
  if (c.policy) {
    check(*c.policy, c.sources, c.diagnostics);
    if (!c.diagnostics.has_errors()) {
      if (!options.decisions.empty()) {
        const auto kept = RuleArguments(c, options.file).outputs(options.decisions);
        if (!kept) return exit_usage;
        keep_outputs(*c.policy, *kept);
      }
      deployment = deploy(*c.policy, c.diagnostics);
    }
  }
  c.diagnostics.sort();
  report(c.diagnostics, c.sources);
  if (!deployment) {
    complain(options.file + ": " + summary(c.diagnostics),
             "`tally check " + options.file + "` says the same; rules at fault are not built");
    return unreadable_root(c) ? exit_usage : exit_fault;
  }
  const auto bytes = built(*c.policy, *deployment, c.sources, *what, options);
  if (const auto* error = std::get_if<CodeError>(&bytes)) {
    complain("cannot build `" + options.output + "`: " + error->message);
    return exit_usage;
  }
  if (const auto why = write_atomically(options.output, std::get<std::string>(bytes))) {
    complain("cannot write `" + options.output + "`: " + *why);
    return exit_usage;
  }
  return exit_fine;
}

}  // namespace

Run add_build(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "a rule file")->required()->type_name("");
  app.add_option("-o,--output", options->output, "what to write; its ending says what it is")
      ->required()
      ->type_name("OUT");
  app.add_option("--decision", options->decisions, "only this decision; may be given several times")->type_name("NAME");
  app.add_option("--target", options->target, "the machine it is for, as aarch64-linux-gnu (default: this one)")
      ->type_name("TRIPLE");
  app.add_option("--cpu", options->cpu,
                 "the processor; native is this one (default: what every one of the machine has)")
      ->type_name("CPU");
  app.add_option("--prefix", options->prefix, "what names in C begin with (default: the name of FILE)")
      ->type_name("NAME");
  app.footer(
      "By the ending of OUT: .so a policy for libtally-runtime, .o and .a objects, .h the header for them in C,\n"
      ".s assembly, .ll and .bc LLVM code. The same rules and options give the same bytes. An older OUT is replaced\n"
      "when the new one is complete.\n"
      "Example: tally build rules/call_recording.tally -o recording.so");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
