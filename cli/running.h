// A rule file made ready to decide: compiled, checked, and bound to documents.
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
};
void add_options(CLI::App& app, RequestOptions& options);

// Fails if the file has an error or fails a check, which is shown: such rules decide nothing.
Result<std::unique_ptr<RunningPolicy>> run_policy(const std::string& path);

// One request, bound; `input` is a file, or - for standard input. Its faults are shown.
Result<BoundCall> bind_request(const RunningPolicy& policy, const std::string& input);
// The name of a request in messages: its file, or "request".
std::string document_name(const std::string& input);

// The named decisions (if none is named, all), as indices of the descriptor.
Result<std::vector<std::size_t>> chosen_decisions(const PolicyDescriptor& policy,
                                                  const std::vector<std::string>& names);

}  // namespace tally::cli
