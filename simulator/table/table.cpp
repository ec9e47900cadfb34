#include "simulator/table/table.h"

#include <algorithm>
#include <map>

#include "grammar/source/excerpt.h"
#include "simulator/covers/rows.h"

namespace tally {
namespace {

struct Outcome {
  std::uint32_t rule = 0;
  std::uint32_t value = 0;
};

// Of a table that is not one row a combination: more would be no table to read.
constexpr std::size_t max_cells = 10'000'000;

// What an insertion is in a row is remembered where it depends on so few inputs.
constexpr std::size_t few_inputs = 4;

constexpr std::string_view any_code = "-";

}  // namespace

class DecisionTable::Rows {
 public:
  Rows(Policy& policy, const SourceSet& sources, const TableQuestion& question)
      : policy_(policy), sources_(sources), question_(question), model_(*policy.model) {}

  // Whether there is a table to tell.
  Result<> prepare() {
    TALLY_RETURN_IF_ERROR(lower());
    classes_.emplace(model_, *policy_.graph, cuts_);
    TALLY_RETURN_IF_ERROR(check_codes());
    const std::vector<ElementId> order = reading_order();
    const auto build = [&](const std::vector<ElementId>& variables, std::size_t node_limit) {
      make_space(variables, node_limit);
      allowed_ = restriction();
      rows_ = outcome_rows(allowed_);
      diagrams().set_node_limit(Diagrams::default_node_limit);
    };
    try {
      build(order, question_.reading_nodes);
      if (!question_.full && !fits(rows_)) build(side_by_side(model_, order), Diagrams::default_node_limit);
    } catch (const NodeLimit&) {
      build(side_by_side(model_, order), Diagrams::default_node_limit);
    }
    const Count combinations = space_->count(allowed_, reads_);
    if (question_.full && combinations > question_.max_rows)
      return Error{Cause::bound,
                   "the full table of `" + question_.title + "` has " + grouped(combinations) + " rows, more than " +
                       grouped(question_.max_rows),
                   "narrow it with --where, or leave out --full"};
    if (!question_.full && !fits(rows_)) {
      const Count paths = diagrams().path_count(rows_, 0);
      return Error{
          Cause::bound,
          "the table of `" + question_.title + "` has " + grouped(paths) + " rows of " +
              grouped(columns_.size() + by_.size()) + " inputs, more than " +
              (paths > question_.max_rows ? grouped(question_.max_rows) + " rows" : grouped(max_cells) + " cells"),
          "narrow it with --where"};
    }
    tests_.resize(diagrams().variables().size());
    for (const Outcome& outcome : outcomes_) outcome_texts_.push_back(outcome_text(outcome));
    labels_.resize(columns_.size());
    for (const ElementId e : columns_) column_variables_.push_back(space_->variable(e));
    return {};
  }

  void describe(DecisionTable& table) {
    table.title = question_.title;
    table.has_rules = question_.decision.has_value();
    for (ElementId e : columns_) table.columns.push_back(model_.at(e).name);
    table.combinations = space_->count(allowed_, reads_);
  }

  Result<> tell(const std::function<bool(const TableSection&)>& visit) {
    too_large_.reset();
    try {
      sections(rows_, allowed_, 0, {}, visit);
    } catch (const NodeLimit& reached) {
      too_large_ = reached;
    }
    if (!too_large_) return {};
    return error_of(question_, *too_large_);
  }

  static Error error_of(const TableQuestion& question, const NodeLimit& reached) {
    return {Cause::bound, "the diagram of `" + question.title + "` grew beyond " + grouped(reached.limit) + " nodes",
            "narrow it with --where"};
  }

 private:
  Diagrams& diagrams() { return space_->diagrams(); }

