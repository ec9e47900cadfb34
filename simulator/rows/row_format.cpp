#include "simulator/rows/row_format.h"

#include <algorithm>
#include <cstring>

#include "runtime/support/utf8.h"

namespace tally {
namespace {

using Type = ColumnType::Kind;

// A number of RowBinary in 7 bits per byte. Returns false if the bytes end before it, or it has no end.
bool take_length(std::string_view& bytes, std::uint64_t& length) {
  length = 0;
  for (unsigned i = 0; i < 10 && i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    length |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    bytes.remove_prefix(i + 1);
    return true;
  }
  return false;
}

void append_length(std::uint64_t length, std::string& out) {
  for (; length >= 0x80; length >>= 7) out += static_cast<char>(length | 0x80);
  out += static_cast<char>(length);
}

bool take_text(std::string_view& bytes, std::string_view& text) {
  std::uint64_t length = 0;
  if (!take_length(bytes, length) || length > bytes.size()) return false;
  text = bytes.substr(0, static_cast<std::size_t>(length));
  bytes.remove_prefix(text.size());
  return true;
}

// A row of CSV ends at a line break outside of quotes. Returns the bytes of the row, with its line break; npos if the
// bytes end before it.
std::size_t csv_row_end(std::string_view bytes) {
  std::size_t at = 0;
  for (;;) {  // at the start of a field
    if (at < bytes.size() && bytes[at] == '"') {
      bool open = true;
      for (++at; open; ++at) {
        at = bytes.find('"', at);
        if (at == std::string_view::npos) return at;
        open = at + 1 < bytes.size() && bytes[at + 1] == '"';
        at += open ? 1 : 0;
      }
    }
    at = bytes.find_first_of(",\n", at);
    if (at == std::string_view::npos) return at;
    if (bytes[at++] == '\n') return at;
  }
}

RowCut cut_lines(std::string_view bytes, bool at_end) {
  RowCut cut;
  const std::size_t last = bytes.rfind('\n');
  if (last != std::string_view::npos) cut.bytes = last + 1;
  cut.rows =
      static_cast<std::size_t>(std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut.bytes), '\n'));
  if (at_end && cut.bytes < bytes.size()) {
    cut.bytes = bytes.size();
    ++cut.rows;
  }
  return cut;
}

RowCut cut_csv(std::string_view bytes, bool at_end) {
  if (std::memchr(bytes.data(), '"', bytes.size()) == nullptr) return cut_lines(bytes, at_end);
  RowCut cut;
  while (cut.bytes < bytes.size()) {
    const std::size_t end = csv_row_end(bytes.substr(cut.bytes));
    if (end == std::string_view::npos && !at_end) break;
    cut.bytes = end == std::string_view::npos ? bytes.size() : cut.bytes + end;
    ++cut.rows;
  }
  return cut;
}

// Takes a value off the bytes, with the byte that says whether it is null. Returns false if they end before it.
bool skip_binary(std::string_view& bytes, const ColumnType& type) {
  if (type.nullable) {
    if (bytes.empty()) return false;
    const bool null = bytes.front() != 0;
    bytes.remove_prefix(1);
    if (null) return true;
  }
  std::string_view text;
  if (type.bytes == 0) return take_text(bytes, text);
  if (bytes.size() < type.bytes) return false;
  bytes.remove_prefix(type.bytes);
  return true;
}

RowCut cut_binary(const std::vector<RowColumn>& columns, std::string_view bytes, bool at_end) {
  RowCut cut;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    for (const RowColumn& column : columns) {
      if (skip_binary(rest, *column.type)) continue;
      if (!at_end) return cut;
      rest = {};  // a row that was cut; the reader reports it
      break;
    }
    cut.bytes = bytes.size() - rest.size();
    ++cut.rows;
  }
  return cut;
}

Error bad_head(const std::string& why) { return {Cause::document, "the head of the rows: " + why, ""}; }

