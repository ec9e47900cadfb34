// Verdicts on mutants, compared with the edited file itself: it is compiled and checked from its
// text, and decided by the reference interpreter on every call.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/checks/checks.h"
#include "simulator/documents/smallest_document.h"
#include "simulator/mutate/mutate.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/value_text.h"

namespace tally::testing {
namespace {

Compilation compile_text(const std::string& text) {
  return compile("rules.tally", [&](const std::string&) { return text; });
}

// If there is no mutation, fails the test and returns an empty one.
Mutation mutated(Compilation& c, const MutateOptions& options = {}) {
  auto made = mutate(c, options);
  if (made) return *std::move(made);
  ADD_FAILURE() << made.error().message;
  return {};
}

// The codes of the errors that a check of the text reports.
std::set<DiagnosticId> errors_of(const std::string& text) {
  Compilation c = compile_text(text);
  if (c.policy) check(*c.policy, c.sources, c.diagnostics);
  std::set<DiagnosticId> out;
  for (const Diagnostic& d : c.diagnostics.list()) {
    if (d.severity == Severity::error) out.insert(d.code);
  }
  return out;
}

// Two files with the same inputs, decided by the interpreter. Values of different leaves
// differ, so that the value of a decision shows which leaf it hands on.
class Pair {
 public:
  Pair(const Policy& a, const Policy& b) : a_(a), b_(b), model_(*a.model), first_(*a.model), second_(*b.model) {}

  // The elements that the decision reads in either file.
  std::set<ElementId> reads(const std::string& decision) const {
    std::set<ElementId> out;
    for (const Policy* policy : {&a_, &b_}) {
      for (const Output& output : policy->outputs) {
        if (policy->model->at(output.decision).name == decision) out.insert(output.reads.begin(), output.reads.end());
      }
    }
    // How two values compare follows from them.
    std::erase_if(out, [&](ElementId id) { return id.value >= model_.elements.size() || model_.at(id).relation; });
    return out;
  }

  // One value of every class under the cuts of both files; leaves of another rank have others.
  std::vector<Literal> values(ElementId id, std::size_t rank) const {
    std::vector<Literal> out;
    const Element& element = model_.at(id);
    if (may_be_unset(model_, id)) out.push_back(Unset{});
    if (!element.is_leaf()) {
      out.push_back(EnumName{"present"});
      return out;
    }
    if (element.type->is_enum()) {
      for (const EnumValue& value : element.type->values) out.push_back(EnumName{value.name});
      return out;
    }
    std::set<Literal> all;
    for (const Policy* policy : {&a_, &b_}) {
      for (const ValueClass& each : policy->classes->classes(id)) all.insert(own(id, each.representative, rank));
      if (element.type->kind == Type::Kind::number) {
        for (const NumberPiece& piece : policy->classes->number_pieces(id)) all.insert(own(id, piece.range.low, rank));
      }
    }
    out.insert(out.end(), all.begin(), all.end());
    return out;
  }

  // A value that no leaf of another rank has, as long as it is in the same class in both files.
  Literal own(ElementId id, const Literal& value, std::size_t rank) const {
    if (a_.classes->is_related(id) || b_.classes->is_related(id)) return value;
    Literal other = value;
    if (const auto* text = std::get_if<std::string>(&value)) other = *text + "#" + std::to_string(rank);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
      if (*number + rank <= model_.at(id).type->high) other = *number + rank;
    }
    for (const Policy* policy : {&a_, &b_}) {
      if (policy->classes->code_of(id, value) != policy->classes->code_of(id, other)) return value;
    }
    return other;
  }

  // Both outcomes of a call; nothing if no document brings the call about.
  std::optional<std::pair<std::string, std::string>> decide(const std::string& decision,
                                                            const std::map<ElementId, Literal>& call) const {
    std::vector<ElementId> elements;
    for (const auto& fact : call) elements.push_back(fact.first);
    const auto document = smallest_document_of(model_, elements, [&](ElementId id) -> unsigned {
      const Literal& value = call.at(id);
      return std::holds_alternative<Unset>(value) ? 0 : value == Literal{EnumName{"off"}} ? 1 : 2;
    });
    if (!document) return std::nullopt;
    const reference::Facts facts = [&](ElementId id) -> Literal {
      if (const auto at = call.find(id); at != call.end()) return at->second;
      if (!(*document)[id.value]) return Unset{};
      if (!model_.at(id).is_leaf()) return EnumName{"present"};
      return values(id, call.size() + id.value).back();
    };
    return std::pair(text_of(first_.decide(named(*a_.model, decision), facts).value),
                     text_of(second_.decide(named(*b_.model, decision), facts).value));
  }

