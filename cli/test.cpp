// `tally test FILE`: holds requests with expected answers against the rules.
#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/key_faults.h"
#include "cli/mutant_text.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "cli/test_listing.h"
#include "compiler/driver/driver.h"
#include "simulator/report/mutate_json.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_requests_bytes = std::size_t{1} << 30;

struct TestArguments {
  std::string file;
  std::vector<std::string> requests;
  bool update = false, every_rule = false, every_edit = false, strict = false;
  TestFormat format = TestFormat::text;
};

// A file of requests, in memory.
struct RequestFile {
  std::string path, name, text;
};

// Calls `use` with each line that is not empty, its number, and where it begins.
template <class Use>
void each_request_line(const std::string& text, Use use) {
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line(text.data() + begin, end - begin);
    ++number;
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      if (line.back() == '\r') line.remove_suffix(1);
      use(line, number, begin);
    }
    begin = end + 1;
  }
}

// Whether a policy answers all lines of the files as it is expected to. Lines with a fault do not count.
bool answers_all(const CompiledPolicy& policy, const std::vector<RequestFile>& files) {
  const RequestBinder binder(policy.descriptor);
  CaseRun run(*policy.descriptor, policy.code, binder, {UnknownKeys::counted, {}});
  bool all = true;
  for (const RequestFile& file : files) {
    each_request_line(file.text, [&](std::string_view line, std::size_t, std::size_t) {
      if (!all) return;
      const auto read = read_case(line, *policy.descriptor);
      if (const auto* asked = std::get_if<RequestCase>(&read)) all = run.run(*asked) != CaseOutcome::otherwise;
    });
  }
  return all;
}

// --- the requests ---------------------------------------------------------------------------

class Testing {
 public:
  Testing(const RunningPolicy& policy, const TestArguments& options)
      : policy_(policy),
        options_(options),
        run_(policy.descriptor(), policy.compiled.code, policy.binder,
             read_options({policy.compilation.policy->model.get()}, options.strict)) {
    for (const DecisionDescriptor& decision : policy.descriptor().decisions)
      fired_.emplace_back(decision.rules.size() + 1, false);
  }

  // Returns the text of the file with its expectations updated.
  std::string test(const RequestFile& file, std::vector<TestedCase>& cases) {
    std::string updated;
    std::size_t copied = 0;
    KeyFaults key_faults;
    each_request_line(file.text, [&](std::string_view line, std::size_t number, std::size_t begin) {
      if (progress_.is_due()) progress_.show(counted(cases.size(), "request"));
      const auto read = read_case(line, policy_.descriptor());
      TestedCase tested;
      tested.source = file.name;
      tested.line = number;
      if (const auto* asked = std::get_if<RequestCase>(&read)) {
        take(*asked, tested);
        key_faults.add(number, run_.faults());
        if (options_.update && tested.outcome != CaseOutcome::as_expected) {
          tested.is_updated = true;
          updated += file.text.substr(copied, begin - copied) + with_expectation(line, run_.met_expectation(*asked));
          copied = begin + line.size();
        }
      } else {
        tested.outcome = CaseOutcome::refused;
        tested.faults = std::get<std::vector<DocumentFault>>(read);
      }
      cases.push_back(std::move(tested));
    });
    progress_.clear();
    key_faults.show(file.name, policy_.compilation.sources);
    return updated + file.text.substr(copied);
  }

  std::vector<UnfiredRule> unfired() const {
    std::vector<UnfiredRule> out;
    const auto& decisions = policy_.descriptor().decisions;
    for (std::size_t d = 0; d < decisions.size(); ++d) {
      for (std::size_t rule = 1; rule < fired_[d].size(); ++rule) {
        const RuleDescriptor& place = decisions[d].rules[rule - 1];
        if (!fired_[d][rule]) out.push_back({decisions[d].name, place.file, rule, place.line});
      }
    }
    return out;
  }

  std::size_t rules() const {
    std::size_t n = 0;
    for (const DecisionDescriptor& decision : policy_.descriptor().decisions) n += decision.rules.size();
    return n;
  }

