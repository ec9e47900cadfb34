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

// The table in braces, with aligned columns. A decision begins at column 0.
std::string table_block(const Table& table) {
  std::vector<std::vector<std::string>> lines(1);
  for (const ExprPtr& e : table.header) lines[0].push_back(flat(*e));
  std::vector<std::string> outcomes;
  std::size_t widest = 0;
  for (const Row& row : table.rows) {
    auto& line = lines.emplace_back();
    for (const Cell& cell : row.cells) line.push_back(flat(cell));
    outcomes.push_back(flat(*row.outcome));
    if (width(outcomes.back()) <= aligned_outcome) widest = std::max(widest, width(outcomes.back()));
  }
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  }
  std::string out = "{";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out += line_break(2) + "|";
    for (std::size_t j = 0; j < lines[i].size(); ++j) out += " " + padded(lines[i][j], widths[j]) + " |";
    if (i == 0) continue;
    const Row& row = table.rows[i - 1];
    out += " " + outcomes[i - 1];
    if (row.because) {
      out += spaces(2 + widest - std::min(widest, width(outcomes[i - 1]))) + "because " + quoted(*row.because);
    }
  }
  if (table.otherwise) {
    out += line_break(2) + layout(*table.otherwise->outcome, 2, 2) + "  otherwise";
    if (table.otherwise->because) out += " because " + quoted(*table.otherwise->because);
  }
  return out + "\n}";
}

// --- declarations -----------------------------------------------------------------

// `HEAD = E`. If the expression does not fit after the head, it is on the next line.
std::string defined_as(const std::string& head, const Expr& e) {
  const std::size_t column = end_column(head, 0) + 3;
  const bool opens = as<Rules>(e) != nullptr || as<RecordLiteral>(e) != nullptr;
  if (opens || column + width(flat(e)) <= margin) return head + " = " + layout(e, 0, column);
  return head + " =" + line_break(2) + layout(e, 2, 2);
}

std::string amend_word(bool amends) { return amends ? "amend " : ""; }

std::string declaration_text(const UseDecl& d) {
  return (d.amends ? "amend " : "use ") + quoted(d.path) + (d.alias ? " as " + d.alias->text : "");
}

// `amend type N = (a, b)`. If the values do not fit on a line, each has its own.
std::string amended_type_text(const TypeDecl& d) {
  const std::string head = "amend type " + d.name.text + " = ";
  const auto* list = as<EnumType>(*d.type);
  if (list == nullptr) return head + layout_type(*d.type, TypePlace::whole, 0, head.size());
  const std::string line = head + "(" + joined(list->values, ", ", enum_value) + ")";
  if (width(line) <= margin) return line;
  return head + "(" + line_break(2) + joined(list->values, "," + line_break(2), enum_value) + ")";
}

std::string declaration_text(const TypeDecl& d) {
  if (d.amends) return amended_type_text(d);
  const std::string head = "type " + d.name.text + " = ";
  return head + layout_type(*d.type, TypePlace::whole, 0, head.size()) + (d.any_case ? " any case" : "");
}

std::string declaration_text(const InputDecl& d) {
  std::string out = "input " + d.name.text + " : ";
  out += layout_type(*d.type, TypePlace::open, 0, out.size());
  if (d.place) out += "  " + at_place(*d.place);
  if (d.not_null) out += " not null";
  return d.default_value ? defined_as(out, *d.default_value) : out;
}

std::string declaration_text(const LetDecl& d) {
  std::string head = amend_word(d.amends) + "let " + d.name.text;
  if (!d.parameters.empty()) {
    head += "(" +
            joined(d.parameters, ", ",
                   [](const Parameter& p) { return p.name.text + " : " + flat_type(*p.type, TypePlace::open); }) +
            ")";
  }
  if (d.type) head += " : " + layout_type(*d.type, TypePlace::open, 0, end_column(head, 0) + 3);
  if (d.list) return head + " = " + declared_list(*d.list, end_column(head, 0) + 3);
  if (const auto* rules = as<Rules>(*d.body); rules != nullptr && (d.type || d.amends)) {
    return head + " " + rules_block(rules->rules, 0);
  }
  return defined_as(head, *d.body);
}

