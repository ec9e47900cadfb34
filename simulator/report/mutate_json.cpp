#include "simulator/report/mutate_json.h"

#include <utility>

namespace tally::report {

Json mutant_json(const Compilation& c, const Mutant& mutant) {
  const Position at = c.sources.file(mutant.edit.place.file).position(mutant.edit.place.begin);
  Json out = {{"line", at.line},
              {"column", at.column},
              {"verdict", to_string(mutant.verdict)},
              {"edit", to_string(mutant.edit.kind)},
              {"before", mutant.edit.before},
              {"after", mutant.edit.after}};
  if (mutant.verdict == Verdict::caught) out["code"] = info(mutant.code).id;
  if (!mutant.reason.empty()) out[mutant.verdict == Verdict::caught ? "by" : "why"] = mutant.reason;
  if (!mutant.call) return out;
  const Model& model = *c.policy->model;
  out["call"] = {{"where", mutant.call->text},
                 {"request", Json::parse(mutant.call->request, nullptr, false)},
                 {"decision", model.at(mutant.call->decision).name},
                 {"original", mutant.call->before},
                 {"mutant", mutant.call->after}};
  if (!mutant.call->example.empty()) out["call"]["example"] = mutant.call->example;
  return out;
}

Json mutation_json(const std::string& file, const Compilation& compilation, const Mutation& mutation, Listed listed) {
  Json list = Json::array();
  for (const Mutant& mutant : mutation.mutants) {
    const bool is_unnoticed = mutant.verdict == Verdict::survives || mutant.verdict == Verdict::unknown;
    if (listed == Listed::all || is_unnoticed) list.push_back(mutant_json(compilation, mutant));
  }
  return {{"file", file},
          {"mutants", mutation.mutants.size()},
          {"caught", mutation.count(Verdict::caught)},
          {"equal", mutation.count(Verdict::equal)},
          {"survive", mutation.count(Verdict::survives)},
          {"unknown", mutation.count(Verdict::unknown)},
          {"list", std::move(list)}};
}

}  // namespace tally::report
