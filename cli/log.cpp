// `tally log cat|count|replay`: shows what a decision log has, counts it, and decides it again by other rules.
#include <algorithm>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/log_files.h"
#include "cli/options.h"
#include "cli/running.h"
#include "cli/terminal.h"
#include "runtime/log/logged_values.h"
#include "simulator/replay/replay.h"
#include "simulator/report/json.h"

namespace tally::cli {
namespace {

enum class LogAction : std::uint8_t { cat, count, replay };
enum class LogFormat : std::uint8_t { text, jsonl, csv, json };

struct LogArguments {
  LogAction action = LogAction::cat;
  std::vector<std::string> files;
  std::optional<LogFormat> format;
  std::string since, until, id;
};

Result<LogFilter> filter_of(const LogArguments& options) {
  LogFilter filter;
  const auto read = [](const std::string& option, const std::string& text, std::uint64_t& time) -> Result<> {
    if (text.empty()) return {};
    const auto found = time_in(text);
    if (!found)
      return Error{Cause::usage, option + " is a time, not `" + text + "`", "for example 2026-11-30T12:33:52"};
    time = *found;
    return {};
  };
  TALLY_RETURN_IF_ERROR(read("--since", options.since, filter.since));
  TALLY_RETURN_IF_ERROR(read("--until", options.until, filter.until));
  if (!options.id.empty()) filter.id = options.id;
  return filter;
}

Result<LogFormat> format_of(const LogArguments& options, const Choices<LogFormat>& known) {
  if (!options.format) return known.front().second;
  for (const auto& [word, format] : known) {
    if (format == *options.format) return format;
  }
  return Error{Cause::usage, "--format is " + one_of(words_of(known)) + " here"};
}

// --- cat -------------------------------------------------------------------------------

// The columns of a table of decisions: those of all files together.
struct LogColumns {
  std::vector<std::string> inputs, relations, decisions;

  void add(const LogHeader& header) {
    const LoggedValues values(header);
    for (const ElementIndex input : values.inputs()) add(inputs, header.policy->elements[input].name);
    for (const RelationDescriptor& relation : header.policy->relations)
      add(relations, LoggedValues::name_of(relation, *header.policy));
    for (const DecisionDescriptor& decision : header.policy->decisions) add(decisions, decision.name);
  }
  static void add(std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
};

// Writes decisions as lines, one file after another.
class LogPrinter {
 public:
  explicit LogPrinter(LogFormat format) : format_(format) {}

  // The columns must be known before the first decision.
  void print_titles(LogColumns columns) {
    columns_ = std::move(columns);
    std::vector<Grid::Column> titles = {{"time"}, {"id"}, {"version"}};
    for (const std::string& input : columns_.inputs) titles.push_back({input});
    for (const std::string& relation : columns_.relations) titles.push_back({relation});
    for (const std::string& decision : columns_.decisions) {
      titles.push_back({decision});
      titles.push_back({decision + " rule"});
    }
    lines_.emplace(std::move(titles), GridForm::csv);
    out_ += lines_->titles();
  }

  void begin(const LogHeader& header) {
    header_ = header;  // the values refer to it
    values_.emplace(header_);
    if (format_ == LogFormat::csv) find_columns();
  }

  bool add(const LoggedDecision& decision) {
    if (format_ == LogFormat::jsonl) {
      values_->append_decision(out_, decision);
    } else {
      add_cells(decision);
    }
    if (out_.size() >= (1 << 16)) flush();
    return !output_is_lost();
  }

  void flush() {
    print(out_);
    out_.clear();
  }

 private:
  // Finds what each column has in the file at hand: nothing, if only other files have it.
  void find_columns() {
    const PolicyDescriptor& policy = *header_.policy;
    inputs_.assign(columns_.inputs.size(), std::nullopt);
    relations_.assign(columns_.relations.size(), nullptr);
    decisions_.assign(columns_.decisions.size(), std::nullopt);
    const auto column = [](const std::vector<std::string>& names, const std::string& name) {
      return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    };
    for (const ElementIndex input : values_->inputs())
      inputs_[column(columns_.inputs, policy.elements[input].name)] = input;
    for (const RelationDescriptor& relation : policy.relations)
      relations_[column(columns_.relations, LoggedValues::name_of(relation, policy))] = &relation;
    for (std::size_t i = 0; i < policy.decisions.size(); ++i)
      decisions_[column(columns_.decisions, policy.decisions[i].name)] = i;
  }

