// The lines of an audit, as JSON.
//
// In:     the text of a line, and what an audit found for it.
// Out:    its id; what stands at its places; the object that `tally audit --format json` prints for it.
// Always: a line without an id has its number. A text that is not JSON has no places.
//
//   {"line": 2, "id": "desk", "answer": "sometimes", "call": "source is onnet", "request": {...}}
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/audit/audit.h"
#include "simulator/report/json.h"
#include "simulator/report/request_place.h"

namespace tally::report {

class AuditedLine {
 public:
  // `number` is that of the line, from 1. The model must outlive it.
  AuditedLine(const Model& model, std::string_view text, std::size_t number);

  // A text or a number. A number that JSON programs round, of more than 20 digits, is the text of its digits.
  const Json& id() const { return id_; }
  // The fault of an id that is something else, or of a number that is too large to be kept.
  std::optional<DocumentFault> fault_of_id() const;
  std::optional<DocumentFault> fault_of_number() const;
  Standing at(const std::string& pointer) const { return text_.at(pointer); }
  // Returns the line with what a call adds to it: a whole request.
  Json request(const Document& added) const;
  // Returns the line's object. `call` is null if there is none to show.
  Json json(AuditAnswer answer, const AuditCall* call) const;
  Json json(const std::vector<DocumentFault>& faults) const;

 private:
  const Model& model_;
  RequestText text_;
  std::size_t number_;
  Json id_;
};

}  // namespace tally::report
