// The documents of `tally solve --document`: which place each stands at, and what it holds.
//
// In:     the values of the option: `PLACE=FILE`, or FILE alone if only one place is possible.
// Out:    the documents, read.
// Always: a document with a fault is shown with its file and place, and nothing is solved.
//
// For example, `caller.device=desk.json` is the file desk.json, the document that stands at /caller/device of a
// request.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"
#include "runtime/documents/request_binder.h"
#include "simulator/report/solve_json.h"

namespace tally::cli {

// Returns the two sides of `A=B`. An equals sign within a quoted value does not separate them.
std::optional<std::pair<std::string, std::string>> sides_of_equals(const std::string& text);

// `rules` is the path of the rule file. `over` are the elements of --over, which name the place of a FILE alone. The
// compilation and the binder, which is for its policy, must outlive the documents.
Result<std::vector<report::SolvedFile>> read_documents(Compilation& compilation, const RequestBinder& binder,
                                                       const std::string& rules,
                                                       const std::vector<std::string>& arguments,
                                                       const std::vector<ElementId>& over);

}  // namespace tally::cli
