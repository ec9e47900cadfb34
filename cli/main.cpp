// The command `tally`.
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/terminal.h"

namespace {

using namespace tally::cli;

// The options that a command (or the program) takes.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* o : app.get_options())
    for (const std::string& name : o->get_lnames()) names.push_back("--" + name);
  return names;
}

// What was written that is neither a command nor an option, and what was
// probably meant.
int complain_of_arguments(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const auto used = app.get_subcommands();
  if (used.empty()) {
    if (argc < 2) {
      complain("a command is missing", "`tally --help` lists the commands");
      return exit_usage;
    }
    const std::string word = argv[1];
    std::vector<std::string> names = option_names(app);
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    const auto near = tally::nearest(word, names);
    complain((word.rfind("-", 0) == 0 ? "unknown option `" : "unknown command `") + word + "`",
             near ? "did you mean `" + *near + "`?" : "`tally --help` lists the commands");
    return exit_usage;
  }
  const CLI::App& command = *used.front();
  std::string help = "`tally " + command.get_name() + " --help` shows how it is used";
  const auto extras = app.remaining(true);
  if (!extras.empty()) {
    const bool option = extras.front().rfind("-", 0) == 0;
    if (const auto near = option ? tally::nearest(extras.front(), option_names(command)) : std::nullopt)
      help = "did you mean `" + *near + "`?";
    complain((option ? "unknown option `" : "one argument too many: `") + extras.front() + "`", help);
    return exit_usage;
  }
  complain(error.what(), help);
  return exit_usage;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Tally: rules that say when a call is recorded, checked and compiled over every combination", "tally"};
  app.set_version_flag("--version", "tally " TALLY_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 fine; 1 the rules or data are at fault; 2 wrong usage, or a file cannot be read or written.\n"
      "Example: tally check rules/call_recording.tally\n"
      "`tally COMMAND --help` says more about a command.");

  std::vector<std::pair<CLI::App*, Run>> commands;
  const auto add = [&](const char* name, const char* what, Run (*add_options)(CLI::App&)) {
    CLI::App* command = app.add_subcommand(name, what);
    commands.emplace_back(command, add_options(*command));
  };
  add("check", "run every check, proof and example of rule files", add_check);
  add("table", "print the truth tables of a rule file's decisions", add_table);
  add("sweep", "run through every combination, and count the outcomes", add_sweep);
  add("matrix", "say which settings change what is decided, and whether a guide says so", add_matrix);
  add("decide", "decide requests: JSON in, JSON out", add_decide);
  add("explain", "say why a request is decided so", add_explain);
  add("mutate", "find edits of the rules that no proof or example notices", add_mutate);
  add("build", "compile rules to a shared object, an object, a C header, ...", add_build);
  add("solve", "find the settings that bring about what is wanted", add_solve);
  add("diff", "say where two rule files decide differently", add_diff);
  add("dump", "print what a stage of the compiler makes of a rule file", add_dump);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return finish(app.exit(e));  // --help, --version
    return complain_of_arguments(app, e, argc, argv);
  }
  for (auto& [command, run] : commands)
    if (command->parsed()) return finish(run());
  return exit_usage;
}