std::string declaration_text(const DecisionDecl& d) {
  std::string head = amend_word(d.amends) + "decision " + d.name.text;
  const auto* rules = std::get_if<Rules>(&d.body);
  const auto* value = std::get_if<ExprPtr>(&d.body);
  // `= E` may also be stored as its only rule, which has no condition.
  const bool one_rule =
      rules != nullptr && rules->rules.size() == 1 && !rules->rules[0].condition && !rules->rules[0].otherwise;
  const Expr* definition = value != nullptr ? value->get() : one_rule ? rules->rules[0].outcome.get() : nullptr;
  if (d.type) head += " : " + layout_type(*d.type, TypePlace::open, 0, head.size() + 3);
  head += behind_type(d.matching);
  if (definition != nullptr) return defined_as(head, *definition);
  return head + " " + (rules != nullptr ? rules_block(rules->rules, 0) : table_block(std::get<Table>(d.body)));
}

std::string declaration_text(const ProveDecl& d) {
  std::string head = "prove";
  if (d.title) head += " " + quoted(*d.title);
  if (!d.binders.empty()) {
    head += " for " +
            joined(d.binders, ", ",
                   [](const Binder& b) { return b.name.text + " in " + flat_type(*b.type, TypePlace::open); }) +
            ":";
  }
  const auto* ignores = std::get_if<Ignores>(&d.claim);
  const Expr& claimed = ignores != nullptr ? *ignores->value : *std::get<ExprPtr>(d.claim);
  // A claim that begins with a text would be read as a title.
  const bool misread = !d.title && d.binders.empty() && as<TextLiteral>(first_leaf(claimed)) != nullptr;
  const auto claim_at = [&](std::size_t column) {
    std::string text = misread ? "(" + layout(claimed, 2, column + 1) + ")" : layout(claimed, 2, column);
    if (ignores != nullptr) text += " ignores " + joined(ignores->paths, ", ", path_text);
    return text;
  };
  // On one line, or broken before `when`, or broken before the claim too.
  std::string claim = claim_at(head.size() + 1);
  const bool behind = is_flat(claim) && width(head) + 1 + width(claim) <= margin;
  const bool titled_or_bound = d.title || !d.binders.empty();
  std::string out = behind || !titled_or_bound ? head + " " + claim : head + line_break(2) + claim_at(2);
  if (!d.condition) return out;
  const std::string condition = " when " + flat(*d.condition);
  if (is_flat(out) && width(out) + width(condition) <= margin) return out + condition;
  return out + line_break(2) + clause("when", *d.condition, 2);
}

std::string given_text(const Given& g) {
  const auto* presence = std::get_if<Presence>(&g.value);
  return path_text(g.path) + " is " +
         (presence != nullptr ? std::string(word(*presence)) : flat_right(*std::get<ExprPtr>(g.value)));
}

std::string declaration_text(const ExampleDecl& d) {
  std::string out = "example " + quoted(d.title) + " {";
  for (const Given& g : d.givens) {
    out += (&g == &d.givens.front() ? "\n  given  " : ",\n         ") + given_text(g);
  }
  std::size_t widest = 0;
  for (const Expect& e : d.expects) {
    const std::size_t claim = width(flat(*e.claim));
    if (e.condition && claim <= 2 * aligned_outcome) widest = std::max(widest, claim);
  }
  constexpr std::size_t column = 9;  // after `  expect `
  for (const Expect& e : d.expects) {
    const std::string claim = layout(*e.claim, column, column);
    out += "\n  expect " + claim;
    if (!e.condition) continue;
    const std::size_t end = column + widest + 2;
    const bool beside = is_flat(claim) && width(claim) <= widest && end + 5 + width(flat(*e.condition)) <= margin;
    out += beside ? spaces(end - column - width(claim)) + "when " + flat(*e.condition)
                  : line_break(column) + clause("when", *e.condition, column);
  }
  return out + "\n}";
}

}  // namespace

std::string source_text(const ast::File& file) {
  std::string out;
  for (const Declaration& d : file.declarations) {
    if (!out.empty()) out += "\n";
    out += std::visit([](const auto& node) { return declaration_text(node); }, d.node) + "\n";
  }
  return out;
}

std::string source_text(const ast::Expr& expression) { return flat(expression); }
std::string source_text(const ast::Cell& cell) { return flat(cell); }
std::string source_text(const ast::Type& type) { return flat_type(type, TypePlace::whole); }
std::string source_text(const ast::Path& path) { return path_text(path); }

}  // namespace tally
