// `tally matrix FILE`: shows which settings change a decision, and whether a guide is right about
// it.
#include <algorithm>
#include <memory>
#include <set>

#include "base/split.h"
#include "cli/commands.h"
#include "cli/fitted_lines.h"
#include "cli/grid.h"
#include "cli/guides.h"
#include "cli/options.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "simulator/matrix/guide_condition.h"
#include "simulator/report/matrix_json.h"

namespace tally::cli {
namespace {

using report::word_of;

struct MatrixArguments {
  std::string file;
  std::vector<std::string> settings;
  std::vector<std::string> decisions;
  std::optional<std::string> by;
  std::string where;
  std::string over;
  std::string against;
  bool all = false;
  Format format = Format::text;
};

// --- arguments -----------------------------------------------------------------------

// One --settings option, split: "NAME: PATH as ALIAS = PATH as ALIAS".
struct SettingsArgument {
  std::string name;
  std::vector<std::pair<std::string, std::string>> paths;  // path, alias
};

Result<SettingsArgument> read_settings(const std::string& text) {
  const auto fault = [&](const std::string& what) {
    return Error{Cause::usage, "`--settings " + text + "`: " + what,
                 "it is PATH, PATH=PATH or NAME: PATH, with `as WHOSE` after a path if you like"};
  };
  SettingsArgument out;
  const auto named = split_outside(text, ":", 2);
  if (named.size() == 2) {
    out.name = named.front();
    if (out.name.empty()) return fault("there is nothing before the colon");
  }
  for (const std::string& part : split_outside(named.back(), "=")) {
    const auto pieces = split_outside(part + " ", " as ", 2);
    if (pieces.front().empty()) return fault("a path is missing");
    if (pieces.size() == 2 && pieces.back().empty()) return fault("there is nothing after `as`");
    out.paths.emplace_back(pieces.front(), pieces.size() == 2 ? pieces.back() : "");
  }
  return out;
}

// One --settings option with its meaning.
struct PrintedMatrix : report::MatrixReport {
  std::vector<ElementId> leaves;  // the leaves of all rows, row by row
};

struct Question {
  std::vector<ElementId> by;
  std::vector<PrintedMatrix> asked;
  ExprRef where;
  std::vector<Word> over;
};

std::vector<std::size_t> readers(const Policy& policy, const std::vector<ElementId>& leaves) {
  std::vector<std::size_t> all, out;
  for (std::size_t i = 0; i < policy.outputs.size(); ++i) {
    const auto& reads = policy.outputs[i].reads;
    all.push_back(i);
    if (std::any_of(leaves.begin(), leaves.end(), [&](ElementId e) { return reads.contains(e); })) out.push_back(i);
  }
  return out.empty() ? all : out;
}

// Returns the facts that a guide's tables go through: inputs that the decisions read, that are
// enums other than flags, and that are never unset.
std::vector<ElementId> facts(const Policy& policy, const std::vector<PrintedMatrix>& asked) {
  std::set<ElementId> read;
  for (const PrintedMatrix& one : asked)
    for (const std::size_t i : one.outputs) read.insert(policy.outputs[i].reads.begin(), policy.outputs[i].reads.end());
  std::vector<ElementId> out;
  for (const Input& input : policy.model->inputs) {
    const bool fact = input.type->is_enum() && !input.type->is_flag && !may_be_unset(*policy.model, input.element);
    if (fact && read.contains(input.element)) out.push_back(input.element);
  }
  return out;
}

// Returns the meaning of one --settings option. `decisions` are those that --decision names, or
// all.
Result<PrintedMatrix> asked_by(Compilation& c, const MatrixArguments& options, const std::string& text,
                               const std::vector<std::size_t>& decisions) {
  RuleArguments arguments(c, options.file);
  TALLY_ASSIGN_OR_RETURN(const SettingsArgument argument, read_settings(text));
  std::vector<SettingPath> paths;
  for (const auto& [path, alias] : argument.paths) {
    TALLY_ASSIGN_OR_RETURN(auto leaves, arguments.leaves("--settings", path));
    paths.push_back({path, alias, std::move(leaves)});
  }
  PrintedMatrix one;
  TALLY_ASSIGN_OR_RETURN(one.matrix.rows, setting_rows(*c.policy->model, paths));
  one.title = argument.name;
  for (std::size_t i = 0; argument.name.empty() && i < paths.size(); ++i) one.title += (i ? " = " : "") + paths[i].text;
  one.matrix.name = argument.name;
  for (const SettingRow& row : one.matrix.rows)
    one.leaves.insert(one.leaves.end(), row.leaves.begin(), row.leaves.end());
  one.outputs = options.decisions.empty() ? readers(*c.policy, one.leaves) : decisions;
  return one;
}

Result<Question> question_of(Compilation& c, const MatrixArguments& options) {
  RuleArguments arguments(c, options.file);
  TALLY_ASSIGN_OR_RETURN(const auto decisions, arguments.outputs(options.decisions));
  if (decisions.empty()) return Error{Cause::usage, options.file + " has no decisions"};
  Question question;
  for (const std::string& text : options.settings) {
    TALLY_ASSIGN_OR_RETURN(PrintedMatrix one, asked_by(c, options, text, decisions));
    question.asked.push_back(std::move(one));
  }
  if (!options.where.empty()) {
    TALLY_ASSIGN_OR_RETURN(question.where, arguments.condition("--where", options.where));
  }
  if (!options.over.empty()) {
    TALLY_ASSIGN_OR_RETURN(question.over, arguments.words("--over", options.over));
  }
  if (!options.by) {
    question.by = facts(*c.policy, question.asked);
    for (const PrintedMatrix& one : question.asked) {
      for (const ElementId leaf : one.leaves) std::erase(question.by, leaf);
    }
  } else if (!options.by->empty()) {
    TALLY_ASSIGN_OR_RETURN(question.by, arguments.leaves("--by", *options.by));
  }
  for (const PrintedMatrix& one : question.asked) {
    for (const ElementId leaf : one.leaves) {
      if (std::find(question.by.begin(), question.by.end(), leaf) == question.by.end()) continue;
      return Error{Cause::usage, "`" + c.policy->model->at(leaf).name + "` is named by both --settings and --by"};
    }
  }
  return question;
}

// --- the matrix ------------------------------------------------------------------------

std::string decision_names(const Policy& policy, const PrintedMatrix& asked) {
  std::string out;
  for (const std::size_t i : asked.outputs)
    out += (out.empty() ? "" : ", ") + policy.model->at(policy.outputs[i].decision).name;
  return out;
}

std::string paint_setting(const std::string& title, const std::string& cell) {
  if (title == "setting" || title == "Setting") return "";
  return cell == "no" ? "2" : cell.starts_with("yes") ? "32" : "";
}

// The condition of a section, above it.
std::string heading(const std::string& condition, bool colour) {
  std::string out;
  for (const std::string_view line : wrapped(condition, width_of_stdout().value_or(SIZE_MAX))) {
    out += (colour ? "\x1b[1m" : "") + std::string(line) + (colour ? "\x1b[0m" : "") + "\n";
  }
  return out + "\n";
}

std::string text_of(const Policy& policy, const PrintedMatrix& asked, Alternatives shown, bool colour) {
  std::string out = prose((colour ? "\x1b[1;36m" : "") + asked.title + (colour ? "\x1b[0m" : "") + ": " +
                          decision_names(policy, asked) + "\n");
  for (const MatrixGroup& group : asked.matrix.matrix.groups) {
    const std::size_t s = group.sections.front();
    Grid grid{{{"setting"}, {"changes it"}}, {}};
    for (std::size_t r = 0; r < asked.matrix.rows.size(); ++r)
      grid.rows.push_back({asked.matrix.rows[r].name, outcome_text(asked.matrix, s, r, shown)});
    out += "\n";
    if (!group.condition.empty()) out += heading(group.condition, colour);
    const auto width = width_of_stdout();
    out += width ? fitted(grid, *width, colour, paint_setting) : text(grid, colour, paint_setting);
  }
  return out;
}

// Returns the matrix as a guide that --against can read.
std::string markdown_of(const Policy& policy, const PrintedMatrix& asked) {
  std::string out = "## " + asked.title + "\n\nWhat changes " + decision_names(policy, asked) + ":\n";
  for (std::size_t s = 0; s < asked.matrix.matrix.sections.size(); ++s) {
    const MatrixSection& section = asked.matrix.matrix.sections[s];
    Grid grid{{{"Setting"}}, {}};
    for (const auto& [name, value] : section.fixed) grid.columns.push_back({name});
    grid.columns.push_back({"Changes it"});
    for (std::size_t r = 0; r < asked.matrix.rows.size(); ++r) {
      grid.rows.push_back({asked.matrix.rows[r].name});
      for (const auto& [name, value] : section.fixed) grid.rows.back().push_back(value);
      grid.rows.back().push_back(outcome_text(asked.matrix, s, r));
    }
    out += "\n";
    if (!section.condition.empty()) out += "### " + section.condition + "\n\n";
    out += markdown(grid);
  }
  return out;
}

// Returns CSV with one line per setting, whether its paths are joined or not.
std::string csv_of(const Model& model, const Question& question) {
  const std::vector<ElementId>& by = question.by;
  const bool over_words = !question.over.empty();
  Grid grid{{{"settings"}}, {}};
  for (const ElementId element : by) grid.columns.push_back({model.at(element).name});
  for (const char* title : {"row", "setting", "changes", "if"}) grid.columns.push_back({title});
  if (over_words) grid.columns.push_back({"in some calls if"});
  for (const PrintedMatrix& asked : question.asked)
    for (std::size_t s = 0; s < asked.matrix.matrix.sections.size(); ++s)
      for (std::size_t r = 0; r < asked.matrix.rows.size(); ++r) {
        const SettingRow& row = asked.matrix.rows[r];
        const auto cells = asked.matrix.cells(s, r);
        for (std::size_t i = 0; i < cells.size(); ++i) {
          std::vector<std::string> line{asked.title};
          for (const auto& [name, value] : asked.matrix.matrix.sections[s].fixed) line.push_back(value);
          line.insert(line.end(),
                      {row.name, model.at(row.leaves[i]).name, word_of(cells[i]->effect), cells[i]->condition});
          if (over_words) line.push_back(cells[i]->partly ? report::or_on(*cells[i]->partly) : "");
          grid.rows.push_back(std::move(line));
        }
      }
  return csv(grid, true);
}

void print_matrices(const Policy& policy, const MatrixArguments& options, const Question& question) {
  if (options.format == Format::csv) return print(csv_of(*policy.model, question));
  if (options.format == Format::json) {
    report::Json all = report::Json::array();
    for (const PrintedMatrix& asked : question.asked) all.push_back(report::matrix_json(policy, asked));
    return print(report::to_text({{"file", options.file}, {"matrices", std::move(all)}}));
  }
  bool first = true;
  for (const PrintedMatrix& asked : question.asked) {
    if (!first) print("\n");
    first = false;
    print(options.format == Format::markdown
              ? markdown_of(policy, asked)
              : text_of(policy, asked, options.all ? Alternatives::all : Alternatives::few, colour_on_stdout()));
  }
}

// --- against a guide -------------------------------------------------------------------

using Kind = GuideFinding::Kind;

std::string paint_finding(const std::string& title, const std::string& cell) {
  if (title != "finding") return "";
  return cell == word_of(Kind::contradicted) || cell == word_of(Kind::unclear) ? "31"
         : cell == word_of(Kind::left_out)                                     ? "33"
                                                                               : "32";
}

Grid findings(const Model& model, const std::vector<ElementId>& by, const GuideCheck& check, bool all) {
  Grid grid{{{"line", true}, {"finding"}, {"setting"}}, {}};
  for (const ElementId element : by) grid.columns.push_back({model.at(element).name});
  for (const char* title : {"guide", "rules"}) grid.columns.push_back({title});
  for (const GuideFinding& f : check.findings) {
    if (!all && f.kind == Kind::agrees) continue;
    std::vector<std::string> line{f.line ? std::to_string(f.line) : "", word_of(f.kind), f.setting};
    line.insert(line.end(), f.by.begin(), f.by.end());
    line.insert(line.end(), {f.guide, f.rules});
    grid.rows.push_back(std::move(line));
  }
  return grid;
}

std::string summary(const MatrixArguments& options, const GuideCheck& check) {
  const std::size_t agree = check.count(Kind::agrees) + check.count(Kind::in_words);
  const std::size_t rows = check.findings.size() - check.count(Kind::left_out);
  std::string out = agreement_text(options.against, agree, rows);
  if (const auto n = check.count(Kind::contradicted)) out += ", " + grouped(Count(n)) + " contradicted by the rules";
  if (const auto n = check.count(Kind::unclear)) out += ", " + grouped(Count(n)) + " unclear";
  if (const auto n = check.count(Kind::left_out)) out += ", " + counted(n, "combination") + " left out";
  return out + "\n";
}

// Returns the guide's tables. Fails if there is none.
Result<Guide> guide_of(const Model& model, const MatrixArguments& options, const std::vector<ElementId>& by) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, read_guide_text(options.against));
  std::vector<std::string> inputs;
  for (const ElementId element : by) inputs.push_back(model.at(element).name);
  Guide guide = read_guide(text, inputs);
  if (!guide.tables.empty()) return guide;
  std::string columns = "Setting";
  for (const std::string& input : inputs) columns += ", " + input;
  return Error{Cause::usage, "`" + options.against + "` has no table with the columns " + columns + " and an outcome",
               guide.other_tables == 0   ? "it has no tables at all"
               : guide.other_tables == 1 ? "its only table has others"
                                         : "its " + std::to_string(guide.other_tables) + " tables have others"};
}

