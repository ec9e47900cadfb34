// The command line: which command it names, and with which options.
//
// In:     the arguments of a process.
// Out:    what is to be done: run a command, or print a text (--help, --version); or an error that
//         names the unknown word, and what was probably meant.
// Always: no file is read or written, and nothing is printed.
//
//   Program program;
//   const Result<Request> request = program.parse(argc, argv);
//   if (request && request->run) return finish(conclude(request->run()));
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"

namespace tally::cli {

// The width of texts that are not shown on a terminal.
constexpr std::size_t width_of_texts = 100;

// What a command line asks for.
struct Request {
  Run run;           // the command with its options; null if a text is to be printed
  std::string text;  // of --help or --version
};

class Program {
 public:
  // `width` is the width of texts, in columns, and at least 20.
  explicit Program(std::size_t width = width_of_texts);

  // Parses a command line, whose first argument is the name of the program. To be called once.
  Result<Request> parse(int argc, const char* const* argv);

 private:
  void add(const char* name, const char* what, Run (*add_options)(CLI::App&));

  CLI::App app_;
  std::vector<std::pair<CLI::App*, Run>> commands_;
};

}  // namespace tally::cli
