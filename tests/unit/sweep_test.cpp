// Sweeps: compiled code, diagrams and the reference interpreter count alike, for every width of
// vectors. A part is counted as exactly as the whole, and a difference is found.
#include "simulator/sweep/sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "compiler/front_end.h"
#include "grammar/source/render.h"
#include "simulator/sweep_run/sweep_run.h"
#include "tests/support/interpreted_counts.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

constexpr unsigned widths[] = {64, 128, 256, 512};

Compilation compile_text(const std::string& text) {
  Compilation c = compile("policy.tally", [&](const std::string&) { return text; });
  for (const Diagnostic& d : c.diagnostics.list()) {
    if (d.severity == Severity::error) ADD_FAILURE() << render(d, c.sources) << text;
  }
  return c;
}

// Tests run in the root of the project.
Compilation compile_rules(const std::string& file) {
  Compilation c = compile(file, read_rule_file);
  EXPECT_TRUE(c.policy) << file;
  return c;
}

std::size_t output(const Policy& policy, const std::string& name) {
  std::size_t i = 0;
  while (i < policy.outputs.size() && policy.model->at(policy.outputs[i].decision).name != name) ++i;
  EXPECT_LT(i, policy.outputs.size()) << name;
  return i;
}

Sweep sweep_of(Compilation& c, const SweepQuestion& question) {
  auto made = make_sweep(*c.policy, c.sources, question);
  if (!made) {
    ADD_FAILURE() << made.error().message;
    return {};
  }
  return *std::move(made);
}

SlicedFunctions code_of(const Compilation& c, const Sweep& sweep, unsigned width = 0) {
  auto compiled = compile_sliced({*c.policy->graph, *c.policy->classes, sweep.variables, sweep.conditions, width});
  if (!compiled) ADD_FAILURE() << compiled.error().message;
  return *std::move(compiled);
}

std::uint64_t number(const Count& count) { return count.get_ui(); }

// Compares the counts of all three over the whole space.
void expect_agreement(Compilation& c, const SweepQuestion& question, unsigned width, const std::string& where) {
  const Sweep sweep = sweep_of(c, question);
  const SlicedFunctions code = code_of(c, sweep, width);
  EXPECT_EQ(code.plan().width, width);
  const SweepRun run = run_sweep(sweep, code, {});
  EXPECT_EQ(run.end, SweepRun::End::complete);
  EXPECT_EQ(run.assignments, sweep.assignments);
  DiagramCounts diagrams(*c.policy, sweep);
  const auto by_diagram = diagrams.count(sweep.all());
  ASSERT_TRUE(by_diagram) << where;
  ASSERT_EQ(run.counts, *by_diagram) << where << ", width " << width;
  const auto interpreted = count_by_interpreter(*c.policy, question.outputs, sweep);
  if (!interpreted) return;
  const SweepCounts counts = outcome_counts(sweep, run.counts);
  ASSERT_EQ(number(counts.combinations), interpreted->combinations) << where;
  for (std::size_t d = 0; d < counts.decisions.size(); ++d) {
    for (std::size_t i = 0; i < counts.decisions[d].size(); ++i)
      ASSERT_EQ(number(counts.decisions[d][i]), interpreted->decisions[d][i])
          << where << ": " << sweep.decisions[d].name << " is " << sweep.decisions[d].outcomes[i];
  }
  std::uint64_t joint = 0;
  for (std::size_t i = 0; i < counts.joint.size(); ++i) {
    const auto at = interpreted->joint.find(sweep.joint[i]);
    ASSERT_EQ(number(counts.joint[i]), at == interpreted->joint.end() ? 0 : at->second) << where << ", joint " << i;
    joint += number(counts.joint[i]);
  }
  if (question.joint) {
    ASSERT_EQ(joint, interpreted->combinations) << where;
  }
}

