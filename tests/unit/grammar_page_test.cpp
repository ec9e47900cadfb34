// docs/grammar.md shows the rules of the grammar as EBNF. TALLY_UPDATE=1 writes the page anew:
//
//   TALLY_UPDATE=1 build/release/tests/grammar_page_test
//
// What a rule matches is read from its type. Its place on the page, and the example above it, are read
// from the header that defines it. What EBNF cannot express is in `notes` below.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <concepts>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "grammar/parse/rules/proofs_and_examples.h"
#include "grammar/parse/tokens/token_grammar.h"
#include "tests/golden/case.h"
#include "tests/support/ebnf.h"
#include "tests/support/rule_files.h"
#include "tests/unit/grammar_terms.h"

namespace tally::syntax {
namespace {

using testing::Production;

// --- from the headers to places and examples ------------------------------------------------

// Where a rule is defined.
struct Place {
  std::string name;     // on the page
  std::string heading;  // of its header: "comparisons"
  std::string example;  // the comment above it
};

std::string contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Adds the structs that a header defines. `heading` is that of its beginning.
void read_header(const std::string& path, const std::string& space, std::string heading, std::vector<Place>& places) {
  std::istringstream in(contents(path));
  std::string comment;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("// ") && !line.starts_with("// --- ")) {
      comment += (comment.empty() ? "" : "\n") + line.substr(3);
      continue;
    }
    if (line.starts_with("// --- ")) heading = line.substr(7, line.find(" --", 7) - 7);
    const bool is_definition = line.find(" : ") != std::string::npos || !line.ends_with(";");
    if (line.starts_with("struct ") && is_definition) {
      const std::string name = line.substr(7, line.find_first_of(" {", 7) - 7);
      places.push_back({page_name(space + name), heading, comment});
    }
    comment.clear();
  }
}

// All rules, each before the rules that use it.
std::vector<Place> read_headers() {
  std::vector<Place> places;
  const std::string folder = "grammar/parse/";
  read_header(folder + "tokens/token_grammar.h", "rules::", "", places);
  places.push_back({"name", "words", "onnet, on-hold"});
  for (const char* header : {"symbols.h", "pointers.h", "types.h", "expressions.h", "rules_and_tables.h",
                             "declarations.h", "proofs_and_examples.h"}) {
    read_header(folder + "rules/" + header, "", "places and defaults", places);
  }
  return places;
}

// --- the page ------------------------------------------------------------------------------

// The parts of the page, and the headings of the headers in each.
struct Part {
  std::string title;
  std::vector<std::string> headings;
};
const std::vector<Part> parts = {
    {"Files and arguments", {"texts that are read as a whole"}},
    {"Declarations", {"use and type", "inputs", "lets", "decisions", "amendments"}},
    {"Types and places", {"types", "enums", "records", "places and defaults", "sets", "suffixes"}},
    {"Rules and tables", {"rules", "tables", "cells"}},
    {"Expressions",
     {"not, and, or", "comparisons", "else", "names with suffixes", "quantifiers", "what stands alone", "literals",
      "paths and insertions"}},
    {"Proofs and examples", {"proofs", "examples"}},
    {"Tokens", {"blanks", "words", "numbers", "texts and pointers"}},
};

