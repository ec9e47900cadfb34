#include "simulator/table/table.h"

#include <algorithm>
#include <map>

#include "grammar/source/excerpt.h"
#include "simulator/conditions/cells.h"
#include "simulator/conditions/conditions.h"
#include "simulator/covers/rows.h"
#include "simulator/table/table_rows.h"

namespace tally {
namespace {

// The value of an insertion in a row is remembered if it depends on at most this many inputs.
constexpr std::size_t max_remembered_inputs = 4;

constexpr std::string_view any_code = "-";

Error too_large(const TableQuestion& question, const NodeLimit& reached) {
  return {Cause::bound, "the diagram of `" + question.title + "` grew beyond " + grouped(reached.limit) + " nodes",
          "narrow it with --where"};
}

// Produces the rows of a table over inputs, section by section.
class InputRows final : public DecisionTable::Rows {
 public:
  InputRows(std::unique_ptr<TableSpace> table_space, const SourceSet& sources)
      : space_(std::move(table_space)), sources_(sources) {
    tests_.resize(diagrams().variables().size());
    for (std::uint32_t number = 1; number <= space_->outcome_count(); ++number)
      outcome_texts_.push_back(space_->outcome_text(space_->outcome(number), sources));
    labels_.resize(columns().size());
    for (const ElementId e : columns()) column_variables_.push_back(space().variable(e));
    arrange();
  }

  void describe(DecisionTable& table) override {
    table.title = question().title;
    table.has_rules = question().decision.has_value();
    for (const Shown& shown : shown_) table.columns.push_back(header_text(model(), classes(), shown.element));
    table.combinations = space_->combinations();
  }

  Result<> each_section(const std::function<bool(const TableSection&)>& visit) override {
    too_large_.reset();
    try {
      sections(space_->rows(), space_->allowed(), 0, {}, visit);
    } catch (const NodeLimit& reached) {
      too_large_ = reached;
    }
    if (!too_large_) return {};
    return too_large(question(), *too_large_);
  }

 private:
  const TableQuestion& question() const { return space_->question(); }
  const Model& model() const { return space_->model(); }
  const Classes& classes() const { return space_->classes(); }
  const std::vector<ElementId>& by() const { return space_->by(); }
  const std::vector<ElementId>& columns() const { return space_->columns(); }
  Space& space() { return space_->space(); }
  Diagrams& diagrams() { return space_->diagrams(); }

  // Produces one section per combination of the `by` leaves that occurs. Returns false to stop.
  bool sections(Diagram rows, Diagram allowed, std::size_t depth,
                std::vector<std::pair<std::string, std::string>> fixed,
                const std::function<bool(const TableSection&)>& visit) {
    if (allowed == diagrams().no()) return true;
    if (depth < by().size()) {
      const ElementId e = by()[depth];
      const VariableId v = space().variable(e);
      for (unsigned code = classes().first(e); code < classes().codes(e); ++code) {
        auto with = fixed;
        with.emplace_back(header_text(model(), classes(), e), cell_text(model(), classes(), e, code));
        tests_[v.value] = CodeSet().add(code);
        const bool more =
            sections(diagrams().hold(rows, v, static_cast<Code>(code)),
                     diagrams().hold(allowed, v, static_cast<Code>(code)), depth + 1, std::move(with), visit);
        tests_[v.value] = {};
        if (!more) return false;
      }
      return true;
    }
    TableSection section;
    section.fixed = std::move(fixed);
    section.condition = condition_of_section();
    const std::set<ElementId> free(columns().begin(), columns().end());
    section.combinations = space().count(allowed, free);
    std::vector<std::pair<Row, Count>> merged;
    const Diagram telling = question().full ? rows : without_idle(rows);
    const bool by_paths = !question().full && diagrams().path_count(telling, 0) > max_merged_rows;
    if (!question().full && !by_paths) {
      std::vector<Row> found = path_rows(diagrams(), telling);
      merge(found, allowed);
      for (Row& row : found) {
        Count count = space().count(diagrams().both(allowed, of(diagrams(), row)), free);
        merged.emplace_back(std::move(row), std::move(count));
      }
    }
    section.rows = [&](const std::function<bool(const TableRow&)>& take) {
      if (too_large_) return;
      try {
        if (question().full)
          every(rows, 0, take);
        else if (by_paths)
          every_path(rows, take);
        else
          every_merged(merged, take);
      } catch (const NodeLimit& reached) {
        too_large_ = reached;
      }
    };
    return visit(section) && !too_large_;
  }

