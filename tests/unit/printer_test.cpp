// Trees as source text: hand-built trees, compared with the expected text, and parsed texts,
// which must be printed so that they parse to the same tree.
#include "grammar/tree/printer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "grammar/parse/parser.h"
#include "grammar/source/render.h"
#include "tests/unit/language_example.h"

namespace tally {
namespace {

using namespace ast;

// --- building trees ---------------------------------------------------------------

template <class Node>
ExprPtr make(Node node) {
  auto e = std::make_unique<Expr>();
  e->node = std::move(node);
  return e;
}

template <class... E>
std::vector<ExprPtr> list(E... e) {
  std::vector<ExprPtr> out;
  (out.push_back(std::move(e)), ...);
  return out;
}

ExprPtr name(std::string text) { return make(NameRef{{std::move(text), {}}}); }
ExprPtr number(std::uint64_t value) { return make(NumberLiteral{value}); }
ExprPtr text(std::string value) { return make(TextLiteral{{std::move(value), {}}}); }
ExprPtr unset() { return make(UnsetLiteral{}); }
ExprPtr is(ExprPtr left, ExprPtr right) { return make(Is{std::move(left), false, std::move(right)}); }
ExprPtr is_set(ExprPtr operand) { return make(IsPresence{std::move(operand), false, Presence::set}); }
ExprPtr not_(ExprPtr operand) { return make(Not{std::move(operand)}); }
ExprPtr field(ExprPtr base, std::string f) { return make(FieldOf{std::move(base), {std::move(f), {}}}); }

template <class... E>
ExprPtr and_(E... e) {
  return make(And{list(std::move(e)...)});
}
template <class... E>
ExprPtr or_(E... e) {
  return make(Or{list(std::move(e)...)});
}
template <class... E>
ExprPtr else_(E... e) {
  return make(Else{list(std::move(e)...)});
}

template <class Node>
TypePtr type(Node node) {
  auto t = std::make_unique<Type>();
  t->node = std::move(node);
  return t;
}
TypePtr named(std::string n) { return type(NamedType{{std::move(n), {}}}); }
TypePtr optional(TypePtr inner) { return type(OptionalType{std::move(inner)}); }

EnumValue value(std::string n) { return {Name{std::move(n), {}}, std::nullopt, {}}; }
EnumValue spelled(std::string n, std::string spelling) {
  return {Name{std::move(n), {}}, Text{std::move(spelling), {}}, {}};
}
TypePtr enumeration(std::vector<EnumValue> values) { return type(EnumType{std::move(values)}); }

template <class Node>
File file_of(Node node) {
  File file;
  file.declarations.push_back({std::move(node), {}});
  return file;
}

// --- expressions ------------------------------------------------------------------

TEST(PrintExpression, BracketsOnlyLooserOperands) {
  EXPECT_EQ(source_text(*or_(and_(name("a"), name("b")), name("c"))), "a and b or c");
  EXPECT_EQ(source_text(*and_(or_(name("a"), name("b")), name("c"))), "(a or b) and c");
  EXPECT_EQ(source_text(*not_(and_(name("a"), name("b")))), "not (a and b)");
  EXPECT_EQ(source_text(*and_(not_(name("a")), name("b"))), "not a and b");
  EXPECT_EQ(source_text(*not_(is(name("a"), name("b")))), "not a is b");
  EXPECT_EQ(source_text(*not_(not_(name("a")))), "not not a");
  EXPECT_EQ(source_text(*is(not_(name("a")), name("b"))), "(not a) is b");
  EXPECT_EQ(source_text(*is(name("a"), not_(name("b")))), "a is (not b)");
  EXPECT_EQ(source_text(*is(else_(name("a"), name("b")), name("c"))), "a else b is c");
  EXPECT_EQ(source_text(*else_(is(name("a"), name("b")), name("c"))), "(a is b) else c");
  EXPECT_EQ(source_text(*field(else_(name("a"), name("b")), "f")), "(a else b).f");
}

TEST(PrintExpression, KeepsChainsInsideChains) {
  EXPECT_EQ(source_text(*and_(name("a"), and_(name("b"), name("c")))), "a and (b and c)");
  EXPECT_EQ(source_text(*or_(or_(name("a"), name("b")), name("c"))), "(a or b) or c");
  EXPECT_EQ(source_text(*else_(else_(name("a"), name("b")), name("c"))), "(a else b) else c");
}

TEST(PrintExpression, ComparisonsDoNotChain) {
  EXPECT_EQ(source_text(*is(is(name("a"), name("b")), name("c"))), "(a is b) is c");
  EXPECT_EQ(source_text(*is_set(is_set(name("a")))), "(a is set) is set");
}

TEST(PrintExpression, BracketsAnUnsetThatWouldBeATestOfPresence) {
  EXPECT_EQ(source_text(*is(name("a"), unset())), "a is (unset)");
  EXPECT_EQ(source_text(*is(name("a"), else_(unset(), name("b")))), "a is (unset else b)");
  EXPECT_EQ(source_text(*is(name("a"), else_(name("b"), unset()))), "a is b else unset");
}

TEST(PrintExpression, PostfixesFollowNamesOnly) {
  EXPECT_EQ(source_text(*field(make(Call{{"f", {}}, list(name("x"), number(2))}), "on")), "f(x, 2).on");
  EXPECT_EQ(source_text(*make(IndexOf{field(name("a"), "b"), list(name("i"), name("j"))})), "a.b[i, j]");
  EXPECT_EQ(source_text(*field(make(RecordLiteral{}), "f")), "({}).f");
  EXPECT_EQ(source_text(*field(number(5), "f")), "(5).f");
}

TEST(PrintExpression, ListsRangesAndComparisons) {
  const auto in = [](std::vector<ListItem> items) { return make(In{name("x"), std::move(items), nullptr}); };
  const auto items = [](auto... i) {
    std::vector<ListItem> out;
    (out.push_back(std::move(i)), ...);
    return out;
  };
  EXPECT_EQ(source_text(*in(items(NumberRange{5, 30, {}}))), "x in 5..30");
  EXPECT_EQ(source_text(*in(items(NumberRange{5, std::nullopt, {}}))), "x in 5..");
  EXPECT_EQ(source_text(*in(items(NumberRange{std::nullopt, 30, {}}))), "x in ..30");
  EXPECT_EQ(source_text(*in(items(number(5)))), "x in (5)");
  EXPECT_EQ(source_text(*in(items(number(5), NumberRange{7, 9, {}}, text("a")))), "x in (5, 7..9, \"a\")");
  EXPECT_EQ(source_text(*make(Compare{name("x"), CompareOp::less_equal, number(3)})), "x <= 3");
  EXPECT_EQ(source_text(*make(TextTest{name("x"), TextForm::starts, {Text{"+1", {}}}})), "x starts \"+1\"");
  EXPECT_EQ(source_text(*make(TextTest{name("x"), TextForm::ends, {Text{"a", {}}, Text{"b", {}}}})),
            "x ends (\"a\", \"b\")");
  EXPECT_EQ(source_text(*make(TextTest{name("x"), TextForm::like, {Name{"l", {}}, Text{"b", {}}}})),
            "x like (l, \"b\")");
  EXPECT_EQ(source_text(*make(In{name("x"), {}, name("l")})), "x in l");
  EXPECT_EQ(source_text(*make(In{name("x"), {}, name("l"), true})), "x not in l");
}

TEST(PrintExpression, RecordsAndRulesOnOneLine) {
  RecordLiteral record;
  record.members.push_back({{"type", {}}, number(1)});
  record.members.push_back({{"b", {}}, unset()});
  EXPECT_EQ(source_text(*make(std::move(record))), "{ type: 1, b: unset }");
  EXPECT_EQ(source_text(*make(RecordLiteral{})), "{}");
  Rules rules;
  rules.rules.push_back({name("a"), name("c"), false, std::nullopt, {}});
  rules.rules.push_back({name("b"), nullptr, true, std::nullopt, {}});
  EXPECT_EQ(source_text(*make(std::move(rules))), "{ a when c  b otherwise }");
}

TEST(PrintExpression, TextsEscapeWhatALineCannotHold) {
  EXPECT_EQ(source_text(*text("a\"b\\c\nd\te\x1b\x7f")), R"("a\"b\\c\nd\te\u{1b}\u{7f}")");
  EXPECT_EQ(source_text(*text("{x} {{ } \xC3\xA9")), "\"{x} {{ } \xC3\xA9\"");
  EXPECT_EQ(source_text(*text("")), "\"\"");
}

TEST(PrintExpression, TextsArePrintedAsWrittenIfThatIsKnown) {
  EXPECT_EQ(source_text(*make(TextLiteral{{"{x}", {}, R"(\u{7b}x})"}})), R"("\u{7b}x}")");
}

// --- types ---------------------------------------------------------------------------

TEST(PrintType, SuffixesBracketEnumsAndRanges) {
  EXPECT_EQ(source_text(*optional(enumeration({value("a"), value("b")}))), "(a | b)?");
  EXPECT_EQ(source_text(*optional(type(NumberType{5, 30}))), "(5..30)?");
  EXPECT_EQ(source_text(*optional(type(NumberType{}))), "number?");
  EXPECT_EQ(source_text(*type(NumberType{5, std::nullopt})), "5..");
  EXPECT_EQ(source_text(*type(NumberType{std::nullopt, 30})), "..30");
  MapType map{optional(named("t")), {}};
  map.indices.push_back(named("d"));
  map.indices.push_back(enumeration({value("a"), value("b")}));
  EXPECT_EQ(source_text(*optional(type(std::move(map)))), "t?[d, a | b]?");
}

TEST(PrintType, EnumsWithSpellings) {
  EXPECT_EQ(source_text(*enumeration({value("ca"), {std::nullopt, Text{"on hold", {}}, {}}, spelled("x", "X Y")})),
            "ca | \"on hold\" | x = \"X Y\"");
  EXPECT_EQ(source_text(*optional(enumeration({{std::nullopt, Text{"on hold", {}}, {}}}))), "(\"on hold\")?");
}

TEST(PrintType, RecordsOnOneLine) {
  RecordType record;
  record.fields.push_back({{"type", {}}, type(FlagType{}), Place{"/a b", PlaceKind::boolean, {}}, nullptr, {}});
  record.fields.push_back({{"n", {}}, type(NumberType{}), std::nullopt, number(5), {}});
  record.open = true;
  EXPECT_EQ(source_text(*type(std::move(record))), "{ type : flag at \"/a b\" if boolean, n : number = 5, ... }");
  EXPECT_EQ(source_text(*type(RecordType{})), "{}");
  EXPECT_EQ(source_text(*type(RecordType{{}, true})), "{ ... }");
}

// --- paths ----------------------------------------------------------------------------

TEST(PrintPath, FieldsAndIndices) {
  Path path{{"account", {}}, {}, {}};
  path.steps.push_back(
      {std::nullopt,
       {{PathIndex::Kind::name, "inbound", {}}, {PathIndex::Kind::any, "", {}}, {PathIndex::Kind::text, "on hold", {}}},
       {}});
  path.steps.push_back({Name{"enabled", {}}, {}, {}});
  EXPECT_EQ(source_text(path), "account[inbound, *, \"on hold\"].enabled");
}

// --- declarations ---------------------------------------------------------------------

TEST(PrintDeclaration, AClaimThatBeginsWithATextIsNotATitle) {
  ProveDecl proof;
  proof.claim = is(text("a"), name("x"));
  EXPECT_EQ(source_text(file_of(std::move(proof))), "prove (\"a\" is x)\n");
  ProveDecl titled;
  titled.title = Text{"t", {}};
  titled.claim = is(text("a"), name("x"));
  EXPECT_EQ(source_text(file_of(std::move(titled))), "prove \"t\" \"a\" is x\n");
}

TEST(PrintDeclaration, APlaceIsBetweenTypeAndDefault) {
  EXPECT_EQ(source_text(file_of(InputDecl{{"x", {}}, type(NumberType{}), Place{"/x", PlaceKind::any, {}}, number(5)})),
            "input x : number at /x = 5\n");
  EXPECT_EQ(source_text(file_of(InputDecl{{"x", {}}, type(NumberType{}), Place{"", PlaceKind::any, {}}, nullptr})),
            "input x : number at \"\"\n");
}

TEST(PrintDeclaration, SpellingsAreBracketedOutsideATypesName) {
  EXPECT_EQ(source_text(file_of(TypeDecl{{"t", {}}, enumeration({spelled("a", "A"), value("b")})})),
            "type t = a = \"A\" | b\n");
  EXPECT_EQ(
      source_text(file_of(InputDecl{{"x", {}}, enumeration({spelled("a", "A"), value("b")}), std::nullopt, nullptr})),
      "input x : (a = \"A\" | b)\n");
}

// --- round trips -------------------------------------------------------------------------

struct Parsed {
  File file;
  std::string faults;
};

Parsed parsed(const std::string& source) {
  SourceSet sources;
  Diagnostics diagnostics;
  const FileId id = sources.add("source", source);
  Parsed out{parse(sources, id, diagnostics), ""};
  for (const Diagnostic& d : diagnostics.list()) out.faults += render(d, sources);
  return out;
}

// Prints the tree of `source`, and checks that printing loses nothing and is stable.
std::string round_trip(const std::string& source) {
  const Parsed first = parsed(source);
  EXPECT_EQ(first.faults, "") << source;
  const std::string printed = source_text(first.file);
  const Parsed second = parsed(printed);
  EXPECT_EQ(second.faults, "") << printed;
  EXPECT_EQ(tree_text(second.file), tree_text(first.file)) << printed;
  EXPECT_EQ(source_text(second.file), printed);
  return printed;
}

TEST(RoundTrip, TheExampleOfTheLanguagePage) { round_trip(language_example()); }

TEST(RoundTrip, EveryFormOfType) {
  round_trip(R"(
    use "lib/other.tally"
    type one = "on hold"
    type spelled = a = "A B" | "on hold" | c
    type nested = { a : { b : flag?[flag]? at /x/y, ... }? at "/p q" if object, c : ..30 = 5, d : text = "x" }
    type numbers = { a : number, b : 5..10, c : 5.., d : ..30, e : 5..10?, f : (5..)?[flag, one] }
    type m = (a | b)[flag, spelled][one]?
    type empty = {}
    type open = { ... }
    type keyed = { type : flag, input : text?, if : number, at : flag at /at if boolean }
    input i : a | b = b
    input t : text at /t/~1u.v-w_x = "d"
  )");
}

TEST(RoundTrip, EveryFormOfExpression) {
  round_trip(R"(
    let a = not (x and y) or z and (p or q) and not not r
    let b = (a and b) and c or (d or e)
    let c = (x is y) is z else w
    let d = x.type.on[a, b else c].let
    let e = f({ a: 1, type: { b: "t" } } else s)[on].g
    let f = x in (1, 5..30, a, "b") and y in 5.. and z in ..7 and w in (3)
    let g = x is set and y is not unset and z is not on and w is (unset else v)
    let h = x < 3 and x <= 4 and x > 5 and x >= 6
    let i = t starts "a" or t starts ("b", "c{x}{{")
    let j : flag { on when x  off otherwise }
    let k = { a when x is set  (b else c) when y  { m: 1 } otherwise }
    let l(p : flag, q : (a | b)?) : a | b = p
    let m = "quote \" slash \\ line \n tab \t escape \u{1b} lamp \u{1F534}"
    let n = (unset else x).f
    let o = x in l and x not in l and not x in l and (x in l) is on
    let r = some v in t: a or b and every w in (a | b): c or (some u in flag: u) and d
    let s = not (some v in t: a) or (every v in t: a) is on
    let u = count(a, b or c) >= 2 and count(v in t: a or b) is 0 and count(a) in (0, 2..)
    let v = f(some v in t: a, b) and { a: every v in t: b, c: d }.c
    let p = x not in (a, b) or x not in 5..30 or x in 5..30 but not in l but not (7, l)
    let tests = t ends "9" or t ends ("a", l) or t like l but not ends "x" or t like "NX." but not like ("1", l)
    let lengths = t has length 4..6 or t has length 7 or t has length (1, 3.., l) or t has length l but not has length ..3
    let q = t starts l or t starts (l, "a") or t starts l but not starts m
  )");
}

TEST(RoundTrip, EveryFormOfList) {
  round_trip(R"(
    let a = (1, 5..9, b)
    let b = ("911",)
    let c = ("911", "112",)
    let d : state = (ca, "on hold", west)
    let e = 5..30
    let f : 0..23 = (22..)
    let g = (on, off)
    let h = ("911")
    let i = (a or b)
  )");
}

// Without brackets, `ends` behind `but not` would be a value, and "c" the next outcome.
TEST(RoundTrip, AnOutcomeThatEndsInATextTest) {
  const std::string printed = round_trip("decision a : flag { on when f  (t in (b, c) but not ends \"c\") otherwise }");
  EXPECT_EQ(printed, "decision a : flag { on when f  (t in (b, c) but not ends \"c\") otherwise }\n");
}

TEST(RoundTrip, EveryFormOfDecisionProofAndExample) {
  round_trip(R"(
    decision a : flag = x is on
    decision b : flag unique { on when x because "r {x}"  off when not x }
    decision c : a | b | c {
      | x else y | n | t | f(x).g |
      | not (a, b) | 5..30 | starts "a" | set | a because "é"
      | not set | < 5 | starts ("a", "b") | not unset | { b when x  c otherwise }
      | "on hold" | (1, 4..6) | not starts "x" | on | b
      | in l | not in l | starts l | in 4..6 but not in l | b
      | ends "9" | like ("NXX", l) but not ends "x" | starts "a" and ends "b" but not "ab" and has length 2 | has length 4.. or has length (1, l) | b
      | - | >= 7 | "lit" | not not off | x else y
      c otherwise because "last"
    }
    prove "title" x is on
    prove "title" for d in a | b, f in flag: x[d] is on or y ignores z[*, "on hold", d].type, w when y
    prove ("a" is x)
    prove for f in flag: ("a" is x) when f is on
    example "e" { expect x }
    example "e {x}" {
      given x[*, a].type is "t", y is set, z is unset, w is 5, v is off
      expect x is on when y
      expect a is b
    }
  )");
}

TEST(RoundTrip, FilesWithANameOfTheirOwn) {
  round_trip(
      "use \"a.tally\" as a\n\ninput x : a.cell?[a.network]\n\n"
      "let y = a.inside(a.source, x[a.source].on) and a.b.c else off\n");
}

TEST(RoundTrip, Amendments) {
  const std::string source =
      "amend \"base.tally\"\n\n"
      "amend type network = (satellite, femto = \"F T\", \"on hold\")\n\n"
      "amend type recording = {\n  keep_days : number?  at /keep/days\n  by        : text = \"\"\n}\n\n"
      "amend let inside(n : network) = n is onnet\n\n"
      "amend let word {\n  late  when vip\n  unset otherwise\n}\n\n"
      "amend decision fee = 5\n";
  round_trip(source);
  round_trip(
      "amend decision d { on when a because \"{b}\" off otherwise }\namend decision e { | a | | on | off on otherwise "
      "}");
}

TEST(RoundTrip, ABraceThatWasEscapedStaysText) {
  const std::string source = R"(decision d : flag { on otherwise because "\u{7b}x} {y}" })";
  const Parsed first = parsed(source);
  const auto& rules = std::get<Rules>(std::get<DecisionDecl>(first.file.declarations.at(0).node).body);
  if (rules.rules.at(0).because->raw.empty()) GTEST_SKIP() << "the parser does not keep texts as they were written";
  EXPECT_NE(source_text(first.file).find(R"("\u{7b}x} {y}")"), std::string::npos) << source_text(first.file);
}

// --- the dump ------------------------------------------------------------------------------

TEST(Dump, ShowsNamesAndLiteralsWithoutSpans) {
  const Parsed p = parsed(
      "type t = a = \"A\" | b\n"
      "input i : { f : t? at /x if string }?\n"
      "decision d : flag unique { on when i.f is a and n in (1, 5..) because \"r\"  off otherwise }\n"
      "prove d ignores i.f when d is on\n");
  EXPECT_EQ(p.faults, "");
  EXPECT_EQ(tree_text(p.file), R"(file
  type t
    enum
      value a = "A"
      value b
  input i
    optional
      record
        field f
          optional
            named t
          at "/x" if string
  decision d unique
    type
      flag
    rules
      rule
        literal on
        when
          and
            is
              field-of .f
                name i
              name a
            in
              name n
              literal 1
              range 5..
        because "r"
      rule otherwise
        literal off
  prove
    ignores
      name d
      path i.f
    when
      is
        name d
        literal on
)");
}

TEST(Dump, AnEmptyFileIsOneLine) { EXPECT_EQ(tree_text(File{}), "file\n"); }

}  // namespace
}  // namespace tally
