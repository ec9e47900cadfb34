#include "compiler/columns/column_map.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/nearest.h"
#include "base/split.h"
#include "runtime/support/failure.h"
#include "runtime/support/utf8.h"

namespace tally {
namespace {

using Kind = ElementDescriptor::Kind;
using From = MappedInput::From;

constexpr std::size_t max_map_bytes = std::size_t{16} << 20;

std::string_view trimmed_part(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t') out += c;
  }
  return out;
}

// "did you mean `source`?", as a help line of its own.
std::string meant_help(const std::optional<std::string>& meant) {
  return meant ? "did you mean `" + *meant + "`?" : "";
}

bool is_word(std::string_view text) {
  const auto starts = [](unsigned char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  if (text.empty()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool letter = starts(c) || c == '_' || c >= 0x80;
    if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '.'))) return false;
  }
  return true;
}

// A line without its comment: from a `#` that stands in no quotes.
std::string_view without_comment(std::string_view line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\' && quote != '`') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '`' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      return line.substr(0, i);
    }
  }
  return line;
}

const char* with_article(Kind kind) {
  switch (kind) {
    case Kind::enumeration: return "an enum";
    case Kind::flag: return "a flag";
    case Kind::number: return "a number";
    case Kind::text: return "a text";
    case Kind::record: return "a record";
    case Kind::map: return "a map";
    case Kind::set: return "a set";
  }
  return "an input";
}

class MapReader {
 public:
  MapReader(const std::string& name, const PolicyDescriptor& policy) : policy_(policy) {
    map_.name = name;
    for (ElementIndex e = 0; e < policy.elements.size(); ++e) {
      elements_.emplace(without_blanks(policy.elements[e].name), e);
      names_.push_back(policy.elements[e].name);
    }
  }

