// JSON for other programs: diagnostics, counts, and how a value becomes text.
//
// In: what a stage made. Out: JSON as docs/commands.md describes it, members in that order.
// Always: no I/O; a caller writes the text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/graph/count.h"
#include "grammar/source/diagnostics.h"
#include "runtime/support/document_fault.h"

namespace tally::report {

using Json = nlohmann::ordered_json;

// An array of {code, severity, message, file, line, column, end_line, end_column, labels,
// notes, help}; lines and columns count from 1.
Json diagnostics_json(const Diagnostics& diagnostics, const SourceSet& sources);

// The first error of a document with all that is known of it, the others under "others".
Json faults_json(const std::vector<DocumentFault>& faults);

// A number if it fits 64 bits, else a string of digits.
Json count_json(const Count& count);

// Ends in a line break. `indent` is that of a level; -1 is one line. Invalid UTF-8 is replaced.
std::string to_text(const Json& json, int indent = 2);

}  // namespace tally::report
