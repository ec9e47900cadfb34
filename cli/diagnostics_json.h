// Diagnostics and counts for machines.
#pragma once

#include <nlohmann/json.hpp>

#include "compiler/graph/count.h"
#include "grammar/source/diagnostics.h"

namespace tally::cli {

using Json = nlohmann::ordered_json;

// An array of {code, severity, message, file, line, column, end_line,
// end_column, labels, notes, help}; lines and columns count from 1.
Json to_json(const Diagnostics& diagnostics, const SourceSet& sources);

// A number as long as it is exact in 64 bits, else a string of digits.
Json to_json(const Count& count);

// One line of JSON, or an indented text on a terminal's behalf; invalid UTF-8
// is replaced.
std::string to_text(const Json& json, int indent = 2);

}  // namespace tally::cli
