// The grammar as a whole: no rule can loop, every rule is used by some case, and time is linear.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <tao/pegtl/contrib/analyze.hpp>
#include <type_traits>
#include <vector>

#include "grammar/parse/passes.h"
#include "grammar/parse/recovery.h"
#include "grammar/parse/tokens/token_grammar.h"
#include "tests/golden/case.h"
#include "tests/support/rule_files.h"

namespace tally::syntax {
namespace {

namespace fs = std::filesystem;
namespace p = tao::pegtl;

// --- no rule can loop ---------------------------------------------------------------

// A rule that comes back to itself before it has consumed a token.
struct left_recursive : p::sor<p::seq<left_recursive, grammar::comma, grammar::name>, grammar::name> {};
struct loops_in_place : p::star<p::opt<grammar::name>> {};
struct recurses_behind_a_lookahead : p::sor<p::seq<grammar::line_begins, recurses_behind_a_lookahead>, grammar::name> {
};
// The same rule behind a token: nothing is wrong with it.
struct right_recursive : p::sor<p::seq<grammar::name, grammar::comma, right_recursive>, grammar::name> {};

TEST(Analysis, NoRuleLoops) {
  EXPECT_EQ(p::analyze<grammar::file>(), 0u);
  EXPECT_EQ(p::analyze<grammar::expectation>(), 0u);
  EXPECT_EQ(p::analyze<grammar::lone_expression>(), 0u);
  EXPECT_EQ(p::analyze<grammar::lone_paths>(), 0u);
  EXPECT_EQ(p::analyze<grammar::lone_insertion>(), 0u);
  EXPECT_EQ(p::analyze<rules::file>(), 0u);
}

TEST(Analysis, ARuleThatLoopsIsFound) {
  constexpr int silent = -1;
  EXPECT_GT(p::analyze<left_recursive>(silent), 0u);
  EXPECT_GT(p::analyze<loops_in_place>(silent), 0u);
  EXPECT_GT(p::analyze<recurses_behind_a_lookahead>(silent), 0u);
  EXPECT_EQ(p::analyze<right_recursive>(silent), 0u);
}

// --- watching the rules ---------------------------------------------------------------

struct TooManySteps {};

std::uint64_t steps = 0;  // rules that were tried
std::uint64_t max_steps = 0;
template <class Rule>
std::uint64_t successes = 0;

// Adds the counts to a control class.
template <class Rule, template <class...> class Base>
struct Watched : Base<Rule> {
  template <p::apply_mode A, p::rewind_mode M, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, States&&... states) {
    if (++steps > max_steps) throw TooManySteps();
    const bool matched = p::match<Rule, A, M, Action, Control>(in, states...);
    if (matched) ++successes<Rule>;
    return matched;
  }
};
template <class Rule>
struct WatchedTokens : Watched<Rule, NodeControl> {};
template <class Rule>
struct WatchedCharacters : Watched<Rule, p::normal> {};

// Starts counting. What takes more steps ends with TooManySteps.
void count_up_to(std::uint64_t bound) {
  steps = 0;
  max_steps = bound;
}
constexpr std::uint64_t unbounded = ~std::uint64_t{0};

// The insertions in a text, `{a.b}`, as far as braces show them.
void read_insertions(std::string_view text) {
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    if (text.substr(open).starts_with("{{")) {
      ++open;
      continue;
    }
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) return;
    const TokenReader tokens(FileId{}, text.substr(open + 1, close - open - 1));
    ParseState state(tokens);
    std::uint32_t position = 0;
    (void)match_with<WatchedTokens>(Text::insertion, state, position);
  }
}

// Reads a rule file as the parser does, without making a tree.
void read_file(const TokenReader& tokens) {
  ParseState state(tokens);
  for (std::uint32_t position = 0; tokens[position].kind != Kind::end;) {
    const std::uint32_t start = position;
    const bool begins = begins_declaration(tokens[position].word);
    if (!begins || match_with<WatchedTokens>(Text::declaration, state, position)) {
      position = resume(tokens, start, position);
    }
  }
}

void read_argument(Text kind, const std::string& argument) {
  const TokenReader tokens(FileId{}, argument);
  ParseState state(tokens);
  std::uint32_t position = 0;
  (void)match_with<WatchedTokens>(kind, state, position);
}

