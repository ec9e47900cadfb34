// Logged decisions, decided again by another policy.
//
// In:     decisions of logs, each with the header of its file; the descriptor and the functions of another policy.
// Out:    for each decision that both policies have: how many are as before, how many differ and how, and how many
// cannot
//         be decided again, with the inputs that are to blame.
// Always: a decision that counts as the same or as different is that for every request that the record may come from
//         (possible_call.h). It is tried over all combinations of what is possible, at most `max_combinations`.
//
// Two results are the same if they have the same values. A number or text that is handed on is known by its value, if
// that was kept or is the only one of its class; otherwise by the place that it is from. So `user.limit` and 60 cannot
// be compared, and the decision cannot be replayed, unless `user.limit` was kept. Where the other policy divides the
// class of an input that both hand on, the two are the same in each of its parts.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "simulator/replay/possible_call.h"

namespace tally {

struct ReplayedDecision {
  std::string name;
  std::uint64_t same = 0, different = 0, refused = 0, unknown = 0;  // refused: by the other policy, in any case
  // What it was and what it becomes, in the words of rules: {"on", "off"}; of a record only the members that differ.
  std::map<std::pair<std::string, std::string>, std::uint64_t> rows;
  // Inputs, by their names in the other policy, that are to blame for those that are unknown. One decision may have
  // several; "" is a number or text that is handed on.
  std::map<std::string, std::uint64_t> blamed;
};

class Replay {
 public:
  static constexpr std::size_t max_combinations = 4'096;

  // The descriptor and the functions must outlive it.
  Replay(const PolicyDescriptor& after, const PolicyFunctions& code);

  // Takes the decisions that follow from a file of this header, which must live until the next.
  void begin(const LogHeader& header);
  void add(const LoggedDecision& decision);

  std::uint64_t decisions() const { return decisions_; }
  // The decisions that both have, in the order of the other policy.
  const std::vector<ReplayedDecision>& replayed() const { return replayed_; }
  // The decisions that were logged and that the other policy does not have.
  const std::map<std::string, std::uint64_t>& only_in_log() const { return only_in_log_; }
  // Records by a decision that only the other policy has.
  const std::map<std::string, std::uint64_t>& only_in_new() const { return only_in_new_; }

 private:
  enum class Verdict : std::uint8_t { same, different, refused, unknown };
  struct Outcome {
    Verdict verdict = Verdict::unknown;
    std::pair<std::string, std::string> row;  // if it differs
    std::vector<std::string> blamed;
    bool operator==(const Outcome&) const = default;
  };
  using Outcomes = std::vector<Outcome>;  // by decision of both
  // A part of a result. `is_known`: the text is its value; otherwise the place that the value is from.
  struct Part {
    std::string text;
    bool is_known = true;
    bool operator==(const Part&) const = default;
  };
  using Parts = std::map<std::string, Part>;  // by JSON Pointer in the result

  // Values that follow from the class in which a combination has an input, by element.
  struct ClassValues {
    std::map<ElementIndex, Fact> before, after;
  };

  Outcomes outcomes(const LoggedDecision& decision);
  Outcome compare(const Parts& before, const Parts& after) const;
  void add_before(const ResultDescriptor& result, const std::string& at, const LoggedDecision& decision,
                  const ClassValues& values, Parts& parts) const;
  void add_after(const ResultDescriptor& result, const std::string& at, const PossibleCalls::Call& call,
                 const ClassValues& values, Parts& parts) const;
  Part part_before(const OriginDescriptor& origin, const LoggedDecision& decision, const ClassValues& values) const;
  Part part_after(const OriginDescriptor& origin, const PossibleCalls::Call& call, const ClassValues& values) const;

  const PolicyDescriptor& after_;
  const PolicyFunctions& code_;
  std::unique_ptr<PossibleCalls> possible_;
  const LogHeader* header_ = nullptr;
  std::vector<std::pair<std::size_t, std::size_t>> both_;  // decisions of the header and of the other policy
  std::vector<std::size_t> only_before_, only_after_;
  std::vector<std::size_t> counted_;                 // where the decisions of both are in `replayed_`
  std::unordered_map<std::string, Outcomes> known_;  // records that are equal have equal outcomes
  std::vector<std::uint8_t> codes_;
  std::vector<std::uint16_t> slots_;
  std::uint64_t decisions_ = 0;
  std::vector<ReplayedDecision> replayed_;
  std::map<std::string, std::uint64_t> only_in_log_, only_in_new_;
};

}  // namespace tally