 private:
  void take(const RequestCase& asked, TestedCase& tested) {
    tested.name = asked.name;
    tested.outcome = run_.run(asked);
    tested.deviations = run_.deviations();
    for (const DocumentFault& fault : run_.faults()) {
      tested.faults.push_back(fault);
      tested.faults.back().pointer.insert(0, "/request");
      tested.faults.back().byte.reset();
    }
    if (!run_.is_decided()) return;
    for (std::size_t d = 0; d < fired_.size(); ++d) fired_[d][run_.rule(d)] = true;
    std::set<std::size_t> explained;
    for (const Deviation& deviation : tested.deviations) {
      for (const RequestCase::Expected& one : asked.expect) {
        const DecisionDescriptor& decision = policy_.descriptor().decisions[one.decision];
        const std::string place = "/" + decision.name;
        if (deviation.pointer != place && !deviation.pointer.starts_with(place + "/")) continue;
        if (explained.insert(one.decision).second)
          tested.because.push_back(rule_text(decision, run_.rule(one.decision)));
      }
    }
  }

  static std::string rule_text(const DecisionDescriptor& decision, std::size_t rule) {
    const RuleDescriptor& place = decision.rules[rule - 1];
    return decision.name + " was decided by rule " + std::to_string(rule) + " at " + place.file + ":" +
           std::to_string(place.line);
  }

  const RunningPolicy& policy_;
  const TestArguments& options_;
  CaseRun run_;
  std::vector<std::vector<bool>> fired_;  // by decision and rule, which counts from 1
  Progress progress_;
};

// --- the edits ------------------------------------------------------------------------------

// Compiles the rules with an edit made. The other files are as they were read.
Compiled compile_edited(const Compilation& c, const Edit& edit) {
  std::map<std::string, std::string> texts;
  for (const Module& module : c.program.modules) texts[module.path] = c.sources.file(module.file).text();
  texts[c.program.root().path] = edited(c.sources, edit);
  return compile_for_running(compile(c.path, [&](const std::string& path) -> std::variant<std::string, ReadError> {
    const auto at = texts.find(path);
    if (at == texts.end()) return ReadError{"no such file"};
    return at->second;
  }));
}

// The line of a test file that would notice an edit; empty if there is none to show.
std::string noticing_line(const RunningPolicy& policy, const Mutant& mutant) {
  if (!mutant.call) return "";
  const std::string& name = policy.compilation.policy->model->at(mutant.call->decision).name;
  const std::string line = "{\"request\": " + mutant.call->request + ", \"expect\": {\"" + name + "\": null}}";
  const auto read = read_case(line, policy.descriptor());
  const auto* asked = std::get_if<RequestCase>(&read);
  if (asked == nullptr) return "";
  CaseRun run(policy.descriptor(), policy.compiled.code, policy.binder, {UnknownKeys::counted, {}});
  run.run(*asked);
  return run.is_decided() ? with_expectation(line, run.met_expectation(*asked)) : "";
}

// The edits that survive the checks of the file, and that no request notices.
Result<std::vector<UnnoticedEdit>> unnoticed_edits(RunningPolicy& policy, const TestArguments& options,
                                                   const std::vector<RequestFile>& files, std::size_t& edits) {
  Compilation& c = policy.compilation;
  MutateOptions asked;
  for (const Output& output : c.policy->outputs) asked.decisions.insert(output.decision);
  Progress progress;
  asked.progress = [&](std::size_t done, std::size_t all) {
    if (progress.is_due()) progress.show(std::to_string(done) + " of " + counted(all, "edit"));
  };
  TALLY_ASSIGN_OR_RETURN(const Mutation mutation, mutate(c, asked));
  edits = mutation.mutants.size();
  std::vector<UnnoticedEdit> out;
  for (const Mutant& mutant : mutation.mutants) {
    if (mutant.verdict != Verdict::survives && mutant.verdict != Verdict::unknown) continue;
    if (progress.is_due()) progress.show(counted(out.size(), "edit") + " unnoticed so far");
    const Compiled with_edit = compile_edited(c, mutant.edit);
    if (with_edit.functions && !answers_all(*with_edit.functions, files)) continue;
    UnnoticedEdit edit;
    edit.text =
        mutant_text(c, options.file, {&mutant}, false, options.format == TestFormat::text && colour_on_stdout());
    edit.case_line = noticing_line(policy, mutant);
    edit.json = report::mutant_json(c, mutant);
    if (!edit.case_line.empty()) edit.json["noticed_by"] = report::Json::parse(edit.case_line, nullptr, false);
    out.push_back(std::move(edit));
  }
  return out;
}

// --- the command ------------------------------------------------------------------------------

std::string test_output(const TestFindings& found, TestFormat format) {
  switch (format) {
    case TestFormat::text: return test_text(found, colour_on_stdout());
    case TestFormat::json: return test_json(found);
    case TestFormat::junit: return test_junit(found);
    case TestFormat::tap: return test_tap(found);
  }
  return "";
}

