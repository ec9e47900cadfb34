// The cost of embedding a policy: calls through tally.h, batches from columns,
// documents, and reloads.
//
// In:     rules/call_recording.tally with its three start decisions, so that the layout
//         is that of handwritten.h; as a constant in this process, and as a shared
//         object for reloads
// Out:    the benchmarks `embed/...` and `batch/WHO/ROWS`
// Always: all contenders decide alike before they are measured
#include <benchmark/benchmark.h>
#include <tally.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "bench/handwritten/handwritten.h"
#include "bench/registry.h"
#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "compiler/llvm/object/object.h"
#include "runtime/descriptor/descriptor_format.h"

namespace tally::bench {
namespace {

constexpr const char* start_decisions[] = {"account-recording", "caller-recording", "callee-recording"};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "tally_bench: %s\n", why.c_str());
  std::exit(1);
}

void need(tally_status status, tally_error* error) {
  if (status != TALLY_OK) fail(tally_error_message(error));
}
#define NEED(call)                \
  do {                            \
    tally_error* error = nullptr; \
    need((call), error);          \
  } while (0)

struct Start {
  Compilation rules;
  std::optional<Deployment> deployment;
  std::unique_ptr<CompiledPolicy> compiled;
  std::string object;  // the shared object
  tally_policy* policy = nullptr;
  tally_input source = 0, destination = 0, inputs[recording_input_count] = {};
  tally_decision decisions[3] = {};

  Start() : rules(compile(recording_rules, read_file)) {
    if (!rules.policy) fail("the rules do not compile");
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < rules.policy->outputs.size(); ++i) {
      const std::string& name = rules.policy->model->at(rules.policy->outputs[i].decision).name;
      if (std::find(std::begin(start_decisions), std::end(start_decisions), name) != std::end(start_decisions))
        kept.push_back(i);
    }
    keep_outputs(*rules.policy, kept);
    deployment = deploy(*rules.policy, rules.diagnostics);
    if (!deployment) fail("the rules cannot be deployed");
    auto made = compile_policy(*rules.policy, *deployment, rules.sources, Contents::functions_and_descriptor);
    if (!made) fail(made.error().message);
    compiled = std::make_unique<CompiledPolicy>(*std::move(made));
    if (compiled->descriptor->code_count != recording_input_count)
      fail("the layout is not the one of bench/handwritten/handwritten.h");
    Symbols symbols(*rules.policy, "recording");
    symbols.policy = policy_symbol;
    FunctionRequest request = function_request(*rules.policy, *deployment, symbols, "recording");
    request.target.cpu = "native";
    add_descriptor(request, *deployment, symbols, *compiled->descriptor, rules.sources);
    auto bytes = build_object(request, ObjectKind::shared);
    if (!bytes) fail(bytes.error().message);
    object = *std::move(bytes);

    NEED(tally_policy_open_constant(compiled->native.constant(), &policy, &error));
    for (std::size_t i = 0; i < recording_input_count; ++i)
      NEED(tally_policy_input(policy, recording_inputs[i], &inputs[i], &error));
    source = inputs[0];
    destination = inputs[1];
    for (int i = 0; i < 3; ++i) NEED(tally_policy_decision(policy, start_decisions[i], &decisions[i], &error));
  }
};
Start& start() {
  static Start& made = *new Start;
  return made;
}

constexpr const char* account_json =
    R"({"call_recording":{"account":{"inbound":{"offnet":{"enabled":true}},"outbound":{"onnet":{"enabled":false}}}}})";
constexpr const char* user_json = R"({"call_recording":{"outbound":{"offnet":{"enabled":true}}}})";
// A device as a directory of subscribers holds it. These rules read only a small part of it.
constexpr const char* device_json = R"({
  "id": "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "name": "Reception", "device_type": "sip_device", "enabled": true,
  "owner_id": "aabbccddeeff00112233445566778899", "mac_address": "00:11:22:33:44:55", "suppress_unregister_notifications": false,
  "sip": {"username": "user_4f2k9a", "password": "3tq9vh2mzk4l", "method": "password", "invite_format": "contact", "expire_seconds": 300},
  "caller_id": {"internal": {"name": "Reception", "number": "100"}, "external": {"name": "Example Ltd", "number": "+12125550100"}},
  "media": {"audio": {"codecs": ["OPUS", "G722", "PCMU", "PCMA"]}, "encryption": {"enforce_security": false, "methods": []}},
  "call_recording": {
    "inbound":  {"onnet": {"enabled": false}, "offnet": {"enabled": true, "format": "mp3", "time_limit": 3600, "url": "https://recorder.example/in"}},
    "outbound": {"offnet": {"enabled": true, "format": "wav", "record_sample_rate": 8000, "url": "https://recorder.example/out"}}
  }
})";