// Compares conditions in the rule language with those of the matrix.
IsRightCondition is_right_condition(Compilation& c, const MatrixArguments& options) {
  return [&c, &options](const std::string& guide, const MatrixSection& section, ElementId setting,
                        const MatrixCell& cell) -> std::optional<bool> {
    if (!cell.is_worded) return std::nullopt;
    const auto condition = [&](const std::string& text) -> ExprRef {
      Diagnostics faults;
      return text.empty() ? nullptr : RuleArguments(c, options.file).condition("the guide", text, faults);
    };
    const ExprRef by_guide = condition(guide);
    if (!by_guide) return std::nullopt;
    std::string calls = section.condition;
    if (!options.where.empty()) calls += (calls.empty() ? "(" : " and (") + options.where + "\n)";
    return hold_alike(*c.policy, by_guide, condition(cell.condition), condition(calls), setting);
  };
}

int hold(Compilation& c, const MatrixArguments& options, const Question& question, const Guide& guide) {
  const Policy& policy = *c.policy;
  std::vector<AskedMatrix> matrices;
  for (const PrintedMatrix& asked : question.asked) matrices.push_back(asked.matrix);
  const GuideCheck check = check_guide(*policy.model, guide, question.by, matrices, is_right_condition(c, options));
  const bool all = options.format == Format::csv;
  const Grid grid = findings(*policy.model, question.by, check, all);
  if (options.format == Format::json) {
    print(report::to_text(report::guide_json(options.file, options.against, *policy.model, question.by, check)));
  } else if (all) {
    print(csv(grid, true));
  } else {
    print(summary(options, check));
    if (!grid.rows.empty())
      print("\n" +
            (options.format == Format::markdown ? markdown(grid) : text(grid, colour_on_stdout(), paint_finding)));
  }
  return conclude_guide(options.against, check.count(Kind::contradicted) + check.count(Kind::unclear));
}

