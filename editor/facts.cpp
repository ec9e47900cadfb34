#include "editor/facts.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "compiler/checks/checks.h"
#include "compiler/checks/proof_question.h"
#include "compiler/diagrams/stop.h"
#include "editor/markdown.h"
#include "simulator/diff/diff.h"
#include "simulator/documents/shown_call.h"
#include "simulator/matrix/matrix.h"
#include "simulator/table/table.h"

namespace tally::editor {
namespace {

constexpr std::size_t max_table_rows = 16;  // of a truth table that a hover shows
constexpr std::size_t max_table_nodes = 16'384;
constexpr std::size_t max_fact_nodes = 262'144;  // that one fact may add to the diagrams
constexpr std::size_t max_settings = 64;         // of a decision, whose matrix is made for hovers
constexpr std::size_t max_binder_values = 64;    // of a proof that is counted
constexpr std::size_t max_answer_rows = 200;     // of the answer to a command

// A count for people: with every digit as long as it is readable.
std::string readable(const Count& n) {
  constexpr std::size_t max_digits = 12;
  const std::string digits = n.get_str();
  if (digits.size() <= max_digits) return grouped(n);
  return "about " + digits.substr(0, 1) + "." + digits.substr(1, 2) + "e" + std::to_string(digits.size() - 1);
}

// "27 of 324 combinations", "12.5% of about 1.30e20 combinations".
std::string share(const Count& some, const Count& all) {
  const std::string noun = all == 1 ? " combination" : " combinations";
  const std::string whole = readable(all);
  if (!whole.starts_with("about")) return grouped(some) + " of " + whole + noun;
  if (some == 0 || some == all) return (some == 0 ? "none of " : "all of ") + whole + noun;
  const mpf_class percent = mpf_class(some, 256) * 100 / mpf_class(all, 256);
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", percent.get_d());
  return std::string(text) + "% of " + whole + noun;
}

// The name where an element is declared: of its field, or of its input; nothing for a cell of a map.
std::optional<Span> name_of(const Model& model, ElementId id) {
  const Element& element = model.at(id);
  if (!element.parent) return model.at(element.input).span;
  const Element& around = model.at(*element.parent);
  if (around.type->kind != Type::Kind::record) return name_of(model, *element.parent);
  for (std::size_t i = 0; i < around.children.size() && i < around.type->fields.size(); ++i)
    if (around.children[i] == id) return around.type->fields[i].span;
  return std::nullopt;
}

// The settings of an output: the leaves that it reads.
std::vector<ElementId> settings_of(const Policy& policy, const Output& output) {
  std::vector<ElementId> out;
  for (const ElementId id : output.reads) {
    const Element& element = policy.model->at(id);
    if (element.is_leaf() && !element.relation) out.push_back(id);
  }
  return out;
}

std::string when_words(const MatrixCell& cell) {
  switch (cell.effect) {
    case Effect::never: return "never";
    case Effect::always: return "always";
    case Effect::sometimes: break;
  }
  if (!cell.is_worded) return "sometimes";
  return "if " + (cell.condition.empty() ? std::string("on") : cell.condition);
}

// The table of a question in Markdown, with reasons unless `whole` is asked for. Then it is empty if it has more than
// `max_rows` rows.
Result<std::string> table_text(Policy& policy, const SourceSet& sources, DecisionId decision, std::size_t max_rows,
                               bool whole) {
  TableQuestion question;
  question.decision = decision;
  question.title = policy.model->at(decision).name;
  if (whole) question.reading_nodes = max_table_nodes;
  TALLY_ASSIGN_OR_RETURN(const DecisionTable table, make_table(policy, sources, question));
  std::vector<std::string> header = table.columns;
  header.push_back(table.title);
  header.emplace_back("combinations");
  if (!whole) header.emplace_back("because");
  MarkdownTable out(header);
  std::size_t rows = 0;
  bool more = false;
  TALLY_RETURN_IF_ERROR(table.sections([&](const TableSection& section) {
    section.rows([&](const TableRow& row) {
      more = rows == max_rows;
      if (more) return false;
      ++rows;
      std::vector<std::string> line(row.cells.begin(), row.cells.end());
      line.emplace_back(row.outcome);
      line.push_back(grouped(row.combinations));
      if (!whole) line.push_back(row.reason);
      out.add(line);
      return true;
    });
    return !more;
  }));
  if (more && whole) return std::string();
  std::string text = out.text();
  if (more) text += "\nThe table has more than " + grouped(Count(max_rows)) + " rows.\n";
  return text;
}

class FactFinder {
 public:
  FactFinder(Compilation& compilation, const std::atomic<bool>& stop, Facts& facts)
      : c_(compilation), policy_(*compilation.policy), stop_(stop), facts_(facts) {}

