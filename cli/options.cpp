#include "cli/options.h"

#include <algorithm>
#include <charconv>

#include "compiler/graph/count.h"

namespace tally::cli {
namespace {

const char* name_of(Format format) {
  switch (format) {
    case Format::text: return "text";
    case Format::markdown: return "markdown";
    case Format::csv: return "csv";
    case Format::json: return "json";
  }
  return "";
}

std::optional<std::size_t> number_in(const std::string& text, const CountRange& range) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < range.least || number > range.most) return std::nullopt;
  return number;
}

}  // namespace

CLI::Validator one_of_words(const std::vector<std::string>& words) {
  // The name of a validator is shown nowhere. It keeps the words, since a validator does not give them back.
  std::string name;
  for (const std::string& word : words) name += (name.empty() ? "" : "|") + word;
  return CLI::IsMember(words).description("").name(name);
}

std::vector<std::string> choices_of(const CLI::Option& option) {
  std::string name;
  try {
    // CLI11 gives validators by their number, and throws where there is none.
    name = const_cast<CLI::Option&>(option).get_validator(0)->get_name();
  } catch (const CLI::OptionNotFound&) {
    return {};
  }
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find('|', begin), name.size());
    words.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

std::string one_of(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

CLI::Option* rule_file(CLI::App& app, std::string& file) {
  return app.add_option("FILE", file, "a rule file")->required()->type_name("");
}

CLI::Option* repeated(CLI::App& app, const std::string& name, std::vector<std::string>& values, const std::string& type,
                      const std::string& help) {
  // Without `allow_extra_args(false)` CLI11 takes all words up to the next option.
  return app.add_option(name, values, help + " (repeatable)")
      ->type_name(type)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

CLI::Option* format_option(CLI::App& app, Format& format, const std::vector<Format>& formats) {
  format = formats.front();
  Choices<Format> choices;
  for (const Format known : formats) choices.emplace_back(name_of(known), known);
  CLI::Option* const option = choice_option(app, "--format", format, choices, "FORMAT");
  choices.front().first += " (default)";
  return option->description(one_of(words_of(choices)));
}

CLI::Option* count_option(CLI::App& app, const std::string& name, std::optional<std::size_t>& count,
                          const CountRange& range, const std::string& help) {
  const auto set = [&count, name, range](const std::string& text) {
    count = number_in(text, range);
    if (count) return;
    const std::string bounds = range.most == SIZE_MAX ? ", at least " + grouped(range.least)
                                                      : " from " + grouped(range.least) + " to " + grouped(range.most);
    throw CLI::ParseError(name + " is " + range.what + bounds + ", not `" + text + "`",
                          CLI::ExitCodes::ValidationError);
  };
  return app.add_option_function<std::string>(name, set, help)->type_name("N");
}

}  // namespace tally::cli
