// A set of values as a cell, read back, is the set that it was made from.
#include "simulator/conditions/cells.h"

#include <gtest/gtest.h>

#include "compiler/front_end.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/related_values.h"
#include "tests/support/rule_text.h"

namespace tally {
namespace {

using testing::compile_text;
using testing::element_named;

class Cells : public ::testing::Test {
 protected:
  // The cell for the codes of all these values and texts; "unset" is the code 0.
  std::string cell(const std::string& file, const std::string& name, const std::vector<Literal>& values) {
    const Compilation c = compile_text(file);
    if (!c.policy) return "(not compiled)";
    const ElementId id = element_named(*c.policy->model, name);
    CodeSet codes;
    for (const Literal& value : values) codes.add(c.policy->classes->code_of(id, value));
    return cell_text(*c.policy->model, *c.policy->classes, id, codes);
  }

  static Literal text(const char* value) { return std::string(value); }
  static Literal name(const char* value) { return EnumName{value}; }
  static Literal number(std::uint64_t value) { return value; }
};

TEST_F(Cells, AnEnumIsTheShorterOfItsValuesAndTheOthers) {
  const std::string file =
      "type state = al | ak | az | ar | ca | \"on hold\"\n"
      "input s : state\ninput o : state?\ninput f : flag\ninput p : flag?\n"
      "decision d : flag { on when s is al and o is al and f is on and p is on  off otherwise }\n";
  EXPECT_EQ(cell(file, "s", {name("al")}), "al");
  EXPECT_EQ(cell(file, "s", {name("al"), name("ak")}), "(al, ak)");
  EXPECT_EQ(cell(file, "s", {name("al"), name("ak"), name("az"), name("on hold")}), "not (ar, ca)");
  EXPECT_EQ(cell(file, "s", {name("al"), name("ak"), name("az"), name("ar"), name("ca")}), "not \"on hold\"");
  EXPECT_EQ(cell(file, "o", {name("al"), Unset{}}), "unset or al");
  EXPECT_EQ(cell(file, "o", {name("al"), name("ak"), name("az"), name("ar"), name("on hold")}), "set but not ca");
  EXPECT_EQ(cell(file, "o", {Unset{}, name("al"), name("ak"), name("az"), name("ar"), name("on hold")}), "not ca");
  EXPECT_EQ(cell(file, "f", {name("off")}), "off");
  EXPECT_EQ(cell(file, "p", {name("off"), Unset{}}), "not on");
  EXPECT_EQ(cell(file, "p", {name("off"), name("on")}), "set");
  EXPECT_EQ(cell(file, "p", {name("off"), name("on"), Unset{}}), "-");
}

TEST_F(Cells, NeighbouringNumbersAreOneRange) {
  const std::string file =
      "input m : 0..1439\ninput o : number?\n"
      "decision d : flag { on when m >= 480 and m < 720  on when m in 960..1079 or m is 1000 or m in (1, 3)\n"
      "  on when o in 5..80 and not o in (7, 9)  off otherwise }\n";
  EXPECT_EQ(cell(file, "m", {number(720), number(960), number(1000), number(1080)}), "720..");
  EXPECT_EQ(cell(file, "m", {number(0), number(1), number(2), number(480), number(4)}), "< 720");
  EXPECT_EQ(cell(file, "m", {number(1000)}), "1000");
  EXPECT_EQ(cell(file, "m", {number(960)}), "960..1079 but not 1000");
  EXPECT_EQ(cell(file, "m", {number(1), number(1000)}), "(1, 3, 1000)");
  EXPECT_EQ(cell(file, "o", {number(5)}), "5..80 but not (7, 9)");
  EXPECT_EQ(cell(file, "o", {number(5), number(7), Unset{}}), "unset or 5..80");
  EXPECT_EQ(cell(file, "o", {number(0), number(7), Unset{}}), "unset or (..4, 7, 9, 81..)");
  EXPECT_EQ(cell(file, "o", {number(0), number(5)}), "(..6, 8, 10..)");
}

TEST_F(Cells, APrefixLosesTheLongerOnesThatAreNotInTheSet) {
  const std::string file =
      "input t : text\ninput o : text?\n"
      "decision d : flag { on when t starts \"+1\" and not t starts \"+1415\"  on when t starts \"+44\"\n"
      "  on when t starts \"+44207\"  on when t starts \"+442\"  on when t in (\"911\", \"+1900\")\n"
      "  on when o starts \"+1\" or o is \"+1\"  off otherwise }\n";
  EXPECT_EQ(cell(file, "t", {text("+1")}), "starts \"+1\" but not starts \"+1415\" but not \"+1900\"");
  EXPECT_EQ(cell(file, "t", {text("+1"), text("+1900")}), "starts \"+1\" but not starts \"+1415\"");
  EXPECT_EQ(cell(file, "t", {text("+1"), text("+1415"), text("911")}), "\"911\" or starts \"+1\" but not \"+1900\"");
  EXPECT_EQ(cell(file, "t", {text("+44"), text("+442"), text("+44207")}), "starts \"+44\"");
  EXPECT_EQ(cell(file, "t", {text("+44"), text("+44207")}),
            "starts \"+44\" but not starts \"+442\" or starts \"+44207\"");
  EXPECT_EQ(cell(file, "t", {text("x")}), "not starts (\"+1\", \"+44\") but not \"911\"");
  EXPECT_EQ(cell(file, "t", {text("x"), text("+1415")}),
            "not starts (\"+1\", \"+44\") but not \"911\" or starts \"+1415\"");
  EXPECT_EQ(cell(file, "o", {text("+1")}), "\"+1\"");
  EXPECT_EQ(cell(file, "o", {text("+12")}), "starts \"+1\" but not \"+1\"");
  EXPECT_EQ(cell(file, "o", {text("x")}), "set but not starts \"+1\"");
  EXPECT_EQ(cell(file, "o", {text("x"), Unset{}}), "not starts \"+1\"");
}

// --- read back ---------------------------------------------------------------------

TEST_F(Cells, ATextIsTheTestsThatHoldIt) {
  const std::string file =
      "input t : text?\n"
      "decision d : a | b | c | e {\n"
      "  a  when t like (\"NXX\", \"911\") but not ends \"0\"\n"
      "  b  when t starts \"1\"\n"
      "  c  when t has length 4..6\n"
      "  e  otherwise\n"
      "}\n";
  EXPECT_EQ(cell(file, "t", {text("222")}), "like (\"911\", \"NXX\") but not ends \"0\"");
  EXPECT_EQ(cell(file, "t", {text("220")}), "like (\"911\", \"NXX\") and ends \"0\"");
  EXPECT_EQ(cell(file, "t", {text("222"), text("220")}), "like (\"911\", \"NXX\")");
  EXPECT_EQ(cell(file, "t", {text("1"), text("1000"), text("10"), text("1111")}), "starts \"1\"");
  EXPECT_EQ(cell(file, "t", {text("1111")}), "starts \"1\" and has length 4..6 but not ends \"0\"");
  EXPECT_EQ(cell(file, "t", {Unset{}, text("222"), text("220")}), "unset or like (\"911\", \"NXX\")");
  EXPECT_EQ(cell(file, "t",
                 {Unset{}, text("0"), text("x"), text("1"), text("10"), text("0000"), text("1000"), text("1111"),
                  text("xxxx")}),
            "not like (\"911\", \"NXX\")");
}

Literal example(const Policy& policy, ElementId id, unsigned code) {
  return value_of(*policy.model, *policy.classes, id, static_cast<Code>(code));
}

// Whether a condition holds where an element has a code. A relation has it with some values of its leaves.
std::optional<bool> holds_for(const Policy& policy, const Policy& again, const ExprRef& condition, ElementId id,
                              unsigned code) {
  LeafValues values;
  if (policy.model->at(id).relation) {
    const testing::RelatedValues related(*policy.model, *policy.classes, {id});
    bool found = false;
    const auto leaf = [&](std::size_t i) { return related.leaves()[i]; };
    for (unsigned a = policy.classes->first(leaf(0)); !found && a < policy.classes->codes(leaf(0)); ++a) {
      for (unsigned b = policy.classes->first(leaf(1)); !found && b < policy.classes->codes(leaf(1)); ++b) {
        const auto there = related.find([&](ElementId e) { return e == id ? code : e == leaf(0) ? a : b; });
        found = there.has_value();
        if (found) values = *there;
      }
    }
    if (!found) return std::nullopt;
  }
  const reference::Interpreter interpreter(*again.model);
  return interpreter.holds(condition, [&](ElementId asked) -> Literal {
    if (const auto value = values.find(asked); value != values.end()) return value->second;
    // The objects around the element are present.
    return asked == id ? example(policy, id, code) : EnumName{"present"};
  });
}

// Tries sets of an element's codes: all, or every few hundredth of them. Returns how many.
std::size_t hold_element(const std::string& file, const Policy& policy, ElementId id) {
  const unsigned first = policy.classes->first(id), count = policy.classes->width(id);
  if (count < 2 || count > 16) return 0;
  const unsigned sets = 1u << count, step = 1 + sets / 100;
  std::size_t held = 0;
  for (unsigned set = 1; set < sets; set += step) {
    CodeSet codes;
    for (unsigned i = 0; i < count; ++i) {
      if (set >> i & 1) codes.add(first + i);
    }
    const std::string cell = cell_text(*policy.model, *policy.classes, id, codes);
    const auto& relation = policy.model->at(id).relation;
    const Compilation again = compile_text(file + "\ndecision read-back : flag {\n  | " +
                                           policy.model->at(relation ? relation->left : id).name + " |\n  | " + cell +
                                           " | on\n  off otherwise\n}\n");
    if (!again.policy) {
      ADD_FAILURE() << cell << ": " << again.diagnostics.list().front().message;
      return held;
    }
    const Decision& decision = again.policy->model->decisions.back();
    for (unsigned code = first; code < first + count; ++code) {
      const auto holds = holds_for(policy, *again.policy, decision.rules.front().condition, id, code);
      EXPECT_TRUE(!holds || *holds == codes.has(code)) << cell << ", code " << code;
    }
    ++held;
  }
  return held;
}

TEST(CellsReadBack, OfRandomPolicies) {
  std::size_t held = 0;
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    const std::string file = testing::random_policy(seed);
    const Compilation c = compile_text(file);
    ASSERT_TRUE(c.policy) << seed;
    for (const ElementId id : c.policy->reads) held += hold_element(file, *c.policy, id);
    if (HasFailure()) break;
  }
  EXPECT_GT(held, 1000u);
}

}  // namespace
}  // namespace tally
