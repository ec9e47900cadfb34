// JSON for other programs: diagnostics, counts, and the text of a value.
//
// In:     the findings of a stage.
// Out:    JSON as docs/commands.md describes it, with the members in that order.
// Always: there is no I/O; the caller writes the text.
//
//   to_text(count_json(Count(3)), -1)   "3\n"
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/graph/count.h"
#include "grammar/source/diagnostics.h"
#include "runtime/support/document_fault.h"

namespace tally::report {

using Json = nlohmann::ordered_json;

// Returns an array of {code, severity, message, file, line, column, end_line, end_column,
// labels, notes, help}, with {request, example} if a call is shown. Lines and columns count from 1.
Json diagnostics_json(const Diagnostics& diagnostics, const SourceSet& sources);

// Returns the first error of a document with all its details, and the other errors under "others".
Json faults_json(const std::vector<DocumentFault>& faults);

// Returns a number if the count fits into 64 bits, else a string of digits.
Json count_json(const Count& count);

// Returns a condition of the rule language: a condition that holds for every call is "" within the
// simulator, and `on` in what other programs read.
std::string or_on(const std::string& condition);

// Returns text that ends in a line break, with `indent` blanks per level, or as one line if
// `indent` is -1. Invalid UTF-8 is replaced.
std::string to_text(const Json& json, int indent = 2);

// The headers of columns as keys, each once: a second column `calls`, for how it compares with another input, is
// `calls (2)`.
std::vector<std::string> column_keys(const std::vector<std::string>& columns);

}  // namespace tally::report
