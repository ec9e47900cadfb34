// The places of a syntax tree that a mutation can change, by kind.
//
// In:     the tree of a rule file, or of a condition on its own
// Out:    pointers into it: where an expression stands, where a list of rules stands, ...
// Always: a pointer is valid until the list or the node that holds its place changes. Two trees
//         of the same text have the same places in the same order.
//
// For example, `decision d : flag = a and b` has three expressions (`a and b`, `a`, `b`), one list
// of expressions, one type, and three names (`d`, `a`, `b`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "grammar/tree/ast.h"

namespace tally::fuzz {

// A list whose items can be moved, doubled, left out, or brought in from another tree.
using ListPlace = std::variant<std::vector<ast::Declaration>*, std::vector<ast::Rule>*, std::vector<ast::Row>*,
                               std::vector<ast::Cell>*, std::vector<ast::ExprPtr>*, std::vector<ast::ListItem>*,
                               std::vector<ast::TextItem>*, std::vector<ast::Member>*, std::vector<ast::Field>*,
                               std::vector<ast::EnumValue>*, std::vector<ast::TypePtr>*, std::vector<ast::Parameter>*,
                               std::vector<ast::Binder>*, std::vector<ast::Given>*, std::vector<ast::Expect>*,
                               std::vector<ast::Path>*, std::vector<ast::PathStep>*, std::vector<ast::PathIndex>*>;

// A word or sign with few alternatives: `not` or nothing, `<` or `>=`, `set` or `unset`.
using ChoicePlace = std::variant<bool*, ast::CompareOp*, ast::Presence*, ast::PlaceKind*, ast::Quantifier*,
                                 ast::Matching*, ast::TextForm*>;

struct TreePlaces {
  std::vector<ast::ExprPtr*> expressions;
  std::vector<ast::ExprPtr*> literals;  // only a literal can stand there: a default, a listed value
  std::vector<ast::TypePtr*> types;
  std::vector<ast::Cell*> cells;
  std::vector<ast::Name*> names;
  std::vector<ast::Text*> texts;
  std::vector<std::string*> words;  // a JSON Pointer, an index of a path
  std::vector<std::uint64_t*> numbers;
  std::vector<std::optional<std::uint64_t>*> bounds;  // of ranges
  std::vector<ListPlace> lists;
  std::vector<ChoicePlace> choices;
};

TreePlaces places_of(ast::File& file);
TreePlaces places_of(ast::ExprPtr& expression);

}  // namespace tally::fuzz
