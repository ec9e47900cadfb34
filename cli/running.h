// A rule file that is ready to decide: compiled, checked, and bound to documents.
//
//   TALLY_ASSIGN_OR_RETURN(const auto policy, run_policy("rules.tally"));
//   TALLY_ASSIGN_OR_RETURN(const BoundCall call, bind_request(*policy, options, "add --jsonl"));
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"
#include "compiler/llvm/compiled_policy.h"
#include "runtime/documents/answer.h"
#include "runtime/documents/request_binder.h"

namespace tally::cli {

struct RunningPolicy {
  Compilation compilation;
  CompiledPolicy compiled;
  RequestBinder binder;

  const PolicyDescriptor& descriptor() const { return *compiled.descriptor; }
};

// The options of every command that takes a request.
struct RequestOptions {
  std::string file;
  std::string input = "-";
  std::vector<std::string> decisions;
  bool strict = false;
};
void add_options(CLI::App& app, RequestOptions& options);
// Adds --strict.
void strict_option(CLI::App& app, bool& strict);

// Compiles and checks a file. If the file has an error or fails a check, this is shown, and the
// function fails, since such rules decide nothing.
// `faults`, if given, gets a line for each error: "T201 at recording.tally:5:20: unknown name `sorce`".
Result<std::unique_ptr<RunningPolicy>> run_policy(const std::string& path, Contents contents = Contents::functions,
                                                  std::vector<std::string>* faults = nullptr);

// How the keys of requests are read that are asked for by no decision of one of the models.
ReadOptions read_options(const std::vector<const Model*>& models, bool strict);
// A request, and the call that it is bound to.
struct BoundRequest {
  std::string text;
  BoundCall call;
};
// Reads and binds one request, the input of the options. Faults are shown. `if_lines` is the help if the
// text is one request per line.
Result<BoundRequest> bind_request(const RunningPolicy& policy, const RequestOptions& options,
                                  const std::string& if_lines);
// Returns the name of a request in messages: its file, or "request".
std::string document_name(const std::string& input);

// Returns the indices of the named decisions into the descriptor. If none is named, all are
// returned.
Result<std::vector<std::size_t>> chosen_decisions(const PolicyDescriptor& policy,
                                                  const std::vector<std::string>& names);

}  // namespace tally::cli
