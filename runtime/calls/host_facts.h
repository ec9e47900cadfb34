// The facts that a host set in a call, one per input.
//
// In:     facts by handle, each checked by the caller against the version that is held.
// Out:    each as a `Fact` of that version.
// Always: a fact survives reloads and means the same in every version: `wav` stays `wav`,
//         whatever code a version gives it. A version may refuse a fact, for example a number
//         that is outside its range; the fact is then kept, and counted as refused.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/policy/policy_version.h"

namespace tally {

class HostFacts {
 public:
  // Reads every fact in another version, and makes room for its handles.
  void adopt(const PolicyVersion& version);

  bool contains(tally_input input) const { return input < facts_.size() && facts_[input].kind != Kind::none; }
  bool is_value(tally_input input) const { return facts_[input].kind == Kind::value; }
  // Of an input that has a fact, or had one.
  const Fact& at(tally_input input) const { return facts_[input].fact; }
  // The inputs that have a fact, in the order in which they were set.
  const std::vector<tally_input>& inputs() const { return inputs_; }

  // These set a fact, and return it. It stays where it is until the input gets a fact of
  // another kind or another version is adopted. `code` is the value's in the version held.
  const Fact& set_value(tally_input input, tally_value value, std::uint8_t code);
  const Fact& set_number(tally_input input, std::uint64_t number);
  const Fact& set_text(tally_input input, std::string_view text);  // allocates nothing if a removed text is as long
  const Fact& set_present(tally_input input);
  // Only of an input whose fact is a value.
  void replace_value(tally_input input, tally_value value, std::uint8_t code) {
    facts_[input].value = value;
    *std::get_if<std::uint8_t>(&facts_[input].fact) = code;
  }
  void remove(tally_input input);
  void clear();

  // Why the version held refuses a fact, if it refuses any.
  Result<Done, Failure> check(const PolicyVersion& version);

 private:
  enum class Kind : std::uint8_t { none, value, number, text, present };
  struct HostFact {
    Kind kind = Kind::none;
    bool refused = false;
    tally_value value = 0;  // of an enum or flag; the code in `fact` is the version's
    Fact fact;
  };
  HostFact& begin(tally_input input, Kind kind);
  void empty(HostFact& fact);
  static Result<Done, Failure> read(const PolicyVersion& version, tally_input input, HostFact& fact);

  std::vector<HostFact> facts_;  // by handle
  std::vector<tally_input> inputs_;
  std::size_t refused_ = 0;
  std::vector<Fact> removed_texts_;  // their memory is used again
};

// "a flag", for messages.
const char* name_of(ElementDescriptor::Kind kind);

}  // namespace tally
