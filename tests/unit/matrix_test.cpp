// The settings matrix, compared with the reference interpreter on every pair of calls.
#include "simulator/matrix/matrix.h"
#include "simulator/documents/smallest_document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include "compiler/checks/evidence.h"
#include "compiler/diagrams/class_values.h"
#include "compiler/front_end.h"
#include "grammar/parse/parser.h"
#include "simulator/conditions/cells.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/rule_text.h"

namespace tally {
namespace {

using testing::compile_text;
using testing::condition_of;
using testing::element_named;

// --- by trying ---------------------------------------------------------------------

// A value of a setting: a code, and which of two values with that code.
struct Choice {
  Code code = 0;
  unsigned variant = 0;
};

class Trial {
 public:
  Trial(Compilation& c, const MatrixQuestion& question, std::size_t max_calls)
      : c_(c),
        policy_(*c.policy),
        model_(*policy_.model),
        classes_(*policy_.classes),
        question_(question),
        interpreter_(model_),
        max_calls_(max_calls) {
    std::set<ElementId> reads(question.by.begin(), question.by.end());
    for (const std::size_t i : question.outputs)
      reads.insert(policy_.outputs[i].reads.begin(), policy_.outputs[i].reads.end());
    for (const Word& word : question.over) reads.merge(policy_.lowering->value(word.value).reads.elements);
    reads_.assign(reads.begin(), reads.end());
  }

  // Whether the matrix agrees with all pairs of calls. Returns false if there are too many to try.
  bool hold(const Matrix& matrix) {
    std::vector<std::map<ElementId, Code>> combinations;
    each(question_.by, {}, [&](const std::map<ElementId, Code>& codes) {
      if (document(question_.by, codes)) combinations.push_back(codes);
    });
    EXPECT_EQ(matrix.sections.size(), combinations.size());
    if (matrix.sections.size() != combinations.size()) return true;
    for (std::size_t s = 0; s < combinations.size(); ++s) {
      for (std::size_t i = 0; i < question_.by.size(); ++i)
        EXPECT_EQ(matrix.sections[s].fixed[i].second,
                  cell_text(model_, classes_, question_.by[i], combinations[s].at(question_.by[i])));
      for (std::size_t i = 0; i < question_.settings.size(); ++i)
        if (!hold(question_.settings[i], combinations[s], matrix.sections[s].cells[i])) return false;
    }
    return true;
  }

  std::size_t pairs = 0;
  std::map<Effect, std::size_t> cells;
  std::size_t partly_told = 0;

 private:
  // A value of a class. If the class has several values, the two variants differ, and the values of
  // different leaves usually differ.
  Literal value(ElementId id, Choice choice) const {
    const Element& e = model_.at(id);
    if (choice.code == 0) return Unset{};
    if (!e.is_leaf()) return EnumName{"present"};
    if (e.type->is_enum()) return EnumName{e.type->values[choice.code - 1].name};
    const ValueClass& c = classes_.classes(id)[choice.code - 1];
    if (c.single) return c.representative;
    if (e.type->kind == Type::Kind::number) {
      std::vector<std::uint64_t> starts;
      for (const NumberPiece& piece : classes_.number_pieces(id)) starts.push_back(piece.range.low);
      std::vector<std::uint64_t> some;
      for (std::size_t i = 0; i < starts.size(); ++i) {
        if (classes_.code_of(id, Literal{starts[i]}) != choice.code) continue;
        const std::uint64_t end = i + 1 < starts.size() ? starts[i + 1] - 1 : e.type->high;
        for (std::uint64_t n = starts[i]; n <= end && some.size() < 1000; ++n) some.push_back(n);
      }
      return some[(2 * id.value + choice.variant) % some.size()];
    }
    // Texts from the rules, and texts derived from them.
    const std::string mark = "~" + std::to_string(id.value) + (choice.variant ? "v" : "");
    std::vector<std::string> bases{"", std::get<std::string>(c.representative)}, some;
    for (const Cut* cut : classes_.cuts_of(id)) {
      bases.insert(bases.end(), cut->texts.begin(), cut->texts.end());
      bases.insert(bases.end(), cut->prefixes.begin(), cut->prefixes.end());
    }
    for (const std::string& base : bases)
      if (classes_.code_of(id, Literal{base + mark}) == choice.code) return base + mark;
    for (const std::string& base : bases)
      if (classes_.code_of(id, Literal{base}) == choice.code && std::find(some.begin(), some.end(), base) == some.end())
        some.push_back(base);
    // Of a class that an automaton has, all that it has or some.
    if (some.size() < 2) {
      for (const Literal& value : class_values(model_, classes_, id, choice.code, 8).values)
        some.push_back(std::get<std::string>(value));
    }
    EXPECT_GT(some.size(), 1u) << "too few texts in class " << unsigned{choice.code} << " of " << e.name;
    return some.empty() ? "" : some[(2 * id.value + choice.variant) % some.size()];
  }

