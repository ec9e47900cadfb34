// `tally sweep FILE`: every combination run through, and its outcomes counted.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <memory>
#include <thread>

#include "cli/commands.h"
#include "cli/diagnostics_json.h"
#include "cli/grid.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "simulator/sweep/sweep.h"
#include "simulator/sweep_run/sweep_run.h"

namespace tally::cli {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> decisions;
  std::string over;
  std::string jobs;
  bool joint = false;
  std::string format = "text";
};

constexpr unsigned most_jobs = 1024;
// Bytes of the inputs' names; where they are more, inputs are only numbered.
constexpr std::size_t most_names = 100;

// Set by an interrupt.
std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// While it lives, interrupts end the sweep, not the program. That is soon enough
// for whoever sends two at a time.
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

// "0.03 s", "12 s", "3 min", "5 h", "2 days", "3e+05 years".
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

// The same on every machine, within reason.
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

// What a sweep came to.
struct Result {
  SweepCounts counts;
  bool by_code = true;         // else the space was too large, and it was counted by diagram
  bool complete = true;        // else interrupted
  bool checked = true;         // by the diagrams too
  std::optional<Count> total;  // combinations, where it was interrupted
  std::optional<Count> all;    // combinations of all inputs that they stand for
  double covered = 0;          // assignments of codes, possible or not
  double seconds = 0, needed = 0;
};

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
  Command(Compilation& compilation, const Options& options, unsigned jobs)
      : policy_(*compilation.policy), sources_(compilation.sources), options_(options), jobs_(jobs) {}

  int run(const SweepQuestion& question) {
    auto made = make_sweep(policy_, sources_, question);
    if (const auto* error = std::get_if<SweepError>(&made)) {
      complain(error->message, error->help);
      return exit_usage;
    }
    sweep_ = std::move(std::get<Sweep>(made));
    auto compiled = compile_sliced({*policy_.graph, *policy_.classes, sweep_.variables, sweep_.conditions, 0});
    if (!compiled) {
      complain("the sweep cannot be compiled: " + compiled.error().message);
      return exit_fault;
    }
    const auto& code = *compiled;
    const SweepRun ran = run_code(code);
    DiagramCounts diagrams(policy_, sweep_);
    const auto fault = settle(code, ran, diagrams);
    if (fault) {
      complain(*fault);
      return exit_fault;
    }
    result_.all = combinations_of_all_inputs(policy_, sweep_);
    print(options_.format == "json" ? to_text(json()) : text());
    return result_.complete ? exit_fine : exit_fault;
  }

 private:
  SweepRun run_code(const SlicedFunctions& code) const {
    ProgressBar bar(sweep_.assignments);
    const Interrupts interrupts;
    SweepOptions how;
    how.jobs = jobs_;
    how.stop = &interrupted;
    how.progress = [&bar](const SweepProgress& progress) { bar.show(progress); };
    return run_sweep(sweep_, code, how);
  }

  // Compares with the diagrams; what is wrong, if anything is.
  std::optional<std::string> settle(const SlicedFunctions& code, const SweepRun& ran, DiagramCounts& diagrams) {
    result_.seconds = ran.seconds;
    result_.needed = ran.needed;
    result_.covered = ran.assignments.get_d();
    result_.complete = ran.end != SweepRun::End::stopped;
    result_.by_code = ran.end != SweepRun::End::too_long;
    ConditionCounts expected(sweep_.conditions.size());
    for (const Box& box : ran.covered) {
      const auto part = diagrams.count(box);
      result_.checked = result_.checked && part;
      for (std::size_t i = 0; part && i < expected.size(); ++i) expected[i] += (*part)[i];
    }
    if (result_.checked && expected != ran.counts) {
      for (const Box& box : ran.covered) {
        if (auto fault = difference(code, box, diagrams)) return fault;
      }
      return "the compiled code and the diagrams count differently, but on no part of what was run through";
    }
    result_.counts = outcome_counts(sweep_, ran.counts);
    if (ran.end == SweepRun::End::complete) return std::nullopt;
    const auto all = diagrams.count(sweep_.all());
    if (!result_.complete) {
      if (all) result_.total = all->front();
      return std::nullopt;
    }
    if (!all) {
      return grouped(sweep_.assignments) + " combinations are too many to run through (that would take " +
             duration(ran.needed) + "), and their diagrams pass the node limit";
    }
    result_.counts = outcome_counts(sweep_, *all);
    return std::nullopt;
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
      if (out.size() > most_names) return std::to_string(sweep_.inputs.size()) + " inputs";
    }
    return out;
  }

  std::string share(const Count& part) const {
    if (result_.counts.combinations == 0) return "-";
    char out[32];
    const double percent = 100 * mpq_class(part, result_.counts.combinations).get_d();
    // Never rounded to all or nothing.
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
           inputs_text() + (result_.complete ? "" : ", then interrupted") + "\n";
    if (result_.complete && result_.all) {
      out += std::string(result_.counts.combinations == 1 ? "it stands" : "they stand") + " for " +
             grouped(*result_.all) + " of all inputs\n";
    }
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
      out += "\n" + tally::cli::text(grid, colour, paint);
    }
    if (!sweep_.joint.empty()) {
      Grid grid;
      for (const SweptDecision& decision : sweep_.decisions) grid.columns.push_back({decision.name});
      grid.columns.insert(grid.columns.end(), {{"combinations", true}, {"share", true}});
      for_each_joint([&](const std::vector<std::size_t>& outcomes, const Count& count) {
        grid.rows.emplace_back();
        for (std::size_t d = 0; d < outcomes.size(); ++d)
          grid.rows.back().push_back(sweep_.decisions[d].outcomes[outcomes[d]]);
        grid.rows.back().insert(grid.rows.back().end(), {grouped(count), share(count)});
      });
      out += "\n" + tally::cli::text(grid, colour, paint);
    }
    return out + "\n" + ending() + "\n";
  }

  std::string ending() const {
    // Without times where it is not for a person: the same run prints the same.
    const bool for_people = ::isatty(STDOUT_FILENO) != 0;
    if (!result_.by_code) {
      return "too many to run through: that would take " +
             (for_people ? "about " + duration(result_.needed) : about(result_.needed)) + "; counted by diagram";
    }
    std::string out = "run through by the compiled code";
    if (for_people) {
      out += " in " + duration(result_.seconds) + " (" + rate(result_.covered, result_.seconds) + ", " +
             std::to_string(jobs_) + (jobs_ == 1 ? " thread)" : " threads)");
    }
    return out + (result_.checked ? "; the diagrams count the same"
                                  : "; the diagrams pass their node limit, and say nothing");
  }

  template <class Visit>
  void for_each_joint(const Visit& visit) const {
    for (std::size_t i = 0; i < sweep_.joint.size(); ++i) {
      if (result_.counts.joint[i] != 0) visit(sweep_.joint[i], result_.counts.joint[i]);
    }
  }

  // --- JSON ------------------------------------------------------------------------

  Json json() const {
    Json inputs = Json::array();
    for (const ElementId input : sweep_.inputs) inputs.push_back(policy_.model->at(input).name);
    Json decisions = Json::object();
    for (std::size_t d = 0; d < sweep_.decisions.size(); ++d) {
      Json& outcomes = decisions[sweep_.decisions[d].name] = Json::object();
      for (std::size_t i = 0; i < sweep_.decisions[d].outcomes.size(); ++i)
        outcomes[sweep_.decisions[d].outcomes[i]] = to_json(result_.counts.decisions[d][i]);
    }
    Json out = {{"file", options_.file}, {"combinations", to_json(result_.counts.combinations)}};
    if (result_.total) out["total"] = to_json(*result_.total);
    out["complete"] = result_.complete;
    out["inputs"] = std::move(inputs);
    out["of_all_inputs"] = result_.all && result_.complete ? to_json(*result_.all) : Json();
    out["counted_by"] = result_.by_code ? "code" : "diagrams";
    out["diagrams_agree"] = result_.checked ? Json(true) : Json();
    out["seconds"] = result_.seconds;
    if (!result_.by_code) out["seconds_needed"] = result_.needed;
    out["jobs"] = jobs_;
    out["decisions"] = std::move(decisions);
    if (!sweep_.joint.empty()) {
      Json joint = Json::array();
      for_each_joint([&](const std::vector<std::size_t>& outcomes, const Count& count) {
        Json named = Json::object();
        for (std::size_t d = 0; d < outcomes.size(); ++d)
          named[sweep_.decisions[d].name] = sweep_.decisions[d].outcomes[outcomes[d]];
        joint.push_back({{"outcomes", std::move(named)}, {"combinations", to_json(count)}});
      });
      out["joint"] = std::move(joint);
    }
    return out;
  }

  Policy& policy_;
  const SourceSet& sources_;
  const Options& options_;
  const unsigned jobs_;
  Sweep sweep_;
  Result result_;
};

