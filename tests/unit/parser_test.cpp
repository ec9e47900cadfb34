// The parser on well-formed text: every construct, and its tree.
#include "grammar/parse/parser.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/unit/language_example.h"
#include "tests/unit/parsed.h"

namespace tally {
namespace {

// --- words ------------------------------------------------------------------------

TEST(Words, KeywordsAreReservedAndEndWhereANameEnds) {
  for (const std::string_view word : keywords()) {
    EXPECT_TRUE(is_keyword(word)) << word;
    EXPECT_FALSE(is_name(word)) << word;
  }
  for (const char* word : {"on-hold", "inbound", "In", "a", "a_b", "a--b", "settings", "a1", "a_"}) {
    EXPECT_TRUE(is_name(word)) << word;
    EXPECT_FALSE(is_keyword(word)) << word;
  }
  for (const char* word : {"", "-a", "a-", "1a", "_a", "a b", "\xC3\xA4"}) EXPECT_FALSE(is_name(word)) << word;
  EXPECT_EQ(expr("on-hold is inbound"), "(is on-hold inbound)");
}

TEST(Words, FieldsMayBeKeywords) {
  EXPECT_EQ(expr("a.type.if.on"), "(.on (.if (.type a)))");
  EXPECT_EQ(expr("{ type: on, in: off }"), "{type:on;in:off;}");
  EXPECT_EQ(type_of("{ type : flag\n at : text\n if : number }"), "{type:flag;at:text;if:number;}");
  EXPECT_EQ(type_of("{ a : text at /x\n if : (number)? at /y if number }"), "{a:text@/x;if:number?@/y!2;}");
  EXPECT_EQ(type_of("{ a : text\ninput : text\n}"), "{a:text;input:text;}");
}

// --- literals -----------------------------------------------------------------------

TEST(Literals, TextsResolveEscapes) {
  EXPECT_EQ(expr(R"("a\"b\\c\n\t\u{41}\u{1F600}")"), "'a\"b\\c\n\tA\xF0\x9F\x98\x80'");
  EXPECT_EQ(expr("\"# no comment\""), "'# no comment'");
}

TEST(Literals, Numbers) {
  EXPECT_EQ(expr("x < 10_800"), "(< x 10800)");
  EXPECT_EQ(expr("9007199254740991"), "9007199254740991");
  EXPECT_EQ(expr("9007199254740992"),
            "T108 `9007199254740992` is too large @9007199254740992\n"
            "  help the largest number is `9007199254740991`\n");
  EXPECT_TRUE(begins(expr(std::string(1000, '9')), "T108 `99999999"));
  EXPECT_EQ(expr("5_"), "T108 `_` stands between two digits only @5_\n");
  EXPECT_EQ(expr("5__0"), "T108 `_` stands between two digits only @5__0\n");
  EXPECT_TRUE(begins(expr("5x"), "T108 `5x` is not a number "));
  EXPECT_EQ(expr("x < -5"),
            "T108 numbers are not negative @-\n  help numbers begin at 0: let the host supply the number counted from "
            "another zero\n");
  EXPECT_TRUE(begins(expr("x < 1.5"), "T108 numbers are whole "));
}

TEST(Literals, RangesHaveNoSpaceInside) {
  EXPECT_EQ(expr("x in 5..30"), "(in x 5..30)");
  EXPECT_EQ(expr("x in 5.."), "(in x 5..)");
  EXPECT_EQ(expr("x in ..30"), "(in x ..30)");
  EXPECT_EQ(type_of("5 .. 30"),
            "T103 a number is not a type @5\n  help a range has no space inside: `5..30`, `5..` or `..30`\n");
  EXPECT_TRUE(begins(expr("x in 5 .. 30"), "T104"));
  EXPECT_TRUE(begins(expr("x in (5..y)"), "T104"));
  EXPECT_TRUE(begins(type_of("..9007199254740992"), "T108"));
  EXPECT_EQ(expr("x is 5..30"), "T104 a range is not a value @5..30\n  help a range stands after `in`: `x in 5..30`\n");
}

// --- expressions ------------------------------------------------------------------------

TEST(Expressions, BindFromTightToLoose) {
  EXPECT_EQ(expr("a or b and not c is d else e.f[g].h"), "(or a (and b (not (is c (else d (.h (at (.f e)( g))))))))");
  EXPECT_EQ(expr("a and b and c or d or e"), "(or (and a b c) d e)");
  EXPECT_EQ(expr("a else b else c"), "(else a b c)");
  EXPECT_EQ(expr("(a or b) and c"), "(and (or a b) c)");
  EXPECT_EQ(expr("not not a"), "(not (not a))");
  EXPECT_EQ(expr("not a is b"), "(not (is a b))");
  EXPECT_EQ(expr("f(a, b)[c, d].e"), "(.e (at (call f a b)( c d)))");
  EXPECT_EQ(expr("m[\"on hold\"]"), "(at m( 'on hold'))");
}

TEST(Expressions, Comparisons) {
  EXPECT_EQ(expr("a is not b"), "(isnt a b)");
  EXPECT_EQ(expr("a is set or a is not set"), "(or (is a SET) (isnt a SET))");
  EXPECT_EQ(expr("a is unset or a is not unset"), "(or (is a UNSET) (isnt a UNSET))");
  EXPECT_EQ(expr("a else unset"), "(else a unset)");
  EXPECT_EQ(expr("a in (b, 5, 7..9, \"x\", on)"), "(in a b 5 7..9 'x' on)");
  EXPECT_EQ(expr("a <= 5 and b >= 6 and c > 7"), "(and (<= a 5) (>= b 6) (> c 7))");
  EXPECT_EQ(expr("t starts \"+1\""), "(starts t '+1')");
  EXPECT_EQ(expr("t starts (\"a\", \"b\")"), "(starts t 'a' 'b')");
  EXPECT_EQ(expr("t ends \"9\""), "(ends t '9')");
  EXPECT_EQ(expr("t like (\"NXX\", l)"), "(like t 'NXX' l)");
  EXPECT_EQ(expr("t ends l and t like f.l"), "(and (ends t l) (like t f.l))");
}

TEST(Expressions, RecordsAndRules) {
  EXPECT_EQ(expr("{}"), "{}");
  EXPECT_EQ(expr("{ a: b, c: d else e, }"), "{a:b;c:(else d e);}");
  EXPECT_EQ(expr("{ a when b c otherwise }"), "<a if b;c;>");
  EXPECT_EQ(expr("{ {a: b} when c {} otherwise }"), "<{a:b;} if c;{};>");
  EXPECT_EQ(expr("{ t: x } else settings"), "(else {t:x;} settings)");
  EXPECT_EQ(expr("{ a: b c: d }"),
            "T104 expected `,` or `}` after member `a`, found `c` @c\n"
            "  help commas separate the members of a record literal\n");
}

TEST(Expressions, CallsAndIndicesTouchWhatTheyFollow) {
  EXPECT_EQ(expr("{ a when b (c) when d e otherwise }"), "<a if b;c if d;e;>");
  EXPECT_EQ(expr("{ a when b(c) d otherwise }"), "<a if (call b c);d;>");
  EXPECT_EQ(expr("a [b]"),
            "T104 the `[` of an index touches what it follows @[\n  help leave out the space before `[`\n");
  EXPECT_TRUE(begins(expr("a.b.c(d)"), "T104 only a `let` is called, by its name @(\n"));
  EXPECT_TRUE(begins(expr("(f)(c)"), "T104 only a `let` is called, by its name @(\n"));
  EXPECT_TRUE(begins(expr("f()"), "T104 a call has no arguments"));
}

TEST(Expressions, SpansCoverParenthesesWithin) {
  Parsed p;
  const FileId id = p.sources.add("e", " (a or b) and c.d ");
  const auto e = parse_expression(p.sources, id, p.diagnostics);
  ASSERT_TRUE(e);
  EXPECT_EQ(p.sources.text(e->span), "(a or b) and c.d");
  EXPECT_EQ(p.sources.text(ast::as<ast::And>(*e)->operands[1]->span), "c.d");
}

TEST(Expressions, AreReadWhole) {
  EXPECT_EQ(expr("a b"), "T104 expected the end of the expression, found `b` @b\n");
  EXPECT_EQ(expr(""), "T104 expected an expression, found the end @\n");
  EXPECT_EQ(expr("a)"), "T104 expected the end of the expression, found `)` @)\n");
}

// --- paths --------------------------------------------------------------------------------

TEST(Paths, AreReadOnTheirOwn) {
  Parsed p;
  const FileId id = p.sources.add("p", "account[*, on, \"on hold\", x].enabled.at, caller");
  const auto list = parse_paths(p.sources, id, p.diagnostics);
  ASSERT_EQ(list.size(), 2u) << faults(p);
  EXPECT_EQ(list[0].input.text, "account");
  ASSERT_EQ(list[0].steps.size(), 3u);
  const auto& indices = list[0].steps[0].indices;
  ASSERT_EQ(indices.size(), 4u);
  EXPECT_EQ(indices[0].kind, ast::PathIndex::Kind::any);
  EXPECT_EQ(indices[1].kind, ast::PathIndex::Kind::name);
  EXPECT_EQ(indices[1].text, "on");
  EXPECT_EQ(indices[2].kind, ast::PathIndex::Kind::text);
  EXPECT_EQ(indices[2].text, "on hold");
  EXPECT_EQ(list[0].steps[2].field->text, "at");
  EXPECT_EQ(p.sources.text(list[1].span), "caller");
}

// --- types --------------------------------------------------------------------------------

TEST(Types, EveryForm) {
  EXPECT_EQ(type_of("a | b | c"), "(a|b|c)");
  EXPECT_EQ(type_of("other"), "other");
  EXPECT_EQ(type_of("flag"), "flag");
  EXPECT_EQ(type_of("number"), "number");
  EXPECT_EQ(type_of("5..10_800"), "5..10800");
  EXPECT_EQ(type_of("5.."), "5..");
  EXPECT_EQ(type_of("..30"), "..30");
  EXPECT_EQ(type_of("text"), "text");
  EXPECT_EQ(type_of("recording?[direction, network]?"), "recording?([] direction network)?");
  EXPECT_EQ(type_of("5..30?"), "5..30?");
  EXPECT_EQ(type_of("t??"), "t??");
  EXPECT_EQ(type_of("(a | b)?"), "(a|b)?");
  EXPECT_EQ(type_of("flag[a | b, flag]"), "flag([] (a|b) flag)");
  EXPECT_EQ(type_of("{}"), "{}");
  EXPECT_EQ(type_of("{ a : flag? at /x/y = on, b : (x | y)\n c : 5.. ... }"), "{a:flag?@/x/y=on;b:(x|y);c:5..;...}");
  EXPECT_EQ(type_of("{ ... }"), "{...}");
  EXPECT_EQ(type_of("{ s : a | \"on hold\" = \"on hold\" }"), "{s:(a|'on hold')='on hold';}");
}

TEST(Types, SpellingsOccurInTypeDeclarationsAndParentheses) {
  EXPECT_EQ(type_of("ca | \"on hold\""), "(ca|'on hold')");
  EXPECT_EQ(type_of("a = \"A B\" | b"), "(a'A B'|b)");
  EXPECT_EQ(type_of("a = \"A B\""), "(a'A B')");
  EXPECT_EQ(type_of("\"on hold\""), "('on hold')");
  const Parsed p = read("input x : (a = \"A\" | b)? at /x\ninput y : a | b = a\ninput z : t = \"A B\"");
  ASSERT_EQ(faults(p), "");
  const auto& x = std::get<ast::InputDecl>(p.file.declarations[0].node);
  EXPECT_EQ(shape(*x.type), "(a'A'|b)?");
  const auto& y = std::get<ast::InputDecl>(p.file.declarations[1].node);
  EXPECT_EQ(shape(*y.type), "(a|b)");
  EXPECT_EQ(shape(*y.default_value), "a");
  const auto& z = std::get<ast::InputDecl>(p.file.declarations[2].node);
  EXPECT_EQ(shape(*z.type), "t");
  EXPECT_EQ(shape(*z.default_value), "'A B'");
}

TEST(Types, PlacesAreJsonPointers) {
  EXPECT_EQ(type_of("{ a : flag? at /x.y/z-1~0 if boolean, b : text? at \"/a b\" if string\n"
                    "  c : number? at /n if number, d : t? at /o if object }"),
            "{a:flag?@/x.y/z-1~0!1;b:text?@/a b!3;c:number?@/n!2;d:t?@/o!4;}");
  EXPECT_EQ(faults("input x : flag at y"),
            "T110 expected a JSON Pointer after `at`, found `y` @y\n  help write `/y`\n");
  EXPECT_EQ(faults("input x : flag at \"y\""), "T110 a JSON Pointer begins with `/` @\"y\"\n");
  EXPECT_TRUE(begins(faults("input x : flag at /a~2"), "T110 `~` in a JSON P"));
  EXPECT_EQ(faults("input x : flag at /a if bool"),
            "T110 expected `boolean`, `number`, `string`, `object`, `array` or `other` after `if`, found `bool` @bool\n"
            "  help did you mean `boolean`?\n");
  EXPECT_TRUE(begins(faults("input x : flag = on at /a"), "T102 `at` stands before the default @at\n  help write"));
  EXPECT_TRUE(begins(type_of("{ x : flag = on at /a }"), "T102 `at` stands before the default @at\n  help write"));
}

// --- declarations ---------------------------------------------------------------------------

TEST(Declarations, UseTypeInput) {
  EXPECT_EQ(only<ast::UseDecl>(read("use \"a/b.tally\"")).path.value, "a/b.tally");
  const Parsed p = read("input x : settings? at /a/b if object = unset");
  const auto& x = only<ast::InputDecl>(p);
  EXPECT_EQ(x.name.text, "x");
  EXPECT_EQ(x.place->pointer, "/a/b");
  EXPECT_EQ(x.place->kind, ast::PlaceKind::object);
  EXPECT_EQ(shape(*x.default_value), "unset");
  EXPECT_EQ(p.sources.text(p.file.declarations[0].span), "input x : settings? at /a/b if object = unset");
}

TEST(Declarations, FilesWithANameOfTheirOwn) {
  EXPECT_EQ(only<ast::UseDecl>(read("use \"a.tally\" as b")).alias->text, "b");
  EXPECT_FALSE(only<ast::UseDecl>(read("use \"a.tally\"")).alias);
  const Parsed input = read("input x : b.t?[b.u]");
  EXPECT_EQ(shape(*only<ast::InputDecl>(input).type), "b.t?([] b.u)");
  const Parsed let = read("let x = b.f(b.y) and b.z");
  EXPECT_EQ(shape(*only<ast::LetDecl>(let).body), "(and (call b.f (.y b)) (.z b))");
}

TEST(Declarations, Amendments) {
  const Parsed file = read("amend \"a/b.tally\"");
  EXPECT_EQ(only<ast::UseDecl>(file).path.value, "a/b.tally");
  EXPECT_TRUE(only<ast::UseDecl>(file).amends);
  EXPECT_FALSE(only<ast::UseDecl>(read("use \"a.tally\"")).amends);
  const Parsed values = read("amend type t = (c, d = \"D\")");
  EXPECT_TRUE(only<ast::TypeDecl>(values).amends);
  EXPECT_EQ(only<ast::TypeDecl>(values).name.text, "t");
  EXPECT_EQ(std::get<ast::EnumType>(only<ast::TypeDecl>(values).type->node).values.at(1).spelling->value, "D");
  const Parsed fields = read("amend type t = { a : flag? }");
  EXPECT_EQ(std::get<ast::RecordType>(only<ast::TypeDecl>(fields).type->node).fields.size(), 1u);
  const Parsed let = read("amend let f(p : t) = p.x");
  EXPECT_TRUE(only<ast::LetDecl>(let).amends);
  EXPECT_EQ(only<ast::LetDecl>(let).parameters.size(), 1u);
  EXPECT_FALSE(only<ast::LetDecl>(let).type);
  EXPECT_EQ(shape(*only<ast::LetDecl>(let).body), "(.x p)");
  const Parsed rules = read("amend decision d { on when a }");
  EXPECT_TRUE(only<ast::DecisionDecl>(rules).amends);
  EXPECT_FALSE(only<ast::DecisionDecl>(rules).type);
  EXPECT_EQ(rules.sources.text(rules.file.declarations[0].span), "amend decision d { on when a }");
  // After a fault, the next declaration is read.
  EXPECT_EQ(read("amend type t = 5\namend let x = on").file.declarations.size(), 1u);
  EXPECT_EQ(read("amend type t = 5").file.holes.at(0).name->text, "t");
}

TEST(Declarations, Lets) {
  const Parsed plain = read("let a = b");
  EXPECT_FALSE(only<ast::LetDecl>(plain).type);
  const Parsed called = read("let f(p : t?, q : a | b) : flag? = p.x else q");
  const auto& f = only<ast::LetDecl>(called);
  ASSERT_EQ(f.parameters.size(), 2u);
  EXPECT_EQ(shape(*f.parameters[1].type), "(a|b)");
  EXPECT_EQ(shape(*f.type), "flag?");
  EXPECT_EQ(shape(*f.body), "(else (.x p) q)");
  const Parsed ruled = read("let f(p : t) : flag { on when p off otherwise }");
  EXPECT_EQ(shape(*only<ast::LetDecl>(ruled).body), "<on if p;off;>");
  const Parsed typed = read("let r : { a : text } = { a: \"x\" }");
  EXPECT_EQ(shape(*only<ast::LetDecl>(typed).body), "{a:'x';}");
}

TEST(Declarations, Decisions) {
  const Parsed rules = read("decision d : a | b { a when x because \"r\" b otherwise because \"s\" }");
  const auto& list = std::get<ast::Rules>(only<ast::DecisionDecl>(rules).body).rules;
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].because->value, "r");
  EXPECT_FALSE(list[0].otherwise);
  EXPECT_TRUE(list[1].otherwise);
  EXPECT_FALSE(list[1].condition);
  EXPECT_EQ(list[1].because->value, "s");
  EXPECT_EQ(rules.sources.text(list[0].span), "a when x because \"r\"");
  EXPECT_TRUE(only<ast::DecisionDecl>(read("decision d : t unique { a when x }")).matching == ast::Matching::unique);
  const Parsed short_form = read("decision d : t = { a: b }");
  EXPECT_EQ(shape(*std::get<ast::ExprPtr>(only<ast::DecisionDecl>(short_form).body)), "{a:b;}");
}

TEST(Declarations, Proofs) {
  const Parsed p = read("prove \"t\" for v in a | b, w in flag: x is v when y");
  const auto& proof = only<ast::ProveDecl>(p);
  EXPECT_EQ(proof.title->value, "t");
  ASSERT_EQ(proof.binders.size(), 2u);
  EXPECT_EQ(shape(*proof.binders[0].type), "(a|b)");
  EXPECT_EQ(shape(*std::get<ast::ExprPtr>(proof.claim)), "(is x v)");
  EXPECT_EQ(shape(*proof.condition), "y");
  const Parsed q = read("prove d ignores a[*, x], b.c when z");
  const auto& ignores = std::get<ast::Ignores>(only<ast::ProveDecl>(q).claim);
  EXPECT_EQ(ignores.paths.size(), 2u);
  EXPECT_TRUE(only<ast::ProveDecl>(q).condition);
}

TEST(Declarations, Examples) {
  const Parsed p = read(
      "example \"e\" { given a.b is on, c is \"on hold\" given d is set, e is unset\n"
      "expect x is y when z expect w }");
  const auto& example = only<ast::ExampleDecl>(p);
  EXPECT_EQ(example.title.value, "e");
  ASSERT_EQ(example.givens.size(), 4u);
  EXPECT_EQ(shape(*std::get<ast::ExprPtr>(example.givens[1].value)), "'on hold'");
  EXPECT_EQ(std::get<ast::Presence>(example.givens[2].value), ast::Presence::set);
  EXPECT_EQ(std::get<ast::Presence>(example.givens[3].value), ast::Presence::unset);
  ASSERT_EQ(example.expects.size(), 2u);
  EXPECT_TRUE(example.expects[0].condition);
  EXPECT_FALSE(example.expects[1].condition);
  EXPECT_EQ(faults("example \"e\" { expect x }"), "");
}

// --- tables ---------------------------------------------------------------------------------------

TEST(Tables, EveryKindOfCell) {
  const Parsed p = read(R"(decision d : t {
  | a.b    | n      | s                  |
  | -      | 5..30  | starts "+1"        | x because "r"
  | on     | < 5    | starts ("a", "b")  | y
  | (v, w) | not 7  | "t"                | z
  | set    | not (1, 4..5) | unset       | { a: b }
  | not not q | >= 9 | -                 | (x)
  u otherwise because "s"
})");
  const auto& table = std::get<ast::Table>(only<ast::DecisionDecl>(p).body);
  ASSERT_EQ(table.header.size(), 3u);
  EXPECT_EQ(shape(*table.header[0]), "(.b a)");
  ASSERT_EQ(table.rows.size(), 5u);
  EXPECT_TRUE(ast::as<ast::AnyCell>(table.rows[0].cells[0]));
  EXPECT_EQ(shape(ast::as<ast::RangeCell>(table.rows[0].cells[1])->range), "5..30");
  EXPECT_EQ(ast::as<ast::TextTestCell>(table.rows[0].cells[2])->texts.size(), 1u);
  EXPECT_EQ(table.rows[0].because->value, "r");
  EXPECT_EQ(shape(*ast::as<ast::ValueCell>(table.rows[1].cells[0])->value), "on");
  EXPECT_EQ(ast::as<ast::CompareCell>(table.rows[1].cells[1])->op, ast::CompareOp::less);
  EXPECT_EQ(ast::as<ast::TextTestCell>(table.rows[1].cells[2])->texts.size(), 2u);
  EXPECT_EQ(shape(ast::as<ast::ListCell>(table.rows[2].cells[0])->items), " v w");
  EXPECT_TRUE(ast::as<ast::NotCell>(table.rows[2].cells[1]));
  EXPECT_EQ(ast::as<ast::PresenceCell>(table.rows[3].cells[0])->presence, ast::Presence::set);
  EXPECT_EQ(ast::as<ast::PresenceCell>(table.rows[3].cells[2])->presence, ast::Presence::unset);
  EXPECT_EQ(shape(*table.rows[3].outcome), "{a:b;}");
  EXPECT_EQ(shape(*table.rows[4].outcome), "x");
  ASSERT_TRUE(table.otherwise);
  EXPECT_EQ(table.otherwise->because->value, "s");
}

