// Vectors, compared with the edited files themselves: each mutant is compiled from its text and decided by the
// reference interpreter, for shipped rules and for random ones whose requests are all tried.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "simulator/mutate/mutate.h"
#include "simulator/reference/interpreter.h"
#include "simulator/vectors/clique.h"
#include "simulator/vectors/set_cover.h"
#include "simulator/vectors/vectors.h"
#include "tests/support/question_rules.h"
#include "tests/support/rule_files.h"
#include "tests/support/running.h"
#include "tests/support/value_text.h"

namespace tally::testing {
namespace {

using Known = std::map<ElementId, Literal>;

bool is_present(const Model& model, const Known& known, ElementId object) {
  const Element& element = model.at(object);
  return known.contains(object) ||
         (!element.type->optional && (!element.parent || is_present(model, known, *element.parent)));
}

// What a document has at an element.
reference::Facts facts_in(const Model& model, const Document& document) {
  const Known known(document.begin(), document.end());
  return [&model, known](ElementId id) -> Literal {
    if (const auto at = known.find(id); at != known.end()) return at->second;
    const Element& element = model.at(id);
    if (!element.is_leaf()) return is_present(model, known, id) ? Literal(EnumName{"present"}) : Literal(Unset{});
    if (!element.default_value || (element.parent && !is_present(model, known, *element.parent))) return Unset{};
    return *element.default_value;
  };
}

// What the outputs of a policy decide, by the rules of a model that may be a mutant's.
std::vector<std::string> decided(const Policy& policy, const Model& model, const reference::Facts& facts) {
  const reference::Interpreter interpreter(model);
  std::vector<std::string> out;
  for (const Output& output : policy.outputs) {
    const std::string& name = policy.model->at(output.decision).name;
    for (std::uint32_t i = 0; i < model.decisions.size(); ++i) {
      if (model.decisions[i].is_output && model.decisions[i].name == name)
        out.push_back(text_of(interpreter.decide(DecisionId{i}, facts).value));
    }
  }
  return out;
}

// A mutant, from its text.
std::unique_ptr<const Model> mutant_of(const Compilation& c, const Edit& edit) {
  const std::string text = edited(c.sources, edit);
  SourceSet sources;
  Diagnostics diagnostics;
  const auto read = [&](const std::string& path) -> std::variant<std::string, ReadError> {
    if (path == c.program.root().path) return text;
    for (const Module& module : c.program.modules) {
      if (module.path == path) return std::string(c.sources.file(module.file).text());
    }
    return ReadError{"no such file"};
  };
  const Program program = load_program(c.program.root().path, read, sources, diagnostics);
  auto model = analyze(program, sources, diagnostics);
  if (!model) return nullptr;
  return std::make_unique<const Model>(std::move(*model));
}

TestVectors made(Compilation& c, const VectorOptions& options = {}) {
  auto out = make_vectors(c, options);
  if (out) return *std::move(out);
  ADD_FAILURE() << out.error().message;
  return {};
}

// The requests detect exactly the mutants that they are said to detect, all of them do, and none can be left out.
void expect_true(const Compilation& c, const TestVectors& vectors) {
  const Policy& policy = *c.policy;
  EXPECT_LE(vectors.least, vectors.vectors.size());
  std::vector<reference::Facts> facts;
  std::vector<std::vector<std::string>> answers;
  for (const TestVector& vector : vectors.vectors) {
    facts.push_back(facts_in(*policy.model, vector.document));
    answers.push_back(decided(policy, *policy.model, facts.back()));
  }
  std::vector<bool> is_needed(vectors.vectors.size(), false);
  for (std::size_t m = 0; m < vectors.detected.size(); ++m) {
    const auto mutant = mutant_of(c, vectors.detected[m]);
    ASSERT_TRUE(mutant);
    std::vector<std::size_t> by;
    for (std::size_t i = 0; i < facts.size(); ++i) {
      const std::vector<std::size_t>& all = vectors.vectors[i].detects;
      const bool is_claimed = std::binary_search(all.begin(), all.end(), m);
      const bool differs = decided(policy, *mutant, facts[i]) != answers[i];
      EXPECT_EQ(differs, is_claimed) << vectors.vectors[i].request << "\n" << edited(c.sources, vectors.detected[m]);
      if (differs) by.push_back(i);
      if (::testing::Test::HasFailure()) return;
    }
    ASSERT_FALSE(by.empty());
    if (by.size() == 1) is_needed[by.front()] = true;
  }
  EXPECT_EQ(std::count(is_needed.begin(), is_needed.end(), false), 0);
  for (const Edit& edit : vectors.equal) {
    const auto mutant = mutant_of(c, edit);
    ASSERT_TRUE(mutant);
    for (std::size_t i = 0; i < facts.size(); ++i) EXPECT_EQ(decided(policy, *mutant, facts[i]), answers[i]);
  }
}

// --- shipped rules ---------------------------------------------------------------------------

// Those whose edits take from minutes to hours only with TALLY_ALL_VECTORS. No request can be decided by
// fusionpbx_to_kazoo: both of its platforms read the place /destination, in different ways.
std::vector<std::string> tried_files() {
  std::vector<std::string> files = shipped_files();
  const bool all = std::getenv("TALLY_ALL_VECTORS") != nullptr;
  std::erase_if(files, [&](const std::string& file) {
    const auto ends = [&](const char* end) { return file.ends_with(end); };
    return ends("fusionpbx_to_kazoo.tally") ||
           (!all && (file.starts_with("rules/kazoo") || ends("monster_ui_user.tally") || ends("opening_hours.tally")));
  });
  return files;
}

class VectorsOfShippedRules : public ::testing::TestWithParam<std::string> {};

TEST_P(VectorsOfShippedRules, DetectEveryMutant) {
  Compilation c = compile(GetParam(), read_rule_file);
  ASSERT_TRUE(c.policy);
  const TestVectors vectors = made(c);
  std::printf("%zu requests, at least %zu; %zu mutants, %zu equal\n", vectors.vectors.size(), vectors.least,
              vectors.detected.size(), vectors.equal.size());
  EXPECT_TRUE(vectors.left_out.empty());
  expect_true(c, vectors);
  std::string faults;
  const auto running = start(GetParam(), faults);
  ASSERT_TRUE(running) << faults;
  for (const TestVector& vector : vectors.vectors) {
    EXPECT_TRUE(running->binder.bind(vector.request).call) << vector.request;
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, VectorsOfShippedRules, ::testing::ValuesIn(tried_files()), [](const auto& file) {
  std::string name = file.param;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

// --- random rules, all requests --------------------------------------------------------------------

// A decision that no rule of a mutant decides has no value, as if it were unset.
DecidedRules::Outcomes as_values(DecidedRules::Outcomes outcomes) {
  for (auto& [place, value] : outcomes) {
    if (value == "(undecided)") value = "unset";
  }
  return outcomes;
}

// The least number of sets that have all members, by trying all choices of that many.
bool some_choice_covers(const std::vector<Members>& sets, const Members& all, std::size_t count,
                        const Members& covered) {
  if (covered.contains(all)) return true;
  if (count == 0) return false;
  // Some set must have the first member that is not covered.
  std::size_t open = 0;
  while (!all.has(open) || covered.has(open)) ++open;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (!sets[i].has(open)) continue;
    Members next = covered;
    next |= sets[i];
    if (some_choice_covers(sets, all, count - 1, next)) return true;
  }
  return false;
}

TEST(Vectors, AreTheFewestOfAllRequests) {
  std::size_t least = 0, fewest = 0, files = 0, mutants = 0;
  const auto [first, last] = question_seeds(12);
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    const QuestionRules rules = question_rules(seed);
    const std::string text = rules.before_text();
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + text);
    Compilation c = compile("rules.tally", [&](const std::string&) { return text; });
    if (!c.policy) continue;
    const TestVectors vectors = made(c);
    expect_true(c, vectors);
    if (::testing::Test::HasFailure()) return;
    // Which mutants each request detects.
    const auto policy = DecidedRules::make(text);
    std::vector<Edit> edits = vectors.detected;
    edits.insert(edits.end(), vectors.equal.begin(), vectors.equal.end());
    std::map<std::string, Members> by_request;
    for (std::size_t m = 0; m < edits.size(); ++m) {
      const auto mutant = DecidedRules::make(edited(c.sources, edits[m]));
      ASSERT_TRUE(mutant);
      for (const std::string& request : rules.requests) {
        const auto& answer = policy->decide(request);
        if (!answer) continue;
        Members& detected = by_request.try_emplace(request, edits.size()).first->second;
        if (as_values(*mutant->decide(request)) != as_values(*answer)) detected.add(m);
      }
    }
    std::set<Members> sets;
    Members all(edits.size());
    for (const auto& [request, detected] : by_request) {
      all |= detected;
      sets.insert(detected);
    }
    for (std::size_t m = 0; m < edits.size(); ++m)
      EXPECT_TRUE(!all.has(m) || m < vectors.detected.size()) << edited(c.sources, edits[m]);
    std::vector<Members> kept;
    for (const Members& one : sets) {
      if (std::none_of(sets.begin(), sets.end(), [&](const Members& o) { return o != one && o.contains(one); }))
        kept.push_back(one);
    }
    ++files;
    mutants += edits.size();
    if (vectors.least == vectors.vectors.size()) ++least;
    // Whether fewer of these requests would do: never fewer than the bound.
    if (all.size() == vectors.detected.size() && vectors.least > 0) {
      EXPECT_FALSE(some_choice_covers(kept, all, vectors.least - 1, Members(edits.size())));
      if (!some_choice_covers(kept, all, vectors.vectors.size() - 1, Members(edits.size()))) ++fewest;
    }
    if (::testing::Test::HasFailure()) return;
  }
  std::printf("%zu files, %zu mutants; %zu with the fewest by their bound, %zu by trial\n", files, mutants, least,
              fewest);
  EXPECT_GT(least, files / 2);
  EXPECT_GT(fewest, files / 2);
}

// --- parts -----------------------------------------------------------------------------------

Members members(std::size_t count, std::initializer_list<std::size_t> which) {
  Members out(count);
  for (const std::size_t i : which) out.add(i);
  return out;
}

TEST(Vectors, AGreedyChoiceIsImproved) {
  // Greedy takes the set of four, and needs three; two do.
  const std::vector<Members> sets{members(6, {0, 1, 3, 4}), members(6, {0, 1, 2}), members(6, {3, 4, 5})};
  const SetCover found = fewest_sets(sets, 6);
  EXPECT_EQ(found.sets, (std::vector<std::size_t>{1, 2}));
  EXPECT_TRUE(found.is_least);
}

TEST(Vectors, ACliqueIsFound) {
  // A triangle, and a vertex at one of its corners.
  const std::vector<Members> graph{members(4, {1, 2, 3}), members(4, {0, 2}), members(4, {0, 1}), members(4, {0})};
  EXPECT_EQ(largest_clique(graph), 3u);
}

TEST(Vectors, OfOneDecisionExpectNothingOfTheOthers) {
  const std::string text =
      "input a : flag\ninput b : flag\ndecision d : flag = a\ndecision e : flag { on when b  off otherwise }\n";
  Compilation c = compile("rules.tally", [&](const std::string&) { return text; });
  ASSERT_TRUE(c.policy);
  VectorOptions options;
  options.outputs = {1};
  const TestVectors vectors = made(c, options);
  EXPECT_EQ(vectors.vectors.size(), 2u);
  for (const Edit& edit : vectors.detected) EXPECT_EQ(edit.owner, "e");
}

}  // namespace
}  // namespace tally::testing
