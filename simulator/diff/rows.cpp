#include "simulator/diff/rows.h"

#include <algorithm>
#include <utility>

#include "compiler/values/equal_values.h"
#include "simulator/conditions/cells.h"
#include "simulator/conditions/conditions.h"
#include "simulator/covers/cover.h"
#include "simulator/covers/irredundant_cover.h"
#include "simulator/covers/ranked_cover.h"
#include "simulator/documents/request_text.h"

namespace tally {
namespace {

// A row for some of the combinations of a pair of outcomes.
struct Found {
  std::size_t outcome = 0;
  Diagram condition;
  Count combinations;
  Cube term;  // or, if there are any,
  std::vector<Cube> terms;
  Count all_terms;
  bool is_described = true;
};

class DiffRowFinder {
 public:
  DiffRowFinder(const Model& model, const DiffQuestion& question, const DiffBounds& bounds, DiffSpace& space,
                DiffPart& part)
      : model_(model), question_(question), bounds_(bounds), space_(space), part_(part), d_(space.space->diagrams()) {}

  void run() {
    part_.combinations = d_.count(question_.possible, question_.scope);
    part_.is_minimal = true;
    // The outcomes with the most combinations come first.
    std::vector<std::pair<Count, std::size_t>> outcomes;
    for (std::size_t i = 0; i < question_.outcomes.size(); ++i)
      outcomes.emplace_back(d_.count(question_.outcomes[i].condition, question_.scope), i);
    std::stable_sort(outcomes.begin(), outcomes.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [combinations, outcome] : outcomes) {
      part_.different += combinations;
      const std::size_t first = found_.size();
      const bool is_asked = first < bounds_.described_rows || may_search(question_.outcomes[outcome].condition);
      if (!is_asked || !find(outcome, combinations)) {
        found_.resize(first);
        found_.push_back({outcome, question_.outcomes[outcome].condition, combinations, {}, {}, 0, false});
        ++part_.undescribed;
        part_.is_minimal = false;
      }
      std::stable_sort(found_.begin() + static_cast<std::ptrdiff_t>(first), found_.end(),
                       [](const Found& a, const Found& b) { return a.combinations > b.combinations; });
    }
    space_.rows = d_.no();
    for (std::size_t i = found_.size(); i-- > 0;) {
      const Diagram here = d_.both(found_[i].condition, question_.asked);
      space_.rows = d_.choose(here, d_.terminal(static_cast<std::uint32_t>(i + 1)), space_.rows);
    }
    for (const Found& found : found_) write(found);
  }

 private:
  // Returns false if neither rows nor alternatives can be found.
  bool find(std::size_t outcome, const Count& all) {
    try {
      const Diagram condition = question_.outcomes[outcome].condition;
      const auto cover = IrredundantCover::make(d_, condition, d_.either(condition, d_.negate(question_.possible)),
                                                bounds_.cover_steps);
      // Terms may overlap and rows may not, so a condition of many terms takes even more rows.
      if ((!cover || cover->size() <= bounds_.rows) && may_search(condition)) {
        const auto partition = minimal_partition(d_, condition, question_.possible, bounds_.partition);
        if (partition && partition->rows.size() <= bounds_.rows) {
          part_.is_minimal = part_.is_minimal && partition->is_minimal;
          for (const Row& row : partition->rows) {
            Found found{outcome, of(d_, row), 0, term_of(row), {}, 0};
            found.combinations = d_.count(d_.both(found.condition, question_.possible), question_.scope);
            found_.push_back(std::move(found));
          }
          return true;
        }
      } else if (cover && cover->size() <= bounds_.rows && add_disjoint(outcome, *cover, all)) {
        return true;
      }
      if (!cover) return false;
      Found found{outcome, condition, all, {}, {}, cover->size()};
      found.terms = cover->largest(std::max(bounds_.alternatives, bounds_.candidates));
      found_.push_back(std::move(found));
      return true;
    } catch (const NodeLimit&) {
      return false;  // what has been counted is kept
    }
  }