TEST(Tables, LineBreaksOnlySeparate) {
  const Parsed p = read("decision d : t { | a | b | | 1 | 2 | x | 3 | 4\n | y | - | - | z }");
  EXPECT_EQ(std::get<ast::Table>(only<ast::DecisionDecl>(p).body).rows.size(), 3u);
  const Parsed q = read("decision d : t {\n|a|b|\n|1\n|2\n|x\n|3\n|4\n|y\n}");
  EXPECT_EQ(std::get<ast::Table>(only<ast::DecisionDecl>(q).body).rows.size(), 2u);
}

// --- faults in general ---------------------------------------------------------------------------

TEST(Text, ByteOrderMarkAndLineEndsAreWhiteSpace) {
  EXPECT_EQ(faults("\xEF\xBB\xBFlet a = on\r\n# c\r\nlet b = off # d"), "");
  EXPECT_EQ(faults(""), "");
  EXPECT_EQ(faults("# only a comment"), "");
  EXPECT_EQ(faults("\xEF\xBB\xBF"), "");
}

TEST(Text, CommentsStayWithTheTree) {
  const std::string text = "# head\n\ninput a : flag  # beside\r\n\n  # below\ninput b : text";
  const Parsed p = read(text);
  EXPECT_EQ(faults(p), "");
  ASSERT_EQ(p.file.comments.size(), 3u);
  const auto written = [&](std::size_t i) {
    const Span& span = p.file.comments[i].span;
    return text.substr(span.begin, span.end - span.begin);
  };
  EXPECT_EQ(written(0), "# head");
  EXPECT_EQ(written(1), "# beside");
  EXPECT_EQ(written(2), "# below");
  EXPECT_TRUE(p.file.comments[0].alone);
  EXPECT_FALSE(p.file.comments[0].after_blank_line);
  EXPECT_FALSE(p.file.comments[1].alone);
  EXPECT_TRUE(p.file.comments[1].after_blank_line);
  EXPECT_TRUE(p.file.comments[2].alone);
  EXPECT_TRUE(p.file.comments[2].after_blank_line);
}

