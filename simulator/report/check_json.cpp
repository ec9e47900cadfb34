#include "simulator/report/check_json.h"

namespace tally::report {
namespace {

Json digest_json(const std::optional<Digest>& digest) { return digest ? Json(digest->text()) : Json(); }

Json fingerprint_json(const Fingerprint& fingerprint) {
  Json decisions = Json::array();
  for (const DecisionFingerprint& one : fingerprint.decisions) {
    decisions.push_back(
        {{"name", one.decision}, {"values", digest_json(one.values)}, {"reasons", digest_json(one.reasons)}});
  }
  return {{"all", digest_json(fingerprint.all())},
          {"documents", fingerprint.documents.text()},
          {"decisions", std::move(decisions)}};
}

}  // namespace

Json check_json(const std::string& file, const Compilation& compilation, const CheckSummary& summary,
                const std::optional<Fingerprint>& fingerprint) {
  Json out = {{"file", file}, {"ok", !compilation.diagnostics.has_errors()}};
  if (compilation.policy) {
    out["decisions"] = summary.decisions;
    out["rules"] = summary.rules;
    out["proofs"] = summary.proofs;
    out["examples"] = summary.examples;
    out["combinations"] = summary.combinations ? count_json(*summary.combinations) : Json();
  }
  if (fingerprint) out["fingerprint"] = fingerprint_json(*fingerprint);
  out["diagnostics"] = diagnostics_json(compilation.diagnostics, compilation.sources);
  return out;
}

}  // namespace tally::report
