// Fuzz target: from the arguments of `tally` to the command that they ask for.
//
// In:     any bytes, of which each line is an argument
// Always: no command line crashes or throws; it asks for a command, for a text (--help) or is wrong
//         usage with a message, and the same arguments ask for the same. No command is run, so no
//         file is read or written.
#include <vector>

#include "cli/exit_codes.h"
#include "cli/program.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

using fuzz::fail;

// What a command line asks for, as text.
std::string asked(const std::vector<std::string>& words) {
  std::vector<const char*> arguments{"tally"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  cli::Program program;
  const Result<cli::Request> request = program.parse(static_cast<int>(arguments.size()), arguments.data());
  if (!request) {
    if (request.error().message.empty()) fail("wrong usage without a message");
    if (cli::exit_code_of(request.error().cause) != cli::exit_usage) fail("wrong usage with another exit code");
    return request.error().message + "\n" + request.error().help;
  }
  if (!request->run && request->text.empty()) fail("neither a command nor a text");
  return request->run ? "a command" : request->text;
}

void run(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin <= text.size() && !text.empty();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    words.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (asked(words) != asked(words)) fail("the same arguments ask for two things");
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::run(tally::fuzz::text_of(data, size));
  return 0;
}
