// Where two rule files decide differently.
//
// In:     two policies, and a decision that both have.
// Out:    how many combinations there are of the inputs that matter to the decision, how many
//         of them the two policies decide differently, and these as rows. Each row has both
//         outcomes, an exact count and a concrete call.
// Always: rows are disjoint and complete over the documents that both policies accept (see
//         joint_model.h). A record is compared member by member, if both results have it.
//
// For example, let `a` and `b` be flags that are never unset. If the old file decides `on` when
// "a is on", and the new one when "a is on or b is on", then 1 of 4 combinations differs, and
// its row is {a: off, b: on}: off before, on after.
//
// Values are compared: enums by their spelling, numbers and texts by their value. A combination
// differs if some document in it gets different values. If one policy hands a number or text on
// and the other decides a literal, the value of that literal is a class of its own: of "t" and
// "60 when t is 60", no call differs. Which rule decides, and its reason, are not compared.
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
  std::size_t rows = 40;                  // rows per pair of outcomes
  std::size_t search = 10'000;            // the fewest rows are searched for up to this many nodes times variables
  std::size_t cover_steps = 20'000;       // steps to find the alternatives of a row
  std::size_t alternatives = 40;          // up to this many alternatives of a row are all kept;
  std::size_t best = 40;                  // if there are more, this many are kept,
  std::size_t candidates = 100;           // chosen from this many with the largest counts
  std::size_t described_rows = SIZE_MAX;  // after this many, costly outcomes are not described
  std::size_t rank_work = 100'000;        // nodes visited to rank the alternatives
};

// Some of the calls that differ: what they are tested for, how many they are, and one of them.
struct DiffCase {
  std::vector<std::string> cells;  // one per column: "onnet"; "-" if the input does not matter
  std::string condition;           // the same in the rule language; "" for every call
  Count combinations;
  std::string call;     // the smallest such call: "source = onnet, a = on"
  std::string request;  // the same as JSON, on one line
};

struct DiffAlternative : DiffCase {
  Count more;  // combinations for which no earlier alternative holds
};

// `cells` and `condition` are empty if the row has alternatives or is not described.
struct DiffRow : DiffCase {
  Pair<std::string> outcomes;
  std::vector<DiffAlternative> alternatives;
  Count all_alternatives;    // how many there are; `alternatives` holds all, or the best of them
  bool is_described = true;  // false: the row counts all calls with these two outcomes, without a condition
};

// The space in which a part was compared (diff/space.h).
struct DiffSpace;

// One comparison: of a decision, or of a member of its result.
struct DiffPart {
  std::string title;                 // "account-recording", "account-settings.format"
  std::vector<std::string> columns;  // the inputs that matter
  Count combinations, different;
  Count undecided;              // combinations of which it is unknown whether they differ; nearly always 0
  std::vector<DiffRow> rows;    // outcome by outcome, the most combinations first
  bool is_minimal = false;      // no pair of outcomes can be described in fewer rows
  std::size_t undescribed = 0;  // rows that are beyond the bounds, or not asked for
  std::shared_ptr<DiffSpace> space;
};

struct DiffDecision {
  std::string name;
  std::vector<DiffPart> parts;
  // A part that was not compared, since its types differ or it is too large: why, and what to do.
  struct Failure {
    std::string title, why, help;
    bool apart = false;  // the types cannot be compared, which is itself a difference
  };
  std::vector<Failure> failures;
  Pair<std::vector<std::string>> only;  // members that only one result has
};

// A condition on the calls that are compared, in the names of one policy: `--where`.
struct DiffCondition {
  std::size_t side = 0;  // 0: the old policy, 1: the new
  NodeId node;           // in that policy's graph
  Reads reads;
};

// Called with the title of a part before the part is compared: "account-settings.format".
using DiffProgress = std::function<void(const std::string&)>;

class Diff {
 public:
  // Both policies must outlive the diff. `common` is explained in joint_model.h.
  Diff(const Policy& before, const Policy& after, bool common, const DiffBounds& bounds = {})
      : joint_(before, after, common), bounds_(bounds) {}

  const Joint& joint() const { return joint_; }

  // Whether the rules of both are the same operations on the same inputs, so that they decide alike in every call. This
  // builds no diagrams. A false answer means nothing: `compare` finds out.
  bool is_same(const Pair<std::size_t>& outputs);

  // Compares one decision. `outputs` has an index into each policy's outputs. `member` names a
  // member of the result (".format"), or is "" for all of them. Only calls that meet every
  // condition of `where` are compared. A part that passes a bound is listed in `failures`.
  DiffDecision compare(const Pair<std::size_t>& outputs, const std::string& member,
                       const std::vector<DiffCondition>& where, const DiffProgress& progress = {});

 private:
  Joint joint_;
  DiffBounds bounds_;
};

// Finds the row of each part that a real call falls into.
class DiffCalls {
 public:
  // The diff that `joint` is of must outlive it.
  DiffCalls(const Joint& joint, const Pair<const PolicyDescriptor*>& descriptors);

  // Takes one request, as each policy's binder read it. Returns false if the request sets an
  // input that is held unset (`common`), since such a call was not asked about.
  bool take(const Pair<const Facts*>& facts, const Pair<const BoundCall*>& calls);
  // Returns the row (from 0) of the call that was taken, or nothing if the policies agree on it.
  // A row may contain calls that get equal values, such as two leaves with the same number; they
  // are in no row.
  std::optional<std::size_t> row(const DiffPart& part) const;
  // Returns which alternatives of a row hold for the call, as indices.
  std::vector<std::size_t> alternatives(const DiffPart& part, std::size_t row) const;
  // Returns the codes of the part's columns in the call, one per column.
  std::vector<Code> codes(const DiffPart& part) const;
  // Whether the call was asked about, that is, whether `where` holds for it.
  bool asked(const DiffPart& part) const;

 private:
  Assignment assignment(const DiffPart& part) const;
  Literal value(ElementId joint) const;
  Code code(const Classes& classes, ElementId joint) const;
  bool are_equal(const Origin& a, const Origin& b) const;

  const Joint* joint_;
  Pair<const PolicyDescriptor*> descriptors_;
  std::vector<Pair<std::optional<ElementIndex>>> indices_;  // by joint element
  Pair<std::vector<ElementIndex>> held_;
  Pair<const Facts*> facts_{};
  Pair<const BoundCall*> calls_{};
};

}  // namespace tally
