// The cost of requests: 1,500 of KAZOO's documents (tests/data) are decided by
// rules/kazoo5.tally, one per line.
//
// Out:    the benchmarks `requests/STEP`, over all of these lines, in this process:
//           json    the parser alone, with its result discarded
//           bind    lines to calls, the parser included (runtime/documents/request_binder.h)
//           decide  bound calls to results: the compiled function alone
//           answer  results to lines
//           all     lines to lines
//         and `requests/command/LINES`: `tally decide --jsonl`, a second process that reads
//         the same lines again and again, with its peak memory
// Always: the steps decide as KAZOO did, according to the data
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/memory.h"
#include "bench/registry.h"
#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "grammar/source/render.h"
#include "runtime/documents/answer.h"
#include "runtime/documents/request_binder.h"

namespace tally::bench {
namespace {

using Json = nlohmann::json;

constexpr const char* switch_rules = "rules/kazoo5.tally";
constexpr const char* switch_cases = "tests/data/kazoo5_cases.jsonl";

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "tally_bench: %s\n", why.c_str());
  std::exit(1);
}

// The rules as they are deployed, and the lines.
struct Switch {
  Compilation rules;
  std::optional<CompiledPolicy> compiled;
  std::unique_ptr<RequestBinder> binder;
  std::vector<std::size_t> decisions;
  std::vector<std::string> lines;
  std::vector<BoundCall> calls;
  std::size_t bytes = 0;

  Switch() : rules(compile(switch_rules, read_file)) {
    std::optional<Deployment> deployment;
    if (rules.policy) deployment = deploy(*rules.policy, rules.diagnostics);
    for (const Diagnostic& d : rules.diagnostics.list()) std::fputs(render(d, rules.sources).c_str(), stderr);
    if (!deployment) fail("the rules do not compile");
    auto made = compile_policy(*rules.policy, *deployment, rules.sources);
    if (!made) fail(made.error().message);
    compiled.emplace(*std::move(made));
    binder = std::make_unique<RequestBinder>(compiled->descriptor);
    decisions.resize(compiled->descriptor->decisions.size());
    std::iota(decisions.begin(), decisions.end(), 0);
    std::ifstream in(switch_cases);
    for (std::string line; std::getline(in, line);) {
      bytes += line.size() + 1;
      lines.push_back(line);
      BindResult bound = binder->bind(line);
      if (!bound.call) fail("a line is refused: " + bound.faults.front().message);
      calls.push_back(*std::move(bound.call));
      hold_to_the_platform(line);
    }
    if (lines.empty()) fail(std::string("cannot read ") + switch_cases);
  }

  void hold_to_the_platform(const std::string& line) const {
    Results results;
    tally::decide(*compiled->descriptor, compiled->code, calls.back(), false, results);
    std::string text;
    append_answer(text, *compiled->descriptor, decisions, calls.back(), results, false);
    const Json answer = Json::parse(text), expected = Json::parse(line).at("expected");
    if (answer.at("account-recording") != expected.at("account") ||
        answer.at("caller-recording") != expected.at("caller_endpoint") ||
        answer.at("callee-recording") != expected.at("callee_endpoint")) {
      fail("decided otherwise: " + line);
    }
  }
};

const Switch& platform() {
  static const Switch made;
  return made;
}

struct Nothing : nlohmann::json_sax<Json> {
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override { return false; }
};

void json(benchmark::State& state) {
  Nothing nothing;
  for (auto _ : state) {
    for (const std::string& line : platform().lines) benchmark::DoNotOptimize(Json::sax_parse(line, &nothing));
  }
}

void bind(benchmark::State& state) {
  RequestStream stream(*platform().binder);
  for (auto _ : state) {
    for (const std::string& line : platform().lines) benchmark::DoNotOptimize(stream.bind(line));
  }
}

void decide(benchmark::State& state) {
  const auto& [descriptor, code] = std::pair(platform().compiled->descriptor, platform().compiled->code);
  Results results;
  for (auto _ : state) {
    for (const BoundCall& call : platform().calls) tally::decide(*descriptor, code, call, false, results);
    benchmark::DoNotOptimize(results.slots.data());
  }
}