// Nothing where it is no number of threads.
std::optional<unsigned> jobs_of(const std::string& text) {
  if (text.empty()) return std::clamp(std::thread::hardware_concurrency(), 1u, most_jobs);
  unsigned jobs = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), jobs);
  if (error == std::errc() && end == text.data() + text.size() && jobs >= 1 && jobs <= most_jobs) return jobs;
  complain("--jobs is a number of threads from 1 to " + grouped(most_jobs) + ", not `" + text + "`");
  return std::nullopt;
}

int run(const Options& options) {
  const auto jobs = jobs_of(options.jobs);
  if (!jobs) return exit_usage;
  int exit_code = exit_fine;
  auto c = compile_file(options.file, exit_code);
  if (!c) return exit_code;
  RuleArguments arguments(*c, options.file);
  SweepQuestion question;
  question.joint = options.joint;
  const auto outputs = arguments.outputs(options.decisions);
  if (!outputs) return exit_usage;
  question.outputs = *outputs;
  if (!options.over.empty()) {
    const auto over = arguments.leaves("--over", options.over);
    if (!over) return exit_usage;
    question.over.insert(over->begin(), over->end());
  }
  if (question.outputs.empty()) {
    complain(options.file + " has no decisions");
    return exit_usage;
  }
  return Command(*c, options, *jobs).run(question);
}

}  // namespace

Run add_sweep(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "a rule file")->required()->type_name("");
  app.add_option("--decision", options->decisions, "a decision; may be given several times; all where none is named")
      ->type_name("NAME")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--over", options->over, "run through these inputs too")->type_name("PATH,...");
  app.add_flag("--joint", options->joint, "count the joint outcomes of the decisions too");
  app.add_option("--jobs", options->jobs, "threads; one a processor where none is said")->type_name("N");
  app.add_option("--format", options->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.footer(
      "The compiled code runs through every combination of the inputs that the decisions read; the diagrams count the\n"
      "same space, and must agree. A space that would take more than an hour is counted by diagram alone.\n"
      "Example: tally sweep rules/call_recording.tally --decision account-recording --over 'account[*, *].enabled'");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
