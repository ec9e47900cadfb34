// Insertions in texts: pieces, spans into the file, faults.
#include "grammar/parse/text_template.h"

#include <gtest/gtest.h>

#include "grammar/parse/parser.h"

namespace tally {
namespace {

struct Read {
  SourceSet sources;
  Diagnostics diagnostics;
  std::vector<TemplatePiece> pieces;
};

// Reads the pieces of a text literal that begins somewhere within a file.
Read read(const std::string& literal) {
  Read r;
  const FileId id = r.sources.add("test.tally", "let padding = " + literal);
  const ast::File file = parse(r.sources, id, r.diagnostics);
  EXPECT_EQ(r.diagnostics.error_count(), 0u) << literal;
  const auto& body = std::get<ast::LetDecl>(file.declarations.at(0).node).body;
  r.pieces = parse_template(r.sources, ast::as<ast::TextLiteral>(*body)->text, r.diagnostics);
  return r;
}

// Literal pieces unchanged, insertions as "<source text>", faults at the end.
std::string pieces(const std::string& literal) {
  const Read r = read(literal);
  std::string all;
  for (const auto& piece : r.pieces) {
    const auto* insert = std::get_if<ast::ExprPtr>(&piece);
    all += insert == nullptr ? "[" + std::get<std::string>(piece) + "]"
                             : "<" + std::string(r.sources.text((*insert)->span)) + ">";
  }
  for (const Diagnostic& d : r.diagnostics.list()) {
    all += "\n" + std::string(info(d.code).id) + " " + d.message + " @" + std::string(r.sources.text(*d.span));
  }
  return all;
}

TEST(Template, SplitsTextFromInsertions) {
  EXPECT_EQ(pieces(R"("inbound from {source} to {account}")"), "[inbound from ]<source>[ to ]<account>");
  EXPECT_EQ(pieces(R"("{a}{b}")"), "<a><b>");
  EXPECT_EQ(pieces(R"("plain")"), "[plain]");
  EXPECT_EQ(pieces(R"("")"), "");
}

TEST(Template, InsertsFieldsAndIndices) {
  EXPECT_EQ(pieces(R"("{a.b[c, d else e].type}!")"), "<a.b[c, d else e].type>[!]");
  EXPECT_EQ(pieces(R"("{ a.b }")"), "<a.b>");
}

TEST(Template, IndicesAreOrdinaryExpressions) {
  EXPECT_EQ(pieces(R"("x{m[\"on hold\"]}y")"), R"([x]<m[\"on hold\"]>[y])");
  EXPECT_EQ(pieces(R"("{m[\"}\"]}y")"), R"(<m[\"}\"]>[y])");
  EXPECT_EQ(pieces(R"("{m[f(a)]}{m[{ a when b c otherwise }]}")"), "<m[f(a)]><m[{ a when b c otherwise }]>");
  const Read r = read(R"("{m[\"on hold\"]}")");
  const auto& insert = std::get<ast::ExprPtr>(r.pieces.at(0));
  const auto& index = *ast::as<ast::IndexOf>(*insert)->indices.at(0);
  EXPECT_EQ(ast::as<ast::TextLiteral>(index)->text.value, "on hold");
}

TEST(Template, SpansPointIntoTheFileAfterEscapes) {
  EXPECT_EQ(pieces(R"("\"\u{1F600}\n{source.x} \\ {b}")"), "[\"\xF0\x9F\x98\x80\n]<source.x>[ \\ ]<b>");
  const Read r = read(R"("\u{e9} {a.b}")");
  const auto& insert = std::get<ast::ExprPtr>(r.pieces.at(1));
  EXPECT_EQ(r.sources.text(ast::as<ast::FieldOf>(*insert)->field.span), "b");
}

TEST(Template, BracesThatAreText) {
  EXPECT_EQ(pieces(R"("{{x} and }")"), "[{x} and }]");
  EXPECT_EQ(pieces(R"("{{{a}}")"), "[{]<a>[}]");
  EXPECT_EQ(pieces(R"("\u{7b}a\u{7d}")"), "[{a}]");
  EXPECT_EQ(pieces(R"("{{")"), "[{]");
  EXPECT_EQ(pieces(R"("}")"), "[}]");
}

TEST(Template, FaultsPointToTheirPlaceInTheText) {
  EXPECT_EQ(pieces(R"("a{}b")"), "[ab]\nT115 an insertion is empty @{}");
  EXPECT_EQ(pieces(R"("a{  }b")"), "[ab]\nT115 an insertion is empty @{  }");
  EXPECT_EQ(pieces(R"("a {b")"), "[a ]\nT115 `{` is not closed @{");
  EXPECT_EQ(pieces(R"("a {")"), "[a ]\nT115 `{` is not closed @{");
  EXPECT_EQ(pieces(R"("{a b}")"), "\nT115 expected `}`, `.` or `[` in the insertion, found `b` @b");
  EXPECT_EQ(pieces(R"("{f(x)}")"), "\nT115 expected `}`, `.` or `[` in the insertion, found `(` @(");
  EXPECT_EQ(pieces(R"("{a.}")"), "\nT115 expected a field name after `.`, found the end @");
  EXPECT_EQ(pieces(R"("{a[}")"), "\nT115 `[` is not closed @");
  EXPECT_EQ(pieces(R"("{on}")"), "\nT115 `on` is a keyword and cannot be a name @on");
  EXPECT_EQ(pieces(R"("{5}")"), "\nT115 expected a name after `{`, found `5` @5");
  EXPECT_EQ(pieces(R"("\n{a-}")"), "[\n]\nT115 `a-` is not a name: a name does not end in `-` @a-");
}

TEST(Template, ContinuesAfterAFault) {
  EXPECT_EQ(pieces(R"("{} x {a} {5} {b}")"),
            "[ x ]<a>[  ]<b>\nT115 an insertion is empty @{}\nT115 expected a name after `{`, found `5` @5");
}

TEST(Template, DeepInsertionsAreBounded) {
  std::string deep = "\"{a";
  for (int i = 0; i < 100000; ++i) deep += "[a";
  for (int i = 0; i < 100000; ++i) deep += "]";
  EXPECT_EQ(pieces(deep + "}\"").substr(0, 39), "\nT004 nesting deeper than 200 levels @[");
}

}  // namespace
}  // namespace tally
