// `tally mutate FILE`: finds edits of the rules that no proof or example notices.
#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/mutant_text.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/checks/checks.h"
#include "simulator/report/mutate_json.h"

namespace tally::cli {
namespace {

struct MutateArguments {
  std::string file;
  std::vector<std::string> decisions;
  bool all = false;
  bool examples = false;
  std::optional<std::size_t> limit;  // groups that are shown
  Format format = Format::text;
};

// Returns "rules.tally: 41 mutants: 38 caught, 2 equal, 1 survives".
std::string summary(const MutateArguments& options, const Mutation& mutation) {
  const auto count = [&](Verdict verdict) { return mutation.count(verdict); };
  std::string out = options.file + ": " + counted(mutation.mutants.size(), "mutant") + ": " +
                    grouped(count(Verdict::caught)) + " caught, " + grouped(count(Verdict::equal)) + " equal, " +
                    grouped(count(Verdict::survives)) + (count(Verdict::survives) == 1 ? " survives" : " survive");
  if (count(Verdict::unknown) > 0) out += ", " + grouped(count(Verdict::unknown)) + " unknown";
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
    const std::vector<MutantGroup> groups = mutant_groups(mutation, options.all);
    const std::size_t most = std::min(options.limit.value_or(groups.size()), groups.size());
    for (std::size_t i = 0; i < most; ++i)
      print(mutant_text(c, options.file, groups[i], options.examples, colour_on_stdout()));
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
