#include "cli/diff_report.h"

#include <algorithm>
#include <map>

#include "cli/grid.h"
#include "grammar/source/excerpt.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_names = 6;  // of one line; more are counted

std::string count(std::size_t n) { return grouped(Count(static_cast<unsigned long>(n))); }

std::size_t shown(std::size_t rows, const ReportStyle& style) {
  return style.limit == 0 ? rows : std::min(rows, style.limit);
}
std::size_t shown(const DiffRow& row, const ReportStyle& style) {
  return style.alternatives == 0 ? row.alternatives.size() : std::min(row.alternatives.size(), style.alternatives);
}

// What some of a row's alternatives hold for together.
Count explained(const DiffRow& row, std::size_t alternatives) {
  Count sum = 0;
  for (std::size_t i = 0; i < alternatives; ++i) sum += row.alternatives[i].more;
  return sum;
}

// "99.2 %", rounded down: only all is 100.
std::string part_of(const Count& some, const Count& all) {
  const Count tenths = some * 1000 / all;
  if (tenths == 0) return "less than 0.1 %";
  return Count(tenths / 10).get_str() + "." + Count(tenths % 10).get_str() + " %";
}

// "one of 48 alternatives holds; these 3 hold for 85.0 % of them".
std::string alternatives_line(const DiffRow& row, std::size_t alternatives) {
  if (alternatives == row.all_alternatives)
    return "one of these " + grouped(row.all_alternatives) + " alternatives holds";
  const bool one = alternatives == 1;
  return "one of " + counted(row.all_alternatives, "alternative") + " holds; " +
         (one ? "this one holds" : "these " + count(alternatives) + " hold") + " for " +
         part_of(explained(row, alternatives), row.combinations) + " of them";
}

class Text {
 public:
  Text(const DiffReport& report, const ReportStyle& style) : report_(report), style_(style) {}

  std::string run() {
    for (std::size_t d = 0; d < report_.decisions.size(); ++d) decision(d);
    for (const std::string& line : closing(report_)) out_ += line + "\n";
    return std::move(out_);
  }

  // What is said once, of decisions, inputs and calls.
  static std::vector<std::string> closing(const DiffReport& report) {
    std::vector<std::string> out;
    for (std::size_t side = 0; side < 2; ++side) {
      if (report.only[side].empty()) continue;
      out.push_back((report.only[side].size() == 1 ? "a decision only in " : "decisions only in ") +
                    report.files[side] + ": " + names(report.only[side]));
    }
    const auto notes = note_lines(report);
    out.insert(out.end(), notes.begin(), notes.end());
    if (!report.calls) return out;
    const CallCounts& calls = *report.calls;
    out.push_back(calls.file + ": " + counted(calls.read, "call") + ", " + count(calls.different) +
                  " decided differently, " + count(calls.refused) + " refused");
    if (calls.outside != 0) out.back() += ", " + count(calls.outside) + " not asked about";
    return out;
  }

 private:
  std::string painted(const std::string& code, const std::string& text) const {
    return style_.colour ? "\x1b[" + code + "m" + text + "\x1b[0m" : text;
  }

  void decision(std::size_t d) {
    const DiffDecision& decision = report_.decisions[d];
    std::vector<std::string> same;  // members
    for (std::size_t p = 0; p < decision.parts.size(); ++p) {
      const DiffPart& one = decision.parts[p];
      if (one.different == 0 && one.title != decision.name)
        same.push_back(one.title.substr(decision.name.size() + 1));
      else
        part(one, d, p);
    }
    if (!same.empty())
      out_ += "the same, where both have " + painted("1;36", decision.name) + ": " + names(same, same.size()) + "\n\n";
    for (const auto& failure : decision.failures) {
      out_ += painted("1;36", failure.title) + (failure.apart ? ": " : " is not compared: ") + failure.why + "\n";
      if (!failure.help.empty()) out_ += "  " + failure.help + "\n";
      out_ += "\n";
    }
    for (std::size_t side = 0; side < 2; ++side) {
      if (decision.only[side].empty()) continue;
      out_ += "only in " + report_.files[side] + ", of " + painted("1;36", decision.name) + ": " +
              names(decision.only[side]) + "\n\n";
    }
  }

