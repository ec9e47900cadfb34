// A policy as a view of a table.
//
// For example, call_recording.tally over the table `calls` becomes the view tally_call_recording_6f1d... with the key
// columns of `calls` and the decisions of the policy.
//
// In:     a deployed policy, a map of its inputs to columns, a dialect
// Out:    the SELECT, the columns of the view, and a file that installs, updates and drops it
// Always: the same policy, map and dialect give the same text. What the engine would refuse for its size is an error
//         here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/sql/outcomes.h"

namespace tally::sql {

struct ViewOptions {
  Dialect dialect = Dialect::postgresql;
  std::string table = "calls";
  std::vector<std::string> keys;       // columns of the table that the view has too
  std::optional<std::string> cluster;  // ClickHouse: its name
};

struct View {
  std::string select;
  std::vector<OutcomeColumn> columns;
  std::vector<ElementId> never_set;  // what the decisions read and no column gives
};

// Makes the view. Every error that the map has is returned.
Result<View, std::vector<Error>> make_view(const Policy& policy, const Deployment& deployment, const PlaceMap& map,
                                           const ViewOptions& options);

// Why the engine would refuse a SELECT for its size, or nothing. `advice` is what to do.
std::optional<Error> too_large(Dialect dialect, const std::string& select, std::size_t widest,
                               const std::string& advice);

// The name of the view of a policy, from the name of its rule file and the digits of its fingerprint. It fits in the
// names of the dialect.
std::string view_name(Dialect dialect, const std::string& policy, const std::string& fingerprint);

// What the file of a view is about.
struct ViewFile {
  std::string policy;       // "call_recording"
  std::string fingerprint;  // 64 digits
  std::string name;         // of the view
};
// The text of the file.
std::string file_text(const View& view, const Model& model, const ViewFile& file, const ViewOptions& options);

}  // namespace tally::sql
