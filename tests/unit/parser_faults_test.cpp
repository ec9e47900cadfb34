// The parser on malformed text: each fault with its message, recovery, bounds.
#include <gtest/gtest.h>

#include <chrono>
#include <iterator>

#include "grammar/parse/parser.h"
#include "tests/unit/parsed.h"

namespace tally {
namespace {

// --- words ------------------------------------------------------------------------

TEST(Words, MalformedNamesHaveMessagesOfTheirOwn) {
  EXPECT_EQ(faults("let a- = on"), "T109 `a-` is not a name: a name does not end in `-` @a-\n");
  EXPECT_EQ(faults("let when = on"), "T109 `when` is a keyword and cannot be a name @when\n");
  EXPECT_EQ(faults("input gr\xC3\xB6\xC3\x9F"
                   "e : flag"),
            "T109 `gr\xC3\xB6\xC3\x9F"
            "e` is not a name @gr\xC3\xB6\xC3\x9F"
            "e\n"
            "  help a name is a letter, then letters, digits, `_` and `-`\n");
  EXPECT_TRUE(begins(faults("let _a = on"), "T109"));
  EXPECT_EQ(expr("a is number"), "T109 `number` is a keyword and cannot be a name @number\n");
  EXPECT_EQ(type_of("a | in"),
            "T109 `in` is a keyword and cannot be a name @in\n"
            "  help a value that is not a name is written as a text: `\"in\"`\n");
}

// --- literals -----------------------------------------------------------------------

TEST(Literals, MalformedTextsAreNamed) {
  EXPECT_EQ(faults("let a = \"x\nlet b = on"), "T107 a text is not closed by `\"` on its line @\"x\n");
  EXPECT_EQ(expr(R"("a\qb")"),
            "T107 `\\q` is not an escape @\\q\n  help the escapes are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{...}`\n");
  EXPECT_EQ(expr("\"a\tb\""), "T107 a text holds a control character @\t\n  help write `\\t`\n");
  EXPECT_EQ(expr("\"a\x01\""), "T107 a text holds a control character @\x01\n  help write `\\u{01}`\n");
  for (const char* bad : {R"("\u41")", R"("\u{}")", R"("\u{1234567}")", R"("\u{D800}")", R"("\u{110000}")",
                          R"("\u{41")", R"("\u{4g}")"}) {
    EXPECT_TRUE(begins(expr(bad), "T107")) << bad;
  }
  EXPECT_TRUE(begins(expr(R"("\u{dfff}")"), "T107 `\\u{dfff}` is not a Unicode character @\\u"));
}

// --- expressions ------------------------------------------------------------------------

TEST(Expressions, ComparisonsDoNotChain) {
  const std::string help = "  help join two comparisons with `and`, or put one in parentheses\n";
  EXPECT_EQ(expr("a is b is c"), "T116 comparisons do not chain @is\n  label a is b\n" + help);
  EXPECT_EQ(expr("a < 3 < 5"), "T116 comparisons do not chain @<\n  label a < 3\n" + help);
  EXPECT_EQ(expr("a is set in (b)"), "T116 comparisons do not chain @in\n  label a is set\n" + help);
  EXPECT_EQ(expr("(a is b) is c"), "(is (is a b) c)");
}

TEST(Expressions, SlipsGetAdvice) {
  EXPECT_EQ(expr("a == b"), "T104 `==` does not compare @==\n  help write `is`\n");
  EXPECT_EQ(expr("a = b"), "T104 `=` does not compare @=\n  help write `is`\n");
  EXPECT_EQ(expr("a != b"), "T104 `!=` is not an operator @!=\n  help write `is not`\n");
  EXPECT_EQ(expr("a && b"), "T104 `&&` is not an operator @&&\n  help write `and`\n");
  EXPECT_EQ(expr("a || b"), "T104 `||` is not an operator @||\n  help write `or`\n");
  EXPECT_EQ(expr("!a"), "T104 expected an expression, found `!` @!\n  help write `not`\n");
  EXPECT_EQ(expr("a and !b"), "T104 expected a condition after `and`, found `!` @!\n  help write `not`\n");
  EXPECT_TRUE(begins(expr("a + 1"), "T104 `+` is not an operato"));
  EXPECT_TRUE(begins(expr("a?.b"), "T104 `?` stands in types only "));
  EXPECT_EQ(expr("'a'"), "T104 expected an expression, found `'` @'\n  help a text stands in double quotes\n");
  EXPECT_EQ(expr("x not in (a)"), "(not-in x a)");
  EXPECT_EQ(expr("x not < 3"),
            "T104 `not` does not stand before `<` @not <\n  help write `not x <`, with `not` in front\n");
  EXPECT_EQ(expr("x is not in (a)"), "T104 `is` does not go with `in` @x is not\n  help write `not in` alone\n");
  EXPECT_EQ(expr("x not is a"), "T104 `not` does not stand before `is` @not is\n  help write `is not`\n");
  EXPECT_EQ(expr("x in a"), "(in x a)");
  EXPECT_EQ(expr("x in a, b"), "T104 a list is in parentheses @a, b\n  help write `in (a, b)`\n");
  EXPECT_EQ(expr("x in 5"),
            "T104 expected `(`, a range or the name of a list after `in`, found `5` @5\n"
            "  help write `in (5)` or `is 5`\n");
  EXPECT_TRUE(begins(expr("x in (a, unset)"), "T104 `unset` is not a member of a list "));
  EXPECT_EQ(expr("x in (a.b)"), "(in x a.b)");  // a list of a file that is used as `a`
  EXPECT_EQ(expr("x in (a.b.c)"),
            "T104 expected `,` or `)` in the list after `in`, found `.` @.\n"
            "  help a list holds literals, ranges and names of lists\n");
  EXPECT_TRUE(begins(expr("a is set else b"), "T104 expected the end of the expression, "));
  EXPECT_EQ(expr("set"), "T104 `set` stands after `is` or `is not` only @set\n");
  EXPECT_TRUE(begins(expr("a else not b"), "T104 expected a value after `else`, found `not` @"));
  EXPECT_EQ(expr("true is false"), "(is true false)");
}

TEST(Expressions, OperandsAreNamedByTheirPlace) {
  EXPECT_EQ(expr("a and"), "T104 expected a condition after `and`, found the end @\n");
  EXPECT_EQ(expr("a or )"), "T104 expected a condition after `or`, found `)` @)\n");
  EXPECT_EQ(expr("not"), "T104 expected a condition after `not`, found the end @\n");
  EXPECT_EQ(expr("a is"), "T104 expected a value after `is`, found the end @\n");
  EXPECT_EQ(expr("a is not"), "T104 expected a value after `is not`, found the end @\n");
  EXPECT_EQ(expr("a <"), "T104 expected a number after the comparison, found the end @\n");
  EXPECT_EQ(expr("a.5"), "T104 expected a field name after `.`, found `5` @5\n");
  EXPECT_EQ(expr("a[]"), "T104 expected an index after `[`, found `]` @]\n");
  EXPECT_EQ(expr("f(a,)"), "T104 expected an expression after `,`, found `)` @)\n");
  EXPECT_EQ(expr("()"), "(set)");
  EXPECT_EQ(expr("a[b)"), "T104 expected `,` or `]` after an index, found `)` @)\n  label [\n");
  EXPECT_EQ(expr("t starts 5"),
            "T104 expected a text, the name of a list, or texts in parentheses, after `starts`, found `5` @5\n"
            "  help a text is in double quotes: `\"5\"`\n");
}

// --- paths --------------------------------------------------------------------------------

TEST(Paths, FaultsAreNamed) {
  const auto fault = [](std::string text) {
    Parsed p;
    const FileId id = p.sources.add("p", std::move(text));
    EXPECT_TRUE(parse_paths(p.sources, id, p.diagnostics).empty());
    return faults(p);
  };
  EXPECT_EQ(fault("a,"), "T111 expected a path after `,`, found the end @\n");
  EXPECT_EQ(fault(""), "T111 expected a path, found the end @\n");
  EXPECT_EQ(fault("a[5]"), "T111 expected a value, a `for` name or `*` as index of the path, found `5` @5\n");
  EXPECT_EQ(fault("a.*"), "T111 expected a field name after `.`, found `*` @*\n");
  EXPECT_TRUE(begins(fault("f(a)"), "T111 a path has no calls"));
  EXPECT_EQ(fault("a b"), "T111 expected the end of the path, found `b` @b\n");
}

// --- types --------------------------------------------------------------------------------

TEST(Types, SuffixesOfAUnionNeedParentheses) {
  EXPECT_EQ(type_of("a | b?"), "T103 `?` belongs to the last value alone @?\n  label b\n  help write `(a | b)?`\n");
  EXPECT_TRUE(begins(type_of("a? | b"), "T103 only values can be joined by `|` @|\n  label"));
  EXPECT_TRUE(begins(type_of("flag | b"), "T103 only values can be joined by `|`"));
  EXPECT_TRUE(begins(type_of("a | b[c]"), "T103 `[...]` belongs to the last val"));
  EXPECT_TRUE(begins(type_of("(a | b) | c"), "T103 only values can be joined by `|`"));
  EXPECT_TRUE(begins(type_of("a | flag"), "T109 `flag`"));
}

TEST(Types, FaultsNameTheirPlace) {
  EXPECT_EQ(faults("input x :"), "T103 expected a type after `:` in input `x`, found the end @\n");
  EXPECT_EQ(faults("input x : = 5"), "T103 expected a type after `:` in input `x`, found `=` @=\n");
  EXPECT_TRUE(begins(faults("input x : on"), "T103 expected a type after `:` in input `x`, found `on` @o"));
  EXPECT_EQ(type_of(""), "T103 expected a type after `=` in type `n`, found the end @\n");
  EXPECT_EQ(type_of("{ a : }"), "T103 expected a type after `:` in field `a`, found `}` @}\n");
  EXPECT_EQ(type_of("{ a text }"),
            "T103 expected `:` and a type after the name of field `a`, found `text` @text\n  help write `a : text`\n");
  EXPECT_EQ(type_of("{ a : text; b : text }"),
            "T103 `;` between fields @;\n  help line breaks or `,` separate fields\n");
  EXPECT_TRUE(begins(type_of("{ ... a : text }"), "T103 a field stands behind `...`"));
  EXPECT_EQ(type_of("a |"), "T103 expected a value after `|`, found the end @\n  help leave the last `|` out\n");
  EXPECT_TRUE(begins(type_of("t [a]"), "T103 the `[` of a map touches its element type"));
  EXPECT_EQ(type_of("t[]"),
            "T103 a map is over the values of an enum, and none is named @]\n"
            "  help an array of values is a set, its enum in brackets: `[codec]`\n");
  EXPECT_EQ(type_of("a = b"), "T103 expected the value's spelling, a text, after `=`, found `b` @b\n");
}

// --- declarations ---------------------------------------------------------------------------

TEST(Declarations, FaultsNameTheExpectedAndTheFoundText) {
  EXPECT_EQ(faults("use a"), "T102 expected the path of a file, a text, after `use`, found `a` @a\n");
  EXPECT_EQ(faults("type = a"), "T102 expected a name after `type`, found `=` @=\n");
  EXPECT_EQ(faults("type a : b"),
            "T102 expected `=` after the name of type `a`, found `:` @:\n  help write `type a = ...`: `=` defines\n");
  EXPECT_EQ(faults("type a := b"), "T102 expected `=` after the name of type `a`, found `:=` @:=\n  help write `=`\n");
  EXPECT_EQ(faults("input x flag"),
            "T102 expected `:` and a type after the name of input `x`, found `flag` @flag\n  help write `x : flag`\n");
  EXPECT_EQ(faults("input x : flag = a.b"),
            "T101 expected the end of the declaration, found `.` @.\n  label input x : flag = a\n");
  EXPECT_EQ(faults("input x : t = {}"), "T102 expected a literal after `=` in input `x`, found `{` @{\n");
  EXPECT_EQ(faults("let = a"), "T102 expected a name after `let`, found `=` @=\n");
  EXPECT_EQ(
      faults("let a b"),
      "T102 expected `=`, or `:` and a type, after the head of let `a`, found `b` @b\n  help write `let a = b ...`\n");
  EXPECT_TRUE(begins(faults("let a { b otherwise }"),
                     "T102 expected `=`, or `:` and a type, after the head of let `a`, found"));
  EXPECT_EQ(faults("let a =\nlet b = on"), "T104 expected an expression after `=` in let `a`, found `let` @let\n");
  EXPECT_TRUE(begins(faults("let f() = a"), "T102 let `f` has parentheses but no parameters @)\n "));
  EXPECT_EQ(faults("let f(p) = a"),
            "T102 expected `:` and a type after the name of parameter `p`, found `)` @)\n  help a parameter has a "
            "type: `p : flag`\n");
  EXPECT_EQ(faults("decision d { a otherwise }"),
            "T102 expected `:` and a type after the name of decision `d`, found `{` @{\n  help write the type before "
            "the brace: `d : flag { ... }`\n");
  EXPECT_EQ(faults("decision d : t"),
            "T102 expected `{`, `unique`, `longest` or `=` after the type of decision `d`, found the end @\n");
  EXPECT_EQ(faults("decision d : t unique = a"), "T102 expected `{` after `unique` in decision `d`, found `=` @=\n");
  EXPECT_EQ(faults("prove"), "T112 expected a claim, found the end @\n");
  EXPECT_EQ(faults("prove for x: a"), "T112 expected `in` and a type after `x`, found `:` @:\n");
  EXPECT_EQ(faults("prove for x in t a"), "T112 expected `,` or `:` before the claim, found `a` @a\n");
  EXPECT_EQ(faults("prove a ignores"), "T111 expected a path after `ignores`, found the end @\n");
  EXPECT_EQ(faults("example { expect a }"), "T113 expected a title, a text, after `example`, found `{` @{\n");
  EXPECT_EQ(faults("example \"e\" {}"), "T113 the example expects nothing @{}\n  help add `expect CONDITION`\n");
  EXPECT_TRUE(begins(faults("example \"e\" { given a is b }"), "T113 the example expects nothi"));
  EXPECT_EQ(faults("example \"e\" { given a = b expect c }"),
            "T113 expected `is` and a value after the path, found `=` @=\n  help write `is`\n");
  EXPECT_TRUE(begins(faults("example \"e\" { given a is not b expect c }"), "T113 a given place has one value"));
  EXPECT_EQ(faults("example \"e\" { given a is b c expect d }"),
            "T113 expected `,`, `given` or `expect`, found `c` @c\n  label {\n  help `,` separates what is given: "
            "`given a is on, b is off`\n");
  EXPECT_TRUE(begins(faults("example \"e\" { expect d given a is b }"), "T113 `given` stands behind `expect` "));
  EXPECT_TRUE(begins(faults("example \"e\" { expect d ignores a }"), "T113 `ignores` stands in a proof only "));
  EXPECT_TRUE(begins(faults("example \"e\" { given a is 1..2 expect d }"),
                     "T113 expected a literal, `set` or `unset` after `is`, found "));
}

TEST(Declarations, AreExpectedAtTheTop) {
  EXPECT_EQ(faults("decison d : t { a otherwise }\nlet x = on"),
            "T101 expected a declaration, found `decison` @decison\n  help did you mean `decision`?\n");
  EXPECT_EQ(faults("when a"),
            "T101 expected a declaration, found `when` @when\n  help `when` stands within a declaration only\n");
  EXPECT_EQ(faults("let a = b c\nlet d = on"),
            "T101 expected the end of the declaration, found `c` @c\n  label let a = b\n");
  EXPECT_EQ(faults("let a = b;"),
            "T101 expected the end of the declaration, found `;` @;\n"
            "  label let a = b\n  help leave the `;` out: white space separates\n");
  EXPECT_EQ(faults("let a = b\n}"), "T101 `}` closes nothing @}\n");
  EXPECT_EQ(faults("// hello\nlet a = b"),
            "T101 expected a declaration, found `//` @//\n  help a comment begins with `#`\n");
}

// --- rules --------------------------------------------------------------------------------------

TEST(Rules, Faults) {
  EXPECT_EQ(faults("decision d : t {}"),
            "T105 decision `d` has no rules @{}\n  help a rule is `outcome when condition` or `outcome otherwise`\n");
  EXPECT_TRUE(begins(faults("let d : t { }"), "T105 let `d` has no rules @"));
  EXPECT_EQ(faults("decision d : t { a }"),
            "T105 expected `when` or `otherwise` after the outcome, found `}` @}\n  label a\n");
  EXPECT_EQ(faults("decision d : t { a if b }"),
            "T105 expected `when` or `otherwise` after the outcome, found `if` @if\n  label a\n  help write `when`\n");
  EXPECT_EQ(faults("decision d : t { a when b, c otherwise }"),
            "T105 `,` between rules @,\n  help leave it out: white space separates rules\n");
  EXPECT_TRUE(begins(faults("decision d : t { a when b; c otherwise }"), "T105 `;` between rules"));
  EXPECT_EQ(faults("decision d : t { when b }"),
            "T105 a rule begins with its outcome, not with `when` @when\n  help write `OUTCOME when CONDITION`\n");
  EXPECT_EQ(faults("decision d : t { a otherwise ) }"),
            "T105 expected a rule or `}`, found `)` @)\n  help leave it out: it closes nothing\n");
  EXPECT_EQ(faults("decision d : t { a when }"), "T105 expected a condition after `when`, found `}` @}\n");
  EXPECT_EQ(faults("decision d : t { a when b because c }"),
            "T105 expected a text after `because`, found `c` @c\n  help a reason is a text: `because \"c\"`\n");
  EXPECT_TRUE(begins(faults("decision d : t { a when b when c }"), "T105 a rule with a second `when"));
  EXPECT_TRUE(begins(faults("decision d : t { a otherwise when c }"), "T105 `otherwise` has no condition"));
  EXPECT_EQ(faults("decision d : t { a: b }"),
            "T105 expected a rule, found `a` @a\n  help a record stands after `=`: `= { name: value }`\n");
}

// --- tables ---------------------------------------------------------------------------------------

TEST(Tables, MiscountedRowsAreFound) {
  const std::string head = "decision d : t {\n  | a | b |\n";
  const std::string too_few = "  help a cell that does not matter is `-`; the outcome stands behind the last `|`\n";
  const std::string too_many =
      "  help a column of the header is missing, or the outcome has a `|` in front of it and one behind\n";
  EXPECT_EQ(faults(head + "  | 1 | x\n  | 3 | 4 | y\n  | 5 | 6 | z\n}"),
            "T106 this row has 1 cell, the header has 2 @| 1 |\n" + too_few);
  EXPECT_EQ(faults(head + "  | 1 | 2 | x\n  | 3 | 4 | 5 | y because \"r\"\n  | - | - | z\n}"),
            "T106 this row has 3 cells, the header has 2 @| 3 | 4 | 5 |\n" + too_many);
  EXPECT_EQ(faults(head + "  | 1 | 2 | x\n  | 3 | y because \"r\"\n}"),
            "T106 this row has 1 cell, the header has 2 @| 3 |\n" + too_few);
  // Three rows of three cells have as many values as four rows of two.
  EXPECT_EQ(faults(head + "  | 1 | 2 | 3 | x\n  | 1 | 2 | 3 | y\n  | 1 | 2 | 3 | z\n}"),
            "T106 this row has 3 cells, the header has 2 @| 1 | 2 | 3 |\n" + too_many);
  EXPECT_EQ(faults("decision d : t { | a | b | | 1 | x because \"r\" }"),
            "T106 this row has 1 cell, the header has 2 @| 1 | x\n" + too_few);
}

TEST(Tables, Faults) {
  const auto table = [](const std::string& body) { return faults("decision d : t {" + body + "}"); };
  EXPECT_TRUE(begins(table("| a | b |"), "T106 a table has no rows "));
  EXPECT_TRUE(begins(table("| a | b | x otherwise"), "T106 a table has no rows "));
  EXPECT_TRUE(begins(table("| a |\n| | x"), "T106 a cell is empty @|\n"));
  EXPECT_TRUE(begins(table("| | x"), "T106 a cell of the header is empty @"));
  EXPECT_EQ(table("| a | | 1 |"),
            "T106 expected an outcome after the row's last cell, found `}` @}\n  help a row ends with its outcome: `| "
            "cell | ... | OUTCOME`\n");
  EXPECT_EQ(table("| a | | b c | x"), "T106 expected `|` after the cell, found `c` @c\n");
  EXPECT_EQ(table("| a | | b.c | x"), "");
  EXPECT_EQ(table("| a | | < b | x"), "");
  EXPECT_EQ(table("| a | | < on | x"), "T106 expected a number after the comparison, found `on` @on\n");
  EXPECT_TRUE(begins(table("| a | | not - | x"), "T106 `not -` matches nothi"));
  EXPECT_EQ(table("| a | | 1 | x y when z"),
            "T106 expected `otherwise` after the outcome, found `when` @when\n"
            "  help only `otherwise` follows the rows of a table\n");
  EXPECT_TRUE(begins(table("| a | | 1 | x y otherwise | 2 | z"), "T106 a row stands behind `otherwis"));
  EXPECT_EQ(table("| a | b"), "T106 expected `|` after the header's cell, found `}` @}\n");
}

// --- faults in general ---------------------------------------------------------------------------

TEST(Recovery, ContinuesAtTheNextDeclaration) {
  const Parsed p = read(
      "input x :\n"
      "let a = (b\n"
      "decision d : t {\n  a when\n  input : b }\n"
      "let good = on\n"
      "  let also = off\n");
  EXPECT_EQ(p.diagnostics.error_count(), 3u) << faults(p);
  EXPECT_EQ(p.file.declarations.size(), 2u);
}

TEST(Recovery, ThreeBrokenDeclarationsAreThreeErrors) {
  EXPECT_EQ(faults("type a =\ninput x flag\nlet c = and\n"),
            "T103 expected a type after `=` in type `a`, found `input` @input\n"
            "T102 expected `:` and a type after the name of input `x`, found `flag` @flag\n  help write `x : flag`\n"
            "T104 expected an expression after `=` in let `c`, found `and` @and\n");
}

TEST(Recovery, FieldsNamedLikeDeclarationsAreNotDeclarations) {
  EXPECT_EQ(read("type r = {\n  a : ?\ntype : text\ninput : text\n}\nlet x = on").diagnostics.error_count(), 1u);
}

TEST(Recovery, UnclosedBracketsPointToTheirOpening) {
  const Parsed p = read("decision a : flag {\n  on when x\n\ndecision b : flag { on otherwise }");
  EXPECT_EQ(faults(p), "T114 `{` is not closed @decision\n  label {\n");
  EXPECT_EQ(p.diagnostics.list()[0].notes.at(0), "expected `}` before `decision`");
  EXPECT_EQ(p.file.declarations.size(), 1u);
  EXPECT_EQ(faults("let a = (b"), "T114 `(` is not closed @\n  label (\n");
  EXPECT_EQ(faults("type r = { a : text"), "T114 `{` is not closed @\n  label {\n");
  EXPECT_EQ(expr("a[b"), "T114 `[` is not closed @\n  label [\n");
}

// --- bounds -----------------------------------------------------------------------------------------

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Bounds, NestingIsBoundedForEveryRecursion) {
  const std::size_t many = 100000;
  for (const char* text : {"(", "not ", "{ a: ", "{ ", "a[", "f(", "(not ", "a.b[(", "{ a when "}) {
    EXPECT_TRUE(begins(expr(times(many, text)), "T004 nesting deeper than 200 levels @")) << text;
  }
  EXPECT_TRUE(begins(expr("a" + times(many, ".b")), "T004 more than 200 suffixes in a row @.\n"));
  EXPECT_TRUE(begins(expr("a" + times(many, "[b]")), "T004 more than 200 suffixes in a row @["));
  for (const char* text : {"(", "{ a : ", "a["}) EXPECT_TRUE(begins(type_of(times(many, text)), "T004")) << text;
  EXPECT_TRUE(begins(type_of("t" + times(many, "?")), "T004"));
  EXPECT_TRUE(begins(faults("decision d : t { | a | | " + times(many, "not ")), "T004"));
  EXPECT_EQ(read("let a = " + times(200000, "(") + "\nlet b = on").diagnostics.error_count(), 1u);
}

TEST(Bounds, NestingUpToTheBoundIsRead) {
  EXPECT_EQ(expr(times(max_nesting, "(") + "a" + times(max_nesting, ")")), "a");
  EXPECT_TRUE(begins(expr("a" + times(max_nesting, ".b")), "(.b (."));
  EXPECT_TRUE(begins(expr(times(max_nesting + 1, "(") + "a" + times(max_nesting + 1, ")")), "T004"));
}

TEST(Bounds, SuffixesOfBracketedSuffixesAddUp) {
  std::string text = "a";
  for (int i = 0; i < 100; ++i) text = "(" + text + ".b.c.d)";
  EXPECT_TRUE(begins(expr(text), "T004"));
  std::string wide = "x.b.c";
  for (int i = 0; i < 1000; ++i) wide += " and x.b.c";
  EXPECT_TRUE(begins(expr(wide), "(and"));
}

TEST(Bounds, LongChainsAreOneNode) {
  for (const char* op : {" and ", " or ", " else "}) {
    EXPECT_NE(expr("a" + times(50000, std::string(op) + "b")).substr(0, 1), "T") << op;
  }
}

TEST(Bounds, LargeFilesAreRejected) {
  EXPECT_TRUE(begins(faults(std::string(max_file_bytes + 1, ' ')), "T003 the file has 4194"));
  EXPECT_EQ(faults(std::string(max_file_bytes, ' ')), "");
}

TEST(Bounds, ReadsInLinearTime) {
  const auto start = std::chrono::steady_clock::now();
  faults(std::string(200000, '('));
  faults("let a = " + times(100000, "{ a when ") + times(100000, "}"));
  faults(times(100000, "let a = {\n"));
  faults(times(50000, "\"x\\"));
  faults(times(200000, "a-"));
  faults("decision d : t {\n| a | b |\n" + times(50000, "| 1 | x\n") + "}");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Bounds, AnyBytesAreSurvived) {
  std::string bytes;
  std::uint32_t state = 12345;
  const std::string words[] = {"let ", "decision d : t ", "{", "}", "|", "when ", "a", "\"", "(", "not ", "\n", ":",
                               "="};
  for (int round = 0; round < 300; ++round) {
    bytes.clear();
    for (int i = 0; i < 200; ++i) {
      state = state * 1664525u + 1013904223u;
      if ((state >> 28) < 12) {
        bytes += words[(state >> 16) % std::size(words)];
      } else {
        bytes += static_cast<char>(state >> 20);
      }
    }
    read(bytes);
  }
  const std::string text = "decision d : t {\n | a.b[c] | n |\n | - | 5..30 | x because \"r{a}\"\n y otherwise }";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) read(text.substr(0, cut));
}

}  // namespace
}  // namespace tally
