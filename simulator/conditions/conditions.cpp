// A test is a cell of a table (cells.h), applied to the element.
#include "simulator/conditions/conditions.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/overloaded.h"
#include "grammar/parse/parser.h"
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

// `g729 in codecs`, for the element `codecs[g729]`.
ExprPtr membership_of(const Model& model, ElementId member, bool negated) {
  const Element& set = model.at(*model.at(member).parent);
  const auto at = std::find(set.children.begin(), set.children.end(), member) - set.children.begin();
  const EnumValue& value = set.type->indices.front()->values[static_cast<std::size_t>(at)];
  return made(ast::In{made(ast::NameRef{{to_string(value), {}}}), {}, made(ast::NameRef{{set.name, {}}}), negated});
}

// The element's name, as the left side of a comparison: "account[inbound, onnet].enabled".
Header header_of(const Element& element) {
  return [&element] { return made(ast::NameRef{{element.name, {}}}); };
}

ExprPtr test_on(const Header& header, ast::Cell cell);

// `not A`, which also holds where the element is unset.
ExprPtr negated(const Header& header, ast::Cell cell) {
  if (auto* value = std::get_if<ast::ValueCell>(&cell.node)) {
    return made(ast::Is{header(), true, std::move(value->value)});
  }
  return made(ast::Not{test_on(header, std::move(cell))});
}

// `A but not B`. What is not `in` or the test of a text is joined by `and`.
ExprPtr but_not(const Header& header, ast::ButNotCell cell) {
  ExprPtr test = test_on(header, std::move(*cell.cell));
  if (ast::as<ast::In>(*test) || ast::as<ast::TextTest>(*test) || ast::as<ast::HasLength>(*test)) {
    return made(ast::ButNot{std::move(test), std::move(cell.excluded)});
  }
  std::vector<ExprPtr> all;
  all.push_back(std::move(test));
  for (ast::Cell& excluded : cell.excluded) all.push_back(negated(header, std::move(excluded)));
  return joined<ast::And>(std::move(all));
}

ExprPtr test_on(const Header& header, ast::Cell cell) {
  return std::visit(overloaded{
                        [&](ast::AnyCell) -> ExprPtr { return made(ast::FlagLiteral{true}); },
                        [&](ast::ValueCell c) {
                          return made(ast::Is{header(), false, std::move(c.value)});
                        },
                        [&](ast::ListCell c) {
                          return made(ast::In{header(), std::move(c.items), nullptr});
                        },
                        [&](ast::RangeCell c) {
                          if (!c.range.high) {
                            return made(ast::Compare{header(), ast::CompareOp::greater_equal,
                                                     made(ast::NumberLiteral{*c.range.low})});
                          }
                          std::vector<ast::ListItem> items;
                          items.emplace_back(c.range);
                          return made(ast::In{header(), std::move(items), nullptr});
                        },
                        [&](ast::NamedCell c) {
                          return made(ast::In{header(), {}, std::move(c.named)});
                        },
                        [&](ast::CompareCell c) {
                          return made(ast::Compare{header(), c.op, std::move(c.value)});
                        },
                        [&](ast::TextTestCell c) {
                          return made(ast::TextTest{header(), c.form, std::move(c.texts)});
                        },
                        [&](ast::LengthCell c) {
                          return made(ast::HasLength{header(), std::move(c.items)});
                        },
                        [&](ast::PresenceCell c) {
                          return made(ast::IsPresence{header(), false, c.presence});
                        },
                        [&](ast::NotCell c) { return negated(header, std::move(*c.cell)); },
                        [&](ast::ButNotCell c) { return but_not(header, std::move(c)); },
                        [&](ast::AndCell c) {
                          std::vector<ExprPtr> all;
                          for (ast::Cell& each : c.cells) all.push_back(test_on(header, std::move(each)));
                          return joined<ast::And>(std::move(all));
                        },
                        [&](ast::OrCell c) {
                          std::vector<ExprPtr> any;
                          for (ast::Cell& each : c.alternatives) any.push_back(test_on(header, std::move(each)));
                          return joined<ast::Or>(std::move(any));
                        },
                    },
                    std::move(cell.node));
}

