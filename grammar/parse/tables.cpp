// Tables: a header, then rows with as many cells, an outcome and a reason.
//
// White space only separates, so where a row ends is known by counting the
// header's cells. A row with a cell too few or too many shifts all that follow;
// where the table is laid out a row a line, the lines tell which row it was.
#include <utility>

#include "grammar/parse/constructs.h"

namespace tally::syntax {

namespace {

std::string cells(std::size_t count) { return std::to_string(count) + (count == 1 ? " cell" : " cells"); }

Fault miscounted(const Cursor& c, Span row, std::size_t found, std::size_t wanted) {
  return c.fault(DiagnosticId::bad_table, row,
                 "this row has " + cells(found) + ", the header has " + std::to_string(wanted));
}

// The tokens of a table at which its parts begin.
struct TableForm {
  std::size_t header = 0;
  std::size_t columns = 0;        // 0: the header is not read yet
  std::vector<std::size_t> rows;  // as counted
};

bool counting_fits_lines(const Cursor& c, const TableForm& layout, std::size_t end) {
  bool row_within_line = false;
  for (const std::size_t row : layout.rows) row_within_line |= !c.token(row).line_start;
  if (!row_within_line) return true;
  std::size_t next = 0;
  for (std::size_t i = layout.rows.front(); i < end; ++i) {
    if (next < layout.rows.size() && layout.rows[next] == i) {
      ++next;
    } else if (c.token(i).kind == Kind::bar && c.token(i).line_start) {
      return false;  // a line begins within a row, and a row within a line
    }
  }
  return true;
}

// Of a table that is laid out a row a line: the first row up to token `end`
// that has not as many cells as the header.
std::optional<Fault> first_miscounted_line(const Cursor& c, const TableForm& layout, std::size_t end) {
  if (layout.columns == 0 || layout.rows.empty()) return std::nullopt;
  const std::size_t begin = layout.rows.front();
  if (!c.token(begin).line_start || !c.token(layout.header).line_start) return std::nullopt;
  std::size_t depth = 0;
  std::size_t first = begin, last = begin, bars = 0;
  for (std::size_t i = begin;; ++i) {
    const Token& token = c.token(i);
    const bool bar = token.kind == Kind::bar && depth == 0;
    const bool over = token.kind == Kind::end || c.at_declaration(i) || (depth == 0 && token.kind == Kind::right_brace);
    if ((bar && token.line_start && i != begin) || over) {
      if (bars != layout.columns + 1) {
        return miscounted(c, around(c.span(c.token(first)), c.span(c.token(last))), bars - 1, layout.columns);
      }
      if (over || i > end) return std::nullopt;
      first = i;
      bars = 0;
    }
    if (bar) {
      ++bars;
      last = i;
    } else if (token.kind == Kind::left_paren || token.kind == Kind::left_bracket || token.kind == Kind::left_brace) {
      ++depth;
    } else if (depth > 0 && (token.kind == Kind::right_paren || token.kind == Kind::right_bracket ||
                             token.kind == Kind::right_brace)) {
      --depth;
    }
  }
}

// --- cells ------------------------------------------------------------------------

ast::Cell cell(Cursor& c);

ast::CompareCell compare_cell(Cursor& c) {
  ast::CompareCell result;
  switch (c.take().kind) {
    case Kind::less: result.op = ast::CompareOp::less; break;
    case Kind::less_equal: result.op = ast::CompareOp::less_equal; break;
    case Kind::greater: result.op = ast::CompareOp::greater; break;
    default: result.op = ast::CompareOp::greater_equal; break;
  }
  if (!c.at(Kind::number)) throw c.unexpected(DiagnosticId::bad_table, "a number after the comparison");
  result.value = literal(c, {DiagnosticId::bad_table, "a number"});
  return result;
}

ast::NotCell not_cell(Cursor& c) {
  c.descend();
  c.take();
  if (c.at(Kind::minus)) {
    throw c.fault(DiagnosticId::bad_table, c.here(), "`not -` matches nothing").help("`-` alone matches everything");
  }
  ast::NotCell result{std::make_unique<ast::Cell>(cell(c))};
  c.ascend();
  return result;
}

ast::Cell cell(Cursor& c) {
  const std::size_t start = c.position();
  ast::Cell result;
  const Token& token = c.peek();
  switch (token.kind) {
    case Kind::minus:
      c.take();
      result.node = ast::AnyCell{};
      break;
    case Kind::left_paren: result.node = ast::ListCell{list_items(c, "of a cell")}; break;
    case Kind::range: result.node = ast::RangeCell{c.range(c.take())}; break;
    case Kind::less:
    case Kind::less_equal:
    case Kind::greater:
    case Kind::greater_equal: result.node = compare_cell(c); break;
    case Kind::bar: throw c.fault(DiagnosticId::bad_table, c.here(), "a cell is empty").help("`-` matches everything");
    default:
      if (token.word == Word::not_) {
        result.node = not_cell(c);
      } else if (c.accept(Word::starts)) {
        result.node = ast::StartsCell{prefixes(c)};
      } else if (token.word == Word::set || token.word == Word::unset) {
        c.take();
        result.node = ast::PresenceCell{token.word == Word::set ? ast::Presence::set : ast::Presence::unset};
      } else if (token.word == Word::is || token.word == Word::in) {
        throw c.unexpected(DiagnosticId::bad_table, "a cell")
            .help("leave out " + c.quoted(token) + ": a cell is what follows it");
      } else {
        result.node = ast::ValueCell{literal(c, {DiagnosticId::bad_table, "a cell"})};
      }
  }
  result.span = c.since(start);
  return result;
}

// --- rows -------------------------------------------------------------------------

// Whether the table, or the row, ends where a cell or a bar should stand.
bool at_row_end(const Cursor& c) { return c.at(Word::because) || c.at(Word::otherwise) || c.at(Kind::right_brace); }

ast::Row row(Cursor& c, std::size_t columns) {
  const std::size_t start = c.position();
  ast::Row result;
  c.take();
  while (result.cells.size() < columns) {
    const std::size_t closed = result.cells.size();
    if (at_row_end(c)) throw miscounted(c, c.since(start), closed, columns);
    result.cells.push_back(cell(c));
    if (at_row_end(c)) throw miscounted(c, c.since(start), closed, columns);
    if (c.accept(Kind::bar)) continue;
    Fault fault = c.unexpected(DiagnosticId::bad_table, "`|` after the cell");
    if (c.at(Kind::comma)) fault.help("a list stands in parentheses: `(a, b)`");
    if (c.at(Kind::minus)) fault.help("no line is drawn under the header");
    throw fault;
  }
  result.outcome = expression(c, {DiagnosticId::bad_table, "an outcome after the row's last cell"});
  if (c.at(Word::when)) {
    throw c.fault(DiagnosticId::bad_table, c.here(), "a row has no `when`").help("its cells are its condition");
  }
  result.because = reason(c);
  result.span = c.since(start);
  return result;
}

std::vector<ast::ExprPtr> header(Cursor& c) {
  std::vector<ast::ExprPtr> cells;
  const auto without_rows = [&](std::size_t start) {
    return c.fault(DiagnosticId::bad_table, c.since(start), "a table has no rows")
        .help("a row is `| cell | ... | outcome`, with as many cells as the header");
  };
  const std::size_t start = c.position();
  c.take();
  bool over_lines = false;  // a later bar begins a line: of the first row, maybe
  do {
    if (c.at(Kind::bar)) {
      throw c.fault(DiagnosticId::bad_table, c.here(), "a cell of the header is empty")
          .help("a header's cells are expressions");
    }
    if (c.at(Kind::right_brace)) throw without_rows(start);
    try {
      cells.push_back(expression(c, {DiagnosticId::bad_table, "an expression in the header"}));
      if (c.at(Word::otherwise) && cells.size() > 1) throw without_rows(start);
      over_lines = over_lines || c.peek().line_start;
      c.expect(Kind::bar, {DiagnosticId::bad_table, "`|` after the header's cell"});
    } catch (Fault& fault) {
      if (over_lines) fault.help("`|` stands behind the last cell of the header, too");
      throw;
    }
  } while (!c.at(Kind::bar));
  return cells;
}

ast::Rule last_rule(Cursor& c) {
  const std::size_t start = c.position();
  ast::Rule result;
  result.outcome = expression(c, {DiagnosticId::bad_table, "a row, `}` or an outcome with `otherwise`"});
  if (!c.accept(Word::otherwise)) {
    Fault fault = c.unexpected(DiagnosticId::bad_table, "`otherwise` after the outcome");
    if (c.at(Word::when)) fault.help("only `otherwise` follows the rows of a table");
    throw fault;
  }
  result.otherwise = true;
  result.because = reason(c);
  result.span = c.since(start);
  return result;
}

}  // namespace

ast::Table table(Cursor& c) {
  ast::Table result;
  TableForm layout;
  layout.header = c.position();
  c.in_table = true;
  try {
    result.header = header(c);
    layout.columns = result.header.size();
    while (c.at(Kind::bar)) {
      layout.rows.push_back(c.position());
      result.rows.push_back(row(c, layout.columns));
    }
    if (!c.at(Kind::right_brace)) result.otherwise = last_rule(c);
    if (c.at(Kind::bar)) {
      throw c.fault(DiagnosticId::bad_table, c.here(), "a row stands behind `otherwise`")
          .help("`otherwise` comes last");
    }
  } catch (const Fault&) {
    // The fault may be the end of a row that was counted wrongly further up.
    if (auto cause = first_miscounted_line(c, layout, c.position())) throw std::move(*cause);
    throw;
  }
  if (!counting_fits_lines(c, layout, c.position())) {
    if (auto cause = first_miscounted_line(c, layout, c.position())) throw std::move(*cause);
  }
  c.in_table = false;
  result.span = c.since(layout.header);
  return result;
}

}  // namespace tally::syntax