void answer(benchmark::State& state) {
  const Switch& from = platform();
  std::vector<Results> results(from.calls.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    tally::decide(*from.compiled->descriptor, from.compiled->code, from.calls[i], false, results[i]);
  }
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (std::size_t i = 0; i < results.size(); ++i) {
      append_answer(out, *from.compiled->descriptor, from.decisions, from.calls[i], results[i], false);
      out += '\n';
    }
    benchmark::DoNotOptimize(out.data());
  }
}

void all(benchmark::State& state) {
  const Switch& from = platform();
  RequestStream stream(*from.binder);
  Results results;
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (const std::string& line : from.lines) {
      const BoundCall* call = stream.bind(line);
      tally::decide(*from.compiled->descriptor, from.compiled->code, *call, false, results);
      append_answer(out, *from.compiled->descriptor, from.decisions, *call, results, false);
      out += '\n';
    }
    benchmark::DoNotOptimize(out.data());
  }
}

// Seconds and peak memory of `tally decide --jsonl` on that many lines. The seconds begin
// with the first answer, because the rules are checked and compiled before it. The processor
// seconds are those of the whole process.
struct Run {
  double seconds = 0, processor_seconds = 0, peak_megabytes = 0;
};

std::optional<Run> run_command(std::size_t count) {
  int in[2], out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return std::nullopt;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  const std::vector<std::string> words{TALLY_COMMAND, "decide", "--jsonl", switch_rules};
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const bool started = posix_spawn(&child, TALLY_COMMAND, &actions, nullptr, arguments.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  if (!started) return std::nullopt;

  // A second process writes the lines, and this one reads the answers.
  const pid_t writer = fork();
  if (writer == 0) {
    close(out[0]);
    std::string block;
    for (std::size_t i = 0; i < count; ++i) {
      block += platform().lines[i % platform().lines.size()] + "\n";
      if (block.size() < (1 << 16) && i + 1 < count) continue;
      for (std::size_t at = 0; at < block.size();) {
        const ssize_t written = write(in[1], block.data() + at, block.size() - at);
        if (written <= 0) _exit(1);
        at += static_cast<std::size_t>(written);
      }
      block.clear();
    }
    _exit(0);
  }
  close(in[1]);
  std::size_t answers = 0;
  std::vector<char> buffer(1 << 16);
  auto start = std::chrono::steady_clock::now();
  double peak = 0;
  std::size_t reads = 0;
  for (ssize_t got = 0; (got = read(out[0], buffer.data(), buffer.size())) > 0; ++reads) {
    // Read while the process lives: its memory is not known after its end.
    if (reads % 64 == 0) peak = std::max(peak, peak_megabytes(child));
    if (answers == 0) start = std::chrono::steady_clock::now();
    answers += static_cast<std::size_t>(std::count(buffer.data(), buffer.data() + got, '\n'));
  }
  close(out[0]);
  Run run;
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  int status = 0, wrote = 0;
  struct rusage used {};
  wait4(child, &status, 0, &used);
  waitpid(writer, &wrote, 0);
  const auto seconds_of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  run.processor_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
  run.peak_megabytes = peak;
  if (status != 0 || wrote != 0 || answers != count) return std::nullopt;
  return run;
}

void command(benchmark::State& state, std::size_t count) {
  for (auto _ : state) {
    const auto run = run_command(count);
    if (!run) {
      state.SkipWithError("tally decide --jsonl does not answer every line");
      return;
    }
    state.SetIterationTime(run->seconds);
    state.counters["peak_MB"] = run->peak_megabytes;
    state.counters["processor_s"] = run->processor_seconds;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(count));
}

}  // namespace

void register_requests() {
  const auto add = [](const char* step, auto body) {
    benchmark::RegisterBenchmark((std::string("requests/") + step).c_str(), [body](benchmark::State& state) {
      body(state);
      state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(platform().lines.size()));
      state.counters["bytes"] = static_cast<double>(platform().bytes) / static_cast<double>(platform().lines.size());
      state.counters["decisions"] = static_cast<double>(platform().decisions.size());
    })->Iterations(1);
  };
  add("json", json);
  add("bind", bind);
  add("decide", decide);
  add("answer", answer);
  add("all", all);
  for (const std::size_t count : {std::size_t{10'000}, std::size_t{1'000'000}}) {
    benchmark::RegisterBenchmark(("requests/command/" + std::to_string(count)).c_str(),
                                 [count](benchmark::State& state) { command(state, count); })
        ->UseManualTime()
        ->Iterations(1)
        ->Repetitions(3);
  }
}

}  // namespace tally::bench
