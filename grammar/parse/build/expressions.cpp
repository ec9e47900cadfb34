// Expressions and paths of the syntax tree: see tree_builder.h.
#include <utility>

#include "grammar/parse/build/tree_builder.h"

namespace tally::syntax {

ast::ExprPtr TreeBuilder::expr(At at) const {
  const Node& n = node(at);
  switch (n.rule) {
    case rule_number<grammar::number_value>:
      return make<ast::Expr>(ast::NumberLiteral{tokens_.number(n.begin)}, span(at));
    case rule_number<grammar::text_value>:
      return make<ast::Expr>(ast::TextLiteral{tokens_.text_literal(n.begin)}, span(at));
    case rule_number<grammar::flag_value>:
      return make<ast::Expr>(ast::FlagLiteral{tokens_[n.begin].word == Word::on}, span(at));
    case rule_number<grammar::unset_value>: return make<ast::Expr>(ast::UnsetLiteral{}, span(at));
    case rule_number<grammar::name_value>:
    case rule_number<grammar::insertion_name>: return make<ast::Expr>(ast::NameRef{tokens_.name(n.begin)}, span(at));
    case rule_number<grammar::value_cell>: return expr(at - 1);
    case rule_number<grammar::call>:
      return make<ast::Expr>(ast::Call{tokens_.name(n.begin), exprs(children(at))}, span(at));
    case rule_number<grammar::qualified_list>: return make<ast::Expr>(ast::NameRef{qualified_name(n.begin)}, span(at));
    case rule_number<grammar::quantifier>:
    case rule_number<grammar::count_over>: return quantified(at);
    case rule_number<grammar::qualified_call>:
      return make<ast::Expr>(ast::Call{qualified_name(n.begin), exprs(children(at - 1))}, span(at));
    case rule_number<grammar::set_value>: return make<ast::Expr>(ast::SetLiteral{list_items(children(at))}, span(at));
    case rule_number<grammar::record_value>: return record_value(at);
    case rule_number<grammar::rules>: return make<ast::Expr>(rules(at), span(at));
    case rule_number<grammar::comparison>: return comparison(at);
    case rule_number<grammar::not_form>: return make<ast::Expr>(ast::Not{expr(at - 1)}, span(at));
    case rule_number<grammar::alternative>: return make<ast::Expr>(ast::Else{exprs(children(at))}, span(at));
    case rule_number<grammar::conjunction>: return make<ast::Expr>(ast::And{exprs(children(at))}, span(at));
    case rule_number<grammar::disjunction>: return make<ast::Expr>(ast::Or{exprs(children(at))}, span(at));
    default: return with_suffixes(at);
  }
}

std::vector<ast::ExprPtr> TreeBuilder::exprs(const Children& list) const {
  std::vector<ast::ExprPtr> result;
  for (const At each : list) result.push_back(expr(each));
  return result;
}

ast::ExprPtr TreeBuilder::with_suffixes(At at) const {
  const Children parts = children(at);
  ast::ExprPtr base = expr(parts.front());
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Node& suffix = node(parts[i]);
    const Span whole = tokens_.span(node(at).begin, suffix.end);
    if (is<grammar::field_suffix>(parts[i])) {
      base = make<ast::Expr>(ast::FieldOf{std::move(base), tokens_.name(suffix.begin + 1)}, whole);
    } else {
      base = make<ast::Expr>(ast::IndexOf{std::move(base), exprs(children(parts[i]))}, whole);
    }
  }
  return base;
}

ast::ExprPtr TreeBuilder::quantified(At at) const {
  const Node& n = node(at);
  const bool count = n.rule == rule_number<grammar::count_over>;
  const Children parts = children(at);
  ast::Quantified result;
  if (count) {
    result.quantifier = ast::Quantifier::count;
  } else if (tokens_.text(n.begin) == "every") {
    result.quantifier = ast::Quantifier::every;
  }
  result.binder.name = tokens_.name(n.begin + (count ? 2 : 1));
  if (is<grammar::quantified_path>(parts.front())) {
    result.set = expr(parts.front() - 1);
  } else {
    result.binder.type = type(parts.front());
  }
  result.condition = expr(parts.back());
  return make<ast::Expr>(std::move(result), span(at));
}

ast::ExprPtr TreeBuilder::record_value(At at) const {
  ast::RecordLiteral record;
  for (const At member : children(at)) {
    record.members.push_back({tokens_.name(node(member).begin), expr(children(member).front())});
  }
  return make<ast::Expr>(std::move(record), span(at));
}

ast::Presence TreeBuilder::presence(At at) const {
  return tokens_[node(at).end - 1].word == Word::set ? ast::Presence::set : ast::Presence::unset;
}

