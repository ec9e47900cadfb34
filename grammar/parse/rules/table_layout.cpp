// Rows that have not as many cells as the header: see table_layout.h.
#include "grammar/parse/rules/table_layout.h"

namespace tally::syntax::grammar {
namespace {

std::string cells(std::size_t count) { return std::to_string(count) + (count == 1 ? " cell" : " cells"); }

}  // namespace

Fault miscounted(Span row, std::size_t found, std::size_t wanted) {
  return make_fault(DiagnosticId::bad_table, row,
                    "this row has " + cells(found) + ", the header has " + std::to_string(wanted))
      .help(found < wanted
                ? "a cell that does not matter is `-`; the outcome stands behind the last `|`"
                : "a column of the header is missing, or the outcome has a `|` in front of it and one behind");
}

bool counting_fits_lines(const ParseState& state, std::uint32_t end) {
  const TableForm& table = state.table;
  bool row_within_line = false;
  for (const std::uint32_t row : table.rows) row_within_line |= !state.tokens[row].line_start;
  if (!row_within_line) return true;
  std::size_t next = 0;
  for (std::uint32_t i = table.rows.front(); i < end; ++i) {
    if (next < table.rows.size() && table.rows[next] == i) {
      ++next;
    } else if (state.tokens[i].kind == Kind::bar && state.tokens[i].line_start) {
      return false;
    }
  }
  return true;
}

std::optional<Fault> first_miscounted_line(const ParseState& state, std::uint32_t end) {
  const TableForm& table = state.table;
  const TokenReader& tokens = state.tokens;
  if (table.columns == 0 || table.rows.empty()) return std::nullopt;
  const std::uint32_t begin = table.rows.front();
  if (!tokens[begin].line_start || !tokens[table.header].line_start) return std::nullopt;
  std::size_t depth = 0, bars = 0;
  std::uint32_t first = begin, last = begin;
  for (std::uint32_t i = begin;; ++i) {
    const Token& token = tokens[i];
    const bool bar = token.kind == Kind::bar && depth == 0;
    const bool over =
        token.kind == Kind::end || tokens.begins_declaration(i) || (depth == 0 && token.kind == Kind::right_brace);
    if ((bar && token.line_start && i != begin) || over) {
      if (bars != table.columns + 1) {
        return miscounted(around(tokens.span(first), tokens.span(last)), bars - 1, table.columns);
      }
      if (over || i > end) return std::nullopt;
      first = i;
      bars = 0;
    }
    if (bar) {
      ++bars;
      last = i;
    } else if (opens(token.kind)) {
      ++depth;
    } else if (depth > 0 && closes(token.kind)) {
      --depth;
    }
  }
}

}  // namespace tally::syntax::grammar
