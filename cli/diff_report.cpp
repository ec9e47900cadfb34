#include "cli/diff_report.h"

#include <algorithm>
#include <map>

#include "cli/fitted_lines.h"
#include "cli/grid.h"
#include "grammar/source/excerpt.h"

namespace tally::cli {
namespace {

using report::explained_by;
using report::shown_alternatives;
using report::shown_rows;

constexpr std::size_t max_names = 6;  // names in one line; further names are only counted

// Returns "99.2 %", rounded down, so that only all is 100 %.
std::string part_of(const Count& some, const Count& all) {
  const Count tenths = some * 1000 / all;
  if (tenths == 0) return "less than 0.1 %";
  return Count(tenths / 10).get_str() + "." + Count(tenths % 10).get_str() + " %";
}

// Returns "one of 48 alternatives holds; these 3 hold for 85.0 % of them".
std::string alternatives_line(const DiffRow& row, std::size_t alternatives) {
  if (alternatives == row.all_alternatives)
    return "one of these " + grouped(row.all_alternatives) + " alternatives holds";
  const bool one = alternatives == 1;
  return "one of " + counted(row.all_alternatives, "alternative") + " holds; " +
         (one ? "this one holds" : "these " + grouped(alternatives) + " hold") + " for " +
         part_of(explained_by(row, alternatives), row.combinations) + " of them";
}

// "3 calls", "3 calls and perhaps 2 more".
std::string calls_text(std::size_t calls, std::size_t perhaps) {
  return counted(calls, "call") + (perhaps == 0 ? "" : " and perhaps " + grouped(perhaps) + " more");
}

// The same in a cell: "3", "3 to 5".
std::string with_perhaps(std::size_t calls, std::size_t perhaps) {
  return grouped(calls) + (perhaps == 0 ? "" : " to " + grouped(calls + perhaps));
}

// "2 calls cannot be placed: the log does not show enough of `limit` (2)"; "" if each was placed.
std::string unplaced_text(const DiffReport& report, std::size_t d, std::size_t p) {
  if (report.logged.empty() || report.logged[d][p].unplaced == 0) return "";
  std::string blamed;
  for (const auto& [input, calls] : report::most_blamed(report.logged[d][p]))
    blamed += (blamed.empty() ? "" : ", ") + ("`" + input + "` (" + grouped(calls) + ")");
  return counted(report.logged[d][p].unplaced, "call") + " cannot be placed: " +
         (blamed.empty() ? "too large a comparison" : "the log does not show enough of " + blamed);
}

class DiffText {
 public:
  DiffText(const DiffReport& report, const ReportStyle& style) : report_(report), style_(style) {}

  std::string run() {
    for (std::size_t d = 0; d < report_.decisions.size(); ++d) decision(d);
    for (const std::string& line : closing(report_, style_)) out_ += hung(2, line) + "\n";
    return std::move(out_);
  }

  // Returns the lines at the end, about decisions, inputs and calls.
  static std::vector<std::string> closing(const DiffReport& report, const ReportStyle& style) {
    const std::size_t most = most_names(style);
    std::vector<std::string> out;
    for (std::size_t side = 0; side < 2; ++side) {
      if (report.only[side].empty()) continue;
      out.push_back((report.only[side].size() == 1 ? "a decision only in " : "decisions only in ") +
                    report.files[side] + ": " + names(report.only[side], most));
    }
    const auto notes = note_lines(report, most);
    out.insert(out.end(), notes.begin(), notes.end());
    if (!report.calls) return out;
    const report::CallCounts& calls = *report.calls;
    out.push_back(calls.file + ": " + counted(calls.read, "call") + ", " + grouped(calls.different) +
                  " decided differently, " + grouped(calls.refused) + " refused");
    if (calls.unplaced != 0) out.back() += ", " + grouped(calls.unplaced) + " that cannot be placed";
    if (calls.outside != 0) out.back() += ", " + grouped(calls.outside) + " not asked about";
    if (calls.warned != 0) out.back() += ", " + grouped(calls.warned) + " with a warning";
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
      if (one.different == 0 && one.undecided == 0 && one.title != decision.name)
        same.push_back(one.title.substr(decision.name.size() + 1));
      else
        part(one, d, p);
    }
    if (!same.empty())
      out_ += hung(2, "the same, where both have " + painted("1;36", decision.name) + ": " + names(same, same.size())) +
              "\n\n";
    for (const auto& failure : decision.failures) {
      out_ +=
          painted("1;36", failure.title) + (failure.apart ? ": " : " is not compared: ") + hung(2, failure.why) + "\n";
      if (!failure.help.empty()) out_ += "  " + failure.help + "\n";
      out_ += "\n";
    }
    for (std::size_t side = 0; side < 2; ++side) {
      if (decision.only[side].empty()) continue;
      out_ += hung(2, "only in " + report_.files[side] + ", of " + painted("1;36", decision.name) + ": " +
                          names(decision.only[side], most_names(style_))) +
              "\n\n";
    }
  }