  Result<> lower() {
    if (question_.decision) {
      const auto output = std::find_if(policy_.outputs.begin(), policy_.outputs.end(),
                                       [&](const Output& o) { return o.decision == *question_.decision; });
      output_ = &*output;
      const Decision& decision = model_.at(*question_.decision);
      rule_ = output_->rule;
      if (decision.type->is_scalar()) {
        reads_ = output_->reads;
        part_ = output_->parts.front();
      } else {
        // Which rule fires; what it hands on is said in the rule's own words.
        for (const Rule& r : decision.rules)
          if (r.condition) reads_.merge(std::set<ElementId>(policy_.lowering->condition(r.condition).reads.elements));
      }
    } else {
      LoweredValue value = policy_.lowering->value(question_.value);
      if (value.parts.size() != 1)
        return Error{Cause::usage, "`" + question_.title + "` is a record or map", "name one of its members"};
      reads_ = value.reads.elements;
      cuts_ = value.reads.cuts;
      part_ = value.parts.front();
    }
    cuts_.insert(policy_.cuts.begin(), policy_.cuts.end());
    if (question_.where) {
      where_ = policy_.lowering->condition(question_.where);
      cuts_.insert(where_->reads.cuts.begin(), where_->reads.cuts.end());
    }
    if (!policy_.lowering->failures().empty()) return Error{Cause::bound, policy_.lowering->failures().back().message};
    return {};
  }

  // The question may cut further than the decisions do.
  Result<> check_codes() const {
    std::set<ElementId> elements = reads_;
    if (where_) elements.insert(where_->reads.elements.begin(), where_->reads.elements.end());
    if (const auto wide = classes_->too_wide(elements))
      return Error{Cause::bound, "`" + model_.at(*wide).name + "` has " + grouped(classes_->width(*wide)) +
                                     " codes here, more than " + std::to_string(max_leaf_codes)};
    return {};
  }

  // Whether it can be printed, every path being a row.
  bool fits(Diagram rows) {
    const Count paths = diagrams().path_count(rows, 0);
    return paths <= question_.max_rows && paths * (columns_.size() + by_.size()) <= max_cells;
  }

  // Facts that are never unset stand first, as in a guide; settings follow in
  // the order in which they are needed.
  std::vector<ElementId> reading_order() {
    if (part_) part_ = settle(model_, *policy_.graph, *classes_, *part_);
    std::vector<NodeId> roots;
    if (rule_) roots.push_back(*rule_);
    if (part_) roots.push_back(part_->node);
    std::set<ElementId> all = reads_;
    if (where_) {
      roots.push_back(where_->node);
      all.insert(where_->reads.elements.begin(), where_->reads.elements.end());
    }
    std::vector<ElementId> order = variable_order(model_, *policy_.graph, roots, all);
    const auto rank = [&](ElementId e) {
      const auto at = std::find(question_.by.begin(), question_.by.end(), e);
      if (at != question_.by.end()) return static_cast<std::size_t>(at - question_.by.begin());
      return question_.by.size() + (may_be_unset(model_, e) ? 1 : 0);
    };
    std::stable_sort(order.begin(), order.end(), [&](ElementId a, ElementId b) { return rank(a) < rank(b); });
    return order;
  }

  void make_space(const std::vector<ElementId>& order, std::size_t node_limit) {
    by_.clear();
    columns_.clear();
    for (ElementId e : order) {
      if (!reads_.contains(e)) continue;
      const bool by = std::find(question_.by.begin(), question_.by.end(), e) != question_.by.end();
      (by ? by_ : columns_).push_back(e);
    }
    // Sections come in the order in which they are asked for.
    const auto place = [&](ElementId e) { return std::find(question_.by.begin(), question_.by.end(), e); };
    std::sort(by_.begin(), by_.end(), [&](ElementId a, ElementId b) { return place(a) < place(b); });
    space_.emplace(model_, *policy_.graph, *classes_, order, node_limit);
  }

  // The possible calls that the question asks about, over what is read.
  Diagram restriction() {
    if (!where_) return space_->possible(reads_);
    std::set<ElementId> all = reads_;
    all.insert(where_->reads.elements.begin(), where_->reads.elements.end());
    std::set<ElementId> others;
    std::set_difference(all.begin(), all.end(), reads_.begin(), reads_.end(), std::inserter(others, others.end()));
    const Diagram asked = diagrams().both(space_->possible(all), space_->of(where_->node));
    return diagrams().exists(asked, space_->variables(others));
  }