  // Returns false if it was stopped.
  bool run() {
    return each(policy_.outputs, [&](const Output& output) { count_rules(output); }) &&
           each(policy_.model->proofs, [&](const Proof& proof) { count_proof(proof); }) &&
           each(policy_.outputs, [&](const Output& output) { add_table(output); }) &&
           each(policy_.outputs, [&](const Output& output) { add_settings(output); }) && !stop_;
  }

 private:
  template <class List, class Find>
  bool each(const List& list, Find find) {
    for (const auto& one : list) {
      if (stop_) return false;
      Diagrams& diagrams = policy_.space->diagrams();
      diagrams.set_node_limit(diagrams.node_count() + max_fact_nodes);
      try {
        find(one);
      } catch (const NodeLimit&) {
        // It is too large to be shown.
      }
    }
    return true;
  }

  void count_rules(const Output& output) {
    Space& space = *policy_.space;
    const Decision& decision = policy_.model->at(output.decision);
    Diagrams& diagrams = space.diagrams();
    // All rules are counted in one walk. An impossible call gets a number beyond them.
    const auto beyond = static_cast<std::uint32_t>(decision.rules.size() + 1);
    const Diagram numbers =
        diagrams.choose(space.possible(output.reads), space.of(output.rule), diagrams.terminal(beyond));
    std::map<std::uint32_t, Count> found;
    Count all = 0;
    for (const auto& [number, count] : diagrams.counts(numbers, space.variables(output.reads))) {
      if (number == beyond) continue;
      found[number] = count;
      all += count;
    }
    for (std::uint32_t i = 0; i < decision.rules.size(); ++i) {
      const Rule& written = decision.rules[i];
      if (written.span.file == policy_.model->root)
        facts_.counts.push_back({written.span.end, share(found[i + 1], all)});
    }
  }

  void count_proof(const Proof& proof) {
    if (proof.span.file != policy_.model->root) return;
    Diagnostics aside;
    CheckOptions options;
    options.node_limit = max_fact_nodes;
    const Checker checker(PolicyView(policy_), c_.sources, aside, options);
    ProofQuestion question(checker, proof);
    if (!question.ask() || question.combinations() > max_binder_values) return;
    const auto view = checker.question_space(question.question(), proof.span);
    if (!view) return;
    Count all = 0;
    for (std::size_t i = 0; i < question.combinations(); ++i) {
      if (stop_) return;
      const Values values = question.combination(i);
      const LoweredCondition when = question.condition(values);
      Reads reads = when.reads;
      if (proof.is_ignores)
        reads.add(checker.lowering().value(proof.claim, values).reads);
      else
        reads.add(checker.lowering().condition(proof.claim, values).reads);
      all += view->space().count(question.satisfying(*view, when), reads.elements);
    }
    facts_.counts.push_back({proof.span.end, readable(all) + (all == 1 ? " combination" : " combinations")});
  }

  void add_table(const Output& output) {
    const Decision& decision = policy_.model->at(output.decision);
    if (decision.file != policy_.model->root) return;
    DecisionFacts facts{decision.name, {decision.span.begin, decision.span.end}, ""};
    const auto table = table_text(policy_, c_.sources, output.decision, max_table_rows, true);
    if (table) facts.table = *table;
    facts_.decisions.push_back(std::move(facts));
  }

