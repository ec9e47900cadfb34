#include "cli/running.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "cli/faults.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/driver/driver.h"
#include "simulator/documents/known_places.h"

namespace tally::cli {

void add_options(CLI::App& app, RequestOptions& options) {
  rule_file(app, options.file);
  app.add_option("--input", options.input, "the request, a JSON file; - is standard input (default)")
      ->type_name("FILE");
  repeated(app, "--decision", options.decisions, "NAME", "only this decision");
  strict_option(app, options.strict);
}

void strict_option(CLI::App& app, bool& strict) {
  app.add_flag("--strict", strict, "an unknown key is an error everywhere, also where other keys are allowed");
}

namespace {

std::vector<std::string> error_lines(const Diagnostics& diagnostics, const SourceSet& sources) {
  std::vector<std::string> lines;
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.severity != Severity::error) continue;
    std::string place = d.place;
    if (d.span) {
      const SourceFile& file = sources.file(d.span->file);
      const Position at = file.position(d.span->begin);
      place = file.name() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
    }
    lines.push_back(std::string(info(d.code).id) + (place.empty() ? "" : " at " + place) + ": " + d.message);
  }
  return lines;
}

}  // namespace

Result<std::unique_ptr<RunningPolicy>> run_policy(const std::string& path, Contents contents,
                                                  std::vector<std::string>* faults) {
  Compiled compiled = compile_for_running(compile_rules(path), contents);
  if (!compiled.functions) {
    if (faults != nullptr) *faults = error_lines(compiled.compilation.diagnostics, compiled.compilation.sources);
    show(compiled.compilation.diagnostics, compiled.compilation.sources);
    return std::move(compiled.functions).error();
  }
  CompiledPolicy& ready = *compiled.functions;
  RequestBinder binder(ready.descriptor);
  return std::make_unique<RunningPolicy>(
      RunningPolicy{std::move(compiled.compilation), std::move(ready), std::move(binder)});
}

std::string document_name(const std::string& input) { return input == "-" ? "request" : input; }

ReadOptions read_options(const std::vector<const Model*>& models, bool strict) {
  auto places = std::make_shared<KnownPlaces>();
  for (const Model* model : models) add_places(*model, *places);
  return {strict ? UnknownKeys::refused : UnknownKeys::warned,
          [places = std::move(places)](const std::string& pointer) { return places->contains(pointer); }};
}

namespace {

// Whether the fault is that a second object follows the first.
bool begins_another_request(const DocumentFault& fault, const std::string& text) {
  return fault.byte && *fault.byte < text.size() && text[*fault.byte] == '{' &&
         fault.message.ends_with("expected end of input");
}

}  // namespace

Result<BoundRequest> bind_request(const RunningPolicy& policy, const RequestOptions& options,
                                  const std::string& if_lines) {
  TALLY_ASSIGN_OR_RETURN(std::string text, read_input(options.input, max_document_bytes));
  BindResult bound =
      policy.binder.bind(text, {}, read_options({policy.compilation.policy->model.get()}, options.strict));
  for (DocumentFault& fault : bound.faults) {
    if (begins_another_request(fault, text)) fault.help = if_lines;
  }
  Diagnostics diagnostics;
  add(diagnostics, document_name(options.input), bound.faults);
  show(diagnostics, policy.compilation.sources);
  if (!bound.call) return already_shown(Cause::document);
  return BoundRequest{std::move(text), *std::move(bound.call)};
}

Result<std::vector<std::size_t>> chosen_decisions(const PolicyDescriptor& policy,
                                                  const std::vector<std::string>& names) {
  std::vector<std::size_t> chosen(policy.decisions.size());
  std::iota(chosen.begin(), chosen.end(), 0);
  if (names.empty()) return chosen;
  std::vector<std::string> known;
  for (const DecisionDescriptor& decision : policy.decisions) known.push_back(decision.name);
  chosen.clear();
  for (const std::string& name : names) {
    const auto at = static_cast<std::size_t>(std::find(known.begin(), known.end(), name) - known.begin());
    if (at == known.size())
      return Error{Cause::usage, policy.name + " has no decision `" + name + "`", suggestion(name, known)};
    // A decision that is named twice is listed once, since an answer cannot have a key twice.
    if (std::find(chosen.begin(), chosen.end(), at) == chosen.end()) chosen.push_back(at);
  }
  return chosen;
}

}  // namespace tally::cli
