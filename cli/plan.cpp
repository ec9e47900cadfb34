// `tally plan OLD NEW`: shows what a change of a rule file does, and whether it is allowed.
#include <memory>

#include "cli/commands.h"
#include "cli/compared_files.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/plan_report.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/signing.h"
#include "cli/terminal.h"
#include "runtime/support/json_text.h"

namespace tally::cli {
namespace {

constexpr std::size_t plan_rows = 4;
constexpr std::size_t plan_alternatives = 3;

struct PlanArguments {
  Pair<std::string> files;
  std::vector<std::string> allow;      // conditions
  std::vector<std::string> decisions;  // that may change
  std::optional<std::size_t> at_most;
  std::string calls;
  bool strict = false;
  bool requests = false;
  bool all = false;
  Format format = Format::text;
};

// Whether both files, and all that they use, have the same texts.
bool have_same_texts(const Compilation& a, const Compilation& b) {
  if (a.program.modules.size() != b.program.modules.size()) return false;
  for (std::size_t i = 0; i < a.program.modules.size(); ++i) {
    const FileId one = a.program.modules[i].file, other = b.program.modules[i].file;
    if (a.sources.file(one).text() != b.sources.file(other).text()) return false;
  }
  return true;
}

// Fails if neither file has a decision that the options name.
Result<> known_decisions(const Compilations& c, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (output_at(*c[0], name) || output_at(*c[1], name)) continue;
    return Error{Cause::usage, "neither file has a decision `" + name + "`", suggestion(name, output_names(*c[1]))};
  }
  return {};
}

Result<PlanLimits> limits_of(Compilations& c, const PlanArguments& options) {
  PlanLimits limits;
  TALLY_RETURN_IF_ERROR(known_decisions(c, options.decisions));
  limits.decisions.insert(options.decisions.begin(), options.decisions.end());
  for (const std::string& text : options.allow) {
    TALLY_ASSIGN_OR_RETURN(DiffCondition made, condition_of_either(c, options.files, "--allow", text));
    limits.calls.push_back(std::move(made));
  }
  // With requests or a log, these are counted instead.
  if (options.at_most && options.calls.empty())
    limits.combinations = Count(static_cast<unsigned long>(*options.at_most));
  return limits;
}

// The options that limit the changes, as they stand in an approval.
std::vector<std::string> allowed_options(const PlanArguments& options) {
  std::vector<std::string> out;
  for (const std::string& text : options.allow) out.push_back("--allow " + json_string(text));
  for (const std::string& name : options.decisions) out.push_back("--allow-decision " + json_string(name));
  if (options.at_most) out.push_back("--at-most " + std::to_string(*options.at_most));
  return out;
}

// Compares every decision that both files have.
std::vector<PlannedDecision> compare_all(const Compilations& c, Diff& diff, DiffReport& report) {
  std::vector<PlannedDecision> out;
  Progress progress;
  for (const std::size_t side : {0, 1}) {
    for (const std::string& name : output_names(*c[side])) {
      if (!output_at(*c[1 - side], name)) report.only[side].push_back(name);
    }
  }
  const std::vector<std::string> names = output_names(*c[0]);
  for (const Pair<std::size_t>& outputs : decisions_of_both(diff.joint())) {
    out.push_back({outputs, nullptr});
    if (diff.is_same(outputs)) {
      report.decisions.emplace_back().name = names[outputs[0]];
      continue;
    }
    report.decisions.push_back(diff.compare(outputs, "", {}, [&](const std::string& part) {
      if (progress.is_due()) progress.show("comparing " + part);
    }));
  }
  for (std::size_t i = 0; i < out.size(); ++i) out[i].compared = &report.decisions[i];
  progress.clear();
  return out;
}

// "3 requests of calls.jsonl change, and at most 2 may"; nothing if no more change than may. What a log does not show
// counts as a change.
std::optional<std::string> too_many_calls(const report::CallCounts& calls, std::size_t at_most) {
  if (calls.different + calls.perhaps <= at_most) return std::nullopt;
  const std::string perhaps = calls.perhaps == 0 ? "" : ", and " + grouped(calls.perhaps) + " more cannot be placed";
  return counted(calls.different, calls.is_log ? "call" : "request") + " of " + calls.file + " change" + perhaps +
         (perhaps.empty() ? ", and at most " : "; at most ") + std::to_string(at_most) + " may";
}

// Adds a call, if more calls change than may.
void add_calls(std::size_t at_most, report::PlanReport& report) {
  const DiffReport& diff = report.diff;
  const auto why = too_many_calls(*diff.calls, at_most);
  if (!why) return;
  // A row that has some; if none has for certain, one that may.
  for (const bool is_certain : {true, false}) {
    for (std::size_t d = 0; d < diff.decisions.size(); ++d) {
      for (std::size_t p = 0; p < diff.decisions[d].parts.size(); ++p) {
        const DiffPart& part = diff.decisions[d].parts[p];
        for (std::size_t r = 0; r < part.rows.size(); ++r) {
          const DiffReport::RowCalls& calls = diff.calls_of[d][p][r];
          if ((is_certain ? calls.all : calls.perhaps) == 0) continue;
          report.beyond.push_back({part.title, *why, part.rows[r].call, part.rows[r].request});
          return;
        }
      }
    }
  }
}

void complain_of(const report::PlanReport& report) {
  for (const ComparedPromise& promise : report.promises) {
    if (promise.fate == PromiseFate::broken && promise.in_new)
      complain(report.diff.files[1] + " breaks its " + promise.label, "`tally check` shows where");
  }
  if (!report.is_compared())
    complain("not everything could be compared", "`tally diff` can narrow it, with --common or --where");
  for (const PlanExcess& excess : report.beyond) {
    const std::string help = excess.call.empty() ? "" : "for example " + excess.call + ": " + excess.request;
    complain(excess.part + ": " + excess.why, help);
  }
}

int plan_exit_code(report::PlanVerdict verdict) {
  switch (verdict) {
    case report::PlanVerdict::same: return exit_fine;
    case report::PlanVerdict::changes: return exit_changes;
    case report::PlanVerdict::beyond:
    case report::PlanVerdict::faulty:
    case report::PlanVerdict::incomplete: break;
  }
  return exit_fault;
}

void print_plan(const PlanArguments& options, const report::PlanReport& report) {
  ReportStyle style;
  const bool is_short = !options.all && options.format == Format::text;
  if (is_short) style.limits = {plan_rows, plan_alternatives};
  style.requests = options.requests;
  style.colour = options.format == Format::text && colour_on_stdout();
  if (options.format == Format::text) style.width = width_of_stdout();
  if (options.format == Format::json)
    print(report::to_text(report::plan_json(report, style.limits)));
  else
    print(options.format == Format::markdown ? plan_markdown(report, style) : plan_text(report, style));
}

Result<int> run_plan(const PlanArguments& options) {
  if (options.strict && options.calls.empty())
    return Error{Cause::usage, "--strict is about the keys of requests", "add --calls FILE"};
  TALLY_ASSIGN_OR_RETURN(Compilations c, compile_both(options.files));
  report::PlanReport report;
  // `tally approve` needs them. They are of the files alone, so they come before the conditions of options.
  if (options.format == Format::json)
    report.versions = {planned_version(identity_of(*c[0])), planned_version(identity_of(*c[1]))};
  TALLY_ASSIGN_OR_RETURN(const PlanLimits limits, limits_of(c, options));
  DiffBounds bounds;
  if (!options.all && options.format == Format::text) bounds.described_rows = plan_rows;
  Diff diff(*c[0]->policy, *c[1]->policy, false, bounds);
  report.diff.files = options.files;
  report.diff.joint = &diff.joint();
  for (const auto& [side, element] : diff.joint().conflicts()) {
    return Error{Cause::rules, "no request is accepted by both files: " + options.files[side] + " needs `" +
                                   diff.joint().policy(side).model->at(element).name +
                                   "`, and nothing that both accept can stand there"};
  }
  const auto decisions = compare_all(c, diff, report.diff);
  report.diff.notes = diff.joint().notes();
  bool calls_are_fine = true;
  if (!options.calls.empty()) {
    TALLY_ASSIGN_OR_RETURN(calls_are_fine, count_calls(c, options.calls, options.strict, diff.joint(), report.diff));
  }
  report.is_limited = limits.any() || options.at_most;
  report.allowed = allowed_options(options);
  report.beyond = changes_beyond(diff, decisions, limits);
  if (report.is_limited) {
    for (const auto& losses : {dropped_decisions(diff.joint(), limits), refused_inputs(diff.joint())})
      report.beyond.insert(report.beyond.end(), losses.begin(), losses.end());
  }
  if (options.at_most && report.diff.calls) add_calls(*options.at_most, report);
  report.is_same_text = have_same_texts(*c[0], *c[1]);
  report.promises =
      compare_promises(*c[0], *c[1], [&](const std::string& more) { return compile_rules(options.files[1], more); });
  print_plan(options, report);
  complain_of(report);
  return calls_are_fine ? plan_exit_code(report.verdict()) : exit_fault;
}

}  // namespace

