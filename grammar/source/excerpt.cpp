#include "grammar/source/excerpt.h"

#include <optional>

namespace tally {
namespace {

std::string escaped(unsigned code) {
  constexpr std::string_view hex = "0123456789abcdef";
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  return std::string("\\u{") + (code > 15 ? std::string(1, hex[code >> 4]) : "") + hex[code & 15] + "}";
}

// Returns the control character at `at`, if there is one, and its number of bytes: one
// for those of ASCII, two for those after it in UTF-8.
std::optional<unsigned> control_at(std::string_view text, std::size_t at, std::size_t& size) {
  const auto byte = static_cast<unsigned char>(text[at]);
  size = 1;
  if (byte < 0x20 || byte == 0x7F) return byte;
  if (byte != 0xC2 || at + 1 == text.size()) return std::nullopt;
  const auto next = static_cast<unsigned char>(text[at + 1]);
  if (next >= 0xA0) return std::nullopt;
  size = 2;
  return next;
}

std::string escape(std::string_view text, bool literal) {
  std::string out;
  for (std::size_t i = 0, size = 1; i < text.size(); i += size) {
    if (const auto code = control_at(text, i, size)) {
      out += escaped(*code);
      continue;
    }
    if (literal && (text[i] == '"' || text[i] == '\\')) out += '\\';
    out += text[i];
  }
  return out;
}

}  // namespace

std::string visible(std::string_view text) { return escape(text, false); }

std::string as_piece(std::string_view text) {
  std::string doubled;
  for (const char c : text) doubled += c == '{' ? std::string("{{") : std::string(1, c);
  return escape(doubled, true);
}

std::string as_literal(std::string_view text) { return "\"" + escape(text, true) + "\""; }

std::string one_line(std::string_view source) {
  std::string out;
  bool in_text = false, in_comment = false, space = false;
  for (std::size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    if (c == '\n') in_comment = false;
    if (in_comment) continue;
    if (!in_text && c == '#') {
      in_comment = true;
    } else if (!in_text && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
      space = true;
    } else {
      if (space && !out.empty()) out += ' ';
      space = false;
      out += c;
      if (in_text && c == '\\' && i + 1 < source.size()) {
        out += source[++i];
      } else if (c == '"') {
        in_text = !in_text;
      }
    }
  }
  return out;
}

std::string as_inserted(std::string_view source) {
  std::string unescaped;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\\' && i + 1 < source.size() && (source[i + 1] == '"' || source[i + 1] == '\\')) ++i;
    unescaped += source[i];
  }
  return "{" + one_line(unescaped) + "}";
}

}  // namespace tally
