// The faults of a document, as diagnostics for people.
#pragma once

#include <string>
#include <vector>

#include "grammar/source/diagnostics.h"
#include "runtime/support/document_fault.h"

namespace tally::cli {

// Adds one diagnostic per fault. `document` is the name of the document: "request.json".
void add(Diagnostics& diagnostics, const std::string& document, const std::vector<DocumentFault>& faults);

}  // namespace tally::cli