// What a rule demands beyond its production, and examples of tokens whose rules have none.
const std::map<std::string, std::string> notes = {
    {"call", "The `(` touches the name: after white space it begins something new."},
    {"index-suffix", "The `[` touches what is before it."},
    {"path-index-step", "The `[` touches what is before it."},
    {"map-suffix", "The `[` touches what is before it."},
    {"record-value", "Braces with `name:` in front, or with nothing in them, are a record. Others hold rules."},
    {"table-block", "Where a `|` follows the brace, the decision is a table."},
    {"enum-type", "A single name is not an enum, but the type of that name."},
    {"spelled-enum", "A single name without a spelling is not an enum, but the type of that name."},
    {"field-end", "The comma is optional where the next field begins a line, and before `...` and `}`."},
    {"list-item", "Not `unset`: it is compared by `is unset`."},
    {"not-cell", "Not `not -`, which would match nothing."},
    {"header", "It ends where the `|` of a row follows its last one, so a table has a row."},
    {"prove", "A text behind `prove` is the title."},
    {"row", "A row has as many cells as the header."},
    {"if-kind", "Before a `:`, `if` is the name of the next field."},
    {"at-place", "Before a `:`, `at` is the name of the next field."},
    {"name", "A word that is not a keyword."},
    {"let-list", "A comma or a range alone is in the parentheses; anything else in parentheses is an expression."},
    {"count-over", "The parenthesis touches `count`. If no name, `in`, type and `:` follow it, `count` is called."},
    {"text-test-tail",
     "`ends` or `like` is a name unless a text, a name or a list follows it that does not touch it; a list that "
     "touches "
     "it makes a call. After `but not`, what may be the next outcome is the next outcome."},
    {"length-tail", "`has` and `length` are names unless both stand here."},
    {"quantifier", "A `some` or `every` that is not followed by a name, `in`, a type and `:` is a name."},
    {"member-end", "The comma is optional before `}`."},
    {"rules", "Nothing separates rules: the next one begins where a rule ends."},
    {"expectation", "An argument of the command, such as `--want`. Others are an `expression` or `paths`."},
    {"insertion", "Between braces in a text: \"from {source}\"."},
    {"range", "5..30, 5.., ..30"},
    {"text", "\"on hold\""},
    {"comment", "# Which calls are recorded."},
    {"number", "Digits, with `_` between two of them where it helps the reader. Other characters are reported."},
    {"escape", "One of `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{...}` with one to six hexadecimal digits."},
    {"plain-pointer", "Not `/` alone. Only white space, `,`, `}` or `=` may follow."},
    {"pointer", "A pointer in quotes begins with `/`, too. `~` is followed by `0` or `1`."},
};

// Productions that stand on the page whatever they are: where reading begins, and what other pages mention.
const std::set<std::string> kept = {"file", "declaration", "expectation", "expression", "paths", "insertion", "blank",
                                    "word", "name",        "number",      "comment",    "range", "text"};

struct Entry {
  Production production;
  std::string heading;
};

// The rules as productions, in the order of the headers.
std::vector<Entry> entries() {
  Bodies bodies;
  term<grammar::file>(bodies);
  term<grammar::expectation>(bodies);
  term<grammar::insertion>(bodies);
  term<rules::blank>(bodies);
  term<rules::comment>(bodies);
  std::vector<Production> productions;
  std::map<std::string, std::string> headings;
  for (const Place& place : read_headers()) {
    const auto body = bodies.find(place.name);
    if (body == bodies.end() || !headings.emplace(place.name, place.heading).second) continue;
    const bool is_kept = kept.contains(place.name) || notes.contains(place.name);
    productions.push_back({place.name, body->second, place.example, is_kept});
  }
  for (const auto& [name, body] : bodies) EXPECT_TRUE(headings.contains(name)) << "no header defines " << name;
  testing::simplify(productions);
  std::vector<Entry> all;
  for (Production& production : productions) all.push_back({production, headings[production.name]});
  return all;
}

constexpr const char* introduction = R"(# The grammar

What a rule file may look like, as the parser knows it. [The language](language.md) describes what it
means.

The notation is the EBNF of the W3C. A production is `name ::= what it matches`.

| notation | matches |
|---|---|
| `'use'` | these characters |
| `[0-9]`, `[^#xA]` | a character of these; a character other than these. `#xA` is the character with this number |
| `a b` | `a`, then `b` |
| `a \| b` | `a` or `b`: the first of them that matches |
| `a?`, `a*`, `a+` | `a` at most once, any number of times, at least once |
| `/* ... */` | nothing: it is an example of the production below it, or what else this demands |

The tool "rr" reads this notation. To see railroad diagrams, paste blocks of this page, or all of them, into
<https://www.bottlecaps.de/rr>.

White space and comments may stand between two tokens, and line breaks are white space. Where a token must
touch the one before it, or where the line matters, a comment mentions it. The productions under
[Tokens](#tokens) are over characters: no white space stands within them. Brackets nest at most {depth} deep,
and at most {depth} suffixes follow one another.
)";

constexpr const char* ending = R"(
The page is made from the rules of [grammar/parse/rules](../grammar/parse/rules) and of
[the lexer](../grammar/parse/tokens/token_grammar.h), and `grammar_page_test` holds it to them.
Beside the rules stand the mistakes that people make there
([mistakes.h](../grammar/parse/messages/mistakes.h)). They are not on the page.
)";

