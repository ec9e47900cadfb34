// What an editor shows of rule files: names, completion, hover, rename, quick fixes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "editor/actions.h"
#include "editor/completion.h"
#include "editor/formatting.h"
#include "editor/hover.h"
#include "editor/outline.h"
#include "editor/rename.h"
#include "grammar/parse/parser.h"
#include "grammar/parse/tokens/lexer.h"

namespace tally::editor {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

ReadFile reader(const Files& files) {
  return [files](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto found = files.find(path);
    if (found == files.end()) return ReadError{"no such file"};
    return found->second;
  };
}

// A text with a cursor: `source is off|`. A bar of the language is written as it is, the cursor as `^`.
struct Marked {
  std::string text;
  std::uint32_t offset = 0;
};
Marked marked(std::string text) {
  const std::size_t at = text.find('^');
  text.erase(at, 1);
  return {std::move(text), static_cast<std::uint32_t>(at)};
}

constexpr const char* types = "type network = onnet | offnet\n";
constexpr const char* head =
    "type network = onnet | offnet\n"
    "type leg = { enabled : flag?, format : (mp3 | wav)? }\n"
    "input source : network\n"
    "input user : leg?\n"
    "input caller : text\n"
    "let internal = source is onnet\n"
    "let same(l : leg?, n : network) : flag = l.enabled is on and n is onnet\n"
    "let emergency = (\"911\", \"112\")\n";

std::shared_ptr<const Reading> read(const std::string& text) {
  return read_program("a.tally", reader({{"a.tally", text}}));
}

std::string head_with(const std::string& more) { return head + more; }

// --- texts ------------------------------------------------------------------------------

TEST(EditorText, CountsInUtf16AndUtf8) {
  const std::string text = "a\r\n\xF0\x9F\x98\x80 e\xCC\x81x\rlast";  // an emoji, and an e with a combining accent
  const Lines lines(text);
  EXPECT_EQ(lines.size(), 3u);
  const auto x = static_cast<std::uint32_t>(text.find('x'));
  EXPECT_EQ(lines.position(x, Encoding::utf16), (TextPosition{1, 5}));
  EXPECT_EQ(lines.position(x, Encoding::utf8), (TextPosition{1, 8}));
  EXPECT_EQ(lines.offset({1, 5}, Encoding::utf16), x);
  EXPECT_EQ(lines.offset({1, 8}, Encoding::utf8), x);
  EXPECT_EQ(lines.offset({1, 1}, Encoding::utf16), 3u) << "within the emoji is before it";
  EXPECT_EQ(lines.offset({1, 999}, Encoding::utf16), x + 1) << "past a line is its end";
  EXPECT_EQ(lines.offset({99, 0}, Encoding::utf16), text.size());
  EXPECT_EQ(lines.position(999, Encoding::utf16), (TextPosition{2, 4}));
}

TEST(EditorText, EveryOffsetGoesThereAndBack) {
  const std::string text = "x\n\xE2\x82\xAC\xF0\x9F\x98\x80y\r\n\xFF\xC3(\n";
  for (const Encoding encoding : {Encoding::utf8, Encoding::utf16}) {
    const Lines lines(text);
    for (std::uint32_t offset = 0; offset <= text.size(); ++offset) {
      const std::uint32_t back = lines.offset(lines.position(offset, encoding), encoding);
      EXPECT_LE(back, offset);
      EXPECT_LE(offset - back, 3u) << "a character has four bytes";
    }
  }
}

TEST(EditorText, EditsOfRanges) {
  std::string text = "one\n\xF0\x9F\x98\x80two";
  apply_edit(text, TextRange{{1, 2}, {1, 3}}, "T", Encoding::utf16);
  EXPECT_EQ(text, "one\n\xF0\x9F\x98\x80Two");
  apply_edit(text, TextRange{{9, 0}, {0, 1}}, "", Encoding::utf16);
  EXPECT_EQ(text, "o") << "ends that are swapped are taken in order";
  EXPECT_EQ(edited("abc", {{{2, 3}, "z"}, {{0, 0}, "x"}}), "xabz");
}

// --- names ------------------------------------------------------------------------------

// The text of the place that is found, with its line: "3: input source : network".
std::string definition_at(const std::string& text) {
  const Marked m = marked(text);
  const auto reading = read(m.text);
  std::string out;
  for (const Location& place : definition(reading, reading->root()->file, m.offset)) {
    const SourceFile& file = reading->sources.file(place.span.file);
    out += std::to_string(file.position(place.span.begin).line) + ":" + std::string(reading->sources.text(place.span)) +
           " ";
  }
  return out;
}

TEST(EditorNames, ADefinitionIsFound) {
  EXPECT_EQ(definition_at(head_with("decision d : flag { on when sour^ce is onnet  off otherwise }")), "3:source ");
  EXPECT_EQ(definition_at(head_with("decision d : flag { on when source is onnet^  off otherwise }")), "1:onnet ");
  EXPECT_EQ(definition_at(head_with("decision d : flag { on when user.ena^bled is on  off otherwise }")), "2:enabled ");
  EXPECT_EQ(definition_at(head_with("decision d : flag { on when sa^me(user, source)  off otherwise }")), "7:same ");
  EXPECT_EQ(definition_at(head_with("decision d : flag { on when caller in emer^gency  off otherwise }")),
            "8:emergency ");
  EXPECT_EQ(definition_at(head_with("decision d : flag { on when internal because \"{sou^rce}\"  off otherwise }")),
            "3:source ");
  EXPECT_EQ(definition_at(head_with("prove for n in net^work: internal is on when source is n")), "1:network ");
  EXPECT_EQ(definition_at(head_with("prove for n in network: internal is on when source is ^n")), "9:n ");
  EXPECT_EQ(definition_at(head_with("decision d : flag { on when user.format is m^p3  off otherwise }")), "2:mp3 ");
  EXPECT_EQ(definition_at(head_with("example \"e\" { given user.for^mat is wav expect internal is on }")), "2:format ");
}

TEST(EditorNames, TwoEnumsWithTheSameNamesAreOne) {
  const Marked m =
      marked("type a = x | y\ntype b = x | y\ninput i : a\ndecision d : flag { on when i is ^x  off otherwise }");
  const auto reading = read(m.text);
  EXPECT_EQ(definition(reading, reading->root()->file, m.offset).size(), 2u);
}

TEST(EditorNames, AFieldOfTwoRecordsIsTwoThings) {
  const Marked m = marked(
      "input a : { on_net : flag }\ninput b : { on_net : flag }\n"
      "decision d : flag { on when a.on_net^ and b.on_net  off otherwise }");
  const auto reading = read(m.text);
  const NameUse* use = name_at(*reading, reading->root()->file, m.offset);
  ASSERT_TRUE(use);
  EXPECT_EQ(occurrences(reading, *symbol_of(*reading, *use)).size(), 2u);
}

TEST(EditorNames, NamesAreKnownBesideAFault) {
  EXPECT_EQ(definition_at(head_with(
                "decision e : flag { on when }\ndecision d : flag { on when sour^ce is onnet  off otherwise }")),
            "3:source ");
}

TEST(EditorNames, AFileUnderANameOfItsOwn) {
  const Files files = {{"b.tally", head},
                       {"a.tally",
                        "use \"b.tally\" as b\ninput x : b.network\n"
                        "decision d : flag { on when b.source is x and b.user.enabled is on  off otherwise }"}};
  const auto reading = read_program("a.tally", reader(files));
  ASSERT_TRUE(reading->compiles);
  const std::string& text = files.at("a.tally");
  const auto found = [&](const std::string& word, std::size_t skip) {
    const auto at = static_cast<std::uint32_t>(text.find(word) + skip);
    std::string out;
    for (const Location& place : definition(reading, reading->root()->file, at))
      out += place.path() + ":" + std::string(reading->sources.text(place.span));
    return out;
  };
  EXPECT_EQ(found("b.network", 0), "a.tally:b");
  EXPECT_EQ(found("b.network", 2), "b.tally:network");
  EXPECT_EQ(found("b.source", 0), "a.tally:b");
  EXPECT_EQ(found("b.source", 2), "b.tally:source");
  EXPECT_EQ(found("user.enabled", 5), "b.tally:enabled");
}

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

ReadFile from_disk() {
  return [](const std::string& path) -> std::variant<std::string, ReadError> {
    if (!fs::is_regular_file(path)) return ReadError{"no such file"};
    return contents(path);
  };
}

std::vector<std::string> shipped_files() {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator("rules"))
    if (entry.path().extension() == ".tally") out.push_back(entry.path().generic_string());
  std::sort(out.begin(), out.end());
  return out;
}

