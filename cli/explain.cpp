// `tally explain FILE`: decides one request, and shows why it is decided that way.
#include <memory>

#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/options.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "simulator/documents/call_facts.h"
#include "simulator/explain/explain.h"
#include "simulator/report/explain_json.h"

namespace tally::cli {
namespace {

using report::ExplainedDecision;

struct ExplainArguments : RequestOptions {
  Format format = Format::text;
};

// An explanation as text for people.
class ExplainedText {
 public:
  ExplainedText(const RunningPolicy& policy, std::string document) : policy_(policy), document_(std::move(document)) {}

  std::string text(const ExplainedDecision& e) const {
    std::string out = e.descriptor->name + " is " + e.value + "\n";
    out += "  because " + fired(e) + "\n";
    if (!e.why.rests_on.empty()) out += "  which rests on\n" + facts(e.why.rests_on, "    ");
    for (const EarlierRule& earlier : e.why.earlier) {
      out += "  " + rule(*e.descriptor, earlier.number) + " does not fire:";
      const bool one = earlier.failures.size() == 1;
      if (!one) out += "\n";
      for (const ExplainedFailure& failure : earlier.failures) {
        out += (one ? " `" : "    `") + failure.condition + "` is false\n";
        out += facts(failure.because, one ? "    " : "      ");
      }
    }
    if (e.why.changes.empty()) return out + "  no single setting changes that\n";
    std::size_t width = 0;
    for (const ExplainedChange& change : e.why.changes) width = std::max(width, fact_text(change).size());
    out += "  another outcome with\n";
    for (const ExplainedChange& change : e.why.changes) {
      out += "    " + padded(fact_text(change), width) + "  " + change.outcome + " (rule " +
             std::to_string(change.rule) + ")\n";
    }
    return out;
  }

 private:
  const Element& at(ElementId id) const { return policy_.compilation.policy->model->at(id); }

  static std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
  }

  static std::string rule(const DecisionDescriptor& decision, std::size_t number) {
    const RuleDescriptor& rule = decision.rules[number - 1];
    return "rule " + std::to_string(number) + " (" + rule.file + ":" + std::to_string(rule.line) + ")";
  }

  static std::string fired(const ExplainedDecision& e) {
    if (e.why.rule == 0) return "no rule fires";
    std::string out = rule(*e.descriptor, e.why.rule) + " fires";
    if (e.descriptor->rules[e.why.rule - 1].otherwise) out += ", otherwise";
    if (e.reason) out += ": " + *e.reason;
    return out;
  }

  std::string fact_text(const ExplainedFact& fact) const {
    return at(fact.element).name + (fact.value == "unset" || fact.value == "set" ? " is " : " = ") + fact.value;
  }
  std::string fact_text(const ExplainedChange& change) const {
    return at(change.element).name + (change.to.starts_with('<') ? " " : " is ") + change.to;
  }

  std::string facts(const std::vector<ExplainedFact>& facts, const std::string& indent) const {
    std::size_t width = 0;
    for (const ExplainedFact& fact : facts) width = std::max(width, fact_text(fact).size());
    std::string out;
    for (const ExplainedFact& fact : facts) {
      out += indent + padded(fact_text(fact), width) + "  " + document_ + "#" + at(fact.element).pointer + "\n";
    }
    return out;
  }

  const RunningPolicy& policy_;
  std::string document_;
};

Result<int> run_explain(const ExplainArguments& options) {
  TALLY_ASSIGN_OR_RETURN(const auto policy, run_policy(options.file));
  TALLY_ASSIGN_OR_RETURN(const auto decisions, chosen_decisions(policy->descriptor(), options.decisions));
  TALLY_ASSIGN_OR_RETURN(
      const BoundCall call,
      bind_request(*policy, options, "explain takes one request; `tally decide --jsonl` takes one per line"));

  Results results;
  decide(policy->descriptor(), policy->compiled.code, call, true, results);
  const CallFacts facts = facts_of(*policy->compilation.policy->model, policy->descriptor(), call);
  const ExplainedText shown(*policy, document_name(options.input));
  report::Json all = report::Json::object();
  std::string text;
  for (const std::size_t i : decisions) {
    ExplainedDecision explained{&policy->descriptor().decisions[i], {}, {}, {}};
    append_value(explained.value, *explained.descriptor, call, results);
    explained.reason = reason(*explained.descriptor, call, results);
    TALLY_ASSIGN_OR_RETURN(explained.why, explain(*policy->compilation.policy, policy->compilation.sources, i, facts));
    if (options.format == Format::json) {
      all[explained.descriptor->name] = report::explanation_json(*policy->compilation.policy->model, explained);
    } else {
      text += (text.empty() ? "" : "\n") + shown.text(explained);
    }
  }
  print(options.format == Format::json ? report::to_text(all) : text);
  return exit_fine;
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto options = std::make_shared<ExplainArguments>();
  add_options(app, *options);
  format_option(app, options->format, {Format::text, Format::json});
  app.footer(
      "Shows which rule fires, the settings that this rests on and where they stand, why no earlier rule fires, and\n"
      "which single setting would have changed the outcome.\n"
      "Example: tally explain rules/call_recording.tally --input request.json --decision account-recording");
  return [options] { return run_explain(*options); };
}

}  // namespace tally::cli
