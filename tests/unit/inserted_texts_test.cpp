// Texts into which numbers and texts are inserted. A comparison of such a text cuts the inserted
// value, and a class of one value is inserted as that value. Both are compared with the
// interpreter, which has the whole text.
#include <gtest/gtest.h>

#include "compiler/front_end.h"
#include "grammar/source/render.h"
#include "tests/support/agreement.h"

namespace tally::testing {
namespace {

Compilation compiled(const std::string& source) {
  Compilation c =
      compile("main.tally", [&](const std::string&) -> std::variant<std::string, ReadError> { return source; });
  for (const Diagnostic& d : c.diagnostics.list()) {
    if (d.severity == Severity::error) ADD_FAILURE() << render(d, c.sources);
  }
  return c;
}

// The number of calls on which the decisions of a file are decided alike; 0 if one differs.
std::uint64_t calls_alike(const std::string& source) {
  const Compilation c = compiled(source);
  if (!c.policy) return 0;
  const Agreement agreement = compare(*c.policy, {});
  for (const std::string& difference : agreement.differences) ADD_FAILURE() << difference;
  EXPECT_EQ(agreement.skipped, 0u);
  return agreement.differences.empty() ? agreement.calls : 0;
}

TEST(InsertedTexts, AreComparedAsAWhole) {
  EXPECT_EQ(calls_alike("input u : text\nlet t = \"<{u}>\"\n"
                        "decision d : flag = t is \"<a>\"\n"
                        "decision e : flag = t starts \"<a\"\n"
                        "decision f : flag = t in (\"<>\", \"<ab>\", \"<\")\n"),
            3u * 5u);  // `u` is "a", "a...", "ab", "" or another
  EXPECT_GT(calls_alike("input u : text?\nlet t = \"{u}{u}-{u}\"\n"
                        "decision d : flag = t is \"aa-a\"\n"
                        "decision e : flag = t is \"-\"\n"
                        "decision f : flag = t starts \"aa\"\n"),
            0u);
}

TEST(InsertedTexts, AreDividedInEveryWay) {
  EXPECT_GT(calls_alike(
                "input u : text?\ninput v : text\ninput s : (a | b = \"-b-\")\nlet t = \"{u}{s}{v}\"\n"
                "decision d : flag = t is \"xay-b-\"\n"
                "decision e : flag = t starts \"xa-b-\"\n"
                "decision f : x | y | z { x when t starts (\"a\", \"-b-a\")  y when t in (\"\", \"a\")  z otherwise }\n"
                "decision g : text { t when t is \"aa\"  \"{t}{t}\" otherwise }\n"),
            0u);
}

TEST(InsertedTexts, HoldNumbersInDigits) {
  EXPECT_GT(calls_alike("input n : number\ninput m : 0..200\nlet t = \"{n}{m}\"\n"
                        "decision d : flag = t is \"100\"\n"
                        "decision e : flag = t starts \"10\"\n"
                        "decision f : flag = t in (\"00\", \"01\", \"007\", \"x\")\n"
                        "decision g : flag = t starts (\"0\", \"1\")\n"
                        "decision h : flag = t is \"90071992547409917\" or t is \"9007199254740993\"\n"),
            0u);
}

TEST(InsertedTexts, InsertAClassOfOneValueAsItself) {
  EXPECT_GT(
      calls_alike(
          "input n : number?\ninput u : text?\ninput k : 5..5\n"
          "decision cuts : flag = n in (3, 9..11) or n is 3 or u is \"a\"\n"
          "decision d : text = \"{n}, {u}, {n}, {k}\"\n"
          "decision e : text? { \"{n}\" when n is 3  u when u is \"a\"  \"{u}{k}\" when u is set  unset otherwise }\n"),
      0u);
}

TEST(RecordUpdates, ReachIntoRecords) {
  EXPECT_GT(calls_alike("type r = { a : { c : flag = off, d : (1..5)? }, b : flag? }\n"
                        "input x : r\ninput y : r?\ninput t : (1..5)?\n"
                        "decision d : r = { a: { d: t } } else x\n"
                        "decision e : r = { b: on, a: { d: t, c: on } } else y\n"
                        "decision f : r = { a: { d: 3 } } else y else x\n"),
            0u);
}

}  // namespace
}  // namespace tally::testing
