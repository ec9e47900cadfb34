#include "runtime/failure.h"

namespace tally {

Failure document_failure(std::vector<DocumentFault> faults) {
  Failure failure(TALLY_ERROR_DOCUMENT, "a document is at fault");
  for (const DocumentFault& fault : faults) {
    if (!fault.is_error()) continue;
    failure.message = fault.message + (fault.meant ? "; did you mean `" + *fault.meant + "`?" : "");
    failure.pointer = fault.pointer;
    break;
  }
  failure.faults = std::move(faults);
  return failure;
}

}  // namespace tally
