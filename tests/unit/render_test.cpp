// Diagnostics as people see them, compared as a whole.
#include "grammar/source/render.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tally {
namespace {

// One file, and spans of the parts of its text.
class Render : public ::testing::Test {
 protected:
  FileId add(std::string name, std::string text) { return sources.add(std::move(name), std::move(text)); }

  Span of(FileId file, std::string_view part, std::size_t from = 0) {
    const std::size_t at = sources.file(file).text().find(part, from);
    EXPECT_NE(at, std::string_view::npos) << part;
    return {file, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + part.size())};
  }

  static Diagnostic error(Span span, std::string message) {
    Diagnostic d;
    d.code = DiagnosticId::gap;
    d.message = std::move(message);
    d.span = span;
    return d;
  }

  SourceSet sources;
};

TEST_F(Render, ShowsTheManualsExample) {
  std::string text(40, '\n');
  const FileId file = add("call_recording.tally", text + "decision caller-recording : flag {\n");
  Diagnostic d = error(of(file, "caller-recording"), "decision `caller-recording` leaves 6 of 12 calls undecided");
  d.note("no rule matches source = offnet, destination = onnet").help("add a rule for this call, or `otherwise`");
  EXPECT_EQ(render(d, sources),
            "error[T401]: decision `caller-recording` leaves 6 of 12 calls undecided\n"
            "  --> call_recording.tally:41:10\n"
            "   |\n"
            "41 | decision caller-recording : flag {\n"
            "   |          ^^^^^^^^^^^^^^^^\n"
            "   = note: no rule matches source = offnet, destination = onnet\n"
            "   = help: add a rule for this call, or `otherwise`\n");
}

TEST_F(Render, ShowsAPlaceWhereThereIsNoSpan) {
  Diagnostic d;
  d.code = DiagnosticId::unreadable_file;
  d.message = "unknown key `enable` in `recording`";
  d.place = "user.json#/call_recording/inbound/onnet/enable";
  d.help("did you mean `enabled`?");
  EXPECT_EQ(render(d, sources),
            "error[T001]: unknown key `enable` in `recording`\n"
            "  --> user.json#/call_recording/inbound/onnet/enable\n"
            "   = help: did you mean `enabled`?\n");
}

TEST_F(Render, ShowsNeitherPlaceNorSpanWhereThereIsNone) {
  Diagnostic d;
  d.code = DiagnosticId::node_limit;
  d.message = "m";
  EXPECT_EQ(render(d, sources), "error[T007]: m\n");
}

TEST_F(Render, GroupsLabelsByLineAndFile) {
  const FileId main = add("main.tally", "a b c\n-\n-\nd e\nf\n");
  const FileId other = add("other.tally", "\nx y\n");
  Diagnostic d = error(of(main, "d"), "m");
  d.label(of(other, "y"), "in another file").label(of(main, "c"), "third").label(of(main, "a b"), "first");
  d.label(of(main, "f"), "").label(of(main, "e"), "same line");
  EXPECT_EQ(render(d, sources),
            "error[T401]: m\n"
            "  --> main.tally:4:1\n"
            "   |\n"
            " 1 | a b c\n"
            "   | --- first\n"
            "   |     - third\n"
            "...\n"
            " 4 | d e\n"
            "   | ^\n"
            "   |   - same line\n"
            " 5 | f\n"
            "   | -\n"
            "  ::: other.tally:2:3\n"
            "   |\n"
            " 2 | x y\n"
            "   |   - in another file\n");
}

TEST_F(Render, MarksAMultiLineSpanToTheEndOfItsFirstLine) {
  const FileId file = add("f", "x {\n  y\n}\n");
  EXPECT_EQ(render(error({file, 2, 9}, "m"), sources), "error[T401]: m\n  --> f:1:3\n   |\n 1 | x {\n   |   ^\n");
}