Result<std::optional<RowHead>> read_binary_head(std::string_view bytes, bool at_end) {
  const auto cut_short = [&]() -> Result<std::optional<RowHead>> {
    if (at_end || bytes.size() > max_row_bytes) return bad_head("it is not that of RowBinaryWithNamesAndTypes");
    return std::optional<RowHead>();
  };
  RowHead head;
  std::string_view rest = bytes, text;
  std::uint64_t count = 0;
  if (!take_length(rest, count)) return cut_short();
  if (count > max_row_columns) return bad_head("it has more than " + std::to_string(max_row_columns) + " columns");
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!take_text(rest, text)) return cut_short();
    head.columns.push_back({std::string(text), std::nullopt});
  }
  for (RowColumn& column : head.columns) {
    if (!take_text(rest, text)) return cut_short();
    auto type = read_column_type(text);
    if (!type) {
      type.error().message = "the column `" + column.name + "`: " + type.error().message;
      return std::move(type).error();
    }
    column.type = *std::move(type);
  }
  head.bytes = bytes.size() - rest.size();
  return std::optional<RowHead>(std::move(head));
}

}  // namespace

Result<std::optional<RowHead>> read_row_head(RowFormat format, std::string_view bytes, bool at_end,
                                             const ColumnMap& map) {
  if (format == RowFormat::row_binary_with_names) return read_binary_head(bytes, at_end);
  RowHead head;
  if (format == RowFormat::row_binary) {
    for (const DeclaredColumn& column : map.declared) head.columns.push_back({column.name, column.type});
    if (head.columns.empty()) {
      return Error{Cause::document, map.name + ": RowBinary has no names of columns, and the map has none",
                   "add `columns src_net String, rec_in_on Nullable(UInt8)` with all columns in their order"};
    }
    return std::optional<RowHead>(std::move(head));
  }
  const std::size_t mark = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  std::string_view line = bytes.substr(mark);
  std::size_t end = format == RowFormat::csv ? csv_row_end(line) : line.find('\n') + 1;
  if (end == std::string_view::npos || end == 0) {
    if (!at_end) {
      if (bytes.size() > max_row_bytes)
        return bad_head("it is longer than " + std::to_string(max_row_bytes) + " bytes");
      return std::optional<RowHead>();
    }
    if (line.empty()) return bad_head("there is none; the first line has the names of the columns");
    end = line.size();
  }
  std::string_view row = line.substr(0, end);
  // A reader of as many columns as there are.
  std::vector<RowColumn> columns(1);
  for (const char c : row) {
    if (c == (format == RowFormat::csv ? ',' : '\t')) columns.emplace_back();
  }
  if (columns.size() > max_row_columns)
    return bad_head("it has more than " + std::to_string(max_row_columns) + " columns");
  RowReader reader(format, columns);
  reader.next(row);  // its count may be smaller, where a name has a comma
  for (const RowField& field : reader.fields()) {
    if (!is_utf8(field.text)) return bad_head("it is not UTF-8");
    head.columns.push_back({std::string(field.text), std::nullopt});
  }
  head.bytes = mark + end;
  return std::optional<RowHead>(std::move(head));
}

std::string row_head(RowFormat format, const std::vector<RowColumn>& columns) {
  std::string out;
  if (format == RowFormat::row_binary) return out;
  if (format == RowFormat::row_binary_with_names) {
    append_length(columns.size(), out);
    for (const RowColumn& column : columns) {
      append_length(column.name.size(), out);
      out += column.name;
    }
    for (const RowColumn& column : columns) {
      append_length(column.type->text.size(), out);
      out += column.type->text;
    }
    return out;
  }
  for (const RowColumn& column : columns) {
    if (!out.empty()) out += format == RowFormat::csv ? ',' : '\t';
    append_text(format, column.name, out);
  }
  return out + '\n';
}

RowCut cut_rows(RowFormat format, const std::vector<RowColumn>& columns, std::string_view bytes, bool at_end) {
  switch (format) {
    case RowFormat::csv: return cut_csv(bytes, at_end);
    case RowFormat::tsv: return cut_lines(bytes, at_end);
    case RowFormat::row_binary:
    case RowFormat::row_binary_with_names: return cut_binary(columns, bytes, at_end);
  }
  return {};
}

// --- reading ---------------------------------------------------------------------------

