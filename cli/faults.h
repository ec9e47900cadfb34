// What is wrong with a document, for people and for machines.
#pragma once

#include <string>
#include <vector>

#include "cli/diagnostics_json.h"
#include "grammar/source/diagnostics.h"
#include "runtime/support/document_fault.h"

namespace tally::cli {

// `document`: the name of what was read, as "request.json".
void add(Diagnostics& diagnostics, const std::string& document, const std::vector<DocumentFault>& faults);
// The first error with all that is known of it, the others under "others".
Json to_json(const std::vector<DocumentFault>& faults);

}  // namespace tally::cli
