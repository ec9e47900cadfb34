// `tally build FILE -o OUT`: writes a policy as a file.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/build_sql.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/deploy/c_header.h"
#include "compiler/driver/driver.h"
#include "compiler/llvm/object/object.h"

namespace tally::cli {
namespace {

struct BuildArguments {
  std::string file, output, target, cpu, prefix;
  std::vector<std::string> decisions;
  bool no_fingerprint = false;
  SqlArguments sql;
};

constexpr std::pair<const char*, FileKind> extensions[] = {
    {".so", FileKind::shared},  {".o", FileKind::object},   {".a", FileKind::archive}, {".ll", FileKind::llvm},
    {".bc", FileKind::bitcode}, {".s", FileKind::assembly}, {".h", FileKind::header}};

Result<FileKind> kind_of(const std::string& output) {
  const std::string extension = std::filesystem::path(output).extension().string();
  for (const auto& [known, kind] : extensions) {
    if (extension == known) return kind;
  }
  return Error{Cause::usage, "`" + output + "` has no ending that names what to build",
               "it ends in .so, .o, .a, .ll, .bc, .s, .h or .sql"};
}

std::string default_prefix(const std::string& file) {
  std::string name = c_name(std::filesystem::path(file).stem().string());
  return is_c_name(name) ? name : "policy_" + name;
}

Result<int> run_build(const BuildArguments& options) {
  if (std::filesystem::path(options.output).extension() == ".sql")
    return build_sql(options.file, options.output, options.decisions, !options.no_fingerprint, options.sql);
  if (!options.sql.dialect.empty() || !options.sql.map.empty())
    return Error{Cause::usage, "--dialect and --map are for SQL, and `" + options.output + "` does not end in .sql",
                 "`-o policy.sql`"};
  TALLY_ASSIGN_OR_RETURN(const FileKind kind, kind_of(options.output));
  if (is_reserved_in_c(options.prefix))
    return Error{Cause::usage, "`" + options.prefix + "` is reserved in C or C++, so it cannot be a prefix",
                 "another word, such as `" + default_prefix(c_name(options.prefix)) + "`"};
  if (!options.prefix.empty() && !is_c_name(options.prefix))
    return Error{Cause::usage, "`" + options.prefix + "` is not a prefix for names in C",
                 "letters, digits and _, not beginning with a digit"};
  Compilation c = compile_rules(options.file);
  std::vector<std::size_t> outputs;
  if (c.policy && !options.decisions.empty()) {
    TALLY_ASSIGN_OR_RETURN(outputs, RuleArguments(c, options.file).outputs(options.decisions));
  }
  const Result<Deployment> deployment = check_and_deploy(c, outputs);
  show(c.diagnostics, c.sources);
  if (!deployment) return deployment.error();
  const std::string prefix = options.prefix.empty() ? default_prefix(options.file) : options.prefix;
  auto bytes = compile_to_file(c, *deployment, {kind, prefix, {options.target, options.cpu}, !options.no_fingerprint},
                               build_object);
  if (!bytes) {
    bytes.error().message = "cannot build `" + options.output + "`: " + bytes.error().message;
    return std::move(bytes).error();
  }
  TALLY_RETURN_IF_ERROR(write_atomically(options.output, *bytes));
  return exit_fine;
}

}  // namespace

Run add_build(CLI::App& app) {
  auto options = std::make_shared<BuildArguments>();
  rule_file(app, options->file);
  app.add_option("-o,--output", options->output, "output file; the extension selects the format")
      ->required()
      ->type_name("OUT");
  repeated(app, "--decision", options->decisions, "NAME", "only this decision");
  app.add_option("--target", options->target, "target triple, such as aarch64-linux-gnu (default: this machine)")
      ->type_name("TRIPLE");
  app.add_option("--cpu", options->cpu, "CPU to tune for; native is this one (default: any CPU of the target)")
      ->type_name("CPU");
  app.add_option("--prefix", options->prefix, "prefix of the names in C (default: the name of FILE)")
      ->type_name("NAME");
  app.add_flag("--no-fingerprint", options->no_fingerprint,
               "leave out the fingerprint of what is decided, which takes seconds for large rules");
  sql_options(app, options->sql);
  app.footer(
      "By the extension of OUT: .so a policy for libtally-runtime, .o and .a objects, .h the header for them in C, "
      ".s assembly, .ll and .bc LLVM code, .sql a view of a database. The same rules and options give the same bytes. "
      "An older OUT is replaced "
      "when the new one is complete.\n"
      "Example: tally build rules/call_recording.tally -o recording.so\n"
      "Example: tally build rules/call_recording.tally -o recording.sql --dialect postgresql --map calls.map");
  return [options] { return run_build(*options); };
}

}  // namespace tally::cli