TEST_F(Render, MarksTheEndOfTheTextWithOneCaret) {
  const FileId file = add("f", "let x =");
  EXPECT_EQ(render(error({file, 7, 7}, "m"), sources),
            "error[T401]: m\n  --> f:1:8\n   |\n 1 | let x =\n   |        ^\n");
  EXPECT_EQ(render(error({file, 70, 90}, "m"), sources), render(error({file, 7, 7}, "m"), sources));
}

TEST_F(Render, MarksAnEmptyLine) {
  const FileId file = add("f", "");
  EXPECT_EQ(render(error({file, 0, 0}, "m"), sources), "error[T401]: m\n  --> f:1:1\n   |\n 1 |\n   | ^\n");
}

TEST_F(Render, WidensTheGutterForLargeLineNumbers) {
  std::string text(9999, '\n');
  text += 'x';
  const FileId file = add("f", text);
  EXPECT_EQ(render(error(of(file, "x"), "m"), sources),
            "error[T401]: m\n     --> f:10000:1\n      |\n10000 | x\n      | ^\n");
}

TEST_F(Render, ExpandsTabsUnderTheMarks) {
  const FileId file = add("f", "\ta\tbb c");
  EXPECT_EQ(render(error(of(file, "bb"), "m"), sources),
            "error[T401]: m\n  --> f:1:4\n   |\n 1 |     a   bb c\n   |         ^^\n");
}

TEST_F(Render, CountsCodePointsUnderTheMarks) {
  const FileId file = add("f", "\"\xC3\xA9\xC3\xA9\" x");
  EXPECT_EQ(render(error(of(file, "x"), "m"), sources),
            "error[T401]: m\n  --> f:1:6\n   |\n 1 | \"\xC3\xA9\xC3\xA9\" x\n   |      ^\n");
}

TEST_F(Render, KeepsHostileBytesFromTheTerminal) {
  const std::string hostile = "a\x1b[2J\xff\xC2\x9B\xE2\x80\xAE z";  // escape, no UTF-8, C1 escape, bidi override
  const FileId file = add("f\x1b", hostile);
  Diagnostic d = error(of(file, "z"), hostile);
  d.note(hostile).help(hostile).label(of(file, "a"), hostile);
  const std::string out = render(d, sources);
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_EQ(out.find('\xff'), std::string::npos);
  EXPECT_EQ(out.find("\xC2\x9B"), std::string::npos);
  EXPECT_EQ(out.find("\xE2\x80\xAE"), std::string::npos);
  EXPECT_NE(out.find(" 1 | a\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD z\n   |          ^\n"),
            std::string::npos)
      << out;
}

TEST_F(Render, ReplacesATruncatedCodePoint) {
  const FileId file = add("f", "x \xE2\x82");
  EXPECT_NE(render(error(of(file, "x"), "m"), sources).find("x \xEF\xBF\xBD\xEF\xBF\xBD\n"), std::string::npos);
}

TEST_F(Render, IndentsTheLinesOfANote) {
  Diagnostic d;
  d.code = DiagnosticId::gap;
  d.message = "m";
  d.note("one\ntwo");
  EXPECT_EQ(render(d, sources), "error[T401]: m\n   = note: one\n           two\n");
}

// The line of `text` that begins with `start`, without `start`.
std::string line_after(const std::string& text, const std::string& start) {
  const std::size_t at = text.find("\n" + start);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + 1 + start.size();
  return text.substr(begin, text.find('\n', begin) - begin);
}

// Whether the carets are under the mark, which is the only `X...` of the line.
void expect_cut(const std::string& out, std::size_t mark_size, bool left, bool right) {
  const std::string line = line_after(out, " 1 | ");
  const std::string marks = line_after(out, " 1 | " + line + "\n   | ");
  EXPECT_LE(line.size(), 160u);
  EXPECT_EQ(line.starts_with("..."), left) << line;
  EXPECT_EQ(line.ends_with("..."), right) << line;
  EXPECT_EQ(marks.find('^'), line.find('X')) << out;
  EXPECT_EQ(std::count(marks.begin(), marks.end(), '^'), static_cast<std::ptrdiff_t>(mark_size));
}

