// Where two rule files decide differently.
//
// In: two policies. Out, for a decision that both have: how many combinations of
// the inputs that matter to it there are, how many of them the two decide
// differently, and these as rows, each with what one and the other decides, its
// exact count and a concrete call. Always: rows are disjoint and complete over the
// documents that both accept (see joint_model.h); a record is
// compared member by member, where both have it.
//
// Compared is what is decided: enums by their spelling, numbers and texts by their
// value or, where they are handed on, by where they are taken from. Which rule
// decides, and why, makes no difference.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/documents/request_binder.h"
#include "simulator/covers/partition.h"
#include "simulator/diff/joint_model.h"

namespace tally {

// Beyond these limits a row lists alternatives, or only the best of them. All work is counted
// in steps, not in time, so that the same question has the same answer.
struct DiffBounds {
  PartitionBounds partition;
  std::size_t rows = 40;                  // of two outcomes
  std::size_t search = 10'000;            // nodes times variables, up to which the fewest rows are searched for
  std::size_t cover_steps = 20'000;       // to find the alternatives of a row
  std::size_t alternatives = 40;          // of a row, up to which all of them are kept
  std::size_t best = 40;                  // kept if there are more,
  std::size_t candidates = 100;           // chosen from this many with the largest counts
  std::size_t described_rows = SIZE_MAX;  // after so many, outcomes that would take long are not described
  std::size_t rank_work = 100'000;        // nodes visited to put the alternatives first that explain the most
};

// When: what the inputs are tested for, and a call.
struct DiffCase {
  std::vector<std::string> cells;  // one a column; "-": does not matter
  std::string condition;           // the same in the words of the rule files; "" for every call
  Count combinations;
  std::string call;     // the smallest one, in words
  std::string request;  // the same as JSON, on one line
};

struct DiffAlternative : DiffCase {
  Count more;  // combinations for which none before it holds
};

// `cells` and `condition` are empty if the row has alternatives or is not described.
struct DiffRow : DiffCase {
  Pair<std::string> outcomes;
  std::vector<DiffAlternative> alternatives;
  Count all_alternatives;    // how many there are; `alternatives` holds all or the best of them
  bool is_described = true;  // false: all that two outcomes differ on, without a condition
};

// What a part was compared on.
struct DiffSpace;

// A decision, or a member of its result.
struct DiffPart {
  std::string title;                 // "account-recording", "account-settings.format"
  std::vector<std::string> columns;  // the inputs that matter
  Count combinations, different;
  std::vector<DiffRow> rows;    // the most combinations first, outcome by outcome
  bool is_minimal = false;      // no two outcomes can do with fewer rows
  std::size_t undescribed = 0;  // rows that are not described: beyond the bounds, or not asked for
  std::shared_ptr<DiffSpace> space;
};

struct DiffDecision {
  std::string name;
  std::vector<DiffPart> parts;
  // Not compared: of another type, or too large; with why, and what to do.
  struct Failure {
    std::string title, why, help;
    bool apart = false;  // of types that cannot be compared: that is a difference
  };
  std::vector<Failure> failures;
  Pair<std::vector<std::string>> only;  // members that only one has
};

// A condition on the calls that are asked about, in the terms of one policy.
struct DiffCondition {
  std::size_t side = 0;
  NodeId node;  // of that policy's graph
  Reads reads;
};

// Called before a part is compared, with its title.
using DiffProgress = std::function<void(const std::string&)>;

class Diff {
 public:
  // Both policies must outlive it; `common` as in joint_model.h.
  Diff(const Policy& before, const Policy& after, bool common, const DiffBounds& bounds = {})
      : joint_(before, after, common), bounds_(bounds) {}

  const Joint& joint() const { return joint_; }

  // `outputs`: an index into each policy's outputs. `member`: of the result, as
  // ".format"; "" for all.
  DiffDecision compare(const Pair<std::size_t>& outputs, const std::string& member,
                       const std::optional<DiffCondition>& where, const DiffProgress& progress = {});

 private:
  Joint joint_;
  DiffBounds bounds_;
};

// Which row of each part a call falls into.
class DiffCalls {
 public:
  // The diff must outlive it.
  DiffCalls(const Joint& joint, const Pair<const PolicyDescriptor*>& descriptors);

  // The same request as each policy's binder read it. False if it sets what is held unset:
  // then it was not asked about.
  bool take(const Pair<const Facts*>& facts, const Pair<const BoundCall*>& calls);
  // The row (from 0) of the call that was taken; nothing if the policies agree.
  std::optional<std::size_t> row(const DiffPart& part) const;
  // Which alternatives of that row hold for it.
  std::vector<std::size_t> alternatives(const DiffPart& part, std::size_t row) const;
  // The codes of the part's inputs (its columns) in it.
  std::vector<std::uint8_t> codes(const DiffPart& part) const;
  // Whether it was asked about: whether `where` holds.
  bool asked(const DiffPart& part) const;

 private:
  Assignment assignment(const DiffPart& part) const;
  std::uint8_t code(const Classes& classes, ElementId joint) const;

  const Joint* joint_;
  Pair<const PolicyDescriptor*> descriptors_;
  std::vector<Pair<std::optional<ElementIndex>>> indices_;  // by joint element
  Pair<std::vector<ElementIndex>> held_;
  Pair<const Facts*> facts_{};
  Pair<const BoundCall*> calls_{};
};

}  // namespace tally
