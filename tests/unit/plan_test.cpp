// What `tally plan` finds of a change, held to the reference interpreter over all calls: counts, what is beyond the
// limits, the call that is shown, and the fate of each promise. TALLY_PLAN_SEEDS sets how many random pairs are tried,
// and TALLY_FIRST_SEED the first seed.
#include "simulator/plan/limits.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "compiler/front_end.h"
#include "grammar/parse/parser.h"
#include "grammar/source/render.h"
#include "simulator/mutate/mutate.h"
#include "simulator/plan/promises.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/environment.h"
#include "tests/support/random.h"
#include "tests/support/rule_files.h"

namespace tally::testing {
namespace {

using Values = std::map<std::string, std::string>;  // by input: {"a", "on"}, {"source", "inside"}

const std::string inputs =
    "type place = inside | outside | between\n"
    "input source : place\ninput a : flag\ninput b : flag\ninput c : flag\n";
const std::vector<std::string> decisions{"one", "two"};

// Every call of these inputs.
std::vector<Values> all_calls() {
  std::vector<Values> out;
  const auto flag = [](int bit) { return std::string(bit != 0 ? "on" : "off"); };
  for (const std::string source : {"inside", "outside", "between"})
    for (int bits = 0; bits < 8; ++bits)
      out.push_back({{"source", source}, {"a", flag(bits & 1)}, {"b", flag(bits & 2)}, {"c", flag(bits & 4)}});
  return out;
}

reference::Facts facts_of(const Model& model, const Values& values) {
  return [&](ElementId id) -> Literal { return EnumName{values.at(model.at(id).name)}; };
}

std::unique_ptr<Compilation> compiled(const std::string& text) {
  return std::make_unique<Compilation>(
      compile("rules.tally", [&](const std::string&) -> std::variant<std::string, ReadError> { return text; }));
}

std::string decided(const Compilation& c, const std::string& name, const Values& values) {
  const Model& model = *c.policy->model;
  const reference::Interpreter interpreter(model);
  for (std::uint32_t i = 0; i < model.decisions.size(); ++i) {
    if (model.decisions[i].name != name) continue;
    const reference::Decided made = interpreter.decide(DecisionId{i}, facts_of(model, values));
    return std::get<reference::EnumValue>(made.value.node).name;
  }
  ADD_FAILURE() << name;
  return "";
}

std::string random_condition(Random& random) {
  const std::vector<std::string> tests{
      "source is inside", "source is not between", "a is on", "b is on", "c is off", "a is b", "b is not on"};
  std::string out = random.pick(tests);
  while (random.chance(50)) out = "(" + out + (random.chance(60) ? ") and " : ") or ") + random.pick(tests);
  return out;
}

// The rules of each decision, and the proofs.
struct RandomFile {
  std::map<std::string, std::vector<std::string>> rules;
  std::vector<std::string> proofs;
  std::string text() const {
    std::string out = inputs;
    for (const auto& [name, of_decision] : rules) {
      out += "decision " + name + " : flag {\n";
      for (const std::string& rule : of_decision) out += "  " + rule + "\n";
      out += "}\n";
    }
    for (const std::string& proof : proofs) out += proof + "\n";
    return out;
  }
};

std::vector<std::string> random_decision(Random& random) {
  std::vector<std::string> out;
  const std::size_t count = 1 + random.below(3);
  for (std::size_t i = 0; i < count; ++i)
    out.push_back((random.chance(50) ? "on  when " : "off when ") + random_condition(random));
  out.push_back("off otherwise");
  return out;
}

std::string random_proof(Random& random) {
  return "prove " + random.pick(decisions) + (random.chance(50) ? " is on" : " is off") + " when " +
         random_condition(random);
}

// A file, and the same with an edit in some decisions and proofs; now and then without any.
std::pair<RandomFile, RandomFile> random_pair(Random& random) {
  RandomFile before;
  for (const std::string& name : decisions) before.rules[name] = random_decision(random);
  for (int i = 0; i < 3; ++i) before.proofs.push_back(random_proof(random));
  RandomFile after = before;
  for (auto& [name, rules] : after.rules) {
    if (random.chance(40)) rules.erase(rules.begin());
    if (random.chance(40)) rules.insert(rules.begin(), "on when " + random_condition(random));
  }
  if (random.chance(60)) after.proofs.erase(after.proofs.begin());
  if (random.chance(60)) after.proofs.push_back(random_proof(random));
  return {before, after};
}

// One pair of files.
class Trial {
 public:
  Trial(const std::string& before, const std::string& after)
      : before_text_(before), after_text_(after), before_(compiled(before)), after_(compiled(after)) {}