tally_document* bound(const char* place, const char* json) {
  tally_document* document = nullptr;
  NEED(tally_document_bind(start().policy, place, json, std::strlen(json), &document, &error));
  return document;
}

tally_call* call_with_documents() {
  tally_call* call = nullptr;
  NEED(tally_call_new(start().policy, &call, &error));
  for (const auto& [place, json] : {std::pair{"/account", account_json},
                                    {"/caller/user", user_json},
                                    {"/caller/device", device_json},
                                    {"/callee/user", user_json}}) {
    tally_document* document = bound(place, json);
    NEED(tally_call_attach(call, document, &error));
    tally_document_release(document);
  }
  return call;
}

constexpr std::size_t turns = 4096;
// The facts of successive calls, in an order that a processor cannot learn.
const std::vector<std::uint8_t>& networks() {
  static const std::vector<std::uint8_t> made = [] {
    std::mt19937 random(5);
    std::vector<std::uint8_t> values;
    for (std::size_t i = 0; i < 2 * turns; ++i) values.push_back(static_cast<std::uint8_t>(1 + random() % 2));
    return values;
  }();
  return made;
}

void bare(benchmark::State& state) {
  const PolicyFunction decide = start().compiled->code.decide;
  std::uint8_t in[recording_input_count] = {1, 1, 0, 2, 1, 0, 0, 2, 0, 2, 0, 2, 1, 2};
  std::uint16_t out[recording_output_count];
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < turns; ++i) {
      in[0] = networks()[2 * i];
      in[1] = networks()[2 * i + 1];
      decide(in, out);
      for (const std::uint16_t code : out) sum += code;
    }
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(turns));
}

// A log of decisions, while it lives. `pauses`: the writer empties the rings while the clock stands still, so that the
// cost is that of the thread that decides; otherwise the writer takes its share of the machine.
class Log {
 public:
  enum class Use : std::uint8_t { none, pauses, sustained };
  explicit Log(Use use) : use_(use) {
    if (use_ == Use::none) return;
    folder_ = (std::filesystem::temp_directory_path() / ("tally-bench-log-" + std::to_string(::getpid()))).string();
    std::filesystem::create_directories(folder_);
    tally_log_options options{};
    options.size = sizeof options;
    options.folder = folder_.c_str();
    options.files = 2;
    options.ring_records = 2 * turns;
    options.wait_ms = UINT32_MAX;
    NEED(tally_policy_log_open(start().policy, &options, &error));
  }
  void turn_ends(benchmark::State& state) const {
    if (use_ != Use::pauses) return;
    state.PauseTiming();
    NEED(tally_policy_log_flush(start().policy, &error));
    state.ResumeTiming();
  }
  void end(benchmark::State& state) const {
    if (use_ == Use::none) return;
    NEED(tally_policy_log_close(start().policy, &error));
    tally_log_counts counts{};
    counts.size = sizeof counts;
    NEED(tally_policy_log_counts(start().policy, &counts, nullptr, &error));
    if (counts.dropped != 0) fail("the log drops decisions");
    state.counters["bytes"] = static_cast<double>(counts.bytes) / static_cast<double>(counts.written);
    std::filesystem::remove_all(folder_);
  }

 private:
  Use use_;
  std::string folder_;
};

// If `single`, one function call per fact and per result.
void through_interface(benchmark::State& state, bool attach, bool single = false, Log::Use use = Log::Use::none) {
  Start& s = start();
  const Log log(use);
  tally_call* call = call_with_documents();
  tally_document* devices[] = {bound("/caller/device", device_json), bound("/caller/device", user_json)};
  std::uint64_t sum = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < turns; ++i) {
      if (attach) tally_call_attach(call, devices[i & 1], nullptr);
      if (single) {
        tally_call_set(call, s.source, networks()[2 * i], nullptr);
        tally_call_set(call, s.destination, networks()[2 * i + 1], nullptr);
        if (tally_call_decide(call, nullptr) != TALLY_OK) return state.SkipWithError("no decision");
        for (const tally_decision decision : s.decisions)
          sum += tally_call_rule(call, decision) + tally_call_value(call, decision);
        continue;
      }
      const tally_value values[] = {networks()[2 * i], networks()[2 * i + 1]};
      std::uint32_t rules[3];
      tally_value found[3];
      tally_call_set_values(call, s.inputs, values, 2, nullptr);
      if (tally_call_decide(call, nullptr) != TALLY_OK) return state.SkipWithError("no decision");
      tally_call_outcomes(call, s.decisions, 3, rules, found, nullptr);
      for (int d = 0; d < 3; ++d) sum += rules[d] + found[d];
    }
    log.turn_ends(state);
  }
  log.end(state);
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(turns));
  for (tally_document* device : devices) tally_document_release(device);
  tally_call_free(call);
}

