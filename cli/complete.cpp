// `tally completion SHELL`: prints the completions of a shell; `tally complete -- WORD...` is what they call.
#include <memory>

#include "cli/commands.h"
#include "cli/completion.h"
#include "cli/completion_scripts.h"
#include "cli/options.h"
#include "cli/terminal.h"

namespace tally::cli {
namespace {

enum class Shell : std::uint8_t { bash, zsh, fish };

std::string_view script_of(Shell shell) {
  switch (shell) {
    case Shell::bash: return completion_bash();
    case Shell::zsh: return completion_zsh();
    case Shell::fish: return completion_fish();
  }
  return "";
}

const char* word_of(LineCompletion::Files files) {
  switch (files) {
    case LineCompletion::Files::none: return "none";
    case LineCompletion::Files::rules: return "rules";
    case LineCompletion::Files::any: return "any";
  }
  return "";
}

// The first sentence, without what would break the line of a candidate.
std::string in_short(const std::string& description) {
  std::string out = description.substr(0, description.find_first_of(";("));
  for (char& c : out) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

Result<int> run_complete(const CLI::App& program, const std::vector<std::string>& words) {
  const LineCompletion found = complete(program, words);
  std::string out = std::string(word_of(found.files)) + "\n";
  for (const Candidate& candidate : found.candidates) {
    out += candidate.word;
    if (!candidate.description.empty()) out += "\t" + in_short(candidate.description);
    out += "\n";
  }
  print(out);
  return exit_fine;
}

}  // namespace

Run add_completion(CLI::App& app) {
  auto shell = std::make_shared<Shell>(Shell::bash);
  const Choices<Shell> shells = {{"bash", Shell::bash}, {"zsh", Shell::zsh}, {"fish", Shell::fish}};
  choice_option(app, "SHELL", *shell, shells, "")->required();
  app.footer(
      "Commands, options, their values, decisions and inputs of the rule file that the line names are completed.\n"
      "Example: source <(tally completion bash)");
  return [shell] {
    print(script_of(*shell));
    return Result<int>(exit_fine);
  };
}

Run add_complete(CLI::App& app) {
  auto words = std::make_shared<std::vector<std::string>>();
  app.add_option("WORD", *words, "the words after `tally`, the last of which is being typed")->type_name("");
  app.footer(
      "The scripts of `tally completion` call this. The first line names the files that may stand there: none, rules "
      "or "
      "any. Each further line is a word, and behind a tab what it means.\n"
      "Example: tally complete -- check --f");
  return [&app, words] { return run_complete(*app.get_parent(), *words); };
}

}  // namespace tally::cli
