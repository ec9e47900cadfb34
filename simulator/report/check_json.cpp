#include "simulator/report/check_json.h"

namespace tally::report {

Json check_json(const std::string& file, const Compilation& compilation, const CheckSummary& summary) {
  Json out = {{"file", file}, {"ok", !compilation.diagnostics.has_errors()}};
  if (compilation.policy) {
    out["decisions"] = summary.decisions;
    out["rules"] = summary.rules;
    out["proofs"] = summary.proofs;
    out["examples"] = summary.examples;
    out["combinations"] = summary.combinations ? count_json(*summary.combinations) : Json();
  }
  out["diagnostics"] = diagnostics_json(compilation.diagnostics, compilation.sources);
  return out;
}

}  // namespace tally::report
