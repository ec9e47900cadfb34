#include "simulator/report/plan_json.h"

#include <algorithm>
#include <utility>

namespace tally::report {

bool PlanReport::changes() const {
  const auto has_members = [](const DiffDecision& d) { return !d.only[0].empty() || !d.only[1].empty(); };
  const auto is_refused = [&](const JointNote& note) {
    return is_refused_by_new(*diff.joint, note) || is_refused_by_old(*diff.joint, note);
  };
  return diff.differ() || !diff.only[0].empty() || !diff.only[1].empty() ||
         std::any_of(diff.decisions.begin(), diff.decisions.end(), has_members) ||
         std::any_of(diff.notes.begin(), diff.notes.end(), is_refused);
}

bool PlanReport::breaks_its_promises() const {
  return std::any_of(promises.begin(), promises.end(),
                     [](const ComparedPromise& p) { return p.fate == PromiseFate::broken && p.in_new; });
}

bool PlanReport::is_compared() const {
  return std::all_of(diff.decisions.begin(), diff.decisions.end(), [](const DiffDecision& d) {
    return std::all_of(d.failures.begin(), d.failures.end(), [](const auto& f) { return f.apart; }) &&
           std::all_of(d.parts.begin(), d.parts.end(), [](const DiffPart& p) { return p.undecided == 0; });
  });
}

PlanVerdict PlanReport::verdict() const {
  if (breaks_its_promises()) return PlanVerdict::faulty;
  if (!is_compared()) return PlanVerdict::incomplete;
  if (!beyond.empty()) return PlanVerdict::beyond;
  return changes() ? PlanVerdict::changes : PlanVerdict::same;
}

std::string_view to_string(PlanVerdict verdict) {
  switch (verdict) {
    case PlanVerdict::same: return "same";
    case PlanVerdict::changes: return "changes";
    case PlanVerdict::beyond: return "beyond";
    case PlanVerdict::incomplete: return "incomplete";
    case PlanVerdict::faulty: return "faulty";
  }
  return "";
}

std::string fate_name(PromiseFate fate) {
  switch (fate) {
    case PromiseFate::kept: return "kept";
    case PromiseFate::added: return "new";
    case PromiseFate::gone: return "gone";
    case PromiseFate::broken: return "broken";
    case PromiseFate::unknown: return "not compared";
  }
  return "";
}

Json plan_json(const PlanReport& report, const DiffLimits& limits) {
  Json out = diff_json(report.diff, limits);
  out.erase("common");
  out["verdict"] = to_string(report.verdict());
  out["limited"] = report.is_limited;
  out["allowed"] = report.allowed;
  if (report.versions) {
    for (const std::size_t side : {0, 1}) {
      const PlannedVersion& version = (*report.versions)[side];
      out["versions"][side == 0 ? "old" : "new"] = {
          {"sha256", version.sha256},
          {"fingerprint", version.fingerprint.empty() ? Json() : Json(version.fingerprint)},
          {"names", version.names}};
    }
  }
  Json promises = Json::array(), beyond = Json::array();
  for (const ComparedPromise& promise : report.promises) {
    Json one = {{"promise", promise.label},
                {"text", promise.text},
                {"is", fate_name(promise.fate)},
                {"in_old", promise.in_old},
                {"in_new", promise.in_new}};
    if (!promise.why.empty()) one.update({{"why", promise.why}, {"notes", promise.notes}});
    promises.push_back(std::move(one));
  }
  for (const PlanExcess& excess : report.beyond) {
    beyond.push_back({{"part", excess.part},
                      {"why", excess.why},
                      {"call", excess.call.empty() ? Json() : Json(excess.call)},
                      {"request", excess.request.empty() ? Json() : Json::parse(excess.request)}});
  }
  out["promises"] = std::move(promises);
  out["beyond"] = std::move(beyond);
  return out;
}

}  // namespace tally::report