void decide_only(benchmark::State& state, Log::Use use = Log::Use::none) {
  const Log log(use);
  tally_call* call = call_with_documents();
  tally_call_set(call, start().source, 1, nullptr);
  tally_call_set(call, start().destination, 2, nullptr);
  for (auto _ : state) {
    for (std::size_t i = 0; i < turns; ++i) {
      if (tally_call_decide(call, nullptr) != TALLY_OK) return state.SkipWithError("no decision");
    }
    log.turn_ends(state);
  }
  log.end(state);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(turns));
  tally_call_free(call);
}

void bind_device(benchmark::State& state) {
  for (auto _ : state) tally_document_release(bound("/caller/device", device_json));
}

// --- batches ---------------------------------------------------------------------------

struct Columns {
  std::vector<std::vector<std::uint8_t>> in;
  std::vector<std::vector<std::uint16_t>> out;
  std::vector<const std::uint8_t*> in_pointers;
  std::vector<std::uint16_t*> out_pointers;

  explicit Columns(std::size_t rows) {
    std::mt19937_64 random(9);
    for (std::size_t i = 0; i < recording_input_count; ++i) {
      in.emplace_back(rows);
      for (auto& code : in.back()) code = static_cast<std::uint8_t>(i < 2 ? 1 + random() % 2 : random() % 3);
      in_pointers.push_back(in.back().data());
    }
    for (std::size_t i = 0; i < recording_output_count; ++i) out_pointers.push_back(out.emplace_back(rows).data());
  }
};

using Batch = void (*)(Columns&, std::size_t);
void by_hand(Columns& c, std::size_t rows) {
  handwritten_in_library.columns(c.in_pointers.data(), c.out_pointers.data(), rows);
}
void by_functions(Columns& c, std::size_t rows) {
  // As a program would do it: in pieces that stay in the cache while three decisions read them.
  constexpr std::size_t piece = std::size_t{1} << 15;
  static const auto* const header = static_cast<const std::byte*>(start().compiled->native.constant());
  for (std::size_t first = 0; first < rows; first += piece) {
    const std::uint8_t* in[recording_input_count];
    for (std::size_t i = 0; i < recording_input_count; ++i) in[i] = c.in_pointers[i] + first;
    for (std::size_t d = 0; d < 3; ++d) {
      FunctionOffsets functions;
      std::memcpy(&functions, header + sizeof(PolicyHeader) + d * sizeof functions, sizeof functions);
      reinterpret_cast<BatchFunction>(reinterpret_cast<std::uintptr_t>(header + functions.batch))(
          in, c.out_pointers[2 * d] + first, c.out_pointers[2 * d + 1] + first, std::min(piece, rows - first));
    }
  }
}
void by_interface(Columns& c, std::size_t rows) {
  tally_column columns[recording_input_count] = {};
  for (std::size_t i = 0; i < recording_input_count; ++i)
    columns[i] = {start().inputs[i], c.in_pointers[i], nullptr, nullptr, nullptr};
  tally_answer_column answers[3];
  for (int d = 0; d < 3; ++d) answers[d] = {start().decisions[d], c.out_pointers[2 * d], c.out_pointers[2 * d + 1]};
  NEED(tally_decide_batch(start().policy, columns, recording_input_count, answers, 3, rows, &error));
}

void run_batch(benchmark::State& state, Batch batch, std::size_t rows) {
  static std::size_t made = 0;
  static std::unique_ptr<Columns> columns;
  if (made != rows) {
    columns.reset();
    columns = std::make_unique<Columns>(made = rows);
  }
  for (auto _ : state) {
    batch(*columns, rows);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows));
}

