// From nodes to the syntax tree: the actions of the grammar, apart from it.
//
// For example, the nodes flag_type and input of `input x : flag` become
// InputDecl{x, FlagType}.
//
// In:     the nodes of a text that matched
// Out:    its tree
// Always: every node of the tree has the span of its tokens. Recursion is bounded, since the
//         grammar bounds nesting and suffixes. Private to grammar/parse/.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "grammar/parse/engine/parse_state.h"
#include "grammar/parse/rules/node_rules.h"
#include "grammar/tree/ast.h"

namespace tally::syntax {

class TreeBuilder {
 public:
  // `state` holds the nodes, and outlives the builder.
  explicit TreeBuilder(const ParseState& state) : state_(state), tokens_(state.tokens) {}

  ast::Declaration declaration() const;
  ast::ExprPtr expression() const;
  ast::Expect expectation() const;
  std::vector<ast::Path> paths() const;

 private:
  using At = std::uint32_t;  // a node, by its position in the state
  using Children = std::vector<At>;

  const Node& node(At at) const { return state_.nodes[at]; }
  template <class Rule>
  bool is(At at) const {
    return node(at).rule == rule_number<Rule>;
  }
  At last() const { return static_cast<At>(state_.nodes.size() - 1); }
  // The nodes below, from left to right.
  Children children(At at) const;
  // All nodes that stand side by side at the top.
  Children roots() const { return between(0, static_cast<At>(state_.nodes.size())); }
  Children between(At begin, At end) const;
  Span span(At at) const { return tokens_.span(node(at).begin, node(at).end); }

  template <class Tree, class Kind>
  static std::unique_ptr<Tree> make(Kind kind, Span span) {
    auto made = std::make_unique<Tree>();
    made->node = std::move(kind);
    made->span = span;
    return made;
  }

  // --- types (types.cpp) ---
  ast::TypePtr type(At at) const;
  ast::Name qualified_name(std::uint32_t token) const;  // of the tokens NAME . NAME
  ast::TypePtr type_with_suffixes(At at) const;
  ast::TypePtr enumeration(At at) const;
  // The texts among the tokens `begin` to before `end`.
  std::vector<ast::Text> texts(std::uint32_t begin, std::uint32_t end) const;
  ast::TypePtr record_type(At at) const;
  ast::Field field(At at) const;
  ast::Place place(At at) const;
  // Sets what stands behind the type of a field or an input; `parts` has the type first.
  template <class Declared>
  void read_behind_type(const Children& parts, Declared& declared) const {
    for (std::size_t i = 1; i < parts.size(); ++i) {
      if (is<grammar::at_place>(parts[i])) {
        declared.place = place(parts[i]);
      } else if (is<grammar::not_null>(parts[i])) {
        declared.not_null = true;
      } else {
        declared.default_value = default_value(parts[i]);
      }
    }
  }
  ast::ExprPtr default_value(At at) const { return expr(children(at).front()); }

  // --- expressions (expressions.cpp) ---
  ast::ExprPtr expr(At at) const;
  ast::ExprPtr with_suffixes(At at) const;
  ast::ExprPtr comparison(At at) const;
  ast::ExprPtr compared(ast::ExprPtr left, At tail, Span whole) const;
  ast::ExprPtr quantified(At at) const;
  ast::ExprPtr record_value(At at) const;
  std::vector<ast::ExprPtr> exprs(const Children& list) const;
  std::vector<ast::ListItem> list_items(const Children& list) const;
  std::vector<ast::TextItem> tested_texts(At at) const;  // the texts and names among its tokens
  ast::TextForm text_form(At at) const;
  ast::Presence presence(At at) const;
  ast::CompareOp order(std::uint32_t token) const;
  ast::Path path(At at) const;

  // --- rules and tables (rules.cpp) ---
  ast::Rules rules(At at) const;
  ast::Rule rule(At at) const;
  std::optional<ast::Text> reason(const Children& parts) const;
  ast::Table table(At at) const;
  ast::Row row(At at) const;
  ast::Cell cell(At at) const;
  std::vector<ast::Cell> cells(const Children& list) const;

  // --- declarations (declarations.cpp) ---
  ast::TypeDecl type_declaration(At at) const;
  ast::InputDecl input(At at) const;
  ast::LetDecl let(At at) const;
  void add_let_body(At at, ast::LetDecl& let) const;
  std::vector<ast::Parameter> parameters(const Children& parts) const;  // those at the front
  ast::DecisionDecl decision(At at) const;
  ast::DecisionBody decision_body(At body) const;
  ast::Declaration amendment(At at) const;
  ast::ProveDecl prove(At at) const;
  ast::ExampleDecl example(At at) const;
  ast::Expect expect(At at) const;

  const ParseState& state_;
  const TokenReader& tokens_;
};

}  // namespace tally::syntax
