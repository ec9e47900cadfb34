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
#include <set>

#include "grammar/source/excerpt.h"
#include "simulator/conditions/cells.h"
#include "simulator/covers/rows.h"
#include "simulator/table/table_rows.h"

namespace tally {
namespace {

constexpr std::size_t max_combinations = 20'000;  // of the words

// One column: what the diagram's terminals mean.
struct Word {
  std::string title;
  Diagram codes;
  Variable variable;              // the codes that occur
  std::optional<ElementId> leaf;  // its codes are those of this input, or else
  TypeRef type;                   // the values of this enum from 1, or if null
                                  // `unset` and `set`
};

using Outcomes = std::vector<std::uint32_t>;  // numbers of the space's outcomes, sorted

// One combination of the words' values.
struct Combination {
  Assignment codes;
  Diagram calls;
  Count count;
  std::uint32_t outcomes = 0;  // the set of outcomes, from 1
};

class WordRows final : public DecisionTable::Rows {
 public:
  WordRows(std::unique_ptr<TableSpace> space, const SourceSet& sources) : space_(std::move(space)), sources_(sources) {}

  Result<> prepare() {
    for (const TableWord& word : space_->question().over) {
      TALLY_ASSIGN_OR_RETURN(Word made, word_of(word));
      words_.push_back(std::move(made));
    }
    Assignment codes;
    if (!enumerate(space_->allowed(), codes)) {
      return Error{Cause::bound,
                   "the words have more than " + grouped(Count(static_cast<unsigned long>(max_combinations))) +
                       " combinations of values",
                   "name fewer words in --over, or narrow the table with --where"};
    }
    return {};
  }