// What is around a declaration with a fault is read, and of the declaration itself the word and the name.
TEST(Text, ADeclarationWithAFaultIsAHole) {
  const std::string text = "input a : flag\ndecision d : flag {\n  on when\n}\nprove a is\ninput b : text\n7\n";
  const Parsed p = read(text);
  EXPECT_EQ(p.file.declarations.size(), 2u);
  ASSERT_EQ(p.file.holes.size(), 3u);
  const ast::Hole &decision = p.file.holes[0], &prove = p.file.holes[1], &strange = p.file.holes[2];
  EXPECT_EQ(decision.keyword, "decision");
  EXPECT_EQ(decision.name->text, "d");
  EXPECT_EQ(text.substr(decision.span.begin, decision.span.end - decision.span.begin),
            "decision d : flag {\n  on when\n}");
  EXPECT_EQ(text.substr(decision.fault.begin, 1), "}");
  EXPECT_EQ(prove.keyword, "prove");
  EXPECT_FALSE(prove.name);
  EXPECT_EQ(strange.keyword, "");
  EXPECT_EQ(strange.span.begin, text.find('7'));
}

// One list of keywords: grammar/parse/tokens/keywords.def.
TEST(Text, TheKeywordsAreThoseOfThePageAndOfTheFuzzDictionary) {
  const auto read_file = [](const char* path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  };
  const std::string page = read_file("docs/language.md");
  const std::size_t begin = page.find("keywords and cannot be names");
  const std::size_t open = page.find("```", begin) + 3, close = page.find("```", open);
  std::istringstream words(page.substr(open, close - open));
  std::vector<std::string> on_page{std::istream_iterator<std::string>(words), {}}, listed;
  for (const std::string_view word : keywords()) listed.emplace_back(word);
  EXPECT_EQ(on_page, listed);

  const std::string dictionary = read_file("tests/fuzz/dictionaries/tally.dict");
  for (const std::string& word : listed) EXPECT_NE(dictionary.find("\"" + word + "\"\n"), std::string::npos) << word;
}

// --- the whole language -------------------------------------------------------------------------------

TEST(Example, TheCallRecordingPolicyIsRead) {
  const Parsed p = read(language_example());
  EXPECT_EQ(faults(p), "");
  EXPECT_EQ(p.file.declarations.size(), 22u);
}

}  // namespace
}  // namespace tally
