// `tally explain FILE`: decides one request, and shows why it is decided that way.
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/faults.h"
#include "cli/grid.h"
#include "cli/options.h"
#include "cli/rule_arguments.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "compiler/graph/count.h"
#include "grammar/source/excerpt.h"
#include "simulator/conditions/conditions.h"
#include "simulator/documents/call_facts.h"
#include "simulator/explain/explain.h"
#include "simulator/explain/unset_settings.h"
#include "simulator/report/explain_json.h"
#include "simulator/report/request_place.h"

namespace tally::cli {
namespace {

using report::ExplainedDecision;

struct ExplainArguments : RequestOptions {
  Format format = Format::text;
  bool all = false;
  std::string over;
};

constexpr std::size_t max_facts = 12;   // that are listed without --all
constexpr std::size_t max_changes = 6;  // likewise
constexpr std::size_t least_left_out = 2;

// Returns how many of a list to show. One line is not spared for a line that mentions it.
std::size_t shown_of(std::size_t size, std::size_t limit, bool all) {
  return all || size < limit + least_left_out ? size : limit;
}

// An explanation as text for people: with `all` everything, else what fits on a screen.
class ExplainedText {
 public:
  struct Look {
    bool all = false;
    bool colour = false;
    std::size_t columns = 80;
  };

  ExplainedText(const Model& model, const CallFacts& facts, const IsDefault& is_default, const std::string& request,
                std::string document, const Look& look)
      : model_(model),
        facts_(facts),
        is_default_(is_default),
        request_(request),
        document_(std::move(document)),
        look_(look) {}

  std::string text(const ExplainedDecision& e, const std::string& outcome) const {
    std::string out = painted("1;36", e.descriptor->name) + " is " + painted(paint_of(outcome), outcome) + "\n";
    out += "  because " + fired(e) + "\n";
    if (e.words) return out + in_words(*e.words);
    if (look_.all) {
      if (!e.why.rests_on.empty()) out += "  which rests on\n" + lines(rows(e.why.rests_on, "    "), "    ");
      for (const EarlierRule& earlier : e.why.earlier) out += not_fired(*e.descriptor, earlier);
    } else {
      out += in_short(e.why.rests_on);
    }
    return out + (e.why.changes.empty() ? together(e.why) : changes(e.why.changes));
  }

 private:
  // Two columns: a fact and its place, or a change and its outcome.
  struct Row {
    std::string left, right;
    bool is_dim = false;
  };

  const Element& at(ElementId id) const { return model_.at(id); }

  std::string painted(const std::string& code, const std::string& text) const {
    return look_.colour && !code.empty() ? "\x1b[" + code + "m" + text + "\x1b[0m" : text;
  }

  static std::string paint_of(const std::string& outcome) {
    return outcome == "off" || outcome == "none" || outcome == "unset" || outcome == "undecided" ? "1;31" : "1;32";
  }

  static std::string rule(const DecisionDescriptor& decision, std::size_t number) {
    const RuleDescriptor& rule = decision.rules[number - 1];
    return "rule " + std::to_string(number) + " (" + rule.file + ":" + std::to_string(rule.line) + ")";
  }

  static std::string fired(const ExplainedDecision& e) {
    if (e.why.rule == 0) return "no rule fires";
    std::string out = rule(*e.descriptor, e.why.rule) + " fires";
    if (e.descriptor->rules[e.why.rule - 1].otherwise) out += ", otherwise";
    if (e.reason) out += ": " + visible(*e.reason);
    return out;
  }

  // --- facts ---

  Row row(const ExplainedFact& fact) const {
    const Element& element = at(fact.element);
    if (!fact.membership.empty()) {
      const bool given = fact.from == FactFrom::request;
      const std::string array = document_ + "#" + visible(at(*element.parent).pointer);
      return {visible(fact.membership), given ? array : "(default)", !given};
    }
    switch (fact.from) {
      case FactFrom::request:
        return {element.name + " is " + visible(fact.value), document_ + "#" + visible(element.pointer)};
      case FactFrom::by_default: return {element.name + " is " + visible(fact.value), "(default)", true};
      case FactFrom::unset: return {element.name + " is unset", ""};
      case FactFrom::absent: return {element.name + missing(element), ""};
    }
    return {};
  }

