#include "simulator/report/solve_json.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/overloaded.h"
#include "simulator/conditions/cells.h"
#include "simulator/documents/home.h"

namespace tally::report {
namespace {

// A value of an element as JSON. A value of a set is a boolean, an object is {}.
Json value_json(const Model& model, ElementId id, const Literal& value) {
  if (std::holds_alternative<Unset>(value)) return nullptr;
  if (!model.at(id).is_leaf()) return Json::object();
  if (is_member_of_set(model, id)) return value == Literal{EnumName{"on"}};
  return Json::parse(document_text(model, {{id, value}}, model.at(id).pointer));
}

// The place of an element; that of a value of a set is its array.
const std::string& pointer_of(const Model& model, ElementId id) {
  return model.at(is_member_of_set(model, id) ? *model.at(id).parent : id).pointer;
}

Json change_json(const Model& model, const Change& change) {
  const Setting& setting = change.setting;
  Json out = {{"setting", model.at(setting.element).name},
              {"pointer", pointer_of(model, setting.element)},
              {"from", value_json(model, setting.element, change.before)},
              {"to", value_json(model, setting.element, setting.value)}};
  if (setting.any_of) out["any_of"] = *setting.any_of;
  if (setting.is_required) out["required"] = true;
  return out;
}

Json changes_json(const std::string& file, const Model& model, const SolveQuestion& question, const Solutions& found,
                  const std::vector<SolvedFile>& files) {
  Json solutions = Json::array();
  for (const Solution& solution : found.solutions) {
    Json changes = Json::array(), documents = Json::array();
    for (const Change& change : solution.changes) changes.push_back(change_json(model, change));
    for (std::size_t i = 0; i < files.size(); ++i) {
      Json patch = files[i].document.patch(solution.contents[i]);
      const std::string& pointer = question.documents[i].pointer;
      Json replaced = Json::array();
      for (auto& [at, value] : files[i].document.replaced(patch))
        replaced.push_back({{"pointer", at}, {"value", value}});
      Json curl = patch.empty() ? Json() : Json(curl_command(pointer, patch));
      documents.push_back({{"names", names_of_document(model, question, i)},
                           {"pointer", pointer},
                           {"document", files[i].file},
                           {"patch", std::move(patch)},
                           {"replaces", std::move(replaced)},
                           {"curl", std::move(curl)}});
    }
    solutions.push_back({{"changes", std::move(changes)}, {"documents", std::move(documents)}});
  }
  return {{"file", file},
          {"changes", found.settings},
          {"count", count_json(found.count)},
          {"solutions", std::move(solutions)},
          {"conflict", nullptr}};
}

Json solutions_json(const std::string& file, const Model& model, const Solutions& found) {
  Json solutions = Json::array();
  for (const Solution& solution : found.solutions) {
    Json settings = Json::array(), documents = Json::array();
    for (const Setting& setting : solution.settings) {
      const Element& element = model.at(setting.element);
      Json one = {{"setting", element.name},
                  {"pointer", pointer_of(model, setting.element)},
                  {"value", value_json(model, setting.element, setting.value)}};
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

Json conflict_json(const std::string& file, const Model& model, const SolveQuestion& question,
                   const Conflict& conflict) {
  Json calls = Json::array();
  for (const ConflictCall& call : conflict.calls) {
    calls.push_back({{"wishes", texts_of(question, call.wishes)}, {"call", call.facts}});
  }
  Json kept = Json::array();
  for (const KeptObject& object : conflict.kept) {
    Json unread = Json::array();
    for (const ElementId element : object.unread) unread.push_back(model.at(element).name);
    kept.push_back(
        {{"object", model.at(object.object).name}, {"unread", std::move(unread)}, {"more", object.holds_more}});
  }
  Json out = {{"file", file},
              {question.documents.empty() ? "settings" : "changes", nullptr},
              {"count", 0},
              {"solutions", Json::array()},
              {"conflict",
               {{"wishes", texts_of(question, conflict.wishes)},
                {"smallest", conflict.is_smallest},
                {"calls", std::move(calls)},
                {"all_calls", conflict.are_all_calls}}}};
  if (!question.documents.empty()) out["conflict"]["kept"] = std::move(kept);
  return out;
}

}  // namespace

Json solve_json(const std::string& file, const Model& model, const SolveQuestion& question, const SolveAnswer& answer,
                const std::vector<SolvedFile>& files) {
  return std::visit(
      overloaded{[&](const Solutions& found) {
                   return files.empty() ? solutions_json(file, model, found)
                                        : changes_json(file, model, question, found, files);
                 },
                 [&](const Conflict& conflict) { return conflict_json(file, model, question, conflict); }},
      answer);
}

std::vector<std::string> names_of_document(const Model& model, const SolveQuestion& question, std::size_t document) {
  const GivenDocument& given = question.documents[document];
  std::vector<std::string> names = {given.name};
  const std::set<ElementId> inside(given.elements.begin(), given.elements.end());
  const auto add = [&](ElementId one, ElementId other, bool is_named) {
    const auto& parent = model.at(one).parent;
    const bool is_outermost = !parent || !inside.contains(*parent);
    if (!inside.contains(one) || (!is_outermost && !is_named)) return;
    const Home home = home_of(model, other);
    const std::string name = is_outermost && home.is_behind_key ? home.name : model.at(other).name;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const auto& [a, b] : question.same) {
    const auto one = below(model, a), other = below(model, b);
    for (std::size_t i = 0; i < one.size(); ++i) {
      add(one[i], other[i], i == 0);
      add(other[i], one[i], i == 0);
    }
  }
  return names;
}

}  // namespace tally::report
