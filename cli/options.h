// Options that several commands have, each added in one way.
//
// In: a command and where the value goes. Out: the option, which CLI11 reads. Always:
// an option takes one value, so it may stand before the files as well as after them;
// a value that makes no sense is wrong usage (exit 2).
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

// FILE, a rule file: required.
CLI::Option* rule_file(CLI::App& app, std::string& file);

// An option that may be given several times, with one value each time; the help adds that.
CLI::Option* repeated(CLI::App& app, const std::string& name, std::vector<std::string>& values, const std::string& type,
                      const std::string& help);

// What a command prints.
enum class Format : std::uint8_t { text, markdown, csv, json };
// --format: one of `formats`; the first is the default.
CLI::Option* format_option(CLI::App& app, Format& format, const std::vector<Format>& formats);

// The words for values of an option.
template <class Value>
using Choices = std::vector<std::pair<std::string, Value>>;

// An option whose value is one of some words, which its help lists: "ast, model or graph".
template <class Value>
CLI::Option* choice_option(CLI::App& app, const std::string& name, Value& value, const Choices<Value>& choices,
                           const std::string& type);

// A whole number. `what` names it in messages: "a number of rows".
struct CountRange {
  std::string what;
  std::size_t least = 1;
  std::size_t most = SIZE_MAX;
};
CLI::Option* count_option(CLI::App& app, const std::string& name, std::optional<std::size_t>& count,
                          const CountRange& range, const std::string& help);

// "a, b or c".
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
  return app.add_option_function<std::string>(name, set, one_of(words))->check(CLI::IsMember(words))->type_name(type);
}

}  // namespace tally::cli