void read_characters(std::string_view text) {
  p::memory_input<p::tracking_mode::lazy, p::eol::lf> in(text.data(), text.data() + text.size(), "");
  p::parse<rules::file, p::nothing, WatchedCharacters>(in);
}

// --- the texts ------------------------------------------------------------------------

std::string contents(const fs::path& path) { return golden::read_file(path).value_or(""); }

std::vector<golden::Case> golden_cases() {
  std::vector<golden::Case> cases;
  for (const auto& entry : fs::recursive_directory_iterator("tests/cases")) {
    if (entry.path().extension() != ".tally") continue;
    std::string fault;
    auto read = golden::parse_case(entry.path(), contents(entry.path()), fault);
    EXPECT_TRUE(read) << entry.path() << ": " << fault;
    if (read) cases.push_back(*std::move(read));
  }
  return cases;
}

// The arguments of a command that are in the language.
void read_arguments(const std::string& command) {
  const std::vector<std::string> words = golden::split_words(command);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& option = words[i];
    if (option == "--where" || option == "--when") read_argument(Text::expression, words[i + 1]);
    if (option == "--want") read_argument(Text::expectation, words[i + 1]);
    if (option == "--by" || option == "--over" || option == "--settings") read_argument(Text::paths, words[i + 1]);
  }
}

void read_text(const std::string& text) {
  if (text.size() > max_file_bytes) return;
  read_characters(text);
  const TokenReader tokens(FileId{}, text);
  read_file(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == Kind::text) read_insertions(tokens.text(i));
  }
}

// --- every rule is used -----------------------------------------------------------------

template <class Rule>
constexpr bool fails_always = std::is_same_v<Rule, p::failure>;
template <class... Mistakes>
constexpr bool fails_always<grammar::or_mistakes<Mistakes...>> = true;

// The rules that a rule is made of, by name, with the counts of their successes.
using Counts = std::map<std::string_view, const std::uint64_t*>;

template <class Rule>
void collect(Counts& counts);
template <class... Rules>
void collect_all(p::type_list<Rules...>, Counts& counts) {
  (collect<Rules>(counts), ...);
}
template <class Rule>
void collect(Counts& counts) {
  if (counts.try_emplace(p::demangle<Rule>(), &successes<Rule>).second) collect_all(typename Rule::subs_t(), counts);
  if (fails_always<Rule>) counts.at(p::demangle<Rule>()) = nullptr;
}

// A rule that no case uses has no test: a case in tests/cases is missing, or the rule is superfluous.
TEST(Coverage, EveryRuleMatchesInSomeCase) {
  count_up_to(unbounded);
  for (const std::string& path : testing::shipped_files()) read_text(contents(path));
  for (const golden::Case& read : golden_cases()) {
    read_text(read.source);
    for (const golden::ExtraFile& file : read.files) read_text(file.content);
    for (const golden::Run& run : read.runs) read_arguments(run.command);
  }
  Counts counts;
  collect_all(p::type_list<grammar::declaration, grammar::expectation, p::must<grammar::lone_expression>,
                           p::must<grammar::lone_paths>, p::must<grammar::lone_insertion>, rules::file>(),
              counts);
  EXPECT_GT(counts.size(), 500u);
  for (const auto& [name, count] : counts) EXPECT_TRUE(count == nullptr || *count > 0) << "no case uses " << name;
}

// --- time is linear -----------------------------------------------------------------------

// How many rules may be tried per token, in both passes together.
constexpr std::uint64_t max_steps_per_token = 200;
constexpr std::uint64_t max_steps_per_byte = 70;

// The most that was seen, for the report.
struct Most {
  double ratio = 0;
  std::string where;

  void see(std::uint64_t of, std::size_t size, const std::string& name) {
    const double here = static_cast<double>(of) / static_cast<double>(size);
    if (here > ratio) *this = {here, name};
  }
};

class Linear : public ::testing::Test {
 protected:
  void TearDown() override {
    std::cout << "most: " << tokens_.ratio << " rules per token, " << tokens_.where << "; " << bytes_.ratio
              << " per byte, " << bytes_.where << "\n";
  }

