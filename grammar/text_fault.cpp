// See text_fault.h.
#include "grammar/text_fault.h"

#include <algorithm>

#include "grammar/foreign_file.h"
#include "grammar/parse/parser.h"

namespace tally {
namespace {

// The first byte that is not UTF-8 text, and the reason.
struct WrongByte {
  std::size_t offset = 0;
  std::string reason;
};

std::string hexadecimal(unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'0', 'x', digits[byte >> 4], digits[byte & 15]};
}

// Returns the length of the well-formed UTF-8 sequence at `at`, or 0. The second byte is
// bounded as in table 3-7 of the Unicode standard, which excludes overlong forms,
// surrogates and code points beyond U+10FFFF.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() - at < length) return 0;
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(at + 1) < low || byte(at + 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

std::optional<WrongByte> wrong_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool control = (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
    if (control) return WrongByte{at, "the control byte " + hexadecimal(byte) + " has no place in a text"};
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return WrongByte{at, "the byte " + hexadecimal(byte) + " begins no UTF-8 character"};
    at += length;
  }
  return std::nullopt;
}

}  // namespace

std::optional<TextFault> text_fault(const std::string& path, std::string_view text) {
  if (const auto foreign = foreign_file(text)) {
    return TextFault{foreign->code,
                     "`" + path + "` is " + std::string(foreign->what) + ", not a rule file",
                     {},
                     {std::string(foreign->help)}};
  }
  if (text.size() > max_file_bytes) {
    return TextFault{DiagnosticId::file_too_large,
                     "`" + path + "` is too large",
                     {"a rule file has at most " + std::to_string(max_file_bytes) + " bytes"},
                     {}};
  }
  const auto found = wrong_byte(text);
  if (!found) return std::nullopt;
  const std::string_view before = text.substr(0, found->offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  return TextFault{
      DiagnosticId::not_text,
      "`" + path + "` is not UTF-8 text",
      {"line " + std::to_string(line) + ", byte " + std::to_string(found->offset) + " of the file: " + found->reason},
      {}};
}

}  // namespace tally
