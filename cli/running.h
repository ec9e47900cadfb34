// A rule file made ready to decide: compiled, checked, and bound to documents.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

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

// What every command that takes a request is told.
struct RequestOptions {
  std::string file;
  std::string input = "-";
  std::vector<std::string> decisions;
};
void add_options(CLI::App& app, RequestOptions& options);

// Nothing where the file has an error, which is reported on standard error;
// `exit_code` says then how to end. Rules that fail a check decide nothing.
std::unique_ptr<RunningPolicy> run_policy(const std::string& path, int& exit_code);

// One request, bound; `input` is a file, or - for standard input. Its faults are
// reported; nothing where one is an error, `exit_code` says then how to end.
std::optional<BoundCall> bind_request(const RunningPolicy& policy, const std::string& input, int& exit_code);
// What a request is called in messages.
std::string document_name(const std::string& input);

// The decisions that were named (all where none is), as indices of the
// descriptor; nothing, and a complaint, for a name that is none.
std::optional<std::vector<std::size_t>> chosen_decisions(const PolicyDescriptor& policy,
                                                         const std::vector<std::string>& names);

}  // namespace tally::cli
