#include "cli/rule_arguments.h"

#include <algorithm>
#include <numeric>

#include "base/nearest.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "grammar/parse/parser.h"

namespace tally::cli {

std::optional<Compilation> compile_file(const std::string& path, int& exit_code) {
  Compilation c = compile(path, read_rules);
  if (c.policy) return c;
  c.diagnostics.sort();
  report(c.diagnostics, c.sources);
  exit_code = is_unreadable(c) ? exit_usage : exit_fault;
  return std::nullopt;
}

ExprRef RuleArguments::condition(const std::string& option, const std::string& text, Diagnostics& faults) {
  const FileId source = c_.sources.add(option, text);
  ExprRef condition;
  if (auto tree = parse_expression(c_.sources, source, faults))
    condition = analyze_condition(c_.program, c_.sources, *c_.policy->model, *tree, faults);
  return condition;
}

ExprRef RuleArguments::condition(const std::string& option, const std::string& text) {
  Diagnostics faults;
  const ExprRef made = condition(option, text, faults);
  report(faults, c_.sources);
  return made;
}

std::optional<RuleArguments::Expectation> RuleArguments::expectation(const std::string& option,
                                                                     const std::string& text) {
  Diagnostics faults;
  const FileId source = c_.sources.add(option, text);
  Expectation out;
  const auto analyzed = [&](const ast::ExprPtr& tree) {
    return tree ? analyze_condition(c_.program, c_.sources, *c_.policy->model, *tree, faults) : nullptr;
  };
  const ast::Expect tree = parse_expectation(c_.sources, source, faults);
  out.claim = analyzed(tree.claim);
  out.condition = analyzed(tree.condition);
  report(faults, c_.sources);
  if (faults.has_errors()) return std::nullopt;
  return out;
}

ExprRef RuleArguments::value(const std::string& option, const std::string& text) {
  Diagnostics faults;
  const FileId source = c_.sources.add(option, text);
  ExprRef value;
  if (auto tree = parse_expression(c_.sources, source, faults))
    value = analyze_value(c_.program, c_.sources, *c_.policy->model, *tree, faults);
  report(faults, c_.sources);
  return value;
}

std::optional<std::vector<PathPattern>> RuleArguments::paths(const std::string& option, const std::string& text) {
  Diagnostics faults;
  const FileId source = c_.sources.add(option, text);
  const auto trees = parse_paths(c_.sources, source, faults);
  std::vector<PathPattern> patterns;
  if (!faults.has_errors()) patterns = analyze_paths(c_.program, c_.sources, *c_.policy->model, trees, faults);
  report(faults, c_.sources);
  if (faults.has_errors()) return std::nullopt;
  return patterns;
}

std::optional<std::vector<ElementId>> RuleArguments::leaves(const std::string& option, const std::string& text) {
  const auto patterns = paths(option, text);
  if (!patterns) return std::nullopt;
  const Model& model = *c_.policy->model;
  std::vector<ElementId> leaves;
  for (const PathPattern& pattern : *patterns) {
    for (const ElementId named : elements_of_path(model, pattern, {})) {
      for (const ElementId at : below(model, named)) {
        if (model.at(at).is_leaf() && std::find(leaves.begin(), leaves.end(), at) == leaves.end()) leaves.push_back(at);
      }
    }
  }
  return leaves;
}

std::optional<std::size_t> RuleArguments::output(const std::string& name) {
  std::vector<std::string> known;
  for (const Output& output : c_.policy->outputs) known.push_back(c_.policy->model->at(output.decision).name);
  const auto at = std::find(known.begin(), known.end(), name);
  if (at != known.end()) return static_cast<std::size_t>(at - known.begin());
  const std::string whole = name.substr(0, name.find_first_of(".["));
  if (whole != name && std::find(known.begin(), known.end(), whole) != known.end())
    complain("`" + name + "` is no decision: this command takes whole decisions",
             "name `" + whole + "`; members of one are for `tally table` and `tally diff`");
  else
    complain(file_ + " has no decision `" + name + "`", suggestion(name, known));
  return std::nullopt;
}

std::optional<std::vector<std::size_t>> RuleArguments::outputs(const std::vector<std::string>& names) {
  std::vector<std::size_t> chosen;
  if (names.empty()) {
    chosen.resize(c_.policy->outputs.size());
    std::iota(chosen.begin(), chosen.end(), 0);
    return chosen;
  }
  for (const std::string& name : names) {
    const auto one = output(name);
    if (!one) return std::nullopt;
    if (std::find(chosen.begin(), chosen.end(), *one) == chosen.end()) chosen.push_back(*one);
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
