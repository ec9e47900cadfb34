#include "compiler/sql/dialect.h"

#include <algorithm>
#include <map>

#include "compiler/texts/characters.h"
#include "compiler/texts/pattern.h"

namespace tally::sql {
namespace {

std::string with_doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  return out + quote;
}

std::string with_backslashes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    // Its client ends the rows of an INSERT with a line.
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out + quote;
}

// `expression = 'a'` or `expression IN ('a', 'b')`.
std::string is_one_of(Dialect dialect, const std::string& expression, const std::vector<std::string>& texts) {
  if (texts.size() == 1) return expression + " = " + quoted_text(dialect, texts.front());
  std::string out = expression + " IN (";
  for (std::size_t i = 0; i < texts.size(); ++i) out += (i == 0 ? "" : ", ") + quoted_text(dialect, texts[i]);
  return out + ")";
}

// ClickHouse's substring counts bytes.
std::size_t length_of(Dialect dialect, const std::string& text) {
  return dialect == Dialect::clickhouse ? text.size() : character_count(text);
}

std::string beginning(Dialect dialect, const std::string& text, std::size_t length) {
  const std::string n = std::to_string(length);
  switch (dialect) {
    case Dialect::clickhouse: return "substring(" + text + ", 1, " + n + ")";
    case Dialect::sqlite: return "substr(" + text + ", 1, " + n + ")";
    case Dialect::postgresql:
    case Dialect::duckdb: return "left(" + text + ", " + n + ")";
  }
  return {};
}

std::string ending(Dialect dialect, const std::string& text, std::size_t length) {
  const std::string n = std::to_string(length);
  switch (dialect) {
    // A text that is shorter has a beginning before its first byte: then the whole text is taken.
    case Dialect::clickhouse:
      return "substring(" + text + ", toUInt64(greatest(toInt64(length(" + text + ")) - " + std::to_string(length - 1) +
             ", 1)))";
    case Dialect::sqlite: return "substr(" + text + ", -" + n + ")";
    case Dialect::postgresql:
    case Dialect::duckdb: return "right(" + text + ", " + n + ")";
  }
  return {};
}

std::string length_in_characters(Dialect dialect, const std::string& text) {
  switch (dialect) {
    case Dialect::clickhouse: return "lengthUTF8(" + text + ")";
    case Dialect::postgresql: return "char_length(" + text + ")";
    case Dialect::duckdb:
    case Dialect::sqlite: return "length(" + text + ")";
  }
  return {};
}

// Beginnings or ends that are equally long are compared by one IN.
void add_affixes(std::vector<std::string>& out, Dialect dialect, const std::string& text,
                 const std::vector<std::string>& affixes, bool at_end) {
  std::map<std::size_t, std::vector<std::string>> by_length;
  for (const std::string& affix : affixes) by_length[length_of(dialect, affix)].push_back(affix);
  for (const auto& [length, all] : by_length) {
    if (length == 0) {
      out.push_back(is_one_of(dialect, "''", {""}));
      continue;
    }
    out.push_back(is_one_of(dialect, at_end ? ending(dialect, text, length) : beginning(dialect, text, length), all));
  }
}

// The characters of one place of a pattern, for GLOB or a regular expression.
std::string place_of(Dialect dialect, const std::vector<CharacterRange>& ranges) {
  const auto shown = [&](Character c) {
    std::string one = utf8_of(c);
    const bool is_word = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_word || dialect == Dialect::sqlite ? one : "\\" + one;
  };
  if (ranges.size() == 1 && ranges.front().low == ranges.front().high) {
    const Character c = ranges.front().low;
    if (dialect != Dialect::sqlite) return shown(c);
    return c == '*' || c == '?' || c == '[' ? "[" + utf8_of(c) + "]" : utf8_of(c);
  }
  std::string first, last, out;
  // In the brackets of GLOB, `]` stands first, `^` not first and `-` last.
  for (const CharacterRange& range : ranges) {
    for (const Character special : {Character{']'}, Character{'-'}, Character{'^'}}) {
      if (dialect != Dialect::sqlite || range.low > special || special > range.high) continue;
      (special == ']' ? first : last) += utf8_of(special);
    }
    out += shown(range.low);
    if (range.high != range.low) out += "-" + shown(range.high);
  }
  if (dialect == Dialect::sqlite && !(first + last).empty()) {
    out.clear();
    for (const CharacterRange& range : ranges) {
      for (Character c = range.low; c <= range.high && c < 0x80; ++c) {
        if (c != ']' && c != '-' && c != '^') out += utf8_of(c);
      }
    }
    std::string ordered = first + out;
    if (last.find('^') != std::string::npos) ordered += '^';
    if (last.find('-') != std::string::npos) ordered += '-';
    out = ordered;
  }
  return "[" + out + "]";
}