  std::string missing(const Element& object) const {
    switch (request_.at(object.pointer)) {
      case Standing::nothing: return " is not in the request";
      case Standing::null: return " is null in the request";
      case Standing::value: return " is not an object in the request";
    }
    return "";
  }

  // Every fact, also those inside objects that are missing.
  std::vector<Row> rows(const std::vector<ExplainedFact>& facts, const std::string& indent) const {
    std::vector<Row> out;
    for (const ExplainedFact& fact : facts) {
      out.push_back(row(fact));
      for (const ElementId inside : fact.inside) {
        if (inside != fact.element) out.push_back({indent.substr(0, 2) + at(inside).name + " is unset", ""});
      }
    }
    return out;
  }

  std::string in_short(const std::vector<ExplainedFact>& rests_on) const {
    const ListedFacts listed = listed_facts(model_, rests_on, facts_, is_default_);
    std::string out;
    if (!listed.facts.empty()) {
      std::vector<Row> shown;
      for (const ExplainedFact& fact : listed.facts) shown.push_back(row(fact));
      const std::size_t count = shown_of(shown.size(), max_facts, false);
      const std::size_t left = shown.size() - count;
      shown.resize(count);
      out += "  which rests on\n" + lines(shown, "    ");
      if (left > 0) out += "    and on " + counted(left, "more fact") + "; --all shows them\n";
    }
    std::vector<std::string> all, some;
    for (const UnsetSettings& rest : listed.rest) {
      const std::string object = rest.object ? at(*rest.object).name : "the request";
      const std::string settings = counted(rest.settings, "setting");
      if (rest.is_all)
        all.push_back(object + (rest.settings > 0 ? " (" + settings + ")" : ""));
      else
        some.push_back(settings + " of " + object);
    }
    const bool is_rest = !listed.facts.empty();
    if (!all.empty())
      out += wrapped(is_rest ? "  nothing else is set in" : "  which rests on this: nothing is set in", all);
    if (!some.empty()) out += wrapped(is_rest ? "  also unset:" : "  which rests on what is unset:", some);
    return out;
  }

  std::string not_fired(const DecisionDescriptor& decision, const EarlierRule& earlier) const {
    std::string out = "  " + rule(decision, earlier.number) + " does not fire:";
    const bool one = earlier.failures.size() == 1;
    if (!one) out += "\n";
    for (const ExplainedFailure& failure : earlier.failures) {
      const std::string indent = one ? "    " : "      ";
      out += (one ? " `" : "    `") + failure.condition + "` is false\n";
      out += lines(rows(failure.because, indent), indent);
    }
    return out;
  }

  // --- words ---

  std::string in_words(const CallInWords& words) const {
    std::vector<std::string> rests_on = words.rests_on, changes;
    if (!words.open.empty()) {
      rests_on.push_back(rests_on.empty() ? "what the words leave open:" : "and on what the words leave open:");
      for (const std::string& input : words.open) rests_on.push_back("  " + input);
    }
    std::vector<Row> facts, others;
    for (const std::string& condition : rests_on) facts.push_back({visible(condition), ""});
    for (const CallInWords::Change& change : words.changes)
      others.push_back({visible(change.condition), visible(one_of(change.outcomes))});
    return (facts.empty() ? "  whatever the words are\n" : "  which rests on\n" + lines(facts, "    ")) +
           (others.empty() ? words.words_at_once == 0 ? "  no single word changes that\n" : "  no words change that\n"
            : words.words_at_once == 1
                ? "  another outcome with\n" + lines(others, "    ")
                : "  no single word changes that; another outcome with " + std::to_string(words.words_at_once) +
                      " together\n" + lines(others, "    "));
  }

