// The entry points of the parser: whole files with recovery, and single
// expressions and paths.
//
// The work is done in steps: lexer.h makes tokens, matcher.h runs the grammar over them, and
// tree_builder.h makes the tree of what matched.
#include "grammar/parse/parser.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "grammar/parse/build/tree_builder.h"
#include "grammar/parse/matcher.h"
#include "grammar/parse/messages/meant.h"
#include "grammar/parse/recovery.h"
#include "grammar/parse/rules/foreign_words.h"

namespace tally {

namespace {

using syntax::Fault;
using syntax::Kind;
using syntax::ParseState;
using syntax::Token;
using syntax::TokenReader;
using syntax::TreeBuilder;
using syntax::Word;

bool too_large(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  const std::size_t size = sources.file(file).text().size();
  if (size <= max_file_bytes) return false;
  diagnostics.add(DiagnosticId::file_too_large, Span{file, 0, 0},
                  "the file has " + std::to_string(size) + " bytes, the bound is " + std::to_string(max_file_bytes));
  return true;
}

// Advice where an expression is to be continued like a rule.
const char* continuation(Word word, const ast::Declaration& before) {
  const bool decision = ast::as<ast::DecisionDecl>(before) != nullptr;
  if (!decision && ast::as<ast::LetDecl>(before) == nullptr) return nullptr;
  switch (word) {
    case Word::because:
      return decision ? "a reason belongs to a rule: `{ ... otherwise because \"...\" }`"
                      : "only the rules of a decision have reasons";
    case Word::when:
    case Word::otherwise: return "rules stand in braces: `{ ... when ...  ... otherwise }`";
    default: return nullptr;
  }
}

// Where a declaration should begin, and none does.
Fault no_declaration(const ParseState& state, std::uint32_t at, const ast::Declaration* before) {
  const TokenReader& tokens = state.tokens;
  const Token& token = tokens[at];
  if (closes(token.kind)) {
    return syntax::make_fault(DiagnosticId::expected_declaration, tokens.span(at),
                              tokens.quoted(at) + " closes nothing");
  }
  if (before != nullptr && !token.line_start) {
    Fault fault = unexpected(state, at, DiagnosticId::expected_declaration, "the end of the declaration");
    if (const auto meant = meant_behind(tokens, at, ast::as<ast::ProveDecl>(*before) != nullptr ? "when" : "and")) {
      replace(fault, tokens, *meant);
      return fault;
    }
    fault.label(before->span, "the declaration");
    if (const char* help = continuation(token.word, *before)) fault.help(help);
    if (ast::as<ast::ProveDecl>(*before) != nullptr && token.kind == Kind::word) {
      if (const auto meant = nearest(tokens.text(at), {"ignores", "when"}))
        fault.help("did you mean `" + *meant + "`?");
    }
    return fault;
  }
  Fault fault = unexpected(state, at, DiagnosticId::expected_declaration, "a declaration");
  if (token.kind == Kind::minus && tokens[at + 1].kind == Kind::minus) fault.help("a comment begins with `#`");
  if (token.kind == Kind::word) {
    std::vector<std::string> starts;
    for (const std::string_view word : keywords())
      if (syntax::begins_declaration(syntax::keyword(word))) starts.emplace_back(word);
    if (const char* help = syntax::advice_for_declaration(tokens.text(at))) {
      fault.help(help);
    } else if (const auto meant = nearest(tokens.text(at), starts)) {
      fault.help("did you mean `" + *meant + "`?");
    } else if (token.word != Word::none) {
      fault.help(tokens.quoted(at) + " stands within a declaration only");
    }
  }
  return fault;
}

// What can be read of a declaration with a fault, which goes from token `begin` to before token `end`.
ast::Hole hole(const TokenReader& tokens, std::uint32_t begin, std::uint32_t end, Span fault) {
  ast::Hole result{tokens.span(begin, end), {}, std::nullopt, fault};
  if (!syntax::begins_declaration(tokens[begin].word)) return result;
  result.keyword = std::string(tokens.text(begin));
  const std::uint32_t kind = begin + (tokens[begin].word == Word::amend ? 1 : 0);  // `amend let x`
  const Word word = tokens[kind].word;
  const bool has_name = word == Word::type || word == Word::input || word == Word::let || word == Word::decision;
  const Token& second = tokens[kind + 1];
  if (has_name && second.kind == Kind::word && second.word == Word::none) result.name = tokens.name(kind + 1);
  return result;
}

std::vector<ast::Comment> comments_of(const TokenReader& tokens, std::string_view text) {
  std::vector<ast::Comment> list;
  for (const syntax::Comment& comment : tokens.comments()) {
    const auto is_blank = [&](std::size_t begin, std::size_t end) {
      return text.substr(begin, end - begin).find_first_not_of(" \t\r\xEF\xBB\xBF") == std::string_view::npos;
    };
    const auto line_of = [&](std::size_t offset) {  // where the line begins
      const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
      return before == std::string_view::npos ? 0 : before + 1;
    };
    const std::size_t line = line_of(comment.begin);
    const bool alone = is_blank(line, comment.begin);
    list.push_back({tokens.span(comment), alone, line > 0 && is_blank(line_of(line - 1), line - 1)});
  }
  return list;
}

// Reads the whole text as one construct: `build(builder)` makes its tree.
template <class Build>
auto read_all(const SourceSet& sources, FileId file, Diagnostics& diagnostics, syntax::Text text, const char* construct,
              DiagnosticId code, Build build) -> decltype(build(std::declval<const TreeBuilder&>())) {
  if (too_large(sources, file, diagnostics)) return {};
  const TokenReader tokens(file, sources.file(file).text());
  ParseState state(tokens);
  std::uint32_t position = 0;
  std::optional<Fault> fault = match(text, state, position);
  if (!fault && tokens[position].kind != Kind::end) {
    fault = unexpected(state, position, code, std::string("the end of the ") + construct);
  }
  if (!fault) return build(TreeBuilder(state));
  syntax::report(*fault, diagnostics);
  return {};
}

}  // namespace

ast::File parse(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  ast::File result;
  result.id = file;
  if (too_large(sources, file, diagnostics)) return result;
  const TokenReader tokens(file, sources.file(file).text());
  ParseState state(tokens);
  std::uint32_t position = 0;
  bool after_declaration = false;
  while (tokens[position].kind != Kind::end && !diagnostics.full()) {
    const std::uint32_t start = position;
    std::optional<Fault> fault;
    if (!syntax::begins_declaration(tokens[position].word)) {
      state.reset();
      fault = no_declaration(state, position, after_declaration ? &result.declarations.back() : nullptr);
    } else {
      fault = match(syntax::Text::declaration, state, position);
    }
    after_declaration = !fault;
    if (!fault) {
      result.declarations.push_back(TreeBuilder(state).declaration());
      continue;
    }
    syntax::report(*fault, diagnostics);
    position = syntax::resume(tokens, start, position);
    result.holes.push_back(hole(tokens, start, position, *fault->diagnostic.span));
  }
  result.comments = comments_of(tokens, sources.file(file).text());
  return result;
}

ast::ExprPtr parse_expression(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  return read_all(sources, file, diagnostics, syntax::Text::expression, "expression", DiagnosticId::bad_expression,
                  [](const TreeBuilder& builder) { return builder.expression(); });
}

ast::Expect parse_expectation(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  return read_all(sources, file, diagnostics, syntax::Text::expectation, "condition", DiagnosticId::bad_expression,
                  [](const TreeBuilder& builder) { return builder.expectation(); });
}

std::vector<ast::Path> parse_paths(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  return read_all(sources, file, diagnostics, syntax::Text::paths, "path", DiagnosticId::bad_path,
                  [](const TreeBuilder& builder) { return builder.paths(); });
}

std::vector<std::string_view> keywords() {
  return {
#define TALLY_KEYWORD(name, spelling) spelling,
#include "grammar/parse/tokens/keywords.def"
#undef TALLY_KEYWORD
  };
}

bool is_keyword(std::string_view word) { return syntax::keyword(word) != syntax::Word::none; }

bool is_name(std::string_view word) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  return !word.empty() && is_letter(word.front()) && word.back() != '-' &&
         std::all_of(word.begin(), word.end(), is_part) && !is_keyword(word);
}

}  // namespace tally
