#include "runtime/support/document_fault.h"

namespace tally {

std::string id(FaultId code) { return "T" + std::to_string(static_cast<unsigned>(code)); }

}  // namespace tally