// GLOB has no repetition, so `again` is: the text has a character for each place, and none behind them that the last
// place lacks.
std::string glob_condition(const std::string& text, const DialPattern& pattern) {
  std::string glob;
  for (const auto& place : pattern.places) glob += place_of(Dialect::sqlite, place);
  const auto is_like = [&](const std::string& all) { return text + " GLOB " + quoted_text(Dialect::sqlite, all); };
  switch (pattern.rest) {
    case DialPattern::Rest::none: return is_like(glob);
    case DialPattern::Rest::one_or_more: return is_like(glob + "?*");
    case DialPattern::Rest::any: return is_like(glob + "*");
    case DialPattern::Rest::again: break;
  }
  std::string place = place_of(Dialect::sqlite, pattern.places.back());
  if (place.front() != '[') place = "[" + place + "]";
  const std::string rest = "substr(" + text + ", " + std::to_string(pattern.places.size() + 1) + ")";
  return "(" + is_like(glob + "*") + " AND " + rest + " NOT GLOB " +
         quoted_text(Dialect::sqlite, "*[^" + place.substr(1) + "*") + ")";
}

std::string regular_expression(Dialect dialect, const DialPattern& pattern) {
  std::string out;
  for (const auto& place : pattern.places) out += place_of(dialect, place);
  const std::string any = dialect == Dialect::postgresql ? "." : "(?s:.)";
  switch (pattern.rest) {
    case DialPattern::Rest::none: break;
    case DialPattern::Rest::one_or_more: out += any + "+"; break;
    case DialPattern::Rest::any: out += any + "*"; break;
    case DialPattern::Rest::again: out += "+"; break;
  }
  return out;
}

std::string like_pattern(Dialect dialect, const std::string& text, const std::string& pattern) {
  const auto read = dial_pattern(pattern);
  if (!read) return is_one_of(dialect, "''", {"x"});
  switch (dialect) {
    case Dialect::clickhouse:
      return "match(" + text + ", " + quoted_text(dialect, "\\A" + regular_expression(dialect, *read) + "\\z") + ")";
    case Dialect::postgresql:
      return text + " ~ " + quoted_text(dialect, "\\A" + regular_expression(dialect, *read) + "\\Z");
    case Dialect::duckdb:
      return "regexp_full_match(" + text + ", " + quoted_text(dialect, regular_expression(dialect, *read)) + ")";
    case Dialect::sqlite: return glob_condition(text, *read);
  }
  return {};
}

}  // namespace

std::string engine_name(Dialect dialect) {
  switch (dialect) {
    case Dialect::clickhouse: return "ClickHouse";
    case Dialect::postgresql: return "PostgreSQL";
    case Dialect::duckdb: return "DuckDB";
    case Dialect::sqlite: return "SQLite";
  }
  return {};
}

