#include "cli/plan_report.h"

#include <algorithm>
#include <utility>

#include "cli/terminal.h"
#include "grammar/source/excerpt.h"

namespace tally::cli {
namespace {

using report::PlanReport;

constexpr std::size_t max_listed = 6;  // names in one line, and promises of one kind

// Whether a decision has something to be shown.
bool is_changed(const DiffDecision& decision) {
  return !decision.failures.empty() || !decision.only[0].empty() || !decision.only[1].empty() ||
         std::any_of(decision.parts.begin(), decision.parts.end(),
                     [](const DiffPart& part) { return part.different != 0 || part.undecided != 0; });
}

// Returns the comparison without the decisions that stay the same. Differences of files and inputs are left out.
DiffReport changed_decisions(const DiffReport& all) {
  DiffReport out;
  out.files = all.files;
  out.joint = all.joint;
  out.calls = all.calls;
  for (std::size_t d = 0; d < all.decisions.size(); ++d) {
    if (!is_changed(all.decisions[d])) continue;
    out.decisions.push_back(all.decisions[d]);
    for (auto& failure : out.decisions.back().failures) {
      if (!failure.help.empty()) failure.help = "`tally diff` can narrow it, with --common or --where";
    }
    if (all.calls) out.calls_of.push_back(all.calls_of[d]);
    if (!all.logged.empty()) out.logged.push_back(all.logged[d]);
  }
  return out;
}

std::string name_list(const std::vector<std::string>& names, const ReportStyle& style) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (style.limits.rows != 0 && i == max_listed && names.size() - i > 1)
      return out + " and " + std::to_string(names.size() - i) + " more (--all)";
    out += (i ? ", " : "") + names[i];
  }
  return out;
}

std::string in_backquotes(const std::string& name) { return "`" + name + "`"; }

std::vector<std::string> in_backquotes(std::vector<std::string> names) {
  for (std::string& name : names) name = in_backquotes(name);
  return names;
}

// "`user.limit` at /user/limit"
std::string place_of(const Joint& joint, const JointNote& note) {
  const Element& element = joint.policy(note.side).model->at(note.element);
  return in_backquotes(element.name) + " at " + (element.pointer.empty() ? "/" : element.pointer);
}

// The lines on decisions, inputs and requests.
std::vector<std::string> plan_lines(const PlanReport& report, const ReportStyle& style) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& what, const std::vector<std::string>& names) {
    if (!names.empty()) out.push_back(what + ": " + name_list(names, style));
  };
  std::vector<std::string> same;
  for (const DiffDecision& decision : report.diff.decisions) {
    if (!is_changed(decision)) same.push_back(decision.name);
  }
  add("decided as before", in_backquotes(same));
  add("decisions dropped", in_backquotes(report.diff.only[0]));
  add("decisions added", in_backquotes(report.diff.only[1]));
  std::vector<std::string> dropped, added, refused, accepted;
  for (const JointNote& note : report.diff.notes) {
    const std::string place = place_of(*report.diff.joint, note);
    auto& of = note.side == 0 ? dropped : added;
    const auto add_once = [&](std::vector<std::string>& to) {
      if (std::find(to.begin(), to.end(), place) == to.end()) to.push_back(place);
    };
    if (note.kind == JointNote::Kind::only) add_once(of);
    if (is_refused_by_new(*report.diff.joint, note)) add_once(refused);
    // That a key was unknown needs no mention beside "inputs added".
    if (note.kind != JointNote::Kind::only && is_refused_by_old(*report.diff.joint, note)) add_once(accepted);
  }
  add("inputs dropped", dropped);
  add("inputs added", added);
  add("requests that are refused from now on, by", refused);
  add("requests that were refused and are accepted now, by", accepted);
  return out;
}

std::size_t with_fate(const PlanReport& report, PromiseFate fate) {
  return static_cast<std::size_t>(std::count_if(report.promises.begin(), report.promises.end(),
                                                [&](const ComparedPromise& p) { return p.fate == fate; }));
}

// "promises: 12 kept, 1 new, 1 broken"; "" if there are none.
std::string promise_counts(const PlanReport& report) {
  std::string out;
  for (const PromiseFate fate :
       {PromiseFate::kept, PromiseFate::added, PromiseFate::gone, PromiseFate::broken, PromiseFate::unknown}) {
    if (const std::size_t n = with_fate(report, fate))
      out += (out.empty() ? "promises: " : ", ") + std::to_string(n) + " " + report::fate_name(fate);
  }
  return out;
}