  // --- changes ---

  std::string changes(const std::vector<ExplainedChange>& changes) const {
    const std::size_t count = shown_of(changes.size(), max_changes, look_.all);
    std::vector<Row> shown;
    for (std::size_t i = 0; i < count; ++i) {
      const ExplainedChange& change = changes[i];
      const std::string by = change.rule == 0 ? "no rule" : "rule " + std::to_string(change.rule);
      shown.push_back({visible(change.condition), shortened(visible(change.outcome), by.size()) + " (" + by + ")"});
    }
    std::string out = "  another outcome with\n" + lines(shown, "    ");
    if (const std::size_t left = changes.size() - count; left > 0)
      out += "    and with each of " + counted(left, "more single setting") + "; --all shows them\n";
    return out;
  }

  // The fewest settings that change the outcome, where no single one does.
  std::string together(const Explanation& why) const {
    const std::vector<ChangesTogether>& all = why.together;
    if (all.empty() && why.is_settled) return "  no settings change that\n";
    if (all.empty()) return "  no single setting changes that; whether several do together is not known\n";
    const std::size_t count = shown_of(all.size(), max_changes, look_.all);
    const std::size_t settings = all.front().settings.size();
    std::vector<Row> shown;
    for (std::size_t i = 0; i < count; ++i) {
      std::string conditions;
      for (const ChangesTogether::Setting& setting : all[i].settings)
        conditions += (conditions.empty() ? "" : " and ") + operand_of_and(setting.condition);
      const std::string by = all[i].rule == 0 ? "no rule" : "rule " + std::to_string(all[i].rule);
      shown.push_back({visible(conditions), shortened(visible(all[i].outcome), by.size()) + " (" + by + ")"});
    }
    std::string out = "  no single setting changes that; another outcome with " + std::to_string(settings) +
                      " together\n" + lines(shown, "    ");
    const std::string more = all.size() < max_together ? "" : " or more";
    if (const std::size_t left = all.size() - count; left > 0)
      out += "    and with each of " + std::to_string(left) + more + " other " + (settings == 2 ? "pairs" : "sets") +
             "; --all shows them\n";
    return out;
  }

  // The members of a record that fit on a line, which ends in " (rule 1)"; with `all` all of them.
  std::string shortened(const std::string& outcome, std::size_t by) const {
    const std::size_t room = look_.columns - std::string("       ()").size() - by;
    if (look_.all || width(outcome) <= room) return outcome;
    const std::string more = ", ...";
    const std::size_t end = outcome.rfind(", ", room - more.size());
    return end == std::string::npos ? outcome : outcome.substr(0, end) + more;
  }

  // --- lines ---

  // The columns are aligned if every row fits. If not, the right column of a row that is too long
  // gets a line of its own.
  std::string lines(const std::vector<Row>& rows, const std::string& indent) const {
    std::size_t left = 0, right = 0;
    for (const Row& row : rows) {
      if (!row.right.empty()) left = std::max(left, width(row.left));
      right = std::max(right, width(row.right));
    }
    const bool is_aligned = indent.size() + left + 2 + right <= look_.columns;
    std::string out;
    for (const Row& row : rows) {
      std::string line = row.left;
      const std::size_t wide = indent.size() + width(row.left) + 2 + width(row.right);
      if (!row.right.empty()) {
        if (is_aligned)
          line += std::string(left - width(row.left) + 2, ' ') + row.right;
        else
          line += (wide <= look_.columns ? "  " : "\n" + indent + "  ") + row.right;
      }
      out += indent + painted(row.is_dim ? "2" : "", line) + "\n";
    }
    return out;
  }

  // A line with items, which goes on below if it is too long.
  std::string wrapped(const std::string& begin, const std::vector<std::string>& items) const {
    std::string out = begin;
    std::size_t used = width(begin);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string item = items[i] + (i + 1 < items.size() ? "," : "");
      if (used + 1 + width(item) > look_.columns) {
        out += "\n   ";
        used = 3;
      }
      out += " " + item;
      used += 1 + width(item);
    }
    return out + "\n";
  }

