// Options that several commands have, each added in one way.
//
// In:     a command, and the variable that receives the value.
// Out:    the option, which CLI11 reads.
// Always: an option takes one value, so it may be written before the files as well as after
//         them. A value that is not valid is wrong usage (exit 2).
//
//   rule_file(app, options->file);
//   repeated(app, "--decision", options->decisions, "NAME", "only this decision");
//   format_option(app, options->format, {Format::text, Format::json});
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tally::cli {

// Adds FILE, a rule file, which is required.
CLI::Option* rule_file(CLI::App& app, std::string& file);

// Adds an option that may be given several times, with one value each time. Its help adds
// "(repeatable)".
CLI::Option* repeated(CLI::App& app, const std::string& name, std::vector<std::string>& values, const std::string& type,
                      const std::string& help);

// The form in which a command prints its findings.
enum class Format : std::uint8_t { text, markdown, csv, json };
// Adds --format, whose value is one of `formats`. The first is the default.
CLI::Option* format_option(CLI::App& app, Format& format, const std::vector<Format>& formats);

// The values of an option, each with its word.
template <class Value>
using Choices = std::vector<std::pair<std::string, Value>>;

// Adds an option whose value is one of some words. Its help lists them: "ast, model or graph".
template <class Value>
CLI::Option* choice_option(CLI::App& app, const std::string& name, Value& value, const Choices<Value>& choices,
                           const std::string& type);

// The range of a whole number. `what` names it in messages: "a number of rows".
struct CountRange {
  std::string what;
  std::size_t least = 1;
  std::size_t most = SIZE_MAX;
};
CLI::Option* count_option(CLI::App& app, const std::string& name, std::optional<std::size_t>& count,
                          const CountRange& range, const std::string& help);

// Accepts these words only.
CLI::Validator one_of_words(const std::vector<std::string>& words);
// Returns the words that `one_of_words` accepts for an option; empty if it takes other values.
std::vector<std::string> choices_of(const CLI::Option& option);

// Returns "a, b or c".
std::string one_of(const std::vector<std::string>& words);

template <class Value>
std::vector<std::string> words_of(const Choices<Value>& choices) {
  std::vector<std::string> words;
  for (const auto& choice : choices) words.push_back(choice.first);
  return words;
}

template <class Value>
CLI::Option* choice_option(CLI::App& app, const std::string& name, Value& value, const Choices<Value>& choices,
                           const std::string& type) {
  const auto set = [&value, choices](const std::string& word) {
    for (const auto& [known, meaning] : choices) {
      if (word == known) value = meaning;
    }
  };
  const std::vector<std::string> words = words_of(choices);
  return app.add_option_function<std::string>(name, set, one_of(words))->check(one_of_words(words))->type_name(type);
}

}  // namespace tally::cli