// "fails for 1 of 3 calls", of a fault that names its promise as well.
std::string plain_fault(const std::string& why) {
  const std::size_t at = why.rfind("` fails");
  return at == std::string::npos ? ": " + why : why.substr(at + 1);
}

// What became of a promise: "broken: proof `internal calls` fails for 1 of 3 calls, and new.tally lacks it".
std::string promise_line(const PlanReport& report, const ComparedPromise& promise) {
  std::string out = report::fate_name(promise.fate) + ": " + visible(promise.label);
  if (!promise.why.empty()) out += plain_fault(promise.why);
  if (promise.fate == PromiseFate::broken && !promise.in_new) out += ", and " + report.diff.files[1] + " lacks it";
  if (promise.fate == PromiseFate::gone) out += ", which the rules still keep";
  for (const std::string& note : promise.notes) out += "; " + note;
  return out;
}

// The promises that are not simply kept. The broken ones come first, and are all listed.
std::vector<std::string> promise_lines(const PlanReport& report, const ReportStyle& style) {
  std::vector<std::string> out;
  for (const PromiseFate fate : {PromiseFate::broken, PromiseFate::unknown, PromiseFate::gone, PromiseFate::added}) {
    const bool all = style.limits.rows == 0 || fate == PromiseFate::broken;
    std::size_t shown = 0;
    for (const ComparedPromise& promise : report.promises) {
      if (promise.fate != fate) continue;
      if (!all && shown == max_listed) {
        out.push_back("and " + std::to_string(with_fate(report, fate) - shown) + " more " + report::fate_name(fate) +
                      " (--all)");
        break;
      }
      ++shown;
      out.push_back(promise_line(report, promise));
    }
  }
  return out;
}

// The line at the end.
std::string verdict_line(const PlanReport& report) {
  const std::string& file = report.diff.files[1];
  const report::PlanVerdict verdict = report.verdict();
  switch (verdict) {
    case report::PlanVerdict::same:
      return file + " decides every call as before" +
             (report.is_same_text ? ": the text is the same" : ", although its text is another");
    case report::PlanVerdict::incomplete: return "not all of " + file + " could be compared";
    case report::PlanVerdict::faulty: return file + " breaks promises of its own";
    case report::PlanVerdict::changes:
    case report::PlanVerdict::beyond: break;
  }
  Count all = 0;
  std::size_t decisions = 0;
  for (const DiffDecision& decision : report.diff.decisions) {
    decisions += is_changed(decision) ? 1 : 0;
    for (const DiffPart& part : decision.parts) all += part.different;
  }
  std::string out = file;
  if (decisions == 0)
    out += " decides as before what both accept, but has other decisions or accepts other requests";
  else
    out += " changes " + std::to_string(decisions) + " of " + counted(report.diff.decisions.size(), "decision") +
           " on " + counted(all, "combination");
  if (report.diff.calls) out += ", " + counted(report.diff.calls->different, "call");
  if (report.diff.calls && report.diff.calls->perhaps != 0)
    out += " and perhaps " + grouped(report.diff.calls->perhaps) + " more";
  if (verdict == report::PlanVerdict::beyond) return out + ": more than is allowed";
  return out + (report.is_limited ? ": all of it is allowed" : "");
}

}  // namespace

std::string plan_text(const PlanReport& report, const ReportStyle& style) {
  std::string out = text_of(changed_decisions(report.diff), style);
  std::string more;
  for (const std::string& line : plan_lines(report, style)) more += line + "\n";
  if (const std::string counts = promise_counts(report); !counts.empty()) more += counts + "\n";
  for (const std::string& line : promise_lines(report, style)) more += "  " + line + "\n";
  return out + prose(more + verdict_line(report) + "\n");
}

std::string plan_markdown(const PlanReport& report, const ReportStyle& style) {
  std::string out = "**" + verdict_line(report) + "**\n\n" + markdown_of(changed_decisions(report.diff), style);
  for (const std::string& line : plan_lines(report, style)) out += "- " + line + "\n";
  if (const std::string counts = promise_counts(report); !counts.empty()) out += "- " + counts + "\n";
  for (const std::string& line : promise_lines(report, style)) out += "  - " + line + "\n";
  for (const PlanExcess& excess : report.beyond) {
    out += "- **not allowed**: `" + excess.part + "`: " + excess.why;
    out += excess.request.empty() ? "\n" : ", for example `" + excess.request + "`\n";
  }
  return out;
}

}  // namespace tally::cli
