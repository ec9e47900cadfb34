// `tally sweep FILE`: runs through every combination and counts the outcomes.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <thread>

#include "cli/commands.h"
#include "cli/fitted_lines.h"
#include "cli/grid.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "simulator/report/sweep_json.h"
#include "simulator/sweep_run/sweep_run.h"

namespace tally::cli {
namespace {

struct SweepArguments {
  std::string file;
  std::vector<std::string> decisions;
  std::string over;
  std::optional<std::size_t> jobs;
  bool joint = false;
  Format format = Format::text;
};

constexpr unsigned max_jobs = 1024;
// The codes of an input that the code runs through: it has a condition for each of them.
constexpr int max_run_codes = 1'024;
// Bytes of the inputs' names in one line. If there are more, only the number of inputs is shown.
constexpr std::size_t max_input_names = 100;

// Set by an interrupt (Ctrl-C).
std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// While this object exists, an interrupt ends the sweep, and not the program. A sweep ends so
// quickly that a second interrupt need not be treated differently.
class Interrupts {
 public:
  Interrupts() {
    struct sigaction action = {};
    action.sa_handler = [](int) { interrupted = true; };
    sigaction(SIGINT, &action, &before_);
  }
  ~Interrupts() { sigaction(SIGINT, &before_, nullptr); }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

 private:
  struct sigaction before_ = {};
};

// Returns "0.03 s", "12 s", "3 min", "5 h", "2 days", "3e+05 years".
std::string duration(double seconds) {
  struct Unit {
    double seconds;
    const char* name;
  };
  constexpr Unit units[] = {{365.25 * 86400, "years"}, {86400, "days"}, {3600, "h"}, {60, "min"}};
  char out[64];
  for (const Unit& unit : units) {
    if (seconds < 2 * unit.seconds) continue;
    const double n = seconds / unit.seconds;
    std::snprintf(out, sizeof out, n < 1e5 ? "%.0f %s" : "%.1e %s", n, unit.name);
    return out;
  }
  std::snprintf(out, sizeof out, seconds < 10 ? "%.2f s" : "%.0f s", seconds);
  return out;
}

// Returns a coarser duration, so that most machines print the same.
std::string about(double seconds) {
  constexpr double year = 365.25 * 86400;
  if (seconds > 1e6 * year) return "more than a million years";
  if (seconds > 1e3 * year) return "more than a thousand years";
  if (seconds > year) return "more than a year";
  if (seconds > 86400) return "more than a day";
  return "more than an hour";
}

std::string rate(double combinations, double seconds) {
  char out[64];
  std::snprintf(out, sizeof out, "%.1e a second", combinations / std::max(seconds, 1e-9));
  return out;
}

// The progress of a long sweep, on a terminal.
class ProgressBar {
 public:
  explicit ProgressBar(const Count& all) : all_(all.get_d()) {}

  void show(const SweepProgress& progress) {
    if (!line_.is_due()) return;
    const double part = std::min(progress.done / all_, 1.0);
    constexpr int width = 30;
    std::string bar(static_cast<std::size_t>(part * width), '#');
    bar.resize(width, '.');
    char percent[16];
    std::snprintf(percent, sizeof percent, "%3.0f %%", 100 * part);
    line_.show("[" + bar + "] " + percent + ", " + rate(progress.done, progress.seconds) + ", " +
               duration(progress.left) + " left");
  }

 private:
  double all_;
  Progress line_;
};

class Command {
 public:
  Command(Compilation& compilation, const SweepArguments& options)
      : policy_(*compilation.policy), sources_(compilation.sources), options_(options) {
    result_.jobs = options.jobs ? static_cast<unsigned>(*options.jobs)
                                : std::clamp(std::thread::hardware_concurrency(), 1u, max_jobs);
  }

  Result<int> run(const SweepQuestion& question) {
    TALLY_ASSIGN_OR_RETURN(sweep_, make_sweep(policy_, sources_, question));
    DiagramCounts diagrams(policy_, sweep_);
    if (const auto wide = too_wide()) {
      result_.too_wide = *wide;
      result_.is_by_code = false;
      const auto all = diagrams.count(sweep_.all());
      if (!all) return Error{Cause::bound, too_wide_text() + ", and the diagrams pass their node limit"};
      result_.counts = outcome_counts(sweep_, *all);
      return finish();
    }
    auto code = compile_sliced({*policy_.graph, *policy_.classes, sweep_.variables, sweep_.conditions, 0});
    if (!code) {
      code.error().message = "the sweep cannot be compiled: " + code.error().message;
      return std::move(code).error();
    }
    const SweepRun ran = run_code(*code);
    TALLY_RETURN_IF_ERROR(settle(*code, ran, diagrams));
    return finish();
  }

