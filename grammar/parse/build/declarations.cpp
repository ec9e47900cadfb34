// Declarations of the syntax tree: see tree_builder.h.
#include <utility>

#include "grammar/parse/build/tree_builder.h"

namespace tally::syntax {

ast::Declaration TreeBuilder::declaration() const {
  const At at = last();
  const Node& n = node(at);
  ast::Declaration result;
  switch (n.rule) {
    case rule_number<grammar::use>: {
      ast::UseDecl use{tokens_.text_literal(n.begin + 1)};
      for (const At part : children(at)) use.alias = tokens_.name(node(part).end - 1);
      result.node = std::move(use);
      break;
    }
    case rule_number<grammar::amendment>: return amendment(at);
    case rule_number<grammar::type_declaration>: result.node = type_declaration(at); break;
    case rule_number<grammar::input>: result.node = input(at); break;
    case rule_number<grammar::let>: result.node = let(at); break;
    case rule_number<grammar::decision>: result.node = decision(at); break;
    case rule_number<grammar::prove>: result.node = prove(at); break;
    default: result.node = example(at);
  }
  result.span = span(at);
  return result;
}

ast::TypeDecl TreeBuilder::type_declaration(At at) const {
  const Children parts = children(at);
  ast::TypeDecl result{tokens_.name(node(at).begin + 1), type(parts.front())};
  result.any_case = parts.size() > 1;
  return result;
}

// The tokens are `amend`, a keyword and a name; or `amend` and the path of a file.
ast::Declaration TreeBuilder::amendment(At at) const {
  const std::uint32_t word = node(at).begin + 1;
  const Children parts = children(at);
  ast::Declaration result;
  result.span = span(at);
  switch (tokens_[word].word) {
    case Word::type: {
      ast::TypeDecl type{tokens_.name(word + 1), nullptr, true};
      type.type = is<grammar::added_values>(parts.back()) ? enumeration(parts.back()) : record_type(parts.back());
      result.node = std::move(type);
      break;
    }
    case Word::let: {
      ast::LetDecl let;
      let.name = tokens_.name(word + 1);
      let.parameters = parameters(parts);
      add_let_body(parts.back(), let);
      let.amends = true;
      result.node = std::move(let);
      break;
    }
    case Word::decision: {
      ast::DecisionDecl decision;
      decision.name = tokens_.name(word + 1);
      decision.body = decision_body(parts.back());
      decision.amends = true;
      result.node = std::move(decision);
      break;
    }
    default: result.node = ast::UseDecl{tokens_.text_literal(word), true};
  }
  return result;
}

ast::InputDecl TreeBuilder::input(At at) const {
  const Children parts = children(at);
  ast::InputDecl result;
  result.name = tokens_.name(node(at).begin + 1);
  result.type = type(parts.front());
  read_behind_type(parts, result);
  return result;
}

// `[codec]`, `[codec]?`
static bool is_set(const ast::Type& type) {
  const auto* optional = ast::as<ast::OptionalType>(type);
  return ast::as<ast::SetType>(optional ? *optional->inner : type) != nullptr;
}

// With a set's type, `(g729, pcmu)` is a set; otherwise it is a list.
ast::LetDecl TreeBuilder::let(At at) const {
  const Children parts = children(at);
  ast::LetDecl result;
  result.name = tokens_.name(node(at).begin + 1);
  result.parameters = parameters(parts);
  const std::size_t next = result.parameters.size();
  if (next + 1 < parts.size()) result.type = type(parts[next]);
  add_let_body(parts.back(), result);
  if (result.type && result.list && is_set(*result.type)) {
    result.body = make<ast::Expr>(ast::SetLiteral{std::move(*result.list)}, span(parts.back()));
    result.list.reset();
  }
  return result;
}

void TreeBuilder::add_let_body(At at, ast::LetDecl& let) const {
  if (is<grammar::list_value>(at)) {
    let.list = list_items(children(at));
  } else {
    let.body = expr(at);
  }
}

std::vector<ast::Parameter> TreeBuilder::parameters(const Children& parts) const {
  std::vector<ast::Parameter> result;
  for (const At part : parts) {
    if (!is<grammar::parameter>(part)) break;
    result.push_back({tokens_.name(node(part).begin), type(children(part).front())});
  }
  return result;
}

ast::DecisionDecl TreeBuilder::decision(At at) const {
  const Children parts = children(at);
  ast::DecisionDecl result;
  result.name = tokens_.name(node(at).begin + 1);
  result.type = type(parts.front());
  if (is<grammar::unique>(parts[1])) result.matching = ast::Matching::unique;
  if (is<grammar::longest>(parts[1])) result.matching = ast::Matching::longest;
  result.body = decision_body(parts.back());
  return result;
}

ast::DecisionBody TreeBuilder::decision_body(At body) const {
  if (is<grammar::decision_expression>(body)) return expr(body - 1);
  if (is<grammar::table>(body)) return table(body);
  return rules(body);
}

ast::ProveDecl TreeBuilder::prove(At at) const {
  ast::ProveDecl result;
  ast::ExprPtr claim;
  for (const At part : children(at)) {
    const Node& n = node(part);
    switch (n.rule) {
      case rule_number<grammar::title>: result.title = tokens_.text_literal(n.begin); break;
      case rule_number<grammar::first_binder>:
      case rule_number<grammar::next_binder>: result.binders.push_back({tokens_.name(n.begin), type(part - 1)}); break;
      case rule_number<grammar::ignores_part>: {
        ast::Ignores ignores;
        ignores.value = std::move(claim);
        for (const At each : children(part)) ignores.paths.push_back(path(each));
        result.claim = std::move(ignores);
        break;
      }
      case rule_number<grammar::proof_when>: result.condition = expr(part - 1); break;
      default: claim = expr(part);
    }
  }
  if (claim) result.claim = std::move(claim);
  return result;
}

ast::ExampleDecl TreeBuilder::example(At at) const {
  ast::ExampleDecl result;
  for (const At part : children(at)) {
    const Node& n = node(part);
    switch (n.rule) {
      case rule_number<grammar::example_title>: result.title = tokens_.text_literal(n.begin); break;
      case rule_number<grammar::given_place>: {
        const Children pair = children(part);
        ast::Given given{path(pair.front()), {}, span(part)};
        if (is<grammar::presence>(pair.back())) {
          given.value = presence(pair.back());
        } else {
          given.value = expr(pair.back());
        }
        result.givens.push_back(std::move(given));
        break;
      }
      default: result.expects.push_back(expect(part));
    }
  }
  return result;
}

ast::Expect TreeBuilder::expect(At at) const {
  const Children parts = children(at);
  ast::Expect result;
  result.claim = expr(parts.front());
  if (parts.size() > 1) result.condition = expr(parts[1]);
  result.span = span(at);
  return result;
}

}  // namespace tally::syntax
