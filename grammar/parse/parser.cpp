// The entry points of the parser: whole files with recovery, and single
// expressions and paths.
//
// The work is done in layers: lexer.cpp (PEGTL) makes tokens, cursor.cpp walks
// them, the parse_*.cpp files know the grammar. Faults are thrown up to here.
#include "grammar/parse/parser.h"

#include <algorithm>
#include <string>
#include <utility>

#include "grammar/parse/constructs.h"

namespace tally {

namespace {

using syntax::Cursor;
using syntax::Fault;
using syntax::Kind;
using syntax::Token;
using syntax::Word;

bool opens(Kind kind) { return kind == Kind::left_paren || kind == Kind::left_bracket || kind == Kind::left_brace; }
bool closes(Kind kind) { return kind == Kind::right_paren || kind == Kind::right_bracket || kind == Kind::right_brace; }

bool too_large(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  const std::size_t size = sources.file(file).text().size();
  if (size <= max_file_bytes) return false;
  diagnostics.add(DiagnosticId::file_too_large, Span{file, 0, 0},
                  "the file has " + std::to_string(size) + " bytes, the bound is " + std::to_string(max_file_bytes));
  return true;
}

// Moves from a fault in what began at token `start` to where a declaration
// begins again: at the start of a line in column one, or further in if no
// bracket is open since `start`.
void recover(Cursor& c, std::size_t start) {
  c.reset();
  const std::size_t fault = std::max(c.position(), start + 1);
  std::size_t depth = 0;
  for (std::size_t i = start;; ++i) {
    const Token& token = c.token(i);
    const bool resumes = c.at_declaration(i) && (token.column_one || depth == 0);
    if (i >= fault && (resumes || token.kind == Kind::end)) {
      c.move_to(i);
      return;
    }
    if (opens(token.kind)) ++depth;
    if (closes(token.kind) && depth > 0) --depth;
  }
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
Fault no_declaration(const Cursor& c, const ast::Declaration* before) {
  const Token& token = c.peek();
  if (closes(token.kind))
    return c.fault(DiagnosticId::expected_declaration, c.here(), c.quoted(token) + " closes nothing");
  if (before != nullptr && !token.line_start) {
    Fault fault = c.unexpected(DiagnosticId::expected_declaration, "the end of the declaration");
    fault.label(before->span, "the declaration");
    if (const char* help = continuation(token.word, *before)) fault.help(help);
    if (ast::as<ast::ProveDecl>(*before) != nullptr && token.kind == Kind::word) {
      if (const auto meant = nearest(c.text(token), {"ignores", "when"})) fault.help("did you mean `" + *meant + "`?");
    }
    return fault;
  }
  Fault fault = c.unexpected(DiagnosticId::expected_declaration, "a declaration");
  if (token.kind == Kind::word) {
    static const std::vector<std::string> starts = {"use", "type", "input", "let", "decision", "prove", "example"};
    if (const auto meant = nearest(c.text(token), starts)) {
      fault.help("did you mean `" + *meant + "`?");
    } else if (token.word != Word::none) {
      fault.help(c.quoted(token) + " stands within a declaration only");
    }
  }
  return fault;
}

// Reads the whole text as one construct.
template <class Read>
auto read_all(const SourceSet& sources, FileId file, Diagnostics& diagnostics, const char* construct, DiagnosticId code,
              Read read) -> decltype(read(std::declval<Cursor&>())) {
  if (too_large(sources, file, diagnostics)) return {};
  Cursor c(file, sources.file(file).text());
  try {
    auto result = read(c);
    if (!c.at(Kind::end)) throw c.unexpected(code, std::string("the end of the ") + construct);
    return result;
  } catch (const Fault& fault) {
    syntax::report(fault, diagnostics);
    return {};
  }
}

}  // namespace

ast::File parse(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  ast::File result;
  result.id = file;
  if (too_large(sources, file, diagnostics)) return result;
  Cursor c(file, sources.file(file).text());
  bool after_declaration = false;
  while (!c.at(Kind::end) && !diagnostics.full()) {
    const std::size_t start = c.position();
    try {
      if (!syntax::begins_declaration(c.peek().word)) {
        throw no_declaration(c, after_declaration ? &result.declarations.back() : nullptr);
      }
      result.declarations.push_back(syntax::declaration(c));
      after_declaration = true;
    } catch (const Fault& fault) {
      syntax::report(fault, diagnostics);
      recover(c, start);
      after_declaration = false;
    }
  }
  return result;
}

ast::ExprPtr parse_expression(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  return read_all(sources, file, diagnostics, "expression", DiagnosticId::bad_expression, [](Cursor& c) {
    return syntax::expression(c, {DiagnosticId::bad_expression, "an expression"});
  });
}

ast::Expect parse_expectation(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  return read_all(sources, file, diagnostics, "condition", DiagnosticId::bad_expression, [](Cursor& c) {
    const std::size_t start = c.position();
    ast::Expect result;
    result.claim = syntax::expression(c, {DiagnosticId::bad_expression, "a condition"});
    if (c.accept(Word::when))
      result.condition = syntax::expression(c, {DiagnosticId::bad_expression, "a condition after `when`"});
    result.span = c.since(start);
    return result;
  });
}

std::vector<ast::Path> parse_paths(const SourceSet& sources, FileId file, Diagnostics& diagnostics) {
  return read_all(sources, file, diagnostics, "path", DiagnosticId::bad_path, [](Cursor& c) {
    return syntax::paths(c, {DiagnosticId::bad_path, "a path"});
  });
}

}  // namespace tally