  // Returns the rows without numbers and texts that are compared with others where this tells no outcome apart. How
  // two of them compare follows from their values, so that a row would be repeated for each way.
  Diagram without_idle(Diagram rows) {
    std::map<ElementId, std::vector<VariableId>> of_leaf;
    for (const ElementId id : relations_) {
      const Relation& relation = *model().at(id).relation;
      for (const ElementId leaf : {relation.left, relation.right}) of_leaf[leaf].push_back(space().variable(id));
    }
    std::set<ElementId> objects;
    for (auto& [leaf, variables] : of_leaf) {
      const std::vector<ElementId> around = optional_ancestors(model(), leaf);
      objects.insert(around.begin(), around.end());
      if (space().has(leaf)) variables.push_back(space().variable(leaf));
      rows = without(rows, variables);
    }
    for (const ElementId id : relations_) rows = without(rows, {space().variable(id)});
    for (const ElementId object : objects) {
      if (space().has(object)) rows = without(rows, {space().variable(object)});
    }
    return rows;
  }

  // Returns the rows without these variables, if the others decide the outcome; else the rows as they are.
  Diagram without(Diagram rows, std::vector<VariableId> variables) {
    std::sort(variables.begin(), variables.end());
    Diagram seen = diagrams().no(), out = diagrams().no();
    for (const std::uint32_t outcome : diagrams().terminals(rows)) {
      if (outcome == 0) continue;
      const Diagram here = diagrams().exists(diagrams().where(rows, outcome), variables);
      if (diagrams().both(here, seen) != diagrams().no()) return rows;
      seen = diagrams().either(seen, here);
      out = diagrams().choose(here, diagrams().terminal(outcome), out);
    }
    return out;
  }

  // Produces every combination, in the order of the columns.
  bool every(Diagram rows, std::size_t column, const std::function<bool(const TableRow&)>& take) {
    if (diagrams().is_terminal(rows) && diagrams().terminal_of(rows) == 0) return true;
    if (column == columns().size()) return take(words(diagrams().terminal_of(rows), Count(1)));
    const ElementId e = columns()[column];
    const VariableId v = column_variables_[column];
    bool more = true;
    for (unsigned code = classes().first(e); more && code < classes().codes(e); ++code) {
      tests_[v.value] = CodeSet().add(code);
      more = every(diagrams().hold(rows, v, static_cast<Code>(code)), column + 1, take);
    }
    tests_[v.value] = {};
    return more;
  }

  template <class Tests>
  bool hand_on(const Tests& tests, std::uint32_t outcome, Count count,
               const std::function<bool(const TableRow&)>& take) {
    for (const auto& [v, codes] : tests) tests_[v.value] = codes;
    const bool more = take(words(outcome, std::move(count)));
    for (const auto& [v, codes] : tests) tests_[v.value] = {};
    return more;
  }

  void every_path(Diagram rows, const std::function<bool(const TableRow&)>& take) {
    diagrams().paths(rows, 0,
                     [&](const Cube& cube) { return hand_on(cube.tests, cube.terminal, product(cube), take); });
  }

  void every_merged(const std::vector<std::pair<Row, Count>>& rows, const std::function<bool(const TableRow&)>& take) {
    for (const auto& [row, count] : rows)
      if (!hand_on(row.tests, row.outcome, count, take)) return;
  }

  // The condition of the section that `tests_` is at: "source is onnet and destination is offnet".
  std::string condition_of_section() {
    Cube term;
    for (const ElementId e : by()) {
      const VariableId v = space().variable(e);
      if (classes().width(e) > 1) term.tests.emplace_back(v, tests_[v.value]);
    }
    return condition_text(model(), classes(), space(), term);
  }

