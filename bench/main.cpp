// Runs the benchmarks that the options of Google Benchmark select, and prints the figures
// (summary.h). With `--measure WHAT` the program measures one policy; it starts itself so to
// measure a policy in a separate process (stages.h).
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "bench/registry.h"
#include "bench/stages.h"
#include "bench/summary.h"

namespace tally::bench {

std::variant<std::string, ReadError> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return ReadError{"no such file"};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace tally::bench

int main(int argc, char** argv) {
  using namespace tally::bench;
  if (argc == 3 && std::strcmp(argv[1], "--measure") == 0) return measure_here(argv[2]);

  // Later options win, so the user's options override these. Random order keeps a quiet
  // minute of the machine from favouring one benchmark.
  std::string repetitions = "--benchmark_repetitions=41", order = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> arguments{argv[0], repetitions.data(), order.data()};
  arguments.insert(arguments.end(), argv + 1, argv + argc);
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

  register_calls();
  register_embedding();
  register_compile();
  register_requests();
  register_sweeps();
  register_questions();
  register_relations();
  register_texts();
  Collector collector;
  if (benchmark::RunSpecifiedBenchmarks(&collector) == 0) return 2;
  std::fputs(collector.summary().c_str(), stdout);
  return collector.failed() ? 1 : 0;
}
