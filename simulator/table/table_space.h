// The space of a truth table: its inputs, and the outcome of every call. Private to tables.
//
// In:     a policy and a question.
// Out:    the inputs in the order of the columns, and a diagram that maps every call that is
//         asked about to the number of its outcome.
// Always: the space is built completely, or not at all.
//
// For example, if rule 1 gives `on` and rule 2 gives `off`, then `rows()` is 1 or 2 for a call
// that is asked about, and 0 for any other call; `outcome(2)` has the rule 2.
//
// Functions throw NodeLimit like their diagrams, except `make`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "simulator/table/table.h"

namespace tally {

class TableSpace {
 public:
  struct Outcome {
    std::uint32_t rule = 0;
    std::uint32_t value = 0;
  };

  // Fails if the question does not fit the policy, or if the table would be too large to print.
  static Result<std::unique_ptr<TableSpace>> make(Policy& policy, const TableQuestion& question);

  const TableQuestion& question() const { return question_; }
  const Model& model() const { return *policy_.model; }
  Lowering& lowering() const { return *policy_.lowering; }
  Graph& graph() const { return *policy_.graph; }
  const Classes& classes() const { return *classes_; }
  Space& space() { return *space_; }
  Diagrams& diagrams() { return space_->diagrams(); }

  // The inputs that have sections of their own, in the order of the question; then the other
  // inputs, in the order of the diagrams' variables.
  const std::vector<ElementId>& by() const { return by_; }
  const std::vector<ElementId>& columns() const { return columns_; }
  // The calls that are asked about.
  Diagram allowed() const { return allowed_; }
  // The number of the outcome of each call, from 1; 0 for a call that is not asked about.
  Diagram rows() const { return rows_; }
  const Outcome& outcome(std::uint32_t number) const { return outcomes_[number - 1]; }
  std::size_t outcome_count() const { return outcomes_.size(); }
  // Returns "on" or "account.url"; for a record, the result of the rule as written in `sources`.
  std::string outcome_text(const Outcome& outcome, const SourceSet& sources) const;
  // The numbers of the outcomes that some of these calls have, sorted.
  std::vector<std::uint32_t> outcomes_of(Diagram calls);
  // The names of the inputs of which a change alone changes the outcome of some of these calls. If there is
  // none, those of all inputs that it depends on.
  std::vector<std::string> differing_inputs(Diagram calls);
  Count combinations() { return space_->count(allowed_, reads_); }

 private:
  TableSpace(Policy& policy, const TableQuestion& question) : policy_(policy), question_(question) {}

  Result<> lower();
  void lower_decision();
  Result<> check_codes() const;
  Result<> check_size();
  // Builds the space under the reading order, or under another order if that one is too large.
  void build();
  void build_under(const std::vector<ElementId>& order, std::size_t node_limit);
  bool fits();
  std::vector<ElementId> reading_order();
  Diagram asked_calls();
  Diagram outcome_diagram();

  Policy& policy_;
  const TableQuestion question_;
  std::optional<NodeId> rule_;
  std::optional<ResultPart> part_;
  std::optional<LoweredCondition> where_;
  std::set<ElementId> reads_;
  std::set<CutId> cuts_;
  std::optional<Classes> classes_;
  std::optional<Space> space_;
  std::vector<ElementId> by_, columns_;
  Diagram allowed_, rows_;
  std::vector<Outcome> outcomes_;
};

}  // namespace tally