  // Merges rows, and sorts them as the rules are read: those of the first rule come first.
  void merge(std::vector<Row>& rows, Diagram allowed) {
    std::set<VariableId> compared;
    for (const ElementId relation : relations_) {
      const Relation& of = *model().at(relation).relation;
      for (const ElementId e : {relation, of.left, of.right})
        if (space().has(e)) compared.insert(space().variable(e));
    }
    merge_rows(diagrams(), allowed, rows, compared);
    const auto rule = [&](const Row& r) { return space_->outcome(r.outcome).rule; };
    std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return rule(a) < rule(b); });
  }

  // Returns the combinations of a path. All of these can occur; of a merged row, some cannot.
  Count product(const Cube& cube) const {
    Count all = 1;
    std::uint64_t factor = 1;
    auto test = cube.tests.begin();
    for (std::size_t i = 0; i < columns().size(); ++i) {
      // Tests and columns are both in the order of the variables.
      const bool tested = test != cube.tests.end() && test->first == column_variables_[i];
      factor *= tested ? (test++)->second.size() : classes().width(columns()[i]);
      if (factor >= std::uint64_t{1} << 48) all *= std::exchange(factor, 1);
    }
    return all * factor;
  }

  // A column as it is shown: the tests of an input, or the presence of an object.
  struct Shown {
    ElementId element;
    std::optional<std::size_t> column;  // of `columns()`
    std::vector<std::size_t> members;   // columns whose tests may be about this object
  };

  // Returns the row for the tests in `tests_`.
  const TableRow& words(std::uint32_t number, Count count) {
    row_.cells.clear();
    std::vector<CodeSet> tests;
    if (!relations_.empty()) tests = tests_;
    for (const ElementId relation : relations_) show_unset_leaf(relation);
    for (const Shown& shown : shown_) row_.cells.push_back(cell(shown));
    if (!relations_.empty()) tests_ = std::move(tests);
    const TableSpace::Outcome& outcome = space_->outcome(number);
    row_.rule = outcome.rule;
    row_.outcome = outcome_texts_[number - 1];
    row_.combinations = std::move(count);
    row_.reason.clear();
    if (question().decision && outcome.rule) {
      const auto& reason = model().at(*question().decision).rules[outcome.rule - 1].reason;
      if (reason) row_.reason = reason_text(*reason);
    }
    return row_;
  }

  // A number that is unset has no relation to another one. That is shown in its own column, if only this
  // one may be unset.
  void show_unset_leaf(ElementId element) {
    const auto& relation = model().at(element).relation;
    CodeSet& test = tests_[space().variable(element).value];
    if (test.empty() || classes().first(element) != 0) return;
    const bool is_unset = test == CodeSet().add(0);
    if (!is_unset && (test.has(0) || test.size() + 1 != classes().codes(element))) return;
    const bool left = classes().first(relation->left) == 0, right = classes().first(relation->right) == 0;
    if (left == right) return;
    const ElementId leaf = left ? relation->left : relation->right;
    CodeSet shown;
    for (unsigned code = is_unset ? 0 : 1; code < (is_unset ? 1 : classes().codes(leaf)); ++code) shown.add(code);
    CodeSet& of_leaf = tests_[space().variable(leaf).value];
    of_leaf = of_leaf.empty() ? shown : both(of_leaf, shown);
    test = CodeSet();
  }

  // Gives an object a column of its own if members that it must have are among the columns: that they
  // are unset is shown there.
  void arrange() {
    for (std::size_t i = 0; i < columns().size(); ++i) shown_.push_back({columns()[i], i, {}});
    for (const ElementId e : columns()) {
      if (model().at(e).relation) relations_.push_back(e);
    }
    for (std::size_t i = 0; i < columns().size(); ++i) {
      const auto object = tested_object(model(), classes(), columns()[i], CodeSet().add(0));
      if (!object) continue;
      const auto at_element = [&](ElementId e) {
        return std::find_if(shown_.begin(), shown_.end(), [&](const Shown& s) { return s.element == e; });
      };
      auto at = at_element(*object);
      if (at == shown_.end()) at = shown_.insert(at_element(columns()[i]), Shown{*object, std::nullopt, {}});
      at->members.push_back(i);
    }
  }

  std::string_view cell(const Shown& shown) {
    if (shown.column) {
      const Label& own = label(*shown.column);
      if (!own.is_about_object && own.text != any_code) return own.text;
    }
    for (const std::size_t member : shown.members) {
      if (label(member).is_about_object) return label(member).text;
    }
    return any_code;
  }

