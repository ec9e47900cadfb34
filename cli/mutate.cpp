// `tally mutate FILE`: finds edits of the rules that no proof or example notices.
#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/checks/checks.h"
#include "simulator/report/mutate_json.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_shown = 100;  // bytes of an excerpt

struct MutateArguments {
  std::string file;
  std::vector<std::string> decisions;
  bool all = false;
  bool examples = false;
  std::optional<std::size_t> limit;  // groups that are shown
  Format format = Format::text;
};

std::string shown(const std::string& excerpt) {
  if (excerpt.size() <= max_shown) return "`" + excerpt + "`";
  std::size_t end = max_shown;
  while (end > 0 && (static_cast<unsigned char>(excerpt[end]) & 0xC0) == 0x80) --end;
  return "`" + excerpt.substr(0, end) + "...`";
}

std::size_t line_of(const Compilation& c, const Mutant& mutant) {
  return c.sources.file(mutant.edit.place.file).position(mutant.edit.place.begin).line;
}

// Mutants of one kind at one place with one verdict, such as `CA` replaced by each other state.
using MutantGroup = std::vector<const Mutant*>;

std::vector<MutantGroup> groups_of(const Mutation& mutation, bool all) {
  std::vector<MutantGroup> groups;
  for (const Mutant& mutant : mutation.mutants) {
    const bool is_unnoticed = mutant.verdict == Verdict::survives || mutant.verdict == Verdict::unknown;
    if (!all && !is_unnoticed) continue;
    const auto same = [&](const MutantGroup& group) {
      const Mutant& first = *group.front();
      return first.edit.kind == mutant.edit.kind && first.edit.place == mutant.edit.place &&
             first.edit.before == mutant.edit.before && first.verdict == mutant.verdict && first.code == mutant.code &&
             first.reason == mutant.reason && !mutant.edit.after.empty();
    };
    const auto at = std::find_if(groups.begin(), groups.end(), same);
    at == groups.end() ? groups.push_back({&mutant}) : at->push_back(&mutant);
  }
  return groups;
}

// "`AK`", "`AK` or `AL`", "`AK`, `AL` or any of 49 others".
std::string replacements(const MutantGroup& group) {
  constexpr std::size_t few = 3, named = 2;
  std::string out = shown(group[0]->edit.after);
  const std::size_t listed = group.size() <= few ? group.size() : named;
  for (std::size_t i = 1; i < listed; ++i) out += (i + 1 == group.size() ? " or " : ", ") + shown(group[i]->edit.after);
  if (listed < group.size()) out += " or any of " + std::to_string(group.size() - listed) + " others";
  return out;
}

std::string text_of(const Compilation& c, const MutateArguments& options, const MutantGroup& group, bool colour) {
  const Mutant& mutant = *group.front();
  const char* paint = mutant.verdict == Verdict::caught  ? "\x1b[32m"
                      : mutant.verdict == Verdict::equal ? "\x1b[2m"
                                                         : "\x1b[1;31m";
  std::string out = options.file + ":" + std::to_string(line_of(c, mutant)) + ": " + (colour ? paint : "") +
                    to_string(mutant.verdict) + (colour ? "\x1b[0m" : "") + ": " + to_string(mutant.edit.kind) + ": " +
                    shown(mutant.edit.before);
  const char* to = mutant.edit.kind == EditKind::rules_swapped ? " with " : " -> ";
  if (!mutant.edit.after.empty()) {
    out += to + replacements(group);
  } else if (!std::string_view(to_string(mutant.edit.kind)).ends_with("dropped")) {
    out += " dropped";
  }
  out += "\n";
  if (mutant.verdict == Verdict::caught)
    out += "  by " + std::string(info(mutant.code).id) + ", " + mutant.reason + "\n";
  if (mutant.verdict == Verdict::unknown) out += "  " + mutant.reason + "\n";
  if (mutant.call) {
    out += "  where " + mutant.call->text + "\n";
    out += "  " + c.policy->model->at(mutant.call->decision).name + ": " + mutant.call->before + ", with the edit " +
           mutant.call->after + "\n";
  }
  if (!options.examples || !mutant.call || mutant.call->example.empty()) return prose(out);
  return prose(out) + "\n" + mutant.call->example + "\n";
}