  void part(const DiffPart& part, std::size_t d, std::size_t p) {
    out_ += painted("1;36", part.title);
    if (part.different == 0) {
      out_ += ": the same " +
              (part.combinations == 1 ? "in every call" : "on all " + counted(part.combinations, "combination")) +
              "\n\n";
      return;
    }
    out_ +=
        ": different on " + painted("1", grouped(part.different)) + " of " + counted(part.combinations, "combination");
    if (part.untold == 0) out_ += ", " + counted(part.rows.size(), "row");
    if (report_.calls) out_ += ", " + count(sum(report_.calls_of[d][p])) + " of " + counted(decided(), "call");
    out_ += "\n";
    const std::size_t rows = shown(part.rows.size(), style_);
    for (std::size_t r = 0; r < rows; ++r) {
      const DiffRow& row = part.rows[r];
      out_ += "\n  " + outcome(row.outcomes[0]) + " -> " + outcome(row.outcomes[1]) + "  " +
              painted("2", counted(row.combinations, "combination"));
      const DiffReport::RowCalls* calls = report_.calls ? &report_.calls_of[d][p][r] : nullptr;
      if (calls) out_ += ", " + counted(calls->all, "call");
      if (!row.alternatives.empty()) {
        alternatives(row, calls);
        continue;
      }
      out_ += "\n    ";
      if (row.is_told)
        out_ += row.condition.empty() ? "in every call" : "when " + row.condition;
      else
        out_ += "too many alternatives to be told: narrow it with --common or --where";
      out_ += "\n";
      call(row);
    }
    if (rows < part.rows.size()) {
      const std::size_t more =
          part.untold == 0 ? part.rows.size() - rows : std::min(part.untold, part.rows.size() - rows);
      out_ += "\n  and " +
              (part.untold == 0 ? counted(more, "more row")
                                : "the rows of " + counted(more, "more pair") + " of outcomes") +
              "; --all shows them\n";
    }
    out_ += "\n";
  }

  void alternatives(const DiffRow& row, const DiffReport::RowCalls* calls) {
    const std::size_t some = shown(row, style_);
    out_ += "\n    when " + alternatives_line(row, some) + "\n";
    for (std::size_t i = 0; i < some; ++i) {
      const DiffAlternative& alternative = row.alternatives[i];
      out_ += "    - " + alternative.condition + painted("2", "  " + counted(alternative.combinations, "combination"));
      if (calls) out_ += ", " + counted(calls->of_alternatives[i], "call");
      out_ += "\n  ";
      call(alternative);
    }
  }

  void call(const DiffCase& row) {
    out_ += painted("2", "    for example ") + (style_.requests ? row.request : row.call) + "\n";
  }

  std::string outcome(const std::string& value) const {
    const bool nothing = value == "off" || value == "none" || value == "unset";
    return painted(nothing ? "31" : "32", visible(value));
  }

  static std::string names(const std::vector<std::string>& all, std::size_t most = max_names) {
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i == most && all.size() > most + 1) return out + " and " + count(all.size() - i) + " more";
      out += (i ? ", " : "") + ("`" + all[i] + "`");
    }
    return out;
  }

  static std::size_t sum(const std::vector<DiffReport::RowCalls>& rows) {
    std::size_t n = 0;
    for (const auto& row : rows) n += row.all;
    return n;
  }
  std::size_t decided() const { return report_.calls->read - report_.calls->refused; }

  static std::vector<std::string> note_lines(const DiffReport& report);

  const DiffReport& report_;
  const ReportStyle& style_;
  std::string out_;
};

// "account[inbound, onnet].format" is one of `account[*, *].format`.
std::string every_cell(const std::string& name) {
  std::string out;
  bool inside = false;
  for (const char c : name) {
    if (c == '[') out += "[*", inside = true;
    if (c == ',' && inside) out += ", *";
    if (c == ']') inside = false;
    if (!inside) out += c;
  }
  return out;
}

