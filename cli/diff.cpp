// `tally diff OLD NEW`: shows where two rule files decide differently.
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/diff_report.h"
#include "cli/files.h"
#include "cli/key_faults.h"
#include "cli/lines.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "compiler/deploy/deployment.h"
#include "runtime/documents/document_reader.h"
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
};

// A decision that both files have, or a member of its result.
struct AskedDecision {
  Pair<std::size_t> outputs;
  std::string member;
};

using Compilations = Pair<std::unique_ptr<Compilation>>;

std::vector<std::string> output_names(const Compilation& c) {
  std::vector<std::string> names;
  for (const Output& output : c.policy->outputs) names.push_back(c.policy->model->at(output.decision).name);
  return names;
}

std::optional<std::size_t> output_at(const Compilation& c, const std::string& name) {
  const auto names = output_names(c);
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

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

// Returns an element that a condition reads, but no decision of the policy, in an input that requests need not have.
std::optional<ElementId> not_looked_up(const Policy& policy, const Reads& condition) {
  std::set<InputId> known;
  for (const ElementId id : policy.reads) known.insert(policy.model->at(id).input);
  for (const ElementId id : condition.elements) {
    const Element& element = policy.model->at(id);
    if (element.relation || policy.model->is_own(policy.model->at(element.input).file) || known.contains(element.input))
      continue;
    return id;
  }
  return std::nullopt;
}

// Returns the condition in the names of the old file or, if it has no meaning there, of the new
// one.
Result<DiffCondition> condition(Compilations& c, const DiffArguments& options) {
  Pair<Diagnostics> faults;
  std::string unknown;  // an input that the condition reads, but no decision
  for (std::size_t side = 0; side < 2; ++side) {
    const ExprRef made = RuleArguments(*c[side], options.files[side]).condition("--where", options.where, faults[side]);
    if (!made) continue;
    Lowering& lowering = *c[side]->policy->lowering;
    const LoweredCondition lowered = lowering.condition(made);
    if (!lowering.failures().empty()) return Error{Cause::bound, lowering.failures().back().message};
    const auto element = not_looked_up(*c[side]->policy, lowered.reads);
    if (!element) return DiffCondition{side, lowered.node, lowered.reads};
    unknown = c[side]->policy->model->at(*element).name;
  }
  if (!unknown.empty())
    return Error{Cause::usage, "`" + unknown + "` is not looked up in requests, since no decision reads it",
                 "compare files that declare it, or whose decisions read it"};
  // If neither file understands the condition, the faults shown are those of the file that
  // understands more of it: a name that only one of the two has is unknown to the other.
  const auto reach = [](const Diagnostics& d) {
    return d.list().empty() || !d.list().front().span ? 0u : d.list().front().span->begin;
  };
  const std::size_t shown = reach(faults[1]) > reach(faults[0]) ? 1 : 0;
  show(faults[shown], c[shown]->sources);
  return already_shown(Cause::usage);
}

// --- real calls --------------------------------------------------------------------------

// Binds each line with both files, and counts the rows that it falls into.
class RequestCounter {
 public:
  RequestCounter(const Joint& joint, const Pair<std::shared_ptr<const PolicyDescriptor>>& policies,
                 const ReadOptions& reading, DiffReport& report)
      : strict_(reading.unknown_keys == UnknownKeys::refused),
        elements_{policies[0]->elements.size(), policies[1]->elements.size()},
        places_{Places(*policies[0]), Places(*policies[1])},
        readers_{DocumentReader(*policies[0], places_[0], reading), DocumentReader(*policies[1], places_[1], reading)},
        completions_{Completion(*policies[0]), Completion(*policies[1])},
        calls_(joint, {policies[0].get(), policies[1].get()}),
        report_(report) {
    for (const DiffDecision& decision : report.decisions) {
      auto& of_decision = report.calls_of.emplace_back();
      for (const DiffPart& part : decision.parts) {
        auto& of_part = of_decision.emplace_back();
        for (const DiffRow& row : part.rows) of_part.push_back({0, std::vector<std::size_t>(row.alternatives.size())});
      }
    }
  }

  Result<> run(std::FILE* in) {
    Lines lines(in, max_document_bytes);
    std::string_view line;
    while (lines.next(line)) {
      ++number_;
      if (!lines.too_long() && line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      ++counts().read;
      if (lines.too_long() || !count(line)) ++counts().refused;
      if ((counts().read & 0xfff) == 0 && progress_.is_due()) progress_.show(counted(counts().read, "call"));
    }
    progress_.clear();
    if (lines.failed()) return Error{Cause::file, "cannot read `" + counts().file + "` to its end"};
    return {};
  }

  // The slips in the keys of the requests that were compared; with --strict, of those that were refused.
  const KeyFaults& key_faults() const { return key_faults_; }
  bool refused_keys() const { return refused_keys_; }

 private:
  report::CallCounts& counts() { return *report_.calls; }

  // Returns false if one of the files refuses the request.
  bool count(std::string_view line) {
    Pair<std::vector<DocumentFault>> faults;
    bool accepted = true;
    for (std::size_t side = 0; side < 2; ++side) {
      // Both are needed: the facts as written, and the call after defaults are filled in.
      facts_[side].clear(elements_[side]);
      readers_[side].read(Places::root, line, facts_[side], faults[side]);
      if (!has_errors(faults[side])) {
        bound_[side].facts = facts_[side];
        completions_[side].complete(bound_[side], faults[side]);
      }
      accepted = accepted && !has_errors(faults[side]);
    }
    if (accepted || strict_) {
      bool slips = false;
      for (const auto& of_side : faults) slips = key_faults_.add(number_, of_side) || slips;
      if (slips && accepted) ++counts().warned;
      refused_keys_ = refused_keys_ || (slips && !accepted);
    }
    if (!accepted) return false;
    if (!calls_.take({&facts_[0], &facts_[1]}, {&bound_[0], &bound_[1]})) {
      ++counts().outside;
      return true;
    }
    bool different = false;
    for (std::size_t d = 0; d < report_.decisions.size(); ++d) {
      for (std::size_t p = 0; p < report_.decisions[d].parts.size(); ++p) {
        const DiffPart& part = report_.decisions[d].parts[p];
        const auto row = calls_.row(part);
        if (!row) continue;
        different = true;
        auto& counted = report_.calls_of[d][p][*row];
        ++counted.all;
        for (const std::size_t i : calls_.alternatives(part, *row)) ++counted.of_alternatives[i];
      }
    }
    if (different) ++counts().different;
    return true;
  }

  bool strict_;
  Pair<std::size_t> elements_;
  Pair<Places> places_;
  Pair<DocumentReader> readers_;
  Pair<Completion> completions_;
  DiffCalls calls_;
  DiffReport& report_;
  Pair<Facts> facts_;
  Pair<BoundCall> bound_;
  KeyFaults key_faults_;
  bool refused_keys_ = false;
  std::size_t number_ = 0;  // of the line
  Progress progress_;
};

// Returns whether every key of the requests was accepted.
Result<bool> count_requests(Compilations& c, const DiffArguments& options, const Joint& joint, DiffReport& report) {
  Pair<std::shared_ptr<const PolicyDescriptor>> policies;
  for (std::size_t side = 0; side < 2; ++side) {
    Diagnostics faults;
    const auto deployment = deploy(*c[side]->policy, faults);
    if (!deployment) {
      show(faults, c[side]->sources);
      return already_shown(Cause::rules);
    }
    policies[side] =
        std::make_shared<const PolicyDescriptor>(describe_policy(*c[side]->policy, *deployment, c[side]->sources));
  }
  report.calls.emplace();
  report.calls->file = options.calls == "-" ? "standard input" : options.calls;
  // A key that one of the files knows is known.
  RequestCounter counter(joint, policies,
                         read_options({c[0]->policy->model.get(), c[1]->policy->model.get()}, options.strict), report);
  if (options.calls == "-") {
    TALLY_RETURN_IF_ERROR(counter.run(stdin));
  } else {
    TALLY_ASSIGN_OR_RETURN(const File file, open_file(options.calls));
    TALLY_RETURN_IF_ERROR(counter.run(file.get()));
  }
  counter.key_faults().show(document_name(options.calls), c[0]->sources);
  return !counter.refused_keys();
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
  return options.all || options.format != Format::text ? 0 : default_rows;
}

Result<int> run_diff(const DiffArguments& options) {
  if (options.strict && options.calls.empty())
    return Error{Cause::usage, "--strict is about the keys of requests", "add --calls FILE"};
  const std::size_t limit = limit_of(options);
  Compilations c;
  for (std::size_t side = 0; side < 2; ++side) {
    TALLY_ASSIGN_OR_RETURN(Compilation compiled, compile_file(options.files[side]));
    c[side] = std::make_unique<Compilation>(std::move(compiled));
  }
  DiffReport report;
  report.files = options.files;
  report.common = options.common;
  TALLY_ASSIGN_OR_RETURN(const auto what, asked(c, options, report));
  std::optional<DiffCondition> where;
  if (!options.where.empty()) {
    TALLY_ASSIGN_OR_RETURN(where, condition(c, options));
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
    if (where && std::any_of(made.parts.begin(), made.parts.end(), has_no_call))
      return Error{Cause::usage, "no call meets the condition of --where"};
    if (!one.member.empty() && made.parts.empty() && made.failures.empty())
      return Error{Cause::usage, "`" + made.name + "` has no member `" + one.member.substr(1) + "` in both files"};
  }
  progress.clear();
  report.notes = relevant(diff.joint(), what);
  bool keys_accepted = true;
  if (!options.calls.empty()) {
    TALLY_ASSIGN_OR_RETURN(keys_accepted, count_requests(c, options, diff.joint(), report));
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
  return report.differ() || !report.is_complete() || !keys_accepted ? exit_fault : exit_fine;
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
  app.add_option("--calls", options->calls,
                 "count how many of these requests, one per line, fall into each row; - is standard input")
      ->type_name("FILE");
  strict_option(app, options->strict);
  app.add_flag("--requests", options->requests, "show the call of each row as a JSON request");
  auto* limit = count_option(app, "--limit", options->limit, {"a number of rows"},
                             "maximum of rows per decision and of alternatives per row (default for text: 10 and 3)");
  app.add_flag("--all", options->all, "all rows, and all alternatives of each")->excludes(limit);
  format_option(app, options->format, {Format::text, Format::markdown, Format::csv, Format::json});
  app.footer(
      "Inputs are matched by where they stand in a request, decisions by their names. The requests that "
      "both files accept are counted; a key known to only one file is ignored by the other.\n"
      "The exit code is 1 if the files differ, or if --strict refuses a key.\n"
      "Example: tally diff rules/call_recording.tally rules/kazoo5.tally --common --decision caller-recording");
  return [options] { return run_diff(*options); };
}

}  // namespace tally::cli
