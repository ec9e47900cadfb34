// The cost of one call: the three start decisions of rules/call_recording.tally
// together, through a function pointer.
//
// In:     the rule file, compiled here with these three decisions as its only outputs,
//         so that the bytes of a call are exactly their inputs
// Out:    the benchmarks `call/WHO/INPUTS` over INPUTS distinct random calls, and
//         `chained/WHO/INPUTS`, where each call waits for the one before it. For
//         example `call/compiled/4096`. WHO is `near-...` for a function in this
//         program (handwritten.h).
// Always: every function that is measured decides all inputs alike
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bench/handwritten/handwritten.h"
#include "bench/registry.h"
#include "compiler/deploy/native.h"
#include "compiler/front_end.h"
#include "compiler/llvm/jit.h"
#include "grammar/source/render.h"

namespace tally::bench {
namespace {

// A repetition takes only some milliseconds. A disturbance therefore affects neighbouring
// repetitions alike, and there can be many repetitions.
constexpr std::int64_t calls_a_repetition = std::int64_t{1} << 21;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "tally_bench: %s\n", why.c_str());
  std::exit(1);
}

// The compiled function and its owner.
struct Compiled {
  Compilation rules;
  std::unique_ptr<NativeFunctions> code;

  Compiled() : rules(compile(recording_rules, read_file)) {
    for (const Diagnostic& d : rules.diagnostics.list()) std::fputs(render(d, rules.sources).c_str(), stderr);
    if (!rules.policy) fail("the rules do not compile");
    const Policy& policy = *rules.policy;
    FunctionSpec start{"start", {}};
    std::set<ElementId> reads;
    for (const char* name : {"account-recording", "caller-recording", "callee-recording"}) {
      const auto output = std::find_if(policy.outputs.begin(), policy.outputs.end(),
                                       [&](const Output& o) { return policy.model->at(o.decision).name == name; });
      if (output == policy.outputs.end()) fail(std::string("no decision ") + name);
      start.outputs.push_back(output->rule);
      for (const ResultPart& part : output->parts) start.outputs.push_back(part.node);
      reads.insert(output->reads.begin(), output->reads.end());
    }
    const InputLayout layout(*policy.model, reads);
    check_layout(layout);
    auto native = compile_native({*policy.graph, layout, *policy.classes, "bench", {start}});
    if (!native) fail(native.error().message);
    code = std::make_unique<NativeFunctions>(*std::move(native));
  }

  // The handwritten code assumes this layout.
  void check_layout(const InputLayout& layout) const {
    bool same = layout.size() == recording_input_count;
    for (std::size_t i = 0; same && i < layout.size(); ++i) {
      same = rules.policy->model->at(layout.order()[i]).name == recording_inputs[i];
    }
    if (!same) fail("the layout is not the one of bench/handwritten/handwritten.h");
  }
};

Decide compiled_function() {
  static const Compiled compiled;
  return compiled.code->function("start");
}

struct Contender {
  std::string name;
  Decide function;
  bool decides = true;
};

std::vector<Contender> contenders() {
  std::vector<Contender> list{{"compiled", compiled_function()}};
  const auto add = [&](const std::string& prefix, const Handwritten& by_hand) {
    list.push_back({prefix + "empty", by_hand.nothing, false});
    list.push_back({prefix + "hand-choice", by_hand.by_choice});
    list.push_back({prefix + "hand-arithmetic", by_hand.by_arithmetic});
    list.push_back({prefix + "hand-shifts", by_hand.by_shifts});
    list.push_back({prefix + "hand-tables", by_hand.by_tables});
    list.push_back({prefix + "hand-one-table", by_hand.by_one_table});
    if (by_hand.by_extraction != nullptr) list.push_back({prefix + "hand-extraction", by_hand.by_extraction});
    list.push_back({prefix + "hand-natural", by_hand.naturally});
  };
  add("", handwritten_in_library);
  add("near-", handwritten_in_program);
  return list;
}

// Distinct calls, one after the other in memory, in random order.
std::vector<std::uint8_t> random_calls(std::size_t count) {
  std::mt19937 random(7);
  std::set<std::vector<std::uint8_t>> known;
  std::vector<std::uint8_t> calls;
  while (known.size() < count) {
    std::vector<std::uint8_t> call;
    for (std::size_t i = 0; i < recording_input_count; ++i) {
      call.push_back(static_cast<std::uint8_t>(i < 2 ? 1 + random() % 2 : random() % 3));
    }
    if (known.insert(call).second) calls.insert(calls.end(), call.begin(), call.end());
  }
  return calls;
}

void hold_to_the_compiled(const std::vector<std::uint8_t>& calls) {
  for (const Contender& who : contenders()) {
    for (std::size_t at = 0; who.decides && at < calls.size(); at += recording_input_count) {
      std::uint16_t mine[recording_output_count], wanted[recording_output_count];
      who.function(calls.data() + at, mine);
      compiled_function()(calls.data() + at, wanted);
      if (std::memcmp(mine, wanted, sizeof mine) != 0) fail(who.name + " decides otherwise");
    }
  }
}

// If `chained`, the address of each call depends on the results of the call before.
template <bool chained>
void run(benchmark::State& state, Decide function, const std::vector<std::uint8_t>& calls) {
  benchmark::DoNotOptimize(function);
  std::uint16_t out[recording_output_count] = {};
  const std::uint8_t* const end = calls.data() + calls.size();
  for (auto _ : state) {
    for (const std::uint8_t* call = calls.data(); call != end; call += recording_input_count) {
      if constexpr (chained) {
        // No result is that large, so the sum is 0, but the processor has to wait for the results.
        function(call + ((out[1] | out[3] | out[5]) >> 15), out);
      } else {
        function(call, out);
      }
    }
    benchmark::DoNotOptimize(out);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(calls.size() / recording_input_count));
}

}  // namespace

void register_calls() {
  for (const std::size_t count : {std::size_t{4'096}, std::size_t{65'536}}) {
    const auto calls = std::make_shared<const std::vector<std::uint8_t>>(random_calls(count));
    hold_to_the_compiled(*calls);
    for (const Contender& who : contenders()) {
      const std::string name = who.name + "/" + std::to_string(count);
      const auto add = [&](const std::string& kind, auto body) {
        benchmark::RegisterBenchmark((kind + "/" + name).c_str(), [function = who.function, calls,
                                                                   body](benchmark::State& state) {
          body(state, function, *calls);
        })->Iterations(calls_a_repetition / static_cast<std::int64_t>(count));
      };
      add("call", run<false>);
      if (!who.name.starts_with("near-")) add("chained", run<true>);
    }
  }
}

}  // namespace tally::bench
