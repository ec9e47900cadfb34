#include "simulator/report/diff_json.h"

#include <algorithm>
#include <utility>

namespace tally::report {
namespace {

const char* kind_name(JointNote::Kind kind) {
  switch (kind) {
    case JointNote::Kind::only: return "only";
    case JointNote::Kind::needed: return "needed";
    case JointNote::Kind::values: return "values";
    case JointNote::Kind::apart: return "apart";
  }
  return "";
}

Json case_json(const DiffCase& when, const std::vector<std::string>& columns) {
  Json tests = Json::object();
  for (std::size_t i = 0; i < when.cells.size(); ++i)
    if (when.cells[i] != "-") tests[columns[i]] = when.cells[i];
  return {{"when", std::move(tests)},
          {"condition", or_on(when.condition)},
          {"combinations", count_json(when.combinations)},
          {"call", when.call},
          {"request", when.request.empty() ? Json() : Json::parse(when.request)}};
}

Json row_json(const DiffRow& row, const std::vector<std::string>& columns, const DiffLimits& limits,
              const DiffReport::RowCalls* calls, bool is_log) {
  const Json when = case_json(row, columns);
  const bool is_one = row.is_described && row.alternatives.empty();
  Json out = {{"when", is_one ? when["when"] : Json()},
              {"condition", is_one ? when["condition"] : Json()},
              {"old", row.outcomes[0]},
              {"new", row.outcomes[1]},
              {"combinations", when["combinations"]},
              {"call", when["call"]},
              {"request", when["request"]}};
  if (calls) out["calls"] = calls->all;
  if (calls && is_log) out["calls_perhaps"] = calls->perhaps;
  if (row.alternatives.empty()) return out;
  Json alternatives = Json::array();
  const std::size_t some = shown_alternatives(row, limits);
  for (std::size_t i = 0; i < some; ++i) {
    alternatives.push_back(case_json(row.alternatives[i], columns));
    alternatives.back()["more"] = count_json(row.alternatives[i].more);
    if (calls) alternatives.back()["calls"] = calls->of_alternatives[i];
    if (calls && is_log) alternatives.back()["calls_perhaps"] = calls->perhaps_of_alternatives[i];
  }
  out["alternatives"] = {{"all", count_json(row.all_alternatives)},
                         {"explained", count_json(explained_by(row, some))},
                         {"list", std::move(alternatives)}};
  return out;
}

Json part_json(const DiffReport& report, std::size_t decision, std::size_t p, const DiffLimits& limits) {
  const DiffPart& part = report.decisions[decision].parts[p];
  Json rows = Json::array();
  const std::vector<std::string> keys = column_keys(part.columns);
  for (std::size_t r = 0; r < shown_rows(part, limits); ++r) {
    const DiffReport::RowCalls* const calls = report.calls ? &report.calls_of[decision][p][r] : nullptr;
    rows.push_back(row_json(part.rows[r], keys, limits, calls, report.calls && report.calls->is_log));
  }
  Json out = {{"part", part.title},
              {"inputs", keys},
              {"combinations", count_json(part.combinations)},
              {"different", count_json(part.different)},
              {"undecided", count_json(part.undecided)},
              {"complete", part.undescribed == 0 && rows.size() == part.rows.size()},
              {"minimal", part.is_minimal},
              {"rows", rows}};
  if (report.logged.empty()) return out;
  const DiffReport::PartCalls& logged = report.logged[decision][p];
  Json blamed = Json::array();
  for (const auto& [input, calls] : most_blamed(logged)) blamed.push_back({{"input", input}, {"calls", calls}});
  out["logged"] = {{"calls", logged.asked}, {"unplaced", logged.unplaced}, {"blamed", std::move(blamed)}};
  return out;
}

Json decision_json(const DiffReport& report, std::size_t d, const DiffLimits& limits) {
  const DiffDecision& decision = report.decisions[d];
  Json parts = Json::array(), failures = Json::array();
  for (std::size_t p = 0; p < decision.parts.size(); ++p) parts.push_back(part_json(report, d, p, limits));
  for (const auto& failure : decision.failures)
    failures.push_back({{"part", failure.title}, {"why", failure.why}, {"different", failure.apart}});
  return {{"decision", decision.name},
          {"parts", std::move(parts)},
          {"not_compared", std::move(failures)},
          {"only_old", decision.only[0]},
          {"only_new", decision.only[1]}};
}

Json note_json(const Joint& joint, const JointNote& note) {
  const Element& element = joint.policy(note.side).model->at(note.element);
  Json out = {{"kind", kind_name(note.kind)},
              {"input", element.name},
              {"pointer", element.pointer},
              {"side", note.side == 0 ? "old" : "new"}};
  if (note.kind == JointNote::Kind::only) {
    out.update({{"inside", note.inside}, {"held", note.held}, {"needed", note.needed}, {"refused", note.refused}});
  }
  if (!note.types[0].empty()) out.update({{"old", note.types[0]}, {"new", note.types[1]}});
  if (!note.lost.empty()) out["values"] = note.lost;
  return out;
}

}  // namespace

bool DiffReport::differ() const {
  return std::any_of(decisions.begin(), decisions.end(), [](const DiffDecision& d) {
    return std::any_of(d.parts.begin(), d.parts.end(), [](const DiffPart& p) { return p.different != 0; }) ||
           std::any_of(d.failures.begin(), d.failures.end(), [](const auto& f) { return f.apart; });
  });
}

bool DiffReport::is_complete() const {
  return std::all_of(decisions.begin(), decisions.end(), [](const DiffDecision& d) {
    return d.failures.empty() &&
           std::all_of(d.parts.begin(), d.parts.end(), [](const DiffPart& p) { return p.undecided == 0; });
  });
}

std::vector<std::pair<std::string, std::size_t>> most_blamed(const DiffReport::PartCalls& logged) {
  std::vector<std::pair<std::string, std::size_t>> out(logged.blamed.begin(), logged.blamed.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return out;
}

std::size_t shown_rows(const DiffPart& part, const DiffLimits& limits) {
  return limits.rows == 0 ? part.rows.size() : std::min(part.rows.size(), limits.rows);
}

std::size_t shown_alternatives(const DiffRow& row, const DiffLimits& limits) {
  return limits.alternatives == 0 ? row.alternatives.size() : std::min(row.alternatives.size(), limits.alternatives);
}

Count explained_by(const DiffRow& row, std::size_t alternatives) {
  Count sum = 0;
  for (std::size_t i = 0; i < alternatives; ++i) sum += row.alternatives[i].more;
  return sum;
}

Json diff_json(const DiffReport& report, const DiffLimits& limits) {
  Json decisions = Json::array(), inputs = Json::array();
  for (std::size_t d = 0; d < report.decisions.size(); ++d) decisions.push_back(decision_json(report, d, limits));
  for (const JointNote& note : report.notes) inputs.push_back(note_json(*report.joint, note));
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
    out["calls"] = {{"file", calls.file},       {"read", calls.read},           {"refused", calls.refused},
                    {"outside", calls.outside}, {"different", calls.different}, {"warned", calls.warned}};
    if (calls.is_log) out["calls"].update({{"unplaced", calls.unplaced}, {"perhaps_different", calls.perhaps}});
  }
  return out;
}

}  // namespace tally::report
