#include "cli/compared_files.h"

#include <algorithm>
#include <set>

#include "cli/files.h"
#include "cli/key_faults.h"
#include "cli/lines.h"
#include "cli/log_files.h"
#include "cli/logged_rows.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "compiler/deploy/deployment.h"
#include "runtime/documents/document_reader.h"
#include "simulator/diff/diff.h"

namespace tally::cli {
namespace {

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

// --- real calls --------------------------------------------------------------------------

// Binds each line with both files, and counts the rows that it falls into.
class RequestCounter {
 public:
  RequestCounter(const Joint& joint, const Pair<std::shared_ptr<const PolicyDescriptor>>& policies,
                 const ReadOptions& reading, report::DiffReport& report)
      : strict_(reading.unknown_keys == UnknownKeys::refused),
        elements_{policies[0]->elements.size(), policies[1]->elements.size()},
        places_{Places(*policies[0]), Places(*policies[1])},
        readers_{DocumentReader(*policies[0], places_[0], reading), DocumentReader(*policies[1], places_[1], reading)},
        completions_{Completion(*policies[0]), Completion(*policies[1])},
        calls_(joint, {policies[0].get(), policies[1].get()}),
        report_(report) {}

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
  report::DiffReport& report_;
  Pair<Facts> facts_;
  Pair<BoundCall> bound_;
  KeyFaults key_faults_;
  bool refused_keys_ = false;
  std::size_t number_ = 0;  // of the line
  Progress progress_;
};

}  // namespace

Result<Compilations> compile_both(const Pair<std::string>& files) {
  Compilations c;
  for (std::size_t side = 0; side < 2; ++side) {
    TALLY_ASSIGN_OR_RETURN(Compilation compiled, compile_file(files[side]));
    c[side] = std::make_unique<Compilation>(std::move(compiled));
  }
  return c;
}

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

Result<DiffCondition> condition_of_either(Compilations& c, const Pair<std::string>& files, const std::string& option,
                                          const std::string& text) {
  Pair<Diagnostics> faults;
  std::string unknown;  // an input that the condition reads, but no decision
  for (std::size_t side = 0; side < 2; ++side) {
    const ExprRef made = RuleArguments(*c[side], files[side]).condition(option, text, faults[side]);
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

void calls_option(CLI::App& app, std::string& calls) {
  app.add_option("--calls", calls,
                 "count how many calls fall into each row: requests, one per line, where - is standard input; or a "
                 "decision log, a file or a folder")
      ->type_name("FILE");
}

Result<bool> count_calls(Compilations& c, const std::string& calls, bool strict, const Joint& joint,
                         report::DiffReport& report) {
  const bool log = calls != "-" && is_log(calls);
  if (log && strict)
    return Error{Cause::usage, "--strict is about the keys of requests, and `" + calls + "` is a decision log",
                 "leave out --strict"};
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
  report.calls->file = calls == "-" ? "standard input" : calls;
  report.calls->is_log = log;
  for (const DiffDecision& decision : report.decisions) {
    auto& of_decision = report.calls_of.emplace_back();
    for (const DiffPart& part : decision.parts) {
      auto& of_part = of_decision.emplace_back();
      for (const DiffRow& row : part.rows) {
        const std::vector<std::size_t> none(row.alternatives.size());
        of_part.push_back({0, none, 0, none});
      }
    }
  }
  if (log) return count_logged(calls, joint, policies, report);
  // A key that one of the files knows is known.
  RequestCounter counter(joint, policies, read_options({c[0]->policy->model.get(), c[1]->policy->model.get()}, strict),
                         report);
  if (calls == "-") {
    TALLY_RETURN_IF_ERROR(counter.run(stdin));
  } else {
    TALLY_ASSIGN_OR_RETURN(const File file, open_file(calls));
    TALLY_RETURN_IF_ERROR(counter.run(file.get()));
  }
  counter.key_faults().show(document_name(calls), c[0]->sources);
  return !counter.refused_keys();
}

}  // namespace tally::cli