  Result<ColumnMap, std::vector<MapFault>> read(std::string_view text) {
    if (text.size() > max_map_bytes) {
      add_fault("the map has more than " + std::to_string(max_map_bytes) + " bytes", "");
      return std::move(faults_);
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (!is_utf8(text)) {
      add_fault("the map is not UTF-8", "");
      return std::move(faults_);
    }
    for (const std::string_view line : whole_lines(text)) {
      ++line_;
      if (const std::string_view content = trimmed_part(without_comment(line)); !content.empty()) read_line(content);
    }
    line_ = 0;
    std::stable_sort(map_.inputs.begin(), map_.inputs.end(),
                     [](const MappedInput& a, const MappedInput& b) { return a.element < b.element; });
    add_missing();
    if (!faults_.empty()) return std::move(faults_);
    return std::move(map_);
  }

 private:
  void add_fault(std::string message, std::string help) {
    faults_.push_back(
        {map_.name + (line_ == 0 ? "" : ":" + std::to_string(line_)) + ": " + std::move(message), std::move(help)});
  }

  void read_line(std::string_view line) {
    const std::size_t blank = std::min(line.find_first_of(" \t"), line.size());
    const std::string_view first = line.substr(0, blank), rest = trimmed_part(line.substr(blank));
    const bool is_input = rest.starts_with("=") || rest.starts_with("is set when ");
    if (!is_input && first == "keep") return read_kept(rest);
    if (!is_input && first == "columns") return read_declared(rest);
    constexpr std::string_view when = " is set when ";
    const std::size_t equals = line.find('='), condition = line.find(when);
    if (condition < equals)
      return read_presence(trimmed_part(line.substr(0, condition)), trimmed_part(line.substr(condition + when.size())));
    if (equals == std::string_view::npos) {
      return add_fault("`" + std::string(line) + "` is not a line of a map",
                       "write `INPUT = COLUMN`, `INPUT is set when COLUMN is not null`, `keep COLUMN` or "
                       "`columns COLUMN TYPE, ...`");
    }
    read_value(trimmed_part(line.substr(0, equals)), trimmed_part(line.substr(equals + 1)));
  }

  // The element of a name; reports one that is unknown or has a line already.
  std::optional<ElementIndex> input_of(std::string_view name) {
    const auto at = elements_.find(without_blanks(name));
    if (at == elements_.end()) {
      add_fault("no input `" + std::string(name) + "`", meant_help(nearest(name, names_)));
      return std::nullopt;
    }
    for (const MappedInput& before : map_.inputs) {
      if (before.element != at->second) continue;
      add_fault("`" + std::string(name) + "` has a line already: line " + std::to_string(before.line), "");
      return std::nullopt;
    }
    return at->second;
  }

  // A column's name, quoted or not; reports anything else.
  std::optional<std::string> column_in(std::string_view text) {
    if (text.size() > 2 && text.front() == '`' && text.back() == '`' && text.find('`', 1) == text.size() - 1)
      return std::string(text.substr(1, text.size() - 2));
    if (is_word(text)) return std::string(text);
    add_fault("`" + std::string(text) + "` is not the name of a column",
              "quote a name that is not a word with backquotes, and a value with double quotes");
    return std::nullopt;
  }

  void read_value(std::string_view name, std::string_view value) {
    const auto element = input_of(name);
    if (!element) return;
    const ElementDescriptor& described = policy_.elements[*element];
    if (!described.is_leaf()) {
      return add_fault(
          "`" + described.name + "` is " + with_article(described.kind) + ", so no column is its value",
          "write a line for each input inside it, or `" + described.name + " is set when COLUMN is not null`");
    }
    if (value.empty()) return add_fault("nothing stands after `=`", "write the name of a column, or a \"value\"");
    MappedInput line{*element, From::column};
    line.line = line_;
    if (value.front() == '"' || (value.front() >= '0' && value.front() <= '9')) {
      if (!read_constant(described, value, line.constant)) return;
      line.from = From::constant;
    } else {
      auto column = column_in(value);
      if (!column) return;
      line.column = *std::move(column);
    }
    map_.inputs.push_back(std::move(line));
  }

  bool read_constant(const ElementDescriptor& element, std::string_view written, Fact& constant) {
    std::string text;
    if (written.front() == '"') {
      std::size_t i = 1;
      for (; i < written.size() && written[i] != '"'; ++i) {
        if (written[i] == '\\' && i + 1 < written.size()) ++i;
        text += written[i];
      }
      if (i + 1 != written.size()) {
        add_fault("`" + std::string(written) + "` is not one value in double quotes", "");
        return false;
      }
    } else {
      text = written;
    }
    const auto no_value = [&](const std::string& help) {
      add_fault("`" + element.name + "` has no value `" + text + "`", help);
      return false;
    };
    switch (element.kind) {
      case Kind::text: constant = text; return true;
      case Kind::flag:
        if (const auto code = flag_of_text(element, text)) {
          constant = *code;
          return true;
        }
        return no_value("a flag is \"on\" or \"off\"");
      case Kind::enumeration: {
        if (const auto value = value_spelled(element.values, element.others, text)) {
          constant = static_cast<std::uint8_t>(*value + 1);
          return true;
        }
        const MeantValue meant = value_meant(text, element.values, element.names, element.others);
        return no_value(meant_help(meant.spelling));
      }
      case Kind::number: {
        const auto number = number_written(text);
        if (number && *number >= element.low && *number <= element.high) {
          constant = *number;
          return true;
        }
        return no_value("it is a whole number from " + std::to_string(element.low) + " to " +
                        std::to_string(element.high));
      }
      case Kind::record:
      case Kind::map:
      case Kind::set: return false;
    }
    return false;
  }

  void read_presence(std::string_view name, std::string_view condition) {
    const auto element = input_of(name);
    if (!element) return;
    const ElementDescriptor& described = policy_.elements[*element];
    if (described.is_leaf()) {
      return add_fault("`" + described.name + "` is " + with_article(described.kind) + ", so it needs a value",
                       "write `" + described.name + " = COLUMN`: it is unset where the column is null");
    }
    constexpr std::string_view not_null = " is not null", null = " is null";
    std::string lower(condition);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    MappedInput line{*element, From::not_null};
    line.line = line_;
    std::size_t end = 0;
    if (lower.ends_with(not_null)) {
      end = not_null.size();
    } else if (lower.ends_with(null)) {
      end = null.size();
      line.from = From::null;
    } else {
      return add_fault("`" + std::string(condition) + "` is not a condition of a map",
                       "write `COLUMN is not null` or `COLUMN is null`");
    }
    auto column = column_in(trimmed_part(condition.substr(0, condition.size() - end)));
    if (!column) return;
    line.column = *std::move(column);
    map_.inputs.push_back(std::move(line));
  }

  void read_kept(std::string_view rest) {
    for (const std::string& part : split_outside(rest, ",")) {
      auto column = column_in(part);
      if (!column) return;
      const auto same = [&](const KeptColumn& kept) { return kept.name == *column; };
      if (std::any_of(map_.kept.begin(), map_.kept.end(), same)) {
        add_fault("the column `" + *column + "` is kept already", "");
        continue;
      }
      map_.kept.push_back({*std::move(column), line_});
    }
  }

  void read_declared(std::string_view rest) {
    auto types = read_column_types(rest);
    if (!types) return add_fault(types.error().message, types.error().help);
    for (NamedColumnType& named : *types)
      map_.declared.push_back({std::move(named.name), std::move(named.type), line_});
  }

  // Inputs that are required where a line may make the object around them present.
  void add_missing() {
    std::vector<bool> reached(policy_.elements.size(), false), mapped(policy_.elements.size(), false);
    for (const MappedInput& input : map_.inputs) {
      mapped[input.element] = true;
      reached[input.element] = true;
      for (auto around = policy_.elements[input.element].parent; around; around = policy_.elements[*around].parent)
        reached[*around] = true;
    }
    for (ElementIndex e = 0; e < policy_.elements.size(); ++e) {
      const ElementDescriptor& element = policy_.elements[e];
      if (element.optional || element.default_value || reached[e]) continue;
      if (element.parent && !reached[*element.parent]) continue;
      const std::string help = element.is_leaf() ? "add `" + element.name + " = COLUMN`"
                                                 : "add a line for an input inside it, or `" + element.name +
                                                       " is set when COLUMN is not null`";
      add_fault("`" + element.name + "` is required, and has no line", help);
    }
  }

  const PolicyDescriptor& policy_;
  std::unordered_map<std::string, ElementIndex> elements_;  // by name, without blanks
  std::vector<std::string> names_;
  ColumnMap map_;
  std::vector<MapFault> faults_;
  std::size_t line_ = 0;
};

// Whether values of an input can be made of those of a column.
bool fits(const ElementDescriptor& element, const ColumnType& type) {
  using Type = ColumnType::Kind;
  const bool text = type.kind == Type::text || type.kind == Type::fixed_text || type.kind == Type::words;
  const bool number = type.kind == Type::unsigned_number || type.kind == Type::signed_number;
  switch (element.kind) {
    case Kind::enumeration:
    case Kind::text: return text;
    case Kind::flag: return text || number || type.kind == Type::boolean;
    case Kind::number: return number || type.kind == Type::text || type.kind == Type::fixed_text;
    case Kind::record:
    case Kind::map:
    case Kind::set: return false;
  }
  return false;
}

const char* types_of(Kind kind) {
  switch (kind) {
    case Kind::enumeration:
    case Kind::text: return "a column of a String, FixedString or Enum type";
    case Kind::flag: return "a column of Bool, a whole number, or a String, FixedString or Enum type";
    case Kind::number: return "a column of a whole number, or of a String or FixedString type";
    case Kind::record:
    case Kind::map:
    case Kind::set: return "a line for each input inside it";
  }
  return "";
}

}  // namespace

