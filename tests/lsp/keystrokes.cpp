// The time from a keystroke to its diagnostics, as a client sees it: median and 99th percentile.
//
//   lsp_keystrokes TALLY FILE [EDITS]
//
// Each edit types one character of a comment, or takes it away. The next comes when the first diagnostics are
// there; then, for the second figure, when those of the checks are, for two minutes at most.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/lsp/client.h"

namespace {

using tally::testing::Client;
using tally::testing::Json;
using Clock = std::chrono::steady_clock;

double milliseconds(Clock::time_point since) {
  return std::chrono::duration<double, std::milli>(Clock::now() - since).count();
}

void print(const char* what, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  std::printf("%-22s median %8.1f ms, 99th %8.1f ms, of %zu edits\n", what, times[times.size() / 2],
              times[times.size() * 99 / 100], times.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: lsp_keystrokes TALLY FILE [EDITS]\n", stderr);
    return 2;
  }
  std::ifstream in(argv[2], std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string uri = "file://" + std::filesystem::absolute(argv[2]).string();
  const int edits = argc > 3 ? std::stoi(argv[3]) : 1'000;
  Client client({argv[1], "lsp"});
  client.initialize();
  client.open(uri, "# \n" + text.str());
  client.diagnostics(uri, 1);
  client.diagnostics(uri, 1);
  int version = 1;
  const auto type = [&](int i) {
    const int from = i % 2 == 0 ? 2 : 3;
    const Json range = {{"start", {{"line", 0}, {"character", 2}}}, {"end", {{"line", 0}, {"character", from}}}};
    client.change(uri, ++version, {{{"range", range}, {"text", i % 2 == 0 ? "x" : ""}}});
  };
  std::vector<double> first, whole;
  for (int i = 0; i < edits; ++i) {
    const auto begin = Clock::now();
    type(i);
    client.diagnostics(uri, version);
    first.push_back(milliseconds(begin));
  }
  constexpr double enough = 120'000;  // milliseconds
  const auto start = Clock::now();
  for (int i = 0; i < edits && milliseconds(start) < enough; ++i) {
    const auto begin = Clock::now();
    type(i);
    client.diagnostics(uri, version);
    client.diagnostics(uri, version);
    whole.push_back(milliseconds(begin));
  }
  print("syntax and analysis", first);
  print("with all checks", whole);
  return client.end();
}
