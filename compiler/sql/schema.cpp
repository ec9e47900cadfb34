#include "compiler/sql/schema.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/letter_case.h"

namespace tally::sql {
namespace {

// The words that begin an entry of CREATE TABLE that is not a column.
constexpr std::string_view constraint_words[] = {"primary", "constraint", "unique", "check", "foreign",
                                                 "exclude", "index",      "key",    "like"};

std::string without_comments(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_line = text.substr(i, 2) == "--" || text[i] == '#';
    if (is_line) i = std::min(text.find('\n', i), text.size() - 1);
    out += is_line ? '\n' : text[i];
  }
  return out;
}

// A name without quotes, and without a schema before it, in small letters.
std::string bare_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '.') out.clear();
    if (c != '.' && c != '"' && c != '`' && c != '[' && c != ']') out += c;
  }
  return lower_case(std::string_view(out));
}

// Where the CREATE TABLE of `table` begins, in a text of several; the first one if none creates it.
std::size_t statement_of(const std::string& small, const std::string& table) {
  std::size_t first = std::string::npos;
  for (std::size_t at = small.find("create"); at != std::string::npos; at = small.find("create", at + 1)) {
    first = std::min(first, at);
    const std::size_t bracket = small.find('(', at);
    if (bracket == std::string::npos) break;
    const std::size_t end = small.find_last_not_of(" \t\r\n", bracket - 1);
    const std::size_t begin = small.find_last_of(" \t\r\n", end) + 1;
    if (bare_name(std::string_view(small).substr(begin, end + 1 - begin)) == bare_name(table)) return at;
  }
  return first;
}

// The entries between the outermost brackets of the CREATE TABLE of `table`, or the lines.
std::vector<std::string> entries_of(const std::string& text, const std::string& table) {
  std::size_t at = statement_of(lower_case(std::string_view(text)), table);
  const bool is_statement = at != std::string::npos;
  at = is_statement ? std::min(text.find('(', at), text.size() - 1) + 1 : 0;
  std::vector<std::string> out(1);
  int depth = 0;
  char quote = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '`' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth < 0) {
      break;
    } else if (depth == 0 && (c == ',' || (c == '\n' && !is_statement))) {
      out.emplace_back();
      continue;
    }
    out.back() += c;
  }
  return out;
}

// A name, and what stands behind it.
std::optional<std::pair<std::string, std::string>> name_and_type(const std::string& entry) {
  const std::size_t begin = entry.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return std::nullopt;
  const char first = entry[begin];
  const bool is_quoted = first == '"' || first == '`' || first == '[';
  const std::size_t end =
      is_quoted ? entry.find(first == '[' ? ']' : first, begin + 1) : entry.find_first_of(" \t\r\n", begin);
  if (end == std::string::npos)
    return is_quoted ? std::nullopt : std::optional(std::pair(entry.substr(begin), std::string()));
  const std::size_t from = is_quoted ? begin + 1 : begin;
  return std::pair(entry.substr(from, end - from), entry.substr(end + (is_quoted ? 1 : 0)));
}

// The first word of a type in small letters, without what only wraps it: "Nullable(UInt8)" is uint8.
std::string type_word_of(const std::string& type) {
  std::string out = lower_case(std::string_view(type));
  for (const std::string_view wrapped : {"nullable(", "lowcardinality("}) {
    if (const std::size_t at = out.find(wrapped); at != std::string::npos) out.erase(0, at + wrapped.size());
  }
  const std::size_t begin = out.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  std::size_t end = begin;
  while (end < out.size() && std::isalnum(static_cast<unsigned char>(out[end])) != 0) ++end;
  return out.substr(begin, end - begin);
}

