// What a decision log's record means, in words: the values of its inputs, and the results of its decisions.
//
// In:     a header and a decision of its file.
// Out:    JSON, or plain text for a table.
// Always: a number or a text is shown as its class, unless it was kept, or is the only value of its class. Nothing is
//         shown that the rules and the record do not have.
//
// An input:   an enum is its spelling; a flag `true` or `false`; an object that is present `{}`; what was kept its
// value,
//             or {"begins": "..."} if it was cut; a class {"class": "30..100"}, {"class": "\"+1...\""}, {"class":
//             "other"}.
// A result:   as in an answer; a number or text that is handed on, and was not kept, {"from": "user.url"}; a text with
//             insertions {"text": "to {called}"} if one of them was not kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/log/log_reader.h"

namespace tally {

// The code of an element, or nothing if no function reads it.
std::optional<std::uint16_t> code_in(const ElementDescriptor& element, const std::uint8_t* codes);
// The only value of a class of a number or text; nothing if it has several.
std::optional<Fact> only_value_of(const ElementDescriptor& element, std::uint16_t code);
// "2026-11-30T12:33:52.123Z".
std::string time_text(std::uint64_t nanoseconds);

class LoggedValues {
 public:
  // The header must outlive it.
  explicit LoggedValues(const LogHeader& header);

  // Each of these appends one value, or nothing, and then returns false: the input is unset, or was not read.
  bool append_input(std::string& out, ElementIndex element, const LoggedDecision& decision) const;
  bool append_input_text(std::string& out, ElementIndex element, const LoggedDecision& decision) const;
  // Appends the value of a decision that was asked for; "null" if it is unset.
  void append_result(std::string& out, std::size_t index, const LoggedDecision& decision) const;
  // "user.limit : called"
  static std::string name_of(const RelationDescriptor& relation, const PolicyDescriptor& policy);
  // Appends how two numbers or texts compare: "less".
  bool append_relation(std::string& out, const RelationDescriptor& relation, const LoggedDecision& decision) const;
  // Appends everything, as one JSON object on one line.
  void append_decision(std::string& out, const LoggedDecision& decision) const;

  // The inputs that can have a value in a record: those with a code, and those that are kept.
  const std::vector<ElementIndex>& inputs() const { return inputs_; }
  // A class as the rules cut it: `30..100`, `"+1..."`, `other`.
  const std::string& class_text(ElementIndex element, std::uint16_t code) const;
  // The only value of a class; nothing if it has several.
  std::optional<Fact> only_value(ElementIndex element, std::uint16_t code) const;
  // The value that stands at an element, if the record has it: an empty fact if it is certain that none does.
  std::optional<Fact> value(ElementIndex element, const LoggedDecision& decision) const;
  // The place of an input among those that are kept; nothing if it is not.
  std::optional<std::size_t> kept_at(ElementIndex element) const;

 private:
  bool append_value(std::string& out, const ResultDescriptor& result, const LoggedDecision& decision) const;
  bool append_scalar(std::string& out, const ScalarDescriptor& scalar, const LoggedDecision& decision) const;
  bool append_origin(std::string& out, ElementIndex element, const LoggedDecision& decision) const;
  void append_text(std::string& out, const TextDescriptor& text, const LoggedDecision& decision) const;

  const LogHeader& header_;
  std::vector<ElementIndex> inputs_;
  std::vector<std::optional<std::size_t>> kept_;  // by element
  mutable std::map<std::pair<ElementIndex, std::uint16_t>, std::string> class_texts_;
};

}  // namespace tally