  // An outcome, from 1, where a call is asked about; 0 elsewhere.
  Diagram outcome_rows(Diagram allowed) {
    return diagrams().choose(allowed, outcome_diagram(), diagrams().terminal(0));
  }

  Diagram outcome_diagram() {
    outcomes_.clear();
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers;
    const auto number = [&](std::uint32_t rule, std::uint32_t value) {
      const auto [at, fresh] =
          numbers.emplace(std::pair(rule, value), static_cast<std::uint32_t>(outcomes_.size()) + 1);
      if (fresh) outcomes_.push_back({rule, value});
      return at->second;
    };
    const Diagram rule = rule_ ? space_->of(*rule_) : diagrams().terminal(0);
    const Diagram value = part_ ? space_->of(part_->node) : diagrams().terminal(0);
    return diagrams().combine(rule, value, number);
  }

  // One section for each combination of the `by` leaves that occurs. False: no more.
  bool sections(Diagram rows, Diagram allowed, std::size_t depth,
                std::vector<std::pair<std::string, std::string>> fixed,
                const std::function<bool(const TableSection&)>& visit) {
    if (allowed == diagrams().no()) return true;
    if (depth < by_.size()) {
      const ElementId e = by_[depth];
      const VariableId v = space_->variable(e);
      for (unsigned code = classes_->first(e); code < classes_->codes(e); ++code) {
        auto with = fixed;
        with.emplace_back(model_.at(e).name, classes_->label(e, code));
        tests_[v.value] = CodeSet().add(code);
        const bool more =
            sections(diagrams().hold(rows, v, static_cast<std::uint8_t>(code)),
                     diagrams().hold(allowed, v, static_cast<std::uint8_t>(code)), depth + 1, std::move(with), visit);
        tests_[v.value] = {};
        if (!more) return false;
      }
      return true;
    }
    TableSection section;
    section.fixed = std::move(fixed);
    const std::set<ElementId> free(columns_.begin(), columns_.end());
    section.combinations = space_->count(allowed, free);
    std::vector<std::pair<Row, Count>> merged;
    const bool by_paths = !question_.full && diagrams().path_count(rows, 0) > max_merged_rows;
    if (!question_.full && !by_paths) {
      std::vector<Row> found = path_rows(diagrams(), rows);
      merge(found, allowed);
      for (Row& row : found) {
        Count combinations = space_->count(diagrams().both(allowed, of(diagrams(), row)), free);
        merged.emplace_back(std::move(row), std::move(combinations));
      }
    }
    section.rows = [&](const std::function<bool(const TableRow&)>& tell) {
      if (too_large_) return;
      try {
        if (question_.full)
          every(rows, 0, tell);
        else if (by_paths)
          every_path(rows, tell);
        else
          every_merged(merged, tell);
      } catch (const NodeLimit& reached) {
        too_large_ = reached;
      }
    };
    return visit(section) && !too_large_;
  }

  // Every combination, in the order of the columns.
  bool every(Diagram rows, std::size_t column, const std::function<bool(const TableRow&)>& tell) {
    if (diagrams().is_terminal(rows) && diagrams().terminal_of(rows) == 0) return true;
    if (column == columns_.size()) return tell(words(diagrams().terminal_of(rows), Count(1)));
    const ElementId e = columns_[column];
    const VariableId v = column_variables_[column];
    bool more = true;
    for (unsigned code = classes_->first(e); more && code < classes_->codes(e); ++code) {
      tests_[v.value] = CodeSet().add(code);
      more = every(diagrams().hold(rows, v, static_cast<std::uint8_t>(code)), column + 1, tell);
    }
    tests_[v.value] = {};
    return more;
  }

  template <class Tests>
  bool told(const Tests& tests, std::uint32_t outcome, Count combinations,
            const std::function<bool(const TableRow&)>& tell) {
    for (const auto& [v, codes] : tests) tests_[v.value] = codes;
    const bool more = tell(words(outcome, std::move(combinations)));
    for (const auto& [v, codes] : tests) tests_[v.value] = {};
    return more;
  }

