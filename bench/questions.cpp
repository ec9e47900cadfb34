// The cost of questions about a whole policy: matrices of the guide's rules, the differences
// of guide and switch, and the settings that bring about what Sales wants.
//
// In:     rule files, compiled here; compiling is not measured
// Out:    the benchmarks `question/WHAT`
// Always: every question is the first to its policies, so that no diagram is there already,
//         and each has the expected answer
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "bench/registry.h"
#include "compiler/deploy/deployment.h"
#include "compiler/front_end.h"
#include "grammar/parse/parser.h"
#include "grammar/source/render.h"
#include "simulator/audit/audit.h"
#include "simulator/diff/diff.h"
#include "simulator/matrix/matrix.h"
#include "simulator/report/audit_json.h"
#include "simulator/solve/solve.h"

namespace tally::bench {
namespace {

constexpr const char* switch_rules = "rules/kazoo5.tally";
constexpr const char* switch_starts = "rules/kazoo5_starts.tally";

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "tally_bench: %s\n", why.c_str());
  std::exit(1);
}

Compilation compiled(const char* file) {
  Compilation c = compile(file, read_file);
  if (!c.policy) fail(std::string(file) + " does not compile");
  return c;
}

std::size_t output(const Policy& policy, const std::string& name) {
  for (std::size_t i = 0; i < policy.outputs.size(); ++i)
    if (policy.model->at(policy.outputs[i].decision).name == name) return i;
  fail("no decision " + name);
}

ElementId element(const Model& model, const std::string& name) {
  for (std::uint32_t i = 0; i < model.elements.size(); ++i)
    if (model.elements[i].name == name) return ElementId{i};
  fail("no element " + name);
}

ExprRef condition(Compilation& c, const std::string& text) {
  Diagnostics faults;
  const FileId file = c.sources.add("wish", text);
  const auto tree = parse_expression(c.sources, file, faults);
  const ExprRef made = tree ? analyze_condition(c.program, c.sources, *c.policy->model, *tree, faults) : nullptr;
  if (!made) fail("no condition: " + text);
  return made;
}

// The three start decisions: the guide's tables are about these only.
void matrices(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const Compilation c = compiled(recording_rules);
    const Model& model = *c.policy->model;
    state.ResumeTiming();
    std::size_t sections = 0;
    for (const auto& [decision, documents] : std::vector<std::pair<std::string, std::vector<std::string>>>{
             {"account-recording", {"account"}},
             {"caller-recording", {"caller.user", "caller.device"}},
             {"callee-recording", {"callee.user", "callee.device"}}}) {
      for (const std::string& document : documents) {
        MatrixQuestion question{
            {output(*c.policy, decision)}, {element(model, "source"), element(model, "destination")}, {}};
        for (const char* cell : {"[inbound, onnet]", "[inbound, offnet]", "[outbound, onnet]", "[outbound, offnet]"})
          question.settings.push_back(element(model, document + cell + ".enabled"));
        const auto made = make_matrix(*c.policy, question);
        if (!made) fail("no matrix of " + document);
        sections += made->sections.size();
      }
    }
    if (sections != 20) fail("matrices of other sizes");
  }
}

// `common`: the option as documented; `names`: decisions, or all that both files have if empty.
void diffs(benchmark::State& state, bool common, std::vector<std::string> names, std::size_t expected) {
  for (auto _ : state) {
    state.PauseTiming();
    const Compilation before = compiled(recording_rules), after = compiled(switch_rules);
    if (names.empty())
      for (const Output& output : before.policy->outputs)
        names.push_back(before.policy->model->at(output.decision).name);
    state.ResumeTiming();
    DiffBounds bounds;
    bounds.described_rows = 10;
    Diff diff(*before.policy, *after.policy, common, bounds);
    std::size_t different = 0;
    for (const std::string& name : names) {
      const DiffDecision made = diff.compare({output(*before.policy, name), output(*after.policy, name)}, "", {});
      for (const DiffPart& part : made.parts) different += part.different != 0;
    }
    if (different != expected) fail("other differences");
  }
}