Result<int> run_matrix(const MatrixArguments& options) {
  TALLY_ASSIGN_OR_RETURN(Compilation c, compile_file(options.file));
  TALLY_ASSIGN_OR_RETURN(Question question, question_of(c, options));
  std::optional<Guide> guide;
  if (!options.against.empty()) {
    TALLY_ASSIGN_OR_RETURN(guide, guide_of(*c.policy->model, options, question.by));
  }
  for (PrintedMatrix& asked : question.asked) {
    TALLY_ASSIGN_OR_RETURN(asked.matrix.matrix, make_matrix(*c.policy, {asked.outputs, question.by, asked.leaves,
                                                                        question.where, question.over}));
  }
  if (guide) return hold(c, options, question, *guide);
  print_matrices(*c.policy, options, question);
  return exit_fine;
}

}  // namespace

Run add_matrix(CLI::App& app) {
  auto options = std::make_shared<MatrixArguments>();
  rule_file(app, options->file);
  repeated(app, "--settings", options->settings, "PATH",
           "the settings to look at; PATH=PATH if several share their rows")
      ->required();
  repeated(app, "--decision", options->decisions, "NAME",
           "what they may change (default: all decisions that read one of them)");
  app.add_option("--by", options->by, "one section per combination of these inputs (default: the facts of the call)")
      ->type_name("INPUT,...");
  app.add_option("--where", options->where, "only the calls for which this holds")->type_name("CONDITION");
  auto* over =
      app.add_option("--over", options->over, "conditions in these words (lets, decisions, conditions, inputs)");
  over->type_name("WORD,...");
  app.add_option("--against", options->against, "check a guide in Markdown against the rules")
      ->type_name("GUIDE")
      ->excludes(over);
  app.add_flag("--all", options->all, "conditions with more than eight alternatives as well");
  format_option(app, options->format, {Format::text, Format::markdown, Format::csv, Format::json});
  app.footer(
      "Shows for each setting whether having it on rather than off changes what is decided.\n"
      "With --against the exit code is 1 if the rules contradict the guide.\n"
      "Example: tally matrix rules/call_recording.tally --settings 'account[*, *].enabled' --by source,destination");
  return [options] { return run_matrix(*options); };
}

}  // namespace tally::cli
