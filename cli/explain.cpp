// `tally explain FILE`: one request, and why it is decided so.
#include <memory>

#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/files.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "simulator/documents/call_facts.h"
#include "simulator/explain/explain.h"
#include "simulator/explain/explained_json.h"

namespace tally::cli {
namespace {

struct Options : RequestOptions {
  std::string format = "text";
};

// One decision, with all that is said of it.
struct Explained {
  const DecisionDescriptor* descriptor;
  std::string value;  // as JSON
  std::optional<std::string> reason;
  Explanation why;
};

class Report {
 public:
  Report(const RunningPolicy& policy, std::string document) : policy_(policy), document_(std::move(document)) {}

  std::string text(const Explained& e) const {
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
    for (const ExplainedChange& change : e.why.changes) width = std::max(width, said(change).size());
    out += "  another outcome with\n";
    for (const ExplainedChange& change : e.why.changes) {
      out += "    " + padded(said(change), width) + "  " + change.outcome + " (rule " + std::to_string(change.rule) +
             ")\n";
    }
    return out;
  }

  Json json(const Explained& e) const {
    Json out = {
        {"value", Json::parse(e.value)}, {"because", e.reason ? Json(*e.reason) : Json()}, {"rule", e.why.rule}};
    if (e.why.rule != 0) {
      out["file"] = e.descriptor->rules[e.why.rule - 1].file;
      out["line"] = e.descriptor->rules[e.why.rule - 1].line;
    }
    out.update(Json::parse("{" + explained_json(*policy_.compilation.policy->model, *e.descriptor, e.why) + "}"));
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

  static std::string fired(const Explained& e) {
    if (e.why.rule == 0) return "no rule fires";
    std::string out = rule(*e.descriptor, e.why.rule) + " fires";
    if (e.descriptor->rules[e.why.rule - 1].otherwise) out += ", otherwise";
    if (e.reason) out += ": " + *e.reason;
    return out;
  }

  std::string said(const ExplainedFact& fact) const {
    return at(fact.element).name + (fact.value == "unset" || fact.value == "set" ? " is " : " = ") + fact.value;
  }
  std::string said(const ExplainedChange& change) const {
    return at(change.element).name + (change.to.starts_with('<') ? " " : " is ") + change.to;
  }

  std::string facts(const std::vector<ExplainedFact>& facts, const std::string& indent) const {
    std::size_t width = 0;
    for (const ExplainedFact& fact : facts) width = std::max(width, said(fact).size());
    std::string out;
    for (const ExplainedFact& fact : facts) {
      out += indent + padded(said(fact), width) + "  " + document_ + "#" + at(fact.element).pointer + "\n";
    }
    return out;
  }

  const RunningPolicy& policy_;
  std::string document_;
};

int run(const Options& options) {
  int exit_code = exit_fine;
  const auto policy = run_policy(options.file, exit_code);
  if (!policy) return exit_code;
  const auto decisions = chosen_decisions(policy->descriptor(), options.decisions);
  if (!decisions) return exit_usage;
  const auto call = bind_request(*policy, options.input, exit_code);
  if (!call) return exit_code;

  Results results;
  decide(policy->descriptor(), policy->compiled.code, *call, true, results);
  const CallFacts facts = facts_of(*policy->compilation.policy->model, policy->descriptor(), *call);
  const Report report(*policy, document_name(options.input));
  Json all = Json::object();
  std::string text;
  for (const std::size_t i : *decisions) {
    Explained explained{&policy->descriptor().decisions[i], {}, {}, {}};
    append_value(explained.value, *explained.descriptor, *call, results);
    explained.reason = reason(*explained.descriptor, *call, results);
    auto why = explain(*policy->compilation.policy, policy->compilation.sources, i, facts);
    if (!why) {
      complain("`" + explained.descriptor->name + "` cannot be explained: its diagrams pass the node limit");
      return exit_fault;
    }
    explained.why = std::move(*why);
    if (options.format == "json") {
      all[explained.descriptor->name] = report.json(explained);
    } else {
      text += (text.empty() ? "" : "\n") + report.text(explained);
    }
  }
  print(options.format == "json" ? to_text(all) : text);
  return exit_fine;
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto options = std::make_shared<Options>();
  add_options(app, *options);
  app.add_option("--format", options->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.footer(
      "Says which rule fires, the settings that this rests on and where they stand, why no earlier rule fires, and\n"
      "which single setting would have changed the outcome.\n"
      "Example: tally explain rules/call_recording.tally --input request.json --decision account-recording");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