  void add_cells(const LoggedDecision& decision) {
    std::vector<std::string> cells = {time_text(decision.time), std::string(decision.id),
                                      std::to_string(header_.generation)};
    for (const auto& input : inputs_) {
      std::string& cell = cells.emplace_back();
      if (input) values_->append_input_text(cell, *input, decision);
    }
    for (const RelationDescriptor* relation : relations_) {
      std::string& cell = cells.emplace_back();
      if (relation != nullptr) values_->append_relation(cell, *relation, decision);
    }
    for (const auto& column : decisions_) {
      std::string value, rule;
      const std::uint16_t fired = column ? decision.slots[header_.policy->decisions[*column].rule_slot] : 0;
      if (fired != 0) {
        values_->append_result(value, *column, decision);
        rule = std::to_string(fired);
      }
      cells.push_back(std::move(value));
      cells.push_back(std::move(rule));
    }
    lines_->line(viewed(cells), out_);
  }

  LogFormat format_;
  LogHeader header_;
  std::optional<LoggedValues> values_;
  LogColumns columns_;
  std::vector<std::optional<ElementIndex>> inputs_;  // by column, of the file at hand
  std::vector<const RelationDescriptor*> relations_;
  std::vector<std::optional<std::size_t>> decisions_;
  std::optional<GridLines> lines_;
  std::string out_;
};

Result<int> run_log_cat(const LogArguments& options) {
  TALLY_ASSIGN_OR_RETURN(const LogFormat format,
                         format_of(options, {{"jsonl", LogFormat::jsonl}, {"csv", LogFormat::csv}}));
  TALLY_ASSIGN_OR_RETURN(const LogFilter filter, filter_of(options));
  TALLY_ASSIGN_OR_RETURN(const std::vector<LogPath> files, log_files_of(options.files));
  LogPrinter printer(format);
  if (format == LogFormat::csv) {
    LogColumns columns;
    const auto look = [&](const std::string&, const LogHeader& header) -> Result<> {
      columns.add(header);
      return {};
    };
    TALLY_RETURN_IF_ERROR(read_logs(files, filter, {look, nullptr}));
    printer.print_titles(std::move(columns));
  }
  const auto begin = [&](const std::string&, const LogHeader& header) -> Result<> {
    printer.begin(header);
    return {};
  };
  const auto decide = [&](const LogHeader&, const LoggedDecision& decision) { return printer.add(decision); };
  TALLY_ASSIGN_OR_RETURN(const LogSums sums, read_logs(files, filter, {begin, decide}));
  printer.flush();
  return report_losses(sums);
}

// --- count -----------------------------------------------------------------------------

// How often each rule of one version fired.
struct CountedVersion {
  std::string name;
  std::shared_ptr<const PolicyDescriptor> policy;
  std::uint64_t decisions = 0, first = UINT64_MAX, last = 0;
  std::vector<std::vector<std::uint64_t>> fired;  // by decision and rule; 0: it was not asked for
};
// By the hash of the rules and the descriptor, in the order in which they are first read.
struct LogCountsOfVersions {
  std::map<std::string, std::size_t> known;
  std::vector<CountedVersion> versions;