// Notes that say the same of several inputs are one line.
std::vector<std::string> Text::note_lines(const DiffReport& report) {
  std::vector<std::pair<std::string, std::vector<std::string>>> lines;  // what is said, of whom
  std::map<std::string, std::size_t> known;
  for (const JointNote& note : report.notes) {
    const std::string& file = report.files[note.side];
    const std::string& other = report.files[1 - note.side];
    std::string said;
    switch (note.kind) {
      case JointNote::Kind::only:
        said = "only in " + file;
        if (note.held) said += ", held unset";
        if (note.needed) said += ", which needs it";
        if (note.refused) said += "; " + other + " refuses such a key";
        break;
      case JointNote::Kind::needed: said = file + " refuses a request without it"; break;
      case JointNote::Kind::values:
        if (!note.lost.empty()) {
          said = other + " refuses the value" + (note.lost.size() == 1 ? " " : "s ") + names(note.lost);
        } else {
          said = "`" + note.types[0] + "` became `" + note.types[1] + "`; counted is what both accept";
        }
        break;
      case JointNote::Kind::apart:
        said = "`" + note.types[0] + "` became `" + note.types[1] + "`: no value is accepted by both";
        break;
    }
    std::string name = every_cell(report.joint->policy(note.side).model->at(note.element).name);
    const auto [at, is_new] = known.try_emplace(said, lines.size());
    if (is_new) lines.push_back({said, {}});
    auto& of = lines[at->second].second;
    if (std::find(of.begin(), of.end(), name) == of.end()) of.push_back(std::move(name));
  }
  std::vector<std::string> out;
  for (const auto& [said, of] : lines) {
    if (said.starts_with("only in "))
      out.push_back((of.size() == 1 ? "an input " : "inputs ") + said + ": " + names(of));
    else
      out.push_back(names(of) + ": " + said);
  }
  return out;
}

// The rows that are shown, those with alternatives aside.
Grid grid(const DiffPart& part, const ReportStyle& style, const std::vector<DiffReport::RowCalls>* calls) {
  Grid g;
  std::vector<bool> used;
  for (std::size_t i = 0; i < part.columns.size(); ++i) {
    used.push_back(std::any_of(part.rows.begin(), part.rows.end(),
                               [&](const DiffRow& r) { return !r.cells.empty() && r.cells[i] != "-"; }));
    if (used.back()) g.columns.push_back({part.columns[i]});
  }
  g.columns.push_back({"old"});
  g.columns.push_back({"new"});
  g.columns.push_back({"combinations", true});
  if (calls) g.columns.push_back({"calls", true});
  if (style.requests) g.columns.push_back({"for example"});
  for (std::size_t r = 0; r < shown(part.rows.size(), style); ++r) {
    const DiffRow& row = part.rows[r];
    if (!row.alternatives.empty()) continue;
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < used.size(); ++i)
      if (used[i]) cells.push_back(row.is_told ? row.cells[i] : "?");
    cells.push_back(visible(row.outcomes[0]));
    cells.push_back(visible(row.outcomes[1]));
    cells.push_back(grouped(row.combinations));
    if (calls) cells.push_back(count((*calls)[r].all));
    if (style.requests) cells.push_back("`" + row.request + "`");
    g.rows.push_back(std::move(cells));
  }
  return g;
}

// A row's alternatives, as a table of their own.
std::string markdown_alternatives(const DiffRow& row, const ReportStyle& style, const DiffReport::RowCalls* calls) {
  const std::size_t some = shown(row, style);
  std::string out = "**" + visible(row.outcomes[0]) + " -> " + visible(row.outcomes[1]) +
                    "**: " + counted(row.combinations, "combination");
  if (calls) out += ", " + counted(calls->all, "call");
  out += ", when " + alternatives_line(row, some) + "\n\n";
  Grid g;
  g.columns = {{"when"}, {"combinations", true}};
  if (calls) g.columns.push_back({"calls", true});
  if (style.requests) g.columns.push_back({"for example"});
  for (std::size_t i = 0; i < some; ++i) {
    const DiffAlternative& alternative = row.alternatives[i];
    g.rows.push_back({alternative.condition, grouped(alternative.combinations)});
    if (calls) g.rows.back().push_back(count(calls->of_alternatives[i]));
    if (style.requests) g.rows.back().push_back("`" + alternative.request + "`");
  }
  return out + markdown(g) + "\n";
}