  bool is_whole() const { return before_->policy && after_->policy; }

  void run(Random& random) {
    Diff diff(*before_->policy, *after_->policy, false);
    std::vector<DiffDecision> compared;
    std::vector<PlannedDecision> planned;
    for (std::size_t i = 0; i < decisions.size(); ++i) compared.push_back(diff.compare({i, i}, "", {}));
    for (std::size_t i = 0; i < decisions.size(); ++i) planned.push_back({{i, i}, &compared[i]});
    expect_counts(diff, compared);
    for (int limit = 0; limit < 4; ++limit) expect_beyond(random, diff, planned);
    expect_fates();
  }

  static inline std::size_t beyond = 0, allowed = 0, same = 0;
  static inline std::map<PromiseFate, std::size_t> fates;

 private:
  bool differs(const std::string& name, const Values& call) const {
    return decided(*before_, name, call) != decided(*after_, name, call);
  }

  void expect_counts(Diff& diff, const std::vector<DiffDecision>& compared) const {
    for (const DiffDecision& decision : compared) {
      ASSERT_EQ(decision.parts.size(), 1u);
      const DiffPart& part = decision.parts.front();
      std::set<std::vector<std::string>> all, different;
      for (const Values& call : all_calls()) {
        std::vector<std::string> combination;
        for (const std::string& column : part.columns) combination.push_back(call.at(column));
        all.insert(combination);
        if (differs(decision.name, call)) different.insert(combination);
      }
      const std::size_t at = decision.name == decisions.front() ? 0 : 1;
      if (diff.is_same({at, at})) {
        EXPECT_TRUE(different.empty()) << decision.name;
        ++same;
      }
      EXPECT_EQ(part.combinations, Count(static_cast<unsigned long>(all.size()))) << decision.name;
      EXPECT_EQ(part.different, Count(static_cast<unsigned long>(different.size()))) << decision.name;
    }
  }

  // A condition in the names of one of the files, and its meaning.
  ExprRef condition(Compilation& c, const std::string& text) {
    Diagnostics faults;
    const auto tree = parse_expression(c.sources, c.sources.add("allow", text), faults);
    return tree ? analyze_condition(c.program, c.sources, *c.policy->model, *tree, faults) : nullptr;
  }

  void expect_beyond(Random& random, Diff& diff, const std::vector<PlannedDecision>& planned) {
    PlanLimits limits;
    std::vector<std::pair<std::size_t, ExprRef>> conditions;
    std::string shown;
    for (std::size_t n = random.below(3); n > 0; --n) {
      const std::size_t side = random.below(2);
      const std::string text = random_condition(random);
      Compilation& c = side == 0 ? *before_ : *after_;
      const ExprRef made = condition(c, text);
      ASSERT_TRUE(made) << text;
      const LoweredCondition lowered = c.policy->lowering->condition(made);
      limits.calls.push_back({side, lowered.node, lowered.reads});
      conditions.emplace_back(side, made);
      shown += " --allow '" + text + "'";
    }
    if (random.chance(30)) limits.decisions.insert(random.pick(decisions));
    if (random.chance(30)) limits.combinations = Count(static_cast<unsigned long>(random.below(12)));
    const std::vector<PlanExcess> found = changes_beyond(diff, planned, limits);

    std::set<std::string> expected;
    for (const std::string& name : decisions) {
      if (!limits.is_narrow() || limits.decisions.contains(name)) continue;
      for (const Values& call : all_calls()) {
        bool is_allowed = false;
        for (const auto& [side, made] : conditions) {
          const Model& model = side == 0 ? *before_->policy->model : *after_->policy->model;
          is_allowed = is_allowed || reference::Interpreter(model).holds(made, facts_of(model, call));
        }
        if (!is_allowed && differs(name, call)) expected.insert(name);
      }
    }
    Count all = 0;
    for (const PlannedDecision& one : planned) all += one.compared->parts.front().different;
    const bool too_many = limits.combinations && all > *limits.combinations;
    EXPECT_EQ(found.size(), expected.size() + (too_many ? 1 : 0)) << shown;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const bool has_conditions = i < expected.size();
      EXPECT_TRUE(!has_conditions || expected.contains(found[i].part)) << found[i].part << shown;
      expect_call(found[i], has_conditions ? conditions : decltype(conditions){});
    }
    (found.empty() ? allowed : beyond) += 1;
  }

