// `tally solve FILE`: the settings that bring about what is wanted.
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/diagnostics_json.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "grammar/source/excerpt.h"
#include "simulator/solve/solve.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_calls = 10;  // of a conflict, for people

struct Options {
  std::string file;
  std::vector<std::string> wants, whens, over, same;
  std::size_t limit = 10;
  std::string format = "text";
};

// A wish for each condition that `and` joins: any of them may be what cannot be had.
void add_wishes(const SourceSet& sources, const ExprRef& claim, const ExprRef& condition, std::vector<Wish>& wishes) {
  if (const auto* all = std::get_if<AndOf>(&claim->node); all && !all->operands.empty()) {
    for (const ExprRef& one : all->operands) add_wishes(sources, one, condition, wishes);
    return;
  }
  std::string text = one_line(sources.text(claim->span));
  if (condition) text += " when " + one_line(sources.text(condition->span));
  wishes.push_back({claim, condition, std::move(text)});
}

// The two paths of `A=B`; an equals sign in a quoted value separates nothing.
std::optional<std::pair<std::string, std::string>> halves(const std::string& text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
    if (!quoted && text[i] == '=') return std::pair(text.substr(0, i), text.substr(i + 1));
  }
  return std::nullopt;
}

std::optional<std::vector<ElementId>> elements(const Model& model, RuleArguments& arguments, const std::string& option,
                                               const std::string& text) {
  const auto patterns = arguments.paths(option, text);
  if (!patterns) return std::nullopt;
  std::vector<ElementId> out;
  for (const PathPattern& pattern : *patterns) {
    for (const ElementId named : elements_of_path(model, pattern, {})) out.push_back(named);
  }
  return out;
}

// What is asked; nothing after a fault in an argument, which is reported.
std::optional<SolveQuestion> question_of(Compilation& c, const Options& options) {
  RuleArguments arguments(c, options.file);
  const Model& model = *c.policy->model;
  SolveQuestion q;
  q.limit = options.limit;
  for (const std::string& text : options.wants) {
    const auto want = arguments.expectation("--want", text);
    if (!want) return std::nullopt;
    add_wishes(c.sources, want->claim, want->condition, q.wishes);
  }
  for (const std::string& text : options.whens) {
    const ExprRef condition = arguments.condition("--when", text);
    if (!condition) return std::nullopt;
    q.whens.push_back({condition, one_line(c.sources.text(condition->span))});
  }
  for (const std::string& text : options.over) {
    const auto named = elements(model, arguments, "--over", text);
    if (!named) return std::nullopt;
    q.over.insert(q.over.end(), named->begin(), named->end());
  }
  for (const std::string& text : options.same) {
    const auto sides = halves(text);
    if (!sides) {
      complain("`--same " + text + "` is no pair of paths",
               "two paths with `=` between them: `--same caller.user=callee.user`");
      return std::nullopt;
    }
    const auto one = elements(model, arguments, "--same", sides->first);
    const auto other = one ? elements(model, arguments, "--same", sides->second) : std::nullopt;
    if (!other) return std::nullopt;
    if (one->size() != other->size()) {
      complain("`--same " + text + "` names " + std::to_string(one->size()) + " places on one side, " +
               std::to_string(other->size()) + " on the other");
      return std::nullopt;
    }
    for (std::size_t i = 0; i < one->size(); ++i) q.same.emplace_back((*one)[i], (*other)[i]);
  }
  return q;
}

// --- for people ---------------------------------------------------------------------------

std::string listed(const std::vector<std::string>& items, const char* last) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? last : ", ";
    out += items[i];
  }
  return out;
}

std::string settings_text(std::size_t n) { return std::to_string(n) + (n == 1 ? " setting" : " settings"); }

class Report {
 public:
  Report(const Model& model, const SolveQuestion& question, const Options& options, bool colour)
      : model_(model), question_(question), options_(options), colour_(colour) {}

  std::string text(const Solutions& found) const {
    std::string out;
    if (found.settings == 0 && found.solutions.size() == 1 && found.solutions.front().documents.empty()) {
      return "it is so with nothing set\n";
    }
    out += found.settings == 0 ? "no setting, but an object" : settings_text(found.settings);
    out += found.count == 1 ? ":\n" : ", in " + grouped(found.count) + " ways:\n";
    for (std::size_t i = 0; i < found.solutions.size(); ++i) {
      const Solution& solution = found.solutions[i];
      for (const StoredDocument& document : solution.documents) {
        const bool first = &document == &solution.documents.front();
        out += "\n";
        if (found.count != 1) out += first ? std::to_string(i + 1) + ". " : "   ";
        out += bold("in " + listed(document.names, " and ")) + ":\n" + content(document, 2) + "\n";
      }
      for (const Setting& setting : solution.settings) {
        if (setting.any_of) out += note(setting) + "\n";
      }
    }
    const Count more = found.count - found.solutions.size();
    if (more > 0) out += "\nand " + grouped(more) + " more; `--limit` says how many are shown\n";
    return out;
  }

