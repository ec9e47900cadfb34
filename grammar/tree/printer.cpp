// Tables, declarations and whole files as source text. See printer.h. The parts of a
// declaration are in source_format.h.
#include "grammar/tree/printer.h"

#include "base/overloaded.h"
#include "grammar/tree/source_format.h"

namespace tally {
namespace {

using namespace ast;
using namespace format;

// --- tables -------------------------------------------------------------------------

std::string row_text(const Row& row) {
  std::string out = "|";
  for (const Cell& cell : row.cells) out += " " + flat(cell) + " |";
  out += " " + flat(*row.outcome);
  return row.because ? out + " because " + quoted(*row.because) : out;
}

// The table in braces, with a line per row: a table on one line has its rows counted by its lines.
std::string table_text(const Table& table) {
  std::string out = "{\n|";
  for (const ExprPtr& e : table.header) out += " " + flat(*e) + " |";
  for (const Row& row : table.rows) out += "\n" + row_text(row);
  if (table.otherwise) {
    out += "\n" + flat_outcome(*table.otherwise->outcome) + " otherwise";
    if (table.otherwise->because) out += " because " + quoted(*table.otherwise->because);
  }
  return out + "\n}";
}

// --- declarations -----------------------------------------------------------------

std::string amend_word(bool amends) { return amends ? "amend " : ""; }

std::string declaration_text(const UseDecl& d) {
  return (d.amends ? "amend " : "use ") + quoted(d.path) + (d.alias ? " as " + d.alias->text : "");
}

std::string declaration_text(const TypeDecl& d) {
  const std::string head = amend_word(d.amends) + "type " + d.name.text + " = ";
  const auto* values = as<EnumType>(*d.type);
  if (d.amends && values != nullptr) return head + "(" + joined(values->values, ", ", enum_value) + ")";
  return head + flat_type(*d.type, TypePlace::whole) + (d.any_case ? " any case" : "");
}

std::string declaration_text(const InputDecl& d) {
  std::string out = "input " + d.name.text + " : " + flat_type(*d.type, TypePlace::open);
  if (d.place) out += " " + at_place(*d.place);
  if (d.not_null) out += " not null";
  return d.default_value ? out + " = " + flat(*d.default_value) : out;
}

std::string declaration_text(const LetDecl& d) {
  std::string head = amend_word(d.amends) + "let " + d.name.text;
  if (!d.parameters.empty()) {
    head += "(" +
            joined(d.parameters, ", ",
                   [](const Parameter& p) { return p.name.text + " : " + flat_type(*p.type, TypePlace::open); }) +
            ")";
  }
  if (d.type) head += " : " + flat_type(*d.type, TypePlace::open);
  if (d.list) return head + " = " + declared_list(*d.list);
  const auto* rules = as<Rules>(*d.body);
  return rules != nullptr && (d.type || d.amends) ? head + " " + flat_rules(*rules) : head + " = " + flat(*d.body);
}

std::string declaration_text(const DecisionDecl& d) {
  std::string head = amend_word(d.amends) + "decision " + d.name.text;
  if (d.type) head += " : " + flat_type(*d.type, TypePlace::open);
  head += behind_type(d.matching);
  return std::visit(
      overloaded{[&](const Rules& rules) {
                   // `= E` may also be stored as its only rule, which has no condition.
                   const auto is_value = [](const Rule& rule) { return !rule.condition && !rule.otherwise; };
                   const bool one = rules.rules.size() == 1 && is_value(rules.rules.front());
                   return one ? head + " = " + flat(*rules.rules.front().outcome) : head + " " + flat_rules(rules);
                 },
                 [&](const Table& table) { return head + " " + table_text(table); },
                 [&](const ExprPtr& value) { return head + " = " + flat(*value); }},
      d.body);
}

std::string declaration_text(const ProveDecl& d) {
  std::string out = "prove ";
  if (d.title) out += quoted(*d.title) + " ";
  if (!d.binders.empty()) {
    out += "for " +
           joined(d.binders, ", ",
                  [](const Binder& b) { return b.name.text + " in " + flat_type(*b.type, TypePlace::open); }) +
           ": ";
  }
  const auto* ignores = std::get_if<Ignores>(&d.claim);
  const Expr& claim = ignores != nullptr ? *ignores->value : *std::get<ExprPtr>(d.claim);
  // A claim that begins with a text would be read as a title.
  const bool misread = !d.title && d.binders.empty() && as<TextLiteral>(first_leaf(claim)) != nullptr;
  out += misread ? "(" + flat(claim) + ")" : flat(claim);
  if (ignores != nullptr) out += " ignores " + joined(ignores->paths, ", ", path_text);
  return d.condition ? out + " when " + flat(*d.condition) : out;
}

std::string given_text(const Given& g) {
  const auto* presence = std::get_if<Presence>(&g.value);
  return path_text(g.path) + " is " +
         (presence != nullptr ? std::string(word(*presence)) : flat_right(*std::get<ExprPtr>(g.value)));
}

std::string declaration_text(const ExampleDecl& d) {
  std::string out = "example " + quoted(d.title) + " {";
  if (!d.givens.empty()) out += " given " + joined(d.givens, ", ", given_text);
  for (const Expect& e : d.expects) {
    out += " expect " + flat(*e.claim);
    if (e.condition) out += " when " + flat(*e.condition);
  }
  return out + " }";
}

}  // namespace

std::string source_text(const ast::File& file) {
  std::string out;
  for (const Declaration& d : file.declarations) {
    out += std::visit([](const auto& node) { return declaration_text(node); }, d.node) + "\n";
  }
  return out;
}

std::string source_text(const ast::Expr& expression) { return flat(expression); }
std::string source_text(const ast::Cell& cell) { return flat(cell); }
std::string source_text(const ast::Type& type) { return flat_type(type, TypePlace::whole); }
std::string source_text(const ast::Path& path) { return path_text(path); }

}  // namespace tally
