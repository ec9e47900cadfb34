#include "tests/fuzz/format_laws/format_laws.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/split.h"
#include "grammar/format/format.h"
#include "grammar/parse/parser.h"
#include "grammar/parse/tokens/lexer.h"
#include "grammar/source/render.h"
#include "grammar/tree/printer.h"
#include "grammar/tree/source_format.h"
#include "tests/support/random.h"

namespace tally::testing {
namespace {

struct Outcome {
  bool parses = false;
  std::string faults, formatter_faults;
  std::string tree;
  std::optional<std::string> formatted;
};

Outcome outcome_of(const std::string& text) {
  SourceSet sources;
  Diagnostics faults, same_faults;
  const FileId file = sources.add("text", text);
  const ast::File tree = parse(sources, file, faults);
  Outcome outcome;
  for (const Diagnostic& d : faults.list()) outcome.faults += render(d, sources);
  outcome.parses = !faults.has_errors();
  if (outcome.parses) outcome.tree = tree_text(tree);
  outcome.formatted = formatted_text(sources, file, same_faults);
  for (const Diagnostic& d : same_faults.list()) outcome.formatter_faults += render(d, sources);
  return outcome;
}

std::string_view without_blanks_behind(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

// The tokens of a text that formatting keeps, and the comments, each with what stands around it.
struct Content {
  std::vector<std::string> tokens;
  std::vector<std::string> comments;  // "after token 12, alone: # text"
};

Content content_of(std::string_view text) {
  const syntax::Lexed lexed = syntax::lex(text);
  Content content;
  std::size_t next = 0;
  for (const syntax::Token& token : lexed.tokens) {
    for (; next < lexed.comments.size() && lexed.comments[next].begin < token.begin; ++next) {
      const auto& comment = lexed.comments[next];
      const std::size_t line = comment.begin == 0 ? 0 : text.rfind('\n', comment.begin - 1) + 1;
      const bool alone =
          text.substr(line, comment.begin - line).find_first_not_of(" \t\r\xEF\xBB\xBF") == std::string_view::npos;
      content.comments.push_back(
          "after token " + std::to_string(content.tokens.size()) + (alone ? ", alone: " : ", behind it: ") +
          std::string(without_blanks_behind(text.substr(comment.begin, comment.end - comment.begin))));
    }
    if (token.kind != syntax::Kind::comma)
      content.tokens.emplace_back(text.substr(token.begin, token.end - token.begin));
  }
  return content;
}

std::string first_difference(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  const auto [x, y] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  return "`" + (x == before.end() ? "the end" : *x) + "` became `" + (y == after.end() ? "the end" : *y) + "`";
}

std::string fault_of_lines(const std::string& text) {
  if (text.empty()) return {};
  if (text.front() == '\n') return "it begins with a blank line";
  if (text.back() != '\n') return "its last line does not end";
  if (text.size() > 1 && text.ends_with("\n\n")) return "it ends with a blank line";
  if (text.find("\n\n\n") != std::string::npos) return "it has two blank lines";
  if (text.find(" \n") != std::string::npos) return "it has blanks at the end of a line";
  return {};
}

std::string applied(const std::string& text, const std::vector<LineEdit>& edits) {
  const std::vector<std::string_view> lines = whole_lines(text);
  std::string out;
  std::size_t at = 0;
  for (const LineEdit& edit : edits) {
    while (at < edit.first) out += lines[at++];
    at = edit.last;
    out += edit.text;
  }
  while (at < lines.size()) out += lines[at++];
  return out;
}

// The lines that differ, of both texts.
std::string changed_lines(const std::string& before, const std::string& after) {
  std::string out;
  for (const LineEdit& edit : line_edits(after, before)) out += "-" + std::string(edit.text);
  for (const LineEdit& edit : line_edits(before, after)) out += "+" + std::string(edit.text);
  return out;
}

}  // namespace

std::string broken_format_law(const std::string& text) {
  const Outcome first = outcome_of(text);
  if (first.formatter_faults != first.faults)
    return "the parser reports\n" + first.faults + "but the formatter\n" + first.formatter_faults;
  if (first.parses != first.formatted.has_value())
    return "a text with faults is formatted, or one without is not: " + first.faults;
  if (!first.formatted) return {};
  const std::string& formatted = *first.formatted;
  const std::string shown = "\n--- before\n" + text + "\n--- formatted\n" + formatted;
  const Outcome second = outcome_of(formatted);
  if (!second.formatted) return "what was formatted does not parse: " + second.faults + shown;
  if (second.tree != first.tree) return "the syntax tree is another one" + shown;
  const Content before = content_of(text), after = content_of(formatted);
  if (before.tokens != after.tokens) return "a token changes: " + first_difference(before.tokens, after.tokens) + shown;
  if (before.comments != after.comments)
    return "a comment moves: " + first_difference(before.comments, after.comments) + shown;
  if (const std::string fault = fault_of_lines(formatted); !fault.empty()) return fault + shown;
  if (*second.formatted != formatted)
    return "formatting again changes it" + shown + "\n--- formatted again\n" +
           changed_lines(formatted, *second.formatted);
  if (applied(text, line_edits(text, formatted)) != formatted) return "the edits of lines make another text" + shown;
  return {};
}

std::string needless_long_line(const std::string& formatted) {
  const std::vector<syntax::Token> tokens = syntax::lex(formatted).tokens;
  std::vector<bool> is_table;  // per open bracket
  for (std::size_t i = 0, line = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].line_start) line = i;
    const std::size_t begin = formatted.rfind('\n', tokens[i].begin) + 1;
    const bool in_table = std::find(is_table.begin(), is_table.end(), true) != is_table.end();
    const bool could_end = tokens[i].word == syntax::Word::and_ || tokens[i].word == syntax::Word::or_ ||
                           tokens[i].word == syntax::Word::else_ ||
                           (i > 0 && tokens[i - 1].kind == syntax::Kind::comma && !syntax::closes(tokens[i].kind));
    const bool is_field = i > 0 && tokens[i - 1].kind == syntax::Kind::dot;
    if (could_end && !is_field && i != line && !in_table) {
      std::size_t last = i;     // in this line
      bool is_outcome = false;  // the condition behind it has a column of its own
      while (last + 2 < tokens.size() && !tokens[last + 1].line_start) {
        ++last;
        is_outcome = is_outcome || tokens[last].word == syntax::Word::when;
      }
      const std::string_view whole = std::string_view(formatted).substr(begin, tokens[last].end - begin);
      if (!is_outcome && format::width(whole) > format::margin) return std::string(whole);
    }
    if (syntax::opens(tokens[i].kind)) is_table.push_back(tokens[i + 1].kind == syntax::Kind::bar);
    if (syntax::closes(tokens[i].kind) && !is_table.empty()) is_table.pop_back();
  }
  return {};
}