  std::string text(const Conflict& conflict) const {
    const bool one = conflict.wishes.size() == 1;
    std::string out = one ? "this cannot be had:\n" : "these wishes contradict each other:\n";
    for (const std::size_t i : conflict.wishes) out += "  " + bold(question_.wishes[i].text) + "\n";
    if (!conflict.is_smallest) out += "(none of them can be left out; there may be fewer others)\n";
    const std::string it = one ? "it fails" : "one of them fails";
    if (conflict.calls.empty()) {
      out += "no settings leave room for a call that " + std::string(one ? "it is" : "each of them is") + " about\n";
      return out;
    }
    if (conflict.calls.front().facts == "any call") return out + "whatever is set, " + it + " in any call\n";
    out += "whatever is set, " + it + (conflict.calls.size() == 1 ? " in this call:\n" : " in one of these calls:\n");
    const std::size_t shown = std::min(conflict.calls.size(), max_calls);
    for (std::size_t i = 0; i < shown; ++i) out += "  " + conflict.calls[i].facts + "\n";
    if (shown < conflict.calls.size() || !conflict.are_all_calls) {
      out += "  and " + (conflict.are_all_calls ? std::to_string(conflict.calls.size() - shown) + " more" : "others") +
             "\n";
    }
    return out;
  }

  // --- for machines -----------------------------------------------------------------------

  Json json(const Solutions& found) const {
    Json solutions = Json::array();
    for (const Solution& solution : found.solutions) {
      Json settings = Json::array(), documents = Json::array();
      for (const Setting& setting : solution.settings) {
        const Element& element = model_.at(setting.element);
        Json one = {{"setting", element.name},
                    {"pointer", element.pointer},
                    {"value", Json::parse(document_text(model_, {{setting.element, setting.value}}, element.pointer))}};
        if (setting.any_of) one["any_of"] = *setting.any_of;
        if (setting.is_required) one["required"] = true;
        settings.push_back(std::move(one));
      }
      for (const StoredDocument& document : solution.documents) {
        documents.push_back({{"names", document.names},
                             {"pointers", document.pointers},
                             {"value", Json::parse(content(document, -1))}});
      }
      solutions.push_back({{"settings", std::move(settings)}, {"documents", std::move(documents)}});
    }
    return {{"file", options_.file},
            {"settings", found.settings},
            {"count", to_json(found.count)},
            {"solutions", std::move(solutions)},
            {"conflict", nullptr}};
  }

  Json json(const Conflict& conflict) const {
    Json calls = Json::array();
    for (const ConflictCall& call : conflict.calls) {
      calls.push_back({{"wishes", texts(call.wishes)}, {"call", call.facts}});
    }
    return {{"file", options_.file},
            {"settings", nullptr},
            {"count", 0},
            {"solutions", Json::array()},
            {"conflict",
             {{"wishes", texts(conflict.wishes)},
              {"smallest", conflict.is_smallest},
              {"calls", std::move(calls)},
              {"all_calls", conflict.are_all_calls}}}};
  }

 private:
  std::string bold(const std::string& text) const { return colour_ ? "\x1b[1m" + text + "\x1b[0m" : text; }

  std::string content(const StoredDocument& document, int indent) const {
    return document_text(model_, document.content, document.pointers.front(), indent);
  }

  std::string note(const Setting& setting) const {
    const std::string name = "`" + model_.at(setting.element).name + "`";
    if (setting.is_required) return name + " has to be there; any value does";
    const bool whole = *setting.any_of == model_.at(setting.element).name + " is set";
    return "any value does for " + (whole ? name : "which `" + *setting.any_of + "`");
  }

  Json texts(const std::vector<std::size_t>& wishes) const {
    Json out = Json::array();
    for (const std::size_t i : wishes) out.push_back(question_.wishes[i].text);
    return out;
  }

  const Model& model_;
  const SolveQuestion& question_;
  const Options& options_;
  bool colour_;
};

int run(const Options& options) {
  int exit_code = exit_fine;
  auto c = compile_file(options.file, exit_code);
  if (!c) return exit_code;
  const auto question = question_of(*c, options);
  if (!question) return exit_usage;
  const auto answer = solve(*c->policy, *question);
  if (const auto* error = std::get_if<SolveError>(&answer)) {
    complain(error->message, error->help);
    return error->is_of_rules ? exit_fault : exit_usage;
  }
  const Report report(*c->policy->model, *question, options, colour_on_stdout());
  const auto show = [&](const auto& found) {
    print(options.format == "json" ? to_text(report.json(found)) : report.text(found));
  };
  if (const auto* conflict = std::get_if<Conflict>(&answer)) {
    complain("no settings under " + listed(options.over, " and ") + " do it",
             conflict->reads_nothing ? "what is wanted reads nothing there" : "");
    show(*conflict);
    return exit_fault;
  }
  show(std::get<Solutions>(answer));
  return exit_fine;
}

}  // namespace

Run add_solve(CLI::App& app) {
  auto options = std::make_shared<Options>();
  const auto several = [](CLI::Option* option, const char* type) {
    return option->type_name(type)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  app.add_option("FILE", options->file, "a rule file")->required()->type_name("");
  several(app.add_option("--want", options->wants,
                         "what is to be so, in every call that it is about; may be given several times"),
          "'CONDITION [when CONDITION]'")
      ->required();
  several(app.add_option("--when", options->whens, "what holds of every call; may be given several times"),
          "CONDITION");
  several(app.add_option("--over", options->over, "what may be set: all under these paths"), "PATH,...")->required();
  several(app.add_option("--same", options->same,
                         "two paths that hold the same in every call: one document plays both parts"),
          "A=B");
  app.add_option("--limit", options->limit, "how many solutions are shown, of several (10)")->type_name("N");
  app.add_option("--format", options->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.footer(
      "Whatever is not under the paths of --over may be anything that a document can hold.\n"
      "Example: tally solve rules/call_recording.tally --over account\n"
      "           --want 'account-recording is inbound when incoming' --want 'account-recording is none when "
      "internal'");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