  // The call that is shown is decided differently, and no condition allows it.
  void expect_call(const PlanExcess& excess, const std::vector<std::pair<std::size_t, ExprRef>>& conditions) {
    const auto request = nlohmann::json::parse(excess.request, nullptr, false);
    ASSERT_TRUE(request.is_object()) << excess.request;
    Values call{{"source", "inside"}, {"a", "off"}, {"b", "off"}, {"c", "off"}};  // what does not matter
    for (const auto& [name, value] : request.items())
      call[name] = value.is_boolean() ? (value.get<bool>() ? "on" : "off") : value.get<std::string>();
    EXPECT_TRUE(differs(excess.part, call)) << excess.part << " " << excess.request;
    for (const auto& [side, made] : conditions) {
      const Model& model = side == 0 ? *before_->policy->model : *after_->policy->model;
      EXPECT_FALSE(reference::Interpreter(model).holds(made, facts_of(model, call))) << excess.request;
    }
  }

  // Whether the rules of the new file keep a proof of a compilation.
  static bool keeps(const Compilation& with, const Proof& proof) {
    const Model& model = *with.policy->model;
    const reference::Interpreter interpreter(model);
    bool some = false;
    for (const Values& call : all_calls()) {
      const auto facts = facts_of(model, call);
      if (proof.condition && !interpreter.holds(proof.condition, facts)) continue;
      some = true;
      if (!interpreter.holds(proof.claim, facts)) return false;
    }
    return some;
  }

  void expect_fates() {
    const auto with = [&](const std::string& more) { return std::move(*compiled(after_text_ + more)); };
    const auto found = compare_promises(*before_, *after_, with);
    const auto texts = [](const Compilation& c) {
      std::set<std::string> out;
      for (const Proof& proof : c.policy->model->proofs) out.insert(std::string(c.sources.text(proof.span)));
      return out;
    };
    const std::set<std::string> old = texts(*before_), now = texts(*after_);
    for (const ComparedPromise& promise : found) {
      EXPECT_EQ(promise.in_old, old.contains(promise.text)) << promise.text;
      EXPECT_EQ(promise.in_new, now.contains(promise.text)) << promise.text;
      const auto alone = compiled(after_text_ + "\n" + promise.text + "\n");
      ASSERT_TRUE(alone->policy) << promise.text;
      const bool is_kept = keeps(*alone, alone->policy->model->proofs.back());
      const PromiseFate expected = !is_kept          ? PromiseFate::broken
                                   : !promise.in_new ? PromiseFate::gone
                                   : promise.in_old  ? PromiseFate::kept
                                                     : PromiseFate::added;
      EXPECT_EQ(promise.fate, expected) << promise.text;
      ++fates[promise.fate];
    }
    std::set<std::string> all = old;
    all.insert(now.begin(), now.end());
    std::set<std::string> found_texts;
    for (const ComparedPromise& promise : found) found_texts.insert(promise.text);
    EXPECT_EQ(found_texts, all);
  }

  std::string before_text_, after_text_;
  std::unique_ptr<Compilation> before_, after_;
};

TEST(Plan, AgreesWithEnumerationOnRandomPairs) {
  const std::uint64_t first = setting("TALLY_FIRST_SEED", 0), seeds = setting("TALLY_PLAN_SEEDS", 150);
  std::size_t whole = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    Random random(seed);
    const auto [before, after] = random_pair(random);
    Trial trial(before.text(), after.text());
    if (!trial.is_whole()) {
      ADD_FAILURE() << before.text() << after.text();
      return;
    }
    ++whole;
    trial.run(random);
    if (::testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << seed << "\n--- old\n" << before.text() << "--- new\n" << after.text();
      return;
    }
  }
  EXPECT_GT(Trial::same, seeds / 4);
  EXPECT_GT(Trial::beyond, seeds / 2);
  EXPECT_GT(Trial::allowed, seeds / 2);
  for (const PromiseFate fate : {PromiseFate::kept, PromiseFate::added, PromiseFate::gone, PromiseFate::broken})
    EXPECT_GT(Trial::fates[fate], 0u);
}