TEST_F(Render, CutsLongLinesAroundTheMark) {
  const auto report = [&](std::size_t before, std::size_t after) {
    const FileId file = add("f", std::string(before, 'a') + "XXX" + std::string(after, 'b'));
    return render(error(of(file, "XXX"), "m"), sources);
  };
  expect_cut(report(100, 57), 3, false, false);
  expect_cut(report(100, 100), 3, false, true);
  expect_cut(report(300, 300), 3, true, true);
  expect_cut(report(300, 10), 3, true, false);
  expect_cut(report(300, 0), 3, true, false);
  expect_cut(report(0, 300), 3, false, true);
}

TEST_F(Render, LooksOnlyAtTheNeighbourhoodInAnEnormousLine) {
  std::string text(3u << 20, 'a');
  text[2u << 20] = 'X';
  const FileId file = add("f", text);
  const std::string out = render(error(of(file, "X"), "m"), sources);
  EXPECT_LT(out.size(), 1000u);
  expect_cut(out, 1, true, true);
}

TEST_F(Render, CutsAMarkThatIsTooLong) {
  const FileId file = add("f", std::string(1000, 'X'));
  const std::string out = render(error({file, 0, 1000}, "m"), sources);
  EXPECT_LT(line_after(out, "   | ").size(), 165u);
  EXPECT_TRUE(line_after(out, " 1 | ").ends_with("XXX..."));
}

TEST_F(Render, ShowsALabelFarAwayAtTheEdge) {
  const FileId file = add("f", "X" + std::string(1000, 'b') + "Y");
  Diagnostic d = error(of(file, "X"), "m");
  d.label(of(file, "Y"), "far");
  EXPECT_NE(render(d, sources).find("- far\n"), std::string::npos);
  EXPECT_LT(render(d, sources).size(), 700u);
}

TEST_F(Render, ColoursOnlyWhenAsked) {
  const FileId file = add("f", "x");
  Diagnostic d = error(of(file, "x"), "m");
  d.note("n").help("h");
  EXPECT_EQ(render(d, sources).find('\x1b'), std::string::npos);
  EXPECT_EQ(render(d, sources, {.colour = true}),
            "\x1b[1;31merror[T401]\x1b[0m: m\n"
            "  \x1b[34m-->\x1b[0m f:1:1\n"
            "\x1b[34m   |\x1b[0m\n"
            "\x1b[34m 1 |\x1b[0m x\n"
            "\x1b[34m   |\x1b[0m \x1b[1;31m^\x1b[0m\n"
            "   \x1b[34m=\x1b[0m note: n\n"
            "   \x1b[34m=\x1b[0m \x1b[36mhelp:\x1b[0m h\n");
  d.code = DiagnosticId::unused_name;
  d.severity = Severity::warning;
  EXPECT_TRUE(render(d, sources, {.colour = true}).starts_with("\x1b[33mwarning[T901]\x1b[0m: m\n"));
}

TEST_F(Render, IgnoresSpansOfUnknownFiles) {
  Diagnostic d = error({FileId{7}, 0, 1}, "m");
  d.place = "elsewhere";
  EXPECT_EQ(render(d, sources), "error[T401]: m\n  --> elsewhere\n");
}

TEST(Summary, CountsErrorsAndWarnings) {
  Diagnostics d(1);
  EXPECT_EQ(summary(d), "");
  d.add(DiagnosticId::unused_name, Span{}, "m");
  EXPECT_EQ(summary(d), "1 warning");
  d.add(DiagnosticId::gap, Span{}, "m");
  EXPECT_EQ(summary(d), "1 error, 1 warning");
  d.add(DiagnosticId::gap, Span{}, "dropped, but counted");
  EXPECT_EQ(summary(d), "2 errors, 1 warning");
}

}  // namespace
}  // namespace tally
