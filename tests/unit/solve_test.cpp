// Solving, compared with the reference interpreter on every choice of settings and every call.
#include "simulator/solve/solve.h"
#include "simulator/documents/smallest_document.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "compiler/front_end.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_shapes.h"
#include "tests/support/rule_text.h"

namespace tally {
namespace {

using testing::compile_text;
using testing::condition_of;
using testing::element_named;
using testing::Random;

struct Asked {
  Compilation c;
  SolveQuestion question;
  std::vector<std::string> arguments;  // for messages

  Policy& policy() { return *c.policy; }
  const Model& model() const { return *c.policy->model; }

  explicit Asked(const std::string& text) : c(compile_text(text)) {
    EXPECT_TRUE(c.policy) << text << (c.diagnostics.list().empty() ? "" : c.diagnostics.list().front().message);
  }

  ExprRef condition(const std::string& text) { return condition_of(c, text); }
  ElementId element(const std::string& name) const { return element_named(model(), name); }
  Asked& want(const std::string& claim, const std::string& when = "") {
    question.wishes.push_back({condition(claim), when.empty() ? nullptr : condition(when), claim});
    arguments.push_back("want " + claim + (when.empty() ? "" : " when " + when));
    return *this;
  }
  Asked& when(const std::string& text) {
    question.whens.push_back({condition(text), text});
    arguments.push_back("when " + text);
    return *this;
  }
  Asked& over(const std::string& name) {
    question.over.push_back(element(name));
    arguments.push_back("over " + name);
    return *this;
  }
  Asked& same(const std::string& a, const std::string& b) {
    question.same.emplace_back(element(a), element(b));
    arguments.push_back("same " + a + "=" + b);
    return *this;
  }
  Result<SolveAnswer> answer() { return solve(policy(), question); }
  std::string text() const {
    std::string out;
    for (const std::string& s : arguments) out += "\n  " + s;
    return out;
  }
};

// "x = on, y = 5; a is empty": settings by name, then the objects that are empty.
std::string settings_text(const std::map<std::string, std::string>& settings, const std::set<std::string>& empty) {
  std::string out;
  for (const auto& [name, value] : settings) out += (out.empty() ? "" : ", ") + name + " = " + value;
  for (const std::string& name : empty) out += "; " + name + " is empty";
  return out;
}

std::string text_of(const Model& model, const Solution& solution) {
  std::map<std::string, std::string> settings;
  std::set<std::string> empty;
  for (const Setting& s : solution.settings) {
    const Element& e = model.at(s.element);
    EXPECT_TRUE(e.type->kind != Type::Kind::number || s.any_of == e.name + " is set");
    settings[e.name] = e.type->kind == Type::Kind::number ? "any" : to_string(s.value);
  }
  for (const StoredDocument& document : solution.documents) {
    for (const auto& fact : document.content) {
      if (model.at(fact.first).is_leaf()) continue;
      // A required object is present exactly if the object around it is.
      std::optional<ElementId> object = fact.first;
      while (object && !model.at(*object).optional()) object = model.at(*object).parent;
      if (!object) continue;
      const auto inside = below(model, *object);
      const bool filled = std::any_of(document.content.begin(), document.content.end(), [&](const auto& other) {
        const Element& e = model.at(other.first);
        return other.first != *object && (e.is_leaf() || e.optional()) &&
               std::find(inside.begin(), inside.end(), other.first) != inside.end();
      });
      if (!filled) empty.insert(model.at(*object).name);
    }
  }
  return settings_text(settings, empty);
}

// --- enumeration -------------------------------------------------------------------------

class BruteForce {
 public:
  explicit BruteForce(Asked& asked) : asked_(asked), model_(asked.model()), interpreter_(model_) {
    for (std::uint32_t i = 0; i < model_.elements.size(); ++i) {
      if (model_.elements[i].has_code()) elements_.push_back(ElementId{i});
    }
    for (const ElementId named : asked.question.over) {
      for (const ElementId e : below(model_, named)) under_.insert(e);
    }
    for (bool more = true; more;) {
      more = false;
      for (const auto& [a, b] : asked.question.same) {
        const auto one = below(model_, a), other = below(model_, b);
        for (std::size_t i = 0; i < one.size(); ++i) {
          pairs_.emplace(one[i], other[i]);
          if (under_.contains(one[i]) == under_.contains(other[i])) continue;
          under_.insert(one[i]);
          under_.insert(other[i]);
          more = true;
        }
      }
    }
    for (const Wish& wish : asked.question.wishes) {
      read(wish.claim);
      read(wish.condition);
    }
    for (const Assumption& when : asked.question.whens) read(when.condition);
    for (const auto& [a, b] : pairs_) {
      if (read_.contains(a) || read_.contains(b)) read_.insert(a), read_.insert(b);
    }
    go_through_calls(0);
    go_through_choices(0);
  }