  void describe(DecisionTable& table) override {
    table.title = space_->question().title;
    table.has_rules = space_->question().decision.has_value();
    for (const Word& word : words_) table.columns.push_back(word.title);
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

  // --- the words -----------------------------------------------------------------

  Result<Word> word_of(const TableWord& word) {
    const LoweredValue value = space_->lowering().value(word.value);
    if (value.parts.empty())
      return Error{Cause::usage, "`" + word.text + "` has no values: it is always unset",
                   "name a let, a decision, a condition or an input"};
    const ResultPart& part = value.parts.front();
    Word out{word.text, space_->space().of(part.node), {}, std::nullopt, nullptr};
    switch (part.kind) {
      case ResultPart::Kind::presence: break;
      case ResultPart::Kind::enumeration:
        if (value.parts.size() == 1) out.type = part.type;
        break;
      case ResultPart::Kind::origin:
        out.leaf = value.parts.size() == 1 ? leaf_of(part) : std::nullopt;
        if (!out.leaf)
          return Error{
              Cause::usage, "`" + word.text + "` has no values that a table can show",
              part.type->kind == Type::Kind::number
                  ? "numbers are shown of inputs only: name a condition, such as `" + word.text + " < 30`"
                  : "texts are shown of inputs only: name a condition, such as `" + word.text + " starts \"+1\"`"};
        out.codes = space_->space().has(*out.leaf) ? diagrams().code(space_->space().variable(*out.leaf))
                                                   : diagrams().terminal(1);
    }
    const auto terminals = diagrams().terminals(out.codes);
    out.variable.first = static_cast<std::uint8_t>(*std::min_element(terminals.begin(), terminals.end()));
    out.variable.count =
        static_cast<std::uint16_t>(*std::max_element(terminals.begin(), terminals.end()) + 1 - out.variable.first);
    return out;
  }

  // The input whose value a part is, if it is that of one input.
  static std::optional<ElementId> leaf_of(const ResultPart& part) {
    if (part.origins.size() != 1) return std::nullopt;
    const auto* leaf = std::get_if<ElementId>(&part.origins.front());
    return leaf ? std::optional(*leaf) : std::nullopt;
  }

  // --- their combinations ------------------------------------------------------------

  // Returns false if there are too many.
  bool enumerate(Diagram calls, Assignment& codes) {
    if (calls == diagrams().no()) return true;
    if (codes.size() == words_.size()) {
      if (combinations_.size() == max_combinations) return false;
      combinations_.push_back({codes, calls, {}, 0});
      return true;
    }
    const Word& word = words_[codes.size()];
    for (unsigned i = 0; i < word.variable.count; ++i) {
      const unsigned code = word.variable.first + i;
      codes.push_back(static_cast<std::uint8_t>(code));
      const bool fits = enumerate(diagrams().both(calls, diagrams().where(word.codes, code)), codes);
      codes.pop_back();
      if (!fits) return false;
    }
    return true;
  }

  Outcomes outcomes_of(Diagram calls) {
    const auto terminals = diagrams().terminals(diagrams().choose(calls, space_->rows(), diagrams().terminal(0)));
    std::set<std::uint32_t> out(terminals.begin(), terminals.end());
    out.erase(0);
    return {out.begin(), out.end()};
  }

  // --- rows ----------------------------------------------------------------------

  void make_rows() {
    const std::set<ElementId> reads(space_->columns().begin(), space_->columns().end());
    std::map<Outcomes, std::uint32_t> numbers;
    for (Combination& one : combinations_) {
      one.count = space_->space().count(one.calls, reads);
      const auto [at, is_new] = numbers.try_emplace(outcomes_of(one.calls), outcomes_.size() + 1);
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
      for (std::uint32_t i = 0; i < words_.size(); ++i) row.tests[VariableId{i}] = CodeSet().add(one.codes[i]);
      row.outcome = one.outcomes;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  // The rows of the small table.
  std::vector<Row> merged() const {
    std::vector<Variable> variables;
    for (const Word& word : words_) variables.push_back(word.variable);
    Diagrams words(variables);
    Diagram allowed = words.no(), outcome = words.no();
    for (const Combination& one : combinations_) {
      std::vector<std::pair<VariableId, std::uint8_t>> fixed;
      for (std::uint32_t i = 0; i < words_.size(); ++i) fixed.emplace_back(VariableId{i}, one.codes[i]);
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
    for (std::uint32_t i = 0; i < words_.size(); ++i) {
      const auto at = row.tests.find(VariableId{i});
      out.cells.push_back(at == row.tests.end() ? "-" : cell(words_[i], at->second));
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
    if (texts.size() > 1) out.reason = "it differs by " + differing_inputs(calls, outcomes);
    return out;
  }

  std::string cell(const Word& word, const CodeSet& codes) const {
    if (word.leaf) return cell_text(space_->model(), space_->classes(), *word.leaf, codes);
    return cell_text(word.type.get(), word.variable.first == 0, codes);
  }

  // The inputs of which a change alone changes the outcome of some of these calls. If there is none,
  // all that it depends on.
  std::string differing_inputs(Diagram calls, const Outcomes& outcomes) {
    std::vector<ElementId> alone, any;
    const Diagram rows = diagrams().choose(calls, space_->rows(), diagrams().terminal(0));
    for (const VariableId variable : diagrams().support(rows)) {
      const VariableId variables[] = {variable};
      Diagram once = diagrams().no(), twice = diagrams().no();
      for (const std::uint32_t outcome : outcomes) {
        const Diagram here = diagrams().exists(diagrams().where(rows, outcome), variables);
        twice = diagrams().either(twice, diagrams().both(once, here));
        once = diagrams().either(once, here);
      }
      const ElementId element = space_->space().element(variable);
      any.push_back(element);
      if (twice != diagrams().no()) alone.push_back(element);
    }
    const std::vector<ElementId>& told = alone.empty() ? any : alone;
    std::string out;
    for (std::size_t i = 0; i < told.size(); ++i) {
      out += (i == 0 ? "" : i + 1 == told.size() ? " and " : ", ") + space_->model().at(told[i]).name;
    }
    return out;
  }

  const std::unique_ptr<TableSpace> space_;
  const SourceSet& sources_;
  std::vector<Word> words_;
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
