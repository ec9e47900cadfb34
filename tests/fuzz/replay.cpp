// Runs a fuzz target on each input of its corpus, without a fuzzer: as a test of every build.
//
//   rules_fuzzer_replay tests/fuzz/corpus/rules_fuzzer.txt
//
// In:     a corpus: one input per line, with the escapes \\, \n and \xNN
// Out:    exit code 0, and how many inputs were run; a target ends the process at a finding
// Always: the same inputs in the same order. scripts/fuzz looks for new ones.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// The bytes of a line, or nothing if an escape is malformed.
std::optional<std::string> unescaped(const std::string& line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      out += line[i];
    } else if (line.compare(i, 2, "\\\\") == 0) {
      out += line[++i];
    } else if (line.compare(i, 2, "\\n") == 0) {
      out += '\n';
      ++i;
    } else if (line.compare(i, 2, "\\x") == 0 && i + 3 < line.size()) {
      std::size_t digits = 0;
      out += static_cast<char>(std::stoi(line.substr(i + 2, 2), &digits, 16));
      if (digits != 2) return std::nullopt;
      i += 3;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s CORPUS\n", arguments[0]);
    return 2;
  }
  std::ifstream corpus(arguments[1], std::ios::binary);
  std::size_t inputs = 0;
  for (std::string line; std::getline(corpus, line); ++inputs) {
    const auto input = unescaped(line);
    if (!input) {
      std::fprintf(stderr, "%s:%zu: a malformed escape\n", arguments[1], inputs + 1);
      return 2;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input->data()), input->size());
  }
  std::printf("%zu inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
