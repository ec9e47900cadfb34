#include "runtime/support/failure.h"

namespace tally {

std::string did_you_mean(const std::optional<std::string>& meant) {
  return meant ? "; did you mean `" + *meant + "`?" : "";
}

Failure machine_failure(const Error& error) {
  return {error.cause == Cause::memory ? TALLY_ERROR_MEMORY : TALLY_ERROR_SYSTEM,
          error.help.empty() ? error.message : error.message + "; " + error.help};
}

Failure document_failure(std::vector<DocumentFault> faults) {
  Failure failure(TALLY_ERROR_DOCUMENT, "a document is at fault");
  for (const DocumentFault& fault : faults) {
    if (!fault.is_error()) continue;
    const std::string help = advice(fault);
    failure.message = fault.message + (help.empty() ? "" : "; " + help);
    failure.pointer = fault.pointer;
    break;
  }
  failure.faults = std::move(faults);
  return failure;
}

}  // namespace tally
