// Rules and tables of the syntax tree: see tree_builder.h.
#include <utility>

#include "grammar/parse/build/tree_builder.h"

namespace tally::syntax {

ast::Rules TreeBuilder::rules(At at) const {
  ast::Rules result;
  for (const At each : children(at)) result.rules.push_back(rule(each));
  return result;
}

ast::Rule TreeBuilder::rule(At at) const {
  const Children parts = children(at);
  ast::Rule result;
  result.outcome = expr(parts.front());
  for (const At part : parts) {
    if (is<grammar::when_part>(part)) result.condition = expr(part - 1);
    if (is<grammar::otherwise_part>(part)) result.otherwise = true;
  }
  result.otherwise = result.otherwise || is<grammar::last_rule>(at);
  result.because = reason(parts);
  result.span = span(at);
  return result;
}

std::optional<ast::Text> TreeBuilder::reason(const Children& parts) const {
  if (!is<grammar::reason>(parts.back())) return std::nullopt;
  return tokens_.text_literal(node(parts.back()).begin + 1);
}

ast::Table TreeBuilder::table(At at) const {
  ast::Table result;
  for (const At part : children(at)) {
    if (is<grammar::header>(part)) {
      result.header = exprs(children(part));
    } else if (is<grammar::row>(part)) {
      result.rows.push_back(row(part));
    } else {
      result.otherwise = rule(part);
    }
  }
  result.span = span(at);
  return result;
}

ast::Row TreeBuilder::row(At at) const {
  const Children parts = children(at);
  ast::Row result;
  result.because = reason(parts);
  const std::size_t cells = parts.size() - (result.because ? 2 : 1);
  for (std::size_t i = 0; i < cells; ++i) result.cells.push_back(cell(parts[i]));
  result.outcome = expr(parts[cells]);
  result.span = span(at);
  return result;
}

ast::Cell TreeBuilder::cell(At at) const {
  const Node& n = node(at);
  ast::Cell result;
  result.span = span(at);
  switch (n.rule) {
    case rule_number<grammar::any_cell>: result.node = ast::AnyCell{}; break;
    case rule_number<grammar::list_cell>: result.node = ast::ListCell{list_items(children(at))}; break;
    case rule_number<grammar::range_cell>: result.node = ast::RangeCell{tokens_.range(n.begin)}; break;
    case rule_number<grammar::named_cell>: result.node = ast::NamedCell{expr(at - 1)}; break;
    case rule_number<grammar::order_cell>: result.node = ast::CompareCell{order(n.begin), expr(at - 1)}; break;
    case rule_number<grammar::starts_cell>:
    case rule_number<grammar::text_test_cell>: result.node = ast::TextTestCell{text_form(at), tested_texts(at)}; break;
    case rule_number<grammar::length_cell>: result.node = ast::LengthCell{list_items(children(at))}; break;
    case rule_number<grammar::presence_cell>: result.node = ast::PresenceCell{presence(at)}; break;
    case rule_number<grammar::not_cell>: result.node = ast::NotCell{std::make_unique<ast::Cell>(cell(at - 1))}; break;
    case rule_number<grammar::in_cell>: result.node = std::move(cell(at - 1).node); break;
    case rule_number<grammar::narrowed_cell>:
    case rule_number<grammar::narrowed_test>: {
      Children parts = children(at);
      auto base = std::make_unique<ast::Cell>(cell(parts.front()));
      parts.erase(parts.begin());
      result.node = ast::ButNotCell{std::move(base), cells(parts)};
      break;
    }
    case rule_number<grammar::and_cell>: result.node = ast::AndCell{cells(children(at))}; break;
    case rule_number<grammar::or_cell>: result.node = ast::OrCell{cells(children(at))}; break;
    default: result.node = ast::ValueCell{expr(at)};
  }
  return result;
}

std::vector<ast::Cell> TreeBuilder::cells(const Children& list) const {
  std::vector<ast::Cell> result;
  for (const At each : list) result.push_back(cell(each));
  return result;
}

}  // namespace tally::syntax
