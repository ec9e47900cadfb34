// `tally solve FILE`: finds the settings that bring about what is wanted.
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "grammar/source/excerpt.h"
#include "simulator/report/solve_json.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_calls = 10;  // calls of a conflict that are shown to people

struct SolveArguments {
  std::string file;
  std::vector<std::string> wants, whens, over, same;
  std::optional<std::size_t> limit;
  Format format = Format::text;
};

// Adds one wish per condition that `and` joins, so that a conflict can name the one that cannot
// be met.
void add_wishes(const SourceSet& sources, const ExprRef& claim, const ExprRef& condition, std::vector<Wish>& wishes) {
  if (const auto* all = std::get_if<AndOf>(&claim->node); all && !all->operands.empty()) {
    for (const ExprRef& one : all->operands) add_wishes(sources, one, condition, wishes);
    return;
  }
  std::string text = one_line(sources.text(claim->span));
  if (condition) text += " when " + one_line(sources.text(condition->span));
  wishes.push_back({claim, condition, std::move(text)});
}

// Returns the two paths of `A=B`. An equals sign within a quoted value does not separate them.
std::optional<std::pair<std::string, std::string>> halves(const std::string& text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
    if (!quoted && text[i] == '=') return std::pair(text.substr(0, i), text.substr(i + 1));
  }
  return std::nullopt;
}

Result<std::vector<ElementId>> elements(const Model& model, RuleArguments& arguments, const std::string& option,
                                        const std::string& text) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<PathPattern> patterns, arguments.paths(option, text));
  std::vector<ElementId> out;
  for (const PathPattern& pattern : patterns) {
    for (const ElementId named : elements_of_path(model, pattern, {})) out.push_back(named);
  }
  return out;
}

// Returns the pairs of elements that `A=B` names.
Result<std::vector<std::pair<ElementId, ElementId>>> same_elements(const Model& model, RuleArguments& arguments,
                                                                   const std::string& text) {
  const auto sides = halves(text);
  if (!sides)
    return Error{Cause::usage, "`--same " + text + "` is no pair of paths",
                 "two paths with `=` between them: `--same caller.user=callee.user`"};
  TALLY_ASSIGN_OR_RETURN(const std::vector<ElementId> one, elements(model, arguments, "--same", sides->first));
  TALLY_ASSIGN_OR_RETURN(const std::vector<ElementId> other, elements(model, arguments, "--same", sides->second));
  if (one.size() != other.size())
    return Error{Cause::usage, "`--same " + text + "` names " + std::to_string(one.size()) + " places on one side, " +
                                   std::to_string(other.size()) + " on the other"};
  std::vector<std::pair<ElementId, ElementId>> out;
  for (std::size_t i = 0; i < one.size(); ++i) out.emplace_back(one[i], other[i]);
  return out;
}

// Returns the question that the arguments ask.
Result<SolveQuestion> question_of(Compilation& c, const SolveArguments& options) {
  RuleArguments arguments(c, options.file);
  const Model& model = *c.policy->model;
  SolveQuestion q;
  if (options.limit) q.limit = *options.limit;
  for (const std::string& text : options.wants) {
    TALLY_ASSIGN_OR_RETURN(const auto want, arguments.expectation("--want", text));
    add_wishes(c.sources, want.claim, want.condition, q.wishes);
  }
  for (const std::string& text : options.whens) {
    TALLY_ASSIGN_OR_RETURN(const ExprRef condition, arguments.condition("--when", text));
    q.whens.push_back({condition, one_line(c.sources.text(condition->span))});
  }
  for (const std::string& text : options.over) {
    TALLY_ASSIGN_OR_RETURN(const auto named, elements(model, arguments, "--over", text));
    q.over.insert(q.over.end(), named.begin(), named.end());
  }
  for (const std::string& text : options.same) {
    TALLY_ASSIGN_OR_RETURN(const auto pairs, same_elements(model, arguments, text));
    q.same.insert(q.same.end(), pairs.begin(), pairs.end());
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

class Text {
 public:
  Text(const Model& model, const SolveQuestion& question, bool colour)
      : model_(model), question_(question), colour_(colour) {}

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

  const Model& model_;
  const SolveQuestion& question_;
  bool colour_;
};

Result<int> run_solve(const SolveArguments& options) {
  TALLY_ASSIGN_OR_RETURN(Compilation c, compile_file(options.file));
  TALLY_ASSIGN_OR_RETURN(const SolveQuestion question, question_of(c, options));
  TALLY_ASSIGN_OR_RETURN(const SolveAnswer answer, solve(*c.policy, question));
  const Model& model = *c.policy->model;
  const Text shown(model, question, colour_on_stdout());
  const auto print_found = [&](const auto& found) {
    print(options.format == Format::json ? report::to_text(report::solve_json(options.file, model, question, answer))
                                         : shown.text(found));
  };
  if (const auto* solutions = std::get_if<Solutions>(&answer)) {
    print_found(*solutions);
    return exit_fine;
  }
  const Conflict& conflict = std::get<Conflict>(answer);
  complain("no settings under " + listed(options.over, " and ") + " do it",
           conflict.reads_nothing ? "what is wanted reads nothing there" : "");
  print_found(conflict);
  return exit_fault;
}

}  // namespace

Run add_solve(CLI::App& app) {
  auto options = std::make_shared<SolveArguments>();
  rule_file(app, options->file);
  repeated(app, "--want", options->wants, "'CONDITION [when CONDITION]'", "the condition to bring about")->required();
  repeated(app, "--when", options->whens, "CONDITION", "an assumption about every call");
  repeated(app, "--over", options->over, "PATH,...", "the settings that may be changed: all under these paths")
      ->required();
  repeated(app, "--same", options->same, "A=B",
           "two paths that hold the same in every call: one document plays both parts");
  count_option(app, "--limit", options->limit, {"a number of solutions"}, "number of solutions to show (default: 10)");
  format_option(app, options->format, {Format::text, Format::json});
  app.footer(
      "Inputs that are not under the paths of --over may hold anything that a document can.\n"
      "Example: tally solve rules/call_recording.tally --over account "
      "--want 'account-recording is inbound when incoming' --want 'account-recording is none when internal'");
  return [options] { return run_solve(*options); };
}

}  // namespace tally::cli