 private:
  static DecisionId named(const Model& model, const std::string& name) {
    for (std::uint32_t i = 0; i < model.decisions.size(); ++i) {
      if (model.decisions[i].name == name) return DecisionId{i};
    }
    ADD_FAILURE() << "no decision " << name;
    return {};
  }

  const Policy& a_;
  const Policy& b_;
  const Model& model_;
  reference::Interpreter first_, second_;
};

struct Seen {
  std::size_t equal = 0, caught = 0, survive = 0, unknown = 0, calls = 0, skipped = 0, examples = 0;
};

// The first call that the two files decide differently, if there is one.
std::string first_difference(const Pair& pair, const std::string& decision, Seen& seen) {
  constexpr std::size_t most = 3'000;
  const auto read = pair.reads(decision);
  const std::vector<ElementId> elements(read.begin(), read.end());
  std::vector<std::vector<Literal>> values;
  std::size_t all = 1;
  for (const ElementId element : elements) {
    values.push_back(pair.values(element, values.size()));
    all *= values.back().size();
    if (all > most) {
      ++seen.skipped;
      return "";
    }
  }
  for (std::size_t i = 0; i < all; ++i) {
    std::map<ElementId, Literal> call;
    std::size_t rest = i;
    for (std::size_t e = 0; e < elements.size(); ++e) {
      call[elements[e]] = values[e][rest % values[e].size()];
      rest /= values[e].size();
    }
    const auto both = pair.decide(decision, call);
    if (!both) continue;
    ++seen.calls;
    if (both->first != both->second) return decision + ": " + both->first + ", " + both->second;
  }
  return "";
}

void verify(Compilation& c, const Mutation& mutation, Seen& seen) {
  for (const Mutant& mutant : mutation.mutants) {
    const std::string text = edited(c.sources, mutant.edit);
    SCOPED_TRACE(std::string(to_string(mutant.edit.kind)) + ": " + mutant.edit.before + " -> " + mutant.edit.after);
    Compilation other = compile_text(text);
    ASSERT_TRUE(other.policy);
    const Pair pair(*c.policy, *other.policy);
    switch (mutant.verdict) {
      case Verdict::equal: {
        ++seen.equal;
        for (const Output& output : c.policy->outputs) {
          EXPECT_EQ(first_difference(pair, c.policy->model->at(output.decision).name, seen), "");
        }
        break;
      }
      case Verdict::caught:
        ++seen.caught;
        EXPECT_TRUE(errors_of(text).contains(mutant.code)) << info(mutant.code).id;
        break;
      case Verdict::survives: {
        ++seen.survive;
        const auto errors = errors_of(text);
        EXPECT_TRUE(errors.empty()) << info(*errors.begin()).id;
        ASSERT_TRUE(mutant.call);
        std::map<ElementId, Literal> call;
        for (const auto& [element, value] : mutant.call->facts) {
          if (!c.policy->model->at(element).relation) call[element] = pair.own(element, value, call.size());
        }
        const auto both = pair.decide(c.policy->model->at(mutant.call->decision).name, call);
        ASSERT_TRUE(both) << "an impossible call: " << mutant.call->text;
        EXPECT_NE(both->first, both->second) << mutant.call->text;
        EXPECT_NE(mutant.call->before, mutant.call->after);
        {
          const std::string& example = mutant.call->example;
          EXPECT_NE(example, "") << mutant.call->text;
          seen.examples += example.empty() ? 0 : 1;
          const std::string original(c.sources.file(FileId{0}).text());
          EXPECT_EQ(errors_of(original + "\n" + example), std::set<DiagnosticId>()) << example;
          EXPECT_TRUE(errors_of(text + "\n" + example).contains(DiagnosticId::example_fails)) << example;
        }
        break;
      }
      case Verdict::unknown: ++seen.unknown; break;
    }
    if (::testing::Test::HasFailure()) return;
  }
}

// A random policy with proofs of the inputs that it ignores. Only proofs that hold are kept.
std::optional<std::string> random_rules(std::uint64_t seed) {
  std::string text = random_policy(seed);
  Compilation c = compile_text(text);
  if (!c.policy || !errors_of(text).empty()) return std::nullopt;
  for (const Output& output : c.policy->outputs) {
    for (const Input& input : c.policy->model->inputs) {
      const std::string longer =
          text + "\nprove " + c.policy->model->at(output.decision).name + " ignores " + input.name + "\n";
      if (errors_of(longer).empty()) text = longer;
    }
  }
  return text;
}

TEST(Mutate, VerdictsOnRandomPoliciesAreTrue) {
  Seen seen;
  // Not the policy 2: a check of each of its mutants takes seconds.
  for (std::uint64_t seed = 3; seed <= 110; ++seed) {
    const auto text = random_rules(seed);
    if (!text) continue;
    Compilation c = compile_text(*text);
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + *text);
    verify(c, mutated(c), seen);
    if (::testing::Test::HasFailure()) return;
  }
  std::printf("%zu equal, %zu caught, %zu survive; %zu calls, %zu decisions skipped\n", seen.equal, seen.caught,
              seen.survive, seen.calls, seen.skipped);
  EXPECT_GT(seen.equal, 50u);
  EXPECT_GT(seen.caught, 50u);
  EXPECT_GT(seen.survive, 100u);
  EXPECT_GT(seen.examples, 50u);
  EXPECT_EQ(seen.unknown, 0u);
}