std::string scattered(const std::string& text, std::uint64_t seed) {
  Random random(seed);
  const syntax::Lexed lexed = syntax::lex(text);
  const std::vector<std::string> blanks = {" ", "  ", "\t", "\r\n", "\n", "\n\n", "\n    ", "\n\n\n\n  ", " \n\t\n"};
  const std::vector<std::string> comments = {"#",       "# a, b", "#{ on when",
                                             "# é \"x", "## ---", "# behind  \t",
                                             "# a # b", "#) | }", "# long long long long long"};
  const unsigned many = random.chance(30) ? 40 : random.chance(50) ? 5 : 0;  // percent of boundaries with comments
  const unsigned other = random.chance(50) ? 50 : 5;                         // with other blanks
  std::string out;
  std::uint32_t end = 0;
  for (const syntax::Token& token : lexed.tokens) {
    const std::string gap = text.substr(end, token.begin - end);
    const bool breaks = gap.find('\n') != std::string::npos;
    const bool bound =
        !token.spaced && (token.kind == syntax::Kind::left_paren || token.kind == syntax::Kind::left_bracket);
    std::string made = gap;
    if (!bound && random.chance(other)) {
      made = random.pick(blanks);
      if (breaks && made.find('\n') == std::string::npos) made += '\n';
    }
    if (!bound && random.chance(many)) {
      made = random.chance(50) ? " " : random.pick(blanks);
      for (std::size_t i = random.between(1, 3); i > 0; --i) {
        made += random.pick(comments) + (random.chance(20) ? "\r\n" : "\n") + random.pick(blanks);
      }
    }
    out += made;
    out += text.substr(token.begin, token.end - token.begin);
    end = token.end;
  }
  return out;
}

}  // namespace tally::testing
