#include "simulator/table/table_space.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "grammar/source/excerpt.h"

namespace tally {
namespace {

// Cells of a compact table. A larger table would be unreadable.
constexpr std::size_t max_cells = 10'000'000;

}  // namespace

Result<std::unique_ptr<TableSpace>> TableSpace::make(Policy& policy, const TableQuestion& question) {
  std::unique_ptr<TableSpace> out(new TableSpace(policy, question));
  TALLY_RETURN_IF_ERROR(out->lower());
  out->classes_.emplace(out->model(), out->graph(), out->cuts_);
  TALLY_RETURN_IF_ERROR(out->check_codes());
  out->build();
  if (question.where && out->allowed() == out->diagrams().no())
    return Error{Cause::usage, "no call meets the condition of --where"};
  TALLY_RETURN_IF_ERROR(out->check_size());
  return out;
}

// --- the question -----------------------------------------------------------------------

Result<> TableSpace::lower() {
  if (question_.decision) {
    lower_decision();
  } else {
    LoweredValue value = policy_.lowering->value(question_.value);
    if (value.parts.empty()) return Error{Cause::usage, "`" + question_.title + "` has no values: it is always unset"};
    if (value.parts.size() != 1)
      return Error{Cause::usage, "`" + question_.title + "` is a record or map", "name one of its members"};
    reads_ = value.reads.elements;
    cuts_ = value.reads.cuts;
    part_ = value.parts.front();
  }
  for (const Word& word : question_.over) {
    const LoweredValue value = policy_.lowering->value(word.value);
    reads_.insert(value.reads.elements.begin(), value.reads.elements.end());
    cuts_.insert(value.reads.cuts.begin(), value.reads.cuts.end());
  }
  cuts_.insert(policy_.cuts.begin(), policy_.cuts.end());
  if (question_.where) {
    where_ = policy_.lowering->condition(question_.where);
    cuts_.insert(where_->reads.cuts.begin(), where_->reads.cuts.end());
  }
  if (!policy_.lowering->failures().empty()) return Error{Cause::bound, policy_.lowering->failures().back().message};
  return {};
}

void TableSpace::lower_decision() {
  const Output& output = *std::find_if(policy_.outputs.begin(), policy_.outputs.end(),
                                       [&](const Output& o) { return o.decision == *question_.decision; });
  const Decision& decision = model().at(*question_.decision);
  rule_ = output.rule;
  if (decision.type->is_scalar()) {
    reads_ = output.reads;
    part_ = output.parts.front();
    return;
  }
  // The outcome is the rule that fires; its result is shown as the rule has it.
  for (const Rule& r : decision.rules) {
    if (r.condition) reads_.merge(std::set<ElementId>(policy_.lowering->condition(r.condition).reads.elements));
  }
}

// The question may cut numbers and texts into more classes than the decisions do.
Result<> TableSpace::check_codes() const {
  std::set<ElementId> elements = reads_;
  if (where_) elements.insert(where_->reads.elements.begin(), where_->reads.elements.end());
  if (const auto wide = classes_->too_wide(elements))
    return Error{Cause::bound, too_wide_text(model(), *classes_, *wide)};
  return {};
}

// --- the diagrams -----------------------------------------------------------------------

void TableSpace::build() {
  const std::vector<ElementId> order = reading_order();
  bool is_small = true;
  try {
    build_under(order, question_.reading_nodes);
    is_small = question_.full || !question_.over.empty() || fits();
  } catch (const NodeLimit&) {
    is_small = false;
  }
  if (!is_small) build_under(side_by_side(model(), order), Diagrams::default_node_limit);
}

// Returns the inputs in reading order. Facts that are never unset come first, as in a guide.
// Settings follow in the order in which they are needed.
std::vector<ElementId> TableSpace::reading_order() {
  if (part_) part_ = settle(model(), graph(), *classes_, *part_);
  std::vector<NodeId> roots;
  if (rule_) roots.push_back(*rule_);
  if (part_) roots.push_back(part_->node);
  std::set<ElementId> all = reads_;
  if (where_) {
    roots.push_back(where_->node);
    all.insert(where_->reads.elements.begin(), where_->reads.elements.end());
  }
  std::vector<ElementId> order = variable_order(model(), graph(), roots, all);
  const auto rank = [&](ElementId e) {
    const auto at = std::find(question_.by.begin(), question_.by.end(), e);
    if (at != question_.by.end()) return static_cast<std::size_t>(at - question_.by.begin());
    return question_.by.size() + (may_be_unset(model(), e) ? 1 : 0);
  };
  std::stable_sort(order.begin(), order.end(), [&](ElementId a, ElementId b) { return rank(a) < rank(b); });
  return order;
}

void TableSpace::build_under(const std::vector<ElementId>& order, std::size_t node_limit) {
  by_.clear();
  columns_.clear();
  for (ElementId e : order) {
    if (!reads_.contains(e)) continue;
    const bool by = std::find(question_.by.begin(), question_.by.end(), e) != question_.by.end();
    (by ? by_ : columns_).push_back(e);
  }
  // Sections are in the order of the question.
  const auto place = [&](ElementId e) { return std::find(question_.by.begin(), question_.by.end(), e); };
  std::sort(by_.begin(), by_.end(), [&](ElementId a, ElementId b) { return place(a) < place(b); });
  space_.emplace(model(), graph(), *classes_, order, node_limit);
  allowed_ = asked_calls();
  rows_ = diagrams().choose(allowed_, outcome_diagram(), diagrams().terminal(0));
  diagrams().set_node_limit(Diagrams::default_node_limit);
}

// Returns the possible calls that the question asks about, over the elements that are read.
Diagram TableSpace::asked_calls() {
  if (!where_) return space_->possible(reads_);
  std::set<ElementId> all = reads_;
  all.insert(where_->reads.elements.begin(), where_->reads.elements.end());
  std::set<ElementId> others;
  std::set_difference(all.begin(), all.end(), reads_.begin(), reads_.end(), std::inserter(others, others.end()));
  const Diagram asked = diagrams().both(space_->possible(all), space_->of(where_->node));
  return diagrams().exists(asked, space_->variables(others));
}

Diagram TableSpace::outcome_diagram() {
  outcomes_.clear();
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers;
  const auto number = [&](std::uint32_t rule, std::uint32_t value) {
    const auto [at, fresh] = numbers.emplace(std::pair(rule, value), static_cast<std::uint32_t>(outcomes_.size()) + 1);
    if (fresh) outcomes_.push_back({rule, value});
    return at->second;
  };
  const Diagram rule = rule_ ? space_->of(*rule_) : diagrams().terminal(0);
  const Diagram value = part_ ? space_->of(part_->node) : diagrams().terminal(0);
  return diagrams().combine(rule, value, number);
}

std::vector<std::uint32_t> TableSpace::outcomes_of(Diagram calls) {
  auto out = diagrams().terminals(diagrams().choose(calls, rows_, diagrams().terminal(0)));
  std::erase(out, 0u);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> TableSpace::differing_inputs(Diagram calls) {
  std::vector<std::string> alone, any;
  const std::vector<std::uint32_t> outcomes = outcomes_of(calls);
  const Diagram rows = diagrams().choose(calls, rows_, diagrams().terminal(0));
  for (const VariableId variable : diagrams().support(rows)) {
    const VariableId variables[] = {variable};
    Diagram once = diagrams().no(), twice = diagrams().no();
    for (const std::uint32_t outcome : outcomes) {
      const Diagram here = diagrams().exists(diagrams().where(rows, outcome), variables);
      twice = diagrams().either(twice, diagrams().both(once, here));
      once = diagrams().either(once, here);
    }
    const std::string& name = model().at(space_->element(variable)).name;
    any.push_back(name);
    if (twice != diagrams().no()) alone.push_back(name);
  }
  return alone.empty() ? any : alone;
}

// --- its size ---------------------------------------------------------------------------

// Whether the table can be printed with one row per path.
bool TableSpace::fits() {
  const Count paths = diagrams().path_count(rows_, 0);
  return paths <= question_.max_rows && paths * (columns_.size() + by_.size()) <= max_cells;
}

Result<> TableSpace::check_size() {
  if (!question_.over.empty()) return {};  // its rows are those of the words
  if (question_.full) {
    const Count all = combinations();
    if (all > question_.max_rows)
      return Error{Cause::bound,
                   "the full table of `" + question_.title + "` has " + grouped(all) + " rows, more than " +
                       grouped(question_.max_rows),
                   "narrow it with --where, or leave out --full"};
    return {};
  }
  if (fits()) return {};
  const Count paths = diagrams().path_count(rows_, 0);
  return Error{Cause::bound,
               "the table of `" + question_.title + "` has " + grouped(paths) + " rows of " +
                   grouped(columns_.size() + by_.size()) + " inputs, more than " +
                   (paths > question_.max_rows ? grouped(question_.max_rows) + " rows" : grouped(max_cells) + " cells"),
               "narrow it with --where"};
}

std::string TableSpace::outcome_text(const Outcome& outcome, const SourceSet& sources) const {
  if (question_.decision && outcome.rule == 0) return "(undecided)";
  if (!part_) return one_line(sources.text(model().at(*question_.decision).rules[outcome.rule - 1].outcome_span));
  if (outcome.value == 0) return "unset";
  switch (part_->kind) {
    case ResultPart::Kind::presence: return "set";
    case ResultPart::Kind::enumeration: return to_string(part_->type->values[outcome.value - 1]);
    case ResultPart::Kind::origin: return to_string(model(), part_->origins[outcome.value - 1]);
  }
  return {};
}

}  // namespace tally
