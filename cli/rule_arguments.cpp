#include "cli/rule_arguments.h"

#include <algorithm>
#include <numeric>

#include "base/nearest.h"
#include "base/split.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "grammar/parse/parser.h"
#include "grammar/text_fault.h"

namespace tally::cli {

Result<Compilation> compile_file(const std::string& path) {
  Compilation c = compile_rules(path);
  if (c.policy) return c;
  c.diagnostics.sort();
  show(c.diagnostics, c.sources);
  return already_shown(cause_of(c));
}

Result<> RuleArguments::shown(const Diagnostics& faults) const {
  show(faults, c_.sources);
  if (faults.has_errors()) return already_shown(Cause::usage);
  return {};
}

// The text of an option as a source. What is not text is a fault, and then the source is empty.
FileId RuleArguments::source_of(const std::string& option, const std::string& text, Diagnostics& faults) {
  const auto wrong = text_fault(option, text);
  if (!wrong) return c_.sources.add(option, text);
  Diagnostic& d = faults.add_at(wrong->code, option, wrong->message);
  d.notes = wrong->notes;
  d.helps = wrong->helps;
  return c_.sources.add(option, "");
}

ExprRef RuleArguments::condition(const std::string& option, const std::string& text, Diagnostics& faults) {
  const FileId source = source_of(option, text, faults);
  if (faults.has_errors()) return nullptr;
  const auto tree = parse_expression(c_.sources, source, faults);
  return tree ? analyze_condition(c_.program, c_.sources, *c_.policy->model, *tree, faults) : nullptr;
}

Result<ExprRef> RuleArguments::condition(const std::string& option, const std::string& text) {
  Diagnostics faults;
  ExprRef made = condition(option, text, faults);
  TALLY_RETURN_IF_ERROR(shown(faults));
  return made;
}

Result<RuleArguments::Expectation> RuleArguments::expectation(const std::string& option, const std::string& text) {
  Diagnostics faults;
  const FileId source = source_of(option, text, faults);
  TALLY_RETURN_IF_ERROR(shown(faults));
  const auto analyzed = [&](const ast::ExprPtr& tree) {
    return tree ? analyze_condition(c_.program, c_.sources, *c_.policy->model, *tree, faults) : nullptr;
  };
  const ast::Expect tree = parse_expectation(c_.sources, source, faults);
  Expectation out;
  out.claim = analyzed(tree.claim);
  out.condition = analyzed(tree.condition);
  TALLY_RETURN_IF_ERROR(shown(faults));
  return out;
}

Result<ExprRef> RuleArguments::value(const std::string& option, const std::string& text) {
  Diagnostics faults;
  const FileId source = source_of(option, text, faults);
  TALLY_RETURN_IF_ERROR(shown(faults));
  ExprRef value;
  if (auto tree = parse_expression(c_.sources, source, faults))
    value = analyze_value(c_.program, c_.sources, *c_.policy->model, *tree, faults);
  TALLY_RETURN_IF_ERROR(shown(faults));
  return value;
}

Result<std::vector<Word>> RuleArguments::words(const std::string& option, const std::string& text) {
  return words(option, split_outside(text, ","));
}

Result<std::vector<Word>> RuleArguments::words(const std::string& option, const std::vector<std::string>& texts) {
  std::vector<Word> words;
  for (const std::string& text : texts) {
    if (text.empty())
      return Error{Cause::usage, option + " has a comma too many", "it is a list of words: `" + option + " WORD,WORD`"};
    const auto same = [&](const Word& word) { return word.text == text; };
    if (std::any_of(words.begin(), words.end(), same)) continue;
    TALLY_ASSIGN_OR_RETURN(ExprRef made, value(option, text));
    words.push_back({text, std::move(made)});
  }
  return words;
}

Result<std::vector<PathPattern>> RuleArguments::paths(const std::string& option, const std::string& text) {
  Diagnostics faults;
  const FileId source = source_of(option, text, faults);
  TALLY_RETURN_IF_ERROR(shown(faults));
  const auto trees = parse_paths(c_.sources, source, faults);
  std::vector<PathPattern> patterns;
  if (!faults.has_errors()) patterns = analyze_paths(c_.program, c_.sources, *c_.policy->model, trees, faults);
  TALLY_RETURN_IF_ERROR(shown(faults));
  return patterns;
}

Result<std::vector<ElementId>> RuleArguments::leaves(const std::string& option, const std::string& text) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<PathPattern> patterns, paths(option, text));
  const Model& model = *c_.policy->model;
  std::vector<ElementId> leaves;
  for (const PathPattern& pattern : patterns) {
    for (const ElementId named : elements_of_path(model, pattern, {})) {
      for (const ElementId at : below(model, named)) {
        if (model.at(at).is_leaf() && std::find(leaves.begin(), leaves.end(), at) == leaves.end()) leaves.push_back(at);
      }
    }
  }
  return leaves;
}

Result<std::size_t> RuleArguments::output(const std::string& name) {
  std::vector<std::string> known;
  for (const Output& output : c_.policy->outputs) known.push_back(c_.policy->model->at(output.decision).name);
  const auto at = std::find(known.begin(), known.end(), name);
  if (at != known.end()) return static_cast<std::size_t>(at - known.begin());
  const std::string whole = name.substr(0, name.find_first_of(".["));
  if (whole != name && std::find(known.begin(), known.end(), whole) != known.end())
    return Error{Cause::usage, "`" + name + "` is not a decision: this command takes whole decisions",
                 "name `" + whole + "`; members of one are for `tally table` and `tally diff`"};
  return Error{Cause::usage, file_ + " has no decision `" + name + "`", suggestion(name, known)};
}

Result<std::vector<std::size_t>> RuleArguments::outputs(const std::vector<std::string>& names) {
  std::vector<std::size_t> chosen;
  if (names.empty()) {
    chosen.resize(c_.policy->outputs.size());
    std::iota(chosen.begin(), chosen.end(), 0);
    return chosen;
  }
  for (const std::string& name : names) {
    TALLY_ASSIGN_OR_RETURN(const std::size_t one, output(name));
    if (std::find(chosen.begin(), chosen.end(), one) == chosen.end()) chosen.push_back(one);
  }
  return chosen;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  if (const auto near = nearest(word, known)) return "did you mean `" + *near + "`?";
  if (known.empty()) return "it has none";
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  return "it has " + list;
}

}  // namespace tally::cli