  CountedVersion& version(const LogHeader& header) {
    std::string key(header.source_hash.begin(), header.source_hash.end());
    const auto [at, is_new] = known.try_emplace(key + header.tables, versions.size());
    if (is_new) {
      CountedVersion& made = versions.emplace_back();
      made.name = header.policy->name;
      made.policy = header.policy;
      for (const DecisionDescriptor& decision : header.policy->decisions)
        made.fired.emplace_back(decision.rules.size() + 1, 0);
    }
    return versions[at->second];
  }
};

std::string counts_text(const LogCountsOfVersions& counts, const LogSums& sums) {
  std::string out = counted(sums.decisions, "decision") + " in " + counted(sums.files, "file") +
                    (sums.dropped == 0 ? "" : ", and " + grouped(sums.dropped) + " dropped") + "\n";
  for (const CountedVersion& version : counts.versions) {
    if (version.decisions == 0) continue;
    if (counts.versions.size() > 1) out += "\n" + version.name + ": " + counted(version.decisions, "decision") + "\n";
    for (std::size_t d = 0; d < version.fired.size(); ++d) {
      const DecisionDescriptor& decision = version.policy->decisions[d];
      Grid grid{{{"rule", true}, {"place"}, {"decisions", true}}, {}};
      for (std::size_t rule = 1; rule <= decision.rules.size(); ++rule) {
        const RuleDescriptor& place = decision.rules[rule - 1];
        const std::uint64_t fired = version.fired[d][rule];
        grid.rows.push_back({std::to_string(rule), place.file + ":" + std::to_string(place.line),
                             fired == 0 ? "never" : grouped(fired)});
      }
      out += "\n" + decision.name + "\n\n" + text(grid, false, nullptr);
    }
  }
  return out;
}

report::Json counts_json(const LogCountsOfVersions& counts, const LogSums& sums) {
  report::Json versions = report::Json::array();
  for (const CountedVersion& version : counts.versions) {
    report::Json decisions = report::Json::array();
    for (std::size_t d = 0; d < version.fired.size(); ++d) {
      const DecisionDescriptor& decision = version.policy->decisions[d];
      report::Json rules = report::Json::array();
      for (std::size_t rule = 1; rule <= decision.rules.size(); ++rule) {
        rules.push_back({{"rule", rule},
                         {"file", decision.rules[rule - 1].file},
                         {"line", decision.rules[rule - 1].line},
                         {"decisions", version.fired[d][rule]}});
      }
      decisions.push_back({{"decision", decision.name}, {"rules", std::move(rules)}});
    }
    report::Json one = {{"name", version.name}, {"decisions", version.decisions}};
    if (version.decisions > 0) {
      one["first"] = time_text(version.first);
      one["last"] = time_text(version.last);
    }
    one["fired"] = std::move(decisions);
    versions.push_back(std::move(one));
  }
  return {{"files", sums.files},
          {"decisions", sums.decisions},
          {"dropped", sums.dropped},
          {"damaged", sums.damaged},
          {"torn_bytes", sums.torn_bytes},
          {"not_closed", sums.open},
          {"versions", std::move(versions)}};
}

Grid counts_grid(const LogCountsOfVersions& counts) {
  Grid grid{{{"policy"}, {"decision"}, {"rule", true}, {"file"}, {"line", true}, {"decisions", true}}, {}};
  for (const CountedVersion& version : counts.versions) {
    for (std::size_t d = 0; d < version.fired.size(); ++d) {
      const DecisionDescriptor& decision = version.policy->decisions[d];
      for (std::size_t rule = 1; rule <= decision.rules.size(); ++rule) {
        grid.rows.push_back({version.name, decision.name, std::to_string(rule), decision.rules[rule - 1].file,
                             std::to_string(decision.rules[rule - 1].line), std::to_string(version.fired[d][rule])});
      }
    }
  }
  return grid;
}

Result<int> run_log_count(const LogArguments& options) {
  TALLY_ASSIGN_OR_RETURN(
      const LogFormat format,
      format_of(options, {{"text", LogFormat::text}, {"csv", LogFormat::csv}, {"json", LogFormat::json}}));
  TALLY_ASSIGN_OR_RETURN(const LogFilter filter, filter_of(options));
  TALLY_ASSIGN_OR_RETURN(const std::vector<LogPath> files, log_files_of(options.files));
  LogCountsOfVersions counts;
  CountedVersion* version = nullptr;
  const auto begin = [&](const std::string&, const LogHeader& header) -> Result<> {
    version = &counts.version(header);
    return {};
  };
  const auto decide = [&](const LogHeader& header, const LoggedDecision& decision) {
    ++version->decisions;
    version->first = std::min(version->first, decision.time);
    version->last = std::max(version->last, decision.time);
    for (std::size_t d = 0; d < version->fired.size(); ++d)
      ++version->fired[d][decision.slots[header.policy->decisions[d].rule_slot]];
    return true;
  };
  TALLY_ASSIGN_OR_RETURN(const LogSums sums, read_logs(files, filter, {begin, decide}));
  if (format == LogFormat::text) print(counts_text(counts, sums));
  if (format == LogFormat::csv) print(csv(counts_grid(counts), true));
  if (format == LogFormat::json) print(report::to_text(counts_json(counts, sums)));
  return report_losses(sums);
}

// --- replay ----------------------------------------------------------------------------

// The rows and the reasons, the most frequent first.
template <class Key>
std::vector<std::pair<Key, std::uint64_t>> most_first(const std::map<Key, std::uint64_t>& counts) {
  std::vector<std::pair<Key, std::uint64_t>> out(counts.begin(), counts.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return out;
}

std::string blamed_text(const std::string& input) {
  return input.empty() ? "a number or text that is handed on" : input;
}

std::string replay_text(const Replay& replay, const LogSums& sums) {
  std::string out = counted(sums.decisions, "decision") + " in " + counted(sums.files, "file") + "\n";
  for (const ReplayedDecision& decision : replay.replayed()) {
    out += "\n" + decision.name + ": " + grouped(decision.same) + " as before, " + grouped(decision.different) +
           " different" + (decision.refused == 0 ? "" : ", " + grouped(decision.refused) + " refused") +
           (decision.unknown == 0 ? "" : ", " + grouped(decision.unknown) + " cannot be replayed") + "\n";
    if (!decision.rows.empty()) {
      Grid grid{{{"was"}, {"becomes"}, {"decisions", true}}, {}};
      for (const auto& [row, count] : most_first(decision.rows))
        grid.rows.push_back({row.first, row.second, grouped(count)});
      out += "\n" + text(grid, false, nullptr);
    }
    if (!decision.blamed.empty()) {
      Grid grid{{{"the log does not show enough of"}, {"decisions", true}}, {}};
      for (const auto& [input, count] : most_first(decision.blamed))
        grid.rows.push_back({blamed_text(input), grouped(count)});
      out += "\n" + text(grid, false, nullptr);
    }
  }
  for (const auto& [name, count] : replay.only_in_log())
    out += "\n" + name + ": " + grouped(count) + " left out: only the log has it\n";
  for (const auto& [name, count] : replay.only_in_new())
    out += "\n" + name + ": " + grouped(count) + " left out: only NEW has it\n";
  return out;
}

report::Json replay_json(const Replay& replay, const LogSums& sums) {
  report::Json decisions = report::Json::array();
  for (const ReplayedDecision& decision : replay.replayed()) {
    report::Json rows = report::Json::array(), blamed = report::Json::array();
    for (const auto& [row, count] : most_first(decision.rows))
      rows.push_back({{"was", row.first}, {"becomes", row.second}, {"decisions", count}});
    for (const auto& [input, count] : most_first(decision.blamed))
      blamed.push_back({{"input", input.empty() ? report::Json(nullptr) : report::Json(input)}, {"decisions", count}});
    decisions.push_back({{"decision", decision.name},
                         {"same", decision.same},
                         {"different", decision.different},
                         {"refused", decision.refused},
                         {"unknown", decision.unknown},
                         {"rows", std::move(rows)},
                         {"blamed", std::move(blamed)}});
  }
  report::Json only = report::Json::object(), only_new = report::Json::object();
  for (const auto& [name, count] : replay.only_in_log()) only[name] = count;
  for (const auto& [name, count] : replay.only_in_new()) only_new[name] = count;
  return {{"files", sums.files},
          {"decisions", sums.decisions},
          {"replayed", std::move(decisions)},
          {"only_in_log", std::move(only)},
          {"only_in_new", std::move(only_new)}};
}

Result<int> run_log_replay(const LogArguments& options) {
  TALLY_ASSIGN_OR_RETURN(const LogFormat format,
                         format_of(options, {{"text", LogFormat::text}, {"json", LogFormat::json}}));
  TALLY_ASSIGN_OR_RETURN(const LogFilter filter, filter_of(options));
  if (options.files.size() < 2)
    return Error{Cause::usage, "a replay needs a rule file and a log", "tally log replay NEW LOG..."};
  if (is_log(options.files[0]))
    return Error{Cause::usage, "NEW, a rule file, comes first; `" + options.files[0] + "` is a log",
                 "tally log replay NEW LOG..."};
  TALLY_ASSIGN_OR_RETURN(const auto policy, run_policy(options.files[0]));
  TALLY_ASSIGN_OR_RETURN(const std::vector<LogPath> files,
                         log_files_of({options.files.begin() + 1, options.files.end()}));
  Replay replay(policy->descriptor(), policy->compiled.code);
  LogHeader current;
  const auto begin = [&](const std::string&, const LogHeader& header) -> Result<> {
    current = header;
    replay.begin(current);
    return {};
  };
  const auto decide = [&](const LogHeader&, const LoggedDecision& decision) {
    replay.add(decision);
    return true;
  };
  TALLY_ASSIGN_OR_RETURN(const LogSums sums, read_logs(files, filter, {begin, decide}));
  print(format == LogFormat::json ? report::to_text(replay_json(replay, sums)) : replay_text(replay, sums));
  const int code = report_losses(sums);
  bool changes = !replay.only_in_log().empty(), is_unknown = false;
  for (const ReplayedDecision& decision : replay.replayed()) {
    changes = changes || decision.different > 0 || decision.refused > 0;
    is_unknown = is_unknown || decision.unknown > 0;
  }
  if (code != exit_fine) return code;
  if (is_unknown) return exit_fault;
  return changes ? exit_changes : exit_fine;
}

Result<int> run_log(const LogArguments& options) {
  switch (options.action) {
    case LogAction::cat: return run_log_cat(options);
    case LogAction::count: return run_log_count(options);
    case LogAction::replay: return run_log_replay(options);
  }
  return exit_usage;
}

}  // namespace

Run add_log(CLI::App& app) {
  auto options = std::make_shared<LogArguments>();
  const Choices<LogAction> actions = {
      {"cat", LogAction::cat}, {"count", LogAction::count}, {"replay", LogAction::replay}};
  choice_option(app, "ACTION", options->action, actions, "")->required();
  app.add_option("LOG", options->files, "files of a log, and folders of them; for replay first NEW, a rule file")
      ->required()
      ->type_name("");
  app.add_option("--since", options->since, "only decisions from this time on, in UTC: 2026-11-30T12:33:52")
      ->type_name("TIME");
  app.add_option("--until", options->until, "only decisions before this time")->type_name("TIME");
  app.add_option("--id", options->id, "only decisions with this id")->type_name("ID");
  const Choices<LogFormat> formats = {
      {"text", LogFormat::text}, {"jsonl", LogFormat::jsonl}, {"csv", LogFormat::csv}, {"json", LogFormat::json}};
  app.add_option_function<std::string>(
         "--format",
         [options, formats](const std::string& word) {
           for (const auto& [known, format] : formats) {
             if (word == known) options->format = format;
           }
         },
         "cat: jsonl (default) or csv; count: text (default), csv or json; replay: text (default) or json")
      ->check(one_of_words(words_of(formats)))
      ->type_name("FORMAT");
  app.footer(
      "cat prints each decision of a log on a line. Numbers and texts are shown as the classes that the rules "
      "distinguish, unless the log kept them.\n"
      "count counts the decisions of each rule, and what was dropped.\n"
      "replay decides each decision again by the rules of NEW. The exit code is 0 if all are decided as before, 3 if "
      "some differ, are refused or are left out since NEW has no such decision, and 1 if some cannot be replayed, "
      "because NEW distinguishes what the log does not.\n"
      "Example: tally log count /var/log/tally");
  return [options] { return run_log(*options); };
}

}  // namespace tally::cli