  const Model& model_;
  const CallFacts& facts_;
  const IsDefault& is_default_;
  const report::RequestText request_;
  const std::string document_;
  const Look look_;
};

// The outcome for people: a flag or enum as rules write it, anything else as JSON.
std::string shown_outcome(const ExplainedDecision& e) {
  if (e.why.rule == 0) return "undecided";
  if (!e.why.value.empty()) return e.why.value;
  return e.value == "null" ? "unset" : visible(e.value);
}

Result<int> run_explain(const ExplainArguments& options) {
  TALLY_ASSIGN_OR_RETURN(const auto policy, run_policy(options.file));
  const PolicyDescriptor& descriptor = policy->descriptor();
  TALLY_ASSIGN_OR_RETURN(const auto decisions, chosen_decisions(descriptor, options.decisions));
  TALLY_ASSIGN_OR_RETURN(
      const BoundRequest request,
      bind_request(*policy, options, "explain takes one request; `tally decide --jsonl` takes one per line"));
  const BoundCall& call = request.call;

  std::vector<Word> words;
  if (!options.over.empty()) {
    TALLY_ASSIGN_OR_RETURN(words, RuleArguments(policy->compilation, options.file).words("--over", options.over));
  }

  Results results;
  decide(descriptor, policy->compiled.code, call, true, results);
  const Model& model = *policy->compilation.policy->model;
  const CallFacts facts = facts_of(model, descriptor, call);
  std::vector<DocumentFault> shown_already;
  const std::optional<Facts> given = policy->binder.read(request.text, shown_already);
  const IsDefault is_default =
      defaults_of(model, descriptor, given ? added_defaults(*given, call) : std::vector<ElementIndex>());
  const ExplainedText shown(model, facts, is_default, request.text, document_name(options.input),
                            {options.all, colour_on_stdout(), width_of_stdout().value_or(80)});
  report::Json all = report::Json::object();
  std::string text;
  for (const std::size_t i : decisions) {
    ExplainedDecision explained{&descriptor.decisions[i], {}, {}, {}, {}};
    append_value(explained.value, *explained.descriptor, call, results);
    explained.reason = reason(*explained.descriptor, call, results);
    TALLY_ASSIGN_OR_RETURN(explained.why,
                           explain(*policy->compilation.policy, policy->compilation.sources, i, facts, is_default));
    if (!options.over.empty()) {
      TableQuestion question;
      question.decision = policy->compilation.policy->outputs[i].decision;
      question.title = explained.descriptor->name;
      question.over = words;
      TALLY_ASSIGN_OR_RETURN(explained.words,
                             call_in_words(*policy->compilation.policy, policy->compilation.sources, question, facts));
    }
    if (options.format == Format::json) {
      all[explained.descriptor->name] = report::explanation_json(model, explained);
    } else {
      text += (text.empty() ? "" : "\n") + shown.text(explained, shown_outcome(explained));
    }
  }
  print(options.format == Format::json ? report::to_text(all) : text);
  return exit_fine;
}

}  // namespace

Run add_explain(CLI::App& app) {
  auto options = std::make_shared<ExplainArguments>();
  add_options(app, *options);
  app.add_flag("--all", options->all,
               "everything that the outcome rests on, why no earlier rule fires, and all changes");
  app.add_option("--over", options->over, "in these words (lets, decisions, conditions, inputs) instead of settings")
      ->type_name("WORD,...");
  format_option(app, options->format, {Format::text, Format::json});
  app.footer(
      "Shows which rule fires, the facts that this rests on and where they stand in the request, and which single "
      "setting would change the outcome. JSON has everything that --all shows.\n"
      "Example: tally explain rules/call_recording.tally --input request.json --decision account-recording");
  return [options] { return run_explain(*options); };
}

}  // namespace tally::cli