  bool is_many(ElementId id, Code code) const {
    return code != 0 && !model_.at(id).type->is_enum() && !classes_.classes(id)[code - 1].single;
  }

  template <class Visit>
  void each(const std::vector<ElementId>& elements, std::map<ElementId, Code> codes, const Visit& visit,
            std::size_t at = 0) const {
    if (at == elements.size()) return visit(codes);
    if (codes.contains(elements[at])) return each(elements, codes, visit, at + 1);
    for (unsigned code = classes_.first(elements[at]); code < classes_.codes(elements[at]); ++code) {
      codes[elements[at]] = static_cast<Code>(code);
      each(elements, codes, visit, at + 1);
    }
  }

  std::optional<std::vector<bool>> document(const std::vector<ElementId>& elements,
                                            const std::map<ElementId, Code>& codes) const {
    return smallest_document_of(model_, elements, [&](ElementId e) { return codes.at(e); });
  }

  // The decided values as text: equal if all values and their origins are equal.
  void write(const reference::Value& v, const std::map<ElementId, Code>& codes, std::string& out) const {
    const auto scalar = [&](const auto& s, const std::string& text) {
      out += text;
      if (s.origin && is_many(*s.origin, codes.contains(*s.origin) ? codes.at(*s.origin) : 1))
        out += "@" + model_.at(*s.origin).name;
    };
    if (const auto* name = std::get_if<reference::EnumValue>(&v.node)) out += name->name;
    if (const auto* number = std::get_if<reference::Number>(&v.node)) scalar(*number, std::to_string(number->value));
    if (const auto* text = std::get_if<reference::Text>(&v.node)) scalar(*text, text->value);
    const auto all = [&](const std::vector<reference::Value>& values) {
      out += "{";
      for (const auto& inner : values) write(inner, codes, out), out += ",";
      out += "}";
    };
    if (const auto* record = std::get_if<reference::Record>(&v.node)) all(record->members);
    if (const auto* map = std::get_if<reference::Map>(&v.node)) all(map->cells);
    if (!v.is_set()) out += "unset";
  }

  reference::Facts facts(const std::vector<bool>& document, const std::map<ElementId, Code>& codes, ElementId setting,
                         unsigned variant) const {
    return [this, &document, &codes, setting, variant](ElementId id) -> Literal {
      if (!document[id.value]) return Unset{};
      const auto known = codes.find(id);
      return value(id, {known == codes.end() ? Code{1} : known->second, id == setting ? variant : 0});
    };
  }