  void add_settings(const Output& output) {
    MatrixQuestion question;
    question.outputs = {static_cast<std::size_t>(&output - policy_.outputs.data())};
    question.settings = settings_of(policy_, output);
    if (question.settings.empty() || question.settings.size() > max_settings) return;
    const auto matrix = make_matrix(policy_, question);
    if (!matrix || matrix->sections.size() != 1) return;
    const Model& model = *policy_.model;
    for (std::size_t i = 0; i < question.settings.size(); ++i) {
      const auto name = name_of(model, question.settings[i]);
      if (!name) continue;
      facts_.settings.push_back({model.at(output.decision).name,
                                 model.at(question.settings[i]).name,
                                 {c_.sources.file(name->file).name(), {name->begin, name->end}},
                                 when_words(matrix->sections.front().cells[i])});
    }
  }

  Compilation& c_;
  Policy& policy_;
  const std::atomic<bool>& stop_;
  Facts& facts_;
};

// The compilation of a file that has a policy, or the first of its errors.
Result<Compilation> compiled(const std::string& path, const ReadFile& read, const std::string& what) {
  Compilation c = compile(path, read);
  if (c.policy) return c;
  std::string why = "it has errors";
  for (const Diagnostic& d : c.diagnostics.list()) {
    if (d.severity != Severity::error) continue;
    why = d.message;
    break;
  }
  return Error{Cause::rules, what + " does not compile: " + why};
}

std::optional<std::size_t> output_named(const Policy& policy, const std::string& name) {
  for (std::size_t i = 0; i < policy.outputs.size(); ++i)
    if (policy.model->at(policy.outputs[i].decision).name == name) return i;
  return std::nullopt;
}

// The outputs that are asked for: one, or all.
Result<std::vector<std::size_t>> asked(const Policy& policy, const std::string& decision) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < policy.outputs.size(); ++i) out.push_back(i);
  if (decision.empty()) return out;
  const auto one = output_named(policy, decision);
  if (!one) return Error{Cause::usage, "there is no decision `" + decision + "`"};
  return std::vector{*one};
}

std::string rows_of(const DiffPart& part) {
  MarkdownTable table({"calls", "before", "now", "combinations"});
  for (const DiffRow& row : part.rows) {
    std::string condition = row.condition;
    for (const DiffAlternative& alternative : row.alternatives)
      condition += (condition.empty() ? "" : " or ") + alternative.condition;
    if (!row.is_described) condition = "(too many to be described)";
    table.add(
        {condition.empty() ? "every call" : condition, row.outcomes[0], row.outcomes[1], grouped(row.combinations)});
  }
  return table.text();
}

std::string part_text(const DiffPart& part) {
  std::string out = "**" + part.title + "**: ";
  if (part.different == 0 && part.undecided == 0) return out + "decides every call as before.\n";
  return out + share(part.different, part.combinations) + " differ" + ".\n\n" + rows_of(part);
}

}  // namespace

namespace {

std::shared_ptr<const Facts> facts_of(const std::string& path, const ReadFile& read, const std::atomic<bool>& stop,
                                      const std::function<void(std::shared_ptr<const Compilation>)>& checked) {
  const auto compilation = std::make_shared<Compilation>(compile(path, read));
  if (stop) return nullptr;
  if (compilation->policy) {
    const ShowCall show = show_calls_of(*compilation);
    CheckOptions options;
    options.show_call = &show;
    options.stop = &stop;
    check(*compilation, options);
  }
  compilation->diagnostics.sort();
  if (stop) return nullptr;
  checked(compilation);
  auto facts = std::make_shared<Facts>();
  facts->path = path;
  facts->compilation = compilation;
  if (compilation->policy && !FactFinder(*compilation, stop, *facts).run()) return nullptr;
  // The diagrams are large, and are not asked again.
  compilation->policy.reset();
  return facts;
}

}  // namespace