RowReader::RowReader(RowFormat format, const std::vector<RowColumn>& columns) : format_(format), columns_(columns) {
  fields_.reserve(columns.size());
}

const std::string& RowReader::next(std::string_view& bytes) {
  fields_.clear();
  fault_.clear();
  is_empty_line_ = false;
  switch (format_) {
    case RowFormat::csv: next_csv(bytes); break;
    case RowFormat::tsv: next_tsv(bytes); break;
    case RowFormat::row_binary:
    case RowFormat::row_binary_with_names: next_binary(bytes); break;
  }
  return fault_;
}

std::string& RowReader::room_for(std::size_t column) {
  // Never more than there are columns, so the texts stay where they are.
  if (rooms_.empty()) rooms_.resize(columns_.size() + 1);
  std::string& room = rooms_[std::min(column, columns_.size())];
  room.clear();
  return room;
}

void RowReader::check_count(std::size_t count) {
  if (count == columns_.size() || !fault_.empty()) return;
  fault_ = "the row has " + std::to_string(count) + (count == 1 ? " field" : " fields") + ", and the table " +
           std::to_string(columns_.size()) + (columns_.size() == 1 ? " column" : " columns");
}

void RowReader::next_csv(std::string_view& bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  const char* const first = at;
  std::size_t count = 0;
  bool last = false;
  while (!last) {
    RowField field;
    const char* const from = at;
    if (at != end && *at == '"') {
      const char* piece = ++at;
      std::string* room = nullptr;
      for (;;) {
        at = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
        if (at == nullptr) {
          at = end;
          fault_ = "a quote is not closed";
          break;
        }
        if (at + 1 == end || at[1] != '"') break;
        if (room == nullptr) room = &room_for(count);
        room->append(piece, at + 1);
        at += 2;
        piece = at;
      }
      if (room != nullptr) room->append(piece, at);
      field.text =
          room != nullptr ? std::string_view(*room) : std::string_view(piece, static_cast<std::size_t>(at - piece));
      if (at != end) ++at;
      const bool closed = at == end || *at == ',' || *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] == '\n'));
      if (!closed && fault_.empty()) fault_ = "something stands behind a closing quote";
      while (at != end && *at != ',' && *at != '\n') ++at;
      field.raw = {from, static_cast<std::size_t>(at - from)};
      if (field.raw.ends_with('\r') && (at == end || *at == '\n')) field.raw.remove_suffix(1);
    } else {
      while (at != end && *at != ',' && *at != '\n') ++at;
      field.raw = {from, static_cast<std::size_t>(at - from)};
      if (field.raw.ends_with('\r') && (at == end || *at == '\n')) field.raw.remove_suffix(1);
      field.text = field.raw;
      field.is_null = field.raw.empty() || field.raw == "\\N";
    }
    last = at == end || *at == '\n';
    if (count < columns_.size()) fields_.push_back(field);
    ++count;
    if (at != end) ++at;
    if (last && count == 1 && field.raw.empty() && columns_.size() > 1) {
      is_empty_line_ = true;
      fault_.clear();
      bytes.remove_prefix(static_cast<std::size_t>(at - first));
      return;
    }
  }
  bytes.remove_prefix(static_cast<std::size_t>(at - first));
  check_count(count);
}

void RowReader::next_tsv(std::string_view& bytes) {
  const std::size_t line_end = std::min(bytes.find('\n'), bytes.size());
  std::string_view line = bytes.substr(0, line_end);
  bytes.remove_prefix(std::min(line_end + 1, bytes.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.empty() && columns_.size() > 1) {
    is_empty_line_ = true;
    return;
  }
  std::size_t count = 0;
  for (bool last = false; !last; ++count) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    RowField field;
    field.raw = line.substr(0, tab);
    last = tab == line.size();
    line.remove_prefix(std::min(tab + 1, line.size()));
    field.text = field.raw;
    if (field.raw == "\\N") {
      field.is_null = true;
    } else if (field.raw.find('\\') != std::string_view::npos) {
      std::string& room = room_for(count);
      for (std::size_t i = 0; i < field.raw.size(); ++i) {
        char c = field.raw[i];
        if (c == '\\' && i + 1 < field.raw.size()) {
          c = field.raw[++i];
          constexpr std::string_view escapes = "tnrbfav0", meanings("\t\n\r\b\f\a\v\0", 8);
          if (const std::size_t which = escapes.find(c); which != std::string_view::npos) c = meanings[which];
        }
        room += c;
      }
      field.text = room;
    }
    if (count < columns_.size()) fields_.push_back(field);
  }
  check_count(count);
}