const char* kind_name(JointNote::Kind kind) {
  switch (kind) {
    case JointNote::Kind::only: return "only";
    case JointNote::Kind::needed: return "needed";
    case JointNote::Kind::values: return "values";
    case JointNote::Kind::apart: return "apart";
  }
  return "";
}

Json json_of(const DiffCase& when, const std::vector<std::string>& columns) {
  Json tests = Json::object();
  for (std::size_t i = 0; i < when.cells.size(); ++i)
    if (when.cells[i] != "-") tests[columns[i]] = when.cells[i];
  return {{"when", std::move(tests)},
          {"condition", when.condition},
          {"combinations", to_json(when.combinations)},
          {"call", when.call},
          {"request", when.request.empty() ? Json() : Json::parse(when.request)}};
}

Json json_of(const DiffRow& row, const std::vector<std::string>& columns, const ReportStyle& style,
             const DiffReport::RowCalls* calls) {
  const Json when = json_of(row, columns);
  const bool is_one = row.is_told && row.alternatives.empty();
  Json out = {{"when", is_one ? when["when"] : Json()},
              {"condition", is_one ? when["condition"] : Json()},
              {"old", row.outcomes[0]},
              {"new", row.outcomes[1]},
              {"combinations", when["combinations"]},
              {"call", when["call"]},
              {"request", when["request"]}};
  if (calls) out["calls"] = calls->all;
  if (row.alternatives.empty()) return out;
  Json alternatives = Json::array();
  const std::size_t some = shown(row, style);
  for (std::size_t i = 0; i < some; ++i) {
    alternatives.push_back(json_of(row.alternatives[i], columns));
    alternatives.back()["more"] = to_json(row.alternatives[i].more);
    if (calls) alternatives.back()["calls"] = calls->of_alternatives[i];
  }
  out["alternatives"] = {{"all", to_json(row.all_alternatives)},
                         {"explained", to_json(explained(row, some))},
                         {"list", std::move(alternatives)}};
  return out;
}

}  // namespace

bool DiffReport::differ() const {
  return std::any_of(decisions.begin(), decisions.end(), [](const DiffDecision& d) {
    return std::any_of(d.parts.begin(), d.parts.end(), [](const DiffPart& p) { return p.different != 0; }) ||
           std::any_of(d.failures.begin(), d.failures.end(), [](const auto& f) { return f.apart; });
  });
}

std::string text_of(const DiffReport& report, const ReportStyle& style) { return Text(report, style).run(); }

std::string markdown_of(const DiffReport& report, const ReportStyle& style) {
  std::string out;
  for (std::size_t d = 0; d < report.decisions.size(); ++d) {
    const DiffDecision& decision = report.decisions[d];
    for (std::size_t p = 0; p < decision.parts.size(); ++p) {
      const DiffPart& part = decision.parts[p];
      out += "## " + part.title + "\n\n" + grouped(part.different) + " of " +
             counted(part.combinations, "combination") + " differ\n\n";
      const std::size_t rows = shown(part.rows.size(), style);
      const Grid g = grid(part, style, report.calls ? &report.calls_of[d][p] : nullptr);
      if (!g.rows.empty()) out += markdown(g) + "\n";
      for (std::size_t r = 0; r < rows; ++r) {
        if (!part.rows[r].alternatives.empty())
          out += markdown_alternatives(part.rows[r], style, report.calls ? &report.calls_of[d][p][r] : nullptr);
      }
      if (rows < part.rows.size()) out += "And " + count(part.rows.size() - rows) + " more; `--all` shows them.\n\n";
    }
    for (const auto& failure : decision.failures) out += "## " + failure.title + "\n\n" + failure.why + "\n\n";
  }
  for (const std::string& line : Text::closing(report)) out += "- " + line + "\n";
  return out;
}