const MappedInput* ColumnMap::of(ElementIndex element) const {
  const auto at = std::lower_bound(inputs.begin(), inputs.end(), element,
                                   [](const MappedInput& input, ElementIndex e) { return input.element < e; });
  return at != inputs.end() && at->element == element ? &*at : nullptr;
}

Result<ColumnMap, std::vector<MapFault>> read_column_map(const std::string& name, std::string_view text,
                                                         const PolicyDescriptor& policy) {
  return MapReader(name, policy).read(text);
}

std::vector<MapFault> faults_between(const ColumnMap& map, const PolicyDescriptor& policy,
                                     const std::vector<TableColumn>& table) {
  std::vector<MapFault> faults;
  std::vector<std::string> names;
  for (const TableColumn& column : table) names.push_back(column.name);
  // Returns the column, or reports why there is none.
  const auto find = [&](const std::string& name, std::size_t line) -> const TableColumn* {
    const std::string where = map.name + ":" + std::to_string(line) + ": ";
    const auto same = [&](const TableColumn& column) { return column.name == name; };
    const auto found = std::find_if(table.begin(), table.end(), same);
    if (found == table.end()) {
      const auto meant = nearest(name, names);
      std::string help = meant_help(meant);
      if (!meant && !names.empty()) {
        help = "the columns are ";
        for (std::size_t i = 0; i < names.size() && i < 12; ++i) help += (i == 0 ? "`" : ", `") + names[i] + "`";
        if (names.size() > 12) help += " and " + std::to_string(names.size() - 12) + " more";
      }
      faults.push_back({where + "no column `" + name + "`", std::move(help)});
      return nullptr;
    }
    if (std::count_if(table.begin(), table.end(), same) > 1) {
      faults.push_back({where + "the column `" + name + "` is there twice", "give one of them another name"});
      return nullptr;
    }
    return &*found;
  };
  for (const MappedInput& input : map.inputs) {
    if (input.from == MappedInput::From::constant) continue;
    const TableColumn* column = find(input.column, input.line);
    if (column == nullptr || column->type == nullptr) continue;
    const std::string where = map.name + ":" + std::to_string(input.line) + ": ";
    const ElementDescriptor& element = policy.elements[input.element];
    if (input.from == MappedInput::From::column) {
      if (fits(element, *column->type)) continue;
      faults.push_back({where + "`" + element.name + "` is " + with_article(element.kind) + ", but `" + column->name +
                            "` is " + column->type->text,
                        std::string("it takes ") + types_of(element.kind)});
    } else if (!column->type->nullable) {
      faults.push_back({where + "`" + column->name + "` is " + column->type->text + ", which is never null",
                        "give it a Nullable type where the rows are selected: nullIf(" + column->name + ", '')"});
    }
  }
  for (const KeptColumn& kept : map.kept) find(kept.name, kept.line);
  return faults;
}

std::optional<std::uint8_t> flag_of_text(const ElementDescriptor& element, std::string_view text) {
  if (const auto code = flag_spelled(element, text)) return code;
  for (const std::string_view on : {"on", "true", "t", "1"}) {
    if (text == on) return std::uint8_t{2};
  }
  for (const std::string_view off : {"off", "false", "f", "0"}) {
    if (text == off) return std::uint8_t{1};
  }
  return std::nullopt;
}

}  // namespace tally