// Words in lines of at most 80 columns.
std::string broken(const std::string& words) {
  std::istringstream in(words);
  std::string text, line;
  for (std::string word; in >> word;) {
    if (line.size() + 1 + word.size() > 80) {
      text += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
  }
  return text + line + "\n";
}

std::string comment(std::string text) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
    text.insert(at + 1, "   ");
  }
  return "/* " + text + " */\n";
}

std::string page() {
  const std::vector<Entry> all = entries();
  std::string text = introduction;
  for (std::size_t at = text.find("{depth}"); at != std::string::npos; at = text.find("{depth}")) {
    text.replace(at, 7, std::to_string(max_nesting));
  }
  for (const Part& part : parts) {
    text += "\n## " + part.title + "\n";
    for (const std::string& heading : part.headings) {
      std::string block;
      // What is made of other rules comes before them.
      for (auto entry = all.rbegin(); entry != all.rend(); ++entry) {
        if (entry->heading != heading) continue;
        if (!block.empty()) block += "\n";
        const Production& production = entry->production;
        if (!production.example.empty()) block += comment(production.example);
        if (const auto note = notes.find(production.name); note != notes.end()) block += comment(note->second);
        block += testing::text_of(production) + "\n";
      }
      EXPECT_FALSE(block.empty()) << "no header has a heading `" << heading << "`";
      std::string title = heading;
      title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
      if (part.headings.size() > 1) text += "\n### " + title + "\n";
      text += "\n```ebnf\n" + block + "```\n";
    }
  }
  std::string words;
  for (const char* word : keywords) words += (words.empty() ? "" : " ") + std::string(word);
  text += "\n### Keywords\n\n```text\n" + broken(words) + "```\n";
  return text + ending;
}

constexpr const char* path = "docs/grammar.md";

TEST(Page, ShowsTheRules) {
  const std::string made = page();
  if (std::getenv("TALLY_UPDATE") != nullptr) std::ofstream(path) << made;
  EXPECT_TRUE(contents(path) == made) << path << " does not show the rules: TALLY_UPDATE=1 writes it anew";
}

TEST(Page, HasAPlaceForEveryProduction) {
  std::set<std::string> headings;
  for (const Part& part : parts) headings.insert(part.headings.begin(), part.headings.end());
  for (const Entry& entry : entries()) {
    EXPECT_TRUE(headings.contains(entry.heading)) << entry.production.name << " stands under " << entry.heading;
  }
}

TEST(Page, DefinesWhatItMentions) {
  std::set<std::string> defined;
  for (const Entry& entry : entries()) {
    EXPECT_TRUE(defined.insert(entry.production.name).second) << entry.production.name << " is defined twice";
  }
  for (const Entry& entry : entries()) {
    for (const std::string& name : testing::references(entry.production.body)) {
      EXPECT_TRUE(defined.contains(name)) << entry.production.name << " mentions " << name;
    }
  }
  for (const auto& [name, note] : notes) EXPECT_TRUE(defined.contains(name)) << "a note on " << name;
  for (const std::string& name : kept) EXPECT_TRUE(defined.contains(name)) << name;
}

// Reads tokens by the productions alone, in all ways that these allow.
class Reader {
 public:
  Reader(const std::map<std::string, Ebnf>& productions, const TokenReader& tokens)
      : productions_(productions), tokens_(tokens) {}

  bool accepts(const std::string& name) { return ends(testing::reference(name), 0).contains(end()); }

 private:
  using Ends = std::set<std::size_t>;

  std::size_t end() const { return tokens_.size() - 1; }