  // Whether the text is read within the bound, faults and all.
  bool reads(std::string_view text, const std::string& name) {
    try {
      count_up_to(max_steps_per_byte * (text.size() + 1));
      read_characters(text);
      bytes_.see(steps, text.size() + 1, name);
      const TokenReader tokens(FileId{}, text);
      count_up_to(max_steps_per_token * tokens.size());
      read_file(tokens);
      tokens_.see(steps, tokens.size(), name);
      return true;
    } catch (const TooManySteps&) {
      ADD_FAILURE() << name << " takes more than " << max_steps << " steps, and begins with "
                    << text.substr(0, std::min<std::size_t>(text.size(), 200));
      return false;
    }
  }

  // Cuts a text behind every token, or behind every third if there are many.
  bool reads_prefixes(const std::string& text, const std::string& name) {
    const std::vector<Token> tokens = lex(text).tokens;
    const std::size_t stride = tokens.size() > 5'000 ? 3 : 1;
    for (std::size_t i = 0; i < tokens.size(); i += stride) {
      if (!reads(std::string_view(text).substr(0, tokens[i].end), name + ", cut behind token " + std::to_string(i)))
        return false;
    }
    return true;
  }

 private:
  Most tokens_, bytes_;
};

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST_F(Linear, ShippedFilesCutAtEveryToken) {
  for (const std::string& path : testing::shipped_files()) {
    if (!reads_prefixes(contents(path), path)) return;
  }
}

