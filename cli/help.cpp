// `tally help [TOPIC]`: explains a command or a diagnostic.
#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/nearest.h"
#include "cli/commands.h"
#include "cli/help_pages.h"
#include "cli/program.h"
#include "cli/terminal.h"
#include "grammar/source/diagnostics.h"

namespace tally::cli {
namespace {

constexpr const char* codes_topic = "codes";
constexpr std::size_t max_suggestions = 3;

// Returns what `tally COMMAND --help` prints, or `tally --help` if the command is empty.
Result<std::string> help_text(const std::string& command) {
  std::vector<const char*> words = {"tally"};
  if (!command.empty()) words.push_back(command.c_str());
  words.push_back("--help");
  TALLY_ASSIGN_OR_RETURN(
      const Request request,
      Program(width_of_stdout().value_or(width_of_texts)).parse(static_cast<int>(words.size()), words.data()));
  return request.text;
}

// Returns the number of a code, 305 for "T305", "t305" and "305". A number of more than three digits is 1000.
std::optional<int> code_number(std::string_view topic) {
  if (topic.starts_with('T') || topic.starts_with('t')) topic.remove_prefix(1);
  if (topic.empty() || topic.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  int number = 0;
  const auto [stop, error] = std::from_chars(topic.data(), topic.data() + topic.size(), number);
  return error == std::errc() ? std::min(number, 1000) : 1000;
}

int number_of(const DiagnosticInfo& code) { return static_cast<int>(code.code); }

// Returns the codes nearest to a number, in order: "T316, T317 and T318".
std::string codes_near(int number) {
  std::vector<DiagnosticInfo> codes = all_codes();
  const auto distance = [&](const DiagnosticInfo& code) { return std::abs(number_of(code) - number); };
  std::stable_sort(codes.begin(), codes.end(), [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  codes.resize(std::min(codes.size(), max_suggestions));
  std::sort(codes.begin(), codes.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  std::string out;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (i > 0) out += i + 1 == codes.size() ? " and " : ", ";
    out += codes[i].id;
  }
  return out;
}

Result<std::string> code_page(const std::string& topic, int number) {
  const auto& codes = all_codes();
  const auto code = std::find_if(codes.begin(), codes.end(), [&](const auto& c) { return number_of(c) == number; });
  if (code == codes.end()) {
    return Error{Cause::usage, "there is no diagnostic `" + topic + "`",
                 "the nearest are " + codes_near(number) + "; `tally help codes` lists all"};
  }
  // Every code has a page: tests/unit/help_pages_test.cpp.
  return page_text(*find_page(code->id), {.width = width_of_stdout().value_or(80), .colour = colour_on_stdout()});
}

std::string list_of_codes() {
  std::string out;
  for (const DiagnosticInfo& code : all_codes()) {
    std::string severity(to_string(code.severity));
    severity.resize(9, ' ');
    out += std::string(code.id) + "  " + severity + std::string(code.meaning) + "\n";
  }
  return out;
}

Result<std::string> text_of(const std::string& topic, const std::vector<std::string>& commands) {
  const bool is_command = std::find(commands.begin(), commands.end(), topic) != commands.end();
  if (topic.empty() || is_command) return help_text(topic);
  if (topic == codes_topic) return list_of_codes();
  if (const auto number = code_number(topic)) return code_page(topic, *number);
  std::vector<std::string> topics = commands;
  topics.push_back(codes_topic);
  for (const DiagnosticInfo& code : all_codes()) topics.emplace_back(code.id);
  const auto near = nearest(topic, topics);
  return Error{Cause::usage, "there is no help on `" + topic + "`",
               near ? "did you mean `" + *near + "`?"
                    : "`tally help` lists the commands, and `tally help codes` the diagnostics"};
}

}  // namespace

Run add_help(CLI::App& app) {
  auto topic = std::make_shared<std::string>();
  app.add_option("TOPIC", *topic, "a command; the code of a diagnostic, such as T305; or codes, for a list of them")
      ->type_name("");
  app.footer(
      "Without a TOPIC, the commands are listed. The page of a code shows what is wrong, and what was probably meant.\n"
      "Example: tally help T305");
  return [topic, &app]() -> Result<int> {
    std::vector<std::string> commands;
    for (const CLI::App* command : app.get_parent()->get_subcommands({})) commands.push_back(command->get_name());
    TALLY_ASSIGN_OR_RETURN(const std::string text, text_of(*topic, commands));
    print(text);
    return exit_fine;
  };
}

}  // namespace tally::cli