constexpr const char* small = R"(
type network = onnet | offnet
type settings = { enabled : flag?, copy : flag?, limit : (5..60)?, url : text? }
input source : network
input destination : network
input device : settings?
input user : settings?
let both : settings? = device else user
decision recording : flag {
  on   when source is offnet and both.enabled is on
  off  otherwise
}
decision kind : short | long | none {
  | both.limit | recording |
  | < 30       | on        | short
  | 30..       | on        | long
  none  otherwise
}
decision target : text? = both.url
decision nothing : flag unique {
  on   when source is onnet and destination is onnet
  on   when source is onnet and destination is offnet and both.limit in (5, 7..9)
  off  when source is offnet or not both.limit in (5, 7..9) and not destination is onnet
}
prove recording is off when both.enabled is not on
prove "short" kind is short when recording is on and both.limit < 30
prove recording ignores destination
example "A device of its own" {
  given device.url is "http://device", user.url is "http://user"
  expect target is "http://device"
}
)";

TEST(Mutate, VerdictsOnProofsAndExamplesAreTrue) {
  Compilation c = compile_text(small);
  ASSERT_TRUE(c.policy);
  ASSERT_TRUE(errors_of(small).empty());
  const Mutation mutation = mutated(c);
  Seen seen;
  verify(c, mutation, seen);
  std::set<DiagnosticId> codes;
  std::set<EditKind> kinds;
  for (const Mutant& m : mutation.mutants) {
    if (m.verdict == Verdict::caught) codes.insert(m.code);
    kinds.insert(m.edit.kind);
  }
  EXPECT_EQ(codes, (std::set<DiagnosticId>{DiagnosticId::gap, DiagnosticId::overlap, DiagnosticId::never_fires,
                                           DiagnosticId::proof_fails, DiagnosticId::example_fails}));
  EXPECT_GE(kinds.size(), 13u);
  EXPECT_GT(seen.equal, 0u);
  EXPECT_GT(seen.survive, 0u);
}

TEST(Mutate, OneDecisionAndTheLetsItDependsOn) {
  Compilation c = compile_text(small);
  ASSERT_TRUE(c.policy);
  for (const Output& output : c.policy->outputs) {
    MutateOptions options;
    options.decisions = {output.decision};
    const std::string& name = c.policy->model->at(output.decision).name;
    const Mutation mutation = mutated(c, options);
    EXPECT_FALSE(mutation.mutants.empty());
    for (const Mutant& m : mutation.mutants)
      EXPECT_TRUE(m.edit.owner == name || m.edit.owner == "both") << m.edit.owner;
  }
}

// If a bound is reached, it is reported, and no verdict is given.
TEST(Mutate, WithoutNodesThereIsNoVerdict) {
  Compilation c = compile_text(small);
  ASSERT_TRUE(c.policy);
  MutateOptions options;
  options.node_limit = 4;
  const Mutation mutation = mutated(c, options);
  EXPECT_GT(mutation.count(Verdict::unknown), mutation.mutants.size() / 2);
  EXPECT_EQ(mutation.count(Verdict::survives), 0u);
}

// One leaf with so many cuts that the cuts of all mutants together are too many.
TEST(Mutate, ManyCuts) {
  std::string text = "input x : number\ndecision d : flag {\n";
  for (int i = 1; i <= 90; ++i)
    text += "  " + std::string(i % 2 ? "on" : "off") + " when x < " + std::to_string(10 * i) + "\n";
  Compilation c = compile_text(text + "  off otherwise\n}\n");
  ASSERT_TRUE(c.policy);
  const Mutation mutation = mutated(c);
  EXPECT_EQ(mutation.count(Verdict::unknown), 0u);
  EXPECT_GT(mutation.count(Verdict::survives), 150u);
}

}  // namespace
}  // namespace tally::testing
