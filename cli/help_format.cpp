#include "cli/help_format.h"

#include <algorithm>

#include "cli/fitted_lines.h"
#include "cli/grid.h"
#include "cli/options.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_text_width = 100;
constexpr std::string_view example_word = "Example: ";

// What follows names in two columns, if there is room for that, or in a line of its own.
struct HelpColumns {
  std::size_t description;
  bool own_line;
};
HelpColumns columns_of(std::size_t width) { return width < 60 ? HelpColumns{6, true} : HelpColumns{26, false}; }

}  // namespace

HelpFormat::HelpFormat(std::size_t width) : width_(std::min(width, max_text_width)) {
  label("SUBCOMMAND", "COMMAND");
  label("Positionals", "Arguments");
}

std::string HelpFormat::paragraph(std::string_view text) const {
  std::string out;
  for (const std::string_view line : wrapped(text, width_)) out.append(line) += '\n';
  return out;
}

std::string HelpFormat::make_description(const CLI::App* app) const { return paragraph(app->get_description()); }

// Each line of a footer is a paragraph, or an example.
std::string HelpFormat::make_footer(const CLI::App* app) const {
  const std::string footer = app->get_footer();
  std::string out;
  for (std::string_view rest = footer; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    out += line.starts_with(example_word) ? "Example:\n" + shell_lines(line.substr(example_word.size()), width_)
                                          : paragraph(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string HelpFormat::entry(const std::string& name, const std::string& description) const {
  const HelpColumns columns = columns_of(width_);
  std::string out = "  " + name;
  const bool beside = !columns.own_line && cli::width(out) + 2 <= columns.description;
  if (!beside) out += '\n';
  out.append(columns.description - (beside ? cli::width(out) : 0), ' ');
  return out + hanging(description, width_ - columns.description, columns.description) + '\n';
}

std::string HelpFormat::make_subcommand(const CLI::App* command) const {
  return entry(command->get_name(), command->get_description());
}

std::string HelpFormat::make_option(const CLI::Option* option, bool is_positional) const {
  return entry(make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option));
}

std::string HelpFormat::make_option_opts(const CLI::Option* option) const {
  if (option->get_type_size() == 0 || option->get_type_name().empty()) return {};
  return " " + option->get_type_name();
}

std::string HelpFormat::make_option_desc(const CLI::Option* option) const {
  std::string text = option->get_description();
  if (option->get_required() && !option->get_positional()) text += " (required)";
  std::vector<std::string> others;
  for (const CLI::Option* other : option->get_excludes()) others.push_back(other->get_name());
  std::sort(others.begin(), others.end());
  if (!others.empty()) text += "; not with " + one_of(others);
  return text;
}

std::string shell_lines(std::string_view command, std::size_t columns) {
  constexpr std::string_view first_indent = "  ", indent = "      ", more = " \\";
  std::string out, line(first_indent);
  bool begun = false;
  while (!command.empty()) {
    const std::size_t end = std::min(command.find(" -", 1), command.size());
    const std::string_view part = command.substr(0, end);
    if (begun && cli::width(line) + cli::width(part) + more.size() > columns) {
      out.append(line).append(more) += '\n';
      line = std::string(indent) + std::string(part.substr(1));
    } else {
      line += part;
    }
    begun = true;
    command.remove_prefix(end);
  }
  return out + line + '\n';
}

}  // namespace tally::cli
