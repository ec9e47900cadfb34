// The faults of a document, as diagnostics for people.
//
// For example, a fault of request.json at the pointer /source is placed at "request.json#/source",
// and a syntax error at its line and column: "request.json:1:6".
#pragma once

#include <string>
#include <vector>

#include "grammar/source/diagnostics.h"
#include "runtime/support/document_fault.h"

namespace tally::cli {

// Adds the diagnostic of a fault, and returns it.
Diagnostic& add_fault(Diagnostics& diagnostics, const std::string& document, const DocumentFault& fault);
// Adds one diagnostic per fault. `document` is the name of the document: "request.json".
void add(Diagnostics& diagnostics, const std::string& document, const std::vector<DocumentFault>& faults);

}  // namespace tally::cli
