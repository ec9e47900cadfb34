// A test is a cell of a table (cells.h), said of the element.
#include "simulator/conditions/conditions.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/overloaded.h"
#include "grammar/tree/printer.h"
#include "simulator/conditions/cells.h"

namespace tally {
namespace {

using ast::ExprPtr;

template <class Node>
ExprPtr made(Node node) {
  auto out = std::make_unique<ast::Expr>();
  out->node = std::move(node);
  return out;
}

// Joins conditions by `and` or `or`.
template <class Chain>
ExprPtr joined(std::vector<ExprPtr> operands) {
  if (operands.size() == 1) return std::move(operands.front());
  return made(Chain{std::move(operands)});
}

// The element's name, as the left side of a comparison: "account[inbound, onnet].enabled".
ExprPtr left_side(const Element& element) { return made(ast::NameRef{{element.name, {}}}); }

ExprPtr said_of(const Element& element, ast::Cell cell);

// `not A`, which also holds where the element is unset.
ExprPtr negated(const Element& element, ast::Cell cell) {
  if (auto* value = std::get_if<ast::ValueCell>(&cell.node)) {
    return made(ast::Is{left_side(element), true, std::move(value->value)});
  }
  return made(ast::Not{said_of(element, std::move(cell))});
}

// `A but not B`. What is not `in` or `starts` is joined by `and`.
ExprPtr but_not(const Element& element, ast::ButNotCell cell) {
  ExprPtr test = said_of(element, std::move(*cell.cell));
  if (ast::as<ast::In>(*test) || ast::as<ast::Starts>(*test)) {
    return made(ast::ButNot{std::move(test), std::move(cell.excluded)});
  }
  std::vector<ExprPtr> all;
  all.push_back(std::move(test));
  for (ast::Cell& excluded : cell.excluded) all.push_back(negated(element, std::move(excluded)));
  return joined<ast::And>(std::move(all));
}

ExprPtr said_of(const Element& element, ast::Cell cell) {
  return std::visit(overloaded{
                        [&](ast::AnyCell) -> ExprPtr { return made(ast::FlagLiteral{true}); },
                        [&](ast::ValueCell c) {
                          return made(ast::Is{left_side(element), false, std::move(c.value)});
                        },
                        [&](ast::ListCell c) {
                          return made(ast::In{left_side(element), std::move(c.items), nullptr});
                        },
                        [&](ast::RangeCell c) {
                          if (!c.range.high) {
                            return made(ast::Compare{left_side(element), ast::CompareOp::greater_equal,
                                                     made(ast::NumberLiteral{*c.range.low})});
                          }
                          std::vector<ast::ListItem> items;
                          items.emplace_back(c.range);
                          return made(ast::In{left_side(element), std::move(items), nullptr});
                        },
                        [&](ast::NamedCell c) {
                          return made(ast::In{left_side(element), {}, std::move(c.named)});
                        },
                        [&](ast::CompareCell c) {
                          return made(ast::Compare{left_side(element), c.op, std::move(c.value)});
                        },
                        [&](ast::StartsCell c) {
                          return made(ast::Starts{left_side(element), std::move(c.prefixes)});
                        },
                        [&](ast::PresenceCell c) {
                          return made(ast::IsPresence{left_side(element), false, c.presence});
                        },
                        [&](ast::NotCell c) { return negated(element, std::move(*c.cell)); },
                        [&](ast::ButNotCell c) { return but_not(element, std::move(c)); },
                        [&](ast::OrCell c) {
                          std::vector<ExprPtr> any;
                          for (ast::Cell& each : c.alternatives) any.push_back(said_of(element, std::move(each)));
                          return joined<ast::Or>(std::move(any));
                        },
                    },
                    std::move(cell.node));
}

ExprPtr condition_of(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  if (const auto object = tested_object(model, classes, element, codes)) {
    const auto presence = codes.has(0) ? ast::Presence::unset : ast::Presence::set;
    return made(ast::IsPresence{left_side(model.at(*object)), false, presence});
  }
  return said_of(model.at(element), cell_of(model, classes, element, codes));
}

// Null for a term without tests.
ExprPtr condition_of(const Model& model, const Classes& classes, const Space& space, const Cube& term) {
  if (term.tests.empty()) return nullptr;
  std::vector<ExprPtr> tests;
  for (const auto& [variable, codes] : term.tests) {
    ExprPtr test = condition_of(model, classes, space.element(variable), codes);
    if (auto* both = std::get_if<ast::And>(&test->node)) {
      std::move(both->operands.begin(), both->operands.end(), std::back_inserter(tests));
    } else {
      tests.push_back(std::move(test));
    }
  }
  return joined<ast::And>(std::move(tests));
}

}  // namespace

std::string condition_text(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  return source_text(*condition_of(model, classes, element, codes));
}

std::string condition_text(const Model& model, const Classes& classes, const Space& space, const Cube& term) {
  const ExprPtr condition = condition_of(model, classes, space, term);
  return condition ? source_text(*condition) : "";
}

std::string condition_text(const Model& model, const Classes& classes, const Space& space,
                           const std::vector<Cube>& terms) {
  std::string out;
  for (const Cube& term : terms) {
    const std::string text = condition_text(model, classes, space, term);
    if (text.empty()) return "";
    // The brackets are not necessary, but not everybody knows that `and` binds tighter.
    const bool alone = terms.size() == 1 || text.find(" and ") == std::string::npos;
    out += (out.empty() ? "" : " or ") + (alone ? text : "(" + text + ")");
  }
  return out;
}

}  // namespace tally