  bool some_call() const { return !calls_.empty(); }
  // Whether the wish applies to some possible call.
  bool is_about_something(std::size_t wish) const {
    return std::any_of(calls_.begin(), calls_.end(), [&](const Call& c) { return c.about >> wish & 1; });
  }
  const std::set<std::string>& minimal() const { return minimal_; }
  std::size_t least() const { return least_; }

  // Whether some choice of settings meets these wishes (one bit each).
  bool can_meet(unsigned wishes) const {
    return std::any_of(choices_.begin(), choices_.end(), [&](const Choice& c) { return (c.meets & wishes) == wishes; });
  }
  // Whether every choice that leaves room for all of these wishes has a call that one of the
  // conditions describes, and in which one of the wishes fails.
  bool shows(unsigned wishes, const std::vector<ExprRef>& conditions) const {
    return std::all_of(choices_.begin(), choices_.end(), [&](const Choice& choice) {
      if ((choice.room & wishes) != wishes) return true;
      return std::any_of(choice.calls.begin(), choice.calls.end(), [&](std::size_t i) {
        const Call& call = calls_[i];
        const bool fails = (call.about & ~call.holds & wishes) != 0;
        return fails && std::any_of(conditions.begin(), conditions.end(),
                                    [&](const ExprRef& c) { return !c || interpreter_.holds(c, facts(call.codes)); });
      });
    });
  }
  bool leaves_room(unsigned wishes) const {
    return std::any_of(choices_.begin(), choices_.end(), [&](const Choice& c) { return (c.room & wishes) == wishes; });
  }

 private:
  struct Call {
    std::vector<Code> codes;        // by index in `elements_`
    unsigned about = 0, holds = 0;  // one bit per wish
  };
  struct Choice {
    unsigned room = 0, meets = 0;
    std::vector<std::size_t> calls;
  };

  void read(const ExprRef& condition) {
    if (!condition) return;
    const auto reads = asked_.policy().lowering->condition(condition).reads.elements;
    read_.insert(reads.begin(), reads.end());
  }

  // The values of an element by code from 1. For a number, the lowest of each class of `n < 10`.
  std::vector<Literal> values(ElementId id) const {
    const Element& e = model_.at(id);
    std::vector<Literal> out;
    if (!e.is_leaf()) return {EnumName{"present"}};
    if (e.type->kind == Type::Kind::number) {
      out.emplace_back(std::uint64_t{0});
      out.emplace_back(std::uint64_t{10});
      return out;
    }
    for (const EnumValue& value : e.type->values) out.emplace_back(EnumName{value.name});
    return out;
  }
  reference::Facts facts(const std::vector<Code>& codes) const {
    return [this, &codes](ElementId id) -> Literal {
      const auto at = std::find(elements_.begin(), elements_.end(), id);
      if (at == elements_.end()) return EnumName{"present"};
      const Code code = codes[static_cast<std::size_t>(at - elements_.begin())];
      if (code == 0) return Unset{};
      return values(id)[code - 1u];
    };
  }
  std::size_t place(ElementId id) const {
    return static_cast<std::size_t>(std::find(elements_.begin(), elements_.end(), id) - elements_.begin());
  }
  Code default_code(ElementId id) const {
    const Element& e = model_.at(id);
    if (!e.default_value) return 0;
    const auto all = values(id);
    return static_cast<Code>(std::find(all.begin(), all.end(), *e.default_value) - all.begin() + 1);
  }

  void go_through_calls(std::size_t at) {
    if (at < elements_.size()) {
      // An element that no condition reads keeps its first value, or is left out.
      const bool fixed =
          !read_.contains(elements_[at]) && !under_.contains(elements_[at]) && model_.at(elements_[at]).is_leaf();
      const std::size_t count = fixed ? 1 : values(elements_[at]).size();
      for (std::size_t code = 0; code <= count; ++code) {
        codes_.push_back(static_cast<Code>(code));
        // An absent object has no members.
        const auto around = optional_ancestors(model_, elements_[at]);
        const bool absent = !around.empty() && codes_[place(around.back())] == 0;
        if (!absent || code == 0) go_through_calls(at + 1);
        codes_.pop_back();
      }
      return;
    }
    if (!document_exists(model_, elements_, [&](ElementId e) { return codes_[place(e)] != 0; })) return;
    for (const auto& [a, b] : pairs_) {
      if (model_.at(a).has_code() && codes_[place(a)] != codes_[place(b)]) return;
    }
    const auto call_facts = facts(codes_);
    for (const Assumption& when : asked_.question.whens) {
      if (!interpreter_.holds(when.condition, call_facts)) return;
    }
    Call call{codes_, 0, 0};
    for (std::size_t i = 0; i < asked_.question.wishes.size(); ++i) {
      const Wish& wish = asked_.question.wishes[i];
      if (!wish.condition || interpreter_.holds(wish.condition, call_facts)) call.about |= 1u << i;
      if (interpreter_.holds(wish.claim, call_facts)) call.holds |= 1u << i;
    }
    calls_.push_back(std::move(call));
  }

