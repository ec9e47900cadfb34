#include "simulator/report/table_json.h"

namespace tally::report {

Result<> write_table(const DecisionTable& table, JsonStream& json) {
  json.open_object();
  json.key("decision");
  json.text(table.title);
  json.key("inputs");
  const std::vector<std::string> keys = column_keys(table.columns);
  json.value(Json(keys));
  json.key("combinations");
  json.value(count_json(table.combinations));
  json.key("sections");
  json.open_array();
  Result<> written = table.sections([&](const TableSection& s) {
    json.open_object();
    Json fixed = Json::object();
    for (const auto& [name, value] : s.fixed) fixed[name] = value;
    json.key("by");
    json.value(fixed);
    json.key("combinations");
    json.value(count_json(s.combinations));
    json.key("rows");
    json.open_array();
    s.rows([&](const TableRow& r) {
      json.open_object();
      json.key("when");
      json.open_object();
      for (std::size_t i = 0; i < r.cells.size(); ++i) {
        if (r.cells[i] == "-") continue;
        json.key(keys[i]);
        json.text(r.cells[i]);
      }
      json.close();
      json.key("outcome");
      json.text(r.outcome);
      json.key("combinations");
      json.value(count_json(r.combinations));
      if (table.has_rules) {
        json.key("rule");
        json.value(r.rule == 0 ? Json() : Json(r.rule));
      }
      if (!r.reason.empty()) {
        json.key("because");
        json.text(r.reason);
      }
      json.close();
      return !json.is_lost();
    });
    json.close();
    json.close();
    return !json.is_lost();
  });
  json.close();
  json.close();
  return written;
}

}  // namespace tally::report