std::shared_ptr<const Facts> find_facts(const std::string& path, const ReadFile& read, const std::atomic<bool>& stop,
                                        const std::function<void(std::shared_ptr<const Compilation>)>& checked) {
  const StopDiagrams scope(stop);
  try {
    return facts_of(path, read, stop, checked);
  } catch (const NodeLimit&) {
    return nullptr;  // it was stopped where the diagrams have their bound
  }
}

Result<std::string> table_markdown(const std::string& path, const std::string& decision, const ReadFile& read) {
  TALLY_ASSIGN_OR_RETURN(Compilation c, compiled(path, read, "the file"));
  TALLY_ASSIGN_OR_RETURN(const auto outputs, asked(*c.policy, decision));
  std::string out;
  for (const std::size_t i : outputs) {
    const DecisionId id = c.policy->outputs[i].decision;
    TALLY_ASSIGN_OR_RETURN(const std::string table, table_text(*c.policy, c.sources, id, max_answer_rows, false));
    out += "## " + c.policy->model->at(id).name + "\n\n" + table + "\n";
  }
  return out;
}

Result<std::string> matrix_markdown(const std::string& path, const std::string& decision, const ReadFile& read) {
  TALLY_ASSIGN_OR_RETURN(const Compilation c, compiled(path, read, "the file"));
  TALLY_ASSIGN_OR_RETURN(const auto outputs, asked(*c.policy, decision));
  std::string out;
  for (const std::size_t i : outputs) {
    const Output& output = c.policy->outputs[i];
    MatrixQuestion question;
    question.outputs = {i};
    question.settings = settings_of(*c.policy, output);
    out += "## What changes " + c.policy->model->at(output.decision).name + "\n\n";
    if (question.settings.empty()) {
      out += "It reads no input.\n\n";
      continue;
    }
    TALLY_ASSIGN_OR_RETURN(const Matrix matrix, make_matrix(*c.policy, question));
    MarkdownTable table({"setting", "changes it"});
    for (const MatrixSection& section : matrix.sections)
      for (std::size_t s = 0; s < question.settings.size(); ++s)
        table.add({c.policy->model->at(question.settings[s]).name, when_words(section.cells[s])});
    out += table.text() + "\n";
  }
  return out;
}

Result<std::string> diff_markdown(const std::string& path, const std::string& decision, const ReadFile& before,
                                  const ReadFile& now) {
  TALLY_ASSIGN_OR_RETURN(const Compilation old_rules, compiled(path, before, "the committed file"));
  TALLY_ASSIGN_OR_RETURN(const Compilation new_rules, compiled(path, now, "the file"));
  TALLY_ASSIGN_OR_RETURN(const auto outputs, asked(*new_rules.policy, decision));
  DiffBounds bounds;
  bounds.described_rows = max_answer_rows;
  Diff diff(*old_rules.policy, *new_rules.policy, false, bounds);
  if (!diff.joint().conflicts().empty())
    return Error{Cause::rules, "no request is accepted by both versions of the file"};
  std::string out;
  for (const std::size_t i : outputs) {
    const std::string& name = new_rules.policy->model->at(new_rules.policy->outputs[i].decision).name;
    const auto was = output_named(*old_rules.policy, name);
    out += "## " + name + "\n\n";
    if (!was) {
      out += "It is new.\n\n";
      continue;
    }
    const DiffDecision compared = diff.compare({*was, i}, "", {});
    for (const DiffPart& part : compared.parts) out += part_text(part) + "\n";
    for (const auto& failure : compared.failures) out += "**" + failure.title + "**: " + failure.why + ".\n\n";
  }
  for (const Output& output : old_rules.policy->outputs) {
    const std::string& name = old_rules.policy->model->at(output.decision).name;
    if (decision.empty() && !output_named(*new_rules.policy, name)) out += "## " + name + "\n\nIt is gone.\n\n";
  }
  return out;
}

}  // namespace tally::editor