  // A choice gives each leaf under the paths a value, or leaves it out (0). It makes each optional
  // object present or absent.
  void go_through_choices(std::size_t at) {
    if (at < elements_.size()) {
      const ElementId id = elements_[at];
      const std::size_t count = under_.contains(id) && has_a_say(id) ? values(id).size() : 0;
      for (std::size_t code = 0; code <= count; ++code) {
        chosen_.push_back(static_cast<Code>(code));
        const auto around = optional_ancestors(model_, id);
        const bool absent = !around.empty() && under_.contains(around.back()) && chosen_[place(around.back())] == 0;
        if (!absent || code == 0) go_through_choices(at + 1);
        chosen_.pop_back();
      }
      return;
    }
    Choice choice;
    unsigned fails = 0;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (!has_settings(calls_[i])) continue;
      choice.calls.push_back(i);
      choice.room |= calls_[i].about;
      fails |= calls_[i].about & ~calls_[i].holds;
    }
    if (choice.calls.empty()) return;
    choice.meets = choice.room & ~fails;
    choices_.push_back(choice);
    const unsigned all = (1u << asked_.question.wishes.size()) - 1;
    if ((choice.meets & all) == all) take();
  }

  // An element that is not read is not a setting, unless a setting that is read requires it.
  bool has_a_say(ElementId id) const {
    const Element& e = model_.at(id);
    const auto reads_below = [&](ElementId object) {
      const auto all = below(model_, object);
      return std::any_of(all.begin(), all.end(), [&](ElementId inside) { return read_.contains(inside); });
    };
    if (reads_below(id)) return true;
    return e.is_leaf() && !e.optional() && !e.default_value && e.parent && under_.contains(*e.parent) &&
           reads_below(*e.parent);
  }

  bool has_settings(const Call& call) const {
    for (std::size_t i = 0; i < elements_.size(); ++i) {
      if (call.codes[i] == chosen_[i] || !under_.contains(elements_[i]) || !has_a_say(elements_[i])) continue;
      const bool at_default = chosen_[i] == 0 && call.codes[i] == default_code(elements_[i]);
      if (!at_default) return false;
    }
    return true;
  }

  // The first of the elements that are the same.
  ElementId first(ElementId id) const {
    for (bool more = true; more;) {
      more = false;
      for (const auto& [a, b] : pairs_) {
        if (b == id && a < id) id = a, more = true;
        if (a == id && b < id) id = b, more = true;
      }
    }
    return id;
  }

  void take() {
    std::map<std::string, std::string> settings;
    std::set<std::string> empty;
    std::size_t cost = 0, bare = 0;  // settings, and objects without a setting in them, however deep
    for (std::size_t i = 0; i < elements_.size(); ++i) {
      const ElementId id = elements_[i];
      if (chosen_[i] == 0 || first(id) != id) continue;
      const Element& e = model_.at(id);
      if (e.is_leaf()) {
        ++cost;
        // An element that nothing reads must only be present; any value will do.
        const std::size_t code = read_.contains(id) ? chosen_[i] - 1u : 0;
        settings[e.name] = e.type->kind == Type::Kind::number ? "any" : to_string(values(id)[code]);
        continue;
      }
      bool something = false, setting = false;
      for (const ElementId inside : below(model_, id)) {
        const bool is_chosen = inside != id && model_.at(inside).has_code() && chosen_[place(inside)] != 0;
        something = something || is_chosen;
        setting = setting || (is_chosen && model_.at(inside).is_leaf());
      }
      if (!something) empty.insert(e.name);
      if (!setting) ++bare;
    }
    const auto weight = std::pair(cost, bare);
    if (!minimal_.empty() && weight > std::pair(least_, least_bare_)) return;
    if (minimal_.empty() || weight < std::pair(least_, least_bare_)) minimal_.clear();
    std::tie(least_, least_bare_) = weight;
    minimal_.insert(settings_text(settings, empty));
  }

