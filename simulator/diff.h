// Where two rule files decide differently.
//
// In: two policies. Out, for a decision that both have: how many combinations of
// the inputs that matter to it there are, how many of them the two decide
// differently, and these as rows, each with what one and the other decides, its
// exact count and a concrete call. Always: rows are disjoint and complete over the
// documents that both accept (joint_model.h says which those are); a record is
// compared member by member, where both have it.
//
// Compared is what is decided: enums by their spelling, numbers and texts by their
// value or, where they are handed on, by where they are taken from. Which rule
// decides, and why, makes no difference.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/request_binder.h"
#include "simulator/joint_model.h"

namespace tally {

struct DiffRow {
  std::vector<std::string> cells;  // one a column; "-": does not matter
  std::string condition;           // the same in the words of the rule files; "" for every call
  Pair<std::string> outcomes;
  Count combinations;
  std::string call;                // the smallest one, in words
  std::string request;             // the same as JSON, on one line
};

// What a part was compared on.
struct DiffSpace;

// A decision, or a member of its result.
struct DiffPart {
  std::string title;                 // "account-recording", "account-settings.format"
  std::vector<std::string> columns;  // the inputs that matter
  Count combinations, different;
  std::vector<DiffRow> rows;         // the most combinations first, outcome by outcome
  bool is_minimal = false;           // there are no fewer rows for any two outcomes
  bool has_rows = true;              // false: there are too many of them
  std::optional<DiffRow> smallest;   // a differing call, where there are no rows
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
  NodeId node;      // of that policy's graph
  Reads reads;
};

class Diff {
 public:
  // Both policies must outlive it; `common` as in joint_model.h.
  Diff(const Policy& before, const Policy& after, bool common) : joint_(before, after, common) {}

  const Joint& joint() const { return joint_; }

  // `outputs`: an index into each policy's outputs. `member`: of the result, as
  // ".format"; "" for all.
  DiffDecision compare(const Pair<std::size_t>& outputs, const std::string& member,
                       const std::optional<DiffCondition>& where);

 private:
  Joint joint_;
};

// Which row of each part a call falls into.
class DiffCalls {
 public:
  // The diff must outlive it.
  DiffCalls(const Joint& joint, const Pair<const PolicyDescriptor*>& descriptors);

  // The same request as each policy's binder read it. False where it sets what is
  // held unset: then it is no call that was asked about.
  bool take(const Pair<const Facts*>& facts, const Pair<const BoundCall*>& calls);
  // Of the call that was taken: the row (from 0), nothing where the policies agree.
  std::optional<std::size_t> row(const DiffPart& part) const;
  // The codes of the part's inputs (its columns) in it.
  std::vector<std::uint8_t> codes(const DiffPart& part) const;
  // Whether it was asked about: what `where` says holds.
  bool asked(const DiffPart& part) const;

 private:
  Assignment assignment(const DiffPart& part) const;
  std::uint8_t code(const Classes& classes, ElementId joint) const;

  const Joint* joint_;
  Pair<const PolicyDescriptor*> descriptors_;
  std::vector<Pair<std::optional<ElementIndex>>> indices_;     // by joint element
  Pair<std::vector<ElementIndex>> held_;
  Pair<const Facts*> facts_{};
  Pair<const BoundCall*> calls_{};
};

}  // namespace tally
