// `tally vectors FILE`: the fewest requests that detect every single edit of the rules.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "cli/vector_forms.h"
#include "grammar/source/excerpt.h"
#include "simulator/requests/case_run.h"
#include "simulator/vectors/vectors.h"

namespace tally::cli {
namespace {

struct VectorsArguments {
  std::string file;
  std::vector<std::string> decisions;
  VectorFormat format = VectorFormat::jsonl;
};

// Which edits only one vector detects, and of the others how many vectors do.
std::vector<std::size_t> times_detected(const TestVectors& made) {
  std::vector<std::size_t> times(made.detected.size(), 0);
  for (const TestVector& vector : made.vectors) {
    for (const std::size_t edit : vector.detects) ++times[edit];
  }
  return times;
}

// "line 8, value: `on` -> `off`, and 3 more edits": the first edit that no other vector detects.
std::string vector_name(const SourceSet& sources, const TestVectors& made, const TestVector& vector,
                        const std::vector<std::size_t>& times) {
  const auto alone =
      std::find_if(vector.detects.begin(), vector.detects.end(), [&](std::size_t i) { return times[i] == 1; });
  const Edit& edit = made.detected[alone == vector.detects.end() ? vector.detects.front() : *alone];
  const auto shown = [](const std::string& part) { return part.empty() ? "" : "`" + one_line(part) + "`"; };
  const std::size_t line = sources.file(edit.place.file).position(edit.place.begin).line;
  std::string out = "line " + std::to_string(line) + ", " + edit_text(edit.kind, shown(edit.before), shown(edit.after));
  if (vector.detects.size() > 1) out += ", and " + counted(vector.detects.size() - 1, "more edit");
  return out;
}

// What the policy decides of a request: as an expectation of some decisions, and as a whole answer.
Result<> answer(const RunningPolicy& policy, CaseRun& run, const std::vector<std::size_t>& decisions,
                WrittenVector& vector) {
  RequestCase asked;
  asked.request = vector.request;
  asked.is_open = true;
  run.run(asked);
  if (!run.is_decided())
    return Error{Cause::document,
                 "no request can be decided by " + policy.descriptor().name + ": it refuses " + vector.request,
                 "two of its inputs may read one place"};
  static constexpr std::string_view key = "\"expect\": ";
  vector.answer = run.met_expectation(asked).substr(key.size());
  for (const std::size_t i : decisions) asked.expect.push_back({i, nullptr});
  vector.expect = run.met_expectation(asked);
  return {};
}

// "call_recording.tally: 12 requests detect 109 mutants; no fewer can"
std::string summary(const std::string& file, const TestVectors& made) {
  const std::size_t n = made.vectors.size();
  std::string out = file + ": " + counted(n, "request") + (n == 1 ? " detects " : " detect ") +
                    counted(made.detected.size(), "mutant") + "; " +
                    (made.least == n ? "no fewer can" : "at least " + grouped(made.least) + " are needed") + "\n";
  if (!made.equal.empty())
    out += file + ": " + counted(made.equal.size(), "mutant") + (made.equal.size() == 1 ? " decides" : " decide") +
           " every request alike\n";
  return out;
}

Result<int> run_vectors(const VectorsArguments& options) {
  if (options.format == VectorFormat::sipp_scenario) {
    print(vectors_scenario());
    return exit_fine;
  }
  TALLY_ASSIGN_OR_RETURN(const auto policy, run_policy(options.file));
  Compilation& c = policy->compilation;
  VectorOptions asked;
  TALLY_ASSIGN_OR_RETURN(const auto decisions, chosen_decisions(policy->descriptor(), options.decisions));
  if (decisions.empty()) return Error{Cause::usage, options.file + " has no decision"};
  if (!options.decisions.empty()) asked.outputs.insert(decisions.begin(), decisions.end());
  TestVectors made;
  {
    Progress progress;
    asked.progress = [&](const std::string& what) {
      if (progress.is_due()) progress.show(what);
    };
    TALLY_ASSIGN_OR_RETURN(made, make_vectors(c, asked));
  }
  WrittenVectors written{options.file, {}};
  CaseRun run(policy->descriptor(), policy->compiled.code, policy->binder, {UnknownKeys::counted, {}});
  const auto times = times_detected(made);
  for (const TestVector& vector : made.vectors) {
    const std::string number = std::to_string(written.vectors.size() + 1);
    WrittenVector line{number + ": " + vector_name(c.sources, made, vector, times), vector.request, "", ""};
    TALLY_RETURN_IF_ERROR(answer(*policy, run, decisions, line));
    written.vectors.push_back(std::move(line));
  }
  print(vectors_text(written, options.format));
  std::fputs(summary(options.file, made).c_str(), stderr);
  if (made.left_out.empty()) return exit_fine;
  const LeftOutMutant& first = made.left_out.front();
  complain("nothing is known of " + counted(made.left_out.size(), "edit") + " of " + options.file,
           "the first is in line " +
               std::to_string(c.sources.file(first.edit.place.file).position(first.edit.place.begin).line) + ": " +
               first.reason);
  return exit_fault;
}

}  // namespace

Run add_vectors(CLI::App& app) {
  auto options = std::make_shared<VectorsArguments>();
  rule_file(app, options->file);
  repeated(app, "--decision", options->decisions, "NAME",
           "only the rules of this decision, and the lets that it depends on");
  choice_option(app, "--format", options->format,
                Choices<VectorFormat>{{"jsonl", VectorFormat::jsonl},
                                      {"eunit", VectorFormat::eunit},
                                      {"lua", VectorFormat::lua},
                                      {"sipp", VectorFormat::sipp},
                                      {"sipp-scenario", VectorFormat::sipp_scenario}},
                "FORMAT");
  app.footer(
      "A mutant is the rules with a single edit, as `tally mutate` makes them. For each that decides some request "
      "otherwise, one of the printed requests is such a request. How many are needed at least is printed as well.\n"
      "The exit code is 1 if an edit could not be compared.\n"
      "Example: tally vectors rules/call_recording.tally >vectors.jsonl");
  return [options] { return run_vectors(*options); };
}

}  // namespace tally::cli