  void every_path(Diagram rows, const std::function<bool(const TableRow&)>& tell) {
    diagrams().paths(rows, 0, [&](const Cube& cube) { return told(cube.tests, cube.terminal, product(cube), tell); });
  }

  void every_merged(const std::vector<std::pair<Row, Count>>& rows, const std::function<bool(const TableRow&)>& tell) {
    for (const auto& [row, combinations] : rows)
      if (!told(row.tests, row.outcome, combinations, tell)) return;
  }

  // As the rules are read: those of the first rule first.
  void merge(std::vector<Row>& rows, Diagram allowed) {
    merge_rows(diagrams(), allowed, rows);
    const auto rule = [&](const Row& r) { return outcomes_[r.outcome - 1].rule; };
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return rule(a) < rule(b); });
  }

  // The combinations of a path, all of which can occur; of a merged row some cannot.
  Count product(const Cube& cube) const {
    Count all = 1;
    std::uint64_t factor = 1;
    auto test = cube.tests.begin();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      // Both are in the order of the variables.
      const bool tested = test != cube.tests.end() && test->first == column_variables_[i];
      factor *= tested ? (test++)->second.size() : classes_->width(columns_[i]);
      if (factor >= std::uint64_t{1} << 48) all *= std::exchange(factor, 1);
    }
    return all * factor;
  }

  // The row of what is tested.
  const TableRow& words(std::uint32_t number, Count combinations) {
    row_.cells.clear();
    for (std::size_t i = 0; i < columns_.size(); ++i)
      row_.cells.push_back(label(i, tests_[column_variables_[i].value]));
    const Outcome& outcome = outcomes_[number - 1];
    row_.rule = outcome.rule;
    row_.outcome = outcome_texts_[number - 1];
    row_.combinations = std::move(combinations);
    row_.reason.clear();
    if (question_.decision && outcome.rule) {
      const auto& reason = model_.at(*question_.decision).rules[outcome.rule - 1].reason;
      if (reason) row_.reason = reason_text(*reason);
    }
    return row_;
  }

  std::string_view label(std::size_t column, const CodeSet& codes) {
    if (codes == CodeSet()) return any_code;
    const auto [at, is_new] = labels_[column].try_emplace(codes);
    if (is_new) at->second = classes_->label(columns_[column], codes);
    return at->second;
  }

  std::string outcome_text(const Outcome& outcome) const {
    if (question_.decision && outcome.rule == 0) return "(undecided)";
    if (!part_) return one_line(sources_.text(model_.at(*question_.decision).rules[outcome.rule - 1].outcome_span));
    if (outcome.value == 0) return "unset";
    switch (part_->kind) {
      case ResultPart::Kind::presence: return "set";
      case ResultPart::Kind::enumeration: return to_string(part_->type->values[outcome.value - 1]);
      case ResultPart::Kind::origin: return to_string(model_, part_->origins[outcome.value - 1]);
    }
    return {};
  }

  std::string reason_text(const std::vector<Piece>& reason) {
    std::string out;
    for (const Piece& p : reason) {
      if (const auto* plain = std::get_if<std::string>(&p)) {
        out += *plain;
        continue;
      }
      const ExprRef& e = std::get<ExprRef>(p);
      const auto value = fixed_value(e);
      out += value ? *value : as_inserted(sources_.text(e->span));
    }
    return out;
  }

  // What an inserted expression is, and what it depends on.
  struct Inserted {
    ResultPart part;
    std::vector<VariableId> reads;
    std::map<std::vector<CodeSet>, std::optional<std::string>> known;  // by what the row tests of these
  };

  // Nothing where the space does not know it.
  std::optional<Inserted> inserted(const ExprRef& e) {
    const LoweredValue value = policy_.lowering->value(e);
    if (value.parts.size() != 1) return std::nullopt;
    for (ElementId read : value.reads.elements)
      if (!space_->has(read)) return std::nullopt;
    for (CutId cut : value.reads.cuts)
      if (!classes_->knows(cut)) return std::nullopt;
    return Inserted{
        settle(model_, *policy_.graph, *classes_, value.parts.front()), space_->variables(value.reads.elements), {}};
  }

  // What an inserted expression is in all calls of the row, if it is one thing.
  std::optional<std::string> fixed_value(const ExprRef& e) {
    auto [known, is_new] = inserted_.try_emplace(e.get());
    if (is_new) known->second = inserted(e);
    if (!known->second) return std::nullopt;
    Inserted& found = *known->second;
    if (found.reads.size() > few_inputs) return value_in_row(found);
    std::vector<CodeSet> tests;
    for (const VariableId v : found.reads) tests.push_back(tests_[v.value]);
    const auto [at, fresh] = found.known.try_emplace(std::move(tests));
    if (fresh) at->second = value_in_row(found);
    return at->second;
  }

  std::optional<std::string> value_in_row(const Inserted& found) {
    const ResultPart& part = found.part;
    const Diagram d = space_->of(part.node);
    Diagram here = diagrams().yes();
    for (const VariableId v : found.reads) {
      if (tests_[v.value] != CodeSet()) here = diagrams().both(here, diagrams().test(v, tests_[v.value]));
    }
    const auto terminals = diagrams().terminals(diagrams().choose(
        here, diagrams().combine(d, diagrams().terminal(0), [](std::uint32_t a, std::uint32_t) { return a + 1; }),
        diagrams().terminal(0)));
    std::vector<std::uint32_t> codes;
    for (std::uint32_t t : terminals)
      if (t) codes.push_back(t - 1);
    if (codes.size() != 1) return std::nullopt;
    const std::uint32_t code = codes.front();
    if (code == 0) return "";
    if (part.kind == ResultPart::Kind::enumeration) {
      const EnumValue& v = part.type->values[code - 1];
      return part.type->is_flag ? v.name : v.spelling;
    }
    if (part.kind != ResultPart::Kind::origin) return std::nullopt;
    const Origin& origin = part.origins[code - 1];
    if (const auto* n = std::get_if<std::uint64_t>(&origin)) return std::to_string(*n);
    if (const auto* t = std::get_if<std::string>(&origin)) return *t;
    return std::nullopt;
  }

  Policy& policy_;
  const SourceSet& sources_;
  const TableQuestion question_;
  const Model& model_;
  const Output* output_ = nullptr;
  std::optional<NodeId> rule_;
  std::optional<ResultPart> part_;
  std::optional<LoweredCondition> where_;
  std::set<ElementId> reads_;
  std::set<CutId> cuts_;
  std::vector<ElementId> by_, columns_;
  std::vector<VariableId> column_variables_;
  std::optional<Classes> classes_;
  std::optional<Space> space_;
  Diagram allowed_, rows_;
  std::vector<Outcome> outcomes_;
  std::vector<std::string> outcome_texts_;
  std::vector<std::map<CodeSet, std::string>> labels_;  // by column
  std::map<const Expr*, std::optional<Inserted>> inserted_;
  std::vector<CodeSet> tests_;  // of the row that is told, by variable; empty: does not matter
  TableRow row_;
  std::optional<NodeLimit> too_large_;
};

DecisionTable::DecisionTable(std::unique_ptr<Rows> rows) : rows_(std::move(rows)) { rows_->describe(*this); }
DecisionTable::~DecisionTable() = default;
DecisionTable::DecisionTable(DecisionTable&&) noexcept = default;
DecisionTable& DecisionTable::operator=(DecisionTable&&) noexcept = default;

Result<> DecisionTable::sections(const std::function<bool(const TableSection&)>& visit) const {
  return rows_->tell(visit);
}

Result<DecisionTable> make_table(Policy& policy, const SourceSet& sources, const TableQuestion& question) {
  try {
    auto rows = std::make_unique<DecisionTable::Rows>(policy, sources, question);
    TALLY_RETURN_IF_ERROR(rows->prepare());
    return DecisionTable(std::move(rows));
  } catch (const NodeLimit& reached) {
    return DecisionTable::Rows::error_of(question, reached);
  }
}

}  // namespace tally