  Asked& asked_;
  const Model& model_;
  reference::Interpreter interpreter_;
  std::vector<ElementId> elements_;
  std::set<ElementId> under_, read_;
  std::set<std::pair<ElementId, ElementId>> pairs_;
  std::vector<Code> codes_, chosen_;
  std::vector<Call> calls_;
  std::vector<Choice> choices_;
  std::set<std::string> minimal_;
  std::size_t least_ = 0, least_bare_ = 0;
};

struct Held {
  std::size_t solved = 0, several = 0, conflicts = 0, joint = 0, many_calls = 0, empty = 0, vacuous = 0;
};

// The facts of a call as a condition; null for a call without facts.
ExprRef as_condition(Asked& asked, std::string facts) {
  if (facts == "any call" || facts == "a call with nothing set") return nullptr;
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = facts.find(from, at)) != std::string::npos; at += to.size())
      facts.replace(at, from.size(), to);
  };
  replace(", ", " and ");
  return asked.condition(facts);
}

void hold(Asked& asked, Held& held) {
  asked.question.limit = 10'000;
  const BruteForce brute(asked);
  const auto answer = asked.answer();
  const unsigned all = (1u << asked.question.wishes.size()) - 1;
  bool sensible = brute.some_call();
  for (std::size_t i = 0; i < asked.question.wishes.size(); ++i) sensible = sensible && brute.is_about_something(i);
  if (!answer) {
    EXPECT_FALSE(sensible) << answer.error().message << asked.text();
    ++held.vacuous;
    return;
  }
  ASSERT_TRUE(sensible) << asked.text();
  if (const auto* found = std::get_if<Solutions>(&*answer)) {
    std::set<std::string> texts;
    for (const Solution& s : found->solutions) texts.insert(text_of(asked.model(), s));
    EXPECT_EQ(texts, brute.minimal()) << asked.text();
    EXPECT_EQ(found->settings, brute.least()) << asked.text();
    EXPECT_EQ(found->count, brute.minimal().size()) << asked.text();
    ++held.solved;
    held.several += texts.size() > 1;
    for (const std::string& text : texts) held.empty += text.find("empty") != std::string::npos;
    return;
  }
  const Conflict& conflict = std::get<Conflict>(*answer);
  EXPECT_FALSE(brute.can_meet(all)) << asked.text();
  ASSERT_FALSE(conflict.wishes.empty());
  EXPECT_TRUE(conflict.is_smallest);
  unsigned core = 0;
  for (const std::size_t i : conflict.wishes) core |= 1u << i;
  EXPECT_FALSE(brute.can_meet(core)) << asked.text();
  for (unsigned other = 1; other <= all; ++other) {
    if (__builtin_popcount(other) < __builtin_popcount(core)) {
      EXPECT_TRUE(brute.can_meet(other)) << asked.text();
    }
  }
  ++held.conflicts;
  held.joint += conflict.wishes.size() > 1;
  held.many_calls += conflict.calls.size() > 1;
  EXPECT_EQ(conflict.calls.empty(), !brute.leaves_room(core)) << asked.text();
  std::vector<ExprRef> conditions;
  std::string shown;
  for (const ConflictCall& call : conflict.calls) {
    conditions.push_back(as_condition(asked, call.facts));
    shown += "\n  in " + call.facts;
    EXPECT_FALSE(call.wishes.empty());
  }
  if (!conflict.calls.empty()) {
    EXPECT_TRUE(brute.shows(core, conditions)) << asked.text() << shown;
  }
}

// --- random questions ---------------------------------------------------------------------

