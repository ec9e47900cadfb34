// The cost of a sweep: the outcomes of the three start decisions of
// rules/call_recording.tally, counted over every combination.
//
// In:     the rule file, compiled here; compiling is not measured
// Out:    the benchmarks `sweep/SPACE/WHO/THREADS`, such as `sweep/read/compiled/1`. SPACE is
//         `read`, the 14 inputs that the decisions read, or `documents`, source,
//         destination and all 20 cells of the five documents. WHO is `compiled` or
//         handwritten (sweep_handwritten.h).
// Always: all contenders count the same
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/handwritten/sweep_handwritten.h"
#include "bench/registry.h"
#include "compiler/front_end.h"
#include "grammar/source/render.h"
#include "simulator/sweep/sweep.h"
#include "simulator/sweep_run/sweep_run.h"

namespace tally::bench {
namespace {

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "tally_bench: %s\n", why.c_str());
  std::exit(1);
}

// A space with its compiled functions.
struct Compiled {
  Compilation rules;
  std::unique_ptr<Sweep> sweep;
  std::unique_ptr<SlicedFunctions> code;

  explicit Compiled(bool all_cells) : rules(compile(recording_rules, read_file)) {
    for (const Diagnostic& d : rules.diagnostics.list()) std::fputs(render(d, rules.sources).c_str(), stderr);
    if (!rules.policy) fail("the rules do not compile");
    Policy& policy = *rules.policy;
    SweepQuestion question;
    for (const char* name : {"account-recording", "caller-recording", "callee-recording"}) {
      for (std::size_t i = 0; i < policy.outputs.size(); ++i) {
        if (policy.model->at(policy.outputs[i].decision).name == name) question.outputs.push_back(i);
      }
    }
    for (std::uint32_t i = 0; all_cells && i < policy.model->elements.size(); ++i) {
      const std::string& name = policy.model->elements[i].name;
      for (const char* document : {"account[", "caller.user[", "caller.device[", "callee.user[", "callee.device["}) {
        if (name.starts_with(document) && name.ends_with(".enabled")) question.over.insert(ElementId{i});
      }
    }
    auto made = make_sweep(policy, rules.sources, question);
    if (!made) fail(made.error().message);
    sweep = std::make_unique<Sweep>(*std::move(made));
    auto compiled = compile_sliced({*policy.graph, *policy.classes, sweep->variables, sweep->conditions, 0});
    if (!compiled) fail(compiled.error().message);
    code = std::make_unique<SlicedFunctions>(*std::move(compiled));
  }

  StartCounts count(int threads) const {
    SweepOptions options;
    options.jobs = static_cast<unsigned>(threads);
    const SweepCounts counts = outcome_counts(*sweep, run_sweep(*sweep, *code, options).counts);
    const auto at = [&](std::size_t decision, std::size_t outcome) {
      return counts.decisions[decision][outcome].get_ui();
    };
    return {at(0, 1), at(0, 2), at(1, 1), at(2, 1)};  // none, inbound, outbound; off, on
  }
};

using ByHand = void (*)(bool all_cells, int part, int parts, StartCounts& counts);

StartCounts count_by_hand(ByHand sweep, bool all_cells, int threads) {
  StartCounts counts[2];
  if (threads == 1) {
    sweep(all_cells, 0, 1, counts[0]);
    return counts[0];
  }
  std::thread other([&] { sweep(all_cells, 1, 2, counts[1]); });
  sweep(all_cells, 0, 2, counts[0]);
  other.join();
  return {counts[0].inbound + counts[1].inbound, counts[0].outbound + counts[1].outbound,
          counts[0].caller + counts[1].caller, counts[0].callee + counts[1].callee};
}

template <class Count>
void add(const std::string& name, bool all_cells, int threads, const StartCounts& expected, Count count) {
  const StartCounts counts = count();
  if (counts.inbound != expected.inbound || counts.outbound != expected.outbound || counts.caller != expected.caller ||
      counts.callee != expected.callee)
    fail(name + " counts otherwise");
  const std::string full =
      std::string("sweep/") + (all_cells ? "documents/" : "read/") + name + "/" + std::to_string(threads);
  benchmark::RegisterBenchmark(full.c_str(),
                               [count](benchmark::State& state) {
                                 for (auto _ : state) benchmark::DoNotOptimize(count());
                               })
      ->Iterations(all_cells ? 1 : 500)
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace

void register_sweeps() {
  for (const bool all_cells : {false, true}) {
    const auto compiled = std::make_shared<const Compiled>(all_cells);
    // The small space is done before a second thread has started.
    for (const int threads : all_cells ? std::vector<int>{1, 2} : std::vector<int>{1}) {
      const StartCounts expected = compiled->count(1);
      add("compiled", all_cells, threads, expected, [compiled, threads] { return compiled->count(threads); });
      if (!has_handwritten_sweeps()) continue;
      const auto add_by_hand = [&](const char* name, ByHand sweep) {
        add(name, all_cells, threads, expected, [=] { return count_by_hand(sweep, all_cells, threads); });
      };
      add_by_hand("hand-complete", sweep_complete);
      add_by_hand("hand-specialised", sweep_specialised);
    }
  }
}

}  // namespace tally::bench