  void part(const DiffPart& part, std::size_t d, std::size_t p) {
    out_ += painted("1;36", part.title);
    if (part.undecided != 0)
      out_ += ": of " + counted(part.undecided, "combination") + " it could not be decided whether they differ\n" +
              part.title;
    if (part.different == 0) {
      out_ += ": the same " +
              (part.undecided != 0      ? "on the others"
               : part.combinations == 1 ? "in every call"
                                        : "on all " + counted(part.combinations, "combination")) +
              "\n\n";
      return;
    }
    out_ +=
        ": different on " + painted("1", grouped(part.different)) + " of " + counted(part.combinations, "combination");
    if (part.undescribed == 0) out_ += ", " + counted(part.rows.size(), "row");
    if (report_.calls) out_ += ", " + grouped(sum(report_.calls_of[d][p])) + " of " + counted(decided(d, p), "call");
    out_ += "\n";
    if (const std::string open = unplaced_text(report_, d, p); !open.empty()) out_ += "  " + hung(2, open) + "\n";
    const std::size_t rows = shown_rows(part, style_.limits);
    for (std::size_t r = 0; r < rows; ++r) {
      const DiffRow& row = part.rows[r];
      out_ += "\n  " + outcome(row.outcomes[0]) + " -> " + outcome(row.outcomes[1]) + "  " +
              painted("2", counted(row.combinations, "combination"));
      const DiffReport::RowCalls* calls = report_.calls ? &report_.calls_of[d][p][r] : nullptr;
      if (calls) out_ += ", " + calls_text(calls->all, calls->perhaps);
      if (!row.alternatives.empty()) {
        alternatives(row, calls);
        continue;
      }
      out_ += "\n    ";
      if (row.is_described)
        out_ += row.condition.empty() ? "in every call" : hung(4, "when " + row.condition);
      else
        out_ += "too many alternatives to be shown: narrow it with --common or --where";
      out_ += "\n";
      call(row, 4);
    }
    if (rows < part.rows.size()) {
      const std::size_t more =
          part.undescribed == 0 ? part.rows.size() - rows : std::min(part.undescribed, part.rows.size() - rows);
      out_ += "\n  and " +
              (part.undescribed == 0 ? counted(more, "more row")
                                     : "the rows of " + counted(more, "more pair") + " of outcomes") +
              "; --all shows them\n";
    }
    out_ += "\n";
  }

  void alternatives(const DiffRow& row, const DiffReport::RowCalls* calls) {
    const std::size_t some = shown_alternatives(row, style_.limits);
    out_ += "\n    when " + alternatives_line(row, some) + "\n";
    for (std::size_t i = 0; i < some; ++i) {
      const DiffAlternative& alternative = row.alternatives[i];
      out_ += "    - " + hung(6, alternative.condition) +
              painted("2", "  " + counted(alternative.combinations, "combination"));
      if (calls) out_ += ", " + calls_text(calls->of_alternatives[i], calls->perhaps_of_alternatives[i]);
      out_ += "\n";
      call(alternative, 6);
    }
  }

  void call(const DiffCase& row, std::size_t indent) {
    const std::string lead = std::string(indent, ' ') + "for example ";
    out_ += painted("2", lead) + (style_.requests ? row.request : hung(lead.size(), row.call)) + "\n";
  }

  // A text that begins at a column, wrapped on a terminal: its further lines begin there, too.
  std::string hung(std::size_t column, const std::string& text) const {
    constexpr std::size_t least = 20;
    if (!style_.width) return text;
    return hanging(text, std::max(least, *style_.width - std::min(*style_.width, column)), column);
  }

  std::string outcome(const std::string& value) const {
    const bool nothing = value == "off" || value == "none" || value == "unset";
    return painted(nothing ? "31" : "32", visible(value));
  }

