// The command `tally`.
#include <CLI/CLI.hpp>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/nearest.h"
#include "base/own_stack.h"
#include "cli/commands.h"
#include "cli/signals.h"
#include "cli/terminal.h"

namespace {

using namespace tally::cli;
using tally::Cause;
using tally::Error;

// Returns the names of the options that a command, or the program, takes.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* o : app.get_options())
    for (const std::string& name : o->get_lnames()) names.push_back("--" + name);
  return names;
}

// Returns an error that names the unknown command or option, and what was probably meant.
Error error_in_arguments(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const auto meant = [](const std::optional<std::string>& near, const std::string& otherwise) {
    return near ? "did you mean `" + *near + "`?" : otherwise;
  };
  const auto is_option = [](const std::string& word) { return word.rfind("-", 0) == 0; };
  const auto used = app.get_subcommands();
  if (used.empty()) {
    const std::string help = "`tally --help` lists the commands";
    if (argc < 2) return {Cause::usage, "a command is missing", help};
    const std::string word = argv[1];
    std::vector<std::string> names = option_names(app);
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return {Cause::usage, (is_option(word) ? "unknown option `" : "unknown command `") + word + "`",
            meant(tally::nearest(word, names), help)};
  }
  const CLI::App& command = *used.front();
  const std::string help = "`tally " + command.get_name() + " --help` shows how it is used";
  const auto extras = app.remaining(true);
  if (extras.empty()) return {Cause::usage, error.what(), help};
  const std::string& word = extras.front();
  if (!is_option(word)) return {Cause::usage, "unexpected argument `" + word + "`", help};
  return {Cause::usage, "unknown option `" + word + "`", meant(tally::nearest(word, option_names(command)), help)};
}

int lacks_memory() {
  complain("there is not enough memory", "raise the limit of the process (`ulimit -v`)");
  return exit_code_of(Cause::memory);
}

int run(int argc, char** argv) {
  CLI::App app{"Tally: rules that say when a call is recorded, checked and compiled over every combination", "tally"};
  app.set_version_flag("--version", "tally " TALLY_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 nothing is wrong; 1 the rules or the data are at fault, or a limit was reached; 2 wrong usage, or "
      "a\n"
      "file cannot be read or written.\n"
      "Example: tally check rules/call_recording.tally\n"
      "`tally COMMAND --help` shows the options of a command.");

  std::vector<std::pair<CLI::App*, Run>> commands;
  const auto add = [&](const char* name, const char* what, Run (*add_options)(CLI::App&)) {
    CLI::App* command = app.add_subcommand(name, what);
    commands.emplace_back(command, add_options(*command));
  };
  add("check", "run every check, proof and example of rule files", add_check);
  add("table", "print the truth tables of a rule file's decisions", add_table);
  add("sweep", "run through every combination and count the outcomes", add_sweep);
  add("matrix", "show which settings change what is decided, and check a guide", add_matrix);
  add("decide", "decide requests: JSON in, JSON out", add_decide);
  add("explain", "explain why a request is decided as it is", add_explain);
  add("mutate", "find edits of the rules that no proof or example notices", add_mutate);
  add("build", "compile rules to a shared object, an object, a C header, ...", add_build);
  add("solve", "find the settings that bring something about", add_solve);
  add("diff", "show where two rule files decide differently", add_diff);
  add("dump", "print what a stage of the compiler makes of a rule file", add_dump);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return finish(app.exit(e));  // --help, --version
    return conclude(error_in_arguments(app, e, argc, argv));
  }
  for (auto& [command, run_command] : commands) {
    if (!command->parsed()) continue;
    const int code = finish(conclude(run_command()));
    if (code > exit_by_signal(0)) end_by_signal(code - exit_by_signal(0));
    return code;
  }
  return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (tally::has_stack(tally::big_stack)) return run(argc, argv);
    // A small stack by `ulimit -s`, or no memory for a large one.
    int code = exit_usage;
    const tally::Result<> ran = tally::on_own_stack(tally::big_stack, [&] { code = run(argc, argv); });
    if (ran) return code;
    return ran.error().cause == Cause::memory ? lacks_memory() : conclude(ran.error());
  } catch (const std::bad_alloc&) {
    return lacks_memory();
  } catch (const std::system_error& refused) {
    complain(refused.what());
    return exit_code_of(Cause::system);
  }
}
