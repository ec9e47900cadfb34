// Tables in which the longest prefix wins: `decision zone : carrier longest { | called | ... }`.
//
// In:     the table, and the conditions of its cells
// Out:    the column with the prefixes, and each of its cells as one condition per prefix
// Always: together the conditions of a cell are the condition of the cell. What has no length (`not starts "49"`)
//         is refused.
#include <algorithm>
#include <map>

#include "base/overloaded.h"
#include "compiler/analyze/analysis.h"

namespace tally {
namespace {

// Whether a prefix stands somewhere in the cell.
bool has_prefix(const ast::Cell& cell) {
  const auto in_some = [](const std::vector<ast::Cell>& cells) {
    return std::any_of(cells.begin(), cells.end(), has_prefix);
  };
  return std::visit(overloaded{
                        [](const ast::AnyCell&) { return false; },
                        [](const ast::ValueCell&) { return false; },
                        [](const ast::ListCell&) { return false; },
                        [](const ast::RangeCell&) { return false; },
                        [](const ast::NamedCell&) { return false; },
                        [](const ast::CompareCell&) { return false; },
                        [](const ast::TextTestCell& c) { return c.form == ast::TextForm::starts; },
                        [](const ast::LengthCell&) { return false; },
                        [](const ast::PresenceCell&) { return false; },
                        [](const ast::NotCell& c) { return has_prefix(*c.cell); },
                        [](const ast::ButNotCell& c) { return has_prefix(*c.cell); },
                        [&](const ast::AndCell& c) { return in_some(c.cells); },
                        [&](const ast::OrCell& c) { return in_some(c.alternatives); },
                    },
                    cell.node);
}

std::optional<std::vector<PrefixArm>> split(const ExprRef& condition);

// `starts ("49", "4930")`, `"112"`: one condition for each prefix and each text.
std::optional<std::vector<PrefixArm>> split_cut(const ExprRef& condition, const AmongCut& among) {
  std::vector<PrefixArm> out;
  const auto add = [&](const std::string& text, bool whole) {
    Cut cut;
    (whole ? cut.texts : cut.prefixes).push_back(text);
    const ExprRef alone = make_expr(AmongCut{among.operand, std::move(cut)}, condition->type, condition->span);
    out.push_back({text, whole, alone, alone});
  };
  Cut known;
  known.texts = among.cut.texts;
  known.prefixes = among.cut.prefixes;
  if (known != among.cut) return std::nullopt;
  for (const std::string& prefix : among.cut.prefixes) add(prefix, false);
  for (const std::string& text : among.cut.texts) add(text, true);
  return out;
}

// `starts "49" or "112"`
std::optional<std::vector<PrefixArm>> split_or(const OrOf& any) {
  std::vector<PrefixArm> out;
  for (const ExprRef& operand : any.operands) {
    auto some = split(operand);
    if (!some) return std::nullopt;
    std::move(some->begin(), some->end(), std::back_inserter(out));
  }
  return out;
}

// `starts "49" but not "49112"`, `starts "49" and ends "9"`: as long as the first part that has a length.
std::optional<std::vector<PrefixArm>> split_and(const ExprRef& condition, const AndOf& all) {
  for (std::size_t i = 0; i < all.operands.size(); ++i) {
    auto out = split(all.operands[i]);
    if (!out) continue;
    for (PrefixArm& arm : *out) {
      std::vector<ExprRef> narrowed = all.operands;
      narrowed[i] = arm.condition;
      arm.alone = arm.condition = make_expr(AndOf{std::move(narrowed)}, condition->type, condition->span);
    }
    return out;
  }
  return std::nullopt;
}

// The prefixes of a condition, or nothing if it has parts without a length.
std::optional<std::vector<PrefixArm>> split(const ExprRef& condition) {
  if (const auto* among = std::get_if<AmongCut>(&condition->node)) return split_cut(condition, *among);
  if (const auto* any = std::get_if<OrOf>(&condition->node)) return split_or(*any);
  if (const auto* all = std::get_if<AndOf>(&condition->node)) return split_and(condition, *all);
  // `set` and `unset` have no prefix: they are shorter than any.
  const auto* negation = std::get_if<NotOf>(&condition->node);
  const ExprRef& tested = negation != nullptr ? negation->operand : condition;
  if (std::holds_alternative<IsSet>(tested->node))
    return std::vector<PrefixArm>{{std::nullopt, false, condition, condition}};
  return std::nullopt;
}

// The columns in which some cell has a prefix, with the first such cell of each.
std::map<std::size_t, Span> columns_with_prefixes(const ast::Table& table) {
  std::map<std::size_t, Span> columns;
  for (const ast::Row& row : table.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (has_prefix(row.cells[i])) columns.try_emplace(i, row.cells[i].span);
    }
  }
  return columns;
}

}  // namespace

std::optional<std::size_t> Analysis::prefix_column(const ast::Table& table, const std::vector<ExprRef>& header) {
  const std::map<std::size_t, Span> columns = columns_with_prefixes(table);
  if (columns.size() == 1) return columns.begin()->first;
  const auto is_text = [](const ExprRef& e) { return e->type->kind == Type::Kind::text; };
  if (!columns.empty() || std::count_if(header.begin(), header.end(), is_text) != 1) return std::nullopt;
  return static_cast<std::size_t>(std::find_if(header.begin(), header.end(), is_text) - header.begin());
}

bool Analysis::can_do_without_prefixes(const ast::Table& table, const RuleLayer& layer, const Decision& decision) {
  const std::map<std::size_t, Span> columns = columns_with_prefixes(table);
  if (columns.empty() && layer.number > 0) return true;
  Diagnostic& d =
      report(DiagnosticId::bad_longest, table.header.front()->span,
             columns.empty() ? "no cell of the `longest` table of `" + decision.name + "` has a prefix"
                             : "several columns of the `longest` table of `" + decision.name + "` have prefixes");
  for (const auto& [column, cell] : columns)
    d.label(cell, "in `" + std::string(sources_.text(table.header[column]->span)) + "`");
  if (!columns.empty()) {
    d.help("keep the prefixes of one column, and put conditions for the others into `let`s");
  } else {
    d.help("write `starts \"49\"` in the cells of one column, or leave `longest` out");
  }
  return false;
}

std::optional<std::vector<PrefixArm>> Analysis::prefixes_of(const ExprRef& condition, Span cell) {
  auto out = split(condition);
  if (!out) {
    report(DiagnosticId::bad_longest, cell, "`" + std::string(sources_.text(cell)) + "` has no length")
        .help("in this column stand prefixes (`starts \"49\"`), texts, `set`, `unset` and `-`");
  }
  return out;
}

}  // namespace tally
