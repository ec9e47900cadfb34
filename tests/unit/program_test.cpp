// Loading a rule file with all files that it uses, from a file system in memory.
#include "grammar/program.h"

#include <gtest/gtest.h>

#include <map>

#include "grammar/parse/parser.h"
#include "grammar/source/render.h"

namespace tally {
namespace {

class LoadProgram : public ::testing::Test {
 protected:
  Program load(const std::string& path) {
    return load_program(
        path,
        [this](const std::string& p) -> std::variant<std::string, ReadError> {
          ++reads[p];
          if (p == "folder") return ReadError{"is a directory"};
          const auto found = files.find(p);
          if (found == files.end()) return ReadError{"no such file"};
          return found->second;
        },
        sources, diagnostics);
  }

  // Paths of the program, in order.
  static std::vector<std::string> paths(const Program& program) {
    std::vector<std::string> out;
    for (const Module& m : program.modules) out.push_back(m.path);
    return out;
  }

  // The one diagnostic that is expected.
  const Diagnostic& only() {
    static const Diagnostic none{};
    EXPECT_EQ(diagnostics.list().size(), 1u) << report();
    return diagnostics.list().empty() ? none : diagnostics.list().front();
  }

  std::string report() {
    std::string out;
    for (const Diagnostic& d : diagnostics.list()) out += render(d, sources);
    return out;
  }

  // The text of the primary span of a diagnostic.
  std::string marked(const Diagnostic& d) { return d.span ? std::string(sources.text(*d.span)) : "no span"; }