TEST(Sweep, ShippedRulesDecisionByDecision) {
  std::size_t compared = 0;
  for (const std::string& file : shipped_files()) {
    Compilation c = compile_rules(file);
    for (std::size_t i = 0; i < c.policy->outputs.size(); ++i) {
      SweepQuestion question;
      question.outputs = {i};
      if (sweep_of(c, question).assignments > 40'000) continue;
      ++compared;
      for (const unsigned width : widths)
        expect_agreement(c, question, width, file + ", decision " + std::to_string(i));
    }
  }
  EXPECT_GE(compared, 15u);
}

// Two decisions at a time, together and separately, over more than they read.
TEST(Sweep, RandomPolicies) {
  constexpr std::uint64_t seeds = 300;
  std::size_t compared = 0, impossible = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    Compilation c = compile_text(random_policy(seed));
    ASSERT_TRUE(c.policy) << seed;
    std::mt19937_64 random(seed);
    SweepQuestion question;
    question.joint = seed % 2 == 0;
    const std::size_t first = random() % c.policy->outputs.size(), second = random() % c.policy->outputs.size();
    question.outputs = {first};
    if (second != first) question.outputs.push_back(second);
    for (int more = 0; more < 3; ++more) {
      const ElementId element{static_cast<std::uint32_t>(random() % c.policy->model->elements.size())};
      if (c.policy->model->at(element).has_code()) question.over.insert(element);
    }
    if (const auto made = make_sweep(*c.policy, c.sources, question); !made) {
      EXPECT_EQ(made.error().cause, Cause::bound) << made.error().message;
      continue;
    }
    if (sweep_of(c, question).assignments > 4000) question.outputs = {first}, question.over = {};
    const Sweep sweep = sweep_of(c, question);
    if (sweep.assignments > 4000) continue;
    ++compared;
    expect_agreement(c, question, widths[seed % 4], "seed " + std::to_string(seed));
    DiagramCounts diagrams(*c.policy, sweep);
    if (diagrams.count(sweep.all())->front() != sweep.assignments) ++impossible;
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(compared, 200u);
  EXPECT_GT(impossible, 20u) << "hardly a space with something impossible";
}

// --- the start decisions ---------------------------------------------------------------

struct Start {
  Compilation rules = compile_rules("rules/call_recording.tally");
  SweepQuestion question;

  Start() {
    for (const char* name : {"account-recording", "caller-recording", "callee-recording"})
      question.outputs.push_back(output(*rules.policy, name));
    const Model& model = *rules.policy->model;
    for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
      const std::string& name = model.elements[i].name;
      for (const char* document : {"account[", "caller.user[", "caller.device[", "callee.user[", "callee.device["}) {
        if (name.starts_with(document) && name.ends_with(".enabled")) question.over.insert(ElementId{i});
      }
    }
  }
};

// By arithmetic. For one source and destination, the account reads two of its cells, of three
// values each. An endpoint that is read at all reads one cell of its device and one of its user.
// The other 14 of the 20 cells are free.
TEST(Sweep, TheStartDecisionsJointly) {
  Start start;
  start.question.joint = true;
  const Sweep sweep = sweep_of(start.rules, start.question);
  EXPECT_EQ(sweep.inputs.size(), 22u);
  EXPECT_EQ(sweep.assignments, Count("13947137604"));

  constexpr std::uint64_t free_cells = 4'782'969;  // 3^14
  // Inbound on: 3 of 9; otherwise outbound on: 2 of 9.
  const std::map<std::string, std::uint64_t> account = {{"inbound", 3}, {"outbound", 2}, {"none", 4}};
  // Device on: 3 of 9; device unset and user on: 1 of 9.
  const auto endpoint = [](bool asked) {
    return std::map<std::string, std::uint64_t>{{"on", asked ? 4 : 0}, {"off", asked ? 5 : 9}};
  };
  std::map<std::vector<std::string>, Count> expected;
  for (const bool source_onnet : {true, false}) {
    for (const bool destination_onnet : {true, false}) {
      for (const auto& [recorded, of_account] : account) {
        for (const auto& [caller, of_caller] : endpoint(source_onnet)) {
          for (const auto& [callee, of_callee] : endpoint(destination_onnet))
            expected[{recorded, caller, callee}] += Count(free_cells) * of_account * of_caller * of_callee;
        }
      }
    }
  }
  for (const unsigned jobs : {1u, 3u}) {
    SweepOptions options;
    options.jobs = jobs;
    const SweepRun run = run_sweep(sweep, code_of(start.rules, sweep), options);
    const SweepCounts counts = outcome_counts(sweep, run.counts);
    EXPECT_EQ(counts.combinations, Count("13947137604"));
    ASSERT_EQ(counts.joint.size(), expected.size());
    for (std::size_t i = 0; i < sweep.joint.size(); ++i) {
      std::vector<std::string> names;
      for (std::size_t d = 0; d < 3; ++d) names.push_back(sweep.decisions[d].outcomes[sweep.joint[i][d]]);
      EXPECT_EQ(counts.joint[i], expected.at(names)) << names[0] << " " << names[1] << " " << names[2];
    }
  }
}

// --- parts -----------------------------------------------------------------------------

