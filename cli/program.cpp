#include "cli/program.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "base/nearest.h"
#include "cli/help_format.h"

namespace tally::cli {
namespace {

// Returns the names of the options that a command, or the program, takes.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* o : app.get_options())
    for (const std::string& name : o->get_lnames()) names.push_back("--" + name);
  return names;
}

// Returns the first option that ends in the word: `--log-keep` for `--keep`.
std::optional<std::string> longer_option(const std::string& word, const CLI::App& command) {
  for (const std::string& name : option_names(command)) {
    if (word.size() > 3 && name.ends_with(word.substr(1, word.find('=') - 1))) return name;
  }
  return std::nullopt;
}

// Returns the error of two options that exclude each other: the first of them in the order of the help.
// CLI11's own message names any two, by the addresses of the options.
std::optional<Error> error_in_pair(const CLI::App& command, const std::string& help) {
  const auto given = [](const CLI::Option* option) { return option->count() > 0; };
  for (const CLI::Option* option : command.get_options(given)) {
    const auto excluded = option->get_excludes();
    for (const CLI::Option* other : command.get_options(given)) {
      if (std::find(excluded.begin(), excluded.end(), other) == excluded.end()) continue;
      return Error{Cause::usage, option->get_name() + " and " + other->get_name() + " exclude each other", help};
    }
  }
  return std::nullopt;
}

// Returns the error of an option that is given more often than it may be.
std::optional<Error> error_in_repetition(const CLI::App& command, const std::string& help) {
  for (const CLI::Option* option : command.get_options()) {
    const auto most = static_cast<std::size_t>(option->get_items_expected_max());
    const bool is_flag = option->get_items_expected_max() == 0;
    if (is_flag || option->get_positional() || option->results().size() <= most) continue;
    return Error{Cause::usage, option->get_name() + " is given more than once", help};
  }
  return std::nullopt;
}

// Returns an error that names the unknown command or option, and what was probably meant.
Error error_in_arguments(const CLI::App& app, const CLI::ParseError& error, int argc, const char* const* argv) {
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
  if (auto pair = error_in_pair(command, help)) return *std::move(pair);
  if (auto twice = error_in_repetition(command, help)) return *std::move(twice);
  const auto extras = app.remaining(true);
  if (extras.empty()) return {Cause::usage, error.what(), help};
  const std::string& word = extras.front();
  if (!is_option(word)) return {Cause::usage, "unexpected argument `" + word + "`", help};
  auto near = longer_option(word, command);
  if (!near) near = tally::nearest(word, option_names(command));
  return {Cause::usage, "unknown option `" + word + "`", meant(near, help)};
}

// Whether an option may be empty: `tally matrix --by ''` names no inputs.
bool may_be_empty(const CLI::App& command, const CLI::Option& option) {
  return (command.get_name() == "matrix" && option.get_name() == "--by") || command.get_name() == "complete";
}

}  // namespace

Program::Program(std::size_t width)
    : app_("Tally: rules that say when a call is recorded, checked and compiled over every combination", "tally") {
  // Commands inherit what is set before they are added.
  app_.formatter(std::make_shared<HelpFormat>(width));
  app_.set_help_flag("-h,--help", "print this help");
  app_.set_version_flag("--version", "tally " TALLY_VERSION, "print the version");
  app_.require_subcommand(1);
  app_.footer(
      "Exit codes: 0 nothing is wrong; 1 the rules or the data are at fault, or a limit was reached; 2 wrong usage, or "
      "a file cannot be read or written.\n"
      "`tally help COMMAND` shows the options of a command, `tally help T305` explains the diagnostic T305.\n"
      "Example: tally check rules/call_recording.tally");

  add("check", "run every check, proof and example of rule files", add_check);
  add("table", "print the truth tables of a rule file's decisions", add_table);
  add("sweep", "run through every combination and count the outcomes", add_sweep);
  add("matrix", "show which settings change what is decided, and check a guide", add_matrix);
  add("decide", "decide requests: JSON in, JSON out", add_decide);
  add("explain", "explain why a request is decided as it is", add_explain);
  add("audit", "find the documents under which something always, never or sometimes holds", add_audit);
  add("test", "hold requests with expected answers against the rules", add_test);
  add("mutate", "find edits of the rules that no proof or example notices", add_mutate);
  add("vectors", "print the fewest requests that detect every edit of the rules", add_vectors);
  add("build", "compile rules to a shared object, an object, a C header, ...", add_build);
  add("solve", "find the settings that bring something about", add_solve);
  add("diff", "show where two rule files decide differently", add_diff);
  add("plan", "show what a change of a rule file does, and whether it is allowed", add_plan);
  add("approve", "sign a change of rules that `tally plan` allows", add_approve);
  add("keygen", "make a pair of keys that sign policies", add_keygen);
  add("sign", "sign a policy for the guard of a switch", add_sign);
  add("verify", "look at the signature of a policy as a guard does", add_verify);
  add("log", "show, count and replay the decisions of a log", add_log);
  add("serve", "decide over HTTP, for switches that load no library", add_serve);
  add("fmt", "write rule files in the one style", add_fmt);
  add("dump", "print what a stage of the compiler makes of a rule file", add_dump);
  add("new", "write a small rule file to begin with", add_new);
  add("completion", "print the completions of a shell", add_completion);
  add("lsp", "serve editors over the Language Server Protocol", add_lsp);
  add("help", "explain a command, or a diagnostic by its code", add_help);
  add("complete", "complete a command line", add_complete);
  // Scripts call it, and people do not.
  app_.get_subcommand("complete")->group("");
}

void Program::add(const char* name, const char* what, Run (*add_options)(CLI::App&)) {
  CLI::App* command = app_.add_subcommand(name, what)->group("Commands");
  commands_.emplace_back(command, add_options(*command));
  // An empty value is most often a variable of a script that is not set. It never means "none", but
  // where --help describes it.
  const CLI::Validator has_content(
      [](const std::string& value) {
        return value.find_first_not_of(" \t\r\n") == std::string::npos ? "the value is empty" : "";
      },
      "");
  for (CLI::Option* option : command->get_options()) {
    if (option->get_items_expected_max() > 0 && !may_be_empty(*command, *option)) option->check(has_content);
  }
}

Result<Request> Program::parse(int argc, const char* const* argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() != 0) return error_in_arguments(app_, e, argc, argv);
    std::ostringstream text;
    app_.exit(e, text, text);
    return Request{nullptr, text.str()};
  }
  for (const auto& [command, run] : commands_) {
    if (command->parsed()) return Request{run, {}};
  }
  return Error{Cause::usage, "a command is missing", "`tally --help` lists the commands"};
}

}  // namespace tally::cli
