// What a call that one policy logged may be to another policy.
//
// In:     the descriptor of the policy that logged (`before`), a decision of its log, and the descriptor of another
//         policy (`after`).
// Out:    for each element of `after`, the codes that it may have in the same request, and its value where that is
//         known.
// Always: the code that `after` gives to the request is among them, if `after` accepts the request in the places that
//         the log does not have: an input that only `after` has, and keys that nobody reads.
//
// A log has classes, not values. So where `after` divides a class, several codes are possible, unless the value was
// kept. Other reasons are inputs that only `after` has, objects that nothing in the log shows to be present or absent,
// and defaults that differ where the value may be the default.
//
// Elements are matched by their JSON Pointer and by the JSON kind that they read, as in simulator/diff/joint_model.h,
// which needs the rules of both policies; a log has the descriptor of its policy only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/log/log_reader.h"
#include "runtime/log/logged_values.h"

namespace tally {

struct PossibleValue {
  std::set<std::uint16_t> codes;      // 0 is unset; of an object 1 is present
  bool may_be_refused = false;        // `after` may refuse the value, or miss one
  std::optional<Fact> value;          // if it is certain; nothing at all is a value, too
  std::optional<ElementIndex> is_of;  // the element of `before` that certainly has the same value

  bool is_certain() const { return codes.size() == 1 && !may_be_refused; }
};

class PossibleCalls {
 public:
  // The header and the descriptor must outlive it.
  PossibleCalls(const LogHeader& before, const PolicyDescriptor& after);

  struct Call {
    std::vector<PossibleValue> elements;             // by element of `after`
    std::vector<std::set<std::uint16_t>> relations;  // by relation of `after`
  };
  Call of(const LoggedDecision& decision) const;

  const LoggedValues& before_values() const { return values_; }
  // Whether `before` has an element at the same place, whatever is in the log of it.
  bool has_match(ElementIndex after) const { return matches_[after].has_value(); }

 private:
  enum class Presence : std::uint8_t { absent, present, unknown };
  struct Codes {
    std::set<std::uint16_t> codes;
    bool may_be_refused = false;
  };

  std::optional<ElementIndex> match(const ElementDescriptor& element) const;
  const Codes& codes_for(ElementIndex before, ElementIndex after, std::uint16_t code) const;
  Codes find_codes(const ElementDescriptor& before, const ElementDescriptor& after, std::uint16_t code) const;
  Presence presence_within(ElementIndex before, const LoggedDecision& decision) const;
  Presence presence(ElementIndex before, const LoggedDecision& decision) const;
  Presence around(ElementIndex after, const Call& call) const;
  void add_unset(ElementIndex after, Presence around, PossibleValue& possible) const;
  void add_anything(ElementIndex after, Presence around, PossibleValue& possible) const;
  PossibleValue leaf(ElementIndex after, Presence around, const LoggedDecision& decision) const;
  PossibleValue object(ElementIndex after, Presence around, const LoggedDecision& decision) const;
  std::set<std::uint16_t> relation(const RelationDescriptor& relation, const Call& call,
                                   const LoggedDecision& decision) const;

  const PolicyDescriptor& before_;
  const PolicyDescriptor& after_;
  LoggedValues values_;
  std::vector<std::optional<ElementIndex>> matches_;  // by element of `after`
  std::vector<std::vector<ElementIndex>> below_;      // by element of `before`: all leaves and objects in it
  std::map<std::pair<ElementIndex, ElementIndex>, std::uint32_t> relations_;  // of `before`: offsets
  // Of each pair of texts, and of each pair and code.
  mutable std::map<std::pair<ElementIndex, ElementIndex>,
                   std::optional<std::map<std::uint16_t, std::set<std::uint16_t>>>>
      texts_;
  mutable std::map<std::tuple<ElementIndex, ElementIndex, std::uint16_t>, Codes> codes_;
};

}  // namespace tally
