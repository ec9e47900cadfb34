// Completion of a command line, from the options' own tree and the rule file that the line names.
//
// In:     the program, and the words after `tally` up to the one that is being typed, which may be empty.
// Out:    what may stand there, and which files the shell should offer beside it.
// Always: nothing is printed on standard error, and a rule file with an error has no names to offer. A file is only
// read.
//
// For example, {"table", "recording.tally", "--decision", ""} is completed by the names of its decisions, and
// {"check", "--f"} by `--format`.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace tally::cli {

struct Candidate {
  std::string word;
  std::string description;  // may be empty
};

struct LineCompletion {
  enum class Files : std::uint8_t { none, rules, any };
  std::vector<Candidate> candidates;  // all begin with the word that is being typed
  Files files = Files::none;          // `rules`: those that end in .tally
};

LineCompletion complete(const CLI::App& program, const std::vector<std::string>& words);

}  // namespace tally::cli
