#include "simulator/report/matrix_json.h"

#include <utility>

namespace tally::report {

const char* word_of(Effect effect) {
  switch (effect) {
    case Effect::never: return "no";
    case Effect::always: return "yes";
    case Effect::sometimes: return "sometimes";
  }
  return "";
}

const char* word_of(GuideFinding::Kind kind) {
  switch (kind) {
    case GuideFinding::Kind::agrees: return "agrees";
    case GuideFinding::Kind::in_words: return "agrees, its words aside";
    case GuideFinding::Kind::contradicted: return "contradicted";
    case GuideFinding::Kind::unclear: return "unclear";
    case GuideFinding::Kind::left_out: return "left out";
  }
  return "";
}

Json matrix_json(const Policy& policy, const MatrixReport& asked) {
  const Model& model = *policy.model;
  Json decisions = Json::array(), sections = Json::array();
  for (const std::size_t i : asked.outputs) decisions.push_back(model.at(policy.outputs[i].decision).name);
  for (std::size_t s = 0; s < asked.matrix.matrix.sections.size(); ++s) {
    Json fixed = Json::object(), rows = Json::array();
    for (const auto& [name, value] : asked.matrix.matrix.sections[s].fixed) fixed[name] = value;
    for (std::size_t r = 0; r < asked.matrix.rows.size(); ++r) {
      const SettingRow& row = asked.matrix.rows[r];
      const auto cells = asked.matrix.cells(s, r);
      Json settings = Json::array();
      for (std::size_t i = 0; i < cells.size(); ++i) {
        Json one = {{"setting", model.at(row.leaves[i]).name}, {"changes", word_of(cells[i]->effect)}};
        if (row.leaves.size() > 1) one["of"] = row.of[i];
        if (cells[i]->effect == Effect::sometimes) {
          const MatrixCell& cell = *cells[i];
          one["if"] = cell.is_worded && !cell.condition.empty() ? Json(cell.condition) : Json(nullptr);
          if (cell.partly) one["in_some_calls_if"] = or_on(*cell.partly);
          one["minimal"] = cell.is_minimal;
        }
        settings.push_back(std::move(one));
      }
      rows.push_back(
          {{"row", row.name}, {"outcome", outcome_text(asked.matrix, s, r)}, {"settings", std::move(settings)}});
    }
    sections.push_back({{"by", std::move(fixed)}, {"rows", std::move(rows)}});
  }
  return {{"settings", asked.title}, {"decisions", std::move(decisions)}, {"sections", std::move(sections)}};
}

Json guide_json(const std::string& file, const std::string& guide, const Model& model, const std::vector<ElementId>& by,
                const GuideCheck& check) {
  Json rows = Json::array();
  for (const GuideFinding& f : check.findings) {
    Json row = Json::object();
    if (f.line) row["line"] = f.line;
    row["finding"] = f.kind == GuideFinding::Kind::in_words ? "agrees" : word_of(f.kind);
    row["setting"] = f.setting;
    Json fixed = Json::object();
    for (std::size_t i = 0; i < by.size(); ++i) fixed[model.at(by[i]).name] = f.by[i];
    row["by"] = std::move(fixed);
    if (f.line) row["guide"] = f.guide;
    row[f.kind == GuideFinding::Kind::unclear ? "fault" : "rules"] = f.rules;
    if (f.kind == GuideFinding::Kind::in_words) row["words_aside"] = true;
    rows.push_back(std::move(row));
  }
  return {{"file", file},
          {"guide", guide},
          {"agree", check.count(GuideFinding::Kind::agrees) + check.count(GuideFinding::Kind::in_words)},
          {"contradicted", check.count(GuideFinding::Kind::contradicted)},
          {"unclear", check.count(GuideFinding::Kind::unclear)},
          {"left_out", check.count(GuideFinding::Kind::left_out)},
          {"rows", std::move(rows)}};
}

}  // namespace tally::report
