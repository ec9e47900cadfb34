// A fault of a document, as data: the runtime's own diagnostics.
//
// For example, `{T503, "`network` has no value \"offnett\"", "/source"}`, with "offnet" as what was meant.
//
// Always: ids are those of the project's one registry (T5xx, T904). Whoever shows a fault renders it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally {

enum class FaultId : unsigned short {
  unknown_key = 501,
  wrong_type = 502,
  unknown_value = 503,
  out_of_range = 504,
  missing = 505,
  repeated_key = 506,
  too_deep = 507,
  malformed = 508,
  too_large = 509,
  near_key = 904,  // a warning
};

struct DocumentFault {
  FaultId code = FaultId::malformed;
  std::string pointer;               // JSON Pointer; empty: the whole document
  std::string message;               // lower case, no full stop
  std::string value;                 // what stands there, as shortened JSON; empty if nothing does
  std::string expected;              // what was expected; may be empty
  std::optional<std::string> meant;  // what was probably meant: a key, a spelling, or a value as JSON
  std::string help;                  // what to write; empty: what was meant, if anything
  std::optional<std::size_t> byte;   // malformed: where, from 0
  std::size_t line = 0, column = 0;  // likewise, from 1

  bool is_error() const { return code != FaultId::near_key; }
};

bool has_errors(const std::vector<DocumentFault>& faults);
// "T501".
std::string id(FaultId code);
// What to write instead, for the end of a message: "did you mean `enabled`?", "write `60`, without
// quotes". Empty if nothing is known.
std::string advice(const DocumentFault& fault);
// The faults as a JSON array: an object each, with the fields that are not empty.
std::string faults_json(const std::vector<DocumentFault>& faults);

}  // namespace tally