ast::CompareOp TreeBuilder::order(std::uint32_t token) const {
  switch (tokens_[token].kind) {
    case Kind::less: return ast::CompareOp::less;
    case Kind::less_equal: return ast::CompareOp::less_equal;
    case Kind::greater: return ast::CompareOp::greater;
    default: return ast::CompareOp::greater_equal;
  }
}

// Its children: the left side, the tail with its own children, and what `but not` excludes.
ast::ExprPtr TreeBuilder::comparison(At at) const {
  Children parts = children(at);
  const At left = parts[0], tail = parts[1];
  parts.erase(parts.begin(), parts.begin() + 2);
  const Span whole = tokens_.span(node(at).begin, node(tail).end);
  ast::ExprPtr test = compared(expr(left), tail, whole);
  if (parts.empty()) return test;
  return make<ast::Expr>(ast::ButNot{std::move(test), cells(parts)}, span(at));
}

ast::ExprPtr TreeBuilder::compared(ast::ExprPtr left, At tail, Span whole) const {
  const Node& n = node(tail);
  const At operand = tail - 1;
  switch (n.rule) {
    case rule_number<grammar::is_tail>: {
      const bool negated = tokens_[n.begin + 1].word == Word::not_;
      if (is<grammar::presence>(operand)) {
        return make<ast::Expr>(ast::IsPresence{std::move(left), negated, presence(operand)}, whole);
      }
      return make<ast::Expr>(ast::Is{std::move(left), negated, expr(operand)}, whole);
    }
    case rule_number<grammar::in_tail>: {
      ast::In in{std::move(left), {}, nullptr, tokens_[n.begin - 1].word == Word::not_};
      if (is<grammar::named_values>(operand)) {
        in.named = expr(operand - 1);
      } else {
        in.items = list_items(children(tail));
      }
      return make<ast::Expr>(std::move(in), whole);
    }
    case rule_number<grammar::starts_tail>:
    case rule_number<grammar::text_test_tail>:
      return make<ast::Expr>(ast::TextTest{std::move(left), text_form(tail), tested_texts(tail)}, whole);
    case rule_number<grammar::length_tail>:
      return make<ast::Expr>(ast::HasLength{std::move(left), list_items(children(tail))}, whole);
    default: return make<ast::Expr>(ast::Compare{std::move(left), order(n.begin), expr(operand)}, whole);
  }
}

std::vector<ast::ListItem> TreeBuilder::list_items(const Children& list) const {
  std::vector<ast::ListItem> items;
  for (const At each : list) {
    if (is<grammar::range_item>(each)) {
      items.emplace_back(tokens_.range(node(each).begin));
    } else {
      items.emplace_back(expr(each));
    }
  }
  return items;
}

ast::TextForm TreeBuilder::text_form(At at) const {
  const std::string_view word = tokens_.text(node(at).begin);
  if (word == "starts") return ast::TextForm::starts;
  return word == "ends" ? ast::TextForm::ends : ast::TextForm::like;
}

std::vector<ast::TextItem> TreeBuilder::tested_texts(At at) const {
  std::vector<ast::TextItem> list;
  for (std::uint32_t i = node(at).begin + 1; i < node(at).end; ++i) {  // after `starts`, `ends` or `like`
    if (tokens_[i].kind == Kind::text) list.emplace_back(tokens_.text_literal(i));
    if (tokens_[i].kind != Kind::word) continue;
    const bool is_qualified = i + 2 < node(at).end && tokens_[i + 1].kind == Kind::dot;
    list.emplace_back(is_qualified ? qualified_name(i) : tokens_.name(i));
    if (is_qualified) i += 2;
  }
  return list;
}

ast::Path TreeBuilder::path(At at) const {
  ast::Path result;
  result.input = tokens_.name(node(at).begin);
  for (const At part : children(at)) {
    const Node& n = node(part);
    ast::PathStep step;
    if (is<grammar::path_field_step>(part)) {
      step.field = tokens_.name(n.begin + 1);
    } else {
      for (std::uint32_t i = n.begin + 1; i + 1 < n.end; i += 2) {  // every second token is a comma
        ast::PathIndex index;
        index.span = tokens_.span(i);
        if (tokens_[i].kind == Kind::text) {
          index.kind = ast::PathIndex::Kind::text;
          index.text = tokens_.text_literal(i).value;
        } else if (tokens_[i].kind == Kind::word) {
          index.kind = ast::PathIndex::Kind::name;
          index.text = std::string(tokens_.text(i));
        }
        step.indices.push_back(std::move(index));
      }
    }
    step.span = span(part);
    result.steps.push_back(std::move(step));
  }
  result.span = span(at);
  return result;
}

ast::ExprPtr TreeBuilder::expression() const { return expr(last()); }

ast::Expect TreeBuilder::expectation() const { return expect(last()); }

std::vector<ast::Path> TreeBuilder::paths() const {
  std::vector<ast::Path> list;
  for (const At each : roots()) list.push_back(path(each));
  return list;
}

}  // namespace tally::syntax
