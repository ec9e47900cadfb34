// Small random rule files with all of their requests, for questions that are answered again by
// enumeration.
//
// In:     a seed.
// Out:    a rule file, a second one over the same places, and every request over a few values
//         per leaf.
// Always: every class of every leaf that the questions can make of these rules has at least two
//         of its values among the requests, or all of them.
//
// The files hand numbers and texts on, insert them into texts, decide records, and have optional
// objects, defaults and required members.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/front_end.h"
#include "runtime/documents/request_binder.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"

namespace tally::testing {

struct QuestionRules {
  using Decisions = std::vector<std::vector<std::string>>;  // each a first line, rules, and a last line
  // Declarations, one per line of text. The second file may have other defaults.
  std::vector<std::string> inputs, after_inputs;
  Decisions before, after;
  std::vector<std::string> requests;  // JSON

  std::string before_text() const;
  std::string after_text() const;
};

// Returns the seeds to try: 1..count, or FIRST..LAST if TALLY_QUESTION_SEEDS says so.
std::pair<std::uint64_t, std::uint64_t> question_seeds(std::uint64_t count);

// Returns the rules of a seed. The requests are at most 400.
QuestionRules question_rules(std::uint64_t seed);

// A rule file that binds requests and is decided by the interpreter.
class DecidedRules {
 public:
  // Returns nothing if the text does not compile. Checks are not made.
  static std::unique_ptr<DecidedRules> make(const std::string& text);

  Compilation& compilation() { return compilation_; }
  Policy& policy() { return *compilation_.policy; }
  const Model& model() const { return *compilation_.policy->model; }
  const std::shared_ptr<const PolicyDescriptor>& descriptor() const { return descriptor_; }
  const RequestBinder& binder() const { return *binder_; }

  // Returns the outcome of each decision, by name: "60", "\"a\"", "unset", "(undecided)"; of a
  // record also "set", and its members by "decision.member". Returns nothing if the request is
  // refused.
  // A request that is asked for again is not decided again.
  using Outcomes = std::map<std::string, std::string>;
  const std::optional<Outcomes>& decide(const std::string& request) const;
  // Whether a condition holds for a request. Both must be valid.
  bool holds(const ExprRef& condition, const std::string& request) const;
  // Returns a condition, or null if the text is not one.
  ExprRef condition(const std::string& text);

  // Calls `take` with the facts of a request. Returns false if the request is refused.
  bool with_facts(const std::string& request,
                  const std::function<void(const CallFacts&, const BoundCall&)>& take) const;
  // Returns the number of the rule that fires for a decision, by the interpreter.
  reference::Decided decided(const std::string& decision, const CallFacts& facts) const;

 private:
  Compilation compilation_;
  std::shared_ptr<const PolicyDescriptor> descriptor_;
  std::unique_ptr<RequestBinder> binder_;
  mutable std::map<std::string, std::optional<Outcomes>> decided_;
};

// A value for people: "60", "\"a\"", "unset", "on"; an enum by its spelling.
std::string plain(const Type& type, const reference::Value& value);

// Removes as many rules, decisions and inputs as possible, as long as `fails` returns a message for
// what remains. Returns that message and both texts.
std::string smallest_failure(QuestionRules rules, const std::function<std::string(const QuestionRules&)>& fails);

}  // namespace tally::testing