  // The test of a column, in words.
  struct Label {
    std::string text;
    bool is_about_object = false;  // "unset" or "set" of the object around it
  };
  const Label& label(std::size_t column) {
    const CodeSet& codes = tests_[column_variables_[column].value];
    if (codes.empty()) return any_;
    const auto [at, is_new] = labels_[column].try_emplace(codes);
    if (is_new) {
      const ElementId e = columns()[column];
      at->second = {cell_text(model(), classes(), e, codes), tested_object(model(), classes(), e, codes).has_value()};
    }
    return at->second;
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

  // An inserted expression, and what it depends on.
  struct Inserted {
    ResultPart part;
    std::vector<VariableId> reads;
    std::map<std::vector<CodeSet>, std::optional<std::string>> known;  // by the row's tests of these inputs
  };

  // Returns nothing if the space does not cover the expression.
  std::optional<Inserted> inserted(const ExprRef& e) {
    const LoweredValue value = space_->lowering().value(e);
    if (value.parts.size() != 1) return std::nullopt;
    for (ElementId read : value.reads.elements)
      if (!space().has(read)) return std::nullopt;
    for (CutId cut : value.reads.cuts)
      if (!classes().knows(cut)) return std::nullopt;
    return Inserted{
        settle(model(), space_->graph(), classes(), value.parts.front()), space().variables(value.reads.elements), {}};
  }

  // Returns the value of an inserted expression, if it is the same in all calls of the row.
  std::optional<std::string> fixed_value(const ExprRef& e) {
    auto [known, is_new] = inserted_.try_emplace(e.get());
    if (is_new) known->second = inserted(e);
    if (!known->second) return std::nullopt;
    Inserted& found = *known->second;
    if (found.reads.size() > max_remembered_inputs) return value_in_row(found);
    std::vector<CodeSet> tests;
    for (const VariableId v : found.reads) tests.push_back(tests_[v.value]);
    const auto [at, fresh] = found.known.try_emplace(std::move(tests));
    if (fresh) at->second = value_in_row(found);
    return at->second;
  }

  std::optional<std::string> value_in_row(const Inserted& found) {
    const ResultPart& part = found.part;
    const Diagram d = space().of(part.node);
    Diagram here = diagrams().yes();
    for (const VariableId v : found.reads) {
      if (!tests_[v.value].empty()) here = diagrams().both(here, diagrams().test(v, tests_[v.value]));
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

  const std::unique_ptr<TableSpace> space_;
  const SourceSet& sources_;
  std::vector<Shown> shown_;
  std::vector<VariableId> column_variables_;
  std::vector<std::string> outcome_texts_;
  std::vector<std::map<CodeSet, Label>> labels_;  // by column
  const Label any_{std::string(any_code)};
  std::map<const Expr*, std::optional<Inserted>> inserted_;
  std::vector<ElementId> relations_;  // among the columns
  std::vector<CodeSet> tests_;        // tests of the current row, by variable; empty if it does not matter
  TableRow row_;
  std::optional<NodeLimit> too_large_;
};

}  // namespace

DecisionTable::DecisionTable(std::unique_ptr<Rows> rows) : rows_(std::move(rows)) { rows_->describe(*this); }
DecisionTable::~DecisionTable() = default;
DecisionTable::DecisionTable(DecisionTable&&) noexcept = default;
DecisionTable& DecisionTable::operator=(DecisionTable&&) noexcept = default;

Result<> DecisionTable::sections(const std::function<bool(const TableSection&)>& visit) const {
  return rows_->each_section(visit);
}

Result<DecisionTable> make_table(Policy& policy, const SourceSet& sources, const TableQuestion& question) {
  try {
    TALLY_ASSIGN_OR_RETURN(auto space, TableSpace::make(policy, question));
    if (question.over.empty()) return DecisionTable(std::make_unique<InputRows>(std::move(space), sources));
    TALLY_ASSIGN_OR_RETURN(auto rows, make_word_rows(std::move(space), sources));
    return DecisionTable(std::move(rows));
  } catch (const NodeLimit& reached) {
    return too_large(question, reached);
  }
}

}  // namespace tally
