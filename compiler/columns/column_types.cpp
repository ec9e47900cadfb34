#include "compiler/columns/column_types.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/split.h"

namespace tally {
namespace {

using TypeKind = ColumnType::Kind;

constexpr std::uint32_t max_fixed_bytes = 65536;

struct PlainType {
  std::string_view name;
  TypeKind kind;
  std::uint32_t bytes;
};
constexpr PlainType plain_types[] = {
    {"String", TypeKind::text, 0},
    {"Bool", TypeKind::boolean, 1},
    {"UInt8", TypeKind::unsigned_number, 1},
    {"UInt16", TypeKind::unsigned_number, 2},
    {"UInt32", TypeKind::unsigned_number, 4},
    {"UInt64", TypeKind::unsigned_number, 8},
    {"Int8", TypeKind::signed_number, 1},
    {"Int16", TypeKind::signed_number, 2},
    {"Int32", TypeKind::signed_number, 4},
    {"Int64", TypeKind::signed_number, 8},
    {"Date", TypeKind::other, 2},
    {"Date32", TypeKind::other, 4},
    {"DateTime", TypeKind::other, 4},
    {"DateTime64", TypeKind::other, 8},
    {"UUID", TypeKind::other, 16},
    {"IPv4", TypeKind::other, 4},
    {"IPv6", TypeKind::other, 16},
    {"Float32", TypeKind::other, 4},
    {"Float64", TypeKind::other, 8},
    {"Decimal32", TypeKind::other, 4},
    {"Decimal64", TypeKind::other, 8},
    {"Decimal128", TypeKind::other, 16},
};

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Error no_type(std::string_view text) {
  return {Cause::document, "the type `" + std::string(text) + "` is not read here",
          "convert the column where the rows are selected: to String, a whole number, Bool or an Enum"};
}

// 'off' = 0, 'on' = 1. A quote in a word is written `\'`.
std::optional<std::vector<std::pair<std::int64_t, std::string>>> read_words(std::string_view text) {
  std::vector<std::pair<std::int64_t, std::string>> words;
  for (;;) {
    text = trimmed(text);
    if (text.empty() || text.front() != '\'') return std::nullopt;
    std::string word;
    std::size_t i = 1;
    for (; i < text.size() && text[i] != '\''; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      word += text[i];
    }
    if (i >= text.size()) return std::nullopt;
    text = trimmed(text.substr(i + 1));
    if (text.empty() || text.front() != '=') return std::nullopt;
    text = trimmed(text.substr(1));
    const std::size_t comma = std::min(text.find(','), text.size());
    const auto number = number_in<std::int64_t>(trimmed(text.substr(0, comma)));
    if (!number) return std::nullopt;
    words.emplace_back(*number, std::move(word));
    if (comma == text.size()) break;
    text.remove_prefix(comma + 1);
  }
  std::sort(words.begin(), words.end());
  return words;
}

}  // namespace

const std::string* ColumnType::word(std::int64_t number) const {
  const auto at = std::lower_bound(words.begin(), words.end(), number,
                                   [](const auto& known, std::int64_t wanted) { return known.first < wanted; });
  return at != words.end() && at->first == number ? &at->second : nullptr;
}

Result<ColumnType> read_column_type(std::string_view text) {
  text = trimmed(text);
  const std::size_t open = text.find('(');
  const std::string_view name = trimmed(text.substr(0, open));
  ColumnType type;
  type.text = text;
  if (open == std::string_view::npos) {
    for (const PlainType& plain : plain_types) {
      if (plain.name != name) continue;
      type.kind = plain.kind;
      type.bytes = plain.bytes;
      return type;
    }
    return no_type(text);
  }
  if (text.back() != ')') return no_type(text);
  const std::string_view inside = trimmed(text.substr(open + 1, text.size() - open - 2));
  if (name == "Nullable" || name == "LowCardinality") {
    TALLY_ASSIGN_OR_RETURN(ColumnType inner, read_column_type(inside));
    inner.nullable = inner.nullable || name == "Nullable";
    inner.text = text;
    return inner;
  }
  if (name == "FixedString") {
    const auto bytes = number_in<std::uint32_t>(inside);
    if (!bytes || *bytes == 0 || *bytes > max_fixed_bytes) return no_type(text);
    type.kind = TypeKind::fixed_text;
    type.bytes = *bytes;
    return type;
  }
  if (name == "Enum8" || name == "Enum16") {
    auto words = read_words(inside);
    if (!words) return no_type(text);
    type.kind = TypeKind::words;
    type.bytes = name == "Enum8" ? 1 : 2;
    type.words = *std::move(words);
    return type;
  }
  // The scale or the time zone of these does not change the width.
  if (name.starts_with("DateTime") || name.starts_with("Decimal")) {
    for (const PlainType& plain : plain_types) {
      if (plain.name != name) continue;
      type.kind = plain.kind;
      type.bytes = plain.bytes;
      return type;
    }
  }
  if (name == "Decimal") {
    const auto digits = number_in<std::uint32_t>(trimmed(inside.substr(0, inside.find(','))));
    if (!digits || *digits == 0 || *digits > 76) return no_type(text);
    type.kind = TypeKind::other;
    type.bytes = *digits <= 9 ? 4 : *digits <= 18 ? 8 : *digits <= 38 ? 16 : 32;
    return type;
  }
  return no_type(text);
}

Result<std::vector<NamedColumnType>> read_column_types(std::string_view text) {
  std::vector<NamedColumnType> types;
  // Commas and brackets also stand in the words of an Enum, in single quotes.
  std::vector<std::string> parts(1);
  std::size_t depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
      if (c == '\\' && quote == '\'' && i + 1 < text.size()) parts.back() += text[i++];
    } else if (c == '\'' || c == '`') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && depth > 0) {
      --depth;
    } else if (c == ',' && depth == 0) {
      parts.emplace_back();
      continue;
    }
    parts.back() += text[i];
  }
  for (const std::string& part : parts) {
    std::string_view rest = trimmed(part);
    const bool quoted = rest.starts_with('`');
    const std::size_t end = quoted ? rest.find('`', 1) : rest.find_first_of(" \t");
    if (end == std::string_view::npos || end == 0) {
      return Error{Cause::document, "`" + std::string(rest) + "` is not a column and its type",
                   "write `columns src_net String, rec_in_on Nullable(UInt8)`"};
    }
    NamedColumnType named;
    named.name = quoted ? rest.substr(1, end - 1) : rest.substr(0, end);
    TALLY_ASSIGN_OR_RETURN(named.type, read_column_type(rest.substr(quoted ? end + 1 : end)));
    types.push_back(std::move(named));
  }
  return types;
}

}  // namespace tally
