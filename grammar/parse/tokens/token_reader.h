// The tokens of one text, with their places in the file.
//
// For example, of the text `input x : flag` token 1 is `x`, and its span is 6..7.
//
// In:     the text of a file, or the inside of an insertion
// Out:    tokens, their texts and spans, and the values of literals
// Always: an index past the last token is the token `end`. Private to grammar/parse/
//         and grammar/format/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "grammar/parse/tokens/lexer.h"
#include "grammar/parse/tokens/literal.h"
#include "grammar/source/diagnostics.h"
#include "grammar/tree/ast.h"

namespace tally::syntax {

// What is wrong with a literal, with its place in the file.
struct BadLiteral {
  DiagnosticId code;
  Span span;
  std::string message;
  std::string help;  // may be empty
};

class TokenReader {
 public:
  // `text` and `origins` outlive the reader. `origins` holds the offset in the file of
  // every byte of `text`, and of its end. If it is empty, they are the same.
  TokenReader(FileId file, std::string_view text, std::span<const std::uint32_t> origins = {});

  const Token& operator[](std::size_t index) const {
    return lexed_.tokens[index < lexed_.tokens.size() ? index : lexed_.tokens.size() - 1];
  }
  std::size_t size() const { return lexed_.tokens.size(); }  // `end` included
  const std::vector<Comment>& comments() const { return lexed_.comments; }
  // Whether the first word of a declaration stands here, at the start of a line.
  bool begins_declaration(std::size_t index) const;
  // A word, a keyword too, and then a colon: a field.
  bool begins_field(std::size_t index) const;

  FileId file() const { return file_; }
  std::string_view text(std::size_t index) const { return text_of((*this)[index]); }
  std::string_view text_of(const Token& token) const { return text_.substr(token.begin, token.end - token.begin); }
  Span span(std::size_t index) const;
  Span span(const Comment& comment) const { return {file_, origin(comment.begin), origin(comment.end)}; }
  // From token `begin` to before token `end`; of token `begin` alone if there is none between.
  Span span(std::size_t begin, std::size_t end) const;
  // "`word`", shortened, for messages.
  std::string quoted(std::size_t index) const;

  // --- literals: the values of tokens of that kind. The token is well formed. ---
  // What is wrong with the number, range or text at `index`, or nothing.
  std::optional<BadLiteral> malformed(std::size_t index) const;
  std::uint64_t number(std::size_t index) const;
  ast::NumberRange range(std::size_t index) const;
  ast::Text text_literal(std::size_t index) const;
  ast::Name name(std::size_t index) const { return {std::string(text(index)), span(index)}; }

 private:
  std::uint32_t origin(std::uint32_t offset) const { return origins_.empty() ? offset : origins_[offset]; }
  std::optional<BadLiteral> malformed_number(std::string_view digits, std::uint32_t begin) const;

  FileId file_;
  std::string_view text_;
  std::span<const std::uint32_t> origins_;
  Lexed lexed_;
};

}  // namespace tally::syntax