  bool hold(ElementId setting, const std::map<ElementId, Code>& by, const MatrixCell& cell) {
    std::vector<ElementId> elements = reads_;
    const auto add = [&](ElementId e) {
      if (std::find(elements.begin(), elements.end(), e) == elements.end()) elements.push_back(e);
    };
    add(setting);
    auto fixed = by;
    for (const ElementId around : optional_ancestors(model_, setting)) {
      add(around);
      fixed[around] = 1;
    }
    std::size_t calls = 1;
    for (const ElementId e : elements) {
      if (!fixed.contains(e)) calls *= classes_.codes(e) - classes_.first(e);
      if (calls > max_calls_) return false;
    }
    ExprRef condition;
    const bool in_words = !question_.over.empty();
    if (in_words) {
      EXPECT_EQ(cell.effect == Effect::sometimes, !cell.condition.empty() || cell.partly);
      if (!cell.condition.empty()) condition = condition_of(c_, cell.condition);
    } else if (cell.effect == Effect::sometimes && cell.is_worded) {
      condition = condition_of(c_, cell.condition);
      if (!condition) return true;
      EXPECT_FALSE(cell.tested.empty());
      for (const ElementId e : cell.tested) EXPECT_TRUE(e != setting && !by.contains(e));
    } else {
      EXPECT_TRUE(cell.condition.empty() && cell.tested.empty());
    }
    ExprRef partly;
    if (cell.partly) partly = condition_of(c_, cell.partly->empty() ? "on" : *cell.partly);
    std::map<bool, std::size_t> partly_differing;

    const bool flag = model_.at(setting).type->is_flag;
    std::size_t compared = 0, differing = 0;
    fixed[setting] = 0;
    each(elements, fixed, [&](std::map<ElementId, Code> codes) {
      std::vector<std::string> outcomes;
      std::optional<bool> holds, holds_partly;
      for (unsigned code = flag ? 1 : classes_.first(setting); code < classes_.codes(setting); ++code) {
        codes[setting] = static_cast<Code>(code);
        const auto there = document(elements, codes);
        if (!there) continue;
        for (unsigned variant = 0; variant < (is_many(setting, static_cast<Code>(code)) ? 2u : 1u); ++variant) {
          const auto call = facts(*there, codes, setting, variant);
          std::string outcome;
          for (const std::size_t i : question_.outputs) {
            const reference::Decided decided = interpreter_.decide(policy_.outputs[i].decision, call);
            if (decided.rule == 0) outcome += "undecided";
            write(decided.value, codes, outcome);
            outcome += ";";
          }
          outcomes.push_back(outcome);
          if (condition && !holds) holds = interpreter_.holds(condition, call);
          if (partly && !holds_partly) holds_partly = interpreter_.holds(partly, call);
        }
      }
      if (outcomes.size() < 2) return;
      ++compared;
      const bool differ =
          std::any_of(outcomes.begin(), outcomes.end(), [&](const std::string& o) { return o != outcomes.front(); });
      differing += differ;
      if (holds_partly.value_or(false)) {
        EXPECT_FALSE(holds.value_or(false)) << *cell.partly << " and " << cell.condition;
        ++partly_differing[differ];
      } else if (condition || in_words) {
        EXPECT_EQ(condition ? *holds : cell.effect == Effect::always, differ)
            << model_.at(setting).name << ": " << cell.condition;
      }
    });
    if (partly) {
      EXPECT_TRUE(partly_differing[false] > 0 && partly_differing[true] > 0) << *cell.partly;
    }
    partly_told += cell.partly ? 1 : 0;
    pairs += compared;
    ++cells[cell.effect];
    const Effect expected = differing == 0 ? Effect::never : differing == compared ? Effect::always : Effect::sometimes;
    EXPECT_EQ(cell.effect, expected) << model_.at(setting).name << ": " << differing << " of " << compared << " "
                                     << cell.condition;
    return true;
  }

