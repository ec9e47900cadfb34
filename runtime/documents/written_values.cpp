#include "runtime/documents/written_values.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/letter_case.h"
#include "runtime/documents/facts.h"
#include "runtime/support/json_text.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;

// What people write for `true` and `false`, the JSON word first.
constexpr std::array<std::string_view, 8> yes_words = {"true", "on", "yes", "enabled", "enable", "y", "t", "1"};
constexpr std::array<std::string_view, 8> no_words = {"false", "off", "no", "disabled", "disable", "n", "f", "0"};

// Without blanks around it, and in lower case.
std::string plain_word(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return {};
  return lower_case(std::string_view(text).substr(begin, text.find_last_not_of(blanks) - begin + 1));
}

template <class Words>
bool is_one_of(const std::string& word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

RightValue unquoted(std::string value) {
  std::string help = "write `" + value + "`, without quotes";
  return {std::move(value), std::move(help)};
}

RightValue quoted(std::string value) {
  std::string help = "write `" + shown(value) + "`, in quotes";
  return {std::move(value), std::move(help)};
}

RightValue right_flag(Written kind, const std::string& text) {
  const std::string word = plain_word(text);
  const bool yes = is_one_of(word, yes_words);
  if (!yes && !is_one_of(word, no_words)) {
    if (kind == Written::string) return {std::nullopt, "write `true` or `false`, without quotes"};
    return {};
  }
  std::string value = yes ? "true" : "false";
  if (kind == Written::string) return unquoted(std::move(value));
  std::string help = "write `" + value + "`";
  return {std::move(value), std::move(help)};
}

// The digits of a text that has nothing else but blanks around them and zeros in front, if they are a number of
// the element.
std::optional<std::string> digits_in(const ElementDescriptor& element, const std::string& text) {
  std::string digits = plain_word(text);
  const bool is_digits =
      !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!is_digits) return std::nullopt;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const auto number = whole_number(digits);
  if (!number || *number < element.low || *number > element.high) return std::nullopt;
  return digits;
}

RightValue right_number(const ElementDescriptor& element, Written kind, const std::string& text) {
  if (kind != Written::string) return {};
  if (auto digits = digits_in(element, text)) return unquoted(std::move(*digits));
  return {std::nullopt, "write a whole number in " + std::to_string(element.low) + ".." + std::to_string(element.high) +
                            ", without quotes"};
}

// A value of an enum that is spelled as the boolean or number is written, or that means the same.
RightValue right_enum(const ElementDescriptor& element, Written kind, const std::string& text) {
  if (value_spelled(element.values, element.others, text)) return quoted(text);
  if (kind != Written::boolean) return {};
  for (const std::string_view word : text == "true" ? yes_words : no_words) {
    const auto value = std::find_if(element.values.begin(), element.values.end(),
                                    [&](const std::string& spelling) { return plain_word(spelling) == word; });
    if (value != element.values.end()) return quoted(*value);
  }
  return {};
}

}  // namespace

RightValue right_value(const ElementDescriptor& element, Written kind, const std::string& text) {
  if (kind == Written::other) return {};
  switch (element.kind) {
    case Kind::flag: return right_flag(kind, text);
    case Kind::number: return right_number(element, kind, text);
    case Kind::enumeration: return right_enum(element, kind, text);
    case Kind::text: return quoted(text);
    case Kind::set:
      // One value without its array.
      if (kind == Written::string && value_spelled(element.values, element.others, text)) {
        std::string array = "[" + json_string(text) + "]";
        std::string help = "write `" + array + "`";
        return {std::move(array), std::move(help)};
      }
      break;
    case Kind::record:
    case Kind::map: break;
  }
  return {};
}

RightValue right_text(const ElementDescriptor& element, Written kind, const std::string& text) {
  if (element.kind == Kind::flag && kind == Written::boolean)
    return quoted((text == "true" ? element.on_texts : element.off_texts).front());
  if (element.kind == Kind::flag && kind == Written::number && flag_spelled(element, text)) return quoted(text);
  if (element.kind == Kind::number && kind == Written::number) {
    if (auto digits = digits_in(element, text)) return quoted(std::move(*digits));
  }
  return {};
}

RightValue right_text_of_number(const ElementDescriptor& element, const std::string& text) {
  auto digits = digits_in(element, text);
  if (!digits) return {};
  std::string help = "write `" + shown(*digits) + "`";
  return {std::move(*digits), std::move(help)};
}

}  // namespace tally
