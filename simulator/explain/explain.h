// Why a call is decided as it is.
//
// In:     a policy, the facts of one call, and a decision.
// Out:    the rule that fires, the facts that this rests on, what kept each earlier rule from
//         firing, and which single fact would have changed the outcome.
// Always: the facts that an outcome rests on bring it about whatever else is set, and none of
//         them can be left out. They are a prime implicant of the outcome, over the documents
//         that can exist. A number or text that is handed on is among them, with its value.
//         Settings that are unset because one object is missing are one fact. If no single fact would change
//         the outcome, the fewest that do so together are found.
//
// For example, if `caller-recording` is on by rule 1, it may rest on "source = onnet",
// "destination = onnet" and "caller.device[outbound, onnet].enabled = on". The change "source
// is offnet" would make rule 2 fire, with the outcome "off".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/policy.h"
#include "simulator/documents/call_facts.h"

namespace tally {

// Why an element has its value.
enum class FactFrom : std::uint8_t {
  request,     // the request, a document or the host sets it
  by_default,  // nobody sets it, so its default holds
  unset,       // a leaf that is not set, although the object around it is present
  absent,      // an object that is missing; the object around it, if any, is present
};

struct ExplainedFact {
  ElementId element;
  std::string value;  // "on", "60", "\"x\"", "unset"; "set" for an object that is present
  FactFrom from = FactFrom::request;
  // Of an object that is missing: the leaves and objects in it, or the object itself, that the outcome
  // needs to be unset.
  std::vector<ElementId> inside = {};
  std::string membership = {};  // of a value of a set that is there: "g729 not in codecs"
};

// A part of a rule's condition that is false.
struct ExplainedFailure {
  std::string condition;               // as in the rule file
  std::vector<ExplainedFact> because;  // the facts that make it false
};

// A rule before the one that fires, and why it does not fire.
struct EarlierRule {
  std::size_t number = 0;  // from 1
  Span span;
  std::vector<ExplainedFailure> failures;
};

// A single fact that would change the outcome.
struct ExplainedChange {
  ElementId element;
  std::string condition;    // in the rule language: "x is on", "limit < 30", "limit is not 600"
  std::size_t objects = 0;  // objects around the element that are missing, and would be there
  std::size_t rule = 0;     // the rule that would fire, from 1; 0: none
  std::string outcome;      // "on"; for a record, what differs: "url = account.url, format unset"
};

// The fewest settings that change the outcome together, where no single one does: all of them have to change.
struct ChangesTogether {
  struct Setting {
    ElementId element;
    std::string condition;  // as of a single change
  };
  std::vector<Setting> settings;
  std::size_t rule = 0;  // as of a single change
  std::string outcome;
};

struct Explanation {
  DecisionId decision;
  std::size_t rule = 0;  // from 1; 0: none fires
  std::string value;     // of a flag or enum, as rules write it: "on", "unset"; "" for others
  std::vector<ExplainedFact> rests_on;
  std::vector<EarlierRule> earlier;
  std::vector<ExplainedChange> changes;  // those that need the fewest objects come first
  // Without a single change: sets of settings of one size, the smallest that was found. At most `max_together`.
  std::vector<ChangesTogether> together;
  bool is_settled = false;  // without any change: the outcome is the same whatever is set
};

constexpr std::size_t max_together = 20;

// Explains one output, an index into the policy's outputs. `is_default`: whether a leaf has its value
// only because that is its default (call_facts.h). Fails if the diagrams of the output pass the node limit.
Result<Explanation> explain(Policy& policy, const SourceSet& sources, std::size_t output, const CallFacts& facts,
                            const IsDefault& is_default);

}  // namespace tally