Run add_plan(CLI::App& app) {
  auto options = std::make_shared<PlanArguments>();
  app.add_option("OLD", options->files[0], "a rule file")->required()->type_name("");
  app.add_option("NEW", options->files[1], "the rule file that takes its place")->required()->type_name("");
  repeated(app, "--allow", options->allow, "CONDITION",
           "calls that may change, in the names of OLD or of NEW; other calls may not");
  repeated(app, "--allow-decision", options->decisions, "NAME", "a decision that may change; other decisions may not");
  count_option(app, "--at-most", options->at_most, {"a number of changes", 0},
               "maximum of combinations that change, of all decisions together; with --calls, of calls");
  calls_option(app, options->calls);
  strict_option(app, options->strict);
  app.add_flag("--requests", options->requests, "show the call of each row as a JSON request");
  app.add_flag("--all", options->all, "all rows, alternatives, names and promises");
  format_option(app, options->format, {Format::text, Format::markdown, Format::json});
  app.footer(
      "Decisions are compared as by `tally diff`. A promise is a proof or an example; one that only OLD has is checked "
      "against the rules of NEW. A change is allowed if --allow holds for its calls, or if --allow-decision names its "
      "decision.\n"
      "The exit code is 0 if every call is decided as before, 3 if something changes, and 1 if more changes than is "
      "allowed, or if NEW breaks a promise of its own.\n"
      "A log shows the classes of values that the rules distinguished which wrote it. A call whose row it does not "
      "show "
      "is counted apart, with the inputs to blame; --at-most counts it as a change.\n"
      "Example: tally plan rules/atlas/fusionpbx.tally rules/atlas/fusionpbx_report_1935.tally --allow-decision "
      "recording\n"
      "Example: tally plan old.tally new.tally --calls /var/log/tally");
  return [options] { return run_plan(*options); };
}

}  // namespace tally::cli
