// Matrices, and what holding a guide against them found, as JSON.
#pragma once

#include <string>
#include <vector>

#include "compiler/policy.h"
#include "simulator/matrix/guide_check.h"
#include "simulator/report/json.h"

namespace tally::report {

// A matrix with what was asked for.
struct MatrixReport {
  std::string title;                 // the settings, by name or path
  std::vector<std::size_t> outputs;  // of the policy
  AskedMatrix matrix;
};

// "no", "yes", "sometimes".
const char* word_of(Say say);
// "agrees", "contradicted", ...
const char* word_of(GuideFinding::Kind kind);

Json matrix_json(const Policy& policy, const MatrixReport& asked);
// `file` and `guide` are the paths as they were given, `by` the inputs of the guide's tables.
Json guide_json(const std::string& file, const std::string& guide, const Model& model, const std::vector<ElementId>& by,
                const GuideCheck& check);

}  // namespace tally::report
