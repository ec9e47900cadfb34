// Numbers and texts compared with each other, against every value of small ranges: what is possible, what is
// decided, what counterexamples show.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "compiler/checks/checks.h"
#include "compiler/diagrams/class_values.h"
#include "compiler/diagrams/support.h"
#include "compiler/front_end.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/environment.h"
#include "tests/support/random.h"
#include "tests/support/related_values.h"
#include "tests/support/rule_text.h"

namespace tally {
namespace {

using testing::compile_text;
using testing::Random;

const std::vector<std::string> number_names = {"a", "b", "c", "d"};
const std::vector<std::string> text_names = {"s", "t", "u"};
const std::vector<std::string> some_texts = {"", "x", "xy", "y", "z", "xz", "zz", "yy"};

// A condition on small numbers and texts: an order, an equality, a cut, or several of them.
std::string condition(Random& random, int depth) {
  if (depth > 0 && random.chance(60)) {
    const std::string left = condition(random, depth - 1), right = condition(random, depth - 1);
    if (random.chance(20)) return "not (" + left + ")";
    return "(" + left + (random.chance(50) ? " and " : " or ") + right + ")";
  }
  const auto number = [&] { return random.pick(number_names); };
  const auto value = [&] { return std::to_string(random.between(0, 7)); };
  if (random.chance(25)) {
    if (random.chance(30)) return random.pick(text_names) + " starts \"x\"";
    if (random.chance(30)) return random.pick(text_names) + " is \"" + random.pick(some_texts) + "\"";
    return random.pick(text_names) + (random.chance(50) ? " is " : " is not ") + random.pick(text_names);
  }
  static const std::vector<std::string> orders = {" < ", " <= ", " > ", " >= ", " is ", " is not "};
  if (random.chance(25)) return number() + random.pick(orders) + value();
  const std::string right = random.chance(20)   ? number() + " else " + value()
                            : random.chance(20) ? "min(" + number() + ", " + number() + ")"
                            : random.chance(20) ? "max(" + number() + ", " + value() + ")"
                                                : number();
  return number() + random.pick(orders) + right;
}

// Every number has a range of its own, so that ranges overlap in part.
std::string small_policy(std::uint64_t seed) {
  Random random(seed);
  std::string text;
  for (const std::string& name : number_names) {
    const auto low = random.between(0, 2), high = low + random.between(0, 4);
    text += "input " + name + " : (" + std::to_string(low) + ".." + std::to_string(high) + ")" +
            (random.chance(30) ? "?" : "") + "\n";
  }
  for (const std::string& name : text_names)
    text += "input " + name + " : text" + (random.chance(30) ? "?" : "") + "\n";
  const std::string first = random.pick(number_names), second = random.pick(number_names);
  text += "decision on-or-off : flag {\n  on when " + condition(random, 2) + "\n  off when " + condition(random, 1) +
          "\n  on otherwise\n}\n";
  text += "decision limit : number? {\n  " + first + " when " + condition(random, 1) + "\n  " + second + " when " +
          condition(random, 1) + "\n  max(" + first + ", " + second + ") otherwise\n}\n";
  return text;
}

// Calls `visit` with each combination of values of the leaves that a policy reads. A text takes all of some texts.
void each_document(const Model& model, const std::set<ElementId>& reads,
                   const std::function<void(const LeafValues&)>& visit) {
  std::vector<ElementId> leaves;
  for (const ElementId e : reads) {
    if (!model.at(e).relation) leaves.push_back(e);
  }
  LeafValues values;
  const std::function<void(std::size_t)> go = [&](std::size_t at) {
    if (at == leaves.size()) return visit(values);
    const Type& type = *model.at(leaves[at]).type;
    if (type.optional) {
      values[leaves[at]] = Unset{};
      go(at + 1);
    }
    if (type.kind == Type::Kind::number) {
      for (std::uint64_t n = type.low; n <= type.high; ++n) {
        values[leaves[at]] = n;
        go(at + 1);
      }
    } else {
      for (const std::string& text : some_texts) {
        values[leaves[at]] = text;
        go(at + 1);
      }
    }
  };
  go(0);
}

using Codes = std::map<ElementId, Code>;

Codes codes_of(const Policy& policy, const std::set<ElementId>& elements, const LeafValues& values) {
  Codes codes;
  for (const ElementId e : elements) {
    const auto& relation = policy.model->at(e).relation;
    if (!relation) {
      codes[e] = static_cast<Code>(policy.classes->code_of(e, values.at(e)));
      continue;
    }
    const bool are_numbers = policy.model->at(relation->left).type->kind == Type::Kind::number;
    codes[e] = testing::code_between(values.at(relation->left), values.at(relation->right), are_numbers);
  }
  return codes;
}

class SmallPolicy {
 public:
  explicit SmallPolicy(std::uint64_t seed) : text_(small_policy(seed)), c_(compile_text(text_)) {}

