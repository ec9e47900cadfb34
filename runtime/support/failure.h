// Why something failed, inside the runtime: a tally_error is made from it.
//
// A function that can fail returns `Result<T, Failure>` (base/result.h).
//
//   return Failure{TALLY_ERROR_FILE, "it cannot be opened"};
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "runtime/include/tally.h"
#include "runtime/support/document_fault.h"

namespace tally {

struct Failure {
  tally_status status = TALLY_ERROR_INTERNAL;
  std::string message;  // lower case, no full stop; a rule file's diagnostics as they are printed
  std::string pointer;  // JSON Pointer of what is at fault in a document; may be empty
  std::vector<DocumentFault> faults;

  Failure(tally_status s, std::string m, std::string p = {})
      : status(s), message(std::move(m)), pointer(std::move(p)) {}
};

// The failure of an error of the machine: MEMORY or SYSTEM. The message has its help, too.
Failure machine_failure(const Error& error);
// The end of a message: "; did you mean `x`?". Empty if there is nothing to suggest.
std::string did_you_mean(const std::optional<std::string>& meant);
// The failure of a document that was refused. Its message is that of the first error.
Failure document_failure(std::vector<DocumentFault> faults);

}  // namespace tally
