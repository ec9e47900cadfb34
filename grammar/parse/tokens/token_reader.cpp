// The tokens of one text, with their places in the file: see token_reader.h.
#include "grammar/parse/tokens/token_reader.h"

#include <utility>

namespace tally::syntax {
namespace {

constexpr std::size_t max_quoted = 40;  // bytes of the user's text in a message

}  // namespace

TokenReader::TokenReader(FileId file, std::string_view text, std::span<const std::uint32_t> origins)
    : file_(file), text_(text), origins_(origins), lexed_(lex(text)) {}

bool TokenReader::begins_declaration(std::size_t index) const {
  const Token& first = (*this)[index];
  // `type : text` is a field, and in `x.` and then `type` it is another.
  return first.line_start && syntax::begins_declaration(first.word) && (*this)[index + 1].kind != Kind::colon &&
         (index == 0 || (*this)[index - 1].kind != Kind::dot);
}

bool TokenReader::begins_field(std::size_t index) const {
  const Kind kind = (*this)[index].kind;
  return (kind == Kind::word || kind == Kind::dashed || kind == Kind::strange) &&
         (*this)[index + 1].kind == Kind::colon;
}

Span TokenReader::span(std::size_t index) const {
  const Token& token = (*this)[index];
  return {file_, origin(token.begin), origin(token.end)};
}

Span TokenReader::span(std::size_t begin, std::size_t end) const {
  const Token& last = end > begin ? (*this)[end - 1] : (*this)[begin];
  return {file_, origin((*this)[begin].begin), origin(last.end)};
}

std::string TokenReader::quoted(std::size_t index) const {
  std::string_view all = text(index);
  const bool cut = all.size() > max_quoted;
  if (cut) {
    std::size_t length = max_quoted;  // never within a character
    while (length > 0 && (static_cast<unsigned char>(all[length]) & 0xC0) == 0x80) --length;
    all = all.substr(0, length);
  }
  std::string result = "`";
  for (const char c : all) {
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::string_view hex = "0123456789abcdef";
    if (byte < 0x20 || byte == 0x7F) {
      result += {'\\', 'x', hex[byte >> 4], hex[byte & 15]};
    } else {
      result += c;
    }
  }
  return result + (cut ? "...`" : "`");
}

// --- literals -----------------------------------------------------------------

std::optional<BadLiteral> TokenReader::malformed_number(std::string_view digits, std::uint32_t begin) const {
  const auto decoded = decode_number(digits);
  const auto* wrong = std::get_if<LiteralFault>(&decoded);
  if (wrong == nullptr) return std::nullopt;
  const Span place{file_, origin(begin), origin(begin + static_cast<std::uint32_t>(digits.size()))};
  return BadLiteral{DiagnosticId::bad_number, place, wrong->message, wrong->help};
}

std::optional<BadLiteral> TokenReader::malformed(std::size_t index) const {
  const Token& token = (*this)[index];
  const std::string_view all = text_of(token);
  if (token.kind == Kind::number) return malformed_number(all, token.begin);
  if (token.kind == Kind::range) {
    const std::size_t dots = all.find("..");
    if (dots > 0) {
      if (auto low = malformed_number(all.substr(0, dots), token.begin)) return low;
    }
    if (dots + 2 == all.size()) return std::nullopt;
    return malformed_number(all.substr(dots + 2), token.begin + static_cast<std::uint32_t>(dots) + 2);
  }
  if (token.kind != Kind::text) return std::nullopt;
  if (is_plain(all)) return std::nullopt;
  const auto decoded = decode_text(all.substr(1, all.size() - 2));
  const auto* wrong = std::get_if<LiteralFault>(&decoded);
  if (wrong == nullptr) return std::nullopt;
  const std::uint32_t base = token.begin + 1;
  const Span place{file_, origin(base + static_cast<std::uint32_t>(wrong->begin)),
                   origin(base + static_cast<std::uint32_t>(wrong->end))};
  return BadLiteral{DiagnosticId::bad_text, place, wrong->message, wrong->help};
}

std::uint64_t TokenReader::number(std::size_t index) const {
  return std::get<std::uint64_t>(decode_number(text(index)));
}

ast::NumberRange TokenReader::range(std::size_t index) const {
  const std::string_view all = text(index);
  const std::size_t dots = all.find("..");
  ast::NumberRange range;
  range.span = span(index);
  if (dots > 0) range.low = std::get<std::uint64_t>(decode_number(all.substr(0, dots)));
  if (dots + 2 < all.size()) range.high = std::get<std::uint64_t>(decode_number(all.substr(dots + 2)));
  return range;
}

ast::Text TokenReader::text_literal(std::size_t index) const {
  const std::string_view all = text(index);
  const std::string_view body = all.substr(1, all.size() - 2);
  return {std::get<std::string>(decode_text(body)), span(index), std::string(body)};
}

}  // namespace tally::syntax
