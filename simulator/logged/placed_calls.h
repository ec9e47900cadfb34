// The rows of a diff that logged calls fall into.
//
// In:     compared decisions of two policies; records of a log, each with the header of its file. The rules that logged
//         may be those of the old policy, or others.
// Out:    for each record and part the row that it falls into; or, if the log does not show enough, the rows that it
//         may fall into, and the inputs that are to blame.
// Always: a record counts in a row only if every request that it may come from does (possible_call.h), provided that
//         both policies accept the request in the places that the log does not have.
//
// For example, the old rules compare `limit < 30`, so the log has 0..29 as one class. A row "when limit is below 20"
// then has some of its requests: `limit` is to blame. If the log keeps the values of `limit`, the row is known.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/deploy/deployment.h"
#include "simulator/diff/row_places.h"
#include "simulator/replay/possible_call.h"

namespace tally {

// What is known of a logged call in one part.
struct PlacedInPart {
  std::set<std::size_t> rows;                  // that it may fall into, and `RowPlaces::no_row`
  std::vector<std::string> blamed;             // if these are several: inputs, by their names in the diff
  std::vector<RowPlaces::Holds> alternatives;  // of the row, if it is known
};

struct PlacedCall {
  enum class Fate : std::uint8_t {
    compared,
    refused,  // by one of the policies
    outside,  // it sets an input that is held unset (`common`)
    unknown,  // one of the two above, or neither
  };
  Fate fate = Fate::compared;
  std::vector<std::string> blamed;               // unknown: the inputs that are to blame
  std::vector<std::vector<PlacedInPart>> parts;  // compared: by decision and part
};

class PlacedCalls {
 public:
  // All arguments must outlive it.
  PlacedCalls(const Joint& joint, const std::vector<DiffDecision>& decisions,
              const Pair<const PolicyDescriptor*>& descriptors);

  // Takes the decisions that follow from a file of this header, which must live until the next.
  void begin(const LogHeader& header);
  // The result is valid until the next call.
  const PlacedCall& place(const LoggedDecision& logged);
  // Whether a decision, by its place in the diff, was asked for in this record. One that the log's rules do not have
  // was not.
  bool was_asked(std::size_t decision, const LoggedDecision& logged) const;

 private:
  // A part with rows.
  struct Part {
    std::size_t decision = 0, part = 0;  // places in the diff
    std::optional<RowPlaces> places;     // none: its diagrams are too large, so that no record can be placed
    DescribedElements described;
    std::set<ElementId> leaves;  // that are handed on
    std::unique_ptr<PossibleCalls> possible;
  };

  void add_part(std::size_t decision, std::size_t part);
  PlacedCall placed(const LoggedDecision& logged) const;
  void judge(std::size_t side, const LoggedDecision& logged, PlacedCall& out) const;
  PlacedInPart place_in(const Part& part, const LoggedDecision& logged) const;
  std::optional<Literal> value_of(ElementId leaf, const Fact& fact) const;

  const Joint& joint_;
  const std::vector<DiffDecision>& decisions_;
  Pair<const PolicyDescriptor*> descriptors_;
  Pair<std::vector<ElementIndex>> held_;
  std::vector<Part> parts_;
  const LogHeader* header_ = nullptr;
  Pair<std::unique_ptr<PossibleCalls>> possible_;
  std::vector<std::optional<std::uint32_t>> rule_slots_;  // by decision: in the log
  std::unordered_map<std::string, PlacedCall> known_;     // records that are equal are placed alike
};

}  // namespace tally