std::string csv_of(const DiffReport& report, const ReportStyle& style) {
  Grid g;
  for (const char* title : {"decision", "row", "alternative", "condition", "old", "new"}) g.columns.push_back({title});
  g.columns.push_back({"combinations"});
  if (report.calls) g.columns.push_back({"calls"});
  g.columns.push_back({"request"});
  for (std::size_t d = 0; d < report.decisions.size(); ++d) {
    for (std::size_t p = 0; p < report.decisions[d].parts.size(); ++p) {
      const DiffPart& part = report.decisions[d].parts[p];
      for (std::size_t r = 0; r < shown(part.rows.size(), style); ++r) {
        const DiffRow& row = part.rows[r];
        const auto add = [&](const std::string& alternative, const DiffCase& when, std::size_t calls) {
          std::vector<std::string> cells{
              part.title,      std::to_string(r + 1),      alternative, when.condition, row.outcomes[0],
              row.outcomes[1], when.combinations.get_str()};
          if (report.calls) cells.push_back(std::to_string(calls));
          cells.push_back(when.request);
          g.rows.push_back(std::move(cells));
        };
        const auto* calls = report.calls ? &report.calls_of[d][p][r] : nullptr;
        add(row.is_told && row.alternatives.empty() ? "" : "any of " + row.all_alternatives.get_str(), row,
            calls ? calls->all : 0);
        for (std::size_t i = 0; i < shown(row, style); ++i)
          add(std::to_string(i + 1), row.alternatives[i], calls ? calls->of_alternatives[i] : 0);
      }
    }
  }
  return csv(g, true);
}

Json json_of(const DiffReport& report, const ReportStyle& style) {
  Json decisions = Json::array();
  for (std::size_t d = 0; d < report.decisions.size(); ++d) {
    const DiffDecision& decision = report.decisions[d];
    Json parts = Json::array();
    for (std::size_t p = 0; p < decision.parts.size(); ++p) {
      const DiffPart& part = decision.parts[p];
      Json rows = Json::array();
      for (std::size_t r = 0; r < shown(part.rows.size(), style); ++r) {
        rows.push_back(json_of(part.rows[r], part.columns, style, report.calls ? &report.calls_of[d][p][r] : nullptr));
      }
      Json made = {{"part", part.title},
                   {"inputs", part.columns},
                   {"combinations", to_json(part.combinations)},
                   {"different", to_json(part.different)},
                   {"complete", part.untold == 0 && rows.size() == part.rows.size()},
                   {"minimal", part.is_minimal},
                   {"rows", std::move(rows)}};
      parts.push_back(std::move(made));
    }
    Json failures = Json::array();
    for (const auto& failure : decision.failures)
      failures.push_back({{"part", failure.title}, {"why", failure.why}, {"different", failure.apart}});
    decisions.push_back({{"decision", decision.name},
                         {"parts", std::move(parts)},
                         {"not_compared", std::move(failures)},
                         {"only_old", decision.only[0]},
                         {"only_new", decision.only[1]}});
  }
  Json inputs = Json::array();
  for (const JointNote& note : report.notes) {
    const Element& element = report.joint->policy(note.side).model->at(note.element);
    Json made = {{"kind", kind_name(note.kind)},
                 {"input", element.name},
                 {"pointer", element.pointer},
                 {"side", note.side == 0 ? "old" : "new"}};
    if (note.kind == JointNote::Kind::only) {
      made.update({{"inside", note.inside}, {"held", note.held}, {"needed", note.needed}, {"refused", note.refused}});
    }
    if (!note.types[0].empty()) made.update({{"old", note.types[0]}, {"new", note.types[1]}});
    if (!note.lost.empty()) made["values"] = note.lost;
    inputs.push_back(std::move(made));
  }
  Json out = {{"old", report.files[0]},
              {"new", report.files[1]},
              {"common", report.common},
              {"differ", report.differ()},
              {"decisions", std::move(decisions)},
              {"only_old", report.only[0]},
              {"only_new", report.only[1]},
              {"inputs", std::move(inputs)}};
  if (report.calls) {
    const CallCounts& calls = *report.calls;
    out["calls"] = {{"file", calls.file},
                    {"read", calls.read},
                    {"refused", calls.refused},
                    {"outside", calls.outside},
                    {"different", calls.different}};
  }
  return out;
}

}  // namespace tally::cli
