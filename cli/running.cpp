#include "cli/running.h"

#include <algorithm>
#include <numeric>

#include "cli/faults.h"
#include "cli/files.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/driver/driver.h"

namespace tally::cli {

void add_options(CLI::App& app, RequestOptions& options) {
  app.add_option("FILE", options.file, "a rule file")->required()->type_name("");
  app.add_option("--input", options.input, "the request, a JSON file; - is standard input (default)")
      ->type_name("FILE");
  app.add_option("--decision", options.decisions, "only this decision; may be given several times")->type_name("NAME");
}

std::unique_ptr<RunningPolicy> run_policy(const std::string& path, int& exit_code) {
  Compiled compiled = compile_for_running(path, read_rules);
  if (!compiled.functions) {
    report(compiled.compilation.diagnostics, compiled.compilation.sources);
    exit_code = complain(compiled.functions.error());
    return nullptr;
  }
  exit_code = exit_fine;
  CompiledPolicy& ready = *compiled.functions;
  RequestBinder binder(ready.descriptor);
  return std::make_unique<RunningPolicy>(
      RunningPolicy{std::move(compiled.compilation), std::move(ready), std::move(binder)});
}

std::string document_name(const std::string& input) { return input == "-" ? "request" : input; }

std::optional<BoundCall> bind_request(const RunningPolicy& policy, const std::string& input, int& exit_code) {
  const auto text = read_file(input == "-" ? "/dev/stdin" : input, max_document_bytes);
  if (const auto* error = std::get_if<ReadError>(&text)) {
    complain("cannot read `" + input + "`: " + error->reason);
    exit_code = exit_usage;
    return std::nullopt;
  }
  BindResult bound = policy.binder.bind(std::get<std::string>(text));
  Diagnostics diagnostics;
  add(diagnostics, document_name(input), bound.faults);
  report(diagnostics, policy.compilation.sources);
  exit_code = bound.call ? exit_fine : exit_fault;
  return std::move(bound.call);
}

std::optional<std::vector<std::size_t>> chosen_decisions(const PolicyDescriptor& policy,
                                                         const std::vector<std::string>& names) {
  std::vector<std::size_t> chosen(policy.decisions.size());
  std::iota(chosen.begin(), chosen.end(), 0);
  if (names.empty()) return chosen;
  chosen.clear();
  for (const std::string& name : names) {
    std::size_t i = 0;
    while (i < policy.decisions.size() && policy.decisions[i].name != name) ++i;
    if (i < policy.decisions.size()) {
      // Named twice it stands once: an answer has no key twice.
      if (std::find(chosen.begin(), chosen.end(), i) == chosen.end()) chosen.push_back(i);
      continue;
    }
    std::vector<std::string> known;
    for (const DecisionDescriptor& decision : policy.decisions) known.push_back(decision.name);
    complain(policy.name + " has no decision `" + name + "`", suggestion(name, known));
    return std::nullopt;
  }
  return chosen;
}

}  // namespace tally::cli
