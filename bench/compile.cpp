// The cost of compiling a policy, stage by stage.
//
// Out: the benchmarks `compile/again` (the call recording rules, in a process that has
// compiled before), `compile/first` (the first policy of a process), and
// `growth/SHAPE/RULES` (generated policies, each in its own process), such as
// `growth/table/1000`. The time is that of all stages together; the counters hold the
// milliseconds per stage.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

#include "bench/registry.h"
#include "bench/shapes.h"
#include "bench/stages.h"

namespace tally::bench {
namespace {

// The largest policies take seconds.
constexpr int growth_repetitions = 3;

void report(benchmark::State& state, const Stages& stages) {
  for (std::size_t i = 0; i < stage_count; ++i) {
    state.counters[stage_names[i]] = benchmark::Counter(1e3 * stages.seconds[i]);
  }
  state.counters["rules"] = static_cast<double>(stages.rules);
  state.counters["code_kB"] = static_cast<double>(stages.code_bytes) / 1e3;
  state.counters["nodes"] = static_cast<double>(stages.diagram_nodes);
}

void again(benchmark::State& state) {
  const auto text = read_file(recording_rules);
  if (!std::holds_alternative<std::string>(text)) {
    state.SkipWithError("cannot read the rules");
    return;
  }
  for (auto _ : state) {
    const auto run = run_stages(std::get<std::string>(text));
    if (const auto* fault = std::get_if<std::string>(&run)) {
      state.SkipWithError(fault->c_str());
      return;
    }
    state.SetIterationTime(std::get<Stages>(run).total());
    report(state, std::get<Stages>(run));
  }
}

void apart(benchmark::State& state, const std::string& what) {
  for (auto _ : state) {
    const auto measured = measure_apart(what);
    if (const auto* fault = std::get_if<std::string>(&measured)) {
      state.SkipWithError(fault->c_str());
      return;
    }
    const auto& [stages, peak] = std::get<Measured>(measured);
    state.SetIterationTime(stages.total());
    report(state, stages);
    state.counters["peak_MB"] = peak;
  }
}

}  // namespace

void register_compile() {
  // One iteration per repetition: the counters describe a single run.
  const auto once = [](benchmark::internal::Benchmark* added) {
    added->UseManualTime()->Iterations(1)->Unit(benchmark::kMillisecond);
  };
  once(benchmark::RegisterBenchmark("compile/again", again));
  once(benchmark::RegisterBenchmark("compile/first", [](benchmark::State& state) { apart(state, "rules"); }));
  for (const std::string shape : shape_names) {
    for (const char* rules : {"10", "100", "1000", "10000"}) {
      const auto grow = [what = shape + " " + rules](benchmark::State& state) { apart(state, what); };
      once(benchmark::RegisterBenchmark(("growth/" + shape + "/" + rules).c_str(), grow)
               ->Repetitions(growth_repetitions));
    }
  }
}

}  // namespace tally::bench
