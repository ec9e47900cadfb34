#include "bench/stages.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "bench/memory.h"
#include "bench/registry.h"
#include "bench/shapes.h"
#include "compiler/analyze/analyze.h"
#include "compiler/checks/checks.h"
#include "compiler/deploy/native.h"
#include "compiler/llvm/jit.h"
#include "compiler/policy.h"
#include "grammar/source/render.h"

namespace tally::bench {
namespace {

std::string first_fault(const Diagnostics& diagnostics, const SourceSet& sources) {
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.severity == Severity::error) return render(d, sources);
  }
  return "no fault, and no result";
}

}  // namespace

std::variant<Stages, std::string> run_stages(const std::string& text) {
  using Clock = std::chrono::steady_clock;
  Stages result;
  std::size_t stage = 0;
  auto start = Clock::now();
  const auto done = [&] {
    const auto now = Clock::now();
    result.seconds[stage++] = std::chrono::duration<double>(now - start).count();
    start = now;
  };

  SourceSet sources;
  Diagnostics diagnostics;
  const Program program = load_program(
      "bench.tally", [&](const std::string&) { return text; }, sources, diagnostics);
  if (diagnostics.has_errors()) return first_fault(diagnostics, sources);
  done();
  auto model = analyze(program, sources, diagnostics);
  if (!model) return first_fault(diagnostics, sources);
  done();
  auto policy = make_policy(std::move(*model), diagnostics);
  if (!policy) return first_fault(diagnostics, sources);
  done();
  result.rules = check(*policy, sources, diagnostics).rules;
  if (diagnostics.has_errors()) return first_fault(diagnostics, sources);
  done();
  result.diagram_nodes = policy->space->diagrams().node_count();

  const auto native = compile_native(decide_functions_request(*policy, "bench"));
  if (!native) return native.error().message;
  const CompileTimes& times = native->times();
  for (const double seconds : {times.generate, times.optimize, times.emit}) result.seconds[stage++] = seconds;
  result.code_bytes = native->code_bytes();
  return result;
}

int measure_here(const std::string& what) {
  std::string text;
  if (what == "rules") {
    auto read = read_file(recording_rules);
    if (const auto* error = std::get_if<ReadError>(&read)) {
      std::printf("%s: %s\n", recording_rules, error->reason.c_str());
      return 1;
    }
    text = std::get<std::string>(std::move(read));
  } else {
    std::istringstream words(what);
    std::string shape;
    std::size_t rules = 0;
    words >> shape >> rules;
    text = shaped_policy(shape, rules);
  }
  const auto run = run_stages(text);
  if (const auto* fault = std::get_if<std::string>(&run)) {
    std::printf("%s\n", fault->c_str());
    return 1;
  }
  const Stages& stages = std::get<Stages>(run);
  for (const double seconds : stages.seconds) std::printf("%.9f ", seconds);
  std::printf("%zu %zu %zu %.3f\n", stages.rules, stages.diagram_nodes, stages.code_bytes, peak_megabytes(::getpid()));
  return 0;
}

std::variant<Measured, std::string> measure_apart(const std::string& what) {
  char self[4096];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) return "cannot find this program";
  self[length] = 0;
  FILE* pipe = popen(("'" + std::string(self) + "' --measure '" + what + "'").c_str(), "r");
  if (pipe == nullptr) return "cannot start this program again";
  std::string said;
  char part[4096];
  while (std::fgets(part, sizeof part, pipe) != nullptr) said += part;
  const int status = pclose(pipe);
  if (status != 0) return what + ": " + said;

  Measured measured;
  std::istringstream words(said);
  for (double& seconds : measured.stages.seconds) words >> seconds;
  words >> measured.stages.rules >> measured.stages.diagram_nodes >> measured.stages.code_bytes >>
      measured.peak_megabytes;
  if (!words) return what + ": " + said;
  return measured;
}

}  // namespace tally::bench