void hold_batches() {
  Columns wanted(10'007), mine(10'007);
  by_hand(wanted, 10'007);
  for (const Batch batch : {by_functions, by_interface}) {
    batch(mine, 10'007);
    if (mine.out != wanted.out) fail("a batch decides otherwise");
    for (auto& column : mine.out) std::fill(column.begin(), column.end(), std::uint16_t{0});
  }
}

// --- versions --------------------------------------------------------------------------

struct File {
  std::string path;
  explicit File(const std::string& ending)
      : path((std::filesystem::temp_directory_path() / ("tally-bench-" + std::to_string(::getpid()) + ending))
                 .string()) {}
  ~File() { std::remove(path.c_str()); }
  // Writes beside the file and renames, as `tally build` does.
  void replace(const std::string& bytes) const {
    std::ofstream(path + "~", std::ios::binary) << bytes;
    std::filesystem::rename(path + "~", path);
  }
};

tally_call* ready_call(tally_policy* policy) {
  tally_call* call = nullptr;
  NEED(tally_call_new(policy, &call, &error));
  NEED(tally_call_set_named(call, "source", "onnet", 5, &error));
  NEED(tally_call_set_named(call, "destination", "offnet", 6, &error));
  NEED(tally_call_decide(call, &error));
  return call;
}

void reload(benchmark::State& state, bool rules) {
  const File file(rules ? ".tally" : ".so");
  const std::string bytes = rules ? std::get<std::string>(read_file(recording_rules)) : start().object;
  file.replace(bytes);
  tally_policy* policy = nullptr;
  NEED(tally_policy_open(file.path.c_str(), &policy, &error));
  tally_call* call = ready_call(policy);
  for (auto _ : state) {
    file.replace(bytes);
    NEED(tally_policy_reload(policy, nullptr, &error));
    NEED(tally_call_decide(call, &error));
  }
  tally_call_free(call);
  tally_policy_release(policy);
}

// The time between two decisions of a thread while another thread reloads, or waits.
void pause(benchmark::State& state, bool reloading) {
  const File file(".so");
  file.replace(start().object);
  tally_policy* policy = nullptr;
  NEED(tally_policy_open(file.path.c_str(), &policy, &error));
  tally_call* call = ready_call(policy);
  std::vector<float> gaps;
  gaps.reserve(1 << 22);
  for (auto _ : state) {
    gaps.clear();
    std::atomic<bool> ending{false};
    std::thread other([&] {
      while (!ending.load()) {
        if (reloading) tally_policy_reload(policy, nullptr, nullptr);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    });
    auto last = std::chrono::steady_clock::now();
    while (gaps.size() < 2'000'000) {
      if (tally_call_decide(call, nullptr) != TALLY_OK) break;
      const auto now = std::chrono::steady_clock::now();
      gaps.push_back(std::chrono::duration<float, std::micro>(now - last).count());
      last = now;
    }
    ending.store(true);
    other.join();
  }
  std::sort(gaps.begin(), gaps.end());
  state.counters["longest_us"] = gaps.back();
  state.counters["rare_us"] = gaps[gaps.size() - 1 - gaps.size() / 10'000];
  tally_call_free(call);
  tally_policy_release(policy);
}

}  // namespace

void register_embedding() {
  hold_batches();
  const auto add = [](const std::string& name, auto body) { return benchmark::RegisterBenchmark(name.c_str(), body); };
  add("embed/bare", bare)->Iterations(256);
  add("embed/decide", [](benchmark::State& state) { decide_only(state); })->Iterations(256);
  add("embed/log-decide", [](benchmark::State& state) { decide_only(state, Log::Use::pauses); })->Iterations(256);
  add("embed/call", [](benchmark::State& state) { through_interface(state, false); })->Iterations(256);
  add("embed/single", [](benchmark::State& state) { through_interface(state, false, true); })->Iterations(256);
  add("embed/attach", [](benchmark::State& state) { through_interface(state, true); })->Iterations(64);
  add("embed/log", [](benchmark::State& state) {
    through_interface(state, false, false, Log::Use::pauses);
  })->Iterations(256);
  add("embed/log-sustained", [](benchmark::State& state) {
    through_interface(state, false, false, Log::Use::sustained);
  })->Iterations(2'048);
  add("embed/bind", bind_device)->Iterations(50)->Unit(benchmark::kMicrosecond);
  add("embed/reload", [](benchmark::State& state) { reload(state, false); })
      ->Iterations(4)
      ->Unit(benchmark::kMicrosecond);
  add("embed/reload-rules", [](benchmark::State& state) { reload(state, true); })
      ->Iterations(1)
      ->Repetitions(9)
      ->Unit(benchmark::kMicrosecond);
  add("embed/pause-quiet", [](benchmark::State& state) { pause(state, false); })->Iterations(1)->Repetitions(5);
  add("embed/pause-reloading", [](benchmark::State& state) { pause(state, true); })->Iterations(1)->Repetitions(5);
  for (const std::size_t rows : {std::size_t{4096}, std::size_t{1} << 24}) {
    for (const auto& [who, batch] :
         {std::pair<const char*, Batch>{"hand", by_hand}, {"compiled", by_functions}, {"interface", by_interface}}) {
      auto* added = add("batch/" + std::string(who) + "/" + std::to_string(rows),
                        [batch = batch, rows](benchmark::State& state) { run_batch(state, batch, rows); });
      added->Iterations(rows == 4096 ? 256 : 1);
      if (rows != 4096) added->Repetitions(9);
    }
  }
}

}  // namespace tally::bench
