// Why something failed, inside the runtime: what a tally_error is made of.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/include/tally.h"
#include "runtime/support/document_fault.h"

namespace tally {

struct Failure {
  tally_status status = TALLY_ERROR_INTERNAL;
  std::string message;  // lower case, no full stop; a rule file's diagnostics as they are printed
  std::string pointer;  // JSON Pointer, where something in a document is at fault
  std::vector<DocumentFault> faults;

  Failure(tally_status s, std::string m, std::string p = {})
      : status(s), message(std::move(m)), pointer(std::move(p)) {}
};

// "; did you mean `x`?", for the end of a message; empty where nothing was meant.
std::string did_you_mean(const std::optional<std::string>& meant);
// Of a document that was refused: the first error speaks for all.
Failure document_failure(std::vector<DocumentFault> faults);

}  // namespace tally