TEST(Sweep, AnyPartCountsAsTheDiagramsDo) {
  Start start;
  const Sweep sweep = sweep_of(start.rules, start.question);
  DiagramCounts diagrams(*start.rules.policy, sweep);
  for (const unsigned width : widths) {
    const SlicedFunctions code = code_of(start.rules, sweep, width);
    std::mt19937_64 random(width);
    for (int i = 0; i < 100; ++i) {
      Box box = sweep.all();
      for (CodeRange& range : box) {
        // Usually one code, so that a part is small; sometimes two, or all.
        const unsigned codes = range.end - range.first;
        const unsigned first = range.first + static_cast<unsigned>(random() % codes);
        const unsigned kind = static_cast<unsigned>(random() % 4);
        if (kind == 0) continue;
        const unsigned end = kind == 1 ? std::min<unsigned>(first + 2, range.end) : first + 1;
        range = {static_cast<Code>(first), static_cast<std::uint16_t>(end)};
      }
      EXPECT_EQ(count_by_code(code, sweep.conditions.size(), box), diagrams.count(box)) << "width " << width;
    }
  }
}

TEST(Sweep, TheCoveredPartIsCounted) {
  Start start;
  const Sweep sweep = sweep_of(start.rules, start.question);
  const SlicedFunctions code = code_of(start.rules, sweep);
  DiagramCounts diagrams(*start.rules.policy, sweep);
  const auto expect_exact = [&](const SweepRun& run) {
    ConditionCounts expected(sweep.conditions.size());
    Count assignments;
    for (const Box& box : run.covered) {
      const auto counts = diagrams.count(box);
      for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += (*counts)[i];
      Count size = 1;
      for (const CodeRange& range : box) size *= range.end - range.first;
      assignments += size;
    }
    EXPECT_EQ(run.counts, expected);
    EXPECT_EQ(run.assignments, assignments);
  };

  std::atomic<bool> stop{true};
  SweepOptions options;
  options.stop = &stop;
  const SweepRun nothing = run_sweep(sweep, code, options);
  EXPECT_EQ(nothing.end, SweepRun::End::stopped);
  EXPECT_EQ(nothing.assignments, 0);
  expect_exact(nothing);
  // Stops at an arbitrary moment. The counts are those of the covered part.
  for (int delay = 0; delay < 20; ++delay) {
    stop = false;
    options.jobs = 1 + delay % 3;
    std::thread stopper([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(200 * delay));
      stop = true;
    });
    const SweepRun run = run_sweep(sweep, code, options);
    stopper.join();
    EXPECT_EQ(run.end == SweepRun::End::complete, run.assignments == sweep.assignments);
    expect_exact(run);
  }
}

// 13 flags, and 60 numbers that nothing reads: 2^13 * 2^60 combinations.
TEST(Sweep, ASpaceThatIsTooLargeIsGivenUp) {
  std::string text, all, over;
  for (int i = 0; i < 73; ++i) {
    const std::string name = (i < 13 ? "a" : "b") + std::to_string(i);
    text += "input " + name + (i < 13 ? " : flag\n" : " : number?\n");
    if (i < 13) all += (i ? " and " : "") + name + " is on";
  }
  Compilation c = compile_text(text + "decision d : flag {\n on when " + all + "\n off otherwise\n}\n");
  SweepQuestion question;
  question.outputs = {0};
  for (const Input& input : c.policy->model->inputs) question.over.insert(input.element);
  const Sweep sweep = sweep_of(c, question);
  EXPECT_EQ(sweep.assignments, Count("9444732965739290427392"));
  SweepOptions options;
  options.trial = 0;
  const SweepRun run = run_sweep(sweep, code_of(c, sweep), options);
  EXPECT_EQ(run.end, SweepRun::End::too_long);
  EXPECT_GT(run.needed, options.limit);
  EXPECT_GT(run.assignments, 0);
  EXPECT_LT(run.assignments, sweep.assignments);
  DiagramCounts diagrams(*c.policy, sweep);
  const SweepCounts counts = outcome_counts(sweep, *diagrams.count(sweep.all()));
  EXPECT_EQ(counts.decisions[0],
            (std::vector<Count>{sweep.assignments - Count("1152921504606846976"), Count("1152921504606846976")}));
}

// --- outcomes --------------------------------------------------------------------------

TEST(Sweep, OutcomesAreValuesOriginsOrRules) {
  Compilation c = compile_text(
      "input a : flag?\n"
      "input n : number?\n"
      "decision value : x | y {\n x when a is on\n y otherwise\n}\n"
      "decision handed : number? {\n n when a is on\n 7 when a is off\n unset otherwise\n}\n"
      "decision both : { v : flag, w : number? } {\n"
      " { v : on, w : n } when a is set\n { v : off, w : unset } otherwise\n}\n"
      "decision gap : flag? {\n on when a is on\n unset when a is off\n}\n");
  SweepQuestion question;
  question.outputs = {0, 1, 2, 3};
  const Sweep sweep = sweep_of(c, question);
  const SweepCounts counts = outcome_counts(sweep, run_sweep(sweep, code_of(c, sweep), {}).counts);
  const auto outcomes_of = [&](std::size_t d) {
    std::string out;
    for (std::size_t i = 0; i < sweep.decisions[d].outcomes.size(); ++i)
      out += (i ? ", " : "") + sweep.decisions[d].outcomes[i] + " " + counts.decisions[d][i].get_str();
    return out;
  };
  EXPECT_EQ(counts.combinations, 6);
  EXPECT_EQ(outcomes_of(0), "x 2, y 4");
  EXPECT_EQ(outcomes_of(1), "unset 3, n 1, 7 2");
  EXPECT_EQ(outcomes_of(2), "rule 1 4, rule 2 2");
  EXPECT_EQ(outcomes_of(3), "(undecided) 2, unset 2, off 0, on 2");
  EXPECT_EQ(sweep.decisions[2].results, (std::vector<std::string>{"{ v : on, w : n }", "{ v : off, w : unset }"}));
}