 private:
  // The first input with more codes than the code is made for.
  std::optional<ElementId> too_wide() const {
    const auto wide = std::find_if(sweep_.variables.begin(), sweep_.variables.end(),
                                   [](const SlicedVariable& v) { return v.end - v.first > max_run_codes; });
    return wide == sweep_.variables.end() ? std::nullopt : std::optional(wide->element);
  }

  std::string too_wide_text() const {
    return "`" + policy_.model->at(*result_.too_wide).name + "` has too many classes to be run through";
  }

  Result<int> finish() {
    result_.all = combinations_of_all_inputs(policy_, sweep_);
    print(options_.format == Format::json
              ? report::to_text(report::sweep_json(options_.file, *policy_.model, sweep_, result_))
              : text());
    return result_.is_complete ? exit_fine : exit_fault;
  }

  SweepRun run_code(const SlicedFunctions& code) const {
    ProgressBar bar(sweep_.assignments);
    const Interrupts interrupts;
    SweepOptions how;
    how.jobs = result_.jobs;
    how.stop = &interrupted;
    how.progress = [&bar](const SweepProgress& progress) { bar.show(progress); };
    return run_sweep(sweep_, code, how);
  }

  // Compares with the diagrams. If the code would take too long, counts with the diagrams instead.
  Result<> settle(const SlicedFunctions& code, const SweepRun& ran, DiagramCounts& diagrams) {
    result_.seconds = ran.seconds;
    result_.needed = ran.needed;
    result_.covered = ran.assignments.get_d();
    result_.is_complete = ran.end != SweepRun::End::stopped;
    result_.is_by_code = ran.end != SweepRun::End::too_long;
    ConditionCounts expected(sweep_.conditions.size());
    for (const Box& box : ran.covered) {
      const auto part = diagrams.count(box);
      result_.is_checked = result_.is_checked && part;
      for (std::size_t i = 0; part && i < expected.size(); ++i) expected[i] += (*part)[i];
    }
    if (result_.is_checked && expected != ran.counts) {
      for (const Box& box : ran.covered) {
        if (const auto where = difference(code, box, diagrams)) return Error{Cause::system, *where};
      }
      return Error{Cause::system,
                   "the compiled code and the diagrams count differently, but on no part of what was run through"};
    }
    result_.counts = outcome_counts(sweep_, ran.counts);
    if (ran.end == SweepRun::End::complete) return {};
    const auto all = diagrams.count(sweep_.all());
    if (!result_.is_complete) {
      if (all) result_.total = all->front();
      return {};
    }
    if (!all)
      return Error{Cause::bound, grouped(sweep_.assignments) +
                                     " combinations are too many to run through (that would take " +
                                     duration(ran.needed) + "), and their diagrams pass the node limit"};
    result_.counts = outcome_counts(sweep_, *all);
    return {};
  }

  std::optional<std::string> difference(const SlicedFunctions& code, const Box& box, DiagramCounts& diagrams) {
    const CountBox by_code = [&](const Box& part) { return count_by_code(code, sweep_.conditions.size(), part); };
    const CountBox by_diagram = [&](const Box& part) { return diagrams.count(part).value_or(ConditionCounts{}); };
    const auto found = first_difference(sweep_, box, by_code, by_diagram);
    if (!found) return std::nullopt;
    return "the compiled code and the diagrams differ: " +
           describe_difference(policy_, sweep_, *found, by_code(*found), by_diagram(*found));
  }

  // --- text ------------------------------------------------------------------------

  std::string inputs_text() const {
    if (sweep_.inputs.empty()) return "nothing";
    std::string out;
    for (const ElementId input : sweep_.inputs) {
      out += (out.empty() ? "" : ", ") + policy_.model->at(input).name;
      if (out.size() > max_input_names) return std::to_string(sweep_.inputs.size()) + " inputs";
    }
    return out;
  }

  std::string share(const Count& part) const {
    if (result_.counts.combinations == 0) return "-";
    char out[32];
    const double percent = 100 * mpq_class(part, result_.counts.combinations).get_d();
    // A share that is neither 0 nor all is never rounded to 0 % or 100 %.
    const double least = part == 0 ? 0 : 0.1, most = part == result_.counts.combinations ? 100 : 99.9;
    std::snprintf(out, sizeof out, "%s%.1f %%",
                  percent < least  ? "< "
                  : percent > most ? "> "
                                   : "",
                  std::clamp(percent, least, most));
    return out;
  }