  // Adds the terms as rows, if they do not overlap.
  bool add_disjoint(std::size_t outcome, const IrredundantCover& cover, const Count& all) {
    std::vector<Found> rows;
    Count sum = 0;
    for (const Cube& term : cover.largest(bounds_.rows)) {
      Found& row = rows.emplace_back(Found{outcome, of(d_, term), 0, term, {}, 0});
      row.combinations = d_.count(d_.both(row.condition, question_.outcomes[outcome].condition), question_.scope);
      sum += row.combinations;
      if (sum > all) return false;
    }
    part_.is_minimal = part_.is_minimal && rows.size() == 1;
    found_.insert(found_.end(), rows.begin(), rows.end());
    return true;
  }

  // Whether searching for the fewest rows is affordable (nodes times variables).
  bool may_search(Diagram condition) const {
    const std::size_t nodes = d_.size(std::vector<Diagram>{condition, question_.possible});
    return nodes * question_.scope.size() <= bounds_.search;
  }

  static Cube term_of(const Row& row) { return {{row.tests.begin(), row.tests.end()}, 1}; }

  void write(const Found& found) {
    DiffRow& row = part_.rows.emplace_back();
    row.outcomes = question_.outcomes[found.outcome].values;
    row.combinations = found.combinations;
    const Diagram asked = d_.both(found.condition, question_.asked);
    const auto& origins = space_.origins.emplace_back(question_.outcomes[found.outcome].origins);
    write_call(asked, origins, row);
    auto& terms = space_.alternatives.emplace_back();
    row.all_alternatives = found.all_terms;
    row.is_described = found.is_described;
    if (!row.is_described) return;
    if (found.terms.empty()) return write_term(found.term, row);
    const bool few = found.all_terms <= bounds_.alternatives;
    for (const RankedTerm& one : ranked(d_, found.terms, question_.outcomes[found.outcome].condition, question_.scope,
                                        few ? bounds_.alternatives : bounds_.best, bounds_.rank_work)) {
      DiffAlternative& alternative = row.alternatives.emplace_back();
      alternative.combinations = one.combinations;
      alternative.more = one.more;
      write_term(one.term, alternative);
      write_call(d_.both(d_.both(of(d_, one.term), found.condition), question_.asked), space_.origins.back(),
                 alternative);
      terms.push_back(one.term);
    }
  }

  void write_term(const Cube& term, DiffCase& out) const {
    Cube sorted{{}, 1};
    for (const ElementId e : space_.columns) {
      const VariableId v = space_.space->variable(e);
      const auto at =
          std::find_if(term.tests.begin(), term.tests.end(), [&](const auto& test) { return test.first == v; });
      out.cells.push_back(at == term.tests.end() ? "-" : cell_text(model_, *space_.classes, e, at->second));
      if (at != term.tests.end()) sorted.tests.push_back(*at);
    }
    out.condition = condition_text(model_, *space_.classes, *space_.space, sorted);
  }

  // Writes the smallest call that meets the condition, and that gets different values.
  void write_call(Diagram condition, const Pair<std::optional<Origin>>& origins, DiffCase& out) const {
    const std::set<ElementId> elements(space_.space->order().begin(), space_.space->order().end());
    const auto call = space_.space->smallest(condition, elements);
    if (!call) return;
    LeafValues values;
    if (origins[0] && origins[1])
      values = different_values(model_, *space_.classes, *call, *origins[0], *origins[1]).value_or(LeafValues{});
    out.call = call_text(model_, *space_.classes, *call, UnsetFacts::left_out, values);
    if (auto document = document_of(model_, *space_.classes, *call)) {
      set_values(model_, values, *document);
      out.request = document_text(model_, *document);
    }
  }

  const Model& model_;
  const DiffQuestion& question_;
  const DiffBounds& bounds_;
  DiffSpace& space_;
  DiffPart& part_;
  Diagrams& d_;
  std::vector<Found> found_;
};

}  // namespace

void find_rows(const Model& model, const DiffQuestion& question, const DiffBounds& bounds, DiffSpace& space,
               DiffPart& part) {
  DiffRowFinder(model, question, bounds, space, part).run();
}

}  // namespace tally