  Compilation& c_;
  const Policy& policy_;
  const Model& model_;
  const Classes& classes_;
  const MatrixQuestion& question_;
  reference::Interpreter interpreter_;
  std::size_t max_calls_;
  std::vector<ElementId> reads_;
};

bool hands_on_inserted(const Output& output) {
  return std::any_of(output.parts.begin(), output.parts.end(), [](const ResultPart& part) {
    return std::any_of(part.origins.begin(), part.origins.end(),
                       [](const Origin& o) { return std::holds_alternative<InsertedText>(o); });
  });
}

TEST(Matrix, OfRandomPoliciesAgreesWithEnumeration) {
  std::size_t pairs = 0;
  std::map<Effect, std::size_t> cells;
  for (std::uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    Compilation c = compile_text(testing::random_policy(seed));
    ASSERT_TRUE(c.policy) << seed;
    const Policy& policy = *c.policy;
    std::mt19937_64 random(seed);
    for (std::size_t i = 0; i < policy.outputs.size() && !HasFailure(); ++i) {
      MatrixQuestion question{{i}, {}, {}};
      // Sometimes two decisions. One that inserts is left out, because it could make one text in two ways.
      if (random() % 3 == 0 && policy.outputs.size() > 1) question.outputs.push_back((i + 1) % policy.outputs.size());
      std::set<ElementId> reads;
      bool inserted = false;
      for (const std::size_t o : question.outputs) {
        reads.insert(policy.outputs[o].reads.begin(), policy.outputs[o].reads.end());
        inserted |= hands_on_inserted(policy.outputs[o]);
      }
      double calls = 1;
      for (const ElementId e : reads) calls *= policy.classes->codes(e) - policy.classes->first(e);
      // What is compared with each other has cases of its own: here values are drawn one by one.
      const bool compares = std::any_of(reads.begin(), reads.end(),
                                        [&](ElementId e) { return policy.model->at(e).relation.has_value(); });
      if (inserted || compares || calls > 50'000) continue;
      std::vector<ElementId> leaves;
      for (const ElementId e : reads)
        if (policy.model->at(e).is_leaf()) leaves.push_back(e);
      std::shuffle(leaves.begin(), leaves.end(), random);
      for (std::size_t n = 0; n < leaves.size(); ++n)
        (n < random() % 3 ? question.by : question.settings).push_back(leaves[n]);
      // Also a setting that the decision may not read.
      const ElementId other{static_cast<std::uint32_t>(random() % policy.model->elements.size())};
      if (policy.model->at(other).is_leaf() && !policy.model->at(other).relation && !reads.contains(other))
        question.settings.push_back(other);
      if (question.settings.empty()) continue;
      auto made = make_matrix(*c.policy, question);
      ASSERT_TRUE(made) << seed;
      Trial trial(c, question, 5'000);
      trial.hold(*made);
      pairs += trial.pairs;
      for (const auto& [effect, n] : trial.cells) cells[effect] += n;
      EXPECT_FALSE(HasFailure()) << "seed " << seed << ", decision "
                                 << policy.model->at(policy.outputs[i].decision).name;
    }
  }
  EXPECT_GT(pairs, 300'000u);
  for (const Effect effect : {Effect::never, Effect::always, Effect::sometimes}) EXPECT_GT(cells[effect], 300u);
}

// Words are the other decisions, as far as they have values that a table can show.
std::vector<Word> words(Compilation& c, std::size_t asked) {
  std::vector<Word> out;
  for (std::size_t i = 0; i < c.policy->outputs.size(); ++i) {
    const std::string& name = c.policy->model->at(c.policy->outputs[i].decision).name;
    if (i == asked || !c.policy->model->at(c.policy->outputs[i].decision).type->is_enum()) continue;
    Diagnostics faults;
    const auto tree = parse_expression(c.sources, c.sources.add("word", name), faults);
    if (ExprRef value = tree ? analyze_value(c.program, c.sources, *c.policy->model, *tree, faults) : nullptr)
      out.push_back({name, std::move(value)});
  }
  return out;
}

TEST(Matrix, InWordsOfRandomPoliciesAgreesWithEnumeration) {
  std::size_t pairs = 0, partly = 0;
  std::map<Effect, std::size_t> cells;
  for (std::uint64_t seed = 1; seed <= 150 && !HasFailure(); ++seed) {
    Compilation c = compile_text(testing::random_policy(seed));
    ASSERT_TRUE(c.policy) << seed;
    for (std::size_t i = 0; i < c.policy->outputs.size() && !HasFailure(); ++i) {
      const Output& output = c.policy->outputs[i];
      MatrixQuestion question{{i}, {}, {}, nullptr, words(c, i)};
      double calls = 1;
      for (const ElementId e : output.reads) calls *= c.policy->classes->codes(e) - c.policy->classes->first(e);
      const bool compares = std::any_of(c.policy->reads.begin(), c.policy->reads.end(),
                                        [&](ElementId e) { return c.policy->model->at(e).relation.has_value(); });
      if (question.over.empty() || hands_on_inserted(output) || compares || calls > 50'000) continue;
      for (const ElementId e : output.reads)
        if (c.policy->model->at(e).is_leaf()) question.settings.push_back(e);
      if (question.settings.empty()) continue;
      auto made = make_matrix(*c.policy, question);
      ASSERT_TRUE(made) << seed << made.error().message;
      Trial trial(c, question, 5'000);
      trial.hold(*made);
      pairs += trial.pairs;
      partly += trial.partly_told;
      for (const auto& [effect, n] : trial.cells) cells[effect] += n;
      EXPECT_FALSE(HasFailure()) << "seed " << seed << ", decision " << c.policy->model->at(output.decision).name;
    }
  }
  EXPECT_GT(pairs, 10'000u);
  EXPECT_GT(partly, 20u);
  EXPECT_GT(cells[Effect::sometimes], partly);
}

// --- the meaning of an answer --------------------------------------------------------

// "no", "yes" or the condition.
std::string cell(const std::string& rules, const std::string& setting) {
  Compilation c = compile_text(rules);
  if (!c.policy) return "no policy";
  const auto made = make_matrix(*c.policy, {{0}, {}, {element_named(*c.policy->model, setting)}});
  if (!made || made->sections.size() != 1) return "no matrix";
  const MatrixCell& cell = made->sections.front().cells.front();
  return cell.effect == Effect::never ? "no" : cell.effect == Effect::always ? "yes" : cell.condition;
}

TEST(Matrix, ComparesAFlagThatIsOnWithOneThatIsOff) {
  EXPECT_EQ(cell("input a : flag?\ndecision d : flag = a is on", "a"), "yes");
  // Whether the flag is set at all is another question.
  EXPECT_EQ(cell("input a : flag?\ndecision d : flag = a is set", "a"), "no");
  EXPECT_EQ(cell("input a : flag?\ninput b : flag?\ndecision d : flag = a is on and b is set", "a"), "b is set");
  EXPECT_EQ(cell("input a : flag = off\ninput b : flag\ndecision d : flag = a is on or b is on", "a"), "b is off");
}

TEST(Matrix, ComparesAnyTwoValuesOfAnythingElse) {
  EXPECT_EQ(cell("type t = x | y\ninput a : t\ndecision d : flag = a is x", "a"), "yes");
  EXPECT_EQ(cell("type t = x | y\ninput a : t?\ndecision d : flag = a is set", "a"), "yes");
  EXPECT_EQ(cell("input a : number\ninput b : flag\ndecision d : flag = a < 30 and b is on", "a"), "b is on");
  EXPECT_EQ(cell("type t = x | y\ninput a : t\ninput b : t\ndecision d : t = b", "a"), "no");
}

TEST(Matrix, TheObjectsAroundASettingArePresent) {
  // A member that every document has is unset only if there is no document.
  EXPECT_EQ(cell("type r = { n : number }\ninput a : r?\ndecision d : flag = a.n is set", "a.n"), "no");
  EXPECT_EQ(cell("type r = { n : number? }\ninput a : r?\ndecision d : flag = a.n is set", "a.n"), "yes");
  EXPECT_EQ(cell("type r = { n : number = 3 }\ninput a : r?\ndecision d : flag = a.n is set", "a.n"), "no");
  EXPECT_EQ(cell("type r = { f : flag?, g : flag? }\ninput a : r?\ndecision d : flag = a is set and a.f is on", "a.f"),
            "yes");
}

TEST(Matrix, HandedOnValuesCanChange) {
  EXPECT_EQ(cell("input a : number\ndecision d : number = a", "a"), "yes");
  EXPECT_EQ(cell("input a : text?\ninput b : text?\ndecision d : text? = b else a", "a"), "b is unset");
  EXPECT_EQ(cell("input a : text\ninput f : flag\ndecision d : text { \"{a}!\" when f is on  \"\" otherwise }", "a"),
            "f is on");
  // A class of one value is that constant.
  EXPECT_EQ(cell("input a : 5..5\ndecision d : number = a", "a"), "no");
}

TEST(Matrix, ACallThatNoRuleDecidesDiffersFromOneThatIsDecided) {
  EXPECT_EQ(
      cell("input a : flag\ninput b : flag\ndecision d : flag? { unset when a is on  on when a is off and b is on }",
           "a"),
      "yes");
  EXPECT_EQ(
      cell("input a : flag\ninput b : flag\ndecision d : flag { on when a is on and b is on  on when a is off }", "a"),
      "b is off");
}

TEST(Matrix, OnlyTheValueCountsNotTheRule) {
  EXPECT_EQ(cell("input a : flag\ndecision d : flag { on when a is on because \"a\"  on otherwise }", "a"), "no");
}

}  // namespace
}  // namespace tally
