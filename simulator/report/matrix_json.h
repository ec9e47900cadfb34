// Matrices, and the findings of a comparison with a guide, as JSON.
//
// In:     a matrix with its question, or the findings.
// Out:    {"settings": "account", "decisions": [...], "sections": [{"by": ..., "rows": ...}]}, or
//         {"file": ..., "guide": ..., "agree": 18, "contradicted": 0, ...}.
// Always: the rows have the order of the matrix, or of the findings.
#pragma once

#include <string>
#include <vector>

#include "compiler/policy.h"
#include "simulator/matrix/guide_check.h"
#include "simulator/report/json.h"

namespace tally::report {

// A matrix with its question.
struct MatrixReport {
  std::string title;                 // the settings, by name or path
  std::vector<std::size_t> outputs;  // indices into the policy's outputs
  AskedMatrix matrix;
};

// Returns "no", "yes" or "sometimes".
const char* word_of(Effect effect);
// Returns "agrees", "contradicted", ...
const char* word_of(GuideFinding::Kind kind);

Json matrix_json(const Policy& policy, const MatrixReport& asked);
// `file` and `guide` are the paths as they were given, `by` the inputs of the guide's tables.
Json guide_json(const std::string& file, const std::string& guide, const Model& model, const std::vector<ElementId>& by,
                const GuideCheck& check);

}  // namespace tally::report