struct Shape {
  std::string types;  // and the inputs
  std::vector<std::string> tests, paths;
  std::vector<std::pair<std::string, std::string>> same;
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = {
      {R"(
input s : onnet | offnet
type inner = { w : flag? }
type doc = { x : flag?, z : flag = on, r : inner }
input a : doc?
input b : doc?
)",
       {"s is onnet", "s is offnet", "a.x is on", "a.x is off", "a.x is unset", "b.x is on", "b.x is not on",
        "a.z is on", "b.z is off", "a is set", "b is unset", "a.r.w is on", "b.r.w is set", "(a.x else b.x) is on",
        "(b.r.w else a.r.w) is not off"},
       {"a", "b", "a.x", "b.x", "a.z", "a.r", "a.r.w", "b.r", "b.z"},
       {{"a", "b"}, {"a.x", "b.x"}, {"a.r", "b.r"}}},
      {R"(
input s : onnet | offnet
input n : number?
type cell = { id : p | q, x : flag?, k : number? at /k if number, m : flag? at /k if boolean }
input a : { u : cell?, v : flag? }?
)",
       {"s is onnet", "n < 10", "n is set", "a.u.id is q", "a.u.x is on", "a.u.x is not on", "a.u.k is set",
        "a.u.m is on", "a.u.m is off", "a.u is set", "a is set", "a.v is on", "a.v is unset", "a.u.x is a.v",
        "a.u.k is unset and n >= 10"},
       {"a", "a.u", "a.u.x", "a.v", "a.u.m", "a.u.id"},
       {{"a.u.x", "a.v"}}},
      {R"(
input s : onnet | offnet
input a : { u : { x : flag?, y : { z : flag? }? }?, v : { x : flag? }? }?
)",
       {"s is onnet", "a is set", "a is unset", "a.u is set", "a.u is unset", "a.u.x is not on", "a.u.y.z is not on",
        "a.v.x is not on", "a.v is set", "a.u.y is set", "a.u.y.z is on", "a.v.x is on"},
       {"a", "a.u", "a.v", "a.u.y", "a.u.x"},
       {{"a.u.x", "a.v.x"}}},
      {R"(
type net = onnet | offnet
input s : net
input m : { on-it : flag? }?[net]
input f : flag = off
input o : (lo | mid | hi)?
)",
       {"s is onnet", "m[s].on-it is on", "m[onnet].on-it is on", "m[offnet].on-it is not on", "m[offnet] is set",
        "m[onnet] is unset", "f is on", "f is off", "o is mid", "o in (lo, hi)", "o is unset", "o is set"},
       {"m", "m[offnet].on-it", "f", "o", "m[onnet]"},
       {{"m[onnet]", "m[offnet]"}}},
  };
  return all;
}

std::string random_condition(Random& random, const Shape& shape, int depth) {
  if (depth == 0 || random.chance(35)) {
    const std::string test = random.pick(shape.tests);
    return random.chance(20) ? "not (" + test + ")" : test;
  }
  const char* joint = random.chance(50) ? " and " : " or ";
  return "(" + random_condition(random, shape, depth - 1) + joint + random_condition(random, shape, depth - 1) + ")";
}

void hold_random(std::uint64_t seed, Held& held) {
  Random random(seed);
  const Shape& shape = random.pick(shapes());
  std::string text = shape.types;
  for (int d = 1; d <= 2; ++d) {
    text += "decision d" + std::to_string(d) + " : flag {\n";
    for (std::size_t r = random.between(1, 3); r > 0; --r)
      text +=
          std::string("  ") + (random.chance(70) ? "on" : "off") + " when " + random_condition(random, shape, 2) + "\n";
    text += "  off otherwise\n}\n";
  }
  Asked asked(text);
  ASSERT_TRUE(asked.c.policy) << text;
  asked.arguments.push_back("seed " + std::to_string(seed) + text);
  for (std::size_t w = random.between(1, 4); w > 0; --w) {
    const std::string claim = random.chance(80) ? std::string("d") + (random.chance(50) ? "1" : "2") +
                                                      (random.chance(60) ? " is on" : " is off")
                                                : random_condition(random, shape, 1);
    asked.want(claim, random.chance(60) ? random_condition(random, shape, 1) : "");
  }
  if (random.chance(40)) asked.when(random_condition(random, shape, 1));
  for (std::size_t p = random.between(1, 2); p > 0; --p) {
    asked.over(random.pick(shape.paths));
  }
  if (random.chance(30)) {
    const auto& [a, b] = random.pick(shape.same);
    asked.same(a, b);
  }
  hold(asked, held);
}

TEST(Solve, AgreesWithEnumeration) {
  Held held;
  for (std::uint64_t seed = 1; seed <= 1500 && !HasFailure(); ++seed) hold_random(seed, held);
  std::printf(
      "%zu solved (%zu with several, %zu empty objects), %zu conflicts (%zu of several wishes, %zu of several calls), "
      "%zu vacuous\n",
      held.solved, held.several, held.empty, held.conflicts, held.joint, held.many_calls, held.vacuous);
  EXPECT_GT(held.solved, 150u);
  EXPECT_GT(held.several, 20u);
  EXPECT_GT(held.empty, 15u);
  EXPECT_GT(held.conflicts, 500u);
  EXPECT_GT(held.joint, 25u);
  EXPECT_GT(held.many_calls, 12u);
  EXPECT_GT(held.vacuous, 50u);
}

}  // namespace
}  // namespace tally
