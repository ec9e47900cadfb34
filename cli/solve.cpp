// `tally solve FILE`: finds the settings that bring about what is wanted.
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/rule_arguments.h"
#include "cli/solve_documents.h"
#include "cli/terminal.h"
#include "compiler/checks/wording.h"
#include "compiler/driver/driver.h"
#include "grammar/source/excerpt.h"
#include "simulator/conditions/cells.h"
#include "simulator/report/solve_json.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_calls = 10;  // calls of a conflict that are shown to people

struct SolveArguments {
  std::string file;
  std::vector<std::string> wants, whens, over, same, documents;
  std::optional<std::size_t> limit;
  Format format = Format::text;
};

// Whether these are written one behind the other. Those that a quantifier expands to, once for each value, are not.
bool are_written_apart(const std::vector<ExprRef>& conditions) {
  for (std::size_t i = 1; i < conditions.size(); ++i) {
    if (conditions[i]->span.begin < conditions[i - 1]->span.end) return false;
  }
  return conditions.size() > 1;
}

// Adds one wish per condition that `and` joins, so that a conflict can name the one that cannot
// be met.
void add_wishes(const SourceSet& sources, const ExprRef& claim, const ExprRef& condition, std::vector<Wish>& wishes) {
  if (const auto* all = std::get_if<AndOf>(&claim->node); all && are_written_apart(all->operands)) {
    for (const ExprRef& one : all->operands) add_wishes(sources, one, condition, wishes);
    return;
  }
  std::string text = one_line(sources.text(claim->span));
  if (condition) text += " when " + one_line(sources.text(condition->span));
  wishes.push_back({claim, condition, std::move(text)});
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
  const auto sides = sides_of_equals(text);
  if (!sides)
    return Error{Cause::usage, "`--same " + text + "` is not a pair of paths",
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

// A file of rules that is asked, and with --document what binds documents to it.
struct SolvedRules {
  Compilation compilation;
  std::unique_ptr<RequestBinder> binder;
};

// With --document the rules must decide, since documents are read as for a decision.
Result<SolvedRules> rules_of(const SolveArguments& options) {
  if (options.documents.empty()) {
    TALLY_ASSIGN_OR_RETURN(Compilation c, compile_file(options.file));
    return SolvedRules{std::move(c), nullptr};
  }
  Compilation c = compile_rules(options.file);
  const Result<Deployment> deployment = check_and_deploy(c);
  if (!deployment) {
    show(c.diagnostics, c.sources);
    return deployment.error();
  }
  auto binder = std::make_unique<RequestBinder>(
      std::make_shared<PolicyDescriptor>(describe_policy(*c.policy, *deployment, c.sources)));
  return SolvedRules{std::move(c), std::move(binder)};
}

// Fails if the question reads something in a document that requests do not have.
Result<> check_reads(Policy& policy, const RequestBinder& binder, const SolveQuestion& question) {
  std::set<std::string_view> described;
  for (const ElementDescriptor& element : binder.policy().elements) described.insert(element.name);
  const auto check = [&](const ExprRef& condition) -> Result<> {
    if (!condition) return {};
    for (const ElementId id : policy.lowering->condition(condition).reads.elements) {
      const Element& element = policy.model->at(id);
      if (element.relation || described.contains(element.name)) continue;
      return Error{Cause::usage, "`" + element.name + "` is not looked up in requests, since no decision here reads it",
                   "ask the file that declares it"};
    }
    return {};
  };
  for (const Wish& wish : question.wishes) {
    TALLY_RETURN_IF_ERROR(check(wish.claim));
    TALLY_RETURN_IF_ERROR(check(wish.condition));
  }
  for (const Assumption& when : question.whens) TALLY_RETURN_IF_ERROR(check(when.condition));
  return {};
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
  Text(const Model& model, const SolveQuestion& question, const std::vector<report::SolvedFile>& files, bool colour)
      : model_(model), question_(question), files_(files), colour_(colour) {}

  std::string text(const Solutions& found) const {
    if (!files_.empty()) return changes(found);
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
    return out + more(found);
  }

  std::string text(const Conflict& conflict) const {
    const bool one = conflict.wishes.size() == 1;
    std::string out = one ? "this cannot be had:\n" : "these wishes contradict each other:\n";
    for (const std::size_t i : conflict.wishes) out += "  " + bold(question_.wishes[i].text) + "\n";
    if (!conflict.is_smallest) out += "(none of them can be left out; there may be fewer others)\n";
    for (const KeptObject& object : conflict.kept) out += kept_text(object) + "\n";
    const bool has_documents = !files_.empty();
    const std::string it = one ? "it fails" : "one of them fails";
    if (conflict.calls.empty()) {
      return out + (has_documents ? "no change leaves" : "no settings leave") + " room for a call that " +
             (one ? "it is" : "each of them is") + " about\n";
    }
    out += std::string("whatever is ") + (has_documents ? "changed" : "set") + ", " + it;
    if (conflict.calls.front().facts == "any call") return out + " in any call\n";
    out += conflict.calls.size() == 1 ? " in this call:\n" : " in one of these calls:\n";
    const std::size_t shown = std::min(conflict.calls.size(), max_calls);
    for (std::size_t i = 0; i < shown; ++i) out += "  " + conflict.calls[i].facts + "\n";
    if (shown < conflict.calls.size() || !conflict.are_all_calls) {
      out += "  and " + (conflict.are_all_calls ? std::to_string(conflict.calls.size() - shown) + " more" : "others") +
             "\n";
    }
    return out;
  }

 private:
  std::string in_colour(const char* code, const std::string& text) const {
    return colour_ ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
  }
  std::string bold(const std::string& text) const { return in_colour("1", text); }

  static std::string more(const Solutions& found) {
    const Count more = found.count - found.solutions.size();
    return more > 0 ? "\nand " + grouped(more) + " more; `--limit` sets how many are shown\n" : "";
  }

  // --- documents that are given

  std::string changes(const Solutions& found) const {
    if (found.settings == 0) return "it is so already, without a change:\n\n{}\n";
    std::string out = counted(found.settings, "change");
    out += found.count == 1 ? ":\n" : ", in " + grouped(found.count) + " ways:\n";
    for (std::size_t i = 0; i < found.solutions.size(); ++i) {
      std::string number = found.count == 1 ? "" : std::to_string(i + 1) + ". ";
      for (std::size_t d = 0; d < files_.size(); ++d) {
        const report::Json patch = files_[d].document.patch(found.solutions[i].contents[d]);
        if (patch.empty()) continue;
        out += "\n" + number + document(found.solutions[i], d, patch);
        number.assign(number.size(), ' ');
      }
    }
    return out + more(found);
  }

  // A document with its changes, its patch, and the command that sends this.
  std::string document(const Solution& solution, std::size_t at, const report::Json& patch) const {
    const GivenDocument& given = question_.documents[at];
    std::string out = bold("in " + listed(report::names_of_document(model_, question_, at), " and ")) + " (" +
                      (files_[at].file == "-" ? "standard input" : files_[at].file) + "):\n";
    for (const Change& change : solution.changes) {
      const auto& in_it = given.elements;
      if (std::find(in_it.begin(), in_it.end(), change.setting.element) == in_it.end()) continue;
      out += "  " + change_text(change) + "\n";
      if (change.setting.any_of) out += "  " + note(change.setting) + "\n";
    }
    for (const auto& [pointer, value] : files_[at].document.replaced(patch)) {
      out += "  replaces " + value.dump(-1, ' ', false, report::Json::error_handler_t::replace) + " at " + pointer +
             ", which no input reads\n";
    }
    return out + "\n" + report::to_text(patch) + "\n" + report::curl_command(given.pointer, patch) + "\n";
  }

  // "user.enabled: off -> on", "g729 in codecs: on -> off", "device: unset -> set".
  std::string change_text(const Change& change) const {
    const ElementId id = change.setting.element;
    const Element& element = model_.at(id);
    const auto value = [&](const Literal& literal) -> std::string {
      if (std::holds_alternative<Unset>(literal)) return "unset";
      return element.is_leaf() ? value_text(*element.type, literal) : "set";
    };
    std::string name = element.name;
    if (is_member_of_set(model_, id)) {
      const Element& set = model_.at(*element.parent);
      const auto index = std::find(set.children.begin(), set.children.end(), id) - set.children.begin();
      name = to_string(set.type->indices.front()->values[static_cast<std::size_t>(index)]) + " in " + set.name;
    }
    return name + ": " + in_colour("31", value(change.before)) + " -> " + in_colour("32", value(change.setting.value));
  }

  // --- documents that are made

  std::string content(const StoredDocument& document, int indent) const {
    return document_text(model_, document.content, document.pointers.front(), indent);
  }

  // "`user` is not removed, since it holds `user.url`, which nothing asks for".
  std::string kept_text(const KeptObject& kept) const {
    constexpr std::size_t max_named = 3;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kept.unread.size() && i < max_named; ++i)
      names.push_back("`" + model_.at(kept.unread[i]).name + "`");
    if (kept.unread.size() > max_named) names.push_back(std::to_string(kept.unread.size() - max_named) + " more");
    std::string held = listed(names, " and ");
    if (!held.empty()) held += ", which nothing asks for";
    if (kept.holds_more) held += std::string(held.empty() ? "" : ", and ") + "what the rules do not know";
    return "`" + model_.at(kept.object).name + "` is not removed, since it holds " + held;
  }

  std::string note(const Setting& setting) const {
    const std::string name = "`" + model_.at(setting.element).name + "`";
    if (setting.is_required) return name + " has to be there; any value does";
    const bool whole = *setting.any_of == model_.at(setting.element).name + " is set";
    return "any value does for " + (whole ? name : "which `" + *setting.any_of + "`");
  }

  const Model& model_;
  const SolveQuestion& question_;
  const std::vector<report::SolvedFile>& files_;
  bool colour_;
};

// What a conflict is about: "settings under user", "change of user".
std::string what_may_change(const SolveArguments& options, const SolveQuestion& question) {
  if (question.documents.empty()) return "settings under " + listed(options.over, " and ") + " do it";
  std::vector<std::string> names = options.over;
  if (names.empty()) {
    for (const GivenDocument& document : question.documents) names.push_back(document.name);
  }
  return "change of " + listed(names, " and ") + " does it";
}

Result<int> run_solve(const SolveArguments& options) {
  if (options.over.empty() && options.documents.empty())
    return Error{Cause::usage, "--over is required", "`tally solve --help` shows how it is used"};
  TALLY_ASSIGN_OR_RETURN(SolvedRules rules, rules_of(options));
  Compilation& c = rules.compilation;
  TALLY_ASSIGN_OR_RETURN(SolveQuestion question, question_of(c, options));
  std::vector<report::SolvedFile> files;
  if (rules.binder) {
    TALLY_ASSIGN_OR_RETURN(files, read_documents(c, *rules.binder, options.file, options.documents, question.over));
    TALLY_RETURN_IF_ERROR(check_reads(*c.policy, *rules.binder, question));
    for (const report::SolvedFile& file : files) question.documents.push_back(file.document.given());
  }
  TALLY_ASSIGN_OR_RETURN(const SolveAnswer answer, solve(*c.policy, question));
  const Model& model = *c.policy->model;
  const Text shown(model, question, files, colour_on_stdout());
  const auto print_found = [&](const auto& found) {
    print(options.format == Format::json
              ? report::to_text(report::solve_json(options.file, model, question, answer, files))
              : shown.text(found));
  };
  if (const auto* solutions = std::get_if<Solutions>(&answer)) {
    print_found(*solutions);
    return exit_fine;
  }
  const Conflict& conflict = std::get<Conflict>(answer);
  complain("no " + what_may_change(options, question),
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
  repeated(app, "--over", options->over, "PATH,...", "the settings that may be changed: all under these paths");
  repeated(
      app, "--document", options->documents, "PLACE=FILE",
      "a document as it is stored, whole; the fewest changes to it are found. PLACE is account, caller.device, ...");
  repeated(app, "--same", options->same, "A=B",
           "two paths that hold the same in every call: one document plays both parts");
  count_option(app, "--limit", options->limit, {"a number of solutions"}, "number of solutions to show (default: 10)");
  format_option(app, options->format, {Format::text, Format::json});
  app.footer(
      "Inputs that are not under the paths of --over may hold anything that a document can.\n"
      "Example: tally solve rules/call_recording.tally --over account "
      "--want 'account-recording is inbound when incoming' --want 'account-recording is none when internal'\n"
      "With --document the answer is a JSON Merge Patch for each document, and the curl line that sends it; --over may "
      "be left out.\n"
      "Example: tally solve rules/call_recording.tally --document account=account.json "
      "--want 'account-recording is inbound when incoming'");
  return [options] { return run_solve(*options); };
}

}  // namespace tally::cli
