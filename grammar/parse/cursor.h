// A place in the tokens of a text, and the faults that may be found there.
//
// In: tokens. Out: names, texts and numbers, taken one after the other, and
// faults with a message for what was expected at the place. Always: the stack
// of open brackets and the other nesting together stay below `max_nesting`, so
// that neither the parser nor anything that walks the tree can overflow.
//
// A fault is thrown, and caught by the entry points of parser.cpp and
// template.cpp: it never leaves this folder. Private to grammar/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/parse/lexer.h"
#include "grammar/source/diagnostics.h"
#include "grammar/tree/ast.h"

namespace tally::syntax {

struct Fault {
  Diagnostic diagnostic;
  // The fault is not what the caller thinks (an unclosed bracket, say): advice
  // that the caller adds would lead astray, and is left out.
  bool settled = false;

  Fault& help(std::string text) {
    if (!settled) diagnostic.help(std::move(text));
    return *this;
  }
  Fault& label(Span span, std::string text) {
    if (!settled) diagnostic.label(span, std::move(text));
    return *this;
  }
};

void report(const Fault& fault, Diagnostics& diagnostics);

// What a place wants, for the message when something else stands there:
// "expected TEXT [WHERE], found ...".
struct Want {
  DiagnosticId code;
  const char* text;
  const std::string* where = nullptr;  // "in input `x`"
};

class Cursor {
 public:
  // `text` and `origins` outlive the cursor. `origins` gives the offset in the
  // file of every byte of `text`, and of its end; empty: they are the same.
  Cursor(FileId file, std::string_view text, std::span<const std::uint32_t> origins = {});

  // --- looking and taking -------------------------------------------------------
  std::size_t position() const { return position_; }
  const Token& peek(std::size_t ahead = 0) const { return token(position_ + ahead); }
  const Token& token(std::size_t index) const { return tokens_[index < tokens_.size() ? index : tokens_.size() - 1]; }
  bool at(Kind kind) const { return peek().kind == kind; }
  bool at(Word word) const { return peek().word == word; }
  bool touches(Kind kind) const { return at(kind) && !peek().spaced; }
  // A word, keyword or not, and then a colon: a field.
  bool at_field() const;
  // The first word of a declaration, at the start of a line.
  bool at_declaration(std::size_t index) const;

  const Token& take();
  bool accept(Kind kind);
  bool accept(Word word);
  void move_to(std::size_t index) { position_ = index; }

  std::string_view text(const Token& token) const { return text_.substr(token.begin, token.end - token.begin); }
  Span span(const Token& token) const;
  Span here() const { return span(peek()); }
  // From the token at `start` to the last one taken.
  Span since(std::size_t start) const;

  // --- taking what is wanted, or a fault ------------------------------------------
  void expect(Kind kind, const Want& want);
  void expect(Word word, const Want& want);
  ast::Name name(const Want& want);
  ast::Name field_name(const Want& want);
  ast::Text text_literal(const Want& want);
  std::uint64_t number(const Token& token) const;
  ast::NumberRange range(const Token& token) const;

  // --- nesting ----------------------------------------------------------------------
  // Takes an opening bracket; the caller has seen that it is there.
  void open();
  // Takes the bracket that closes the innermost open one.
  void close(DiagnosticId code, const char* want);
  // Any other recursion.
  void descend();
  void ascend() { --depth_; }
  // One more suffix on what was read last; see `SuffixScope`.
  void add_suffix();
  // Forgets what is open, after a fault.
  void reset();

  // --- faults -------------------------------------------------------------------------
  // "expected WHAT, found ..." here; a malformed token and an unclosed bracket
  // have messages of their own.
  Fault unexpected(DiagnosticId code, const std::string& what) const;
  Fault unexpected(const Want& want) const;
  Fault fault(DiagnosticId code, Span span, std::string message) const;
  // Advice where the token at `index` was probably meant to touch the one before
  // it: the `(` of a call, the end of a range. Null otherwise.
  const char* detached(std::size_t index) const;
  // "`word`", shortened, for messages.
  std::string quoted(const Token& token) const;
  Fault reserved(const Token& token) const;

  // Within a table, bars part cells.
  bool in_table = false;

 private:
  friend class SuffixScope;
  std::uint32_t origin(std::uint32_t offset) const { return origins_.empty() ? offset : origins_[offset]; }
  std::uint64_t number_of(std::string_view digits, std::uint32_t begin) const;
  Fault unclosed() const;

  FileId file_;
  std::string_view text_;
  std::span<const std::uint32_t> origins_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  std::vector<std::size_t> open_;  // tokens of the brackets that are open
  std::size_t depth_ = 0;          // open brackets and other recursion
  std::size_t suffixes_ = 0;       // the longest chain of suffixes in what was read last
};

// `a.b.c` and `T???` nest to the left, without brackets, so their height is
// known only once they are read. Within a scope the cursor counts the suffixes
// on a way from the root of the scope's tree to a leaf, those in brackets
// included.
class SuffixScope {
 public:
  explicit SuffixScope(Cursor& cursor) : cursor_(cursor), outer_(cursor.suffixes_) { cursor.suffixes_ = 0; }
  ~SuffixScope() {
    if (outer_ > cursor_.suffixes_) cursor_.suffixes_ = outer_;
  }
  SuffixScope(const SuffixScope&) = delete;
  SuffixScope& operator=(const SuffixScope&) = delete;

 private:
  Cursor& cursor_;
  std::size_t outer_;
};

}  // namespace tally::syntax