// Returns the text of a file without its proofs and examples, so that they catch no edit.
std::string without_promises(const std::string& path) {
  const Compilation c = compile(path, read_rule_file);
  std::string text(c.sources.file(c.program.root().file).text());
  const auto blank = [&](const Span& span) {
    text.replace(span.begin, span.end - span.begin, span.end - span.begin, ' ');
  };
  for (const Proof& proof : c.policy->model->proofs) blank(proof.span);
  for (const Example& example : c.policy->model->examples) blank(example.span);
  return text;
}

// Compares a file with its edits. An edit that `mutate` proves equal differs on no combination, and an edit that
// survives is decided differently in the decision of its call.
void compare_with_mutants(const std::string& path, std::size_t most, std::map<Verdict, std::size_t>& seen) {
  std::string text = without_promises(path);
  const auto read = [&](const std::string& file) -> std::variant<std::string, ReadError> {
    return file == path ? text : read_rule_file(file);
  };
  Compilation original = compile(path, read);
  ASSERT_TRUE(original.policy) << path;
  const Result<Mutation> mutation = mutate(original);
  ASSERT_TRUE(mutation) << path;
  const std::size_t step = mutation->mutants.size() / most + 1;
  for (std::size_t m = 0; m < mutation->mutants.size(); m += step) {
    const Mutant& mutant = mutation->mutants[m];
    if (mutant.verdict != Verdict::equal && mutant.verdict != Verdict::survives) continue;
    text = edited(original.sources, mutant.edit);
    const Compilation after = compile(path, read);
    ASSERT_TRUE(after.policy) << path << "\n" << mutant.edit.before << " -> " << mutant.edit.after;
    Diff diff(*original.policy, *after.policy, false);
    for (std::size_t i = 0; i < original.policy->outputs.size(); ++i) {
      const DiffDecision decision = diff.compare({i, i}, "", {});
      if (!decision.failures.empty()) continue;
      Count different = 0;
      for (const DiffPart& part : decision.parts) different += part.different;
      const std::string shown = path + ": " + mutant.edit.before + " -> " + mutant.edit.after + ": " + decision.name;
      if (mutant.verdict == Verdict::equal) {
        EXPECT_EQ(different, 0) << shown;
      }
      if (different != 0) {
        EXPECT_FALSE(diff.is_same({i, i})) << shown;
      }
      const bool is_of_call = mutant.call && mutant.call->decision == original.policy->outputs[i].decision;
      if (is_of_call) {
        EXPECT_NE(different, 0) << shown;
      }
    }
    ++seen[mutant.verdict];
  }
}

TEST(Plan, AgreesWithTheVerdictsOnMutants) {
  std::map<Verdict, std::size_t> seen;
  // Files with few enough combinations, so that each mutant is compared at once.
  for (const std::string name : {"asterisk_mixmonitor", "consent", "emergency", "freepbx_report_992",
                                 "freeswitch_record_session", "fusionpbx", "jambonz", "least_cost"})
    compare_with_mutants("rules/atlas/" + name + ".tally", 60, seen);
  EXPECT_GT(seen[Verdict::equal], 10u);
  EXPECT_GT(seen[Verdict::survives], 100u);
}

TEST(Plan, APromiseIsTheSameInAnotherLayout) {
  const std::string rules = inputs + "decision one : flag = a is on\n";
  const auto before = compiled(rules + "prove \"a  b\" one is on when a is on  # as written\n");
  const auto after = compiled(rules + "prove  \"a  b\"\n  one is on  # a note\n  when a is on\n");
  ASSERT_TRUE(before->policy && after->policy);
  const auto found = compare_promises(*before, *after, [](const std::string&) { return Compilation(); });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found.front().fate, PromiseFate::kept);
  EXPECT_EQ(found.front().label, "proof `a  b`");
}

TEST(Plan, APromiseWithoutAMeaningIsNotCompared) {
  const auto before = compiled(inputs + "decision one : flag = a is on\nprove one is on when a is on\n" +
                               "decision two : flag = b is on\nprove two is on when b is on\n");
  const std::string rules = inputs + "decision one : flag = a is on and b is on\n";
  const auto after = compiled(rules);
  ASSERT_TRUE(before->policy && after->policy);
  const auto found =
      compare_promises(*before, *after, [&](const std::string& more) { return std::move(*compiled(rules + more)); });
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].fate, PromiseFate::broken);
  EXPECT_EQ(found[1].fate, PromiseFate::unknown);
  EXPECT_EQ(found[1].why, "unknown name `two`");
}

}  // namespace
}  // namespace tally::testing