Result<std::vector<RequestFile>> request_files(const TestArguments& options) {
  std::vector<RequestFile> files;
  for (const std::string& path : options.requests) {
    std::error_code error;
    if (options.update && path != "-" && std::filesystem::exists(path, error) &&
        !std::filesystem::is_regular_file(path, error))
      return Error{Cause::usage, "--update writes to the file of the requests, and `" + path + "` is not a file", ""};
    TALLY_ASSIGN_OR_RETURN(std::string text, read_input(path, max_requests_bytes));
    if (text.size() > max_requests_bytes)
      return Error{Cause::bound, "`" + path + "` is longer than " + counted(max_requests_bytes, "byte"), "split it"};
    files.push_back({path, path == "-" ? "requests" : path, std::move(text)});
  }
  return files;
}

// Returns the exit code for what was found, after it is shown.
int concluded(const TestFindings& found) {
  if (found.cases.empty()) {
    complain("there is no request to test", "write one per line: {\"request\": ..., \"expect\": {...}}");
    return exit_fault;
  }
  if (found.wrong() > 0) {
    complain(counted(found.wrong(), "request") + " not answered as expected");
    return exit_fault;
  }
  int code = exit_fine;
  if (found.unfired && !found.unfired->empty()) {
    complain(counted(found.unfired->size(), "rule") + " of " + found.file + " fired for no request");
    code = exit_rule_unfired;
  }
  if (found.unnoticed && !found.unnoticed->empty()) {
    complain("no proof, example or request notices " + counted(found.unnoticed->size(), "edit") + " of " + found.file);
    code = exit_edit_unnoticed;
  }
  return code;
}

Result<int> run_test(const TestArguments& options) {
  if (options.update && std::find(options.requests.begin(), options.requests.end(), "-") != options.requests.end())
    return Error{Cause::usage, "--update writes to the file of the requests, and standard input is none",
                 "name a file"};
  std::vector<std::string> faults;
  auto ready = run_policy(options.file, Contents::functions, &faults);
  if (!ready) {
    if (faults.empty()) faults.push_back(ready.error().message);
    switch (options.format) {
      case TestFormat::text: break;
      case TestFormat::json: print(untested_json(options.file, faults)); break;
      case TestFormat::junit: print(untested_junit(options.file, faults)); break;
      case TestFormat::tap: print(untested_tap(options.file, faults)); break;
    }
    return std::move(ready).error();
  }
  const auto policy = *std::move(ready);
  TALLY_ASSIGN_OR_RETURN(std::vector<RequestFile> files, request_files(options));
  TestFindings found;
  found.file = options.file;
  Testing testing(*policy, options);
  for (RequestFile& file : files) {
    std::string updated = testing.test(file, found.cases);
    if (!options.update || updated == file.text) continue;
    TALLY_RETURN_IF_ERROR(write_atomically(file.path, updated));
    file.text = std::move(updated);
  }
  if (options.every_rule) {
    found.rules = testing.rules();
    found.unfired = testing.unfired();
  }
  if (options.every_edit) {
    TALLY_ASSIGN_OR_RETURN(found.unnoticed, unnoticed_edits(*policy, options, files, found.edits));
  }
  print(test_output(found, options.format));
  return concluded(found);
}

}  // namespace

Run add_test(CLI::App& app) {
  auto options = std::make_shared<TestArguments>();
  rule_file(app, options->file);
  repeated(app, "--requests", options->requests, "FILE",
           "requests with expected answers, one per line; - is standard input")
      ->required();
  app.add_flag("--update", options->update, "write what is decided into the lines that expect something else");
  app.add_flag("--every-rule", options->every_rule, "each rule must decide at least one of the requests");
  app.add_flag("--every-edit", options->every_edit,
               "each edit that `tally mutate` makes must be noticed by a proof, an example or a request");
  strict_option(app, options->strict);
  choice_option(app, "--format", options->format,
                Choices<TestFormat>{{"text", TestFormat::text},
                                    {"json", TestFormat::json},
                                    {"junit", TestFormat::junit},
                                    {"tap", TestFormat::tap}},
                "FORMAT");
  app.footer(
      "A line is {\"request\": {...}, \"expect\": {\"DECISION\": VALUE}}, with as many decisions as matter, and may "
      "have a "
      "\"name\". \"fault\": \"T503\" instead of \"expect\" expects that the request is refused.\n"
      "Exit codes: 1 a request is answered otherwise; 3 all are right, but a rule decides none of them (--every-rule); "
      "4 an edit is not noticed (--every-edit).\n"
      "Example: tally test rules/call_recording.tally --requests calls.jsonl --every-rule");
  return [options] { return run_test(*options); };
}

}  // namespace tally::cli
