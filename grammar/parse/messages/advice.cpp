// Advice on what stands where something else was expected: see expectations.h.
#include "grammar/parse/messages/expectations.h"

namespace tally::syntax {

void throw_unexpected(const Expectation& expected, const ParseState& state, std::uint32_t at) {
  if (!state.with_mistakes) throw NoMatch();
  Fault fault = unexpected(state, at, expected.code, filled(expected.what, state, at, at));
  if (expected.advise != nullptr && !fault.settled) expected.advise(state, at, fault);
  fault.at = at;
  throw Fault(std::move(fault));
}

}  // namespace tally::syntax

namespace tally::syntax::advice {
namespace {

Fault reserved(const ParseState& state, std::uint32_t at) {
  return make_fault(DiagnosticId::bad_name, state.tokens.span(at),
                    state.tokens.quoted(at) + " is a keyword and cannot be a name");
}

}  // namespace

void name(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  if (token.kind == Kind::word && token.word != Word::none && !state.tokens.begins_declaration(at)) {
    fault = reserved(state, at);
  }
}

void value(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  if (token.word == Word::not_) fault.help("`not` binds looser: put it and what follows in parentheses");
  if (token.kind == Kind::bar && !state.in_table) {
    fault.help("a table stands in braces, after the decision's type: `{ | ... | }`");
  }
}

void type(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Word word = state.tokens[at].word;
  if (word == Word::on || word == Word::off) fault.help("the type of `on` and `off` is `flag`");
}

void pointer(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].kind == Kind::word && !state.tokens.begins_declaration(at)) {
    fault.help("write `/" + std::string(state.tokens.text(at)) + "`");
  }
}

void body_without_type(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].kind == Kind::left_brace) fault.help("rules in braces need a type: `: T { ... }`");
}

void opened(const ParseState& state, std::uint32_t, Fault& fault) {
  fault.label(state.tokens.span(state.brackets.back()), "opened here");
}

void after_outcome(const ParseState& state, std::uint32_t at, Fault& fault) {
  const TokenReader& tokens = state.tokens;
  std::uint32_t begin = at;
  for (auto open = state.open_rules.rbegin(); open != state.open_rules.rend(); ++open) {
    if (open->rule != rule_number<grammar::rule>) continue;
    begin = open->begin;
    break;
  }
  const Node& outcome = state.nodes.back();
  fault.label(tokens.span(outcome.begin, outcome.end), "the outcome");
  if (tokens[at].word == Word::if_) fault.help("write `when`");
  const bool bare = at == begin + 1 && tokens[begin].kind == Kind::word;
  if (bare && tokens[at].kind == Kind::text && nearest(tokens.text(begin), {"because"})) {
    fault.help("did you mean `because`?");
  }
  if (const char* help = detached(tokens, begin)) fault.help(help);
}

void in_list(const ParseState&, std::uint32_t, Fault& fault) { fault.help("a list holds literals and ranges"); }

void after_in(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  const Kind next = state.tokens[at + 1].kind;
  if (token.kind == Kind::number && (next == Kind::dots || next == Kind::range)) {
    fault.help("a range has no space inside: `5..30`");
  } else if (token.kind == Kind::word || token.kind == Kind::number || token.kind == Kind::text) {
    const std::string word(state.tokens.text(at));
    fault.help("write `in (" + word + ")` or `is " + word + "`");
  }
}

void close_paren(const ParseState& state, std::uint32_t at, Fault& fault) {
  opened(state, at, fault);
  if (state.tokens[at].kind != Kind::comma) return;
  if (const char* help = detached(state.tokens, state.brackets.back())) fault.help(help);
}

void after_member(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens.begins_field(at)) fault.help("commas separate the members of a record literal");
}

void header(const ParseState& state, std::uint32_t at, Fault& fault) {
  // A later bar that begins a line may be that of the first row.
  for (std::uint32_t i = state.table.header + 1; i < at; ++i) {
    if (state.tokens[i].kind != Kind::bar || !state.tokens[i].line_start) continue;
    fault.help("`|` stands behind the last cell of the header, too");
    return;
  }
}

void header_bar(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].line_start) {
    fault.help("`|` stands behind the last cell of the header, too");
  } else {
    header(state, at, fault);
  }
}

void after_cell(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].kind == Kind::comma) fault.help("a list stands in parentheses: `(a, b)`");
  if (state.tokens[at].kind == Kind::minus) fault.help("no line is drawn under the header");
}

void after_rows(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].word == Word::when) fault.help("only `otherwise` follows the rows of a table");
}

void given(const ParseState& state, std::uint32_t at, Fault& fault) {
  const Token& token = state.tokens[at];
  if (token.word == Word::expect || token.word == Word::given || token.kind == Kind::right_brace) {
    fault.diagnostic.code = DiagnosticId::bad_example;
  } else {
    name(state, at, fault);
  }
}

void given_is(const ParseState& state, std::uint32_t at, Fault& fault) {
  if (state.tokens[at].kind == Kind::assign) fault.help("write `is`");
}

}  // namespace tally::syntax::advice
