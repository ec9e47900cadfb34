#include "simulator/report/solve_json.h"

#include <utility>

#include "base/overloaded.h"

namespace tally::report {
namespace {

Json solutions_json(const std::string& file, const Model& model, const Solutions& found) {
  Json solutions = Json::array();
  for (const Solution& solution : found.solutions) {
    Json settings = Json::array(), documents = Json::array();
    for (const Setting& setting : solution.settings) {
      const Element& element = model.at(setting.element);
      Json one = {{"setting", element.name},
                  {"pointer", element.pointer},
                  {"value", Json::parse(document_text(model, {{setting.element, setting.value}}, element.pointer))}};
      if (setting.any_of) one["any_of"] = *setting.any_of;
      if (setting.is_required) one["required"] = true;
      settings.push_back(std::move(one));
    }
    for (const StoredDocument& document : solution.documents) {
      documents.push_back({{"names", document.names},
                           {"pointers", document.pointers},
                           {"value", Json::parse(document_text(model, document.content, document.pointers.front()))}});
    }
    solutions.push_back({{"settings", std::move(settings)}, {"documents", std::move(documents)}});
  }
  return {{"file", file},
          {"settings", found.settings},
          {"count", count_json(found.count)},
          {"solutions", std::move(solutions)},
          {"conflict", nullptr}};
}

Json texts_of(const SolveQuestion& question, const std::vector<std::size_t>& wishes) {
  Json out = Json::array();
  for (const std::size_t i : wishes) out.push_back(question.wishes[i].text);
  return out;
}

Json conflict_json(const std::string& file, const SolveQuestion& question, const Conflict& conflict) {
  Json calls = Json::array();
  for (const ConflictCall& call : conflict.calls) {
    calls.push_back({{"wishes", texts_of(question, call.wishes)}, {"call", call.facts}});
  }
  return {{"file", file},
          {"settings", nullptr},
          {"count", 0},
          {"solutions", Json::array()},
          {"conflict",
           {{"wishes", texts_of(question, conflict.wishes)},
            {"smallest", conflict.is_smallest},
            {"calls", std::move(calls)},
            {"all_calls", conflict.are_all_calls}}}};
}

}  // namespace

Json solve_json(const std::string& file, const Model& model, const SolveQuestion& question, const SolveAnswer& answer) {
  return std::visit(overloaded{[&](const Solutions& found) { return solutions_json(file, model, found); },
                               [&](const Conflict& conflict) { return conflict_json(file, question, conflict); }},
                    answer);
}

}  // namespace tally::report