  std::string text() const {
    const bool colour = colour_on_stdout();
    const auto paint = [](const std::string& title, const std::string& cell) -> std::string {
      if (title == "combinations" || title == "share") return cell == "0" || cell == "0.0 %" ? "2" : "";
      return "";
    };
    std::string out = grouped(result_.counts.combinations) + " ";
    if (result_.total) out += "of " + grouped(*result_.total) + " ";
    out += (result_.total.value_or(result_.counts.combinations) == 1 ? "combination of " : "combinations of ") +
           inputs_text() + (result_.is_complete ? "" : ", then interrupted") + "\n";
    if (result_.is_complete && result_.all) {
      out += std::string(result_.counts.combinations == 1 ? "it stands" : "they stand") + " for " +
             grouped(*result_.all) + " of all inputs\n";
    }
    out = prose(out);
    const auto shown = [&, columns = width_of_stdout()](const Grid& grid) {
      return columns ? fitted(grid, *columns, colour, paint) : tally::cli::text(grid, colour, paint);
    };
    for (std::size_t d = 0; d < sweep_.decisions.size(); ++d) {
      const SweptDecision& decision = sweep_.decisions[d];
      Grid grid;
      grid.columns = {{decision.name}, {"combinations", true}, {"share", true}};
      if (!decision.results.empty()) grid.columns.push_back({"result"});
      for (std::size_t i = 0; i < decision.outcomes.size(); ++i) {
        const Count& count = result_.counts.decisions[d][i];
        grid.rows.push_back({decision.outcomes[i], grouped(count), share(count)});
        if (!decision.results.empty()) grid.rows.back().push_back(decision.results[i]);
      }
      out += "\n" + shown(grid);
    }
    if (!sweep_.joint.empty()) {
      Grid grid;
      for (const SweptDecision& decision : sweep_.decisions) grid.columns.push_back({decision.name});
      grid.columns.insert(grid.columns.end(), {{"combinations", true}, {"share", true}});
      for (const auto& [outcomes, count] : report::joint_outcomes(sweep_, result_.counts)) {
        grid.rows.emplace_back();
        for (std::size_t d = 0; d < outcomes.size(); ++d)
          grid.rows.back().push_back(sweep_.decisions[d].outcomes[outcomes[d]]);
        grid.rows.back().insert(grid.rows.back().end(), {grouped(count), share(count)});
      }
      out += "\n" + shown(grid);
    }
    return out + "\n" + prose(ending() + "\n");
  }

  std::string ending() const {
    // Times are shown on a terminal only, so that elsewhere the same run prints the same.
    const bool for_people = ::isatty(STDOUT_FILENO) != 0;
    if (result_.too_wide) {
      return too_wide_text() + "; counted by diagram";
    }
    if (!result_.is_by_code) {
      return "too many to run through: that would take " +
             (for_people ? "about " + duration(result_.needed) : about(result_.needed)) + "; counted by diagram";
    }
    std::string out = "run through by the compiled code";
    if (for_people) {
      out += " in " + duration(result_.seconds) + " (" + rate(result_.covered, result_.seconds) + ", " +
             std::to_string(result_.jobs) + (result_.jobs == 1 ? " thread)" : " threads)");
    }
    return out + (result_.is_checked ? "; the diagrams count the same"
                                     : "; the diagrams pass their node limit, and show nothing");
  }

  Policy& policy_;
  const SourceSet& sources_;
  const SweepArguments& options_;
  Sweep sweep_;
  report::SweepOutcome result_;
};

Result<int> run_sweep(const SweepArguments& options) {
  TALLY_ASSIGN_OR_RETURN(Compilation c, compile_file(options.file));
  RuleArguments arguments(c, options.file);
  SweepQuestion question;
  question.joint = options.joint;
  TALLY_ASSIGN_OR_RETURN(question.outputs, arguments.outputs(options.decisions));
  if (!options.over.empty()) {
    TALLY_ASSIGN_OR_RETURN(const auto over, arguments.leaves("--over", options.over));
    question.over.insert(over.begin(), over.end());
  }
  if (question.outputs.empty()) return Error{Cause::usage, options.file + " has no decisions"};
  return Command(c, options).run(question);
}

}  // namespace

Run add_sweep(CLI::App& app) {
  auto options = std::make_shared<SweepArguments>();
  rule_file(app, options->file);
  repeated(app, "--decision", options->decisions, "NAME", "only this decision");
  app.add_option("--over", options->over, "run through these inputs as well")->type_name("PATH,...");
  app.add_flag("--joint", options->joint, "count the joint outcomes of the decisions as well");
  count_option(app, "--jobs", options->jobs, {"a number of threads", 1, max_jobs},
               "number of threads (default: one per processor)");
  format_option(app, options->format, {Format::text, Format::json});
  app.footer(
      "The compiled code runs through every combination of the inputs that the decisions read; the diagrams count the "
      "same space, and must agree. A space that would take more than an hour is counted by diagrams alone, and so is "
      "one with an input of more than 1,024 classes.\n"
      "Example: tally sweep rules/call_recording.tally --decision account-recording --over 'account[*, *].enabled'");
  return [options] { return run_sweep(*options); };
}

}  // namespace tally::cli
