#include "runtime/support/json_text.h"

#include <algorithm>
#include <cstdlib>

namespace tally {

void append_json(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // start of what needs no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += hex[c >> 4];
        out += hex[c & 15];
    }
  }
  out.append(text, plain, text.size() - plain);
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json(out, text);
  return out;
}

std::string shown(std::string_view text) {
  constexpr std::size_t max_characters = 40;
  if (text.size() <= max_characters) return json_string(text);
  std::size_t end = max_characters;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not within a character
  std::string out = json_string(text.substr(0, end));
  out.insert(out.size() - 1, "...");
  return out;
}

std::string escape_token(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescape_token(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out += token[++i] == '0' ? '~' : '/';
    } else {
      out += token[i];
    }
  }
  return out;
}

namespace {

// The digits of a number's text without zeros around them, and the power of ten
// that the last one counts: `5.30e2` is 53 at 1.
struct Decimal {
  bool negative = false;
  std::string digits;
  long power = 0;
};

Decimal decimal(std::string_view text) {
  Decimal number;
  std::size_t i = 0;
  if (i < text.size() && text[i] == '-') {
    number.negative = true;
    ++i;
  }
  bool fraction = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      fraction = true;
    } else {
      number.digits += text[i];
      if (fraction) --number.power;
    }
  }
  if (i < text.size()) {
    // An exponent beyond what a long holds saturates; so does the sum.
    constexpr long far = 1'000'000'000;
    const long exponent = std::strtol(std::string(text.substr(i + 1)).c_str(), nullptr, 10);
    number.power += std::clamp(exponent, -far, far);
  }
  number.digits.erase(0, number.digits.find_first_not_of('0'));
  while (!number.digits.empty() && number.digits.back() == '0') {
    number.digits.pop_back();
    ++number.power;
  }
  return number;
}

}  // namespace

Result<std::uint64_t, NotWhole> whole_number(std::string_view text) {
  const Decimal number = decimal(text);
  if (number.digits.empty()) return std::uint64_t{0};  // zero, however it is signed and scaled
  if (number.power < 0) return NotWhole::fraction;
  if (number.negative) return NotWhole::negative;
  if (static_cast<long>(number.digits.size()) + number.power > 20) return NotWhole::too_large;
  std::uint64_t value = 0;
  const std::string digits = number.digits + std::string(static_cast<std::size_t>(number.power), '0');
  for (const char c : digits) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return NotWhole::too_large;
    value = value * 10 + digit;
  }
  return value;
}

}  // namespace tally
