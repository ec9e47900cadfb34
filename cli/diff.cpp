// `tally diff OLD NEW`: shows where two rule files decide differently.
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/compared_files.h"
#include "cli/diff_report.h"
#include "cli/diff_sql.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "simulator/diff/diff.h"

namespace tally::cli {
namespace {

constexpr std::size_t default_rows = 10;
constexpr std::size_t default_alternatives = 3;

struct DiffArguments {
  Pair<std::string> files;
  std::vector<std::string> decisions;
  std::string where;
  std::string calls;
  bool common = false;
  bool strict = false;
  bool requests = false;
  bool all = false;
  std::optional<std::size_t> limit;  // rows that are shown per decision
  Format format = Format::text;
  bool is_sql = false;
  SqlArguments sql;
};

// A decision that both files have, or a member of its result.
struct AskedDecision {
  Pair<std::size_t> outputs;
  std::string member;
};

// Returns the meaning of one --decision: NAME, NAME.MEMBER, or OLD=NEW for decisions of two names.
Result<AskedDecision> asked_by(Compilations& c, const DiffArguments& options, const std::string& argument) {
  const std::size_t sign = argument.find('=');
  const Pair<std::string> names{argument.substr(0, sign),
                                sign == std::string::npos ? argument : argument.substr(sign + 1)};
  AskedDecision one;
  Pair<std::string> members;
  for (std::size_t side = 0; side < 2; ++side) {
    const std::size_t dot = names[side].find('.');
    RuleArguments arguments(*c[side], options.files[side]);
    TALLY_ASSIGN_OR_RETURN(one.outputs[side], arguments.output(names[side].substr(0, dot)));
    if (dot != std::string::npos) members[side] = names[side].substr(dot);
  }
  if (!members[0].empty() && !members[1].empty() && members[0] != members[1])
    return Error{Cause::usage, "`--decision " + argument + "` names two members",
                 "the same member of both results is compared: `" + names[0] + "=" +
                     names[1].substr(0, names[1].find('.')) + "`"};
  one.member = members[0].empty() ? members[1] : members[0];
  return one;
}

// Returns the decisions that are compared. Decisions that one file lacks are added to the report.
Result<std::vector<AskedDecision>> asked(Compilations& c, const DiffArguments& options, DiffReport& report) {
  std::vector<AskedDecision> out;
  if (options.decisions.empty()) {
    for (const std::string& name : output_names(*c[0])) {
      if (const auto other = output_at(*c[1], name))
        out.push_back({{*output_at(*c[0], name), *other}, ""});
      else
        report.only[0].push_back(name);
    }
    for (const std::string& name : output_names(*c[1])) {
      if (!output_at(*c[0], name)) report.only[1].push_back(name);
    }
    if (!out.empty()) return out;
    return Error{Cause::usage, "the two files have no decision in common",
                 options.files[1] + ": " + suggestion("", output_names(*c[1]))};
  }
  for (const std::string& argument : options.decisions) {
    TALLY_ASSIGN_OR_RETURN(AskedDecision one, asked_by(c, options, argument));
    out.push_back(std::move(one));
  }
  return out;
}

// --- the command ---------------------------------------------------------------------------

// Returns the notes that concern what the compared decisions read.
std::vector<JointNote> relevant(const Joint& joint, const std::vector<AskedDecision>& asked) {
  Pair<std::set<ElementId>> reads;
  for (const AskedDecision& one : asked) {
    for (std::size_t side = 0; side < 2; ++side) {
      const auto& of_one = joint.policy(side).outputs[one.outputs[side]].reads;
      reads[side].insert(of_one.begin(), of_one.end());
    }
  }
  std::vector<JointNote> out;
  for (const JointNote& note : joint.notes()) {
    const auto all = below(*joint.policy(note.side).model, note.element);
    const bool read = std::any_of(all.begin(), all.end(), [&](ElementId e) { return reads[note.side].contains(e); });
    // A request that one file refuses cannot be compared, whatever the decisions read.
    if (read || note.needed) out.push_back(note);
  }
  return out;
}

// Returns how many rows are shown per decision; 0 is all of them.
std::size_t limit_of(const DiffArguments& options) {
  if (options.limit) return *options.limit;
  if (options.is_sql) return 0;
  return options.all || options.format != Format::text ? 0 : default_rows;
}

Result<int> run_diff(const DiffArguments& options) {
  if (options.strict && options.calls.empty())
    return Error{Cause::usage, "--strict is about the keys of requests", "add --calls FILE"};
  if (!options.is_sql && !(options.sql.dialect + options.sql.map).empty())
    return Error{Cause::usage, "--dialect and --map are for SQL", "add --sql"};
  if (options.is_sql && !options.calls.empty())
    return Error{Cause::usage, "--sql counts the calls of a table, and --calls those of a file", "one of the two"};
  if (options.is_sql && !options.where.empty())
    return Error{Cause::usage, "--sql does not take --where", "a condition on columns fits in the SELECT"};
  const std::size_t limit = limit_of(options);
  TALLY_ASSIGN_OR_RETURN(Compilations c, compile_both(options.files));
  DiffReport report;
  report.files = options.files;
  report.common = options.common;
  TALLY_ASSIGN_OR_RETURN(const auto what, asked(c, options, report));
  std::vector<DiffCondition> where;
  if (!options.where.empty()) {
    TALLY_ASSIGN_OR_RETURN(DiffCondition made, condition_of_either(c, options.files, "--where", options.where));
    where.push_back(std::move(made));
  }

  DiffBounds bounds;
  // Rows that are not shown need not be described.
  if (limit != 0) bounds.described_rows = limit;
  Diff diff(*c[0]->policy, *c[1]->policy, options.common, bounds);
  report.joint = &diff.joint();
  for (const auto& [side, element] : diff.joint().conflicts()) {
    return Error{Cause::rules, "no request is accepted by both files: " + options.files[side] + " needs `" +
                                   diff.joint().policy(side).model->at(element).name +
                                   "`, and nothing that both accept can stand there"};
  }
  Progress progress;
  for (const AskedDecision& one : what) {
    report.decisions.push_back(diff.compare(one.outputs, one.member, where, [&](const std::string& part) {
      if (progress.is_due()) progress.show("comparing " + part);
    }));
    const DiffDecision& made = report.decisions.back();
    const auto has_no_call = [](const DiffPart& part) { return part.combinations == 0; };
    if (!where.empty() && std::any_of(made.parts.begin(), made.parts.end(), has_no_call))
      return Error{Cause::usage, "no call meets the condition of --where"};
    if (!one.member.empty() && made.parts.empty() && made.failures.empty())
      return Error{Cause::usage, "`" + made.name + "` has no member `" + one.member.substr(1) + "` in both files"};
  }
  progress.clear();
  report.notes = relevant(diff.joint(), what);
  if (options.is_sql) {
    TALLY_ASSIGN_OR_RETURN(const std::string text,
                           diff_as_sql(c, options.files, diff.joint(), report.decisions, options.sql));
    print(text);
    return report.differ() || !report.is_complete() ? exit_fault : exit_fine;
  }
  bool calls_are_fine = true;
  if (!options.calls.empty()) {
    TALLY_ASSIGN_OR_RETURN(calls_are_fine, count_calls(c, options.calls, options.strict, diff.joint(), report));
  }

  ReportStyle style;
  style.limits.rows = limit;
  const bool is_usual = !options.limit && limit != 0;
  style.limits.alternatives = is_usual ? default_alternatives : limit;
  style.requests = options.requests;
  style.colour = options.format == Format::text && colour_on_stdout();
  if (options.format == Format::text) style.width = width_of_stdout();
  if (options.format == Format::json)
    print(report::to_text(report::diff_json(report, style.limits)));
  else
    print(options.format == Format::csv        ? csv_of(report, style)
          : options.format == Format::markdown ? markdown_of(report, style)
                                               : text_of(report, style));
  return report.differ() || !report.is_complete() || !calls_are_fine ? exit_fault : exit_fine;
}

}  // namespace

Run add_diff(CLI::App& app) {
  auto options = std::make_shared<DiffArguments>();
  app.add_option("OLD", options->files[0], "a rule file")->required()->type_name("");
  app.add_option("NEW", options->files[1], "the rule file to compare it with")->required()->type_name("");
  repeated(app, "--decision", options->decisions, "NAME",
           "only this decision, or this member of its result; OLD=NEW if the names differ");
  app.add_option("--where", options->where, "only the calls for which this holds, in the names of OLD or of NEW")
      ->type_name("CONDITION");
  app.add_flag("--common", options->common, "inputs that only one of the files has are unset");
  calls_option(app, options->calls);
  strict_option(app, options->strict);
  app.add_flag("--requests", options->requests, "show the call of each row as a JSON request");
  auto* limit = count_option(app, "--limit", options->limit, {"a number of rows"},
                             "maximum of rows per decision and of alternatives per row (default for text: 10 and 3)");
  app.add_flag("--all", options->all, "all rows, and all alternatives of each")->excludes(limit);
  format_option(app, options->format, {Format::text, Format::markdown, Format::csv, Format::json});
  app.add_flag("--sql", options->is_sql, "print SELECTs that count the calls of a table by what both decide");
  sql_options(app, options->sql);
  app.footer(
      "Inputs are matched by where they stand in a request, decisions by their names. The requests that "
      "both files accept are counted; a key known to only one file is ignored by the other.\n"
      "The exit code is 1 if the files differ, or if --strict refuses a key.\n"
      "Example: tally diff rules/call_recording.tally rules/kazoo5.tally --common --decision caller-recording\n"
      "Example: tally diff old.tally new.tally --sql --dialect postgresql --map calls.map");
  return [options] { return run_diff(*options); };
}

}  // namespace tally::cli