  static std::size_t most_names(const ReportStyle& style) { return style.limits.rows == 0 ? SIZE_MAX : max_names; }
  static std::string names(const std::vector<std::string>& all, std::size_t most) {
    std::string out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i == most && all.size() - most > 1) return out + " and " + grouped(all.size() - i) + " more (--all)";
      out += (i ? ", " : "") + ("`" + all[i] + "`");
    }
    return out;
  }

  static std::size_t sum(const std::vector<DiffReport::RowCalls>& rows) {
    std::size_t n = 0;
    for (const auto& row : rows) n += row.all;
    return n;
  }
  std::size_t decided(std::size_t d, std::size_t p) const {
    return report_.logged.empty() ? report_.calls->read - report_.calls->refused : report_.logged[d][p].asked;
  }

  static std::vector<std::string> note_lines(const DiffReport& report, std::size_t most);

  const DiffReport& report_;
  const ReportStyle& style_;
  std::string out_;
};

// Returns the name for all cells: `account[*, *].format` for "account[inbound, onnet].format".
std::string every_cell(const std::string& name) {
  std::string out;
  bool inside = false;
  for (const char c : name) {
    if (c == '[') {
      out += "[*";
      inside = true;
    }
    if (c == ',' && inside) out += ", *";
    if (c == ']') inside = false;
    if (!inside) out += c;
  }
  return out;
}

// Returns the notes as lines. Equal notes on several inputs are one line.
std::vector<std::string> DiffText::note_lines(const DiffReport& report, std::size_t most) {
  std::vector<std::pair<std::string, std::vector<std::string>>> lines;  // a note, and the inputs that it is about
  std::map<std::string, std::size_t> known;
  for (const JointNote& note : report.notes) {
    const std::string& file = report.files[note.side];
    const std::string& other = report.files[1 - note.side];
    std::string note_text;
    switch (note.kind) {
      case JointNote::Kind::only:
        note_text = "only in " + file;
        if (note.held) note_text += ", held unset";
        if (note.needed) note_text += ", which needs it";
        if (note.refused) note_text += "; " + other + " refuses such a key";
        break;
      case JointNote::Kind::needed: note_text = file + " refuses a request without it"; break;
      case JointNote::Kind::values:
        if (!note.lost.empty()) {
          note_text = other + " refuses the value" + (note.lost.size() == 1 ? " " : "s ") + names(note.lost, most);
        } else {
          note_text = "`" + note.types[0] + "` became `" + note.types[1] + "`; counted is what both accept";
        }
        break;
      case JointNote::Kind::apart:
        note_text = "`" + note.types[0] + "` became `" + note.types[1] + "`: no value is accepted by both";
        break;
    }
    std::string name = every_cell(report.joint->policy(note.side).model->at(note.element).name);
    const auto [at, is_new] = known.try_emplace(note_text, lines.size());
    if (is_new) lines.push_back({note_text, {}});
    auto& of = lines[at->second].second;
    if (std::find(of.begin(), of.end(), name) == of.end()) of.push_back(std::move(name));
  }
  std::vector<std::string> out;
  for (const auto& [note_text, of] : lines) {
    if (note_text.starts_with("only in "))
      out.push_back((of.size() == 1 ? "an input " : "inputs ") + note_text + ": " + names(of, most));
    else
      out.push_back(names(of, most) + ": " + note_text);
  }
  return out;
}

// Returns the rows that are shown, without the rows that have alternatives.
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
  for (std::size_t r = 0; r < shown_rows(part, style.limits); ++r) {
    const DiffRow& row = part.rows[r];
    if (!row.alternatives.empty()) continue;
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < used.size(); ++i)
      if (used[i]) cells.push_back(row.is_described ? row.cells[i] : "?");
    cells.push_back(visible(row.outcomes[0]));
    cells.push_back(visible(row.outcomes[1]));
    cells.push_back(grouped(row.combinations));
    if (calls) cells.push_back(with_perhaps((*calls)[r].all, (*calls)[r].perhaps));
    if (style.requests) cells.push_back("`" + row.request + "`");
    g.rows.push_back(std::move(cells));
  }
  return g;
}

