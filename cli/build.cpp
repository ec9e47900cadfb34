// `tally build FILE -o OUT`: a policy as a file.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/deploy/c_header.h"
#include "compiler/driver/driver.h"
#include "compiler/llvm/object/object.h"

namespace tally::cli {
namespace {

struct Options {
  std::string file, output, target, cpu, prefix;
  std::vector<std::string> decisions;
};

constexpr std::pair<const char*, FileKind> extensions[] = {
    {".so", FileKind::shared},  {".o", FileKind::object},   {".a", FileKind::archive}, {".ll", FileKind::llvm},
    {".bc", FileKind::bitcode}, {".s", FileKind::assembly}, {".h", FileKind::header}};

std::optional<FileKind> asked_for(const std::string& output) {
  const std::string extension = std::filesystem::path(output).extension().string();
  for (const auto& [known, kind] : extensions) {
    if (extension == known) return kind;
  }
  complain("`" + output + "` does not say what to build", "it ends in .so, .o, .a, .ll, .bc, .s or .h");
  return std::nullopt;
}

std::string default_prefix(const std::string& file) {
  std::string name = c_name(std::filesystem::path(file).stem().string());
  return is_c_name(name) ? name : "policy_" + name;
}

int run(const Options& options) {
  const auto kind = asked_for(options.output);
  if (!kind) return exit_usage;
  if (!options.prefix.empty() && !is_c_name(options.prefix)) {
    complain("`" + options.prefix + "` is no prefix for names in C",
             "letters, digits and _, not beginning with a digit");
    return exit_usage;
  }
  Compilation c = compile(options.file, read_rules);
  std::vector<std::size_t> outputs;
  if (c.policy && !options.decisions.empty()) {
    const auto named = RuleArguments(c, options.file).outputs(options.decisions);
    if (!named) return exit_usage;
    outputs = *named;
  }
  const Result<Deployment> deployment = check_and_deploy(c, outputs);
  report(c.diagnostics, c.sources);
  if (!deployment) return complain(deployment.error());
  const std::string prefix = options.prefix.empty() ? default_prefix(options.file) : options.prefix;
  const FileOptions file{*kind, prefix, {options.target, options.cpu}};
  const auto bytes = compile_to_file(c, *deployment, file, build_object);
  if (!bytes) {
    const Error& error = bytes.error();
    return complain(Error{error.cause, "cannot build `" + options.output + "`: " + error.message, error.help});
  }
  if (const auto why = write_atomically(options.output, *bytes)) {
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
