// The cost of relations: a request of twenty numbers is bound and decided by two policies, whose rules differ in
// their conditions only.
//
// Out:    the benchmarks `relations/with`, whose ten rules compare two numbers of the request (`a0 < b0`), and
//         `relations/without`, whose ten rules compare one number with a literal
// Always: both decide the same requests, each by a rule that is computed here
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "bench/registry.h"
#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "runtime/documents/answer.h"
#include "runtime/documents/request_binder.h"

namespace tally::bench {
namespace {

constexpr unsigned pairs = 10;
constexpr unsigned limit = 500;  // of a number that is compared with a literal
constexpr std::size_t requests = 1'000;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "tally_bench: %s\n", why.c_str());
  std::exit(1);
}

std::string rules(bool related) {
  std::string text;
  for (unsigned i = 0; i < pairs; ++i) {
    const std::string n = std::to_string(i);
    text += "input a" + n + " : 0..1000\ninput b" + n + " : 0..1000\n";
  }
  text += "decision first : 0..10 {\n";
  for (unsigned i = 0; i < pairs; ++i) {
    const std::string n = std::to_string(i);
    text += "  " + n + " when a" + n + " < " + (related ? "b" + n : std::to_string(limit)) + "\n";
  }
  return text + "  10 otherwise\n}\n";
}

struct Request {
  std::string text;
  unsigned first_related = pairs, first_low = pairs;  // the rule that fires
};

std::vector<Request> made_requests() {
  std::mt19937 random(3);
  std::vector<Request> out(requests);
  for (Request& request : out) {
    // Mostly a late rule fires, so that all of them count.
    for (unsigned i = 0; i < pairs; ++i) {
      const unsigned a = 450 + static_cast<unsigned>(random() % 551), b = static_cast<unsigned>(random() % 600);
      request.text += (i == 0 ? "{" : ",") + std::string("\"a") + std::to_string(i) + "\":" + std::to_string(a) +
                      ",\"b" + std::to_string(i) + "\":" + std::to_string(b);
      if (a < b) request.first_related = std::min(request.first_related, i);
      if (a < limit) request.first_low = std::min(request.first_low, i);
    }
    request.text += "}";
  }
  return out;
}

struct Rules {
  Compilation compilation;
  std::optional<CompiledPolicy> compiled;
  std::unique_ptr<RequestBinder> binder;

  explicit Rules(bool related)
      : compilation(compile("relations.tally",
                            [&](const std::string&) { return std::variant<std::string, ReadError>(rules(related)); })) {
    std::optional<Deployment> deployment;
    if (compilation.policy) deployment = deploy(*compilation.policy, compilation.diagnostics);
    if (!deployment) fail("the rules with relations do not compile");
    auto made = compile_policy(*compilation.policy, *deployment, compilation.sources);
    if (!made) fail(made.error().message);
    compiled.emplace(*std::move(made));
    binder = std::make_unique<RequestBinder>(compiled->descriptor);
  }

  unsigned decided(const std::string& request, Results& results) const {
    const BindResult bound = binder->bind(request);
    if (!bound.call) fail("a request is refused: " + bound.faults.front().message);
    tally::decide(*compiled->descriptor, compiled->code, *bound.call, false, results);
    return results.slots.front() - 1u;
  }
};

void run(benchmark::State& state, bool related) {
  static const Rules made[] = {Rules(false), Rules(true)};
  static const std::vector<Request> all = made_requests();
  Results results;
  for (const Request& request : all) {
    if (made[related].decided(request.text, results) != (related ? request.first_related : request.first_low))
      fail("decided otherwise: " + request.text);
  }
  for (auto _ : state) {
    for (const Request& request : all) benchmark::DoNotOptimize(made[related].decided(request.text, results));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * all.size()));
}

}  // namespace

void register_relations() {
  for (const bool related : {false, true})
    benchmark::RegisterBenchmark(related ? "relations/with" : "relations/without",
                                 [related](benchmark::State& state) { run(state, related); });
}

}  // namespace tally::bench