  bool is_made() const { return c_.policy.has_value(); }
  const std::string& text() const { return text_; }

  // What is possible is exactly what some values bring about; and what is decided is what the interpreter
  // decides for them, whichever values of the classes they are.
  void check_every_value() {
    const Policy& policy = *c_.policy;
    Space& space = *policy.space;
    const reference::Interpreter interpreter(*policy.model);
    std::set<Codes> seen;
    each_document(*policy.model, policy.reads, [&](const LeafValues& values) {
      const Codes codes = codes_of(policy, policy.reads, values);
      seen.insert(codes);
      const Assignment assignment = assigned(space, codes);
      ASSERT_EQ(space.diagrams().evaluate(space.possible(policy.reads), assignment), 1u) << text_;
      for (const Output& output : policy.outputs) check_decision(output, interpreter, values, assignment);
    });
    EXPECT_EQ(space.count(space.diagrams().yes(), policy.reads), Count(static_cast<unsigned long>(seen.size())))
        << text_;
    check_projections(seen);
    check_values(seen);
  }

 private:
  static Assignment assigned(const Space& space, const Codes& codes) {
    Assignment out(space.order().size(), 0);
    for (const auto& [element, code] : codes) out[space.variable(element).value] = code;
    return out;
  }

  void check_decision(const Output& output, const reference::Interpreter& interpreter, const LeafValues& values,
                      const Assignment& assignment) {
    Space& space = *c_.policy->space;
    const auto decided = interpreter.decide(output.decision, [&](ElementId e) { return values.at(e); });
    ASSERT_EQ(space.diagrams().evaluate(space.of(output.rule), assignment), decided.rule) << text_;
    const ResultPart& part = output.parts.front();
    const std::uint32_t code = space.diagrams().evaluate(space.of(part.node), assignment);
    if (part.kind == ResultPart::Kind::enumeration) {
      ASSERT_EQ(part.type->values[code - 1].name, std::get<reference::EnumValue>(decided.value.node).name) << text_;
      return;
    }
    ASSERT_EQ(code != 0, decided.value.is_set()) << text_;
    if (code == 0) return;
    const Origin& origin = part.origins[code - 1];
    const auto* leaf = std::get_if<ElementId>(&origin);
    const Literal handed_on = leaf ? values.at(*leaf) : Literal{std::get<std::uint64_t>(origin)};
    ASSERT_EQ(std::get<std::uint64_t>(handed_on), std::get<reference::Number>(decided.value.node).value) << text_;
  }

  // What is possible of some elements is what is possible of all, less the others.
  void check_projections(const std::set<Codes>& seen) {
    const Policy& policy = *c_.policy;
    Space& space = *policy.space;
    for (const ElementId left_out : policy.reads) {
      std::set<ElementId> some = policy.reads;
      some.erase(left_out);
      std::set<Codes> projected;
      for (Codes codes : seen) {
        codes.erase(left_out);
        projected.insert(std::move(codes));
      }
      EXPECT_EQ(space.count(space.diagrams().yes(), some), Count(static_cast<unsigned long>(projected.size())))
          << "without " << policy.model->at(left_out).name << "\n"
          << text_;
    }
  }

  // The values that are shown for a call have its codes.
  void check_values(const std::set<Codes>& seen) {
    const Policy& policy = *c_.policy;
    for (const Codes& codes : seen) {
      LeafValues values = values_of(*policy.model, *policy.classes, Call(codes.begin(), codes.end()));
      for (const ElementId e : policy.reads) {
        if (!policy.model->at(e).relation) values.try_emplace(e, Unset{});
      }
      ASSERT_EQ(codes_of(policy, policy.reads, values), codes) << text_;
    }
  }

  std::string text_;
  Compilation c_;
};

// TALLY_SEEDS is how many seeds are tried, TALLY_FIRST_SEED the first.
TEST(Relations, AreWhatEveryValueOfSmallRangesShows) {
  const std::uint64_t first = testing::setting("TALLY_FIRST_SEED", 0), seeds = testing::setting("TALLY_SEEDS", 150);
  std::uint64_t made = 0;
  for (std::uint64_t seed = first; seed < first + seeds && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SmallPolicy policy(seed);
    if (!policy.is_made()) continue;
    ++made;
    policy.check_every_value();
  }
  EXPECT_GT(made, seeds / 2);
}

}  // namespace
}  // namespace tally
