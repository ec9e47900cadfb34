// Expressions, from loose to tight: `or`, `and`, `not`, comparisons, `else`,
// suffixes, and what stands alone. Paths too, which look alike.
#include <utility>

#include "grammar/parse/constructs.h"
#include "grammar/parse/parser.h"

namespace tally::syntax {

namespace {

using ast::ExprPtr;

bool is_comparison(const Token& token) {
  switch (token.word) {
    case Word::is:
    case Word::in:
    case Word::starts: return true;
    default: return token.kind >= Kind::less && token.kind <= Kind::greater_equal;
  }
}

ast::CompareOp compare_op(Kind kind) {
  switch (kind) {
    case Kind::less: return ast::CompareOp::less;
    case Kind::less_equal: return ast::CompareOp::less_equal;
    case Kind::greater: return ast::CompareOp::greater;
    default: return ast::CompareOp::greater_equal;
  }
}

// --- what stands alone ----------------------------------------------------------

ExprPtr record_literal(Cursor& c) {
  const std::size_t start = c.position();
  ast::RecordLiteral record;
  c.open();
  while (!c.at(Kind::right_brace)) {
    ast::Member member;
    member.name = c.field_name({DiagnosticId::bad_expression, "a member `name: value` or `}`"});
    if (!c.accept(Kind::colon)) {
      throw c.unexpected(DiagnosticId::bad_expression, "`:` after member `" + member.name.text + "`");
    }
    member.value = expression(c, {DiagnosticId::bad_expression, "a value after `:`"});
    const bool more = c.accept(Kind::comma);
    if (!more && !c.at(Kind::right_brace)) {
      Fault fault = c.unexpected(DiagnosticId::bad_expression, "`,` or `}` after member `" + member.name.text + "`");
      if (c.at_field()) fault.help("commas separate the members of a record literal");
      throw fault;
    }
    record.members.push_back(std::move(member));
  }
  c.close(DiagnosticId::bad_expression, "`}`");
  return make_expr(std::move(record), c.since(start));
}

// A keyword where an expression should begin.
Fault misplaced_keyword(const Cursor& c, const Want& want) {
  const Token& token = c.peek();
  if (c.at_declaration(c.position())) return c.unexpected(want);
  switch (token.word) {
    case Word::set: return c.fault(DiagnosticId::bad_expression, c.here(), "`set` stands after `is` or `is not` only");
    case Word::use:
    case Word::type:
    case Word::input:
    case Word::let:
    case Word::decision:
    case Word::prove:
    case Word::example:
    case Word::flag:
    case Word::number:
    case Word::text:
    case Word::at: return c.reserved(token);
    case Word::not_: {
      Fault fault = c.unexpected(want);
      fault.help("`not` binds looser: put it and what follows in parentheses");
      return fault;
    }
    default: return c.unexpected(want);
  }
}

ExprPtr number_literal(Cursor& c) {
  const Token& token = c.take();
  const std::uint64_t value = c.number(token);
  if (c.touches(Kind::dot) && c.peek(1).kind == Kind::number && !c.peek(1).spaced) {
    throw c.fault(DiagnosticId::bad_number, c.here(), "numbers are whole")
        .help("choose a smaller unit, such as milliseconds");
  }
  return make_expr(ast::NumberLiteral{value}, c.span(token));
}

ExprPtr primary(Cursor& c, const Want& want) {
  const Token& token = c.peek();
  switch (token.kind) {
    case Kind::word:
    case Kind::number:
    case Kind::text: return literal(c, want);
    case Kind::left_paren: {
      const std::size_t opening = c.position();
      c.open();
      ExprPtr inner = expression(c, {DiagnosticId::bad_expression, "an expression after `(`"});
      if (c.at(Kind::comma)) {
        if (const char* help = c.detached(opening)) throw c.unexpected(DiagnosticId::bad_expression, "`)`").help(help);
      }
      c.close(DiagnosticId::bad_expression, "`)`");
      return inner;
    }
    case Kind::left_brace: {
      const Kind second = c.peek(1).kind;
      const bool named = second == Kind::word || second == Kind::dashed || second == Kind::strange;
      if (second == Kind::right_brace || (named && c.peek(2).kind == Kind::colon)) return record_literal(c);
      const std::size_t start = c.position();
      ast::Rules inner = rules(c, "");
      return make_expr(std::move(inner), c.since(start));
    }
    case Kind::range:
      throw c.fault(DiagnosticId::bad_expression, c.here(), "a range is no value")
          .help("a range stands after `in`: `x in 5..30`");
    case Kind::minus:
      if (c.peek(1).kind == Kind::number && !c.peek(1).spaced) {
        throw c.fault(DiagnosticId::bad_number, c.here(), "numbers are not negative");
      }
      throw c.unexpected(want);
    case Kind::bar: {
      Fault fault = c.unexpected(want);
      if (!c.in_table) fault.help("a table stands in braces, after the decision's type: `{ | ... | }`");
      throw fault;
    }
    default: throw c.unexpected(want);
  }
}

// --- suffixes ---------------------------------------------------------------------

ast::Name suffix_field(Cursor& c) {
  c.take();
  return c.field_name({DiagnosticId::bad_expression, "a field name after `.`"});
}

// The expressions between brackets; the cursor stands at the opening one.
std::vector<ExprPtr> arguments(Cursor& c, const char* first, const char* closing) {
  std::vector<ExprPtr> list;
  c.open();
  do {
    list.push_back(expression(c, {DiagnosticId::bad_expression, list.empty() ? first : "an expression after `,`"}));
  } while (c.accept(Kind::comma));
  c.close(DiagnosticId::bad_expression, closing);
  return list;
}

ExprPtr index_suffix(Cursor& c, ExprPtr base, std::size_t start) {
  auto indices = arguments(c, "an index after `[`", "`,` or `]` after an index");
  return make_expr(ast::IndexOf{std::move(base), std::move(indices)}, c.since(start));
}

ExprPtr suffixed(Cursor& c, const Want& want) {
  const SuffixScope scope(c);
  const std::size_t start = c.position();
  ExprPtr base = primary(c, want);
  for (;;) {
    if (c.at(Kind::dot)) {
      c.add_suffix();
      ast::Name field = suffix_field(c);
      base = make_expr(ast::FieldOf{std::move(base), std::move(field)}, c.since(start));
    } else if (c.touches(Kind::left_bracket)) {
      c.add_suffix();
      base = index_suffix(c, std::move(base), start);
    } else if (c.touches(Kind::left_paren)) {
      const auto* callee = std::get_if<ast::NameRef>(&base->node);
      // `(f)(x)` is no call either: what is called is written as a bare name.
      if (callee == nullptr || c.position() != start + 1) {
        throw c.fault(DiagnosticId::bad_expression, c.here(), "only a `let` is called, by its name")
            .help("put a space before the `(` if a new rule begins here");
      }
      c.add_suffix();
      ast::Name function = callee->name;
      if (c.peek(1).kind == Kind::right_paren) {
        throw c.fault(DiagnosticId::bad_expression, c.here(), "a call has no arguments")
            .help("a `let` without parameters is used by its name: `" + function.text + "`");
      }
      auto list = arguments(c, "an argument after `(`", "`,` or `)` after an argument");
      base = make_expr(ast::Call{std::move(function), std::move(list)}, c.since(start));
    } else {
      return base;
    }
  }
}

ExprPtr alternatives(Cursor& c, const Want& want) {
  const std::size_t start = c.position();
  ExprPtr first = suffixed(c, want);
  if (!c.at(Word::else_)) return first;
  ast::Else chain;
  chain.operands.push_back(std::move(first));
  while (c.accept(Word::else_))
    chain.operands.push_back(suffixed(c, {DiagnosticId::bad_expression, "a value after `else`"}));
  return make_expr(std::move(chain), c.since(start));
}

// --- comparisons --------------------------------------------------------------------

ExprPtr is_comparison_tail(Cursor& c, ExprPtr left, std::size_t start) {
  c.take();
  const bool negated = c.accept(Word::not_);
  if (c.at(Word::in) || c.at(Word::starts)) {
    const std::string word = c.quoted(c.peek());
    throw c.fault(DiagnosticId::bad_expression, c.since(start), "`is` does not go with " + word)
        .help(negated ? "write `not x " + word.substr(1) + ", with `not` in front" : "write " + word + " alone");
  }
  if (c.at(Word::set) || c.at(Word::unset)) {
    const auto presence = c.take().word == Word::set ? ast::Presence::set : ast::Presence::unset;
    return make_expr(ast::IsPresence{std::move(left), negated, presence}, c.since(start));
  }
  ExprPtr right =
      alternatives(c, {DiagnosticId::bad_expression, negated ? "a value after `is not`" : "a value after `is`"});
  return make_expr(ast::Is{std::move(left), negated, std::move(right)}, c.since(start));
}

ExprPtr in_tail(Cursor& c, ExprPtr left, std::size_t start) {
  c.take();
  ast::In node;
  if (c.at(Kind::range)) {
    node.items.emplace_back(c.range(c.take()));
  } else if (c.at(Kind::left_paren)) {
    node.items = list_items(c, "after `in`");
  } else {
    Fault fault = c.unexpected(DiagnosticId::bad_expression, "`(` or a range after `in`");
    const Kind next = c.peek(1).kind;
    if (c.at(Kind::number) && (next == Kind::dots || next == Kind::range)) {
      fault.help("a range has no space inside: `5..30`");
    } else if (c.at(Kind::word) || c.at(Kind::number) || c.at(Kind::text)) {
      const std::string word(c.text(c.peek()));
      fault.help("write `in (" + word + ")` or `is " + word + "`");
    }
    throw fault;
  }
  node.left = std::move(left);
  return make_expr(std::move(node), c.since(start));
}

// What may not follow an operand, where advice is at hand.
void reject_slips(const Cursor& c) {
  const Token& token = c.peek();
  const auto no_operator = [&](const char* help) {
    return c.fault(DiagnosticId::bad_expression, c.here(), c.quoted(token) + " is no operator").help(help);
  };
  switch (token.kind) {
    case Kind::assign:
    case Kind::equal_equal:
      throw c.fault(DiagnosticId::bad_expression, c.here(), c.quoted(token) + " does not compare").help("write `is`");
    case Kind::not_equal: throw no_operator("write `is not`");
    case Kind::and_and: throw no_operator("write `and`");
    case Kind::bar:
      if (c.in_table || c.peek(1).kind != Kind::bar || c.peek(1).spaced) return;
      throw c.fault(DiagnosticId::bad_expression, around(c.here(), c.span(c.peek(1))), "`||` is no operator")
          .help("write `or`");
    case Kind::minus:
    case Kind::star: throw no_operator("there is no arithmetic: let the host supply the number");
    case Kind::other:
      if (c.text(token) == "+" || c.text(token) == "%") {
        throw no_operator("there is no arithmetic: let the host supply the number");
      }
      return;
    case Kind::question:
      throw c.fault(DiagnosticId::bad_expression, c.here(), "`?` stands in types only")
          .help("reaching through an optional gives an optional: `.` is enough");
    case Kind::left_bracket:
      throw c.fault(DiagnosticId::bad_expression, c.here(), "the `[` of an index touches what it follows")
          .help("leave out the space before `[`");
    case Kind::word:
      if (token.word == Word::not_ && is_comparison(c.peek(1))) {
        const std::string word = c.quoted(c.peek(1));
        const Span both = around(c.here(), c.span(c.peek(1)));
        if (c.peek(1).word == Word::is) {
          throw c.fault(DiagnosticId::bad_expression, both, "`not` does not stand before `is`").help("write `is not`");
        }
        throw c.fault(DiagnosticId::bad_expression, both, "`not` does not stand before " + word)
            .help("write `not x " + word.substr(1) + ", with `not` in front");
      }
      return;
    default: return;
  }
}

ExprPtr comparison(Cursor& c, const Want& want) {
  const std::size_t start = c.position();
  ExprPtr left = alternatives(c, want);
  const Token& token = c.peek();
  if (!is_comparison(token)) {
    reject_slips(c);
    return left;
  }
  ExprPtr whole;
  if (token.word == Word::is) {
    whole = is_comparison_tail(c, std::move(left), start);
  } else if (token.word == Word::in) {
    whole = in_tail(c, std::move(left), start);
  } else if (token.word == Word::starts) {
    c.take();
    auto list = prefixes(c);
    whole = make_expr(ast::Starts{std::move(left), std::move(list)}, c.since(start));
  } else {
    const ast::CompareOp op = compare_op(c.take().kind);
    ExprPtr right = alternatives(c, {DiagnosticId::bad_expression, "a number after the comparison"});
    whole = make_expr(ast::Compare{std::move(left), op, std::move(right)}, c.since(start));
  }
  if (is_comparison(c.peek())) {
    throw c.fault(DiagnosticId::chained_comparison, c.here(), "comparisons do not chain")
        .label(whole->span, "already a comparison")
        .help("join two comparisons with `and`, or put one in parentheses");
  }
  reject_slips(c);
  return whole;
}

ExprPtr negation(Cursor& c, const Want& want) {
  if (c.at(Kind::bang)) throw c.unexpected(want);
  if (!c.at(Word::not_)) return comparison(c, want);
  const std::size_t start = c.position();
  c.descend();
  c.take();
  ExprPtr operand = negation(c, {DiagnosticId::bad_expression, "a condition after `not`"});
  c.ascend();
  return make_expr(ast::Not{std::move(operand)}, c.since(start));
}

ExprPtr conjunction(Cursor& c, const Want& want) {
  const std::size_t start = c.position();
  ExprPtr first = negation(c, want);
  if (!c.at(Word::and_)) return first;
  ast::And chain;
  chain.operands.push_back(std::move(first));
  while (c.accept(Word::and_))
    chain.operands.push_back(negation(c, {DiagnosticId::bad_expression, "a condition after `and`"}));
  return make_expr(std::move(chain), c.since(start));
}

}  // namespace

ExprPtr expression(Cursor& c, const Want& want) {
  const std::size_t start = c.position();
  ExprPtr first = conjunction(c, want);
  if (!c.at(Word::or_)) return first;
  ast::Or chain;
  chain.operands.push_back(std::move(first));
  while (c.accept(Word::or_))
    chain.operands.push_back(conjunction(c, {DiagnosticId::bad_expression, "a condition after `or`"}));
  return make_expr(std::move(chain), c.since(start));
}

ExprPtr literal(Cursor& c, const Want& want) {
  const Token& token = c.peek();
  const Span place = c.here();
  switch (token.kind) {
    case Kind::number: return number_literal(c);
    case Kind::text: return make_expr(ast::TextLiteral{c.text_literal(want)}, place);
    case Kind::word:
      switch (token.word) {
        case Word::none: return make_expr(ast::NameRef{c.name(want)}, place);
        case Word::on:
        case Word::off: return make_expr(ast::FlagLiteral{c.take().word == Word::on}, place);
        case Word::unset: c.take(); return make_expr(ast::UnsetLiteral{}, place);
        default: throw misplaced_keyword(c, want);
      }
    default: throw c.unexpected(want);
  }
}

std::vector<ast::ListItem> list_items(Cursor& c, const std::string& after) {
  std::vector<ast::ListItem> items;
  c.open();
  do {
    if (c.at(Kind::range)) {
      items.emplace_back(c.range(c.take()));
    } else if (c.at(Word::unset) || c.at(Word::set)) {
      throw c.fault(DiagnosticId::bad_expression, c.here(), c.quoted(c.peek()) + " is no member of a list")
          .help("test it on its own: `x is unset`");
    } else {
      items.emplace_back(literal(c, {DiagnosticId::bad_expression, "a literal or a range in the list", &after}));
    }
  } while (c.accept(Kind::comma));
  if (!c.at(Kind::right_paren)) {
    throw c.unexpected(DiagnosticId::bad_expression, "`,` or `)` in the list " + after)
        .help("a list holds literals and ranges");
  }
  c.close(DiagnosticId::bad_expression, "`)`");
  return items;
}

std::vector<ast::Text> prefixes(Cursor& c) {
  std::vector<ast::Text> list;
  if (!c.at(Kind::left_paren)) {
    list.push_back(c.text_literal({DiagnosticId::bad_expression, "a text, or texts in parentheses, after `starts`"}));
    return list;
  }
  c.open();
  do {
    list.push_back(c.text_literal({DiagnosticId::bad_expression, "a text in the list after `starts`"}));
  } while (c.accept(Kind::comma));
  c.close(DiagnosticId::bad_expression, "`,` or `)` in the list after `starts`");
  return list;
}

ExprPtr insertion(Cursor& c) {
  const SuffixScope scope(c);
  const std::size_t start = c.position();
  const Span place = c.here();
  ExprPtr base = make_expr(ast::NameRef{c.name({DiagnosticId::bad_insert, "a name after `{`"})}, place);
  for (;;) {
    if (c.at(Kind::dot)) {
      c.add_suffix();
      ast::Name field = suffix_field(c);
      base = make_expr(ast::FieldOf{std::move(base), std::move(field)}, c.since(start));
    } else if (c.touches(Kind::left_bracket)) {
      c.add_suffix();
      base = index_suffix(c, std::move(base), start);
    } else {
      return base;
    }
  }
}

// --- paths ------------------------------------------------------------------------

namespace {

ast::PathIndex path_index(Cursor& c) {
  ast::PathIndex index;
  index.span = c.here();
  if (c.accept(Kind::star)) return index;
  if (c.at(Kind::text)) {
    index.kind = ast::PathIndex::Kind::text;
    index.text = c.text_literal({DiagnosticId::bad_path, "an index"}).value;
    return index;
  }
  index.kind = ast::PathIndex::Kind::name;
  if (c.at(Word::on) || c.at(Word::off)) {  // the keys of a map over `flag`
    index.text = std::string(c.text(c.take()));
  } else {
    index.text = c.name({DiagnosticId::bad_path, "a value, a `for` name or `*` as index of the path"}).text;
  }
  return index;
}

}  // namespace

ast::Path path(Cursor& c, const Want& want) {
  const std::size_t start = c.position();
  ast::Path result;
  result.input = c.name(want);
  for (;;) {
    const std::size_t step_start = c.position();
    ast::PathStep step;
    if (c.accept(Kind::dot)) {
      step.field = c.field_name({DiagnosticId::bad_path, "a field name after `.`"});
    } else if (c.touches(Kind::left_bracket)) {
      c.open();
      do step.indices.push_back(path_index(c));
      while (c.accept(Kind::comma));
      c.close(DiagnosticId::bad_path, "`,` or `]` after an index of the path");
    } else if (c.at(Kind::left_bracket)) {
      throw c.fault(DiagnosticId::bad_path, c.here(), "the `[` of an index touches what it follows")
          .help("leave out the space before `[`");
    } else if (c.touches(Kind::left_paren)) {
      throw c.fault(DiagnosticId::bad_path, c.here(), "a path has no calls")
          .help("a path is an input with fields and indices");
    } else {
      break;
    }
    step.span = c.since(step_start);
    result.steps.push_back(std::move(step));
  }
  result.span = c.since(start);
  return result;
}

std::vector<ast::Path> paths(Cursor& c, const Want& want) {
  std::vector<ast::Path> list;
  list.push_back(path(c, want));
  while (c.accept(Kind::comma)) list.push_back(path(c, {DiagnosticId::bad_path, "a path after `,`"}));
  return list;
}

}  // namespace tally::syntax