void sales(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    Compilation c = compiled(recording_rules);
    const Model& model = *c.policy->model;
    SolveQuestion question;
    const auto want = [&](const char* claim, const char* when) {
      question.wishes.push_back({condition(c, claim), condition(c, when), claim});
    };
    want("caller-recording is on", "source is onnet and destination is offnet");
    want("callee-recording is on", "source is offnet and destination is onnet");
    want("caller-recording is off and callee-recording is off", "source is onnet and destination is onnet");
    const char* when = "caller.device is unset and callee.device is unset";
    question.whens.push_back({condition(c, when), when});
    question.over.push_back(element(model, "caller.user"));
    question.same.emplace_back(element(model, "caller.user"), element(model, "callee.user"));
    state.ResumeTiming();
    const auto made = solve(*c.policy, question);
    const auto* found = made ? std::get_if<Solutions>(&*made) : nullptr;
    if (!found || found->settings != 2 || found->count != 1) fail("other settings for Sales");
  }
}

// Devices as `tally audit` reads them, each with settings of its own.
// `facts` are added to each, so that it is a whole request.
std::vector<std::string> devices(std::size_t count, const std::string& facts) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t digits = i;  // in base 3: unset, on, off
    const auto cell = [&] {
      const char* const cells[] = {"{}", "{\"enabled\":true}", "{\"enabled\":false}"};
      return std::string(cells[std::exchange(digits, digits / 3) % 3]);
    };
    const auto way = [&] { return "{\"onnet\":" + cell() + ",\"offnet\":" + cell() + "}"; };
    lines.push_back("{\"id\":" + std::to_string(i) + facts +
                    ",\"caller\":{\"device\":{\"call_recording\":{\"inbound\":" + way() + ",\"outbound\":" + way() +
                    "}}}}");
  }
  return lines;
}

// Which of 10,000 devices are never recorded on calls to the outside, by the switch's rules; or, to compare, binding
// the same lines.
void audits(benchmark::State& state, bool only_bind) {
  const std::vector<std::string> lines =
      devices(10'000, only_bind ? R"(,"source":"onnet","destination":"offnet")" : "");
  for (auto _ : state) {
    state.PauseTiming();
    Compilation c = compiled(switch_starts);
    const auto deployment = deploy(*c.policy, c.diagnostics);
    if (!deployment) fail("no deployment");
    const RequestBinder binder(std::make_shared<PolicyDescriptor>(describe_policy(*c.policy, *deployment, c.sources)));
    const AuditQuestion question{
        condition(c, "caller-recording is on"), {condition(c, "source is onnet and destination is offnet")}, {}};
    const ReadOptions reading{UnknownKeys::warned, [](const std::string& pointer) { return pointer == "/id"; }};
    const auto audit = Audit::make(*c.policy, binder, question, reading);
    if (!audit) fail(audit.error().message);
    RequestStream requests(binder, reading);
    std::size_t answers = 0;
    state.ResumeTiming();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (only_bind) {
        answers += requests.bind(lines[i]) != nullptr;
        continue;
      }
      const report::AuditedLine line(*c.policy->model, lines[i], i + 1);
      answers += (*audit)->read(lines[i], [&](const std::string& pointer) { return line.at(pointer); }).has_value();
    }
    if (answers != lines.size()) fail("documents at fault");
  }
}

}  // namespace

void register_questions() {
  const auto add = [](const char* name, auto run) {
    benchmark::RegisterBenchmark(name, run)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);
  };
  add("question/matrix", matrices);
  add("question/diff-common", [](benchmark::State& s) {
    diffs(s, true, {"account-recording", "caller-recording"}, 1);
  });
  add("question/diff", [](benchmark::State& s) { diffs(s, false, {"account-recording", "caller-recording"}, 2); });
  add("question/solve", sales);
  add("question/audit", [](benchmark::State& s) { audits(s, false); });
  add("question/audit-bind", [](benchmark::State& s) { audits(s, true); });
}

}  // namespace tally::bench