bool RowReader::read_binary(std::string_view& bytes, const ColumnType& type, RowField& field) {
  const char* const from = bytes.data();
  if (type.nullable) {
    if (bytes.empty()) return false;
    field.is_null = bytes.front() != 0;
    bytes.remove_prefix(1);
  }
  if (!field.is_null && type.bytes == 0) {
    if (!take_text(bytes, field.text)) return false;
  } else if (!field.is_null) {
    if (bytes.size() < type.bytes) return false;
    field.text = bytes.substr(0, type.bytes);
    bytes.remove_prefix(type.bytes);
    const bool is_signed = type.kind == Type::signed_number || type.kind == Type::words;
    if (is_signed || type.kind == Type::unsigned_number || type.kind == Type::boolean) {
      for (std::size_t i = field.text.size(); i-- > 0;)
        field.number = field.number << 8 | static_cast<unsigned char>(field.text[i]);
      field.is_number = true;
      const unsigned bits = 8 * type.bytes;
      field.is_negative = is_signed && (field.number >> (bits - 1) & 1) != 0;
      if (field.is_negative && bits < 64) field.number |= ~std::uint64_t{0} << bits;
    }
    if (type.kind == Type::words) {
      const std::string* const word = type.word(static_cast<std::int64_t>(field.number));
      if (word == nullptr) {
        fault_ = "a value is none of its Enum";
      } else {
        field.text = *word;
      }
      field.is_number = field.is_negative = false;
    }
    // FixedString is filled up with zero bytes.
    if (type.kind == Type::fixed_text) field.text = field.text.substr(0, field.text.find_last_not_of('\0') + 1);
  }
  field.raw = {from, static_cast<std::size_t>(bytes.data() - from)};
  return true;
}

void RowReader::next_binary(std::string_view& bytes) {
  for (const RowColumn& column : columns_) {
    RowField field;
    if (!read_binary(bytes, *column.type, field)) {
      fault_ = "the rows end in the middle of one";
      bytes = {};
      return;
    }
    fields_.push_back(field);
  }
}

// --- writing ---------------------------------------------------------------------------

void append_null(RowFormat format, std::string& out) {
  switch (format) {
    case RowFormat::csv: return;
    case RowFormat::tsv: out += "\\N"; return;
    case RowFormat::row_binary:
    case RowFormat::row_binary_with_names: out += '\1'; return;
  }
}

void append_text(RowFormat format, std::string_view text, std::string& out) {
  switch (format) {
    case RowFormat::csv:
      if (!text.empty() && text != "\\N" && text.find_first_of("\",\r\n") == std::string_view::npos) {
        out += text;
        return;
      }
      out += '"';
      for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
      }
      out += '"';
      return;
    case RowFormat::tsv:
      for (const char c : text) {
        constexpr std::string_view escaped("\t\n\r\\\0", 5), letters = "tnr\\0";
        const std::size_t which = escaped.find(c);
        if (which != std::string_view::npos) out += '\\';
        out += which != std::string_view::npos ? letters[which] : c;
      }
      return;
    case RowFormat::row_binary:
    case RowFormat::row_binary_with_names:
      out += '\0';
      append_length(text.size(), out);
      out += text;
      return;
  }
}

void append_rule(RowFormat format, std::uint16_t rule, std::string& out) {
  if (!is_binary(format)) {
    out += std::to_string(rule);
    return;
  }
  out += '\0';
  out += static_cast<char>(rule & 0xff);
  out += static_cast<char>(rule >> 8);
}

ColumnType type_of_texts() { return {Type::text, 0, true, {}, "Nullable(String)"}; }
ColumnType type_of_rules() { return {Type::unsigned_number, 2, true, {}, "Nullable(UInt16)"}; }

}  // namespace tally