  std::map<std::string, std::string> files;
  std::map<std::string, int> reads;
  SourceSet sources;
  Diagnostics diagnostics;
};

using Paths = std::vector<std::string>;
using Indices = std::vector<std::size_t>;

TEST_F(LoadProgram, ReadsOneFile) {
  files["a.tally"] = "type t = x | y\n";
  const Program p = load("a.tally");
  EXPECT_EQ(report(), "");
  ASSERT_EQ(paths(p), Paths{"a.tally"});
  EXPECT_EQ(p.root().tree.declarations.size(), 1u);
  EXPECT_EQ(sources.file(p.root().file).name(), "a.tally");
}

TEST_F(LoadProgram, AnEmptyFileHasNoDeclarations) {
  files["a.tally"] = "";
  const Program p = load("a.tally");
  EXPECT_EQ(report(), "");
  ASSERT_EQ(p.modules.size(), 1u);
  EXPECT_TRUE(p.root().tree.declarations.empty());
}

TEST_F(LoadProgram, UsedFilesComeBeforeTheirUsers) {
  files["a.tally"] = "use \"b.tally\"\nuse \"c.tally\"\n";
  files["b.tally"] = "use \"d.tally\"\n";
  files["c.tally"] = "";
  files["d.tally"] = "";
  const Program p = load("a.tally");
  EXPECT_EQ(report(), "");
  EXPECT_EQ(paths(p), (Paths{"d.tally", "b.tally", "c.tally", "a.tally"}));
  EXPECT_EQ(p.root().uses, (Indices{1, 2}));
  EXPECT_EQ(p.modules[1].uses, (Indices{0}));
}

TEST_F(LoadProgram, ADiamondReadsItsFootOnce) {
  files["a.tally"] = "use \"l.tally\"\nuse \"r.tally\"\n";
  files["l.tally"] = files["r.tally"] = "use \"foot.tally\"\n";
  files["foot.tally"] = "";
  const Program p = load("a.tally");
  EXPECT_EQ(report(), "");
  EXPECT_EQ(paths(p), (Paths{"foot.tally", "l.tally", "r.tally", "a.tally"}));
  EXPECT_EQ(p.modules[1].uses, p.modules[2].uses);
  EXPECT_EQ(reads["foot.tally"], 1);
}

TEST_F(LoadProgram, AFileNamedTwiceCountsOnce) {
  files["a.tally"] = "use \"b.tally\"\nuse \"./x/../b.tally\"\n";
  files["b.tally"] = "";
  const Program p = load("./a.tally");
  EXPECT_EQ(report(), "");
  EXPECT_EQ(paths(p), (Paths{"b.tally", "a.tally"}));
  EXPECT_EQ(p.root().uses, Indices{0});
}

TEST_F(LoadProgram, PathsAreRelativeToTheFileThatNamesThem) {
  files["rules/main.tally"] = "use \"lib/one.tally\"\n";
  files["rules/lib/one.tally"] = "use \"two.tally\"\nuse \"../../up.tally\"\nuse \"/etc/abs.tally\"\n";
  files["rules/lib/two.tally"] = files["up.tally"] = "";
  files["/etc/abs.tally"] = "use \"../near.tally\"\n";
  files["/near.tally"] = "";
  const Program p = load("x/../rules/./main.tally");
  EXPECT_EQ(report(), "");
  EXPECT_EQ(paths(p), (Paths{"rules/lib/two.tally", "up.tally", "/near.tally", "/etc/abs.tally", "rules/lib/one.tally",
                             "rules/main.tally"}));
}

TEST_F(LoadProgram, AnUnreadableRootIsReportedAtItsPath) {
  const Program p = load("none.tally");
  EXPECT_TRUE(p.modules.empty());
  EXPECT_EQ(report(), "error[T001]: cannot read `none.tally`: no such file\n  --> none.tally\n");
}

TEST_F(LoadProgram, AnUnreadableUseIsReportedAtItsPlace) {
  files["a.tally"] = "type t = x | y\nuse \"none.tally\"\n";
  const Program p = load("a.tally");
  EXPECT_EQ(only().code, DiagnosticId::unreadable_file);
  EXPECT_EQ(marked(only()), "\"none.tally\"");
  EXPECT_EQ(paths(p), Paths{"a.tally"}) << "what could be read is returned";
}

TEST_F(LoadProgram, AFolderAndAnEmptyPathAreNotFiles) {
  files["a.tally"] = "use \"folder\"\nuse \"\"\n";
  load("a.tally");
  ASSERT_EQ(diagnostics.list().size(), 2u) << report();
  EXPECT_EQ(diagnostics.list()[0].message, "cannot read `folder`: is a directory");
  EXPECT_EQ(diagnostics.list()[1].message, "cannot read ``: no such file");
  EXPECT_EQ(reads[""], 1) << "not the folder of the user";
}

TEST_F(LoadProgram, APathWithANulIsNotHandedToTheReader) {
  files["a.tally"] = "use \"b.tally\\u{0}.txt\"\n";
  load("a.tally");
  EXPECT_EQ(only().code, DiagnosticId::unreadable_file);
  EXPECT_EQ(reads.size(), 1u);
}

TEST_F(LoadProgram, AMissingFileIsReportedOnceAndReadOnce) {
  files["a.tally"] = "use \"b.tally\"\nuse \"none.tally\"\n";
  files["b.tally"] = "use \"none.tally\"\n";
  load("a.tally");
  EXPECT_EQ(only().code, DiagnosticId::unreadable_file);
  EXPECT_EQ(reads["none.tally"], 1);
}

TEST_F(LoadProgram, AFileThatUsesItselfIsACycle) {
  files["a.tally"] = "use \"./a.tally\"\n";
  const Program p = load("a.tally");
  EXPECT_EQ(only().code, DiagnosticId::cyclic_use);
  EXPECT_EQ(only().message, "`a.tally` uses itself");
  EXPECT_EQ(marked(only()), "\"./a.tally\"");
  EXPECT_EQ(paths(p), Paths{"a.tally"});
  EXPECT_TRUE(p.root().uses.empty());
}

TEST_F(LoadProgram, ACycleNamesItsFilesInOrder) {
  files["root.tally"] = "use \"a.tally\"\n";
  files["a.tally"] = "use \"b.tally\"\n";
  files["b.tally"] = "use \"c.tally\"\n";
  files["c.tally"] = "use \"a.tally\"\n";
  const Program p = load("root.tally");
  EXPECT_EQ(only().code, DiagnosticId::cyclic_use);
  EXPECT_EQ(only().notes, (Paths{"`a.tally` uses `b.tally`", "`b.tally` uses `c.tally`", "`c.tally` uses `a.tally`"}));
  EXPECT_EQ(sources.file(only().span->file).name(), "c.tally");
  EXPECT_EQ(p.modules.size(), 4u);
}

TEST_F(LoadProgram, RefusesWhatIsNotUtf8) {
  const std::string bad[] = {"\xff",              // in no sequence
                             "\x80",              // a continuation alone
                             "\xC3(",             // cut short by a character
                             "\xE2\x82",          // cut short by the end
                             "\xC0\xAF",          // overlong, two bytes
                             "\xE0\x80\xAF",      // overlong, three
                             "\xF0\x80\x80\xAF",  // overlong, four
                             "\xED\xA0\x80",      // a surrogate
                             "\xF4\x90\x80\x80",  // beyond U+10FFFF
                             std::string("\0", 1),
                             "\x1b",
                             "\x0b",
                             "\x7f"};
  for (const std::string& bytes : bad) {
    Diagnostics fresh;
    diagnostics = fresh;
    files["a.tally"] = "# x\n# y " + bytes + "\n";
    const Program p = load("a.tally");
    EXPECT_TRUE(p.modules.empty());
    EXPECT_EQ(only().code, DiagnosticId::not_text);
    EXPECT_EQ(only().place, "a.tally");
    ASSERT_EQ(only().notes.size(), 1u);
    EXPECT_TRUE(only().notes[0].starts_with("line 2, byte 8 of the file: ") ||
                only().notes[0].starts_with("line 2, byte 9 of the file: "))
        << only().notes[0];
  }
}

TEST_F(LoadProgram, AcceptsEveryLengthOfUtf8AndWhiteSpace) {
  files["a.tally"] =
      "# \xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xF0\x90\x80\x80 \xF4\x8F\xBF\xBF\t\r\n";
  load("a.tally");
  EXPECT_EQ(report(), "");
}

TEST_F(LoadProgram, ABinaryUseIsReportedAtItsPlace) {
  files["a.tally"] = "use \"b.tally\"\n";
  files["b.tally"] = "\xff";
  load("a.tally");
  EXPECT_EQ(only().code, DiagnosticId::not_text);
  EXPECT_EQ(marked(only()), "\"b.tally\"");
  EXPECT_EQ(only().notes, Paths{"line 1, byte 0 of the file: the byte 0xff begins no UTF-8 character"});
}

TEST_F(LoadProgram, SkipsAByteOrderMark) {
  files["a.tally"] = "\xEF\xBB\xBFtype t = x | y\n";
  const Program p = load("a.tally");
  EXPECT_EQ(report(), "");
  ASSERT_EQ(p.modules.size(), 1u);
  EXPECT_EQ(p.root().tree.declarations.size(), 1u);
}

TEST_F(LoadProgram, BoundsTheSizeOfAFile) {
  files["a.tally"] = std::string(max_file_bytes, '\n');
  load("a.tally");
  EXPECT_EQ(report(), "");
  files["b.tally"] = std::string(max_file_bytes + 1, '\n');
  load("b.tally");
  EXPECT_EQ(only().code, DiagnosticId::file_too_large);
}

TEST_F(LoadProgram, BoundsTheDepthOfUses) {
  const auto name = [](int i) { return "f" + std::to_string(i) + ".tally"; };
  const auto chain = [&](int length) {
    files.clear();
    for (int i = 1; i < length; ++i) files[name(i)] = "use \"" + name(i + 1) + "\"\n";
    files[name(length)] = "";
  };
  chain(64);
  EXPECT_EQ(load(name(1)).modules.size(), 64u);
  EXPECT_EQ(report(), "");
  chain(65);
  EXPECT_EQ(load(name(1)).modules.size(), 64u);
  EXPECT_EQ(only().code, DiagnosticId::nesting_too_deep);
  EXPECT_EQ(marked(only()), "\"f65.tally\"");
}

TEST_F(LoadProgram, SyntaxFaultsOfUsedFilesAreReportedThere) {
  files["a.tally"] = "use \"b.tally\"\n";
  files["b.tally"] = "type = x\n";
  load("a.tally");
  ASSERT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(sources.file(diagnostics.list()[0].span->file).name(), "b.tally");
}

}  // namespace
}  // namespace tally