  // Where a match of `term` at token `begin` can end.
  Ends ends(const Ebnf& term, std::size_t begin) {
    switch (term.kind) {
      case Ebnf::Kind::nothing: return {begin};
      case Ebnf::Kind::never: return {};
      case Ebnf::Kind::terminal: return is_terminal(term.text, begin) ? Ends{begin + 1} : Ends();
      case Ebnf::Kind::reference: return ends_of(term.text, begin);
      case Ebnf::Kind::sequence: {
        Ends all{begin};
        for (const Ebnf& part : term.parts) all = ends_after(all, part);
        return all;
      }
      case Ebnf::Kind::choice: {
        Ends all;
        for (const Ebnf& part : term.parts) all.merge(ends(part, begin));
        return all;
      }
      case Ebnf::Kind::optional: {
        Ends all = ends(term.parts[0], begin);
        all.insert(begin);
        return all;
      }
      case Ebnf::Kind::any_number:
      case Ebnf::Kind::at_least_one: {
        Ends all, last{begin};
        while (!last.empty()) {
          Ends next;
          for (const std::size_t at : ends_after(last, term.parts[0])) {
            if (all.insert(at).second) next.insert(at);
          }
          last = std::move(next);
        }
        if (term.kind == Ebnf::Kind::any_number) all.insert(begin);
        return all;
      }
    }
    return {};
  }

  Ends ends_after(const Ends& begins, const Ebnf& term) {
    Ends all;
    for (const std::size_t begin : begins) all.merge(ends(term, begin));
    return all;
  }

  Ends ends_of(const std::string& name, std::size_t begin) {
    const Token& token = tokens_[begin];
    static const std::map<std::string, Kind> kinds = {{"word", Kind::word},     {"name", Kind::word},
                                                      {"number", Kind::number}, {"range", Kind::range},
                                                      {"text", Kind::text},     {"plain-pointer", Kind::pointer}};
    if (const auto kind = kinds.find(name); kind != kinds.end()) {
      const bool fits = token.kind == kind->second && (name != "name" || token.word == Word::none);
      return fits ? Ends{begin + 1} : Ends();
    }
    const auto known = known_.find({name, begin});
    if (known != known_.end()) return known->second;
    Ends made = ends(productions_.at(name), begin);
    return known_[{name, begin}] = std::move(made);
  }

  bool is_terminal(const std::string& quoted, std::size_t at) const {
    const Kind kind = tokens_[at].kind;
    return kind != Kind::text && kind != Kind::end && tokens_.text(at) == quoted.substr(1, quoted.size() - 2);
  }

  const std::map<std::string, Ebnf>& productions_;
  const TokenReader& tokens_;
  std::map<std::pair<std::string, std::size_t>, Ends> known_;
};

bool accepted(const std::map<std::string, Ebnf>& productions, const std::string& text) {
  const TokenReader tokens(FileId{}, text);
  return Reader(productions, tokens).accepts("file");
}

// The productions are wider than the rules, never narrower: what the parser reads, they allow.
TEST(Page, AllowsWhatTheParserReads) {
  std::map<std::string, Ebnf> productions;
  for (const Entry& entry : entries()) productions[entry.production.name] = entry.production.body;
  for (const std::string& file : testing::shipped_files()) EXPECT_TRUE(accepted(productions, contents(file))) << file;
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("tests/cases")) {
    const std::string name = entry.path().generic_string();
    if (!name.ends_with(".tally") || name.find("/good/") == std::string::npos) continue;
    std::string fault;
    const auto read = golden::parse_case(entry.path(), contents(name), fault);
    ASSERT_TRUE(read) << name << ": " << fault;
    EXPECT_TRUE(accepted(productions, read->source)) << name;
    ++cases;
  }
  EXPECT_GT(cases, 100u);
}

TEST(Page, RefusesWhatIsNotInTheLanguage) {
  std::map<std::string, Ebnf> productions;
  for (const Entry& entry : entries()) productions[entry.production.name] = entry.production.body;
  EXPECT_TRUE(accepted(productions, "input a : flag\ndecision d : flag = not a"));
  for (const char* text :
       {"input a", "input when : flag", "decision d : flag = a = on", "decision d : flag = a < b < c",
        "decision d : flag { }", "decision d : flag { on when }", "type t = { a : flag? at }", "let f() : flag = on",
        "decision d : flag { | a | | on | }", "example \"e\" { }", "prove for a: b", "type t = flag | on"}) {
    EXPECT_FALSE(accepted(productions, text)) << text;
  }
}

// EBNF cannot express that a token touches the one before it, or that cells are counted.
TEST(Page, HasANoteWhereARuleDemandsMore) {
  for (const Entry& entry : entries()) {
    if (testing::has_partial(entry.production.body)) {
      EXPECT_TRUE(notes.contains(entry.production.name)) << entry.production.name;
    }
  }
}

}  // namespace
}  // namespace tally::syntax