// Whether a column may be NULL. Only types of ClickHouse begin with a capital letter within small ones, and have a word
// for it.
bool may_be_null(const std::string& type) {
  const std::string small = lower_case(std::string_view(type));
  if (small.find("nullable(") != std::string::npos) return true;
  for (const std::string_view word : {"String", "UInt", "Int", "Float", "Enum", "LowCardinality", "FixedString"}) {
    const std::size_t at = type.find(word);
    if (at != std::string::npos && type.find_first_not_of(" \t\r\n") == at) return false;
  }
  return small.find("not null") == std::string::npos && small.find("primary key") == std::string::npos;
}

SchemaColumn column_of(const std::string& name, const std::string& type) {
  const std::string word = type_word_of(type);
  const auto is_one_of = [&](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  SchemaColumn out{name};
  out.type.text = word;
  out.type.nullable = may_be_null(type);
  using Kind = tally::ColumnType::Kind;
  if (word.starts_with("bool")) {
    out.kind = ColumnKind::boolean;
    out.type.kind = Kind::boolean;
  } else if (word.starts_with("int") ? word != "interval" : word.starts_with("uint")) {
    out.kind = ColumnKind::integer;
    out.type.kind = Kind::signed_number;
  } else if (is_one_of({"bigint", "smallint", "tinyint", "mediumint", "hugeint", "serial", "bigserial", "ubigint",
                        "uinteger", "usmallint", "utinyint"})) {
    out.kind = ColumnKind::integer;
    out.type.kind = Kind::signed_number;
  } else if (word.starts_with("float") || is_one_of({"numeric", "decimal", "real", "double"})) {
    out.kind = ColumnKind::number;
    out.type.kind = Kind::signed_number;
  } else if (is_one_of({"text", "varchar", "char", "character", "string", "fixedstring", "bpchar", "clob"})) {
    out.kind = ColumnKind::text;
    out.type.kind = Kind::text;
  } else if (word.starts_with("date") || word.starts_with("time") ||
             is_one_of({"interval", "uuid", "bytea", "blob", "money", "oid", "json", "jsonb", "xml", "inet", "cidr"})) {
    out.kind = ColumnKind::other;
    out.type.kind = Kind::other;
  }
  return out;
}

}  // namespace

Result<std::vector<SchemaColumn>> read_schema(const std::string& name, std::string_view text,
                                              const std::string& table) {
  std::vector<SchemaColumn> out;
  for (const std::string& entry : entries_of(without_comments(text), table)) {
    const auto found = name_and_type(entry);
    if (!found) continue;
    const std::string word = lower_case(std::string_view(found->first));
    const bool is_constraint = std::any_of(std::begin(constraint_words), std::end(constraint_words),
                                           [&](std::string_view one) { return word.substr(0, word.find('(')) == one; });
    if (!is_constraint) out.push_back(column_of(found->first, found->second));
  }
  if (!out.empty()) return out;
  return Error{Cause::document, "`" + name + "` lists no columns",
               "it is a CREATE TABLE, or has the name and the type of a column in each line"};
}

std::vector<MapFault> numbers_in_texts(const ColumnMap& map, const PolicyDescriptor& policy,
                                       const std::vector<SchemaColumn>& columns) {
  std::vector<MapFault> out;
  for (const MappedInput& input : map.inputs) {
    const ElementDescriptor& element = policy.elements[input.element];
    if (input.from != MappedInput::From::column || element.kind != ElementDescriptor::Kind::number) continue;
    const auto column =
        std::find_if(columns.begin(), columns.end(), [&](const SchemaColumn& one) { return one.name == input.column; });
    if (column == columns.end() || column->kind != ColumnKind::text) continue;
    out.push_back({map.name + ":" + std::to_string(input.line) + ": `" + element.name +
                       "` is a number, and the column `" + input.column + "` is " + column->type.text,
                   "a view of the table may have the column as a number"});
  }
  return out;
}

std::vector<TableColumn> table_columns(const std::vector<SchemaColumn>& columns) {
  std::vector<TableColumn> out;
  for (const SchemaColumn& column : columns)
    out.push_back({column.name, column.kind == ColumnKind::unknown ? nullptr : &column.type});
  return out;
}

}  // namespace tally::sql
