// Rules of tables that a PEG cannot express: a row has as many cells as the header, and where the
// table is laid out with a row per line, the lines show which row has too few or too many.
//
// In:     the tokens of a table
// Out:    whether its rows fit its header
// Always: the form of the table (ParseState::table) is that of the tokens read so far. Private to
//         grammar/parse/.
#pragma once

#include "grammar/parse/engine/combinators.h"
#include "grammar/parse/rules/table_layout.h"

namespace tally::syntax::grammar {

// A cell of the header ends here.
struct column_ends : terminal<column_ends, 0> {
  static bool at(const TokenInput&, ParseState& state) {
    ++state.table.header_cells;
    return true;
  }
};
struct past_first_column : terminal<past_first_column, 0> {
  static bool at(const TokenInput&, ParseState& state) { return state.table.header_cells > 0; }
};
// The header ends here.
struct header_ends : terminal<header_ends, 0> {
  static bool at(const TokenInput&, ParseState& state) {
    state.table.columns = state.table.header_cells;
    return true;
  }
};
// A row begins here, with its bar.
struct row_begins : terminal<row_begins, 0> {
  static bool at(const TokenInput& in, ParseState& state) {
    if (in.token().kind != Kind::bar) return false;
    state.table.rows.push_back(in.position());
    return true;
  }
};

// What a row or the header has, where a cell or a bar should be.
// on when a    |  a | because "..."
struct short_row : p::sor<p::at<key<Word::because>>, p::at<key<Word::otherwise>>, p::at<symbol<Kind::right_brace>>> {};

// As many cells as the header has.
template <class Cell>
struct as_many_as_columns {
  using rule_t = as_many_as_columns;
  using subs_t = p::type_list<Cell>;
  template <p::apply_mode A, p::rewind_mode, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, ParseState& state, States&&... rest) {
    for (state.table.row_cells = 0; state.table.row_cells < state.table.columns; ++state.table.row_cells) {
      if (!Control<Cell>::template match<A, p::rewind_mode::dontcare, Action, Control>(in, state, rest...))
        return false;
    }
    return true;
  }
};

// A table. What follows a row that was counted wrongly is out of step, so the fault of such a row
// comes before any other fault of the table.
template <class Rule>
struct counted_by_lines {
  using rule_t = counted_by_lines;
  using subs_t = p::type_list<Rule>;
  template <p::apply_mode A, p::rewind_mode M, template <class...> class Action, template <class...> class Control,
            class Input, class... States>
  static bool match(Input& in, ParseState& state, States&&... rest) {
    state.in_table = true;
    state.table = {};
    state.table.header = in.position();
    try {
      if (!Control<Rule>::template match<A, M, Action, Control>(in, state, rest...)) return false;
    } catch (const Fault& fault) {
      // The input has been rewound; the fault knows where it was.
      if (auto cause = first_miscounted_line(state, fault.at)) {
        fail(state, fault.at, [&] { return *std::move(cause); });
      }
      throw;
    }
    if (!counting_fits_lines(state, in.position())) {
      if (auto cause = first_miscounted_line(state, in.position())) {
        fail(state, in.position(), [&] { return *std::move(cause); });
      }
    }
    state.in_table = false;
    return true;
  }
};

}  // namespace tally::syntax::grammar

namespace tao::pegtl {
template <class Name, class Cell>
struct analyze_traits<Name, tally::syntax::grammar::as_many_as_columns<Cell>> : analyze_seq_traits<Cell> {};
template <class Name, class Rule>
struct analyze_traits<Name, tally::syntax::grammar::counted_by_lines<Rule>> : analyze_seq_traits<Rule> {};
}  // namespace tao::pegtl