// Returns a row's alternatives, as a table of their own.
std::string markdown_alternatives(const DiffRow& row, const ReportStyle& style, const DiffReport::RowCalls* calls) {
  const std::size_t some = shown_alternatives(row, style.limits);
  std::string out = "**" + visible(row.outcomes[0]) + " -> " + visible(row.outcomes[1]) +
                    "**: " + counted(row.combinations, "combination");
  if (calls) out += ", " + calls_text(calls->all, calls->perhaps);
  out += ", when " + alternatives_line(row, some) + "\n\n";
  Grid g;
  g.columns = {{"when"}, {"combinations", true}};
  if (calls) g.columns.push_back({"calls", true});
  if (style.requests) g.columns.push_back({"for example"});
  for (std::size_t i = 0; i < some; ++i) {
    const DiffAlternative& alternative = row.alternatives[i];
    g.rows.push_back({alternative.condition, grouped(alternative.combinations)});
    if (calls) g.rows.back().push_back(with_perhaps(calls->of_alternatives[i], calls->perhaps_of_alternatives[i]));
    if (style.requests) g.rows.back().push_back("`" + alternative.request + "`");
  }
  return out + markdown(g) + "\n";
}

}  // namespace

std::string text_of(const DiffReport& report, const ReportStyle& style) { return DiffText(report, style).run(); }

std::string markdown_of(const DiffReport& report, const ReportStyle& style) {
  std::string out;
  for (std::size_t d = 0; d < report.decisions.size(); ++d) {
    const DiffDecision& decision = report.decisions[d];
    for (std::size_t p = 0; p < decision.parts.size(); ++p) {
      const DiffPart& part = decision.parts[p];
      out += "## " + part.title + "\n\n" + grouped(part.different) + " of " +
             counted(part.combinations, "combination") + " differ" +
             (part.undecided == 0 ? "" : "; of " + grouped(part.undecided) + " it could not be decided") + "\n\n";
      if (const std::string open = unplaced_text(report, d, p); !open.empty()) out += open + "\n\n";
      const std::size_t rows = shown_rows(part, style.limits);
      const Grid g = grid(part, style, report.calls ? &report.calls_of[d][p] : nullptr);
      if (!g.rows.empty()) out += markdown(g) + "\n";
      for (std::size_t r = 0; r < rows; ++r) {
        if (!part.rows[r].alternatives.empty())
          out += markdown_alternatives(part.rows[r], style, report.calls ? &report.calls_of[d][p][r] : nullptr);
      }
      if (rows < part.rows.size()) out += "And " + grouped(part.rows.size() - rows) + " more; `--all` shows them.\n\n";
    }
    for (const auto& failure : decision.failures) out += "## " + failure.title + "\n\n" + failure.why + "\n\n";
  }
  for (const std::string& line : DiffText::closing(report, style)) out += "- " + line + "\n";
  return out;
}

std::string csv_of(const DiffReport& report, const ReportStyle& style) {
  Grid g;
  for (const char* title : {"decision", "row", "alternative", "condition", "old", "new"}) g.columns.push_back({title});
  g.columns.push_back({"combinations"});
  if (report.calls) g.columns.push_back({"calls"});
  const bool is_log = report.calls && report.calls->is_log;
  if (is_log) g.columns.push_back({"calls_perhaps"});
  g.columns.push_back({"request"});
  for (std::size_t d = 0; d < report.decisions.size(); ++d) {
    for (std::size_t p = 0; p < report.decisions[d].parts.size(); ++p) {
      const DiffPart& part = report.decisions[d].parts[p];
      for (std::size_t r = 0; r < shown_rows(part, style.limits); ++r) {
        const DiffRow& row = part.rows[r];
        const bool is_one = row.is_described && row.alternatives.empty();
        const auto add = [&](const std::string& alternative, const DiffCase& when, std::size_t calls,
                             std::size_t perhaps) {
          const bool has_condition = is_one || !alternative.starts_with("any");
          std::vector<std::string> cells{part.title,
                                         std::to_string(r + 1),
                                         alternative,
                                         has_condition ? report::or_on(when.condition) : "",
                                         row.outcomes[0],
                                         row.outcomes[1],
                                         when.combinations.get_str()};
          if (report.calls) cells.push_back(std::to_string(calls));
          if (is_log) cells.push_back(std::to_string(perhaps));
          cells.push_back(when.request);
          g.rows.push_back(std::move(cells));
        };
        const auto* calls = report.calls ? &report.calls_of[d][p][r] : nullptr;
        add(is_one ? "" : "any of " + row.all_alternatives.get_str(), row, calls ? calls->all : 0,
            calls ? calls->perhaps : 0);
        for (std::size_t i = 0; i < shown_alternatives(row, style.limits); ++i)
          add(std::to_string(i + 1), row.alternatives[i], calls ? calls->of_alternatives[i] : 0,
              calls ? calls->perhaps_of_alternatives[i] : 0);
      }
    }
  }
  return csv(g, true);
}

}  // namespace tally::cli
