#include "grammar/parse/tokens/literal.h"

#include <algorithm>

namespace tally::syntax {

namespace {

std::optional<std::uint32_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::string utf8(std::uint32_t scalar) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((scalar >> shift) & 0x3F)); };
  if (scalar < 0x80) return {static_cast<char>(scalar)};
  if (scalar < 0x800) return {static_cast<char>(0xC0 | (scalar >> 6)), tail(0)};
  if (scalar < 0x10000) return {static_cast<char>(0xE0 | (scalar >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | (scalar >> 18)), tail(12), tail(6), tail(0)};
}

// How many bytes of `body` at `position` belong to one character, so that a
// message never cuts one in two.
std::size_t character_length(std::string_view body, std::size_t position) {
  std::size_t length = 1;
  while (position + length < body.size() && (static_cast<unsigned char>(body[position + length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

// `position` stands behind `\u`.
std::variant<Character, LiteralFault> unicode_escape(std::string_view body, std::size_t start, std::size_t& position) {
  const auto fault = [&](std::size_t end, std::string message) {
    return LiteralFault{start, end, std::move(message), "write one to six hexadecimal digits, as in `\\u{2026}`"};
  };
  if (position >= body.size() || body[position] != '{') return fault(position, "expected `{` after `\\u`");
  ++position;
  std::uint32_t scalar = 0;
  std::size_t count = 0;
  while (position < body.size()) {
    const auto digit = hex_digit(body[position]);
    if (!digit) break;
    if (++count > 6) return fault(position, "a `\\u{...}` has more than six digits");
    scalar = scalar * 16 + *digit;
    ++position;
  }
  if (position >= body.size() || body[position] != '}') return fault(position, "a `\\u{...}` is not closed by `}`");
  ++position;
  if (count == 0) return fault(position, "a `\\u{...}` has no digits");
  if (scalar > 0x10FFFF || (scalar >= 0xD800 && scalar <= 0xDFFF)) {
    return fault(position, "`" + std::string(body.substr(start, position - start)) + "` is not a Unicode character");
  }
  return Character{utf8(scalar), true};
}

}  // namespace

std::variant<Character, LiteralFault> next_character(std::string_view body, std::size_t& position) {
  const std::size_t start = position;
  const auto byte = static_cast<unsigned char>(body[position++]);
  if (byte < 0x20 || byte == 0x7F) {
    constexpr std::string_view hex = "0123456789abcdef";
    const std::string code = {hex[byte >> 4], hex[byte & 15]};
    return LiteralFault{start, position, "a text holds a control character",
                        byte == '\t' ? std::string("write `\\t`") : "write `\\u{" + code + "}`"};
  }
  if (byte != '\\') return Character{std::string(1, static_cast<char>(byte)), false};
  if (position >= body.size()) return LiteralFault{start, position, "an escape is cut off", "write `\\\\`"};
  switch (body[position++]) {
    case '"': return Character{"\"", true};
    case '\\': return Character{"\\", true};
    case 'n': return Character{"\n", true};
    case 't': return Character{"\t", true};
    case 'u': return unicode_escape(body, start, position);
    default: break;
  }
  position = start + 1 + character_length(body, start + 1);
  return LiteralFault{start, position, "`" + std::string(body.substr(start, position - start)) + "` is not an escape",
                      "the escapes are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{...}`"};
}

bool is_plain(std::string_view body) {
  return std::all_of(body.begin(), body.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F && c != '\\';
  });
}

std::variant<std::string, LiteralFault> decode_text(std::string_view body) {
  if (is_plain(body)) return std::string(body);
  std::string value;
  value.reserve(body.size());
  for (std::size_t position = 0; position < body.size();) {
    auto next = next_character(body, position);
    if (auto* fault = std::get_if<LiteralFault>(&next)) return std::move(*fault);
    value += std::get<Character>(next).bytes;
  }
  return value;
}

namespace {

// What to write instead of digits with letters behind the first `count` of them: `30s`, `9am`, `0x10`, `1e3`.
std::string instead_of_number(std::string_view digits, std::size_t count) {
  const std::string unit(digits.substr(count)), number(digits.substr(0, count));
  const bool hexadecimal = number == "0" && (unit[0] == 'x' || unit[0] == 'X');
  const bool exponent = (unit[0] == 'e' || unit[0] == 'E') && unit.size() > 1 && unit[1] >= '0' && unit[1] <= '9';
  if (number.empty() || hexadecimal || exponent || digits.size() > 40)
    return "numbers are whole and written in decimal digits";
  const bool morning = unit == "am" || unit == "AM", evening = unit == "pm" || unit == "PM";
  if ((morning || evening) && number.size() <= 2 && std::stoul(number) <= 12) {
    const unsigned long minutes = 60 * (std::stoul(number) % 12 + (evening ? 12 : 0));
    return "count the minutes since midnight: `" + std::to_string(minutes) + "`";
  }
  const bool thousands = unit == "k" || unit == "K";
  return "a number has no unit: write `" + number + (thousands ? "000" : "") +
         "`; a value or name that begins with a digit is written as a text: `\"" + std::string(digits) + "\"`";
}

}  // namespace

std::variant<std::uint64_t, LiteralFault> decode_number(std::string_view digits) {
  const auto fault = [&](std::string message, std::string help) {
    return LiteralFault{0, digits.size(), std::move(message), std::move(help)};
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string quoted =
      digits.size() <= 40 ? "`" + std::string(digits) + "`" : "`" + std::string(digits.substr(0, 40)) + "...`";
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] == '_') {
      if (i == 0 || i + 1 == digits.size() || !is_digit(digits[i - 1]) || !is_digit(digits[i + 1])) {
        return fault("`_` stands between two digits only", "");
      }
      continue;
    }
    if (!is_digit(digits[i])) {
      return fault(quoted + " is not a number", instead_of_number(digits, i));
    }
    value = value * 10 + static_cast<std::uint64_t>(digits[i] - '0');
    if (value > max_number) {
      return fault(quoted + " is too large", "the largest number is `" + std::to_string(max_number) + "`");
    }
  }
  return value;
}

}  // namespace tally::syntax
