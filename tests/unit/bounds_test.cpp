// Long files: every bound is reported by a message, and no recursion is as deep as a file is
// long.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "compiler/checks/checks.h"
#include "compiler/front_end.h"
#include "tests/support/agreement.h"

namespace tally::testing {
namespace {

constexpr int many = 10'000;

std::string repeat(const std::function<std::string(int)>& line, int count = many) {
  std::string out;
  for (int i = 0; i < count; ++i) out += line(i);
  return out;
}

std::string n(int i) { return std::to_string(i); }

// "ok", or the codes and messages of the errors.
std::string verdict(const std::string& source) {
  Compilation c =
      compile("main.tally", [&](const std::string&) -> std::variant<std::string, ReadError> { return source; });
  if (c.policy) check(*c.policy, c.sources, c.diagnostics);
  std::string out;
  for (const Diagnostic& d : c.diagnostics.list()) {
    if (d.severity == Severity::error) out += std::string(info(d.code).id) + " " + d.message + "\n";
  }
  return out.empty() ? "ok" : out;
}

const std::string too_deep = "T008 lets and decisions are nested more than 2,000 deep\n";
const std::string too_deep_names = "T004 names stand for names more than 1,000 deep\n";

TEST(Bounds, LetsThatReferToTheNext) {
  const std::string ends = "input x : flag\nlet l0 = x\ndecision d : flag = l" + n(many) + "\n";
  EXPECT_EQ(verdict(ends + repeat([](int i) { return "let l" + n(i + 1) + " = not l" + n(i) + "\n"; })), too_deep);
  EXPECT_EQ(verdict(ends + repeat([](int i) { return "let l" + n(many - i) + " = not l" + n(many - i - 1) + "\n"; })),
            too_deep);
  EXPECT_EQ(verdict("input x : flag\nlet l0(v : flag) = v\ndecision d : flag = l" + n(many) + "(x)\n" +
                    repeat([](int i) { return "let l" + n(many - i) + "(v : flag) = l" + n(many - i - 1) + "(v)\n"; })),
            too_deep);
}

// The interpreter can follow lets as deep as lets may refer to each other.
TEST(Bounds, TheInterpreterGoesAsDeep) {
  const std::vector<std::function<std::string(const std::string&)>> forms = {
      [](const std::string& before) { return "not " + before; },
      [](const std::string& before) { return "f(" + before + ")"; },
      [](const std::string& before) { return "{ on when not " + before + "  off otherwise }"; },
  };
  for (const auto& form : forms) {
    std::string source = "input x : flag\nlet l0 = x\nlet f(v : flag) = not v\ndecision d : flag = l490\n";
    for (int i = 1; i <= 490; ++i) {
      source += "let l" + n(i) + " = " + form("l" + n(i - 1)) + "\n";
    }
    const Compilation c =
        compile("main.tally", [&](const std::string&) -> std::variant<std::string, ReadError> { return source; });
    ASSERT_TRUE(c.policy);
    const Agreement agreement = compare(*c.policy, {});
    EXPECT_TRUE(agreement.differences.empty());
    EXPECT_EQ(agreement.calls, 2u);
  }
}

TEST(Bounds, TextsThatInsertTheNext) {
  EXPECT_EQ(verdict("input x : flag\nlet l0 = \"{x}\"\ndecision d : text = l" + n(many) + "\n" +
                    repeat([](int i) { return "let l" + n(many - i) + " = \"{l" + n(many - i - 1) + "}\"\n"; })),
            too_deep);
}

TEST(Bounds, DecisionsThatReferToTheNext) {
  EXPECT_EQ(verdict("input x : flag\ndecision l0 : flag = x\n" +
                    repeat([](int i) { return "decision l" + n(i + 1) + " : flag = l" + n(i) + "\n"; }, 3'000)),
            "ok");
}

TEST(Bounds, TypesThatReferToTheNext) {
  EXPECT_EQ(verdict("type t0 = flag\ninput x : t" + n(many) + "\ndecision d : flag = x is on\n" +
                    repeat([](int i) { return "type t" + n(many - i) + " = t" + n(many - i - 1) + "?\n"; })),
            "ok");
}

TEST(Bounds, LongWaysRound) {
  const auto next = [](int i) { return n((i + 1) % many); };
  const std::string decision = "decision d : flag = l0 is on\n";
  EXPECT_EQ(verdict(decision + repeat([&](int i) { return "let l" + n(i) + " = l" + next(i) + "\n"; })),
            too_deep_names);
  EXPECT_EQ(verdict(decision + repeat([&](int i) { return "let l" + next(i) + " = l" + n(i) + "\n"; })),
            too_deep_names);
  EXPECT_EQ(verdict("input x : l0\n" + repeat([&](int i) { return "type l" + n(i) + " = l" + next(i) + "?\n"; })),
            too_deep_names);
  // These values only have the names; they are not references.
  EXPECT_EQ(verdict("input x : flag\nlet l0 : a | b { a when x  b otherwise }\ndecision d : a | b = l0\n" +
                    repeat([&](int i) { return "let m" + n(i) + " : c | m" + next(i) + " = m" + next(i) + "\n"; })),
            "ok");
}

TEST(Bounds, LongChainsOfOperands) {
  const auto chain = [](const char* word) {
    return repeat([&](int i) { return std::string(i == 0 ? "" : word) + (i % 2 == 0 ? "x" : "y"); });
  };
  const std::string flags = "input x : flag\ninput y : flag\ndecision d : flag = ";
  EXPECT_EQ(verdict(flags + chain(" and ") + "\n"), "ok");
  EXPECT_EQ(verdict(flags + chain(" or ") + "\n"), "ok");
  for (const char* type : {"flag?", "number?", "text?"}) {
    EXPECT_EQ(verdict("input x : " + std::string(type) + "\ninput y : " + type + "\ndecision d : " + type + " = " +
                      chain(" else ") + "\n"),
              "ok");
  }
}

TEST(Bounds, ManyInputsInOneDecision) {
  const auto inputs = [](const std::string& type) {
    return repeat([&](int i) { return "input x" + n(i) + " : " + type + "\n"; });
  };
  const auto chain = [](const char* word) {
    return repeat([&](int i) { return std::string(i == 0 ? "" : word) + "x" + n(i); });
  };
  EXPECT_EQ(verdict(inputs("flag") + "decision d : flag = " + chain(" and ") + "\n"), "ok");
  EXPECT_EQ(verdict(inputs("flag?") + "decision d : flag? = " + chain(" else ") + "\n"), "ok");
  EXPECT_EQ(verdict(inputs("{ a : flag, b : flag? }?") + "decision d : flag = " +
                    repeat(
                        [](int i) {
                          return std::string(i == 0 ? "x" : " or x") + n(i) + ".a is set and x" + n(i) + ".b is on";
                        },
                        2'000) +
                    "\n"),
            "ok");
}

TEST(Bounds, ManyFaults) {
  const std::string text =
      verdict(repeat([](int i) { return "decision d" + n(i) + " : flag = y" + n(i) + "\n"; }, 100'000));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 100);
}

TEST(Bounds, ManyValuesOfForNames) {
  const std::string values = repeat([](int i) { return (i == 0 ? "v" : " | v") + n(i); }, 300);
  EXPECT_EQ(verdict("type e = " + values +
                    "\ninput x : flag\ndecision d : flag = x\n"
                    "prove for a in e, b in e: d is x when a is b\n"),
            "ok");
}

}  // namespace
}  // namespace tally::testing