// Null for a term without tests.
ExprPtr condition_of(const Cube& term, const TestOf& test_of) {
  if (term.tests.empty()) return nullptr;
  std::vector<ExprPtr> tests;
  for (const auto& [variable, codes] : term.tests) {
    ExprPtr test = test_of(variable, codes);
    if (auto* both = std::get_if<ast::And>(&test->node)) {
      std::move(both->operands.begin(), both->operands.end(), std::back_inserter(tests));
    } else {
      tests.push_back(std::move(test));
    }
  }
  return joined<ast::And>(std::move(tests));
}

TestOf tests_of(const Model& model, const Classes& classes, const Space& space) {
  return [&](VariableId variable, const CodeSet& codes) {
    return condition_of(model, classes, space.element(variable), codes);
  };
}

}  // namespace

std::string condition_of_cell(const std::string& header, const std::string& cell) {
  SourceSet sources;
  Diagnostics faults;
  // A cell is read as that of a table.
  const FileId file = sources.add("a cell", "decision d : flag {\n  | " + header + " |\n  | " + cell + " | on\n}\n");
  ast::File tree = parse(sources, file, faults);
  auto* decision =
      tree.declarations.empty() ? nullptr : std::get_if<ast::DecisionDecl>(&tree.declarations.front().node);
  auto* table = decision ? std::get_if<ast::Table>(&decision->body) : nullptr;
  if (!table || table->header.size() != 1 || table->rows.size() != 1) return header + ": " + cell;
  const Header left = [&]() -> ExprPtr {
    return parse_expression(sources, sources.add("a header", source_text(*table->header.front())), faults);
  };
  return source_text(*condition_on(left, std::move(table->rows.front().cells.front())));
}

ExprPtr condition_on(const Header& header, ast::Cell cell) { return test_on(header, std::move(cell)); }

ExprPtr condition_of(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  if (const auto object = tested_object(model, classes, element, codes)) {
    const auto presence = codes.has(0) ? ast::Presence::unset : ast::Presence::set;
    return made(ast::IsPresence{header_of(model.at(*object))(), false, presence});
  }
  if (is_member_of_set(model, element)) {
    // Where the set is unset, nothing is in it: codes are 0 unset, 1 off, 2 on.
    const bool always = classes.first(element) != 0;
    if (codes.has(2) && !codes.has(1) && (always || !codes.has(0))) return membership_of(model, element, false);
    if (!codes.has(2) && codes.has(1) && (always || codes.has(0))) return membership_of(model, element, true);
  }
  const auto& relation = model.at(element).relation;
  return test_on(header_of(model.at(relation ? relation->left : element)), cell_of(model, classes, element, codes));
}

std::string header_text(const Model& model, const Classes& classes, ElementId element) {
  if (const auto& relation = model.at(element).relation) return model.at(relation->left).name;
  if (!is_member_of_set(model, element) || classes.first(element) == 0) return model.at(element).name;
  return source_text(*membership_of(model, element, false));
}

std::string condition_text(const std::vector<Cube>& terms, const TestOf& test_of) {
  std::string out;
  for (const Cube& term : terms) {
    const ExprPtr condition = condition_of(term, test_of);
    if (!condition) return "";
    const std::string text = source_text(*condition);
    // The brackets are not necessary, but not everybody knows that `and` binds tighter.
    const bool alone = terms.size() == 1 || text.find(" and ") == std::string::npos;
    out += (out.empty() ? "" : " or ") + (alone ? text : "(" + text + ")");
  }
  return out;
}

std::string condition_text(const Model& model, const Classes& classes, ElementId element, const CodeSet& codes) {
  return source_text(*condition_of(model, classes, element, codes));
}

std::string condition_text(const Model& model, const Classes& classes, const Space& space, const Cube& term) {
  const ExprPtr condition = condition_of(term, tests_of(model, classes, space));
  return condition ? source_text(*condition) : "";
}

std::string condition_text(const Model& model, const Classes& classes, const Space& space,
                           const std::vector<Cube>& terms) {
  return condition_text(terms, tests_of(model, classes, space));
}

std::string operand_of_and(const std::string& condition) {
  return condition.find(" or ") == std::string::npos ? condition : "(" + condition + ")";
}

}  // namespace tally