// Returns "rules.tally: 41 mutants: 38 caught, 2 equal, 1 survives".
std::string summary(const MutateArguments& options, const Mutation& mutation) {
  const auto count = [&](Verdict verdict) { return mutation.count(verdict); };
  const auto number = [](std::size_t n) { return grouped(Count(static_cast<unsigned long>(n))); };
  std::string out = options.file + ": " + counted(mutation.mutants.size(), "mutant") + ": " +
                    number(count(Verdict::caught)) + " caught, " + number(count(Verdict::equal)) + " equal, " +
                    number(count(Verdict::survives)) + (count(Verdict::survives) == 1 ? " survives" : " survive");
  if (count(Verdict::unknown) > 0) out += ", " + number(count(Verdict::unknown)) + " unknown";
  return out + "\n";
}

Result<int> run_mutate(const MutateArguments& options) {
  TALLY_ASSIGN_OR_RETURN(Compilation c, compile_file(options.file));
  RuleArguments arguments(c, options.file);
  TALLY_ASSIGN_OR_RETURN(const auto outputs, arguments.outputs(options.decisions));
  if (c.policy->outputs.empty()) return Error{Cause::usage, options.file + " has no decision"};
  // A mutant is caught by a check that passes on the file itself, so all checks must pass first.
  check(c);
  if (c.diagnostics.has_errors()) {
    c.diagnostics.sort();
    show(c.diagnostics, c.sources);
    return already_shown(Cause::rules);
  }

  MutateOptions asked;
  for (const std::size_t output : outputs) asked.decisions.insert(c.policy->outputs[output].decision);
  Mutation mutation;
  {
    Progress progress;
    asked.progress = [&](std::size_t done, std::size_t all) {
      if (progress.is_due()) progress.show(std::to_string(done) + " of " + counted(all, "edit"));
    };
    TALLY_ASSIGN_OR_RETURN(mutation, mutate(c, asked));
  }
  if (options.format == Format::json) {
    const auto listed = options.all ? report::Listed::all : report::Listed::unnoticed;
    print(report::to_text(report::mutation_json(options.file, c, mutation, listed)));
  } else {
    const std::vector<MutantGroup> groups = groups_of(mutation, options.all);
    const std::size_t most = std::min(options.limit.value_or(groups.size()), groups.size());
    for (std::size_t i = 0; i < most; ++i) print(text_of(c, options, groups[i], colour_on_stdout()));
    if (most < groups.size())
      print("and " + counted(groups.size() - most, "more line") + ": leave out --limit to see them\n");
    print(prose(summary(options, mutation)));
  }
  const std::size_t survivors = mutation.count(Verdict::survives), unknown = mutation.count(Verdict::unknown);
  if (survivors + unknown == 0) return exit_fine;
  complain(survivors > 0 ? "no proof or example notices " + counted(survivors, "edit") + " of " + options.file
                         : "nothing is known of " + counted(unknown, "edit") + " of " + options.file);
  return exit_fault;
}

}  // namespace

Run add_mutate(CLI::App& app) {
  auto options = std::make_shared<MutateArguments>();
  rule_file(app, options->file);
  repeated(app, "--decision", options->decisions, "NAME",
           "only the rules of this decision, and the lets that it depends on");
  app.add_flag("--all", options->all, "list the mutants that are caught or equal as well");
  app.add_flag("--examples", options->examples, "show with each survivor an example that would catch it, to be pasted");
  count_option(app, "--limit", options->limit, {"a number of lines"},
               "maximum of lines for people; edits of one kind at one place are one line");
  format_option(app, options->format, {Format::text, Format::json});
  app.footer(
      "A mutant that survives decides the call that is shown differently, and no proof or example of the file "
      "notices. The exit code is 1 if one survives.\n"
      "Example: tally mutate rules/call_recording.tally --decision account-recording");
  return [options] { return run_mutate(*options); };
}

}  // namespace tally::cli