// Every word of every shipped file is a keyword, or stands for something that is declared under this name.
TEST(EditorNames, EveryNameOfEveryShippedFileIsKnown) {
  const std::vector<std::string> files = shipped_files();
  ASSERT_GT(files.size(), 10u) << "the tests run in the root of the project";
  std::size_t names = 0;
  for (const std::string& path : files) {
    const auto reading = read_program(path, from_disk());
    ASSERT_TRUE(reading->compiles) << path;
    const FileId file = reading->root()->file;
    const std::string_view text = reading->text(file);
    for (const syntax::Token& token : syntax::lex(text).tokens) {
      if (token.kind != syntax::Kind::word) continue;
      const std::string word(text.substr(token.begin, token.end - token.begin));
      const NameUse* use = name_at(*reading, file, token.begin);
      const bool known = use != nullptr && use->span.begin <= token.begin && use->span.end >= token.end;
      if (!known) {
        EXPECT_TRUE(token.word != syntax::Word::none || is_soft_keyword(word) || word == "boolean" ||
                    word == "string" || word == "object" || word == "array" || word == "other")
            << path << ":" << reading->sources.file(file).position(token.begin).line << ": " << word;
        continue;
      }
      ++names;
      const auto places = definition(reading, file, token.begin);
      EXPECT_FALSE(places.empty()) << path << ": " << word;
      for (const Location& place : places) {
        EXPECT_EQ(reading->sources.text(place.span), reading->sources.text(use->span)) << path << ": " << word;
        EXPECT_TRUE(declaration_at(*reading, place.span)) << path << ": " << word;
      }
    }
  }
  EXPECT_GT(names, 3'000u);
}

// --- the outline ------------------------------------------------------------------------

TEST(EditorOutline, DeclarationsWithTheirMembers) {
  const auto reading =
      read(head_with("prove internal is on when source is onnet\nexample \"e\" { expect internal is on when source is "
                     "onnet }\ndecision broken : flag {"));
  std::string out;
  for (const OutlineItem& item : outline(*reading, reading->root()->file)) {
    out += item.name;
    for (const OutlineItem& member : item.members) out += " " + member.name;
    out += ";";
    EXPECT_LE(item.whole.begin, item.own.begin);
    EXPECT_GE(item.whole.end, item.own.end);
  }
  EXPECT_EQ(
      out,
      "network onnet offnet;leg enabled format;source;user;caller;internal;same;emergency;internal is on;e;broken;");
}

TEST(EditorOutline, TokensAreInOrderAndDoNotOverlap) {
  for (const std::string& path : shipped_files()) {
    const auto reading = read_program(path, from_disk());
    std::uint32_t end = 0;
    for (const ColouredToken& token : coloured_tokens(*reading, reading->root()->file)) {
      EXPECT_GE(token.bytes.begin, end) << path;
      EXPECT_GT(token.bytes.end, token.bytes.begin) << path;
      end = token.bytes.end;
    }
  }
}

TEST(EditorOutline, TheColourOfAName) {
  const auto reading =
      read(head_with("decision d : flag { on when source is onnet because \"x {source} y\"  off otherwise }"));
  std::string out;
  const std::string_view text = reading->text(reading->root()->file);
  for (const ColouredToken& token : coloured_tokens(*reading, reading->root()->file)) {
    if (token.bytes.begin < text.find("decision d")) continue;
    out += std::string(text.substr(token.bytes.begin, token.bytes.end - token.bytes.begin)) + "/" +
           std::to_string(static_cast<int>(token.kind)) + " ";
  }
  EXPECT_EQ(
      out,
      "decision/0 d/11 flag/0 on/0 when/0 source/7 is/0 onnet/6 because/0 \"x {/2 source/7 } y\"/2 off/0 otherwise/0 ");
}

TEST(EditorOutline, CommentsAboveADeclaration) {
  EXPECT_EQ(comment_above("# one\n#  two\nlet a = on\n", 13), "one\n two");
  EXPECT_EQ(comment_above("let b = on # no\nlet a = on\n", 16), "");
  EXPECT_EQ(comment_above("let a = on", 0), "");
}

// --- completion -------------------------------------------------------------------------

std::set<std::string> offered(const std::string& text) {
  const Marked m = marked(text);
  std::set<std::string> out;
  for (const CompletionItem& item : complete("a.tally", m.text, m.offset, reader({})).items) out.insert(item.label);
  return out;
}

void expect_offered(const std::string& text, const std::vector<std::string>& wanted,
                    const std::vector<std::string>& unwanted = {}) {
  const auto labels = offered(text);
  std::string all;
  for (const std::string& label : labels) all += label + " ";
  for (const std::string& each : wanted) EXPECT_TRUE(labels.contains(each)) << each << " in " << text << "\n" << all;
  for (const std::string& each : unwanted) EXPECT_FALSE(labels.contains(each)) << each << " in " << text << "\n" << all;
}

TEST(EditorCompletion, InsideOfBrokenText) {
  expect_offered(head_with("decision d : flag { on when source is ^"), {"onnet", "offnet"},
                 {"mp3", "emergency", "leg"});
  expect_offered(head_with("decision d : flag { on when source is ^\n}\ndecision e : flag = on"), {"onnet", "offnet"});
  expect_offered(head_with("decision d : flag { on when user.^"), {"enabled", "format"}, {"source", "when"});
  expect_offered(head_with("decision d : flag { on when user.for^"), {"enabled", "format"});
  expect_offered(head_with("decision d : flag { on when user.format in (mp3, ^"), {"mp3", "wav"}, {"onnet"});
  expect_offered(head_with("decision d : flag { on when ^"), {"source", "user", "internal", "same"}, {"network"});
  expect_offered(head_with("decision d : network { ^"), {"onnet", "offnet"});
  expect_offered(head_with("decision d : flag { on when same(user, ^"), {"onnet", "offnet", "source"});
  expect_offered(head_with("decision d : flag { on when caller in ^"), {"emergency"});
  expect_offered(head_with("decision d : flag { on when caller starts ^"), {"emergency"});
  expect_offered(head_with("decision d : ^"), {"network", "leg", "flag", "number", "text"}, {"source"});
  expect_offered(head_with("input x : ^"), {"network", "leg", "flag"}, {"source"});
  expect_offered(head_with("let x : leg = { ena^"), {"enabled", "format"});
  expect_offered(head_with("prove internal ignores ^"), {"source", "user"}, {"internal"});
  expect_offered(head_with("example \"e\" { given ^"), {"source", "user"}, {"internal"});
  expect_offered(head_with("example \"e\" { given source is ^"), {"onnet", "offnet"}, {"user"});
  expect_offered(head_with("example \"e\" { given user.^"), {"enabled", "format"});
  expect_offered(head_with("prove for n in ^"), {"network"});
  expect_offered(head_with("prove for n in network: source is ^"), {"onnet", "n"});
  expect_offered(head_with("decision d : flag {\n  | source | user.format |\n  | ^"), {"onnet", "offnet"});
  expect_offered(head_with("decision d : flag {\n  | source | user.format |\n  | onnet | ^"), {"mp3", "wav"});
  expect_offered(head_with("decision d : flag { on when internal because \"{sou^"), {"source"}, {"when"});
  expect_offered(std::string(types) + "type t = flag[^", {"network"});
}

// Each name of a shipped file is offered where it stands, if the text ends there in the middle of its declaration.
TEST(EditorCompletion, OffersWhatShippedFilesHaveThere) {
  std::size_t tried = 0;
  for (const char* path : {"rules/call_recording.tally", "rules/transfer.tally", "rules/storage.tally"}) {
    const auto reading = read_program(path, from_disk());
    const std::string text(reading->text(reading->root()->file));
    const syntax::Lexed lexed = syntax::lex(text);
    for (std::size_t i = 0; i < lexed.tokens.size(); ++i) {
      const syntax::Token& token = lexed.tokens[i];
      const NameUse* use = name_at(*reading, reading->root()->file, token.begin);
      if (token.kind != syntax::Kind::word || !use || use->declares || use->span.begin != token.begin) continue;
      ++tried;
      std::size_t next = i;
      while (next + 1 < lexed.tokens.size() &&
             !(lexed.tokens[next].column_one && syntax::begins_declaration(lexed.tokens[next].word)))
        ++next;
      const std::string word = text.substr(token.begin, token.end - token.begin);
      const std::string cut = text.substr(0, token.begin) + "\n" + text.substr(lexed.tokens[next].begin);
      std::set<std::string> labels;
      for (const CompletionItem& item : complete(path, cut, token.begin, from_disk()).items) labels.insert(item.label);
      EXPECT_TRUE(labels.contains(word)) << path << ":"
                                         << reading->sources.file(use->span.file).position(token.begin).line << ": "
                                         << word;
    }
  }
  EXPECT_GT(tried, 500u);
}

TEST(EditorCompletion, WordsThatTheGrammarTakes) {
  expect_offered("^", {"decision", "input", "let", "type", "prove", "example", "use", "amend"}, {"when", "is"});
  expect_offered(head_with("decision d : flag { on ^"), {"when", "otherwise"}, {"decision", "given"});
  expect_offered(head_with("decision d : flag { on when source ^"), {"is", "in"}, {"given"});
  expect_offered(head_with("decision d : flag { on when caller ^"), {"is", "in", "starts", "like", "ends"},
                 {"longest"});
  expect_offered(head_with("decision d : flag ^"), {"unique", "longest"}, {"like"});
  expect_offered(head_with("example \"e\" { ^"), {"given", "expect"}, {"when"});
}

TEST(EditorCompletion, NothingInCommentsAndTexts) {
  EXPECT_TRUE(offered("# source is ^").empty());
  EXPECT_TRUE(offered(head_with("let x = caller is \"9^\"")).empty());
}

TEST(EditorCompletion, EveryPlaceOfEveryPrefixAnswers) {
  const std::string text = head_with(
      "decision d : flag unique {\n  | source | user.format |\n  | onnet | mp3 | on because \"{source}\"\n  off "
      "otherwise\n}\n"
      "prove for n in network: d is on when source is n\n");
  for (std::uint32_t i = 0; i <= text.size(); ++i) complete("a.tally", text.substr(0, i), i, reader({}));
}

std::string signature_at(const std::string& text) {
  const Marked m = marked(text);
  const auto reading = read(m.text);
  const auto found = signature(*reading, reading->root()->file, m.text, m.offset);
  return found ? found->label + " " + std::to_string(found->active) : "";
}

TEST(EditorSignature, TheCallAroundAPlace) {
  EXPECT_EQ(signature_at(head_with("decision d : flag { on when same(^")), "same(l : leg?, n : network) : flag 0");
  EXPECT_EQ(signature_at(head_with("decision d : flag { on when same(user, ^")),
            "same(l : leg?, n : network) : flag 1");
  EXPECT_EQ(signature_at(head_with("decision d : flag { on when same(user, onnet) and ^")), "");
  EXPECT_EQ(signature_at(head_with("decision d : flag { on when source in (^")), "");
}

// --- hover ------------------------------------------------------------------------------

std::string hover_at(const std::string& text) {
  const Marked m = marked(text);
  const Files files = {{"a.tally", m.text}};
  const auto reading = read_program("a.tally", reader(files));
  const std::atomic<bool> stop = false;
  const auto facts = find_facts("a.tally", reader(files), stop, [](const auto&) {});
  const auto found = hover(*reading, reading->root()->file, m.offset, facts.get());
  return found ? found->markdown : "";
}

TEST(EditorHover, TypesValuesCommentsAndFacts) {
  const std::string source = hover_at(
      "type network = onnet | offnet\n# Where it comes from.\ninput source : network\n"
      "decision d : flag { on when sour^ce is onnet  off otherwise }");
  EXPECT_NE(source.find("input source : network"), std::string::npos) << source;
  EXPECT_NE(source.find("Where it comes from."), std::string::npos) << source;
  EXPECT_NE(source.find("`onnet`, `offnet`"), std::string::npos) << source;
  EXPECT_NE(source.find("| `source` | d | always |"), std::string::npos) << source;
  const std::string d =
      hover_at("input a : flag\ninput b : flag\ndecision ^d : flag { on when a and b  off otherwise }");
  EXPECT_NE(d.find("| on | on | on | 1 |"), std::string::npos) << d;
  EXPECT_NE(hover_at("let a^ = 5\n").find("let a"), std::string::npos);
  EXPECT_EQ(hover_at("let a = ^\n"), "");
}

TEST(EditorFacts, CountsBehindRulesAndProofs) {
  const std::string text =
      "input a : flag\ninput b : flag\ndecision d : flag { on when a and b  off otherwise }\nprove d is on when a and "
      "b\n"
      "prove d ignores b when not a";
  const std::atomic<bool> stop = false;
  const auto facts = find_facts("a.tally", reader({{"a.tally", text}}), stop, [](const auto&) {});
  ASSERT_TRUE(facts);
  std::string out;
  for (const Counted& counted : facts->counts) out += counted.text + ";";
  EXPECT_EQ(out, "1 of 4 combinations;3 of 4 combinations;1 combination;2 combinations;");
}

TEST(EditorFacts, AStopEndsTheWork) {
  const std::atomic<bool> stop = true;
  bool checked = false;
  EXPECT_FALSE(find_facts("a.tally", reader({{"a.tally", head}}), stop, [&](const auto&) { checked = true; }));
  EXPECT_FALSE(checked);
}

// --- rename -----------------------------------------------------------------------------

// The text after the rename, or the reason why there is none.
std::string renamed(const std::string& text, const std::string& name) {
  const Marked m = marked(text);
  const Files files = {{"a.tally", m.text}};
  const auto reading = read(m.text);
  const auto edits = rename({reading}, reading->root()->file, m.offset, name, reader(files));
  if (!edits) return edits.error().message;
  return edits->empty() ? m.text : edited(m.text, edits->at("a.tally"));
}

TEST(EditorRename, DocumentsAreReadAsBefore) {
  EXPECT_EQ(renamed("input ^a : flag\ndecision d : flag { on when a because \"{a}\"  off otherwise }", "b"),
            "input b : flag at /a\ndecision d : flag { on when b because \"{b}\"  off otherwise }");
  EXPECT_EQ(renamed("input a : { x : flag }\ndecision d : flag = a.^x", "y"),
            "input a : { y : flag at /x }\ndecision d : flag = a.y");
  EXPECT_EQ(renamed("input a : { x : flag at /z }\ndecision d : flag = a.^x", "y"),
            "input a : { y : flag at /z }\ndecision d : flag = a.y");
  EXPECT_EQ(renamed("type t = p | q\ninput a : t\ndecision d : flag { on when a is ^p  off otherwise }", "r"),
            "type t = r = \"p\" | q\ninput a : t\ndecision d : flag { on when a is r  off otherwise }");
}

TEST(EditorRename, ValuesThatAreOneAreRenamedTogether) {
  EXPECT_EQ(renamed("type t = p | q\ntype u = p | q\ninput a : t\nlet b : u = a\ndecision d : flag { on when b is ^p  "
                    "off otherwise }",
                    "r"),
            "type t = r = \"p\" | q\ntype u = r = \"p\" | q\ninput a : t\nlet b : u = a\ndecision d : flag { on when b "
            "is r  off otherwise }");
}

TEST(EditorRename, WhatCannotBeProvedIsRefused) {
  const std::string text = "input ^a : flag\ninput b : flag\ndecision d : flag { on when a  on when b  off otherwise }";
  EXPECT_NE(renamed(text, "b").find("has an error: `b` is declared twice"), std::string::npos) << renamed(text, "b");
  EXPECT_EQ(renamed(text, "when"), "`when` is a keyword, so it cannot be a name");
  EXPECT_EQ(renamed(text, "x-"), "`x-` is not a name: a letter, then letters, digits, `_` and `-`");
  EXPECT_NE(renamed("input ^a : flag\ndecision d : flag = sorce", "b").find("has an error already"), std::string::npos);
}

// A name that is taken by a value where it is used would be another thing without an error.
TEST(EditorRename, ACaptureIsNoticed) {
  const std::string text =
      "type t = p | q\ninput ^a : t\ninput c : t\ndecision d : flag { on when c is a  off otherwise }\n";
  const std::string out = renamed(text, "p");
  EXPECT_EQ(out.find("input p"), std::string::npos) << out;
}

TEST(EditorRename, AcrossFiles) {
  const Files files = {{"b.tally", "input a : flag\nlet yes = a\n"},
                       {"c.tally", "use \"b.tally\"\ndecision d : flag { on when yes and a  off otherwise }\n"}};
  const ReadFile read_file = reader(files);
  const auto b = read_program("b.tally", read_file), c = read_program("c.tally", read_file);
  const auto edits = rename({b, c}, b->root()->file, 6, "z", read_file);
  ASSERT_TRUE(edits) << edits.error().message;
  EXPECT_EQ(edited(files.at("b.tally"), edits->at("b.tally")), "input z : flag at /a\nlet yes = z\n");
  EXPECT_EQ(edited(files.at("c.tally"), edits->at("c.tally")),
            "use \"b.tally\"\ndecision d : flag { on when yes and z  off otherwise }\n");
}

// Two versions that decide differently are distinguished; this is what a rename rests on.
TEST(EditorRename, DifferentRulesAreNotAlike) {
  const std::string before =
      "type t = p | q\ninput a : t\ninput n : number\ndecision d : flag { on when a is p and n < 5  off otherwise }";
  const auto alike = [&](const std::string& from, const std::string& to) {
    std::string after = before;
    after.replace(after.find(from), from.size(), to);
    return decide_alike("a.tally", reader({{"a.tally", before}}), reader({{"a.tally", after}})).has_value();
  };
  EXPECT_TRUE(alike("decision d", "decision e"));
  EXPECT_FALSE(alike("a is p", "a is q"));
  EXPECT_FALSE(alike("n < 5", "n < 6"));
  EXPECT_FALSE(alike("p | q", "q | p"));
  EXPECT_FALSE(alike("input a : t", "input a : t at /x"));
  EXPECT_FALSE(alike("p | q", "p = \"P\" | q"));
  EXPECT_FALSE(alike("off otherwise", "on otherwise"));
}

// Every name of the shipped rules can be renamed.
TEST(EditorRename, OfTheShippedRules) {
  for (const char* path : {"rules/call_recording.tally", "rules/transfer.tally"}) {
    const auto reading = read_program(path, from_disk());
    std::size_t tried = 0;
    for (const NameUse& use : reading->names.uses) {
      if (!use.declares || use.span.file != reading->root()->file || tried == 40) continue;
      ++tried;
      const auto edits = rename({reading}, use.span.file, use.span.begin, "new-name-of-it", from_disk());
      EXPECT_TRUE(edits) << path << ": " << reading->sources.text(use.span) << ": "
                         << (edits ? "" : edits.error().message);
    }
    EXPECT_GT(tried, 10u);
  }
}

// --- quick fixes ------------------------------------------------------------------------

std::vector<std::string> fixed(const std::string& text) {
  const Files files = {{"a.tally", text}};
  const std::atomic<bool> stop = false;
  std::shared_ptr<const Compilation> checked;
  find_facts("a.tally", reader(files), stop, [&](std::shared_ptr<const Compilation> c) { checked = std::move(c); });
  std::vector<std::string> out;
  const ByteRange all{0, static_cast<std::uint32_t>(text.size())};
  for (const Action& action : actions("a.tally", text, all, checked->diagnostics, checked->sources, reader(files)))
    out.push_back(action.title + ": " + edited(text, action.edits));
  return out;
}

TEST(EditorActions, ForAGap) {
  const std::string text = "input a : flag\ndecision d : flag { on when a }\n";
  EXPECT_EQ(
      fixed(text),
      (std::vector<std::string>{
          "Add `off otherwise`: input a : flag\ndecision d : flag { on when a\n  off otherwise\n}\n",
          "Add a rule for the call that none matches: input a : flag\ndecision d : flag { on when a\n  off when a is "
          "off\n}\n",
          "Keep this call as an example: " + text +
              "\nexample \"no rule of d matches this call\" {\n  given  a is off\n  # write what it should be\n"
              "  expect d is on\n}\n"}));
}

TEST(EditorActions, WhatAHelpSuggests) {
  EXPECT_EQ(fixed("input source : flag\ndecision d : flag = sorce\n"),
            (std::vector<std::string>{"Write `source`: input source : flag\ndecision d : flag = source\n"}));
  EXPECT_TRUE(fixed("input source : flag\ndecision d : flag = source\n").empty());
}

// --- formatting -------------------------------------------------------------------------

TEST(EditorFormatting, OfAFileAndOfAPart) {
  const std::string text = "input a : flag\ndecision  d : flag{on when a\n off otherwise}\n\nlet  b = a\n";
  const std::string whole = edited(text, format(text));
  EXPECT_NE(whole.find("let b = a"), std::string::npos) << whole;
  EXPECT_NE(whole.find("decision d : flag {"), std::string::npos) << whole;
  EXPECT_TRUE(format(whole).empty());
  const auto end = static_cast<std::uint32_t>(text.find('}') + 1);
  const std::string part = edited(text, format_part(text, {end, end}));
  EXPECT_NE(part.find("let  b = a"), std::string::npos) << part;
  EXPECT_NE(part.find("decision d : flag {"), std::string::npos) << part;
  const std::string broken = text + "decision e : flag {";
  EXPECT_TRUE(format(broken).empty());
  EXPECT_EQ(edited(broken, format_part(broken, {end, end})), part + "decision e : flag {");
}

TEST(EditorFormatting, KeepsWhatRulesMean) {
  for (const std::string& path : shipped_files()) {
    const std::string text = contents(path);
    const std::string after = edited(text, format(text));
    EXPECT_TRUE(format(after).empty()) << path;
    EXPECT_TRUE(read_program("a.tally", reader({{"a.tally", after}}))->root()) << path;
  }
}

}  // namespace
}  // namespace tally::editor