TEST(Sweep, ADecisionThatReadsNothingHasOneCombination) {
  Compilation c = compile_text("decision d : flag = on\n");
  SweepQuestion question;
  question.outputs = {0};
  const Sweep sweep = sweep_of(c, question);
  for (const unsigned width : widths) {
    const SweepRun run = run_sweep(sweep, code_of(c, sweep, width), {});
    EXPECT_EQ(outcome_counts(sweep, run.counts).decisions[0], (std::vector<Count>{0, 1}));
  }
}

// A leaf of 255 codes, the maximum.
TEST(Sweep, LeavesOfManyCodes) {
  std::string rules;
  for (int i = 0; i < 127; ++i)
    rules += " on when n in " + std::to_string(4 * i + 2) + ".." + std::to_string(4 * i + 3) + "\n";
  Compilation c = compile_text("input n : number\ninput m : number\ndecision d : flag {\n" + rules +
                               " off otherwise\n}\ndecision e : flag {\n on when n < 6 and m < 6\n off otherwise\n}\n");
  ASSERT_TRUE(c.policy);
  SweepQuestion question;
  question.outputs = {0, 1};
  question.joint = true;
  for (const unsigned width : widths) expect_agreement(c, question, width, "many codes");
}

// --- differences -----------------------------------------------------------------------

// The test changes the counts of the code for one combination.
TEST(Sweep, TheFirstCombinationThatDiffersIsFound) {
  Start start;
  const Sweep sweep = sweep_of(start.rules, start.question);
  const SlicedFunctions code = code_of(start.rules, sweep);
  DiagramCounts diagrams(*start.rules.policy, sweep);
  const CountBox by_diagram = [&](const Box& box) { return *diagrams.count(box); };
  const CountBox by_code = [&](const Box& box) { return count_by_code(code, sweep.conditions.size(), box); };
  EXPECT_FALSE(first_difference(sweep, sweep.all(), by_code, by_diagram));

  // One of the two comes first in the order of the inputs.
  std::mt19937_64 random(1);
  for (int round = 0; round < 4; ++round) {
    std::vector<Box> wrong;
    for (int i = 0; i < 2; ++i) {
      Box box = sweep.all();
      for (CodeRange& range : box) {
        range.first = static_cast<Code>(range.first + random() % (range.end - range.first));
        range.end = static_cast<std::uint16_t>(range.first + 1);
      }
      wrong.push_back(box);
    }
    const auto codes = [&](const Box& box) {
      std::map<ElementId, unsigned> out;
      for (std::size_t i = 0; i < box.size(); ++i) out[sweep.variables[i].element] = box[i].first;
      return out;
    };
    if (codes(wrong[1]) < codes(wrong[0])) std::swap(wrong[0], wrong[1]);
    const CountBox sabotaged = [&](const Box& box) {
      ConditionCounts counts = by_code(box);
      for (const Box& one : wrong) {
        bool inside = true;
        for (std::size_t i = 0; i < box.size(); ++i)
          inside = inside && box[i].first <= one[i].first && one[i].first < box[i].end;
        // Exchanges "recorded" and "not recorded" for the caller.
        if (inside) counts[3] += by_code(one)[3] == 0 ? 1 : -1;
      }
      return counts;
    };
    const auto found = first_difference(sweep, sweep.all(), sabotaged, by_diagram);
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, wrong[0]);
    const bool is_on = by_diagram(*found)[3] == 0;  // the condition is `off`
    const std::string described =
        describe_difference(*start.rules.policy, sweep, *found, sabotaged(*found), by_diagram(*found));
    const std::string expected = std::string(": `caller-recording` is ") + (is_on ? "off" : "on") +
                                 " in the compiled code, " + (is_on ? "on" : "off") + " in the diagrams";
    EXPECT_TRUE(described.ends_with(expected)) << described;
    EXPECT_TRUE(described.starts_with("source is ")) << described;
  }
}

}  // namespace
}  // namespace tally::testing