Limits limits_of(Dialect dialect) {
  constexpr std::size_t none = SIZE_MAX;
  switch (dialect) {
    case Dialect::clickhouse: return {262'144, 50'000, none, 200};  // a view is a file named for it
    case Dialect::postgresql: return {std::size_t{1} << 28, none, 1'600, 63};
    case Dialect::duckdb: return {std::size_t{1} << 28, none, none, 200};
    case Dialect::sqlite: return {1'000'000'000, none, 2'000, 200};
  }
  return {};
}

std::string quoted_name(Dialect dialect, std::string_view name) {
  return dialect == Dialect::clickhouse ? with_backslashes(name, '`') : with_doubled(name, '"');
}

std::string quoted_table(Dialect dialect, std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return quoted_name(dialect, name);
  return quoted_name(dialect, name.substr(0, dot)) + "." + quoted_name(dialect, name.substr(dot + 1));
}

std::string drop_view(Dialect dialect, const std::string& name) {
  return (dialect == Dialect::clickhouse ? "DROP TABLE " : "DROP VIEW ") + name;
}

std::string quoted_column(Dialect dialect, std::string_view table, std::string_view name) {
  const std::string column = quoted_name(dialect, name);
  return dialect == Dialect::sqlite ? quoted_table(dialect, table) + "." + column : column;
}
std::string quoted_text(Dialect dialect, std::string_view text) {
  if (dialect == Dialect::clickhouse) return with_backslashes(text, '\'');
  const std::string quoted = with_doubled(text, '\'');
  if (dialect != Dialect::postgresql || text.find('\\') == std::string_view::npos) return quoted;
  // What a backslash means in '...' depends on a setting of the server, in E'...' it does not.
  std::string out = "E";
  for (const char c : quoted) out += c == '\\' ? std::string("\\\\") : std::string(1, c);
  return out;
}
std::string comment(std::string_view text) {
  std::string out = "-- ";
  for (const char c : text) {
    if (c == '\n') {
      out += "\n-- ";
    } else {
      out += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? '?' : c;
    }
  }
  while (out.back() == ' ') out.pop_back();
  return out + "\n";
}

std::string barrier(Dialect dialect) {
  switch (dialect) {
    case Dialect::postgresql: return " OFFSET 0";
    case Dialect::sqlite: return " LIMIT -1 OFFSET 0";
    case Dialect::clickhouse:
    case Dialect::duckdb: return "";
  }
  return {};
}

bool has_common_tables(Dialect dialect) { return dialect != Dialect::clickhouse; }

std::string text_of_column(Dialect dialect, const std::string& column, ColumnKind of) {
  switch (dialect) {
    case Dialect::clickhouse: return of == ColumnKind::text ? column : "toString(" + column + ")";
    case Dialect::postgresql: return "CAST(" + column + " AS text) COLLATE \"C\"";
    case Dialect::duckdb: return of == ColumnKind::text ? column : "CAST(" + column + " AS VARCHAR)";
    case Dialect::sqlite: return column + " COLLATE BINARY";
  }
  return {};
}

std::string not_text(Dialect dialect, const std::string& column) {
  return dialect == Dialect::sqlite ? "typeof(" + column + ") NOT IN ('text', 'null')" : "";
}

std::string whole_in_range(Dialect dialect, const std::string& column, ColumnKind of, NumberRange range) {
  std::string out = column + " BETWEEN " + std::to_string(range.low) + " AND " + std::to_string(range.high);
  if (dialect == Dialect::sqlite)
    return "typeof(" + column + ") IN ('integer', 'real') AND " + out + " AND " + column + " = CAST(" + column +
           " AS INTEGER)";
  if (of == ColumnKind::integer) return out;
  return out + " AND " + column + " = floor(" + column + ")";
}

std::string as_whole(Dialect dialect, const std::string& column) {
  switch (dialect) {
    case Dialect::clickhouse: return "toInt64(ifNull(" + column + ", 0))";
    case Dialect::postgresql:
    case Dialect::duckdb: return "CAST(" + column + " AS bigint)";
    case Dialect::sqlite: return "CAST(" + column + " AS INTEGER)";
  }
  return {};
}

std::string is_null(Dialect dialect, const std::string& column) {
  return dialect == Dialect::clickhouse ? "isNull(" + column + ")" : column + " IS NULL";
}

std::string small_letters(Dialect dialect, const std::string& text) {
  switch (dialect) {
    case Dialect::clickhouse:
    case Dialect::sqlite: return "lower(" + text + ")";
    // `lower` knows letters of every language.
    case Dialect::postgresql:
    case Dialect::duckdb: return "translate(" + text + ", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')";
  }
  return {};
}

std::string number_text(Dialect dialect, const std::string& number) {
  switch (dialect) {
    case Dialect::clickhouse: return "toString(" + number + ")";
    case Dialect::duckdb: return "CAST(" + number + " AS VARCHAR)";
    case Dialect::postgresql:
    case Dialect::sqlite: return "CAST(" + number + " AS text)";
  }
  return {};
}

std::string joined(Dialect dialect, const std::vector<std::string>& texts) {
  if (texts.empty()) return quoted_text(dialect, "");
  if (texts.size() == 1) return texts.front();
  const bool is_call = dialect == Dialect::clickhouse;
  std::string out = is_call ? "concat(" : "";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i != 0) out += is_call ? ", " : " || ";
    out += texts[i];
  }
  return is_call ? out + ")" : out;
}

std::string no_value(Dialect dialect, ColumnKind type) {
  const bool is_flag = type == ColumnKind::boolean, is_number = type == ColumnKind::integer;
  switch (dialect) {
    case Dialect::clickhouse:
      return is_flag     ? "CAST(NULL AS Nullable(UInt8))"
             : is_number ? "CAST(NULL AS Nullable(Int64))"
                         : "CAST(NULL AS Nullable(String))";
    case Dialect::sqlite: return "NULL";
    case Dialect::postgresql:
    case Dialect::duckdb: break;
  }
  return is_flag ? "CAST(NULL AS boolean)" : is_number ? "CAST(NULL AS bigint)" : "CAST(NULL AS text)";
}

std::string boolean(Dialect dialect, bool value) {
  if (dialect == Dialect::clickhouse) return value ? "1" : "0";
  return value ? "TRUE" : "FALSE";
}

std::vector<std::string> in_cut(Dialect dialect, const std::string& text, const Cut& cut) {
  std::vector<std::string> out;
  if (!cut.texts.empty()) out.push_back(is_one_of(dialect, text, cut.texts));
  add_affixes(out, dialect, text, cut.prefixes, false);
  add_affixes(out, dialect, text, cut.suffixes, true);
  for (const NumberRange& range : cut.lengths) {
    const std::string length = length_in_characters(dialect, text);
    out.push_back(range.high >= max_number
                      ? length + " >= " + std::to_string(range.low)
                      : length + " BETWEEN " + std::to_string(range.low) + " AND " + std::to_string(range.high));
  }
  for (const std::string& pattern : cut.patterns) out.push_back(like_pattern(dialect, text, pattern));
  return out;
}

}  // namespace tally::sql
