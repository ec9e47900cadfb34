// Tables over words: lets, decisions and conditions take the place of the inputs.
//
// For example, a decision that is on when `internal` and `consent is all` has three rows over the
// words `internal` and `consent`, however many inputs the two depend on.
//
// The combinations of the words that some call brings about are enumerated, word by word. They are
// then a small table of its own, whose variables are the words, and whose outcomes are the sets of
// outcomes that the calls of a combination have. Where such a set has two members, the outcome is
// not a function of the words, and the row names the inputs by which it differs.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "grammar/source/excerpt.h"
#include "simulator/covers/rows.h"
#include "simulator/table/table_rows.h"
#include "simulator/words/words.h"

namespace tally {
namespace {

using Outcomes = std::vector<std::uint32_t>;  // numbers of the space's outcomes, sorted

// One combination of the words' values.
struct Combination {
  Assignment codes;
  Diagram calls;
  Count count;
  std::uint32_t outcomes = 0;  // the set of outcomes, from 1
};

// "a", "a and b", "a, b and c".
std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i)
    out += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return out;
}

class WordRows final : public DecisionTable::Rows {
 public:
  WordRows(std::unique_ptr<TableSpace> space, const SourceSet& sources) : space_(std::move(space)), sources_(sources) {}

  Result<> prepare() {
    TALLY_ASSIGN_OR_RETURN(Words made, Words::make(space_->model(), space_->classes(), space_->lowering(),
                                                   space_->space(), space_->question().over));
    words_.emplace(std::move(made));
    const bool fits = words_->combinations(space_->allowed(), [&](const Assignment& codes, Diagram calls) {
      combinations_.push_back({codes, calls, {}, 0});
    });
    if (!fits) return too_many_combinations("--over");
    return {};
  }

  void describe(DecisionTable& table) override {
    table.title = space_->question().title;
    table.has_rules = space_->question().decision.has_value();
    for (std::size_t i = 0; i < words_->size(); ++i) table.columns.push_back(words_->text(i));
    table.combinations = space_->combinations();
  }

  Result<> each_section(const std::function<bool(const TableSection&)>& visit) override {
    try {
      if (rows_.empty()) make_rows();
      TableSection section;
      section.combinations = space_->combinations();
      section.rows = [&](const std::function<bool(const TableRow&)>& take) {
        for (const Printed& row : rows_) {
          TableRow out;
          out.cells.assign(row.cells.begin(), row.cells.end());
          out.outcome = row.outcome;
          out.rule = row.rule;
          out.reason = row.reason;
          out.combinations = row.combinations;
          if (!take(out)) return;
        }
      };
      visit(section);
      return {};
    } catch (const NodeLimit& reached) {
      return Error{Cause::bound, "the diagrams of the table grew beyond " + grouped(reached.limit) + " nodes",
                   "narrow it with --where"};
    }
  }

 private:
  struct Printed {
    std::vector<std::string> cells;
    std::string outcome, reason;
    std::uint32_t rule = 0;
    Count combinations;
  };

  Diagrams& diagrams() { return space_->diagrams(); }

  // --- rows ----------------------------------------------------------------------

  void make_rows() {
    const std::set<ElementId> reads(space_->columns().begin(), space_->columns().end());
    std::map<Outcomes, std::uint32_t> numbers;
    for (Combination& one : combinations_) {
      one.count = space_->space().count(one.calls, reads);
      const auto [at, is_new] = numbers.try_emplace(space_->outcomes_of(one.calls), outcomes_.size() + 1);
      if (is_new) outcomes_.push_back(at->first);
      one.outcomes = at->second;
    }
    std::vector<Row> rows = space_->question().full ? every_combination() : merged();
    const auto rule = [&](const Row& row) { return space_->outcome(outcomes_[row.outcome - 1].front()).rule; };
    if (!space_->question().full)
      std::stable_sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return rule(a) < rule(b); });
    for (const Row& row : rows) rows_.push_back(printed(row));
  }

  std::vector<Row> every_combination() const {
    std::vector<Row> rows;
    for (const Combination& one : combinations_) {
      Row row;
      for (std::uint32_t i = 0; i < words_->size(); ++i) row.tests[VariableId{i}] = CodeSet().add(one.codes[i]);
      row.outcome = one.outcomes;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  // The rows of the small table.
  std::vector<Row> merged() const {
    Diagrams words(words_->variables());
    Diagram allowed = words.no(), outcome = words.no();
    for (const Combination& one : combinations_) {
      std::vector<std::pair<VariableId, Code>> fixed;
      for (std::uint32_t i = 0; i < words_->size(); ++i) fixed.emplace_back(VariableId{i}, one.codes[i]);
      const Diagram here = words.cube(fixed);
      allowed = words.either(allowed, here);
      outcome = words.choose(here, words.terminal(one.outcomes), outcome);
    }
    std::vector<Row> rows = path_rows(words, outcome);
    merge_rows(words, allowed, rows);
    return rows;
  }

  Printed printed(const Row& row) {
    Printed out;
    Diagram calls = diagrams().no();
    for (const Combination& one : combinations_) {
      const bool inside = std::all_of(row.tests.begin(), row.tests.end(),
                                      [&](const auto& test) { return test.second.has(one.codes[test.first.value]); });
      if (!inside) continue;
      out.combinations += one.count;
      calls = diagrams().either(calls, one.calls);
    }
    for (std::uint32_t i = 0; i < words_->size(); ++i) {
      const auto at = row.tests.find(VariableId{i});
      out.cells.push_back(at == row.tests.end() ? "-" : words_->cell(i, at->second));
    }
    const Outcomes& outcomes = outcomes_[row.outcome - 1];
    std::set<std::uint32_t> rules;
    std::vector<std::string> texts;
    for (const std::uint32_t number : outcomes) {
      rules.insert(space_->outcome(number).rule);
      const std::string text = space_->outcome_text(space_->outcome(number), sources_);
      if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
    }
    for (const std::string& text : texts) out.outcome += (out.outcome.empty() ? "" : " or ") + text;
    if (rules.size() == 1) out.rule = *rules.begin();
    if (texts.size() > 1) out.reason = "it differs by " + listed(space_->differing_inputs(calls));
    return out;
  }

  const std::unique_ptr<TableSpace> space_;
  const SourceSet& sources_;
  std::optional<Words> words_;
  std::vector<Combination> combinations_;
  std::vector<Outcomes> outcomes_;
  std::vector<Printed> rows_;
};

}  // namespace

Result<std::unique_ptr<DecisionTable::Rows>> make_word_rows(std::unique_ptr<TableSpace> space,
                                                            const SourceSet& sources) {
  auto rows = std::make_unique<WordRows>(std::move(space), sources);
  TALLY_RETURN_IF_ERROR(rows->prepare());
  return std::unique_ptr<DecisionTable::Rows>(std::move(rows));
}

}  // namespace tally