TEST_F(Linear, RepeatedParts) {
  struct Repeated {
    std::string before, part, after;
    std::size_t count = 10'000;
  };
  const std::string cells = times(10'000, "| a ") + "|\n";
  const std::vector<Repeated> all = {
      {"decision d : flag {\n", "on when a\n", "off otherwise }"},
      {"decision d : flag {\n", "on when a is on because \"b\"\n", "off otherwise }"},
      {"let l : flag = a in (1", ", 1", ")"},
      {"let l : flag = a starts (\"1\"", ", \"1\"", ")"},
      {"decision d : flag { | a |\n| (1", ", 1", ") | on\n off otherwise }"},
      {"let l : flag = a", " and a", "", 5'000},
      {"let l : flag = a", " or a", "", 5'000},
      {"let l : flag = a", " and a is on or b", "", 5'000},
      {"let l : flag = a", " else a", ""},
      {"let l : flag = f(a", ", a", ")"},
      {"let l : flag = m[a", ", a", "]"},
      {"let l : flag = { a: on", ", a: on", " }"},
      {"let f(a : flag", ", a : flag", ") : flag = on"},
      {"decision d : flag { | a | b |\n", "| - | on | on\n", "off otherwise }", 5'000},
      {"decision d : flag { | a | b | ", "| - | on | on ", "off otherwise }", 5'000},
      {"decision d : flag { | a | b |\n", "| - | on | on\n", "| - | on\n off otherwise }", 5'000},
      {"decision d : flag { " + cells, "", times(10'000, "| - ") + "| on\n off otherwise }", 1},
      {"amend type t = (a", ", b", ")"},
      {"", "amend \"a.tally\"\n", ""},
      {"type t = a", " | b", ""},
      {"type t = a = \"A\"", " | b = \"B\"", ""},
      {"type t = {\n", "a : flag? at /a = on\n", "}"},
      {"type t = { a : flag", ", a : flag", "}"},
      {"type t = flag[a", ", a", "]"},
      {"", "input a : flag\n", ""},
      {"", "use \"a.tally\"\n", ""},
      {"", "input a : \n", ""},
      {"", "let a = (b\n", ""},
      {"", "let a = b = c\n", ""},
      {"", "a ", ""},
      {"", "{ ", ""},
      {"", "} ", ""},
      {"prove for a in b", ", a in b", ": c"},
      {"prove a ignores b", ", b.c[*]", ""},
      {"example \"e\" { given a is on", ", a is on", " expect b }"},
      {"example \"e\" { ", "given a is on\n", "expect b }"},
      {"example \"e\" { ", "expect a when b\n", "}"},
  };
  for (const Repeated& repeated : all) {
    const std::string begin = repeated.before + times(repeated.count, repeated.part);
    const std::string name = repeated.before + repeated.part + "...";
    EXPECT_TRUE(reads(begin + repeated.after, name));
    EXPECT_TRUE(reads(begin, name + ", without an end"));
    EXPECT_TRUE(reads(begin + " ' " + repeated.after, name + ", with a fault at the end"));
    EXPECT_TRUE(reads(begin + repeated.after + " = c", name + ", with a mistake behind"));
  }
}

TEST_F(Linear, NestedParts) {
  struct Nested {
    std::string before, open, inside, close;
  };
  const std::vector<Nested> all = {
      {"let l = ", "(", "a", ")"},
      {"let l = ", "{ a: ", "on", " }"},
      {"let l = ", "{", "on otherwise", "}"},
      {"let l = ", "{ on when { ", "on otherwise", " otherwise } otherwise }"},
      {"let l = ", "{ { ", "on otherwise", " otherwise } otherwise }"},
      {"let l = ", "not ", "a", ""},
      {"let l = ", "not (", "a", ")"},
      {"let l = ", "a[", "a", "]"},
      {"let l = ", "f(", "a", ")"},
      {"let l = ", "(a and ", "b", ")"},
      {"let l = ", "(a is (", "b", "))"},
      {"let l = a", ".b", "", ""},
      {"let l = a", "[b]", "", ""},
      {"type t = ", "(", "flag", ")"},
      {"type t = ", "(a | ", "b", ")"},
      {"type t = ", "{ a : ", "flag", " }"},
      {"type t = ", "flag[", "flag", "]"},
      {"type t = flag", "?", "", ""},
      {"decision d : flag { | a |\n| ", "not ", "on", " | on\noff otherwise }"},
      {"decision d : flag { | ", "(", "a", ")"},
      {"prove a ignores b", "[c]", "", ""},
  };
  // At the bound of nesting, and far beyond it.
  for (const std::size_t depth : {max_nesting / 2, max_nesting, 50 * max_nesting}) {
    for (const Nested& nested : all) {
      const std::string begin = nested.before + times(depth, nested.open);
      const std::string name = nested.before + nested.open + ", " + std::to_string(depth) + " times";
      if (!reads(begin + nested.inside + times(depth, nested.close), name)) return;
      if (!reads(begin, name + ", without an end")) return;
      if (!reads(begin + nested.inside + " ' " + times(depth, nested.close), name + ", with a fault inside")) return;
      if (!reads(begin + nested.inside + " = b" + times(depth, nested.close), name + ", with a mistake inside")) return;
    }
  }
}

// One input of the corpus, which stands on one line: `\n`, `\\` and `\xNN` are escapes.
std::string unpacked(const std::string& line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 == line.size()) {
      text += line[i];
    } else if (line[++i] == 'x' && i + 2 < line.size()) {
      text += static_cast<char>(std::stoi(line.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      text += line[i] == 'n' ? '\n' : line[i];
    }
  }
  return text;
}

TEST_F(Linear, TheCorpusOfTheFuzzTarget) {
  const std::vector<std::string> lines = golden::split_lines(contents("tests/fuzz/corpus/text_fuzzer.txt"));
  EXPECT_GT(lines.size(), 100u);
  for (const std::string& line : lines) EXPECT_TRUE(reads(unpacked(line), line.substr(0, 60)));
}

struct any_token : grammar::terminal<any_token> {
  static bool at(const TokenInput& in, ParseState&) { return in.token().kind != Kind::end; }
};

// Rules that are not linear: each token is read again for every token before it, or for every bracket
// that is open.
struct looks_to_the_end : p::star<p::at<p::star<any_token>>, any_token> {};
struct reads_twice : p::sor<p::seq<grammar::left_paren, reads_twice, grammar::comma>,
                            p::seq<grammar::left_paren, reads_twice>, grammar::name> {};

template <class Rule>
bool too_many_steps(const std::string& text) {
  const TokenReader tokens(FileId{}, text);
  ParseState state(tokens);
  TokenInput in(tokens);
  count_up_to(max_steps_per_token * tokens.size());
  try {
    run<Rule, WatchedTokens>(in, state);
    return false;
  } catch (const TooManySteps&) {
    return true;
  }
}

TEST(LinearTime, ARuleThatIsNotLinearIsFound) {
  EXPECT_TRUE(too_many_steps<looks_to_the_end>(times(1'000, "a ")));
  EXPECT_TRUE(too_many_steps<reads_twice>(times(100, "(") + "a"));
  EXPECT_FALSE(too_many_steps<p::star<any_token>>(times(1'000, "a ")));
}

}  // namespace
}  // namespace tally::syntax
