#include "simulator/solve/solution.h"

#include <algorithm>

#include "compiler/diagrams/class_values.h"
#include "simulator/conditions/conditions.h"
#include "simulator/documents/home.h"

namespace tally {
namespace {

std::vector<StoredDocument> documents_of(const SettingsSpace& space, const Document& content) {
  struct Part {
    Home home;
    Document content;
    std::set<ElementId> shared;  // the representatives of its elements
  };
  const Model& model = space.model();
  std::vector<Part> parts;
  for (const auto& fact : content) {
    Home home = home_of(model, fact.first);
    auto at = std::find_if(parts.begin(), parts.end(), [&](const Part& p) { return p.home.pointer == home.pointer; });
    if (at == parts.end()) at = parts.insert(parts.end(), Part{std::move(home), {}, {}});
    at->content.push_back(fact);
    at->shared.insert(space.representative(fact.first));
  }
  std::vector<StoredDocument> out;
  std::vector<const Part*> first;  // the first part of each document
  for (const Part& part : parts) {
    const std::string text = document_text(model, part.content, part.home.pointer);
    std::size_t i = 0;
    for (; i < out.size(); ++i) {
      const bool same =
          first[i]->shared == part.shared && document_text(model, first[i]->content, first[i]->home.pointer) == text;
      if (same) break;
    }
    if (i == out.size()) {
      out.push_back({{}, {}, part.content});
      first.push_back(&part);
    }
    out[i].names.push_back(part.home.name);
    out[i].pointers.push_back(part.home.pointer);
  }
  return out;
}

// Says of the later one of two settings how it compares with the other.
void add_relations(const SettingsSpace& space, const Call& codes, const std::vector<Setting*>& settings) {
  const Model& model = space.model();
  for (const auto& [element, code] : codes) {
    const auto& relation = model.at(element).relation;
    if (!relation) continue;
    for (Setting* setting : settings) {
      if (setting->element != relation->right || !setting->any_of) continue;
      const std::string order = condition_text(model, space.classes(), element, CodeSet().add(code));
      const bool is_set = *setting->any_of == model.at(setting->element).name + " is set";
      setting->any_of = is_set ? order : *setting->any_of + " and " + order;
    }
  }
}

// A choice of settings: the code of each, with values that fit together.
struct Choice {
  SettingsSpace& space;
  const std::vector<Code>& by_variable;
  Call codes;
  LeafValues values;

  Choice(SettingsSpace& in, const std::vector<Code>& chosen) : space(in), by_variable(chosen) {
    for (const ElementId element : space.settings()) codes.emplace_back(element, code(element));
    values = values_of(space.model(), space.classes(), codes);
  }
  Code code(ElementId element) const { return by_variable[space.space().variable(element).value]; }
  Literal value(ElementId element) const {
    const auto known = values.find(element);
    return known != values.end() ? known->second : value_of(space.model(), space.classes(), element, code(element));
  }
};

// Returns a leaf with the value that it is given.
Setting setting_of(const Choice& choice, ElementId element, bool is_required) {
  const SettingsSpace& space = choice.space;
  const Element& at = space.model().at(element);
  const Code code = choice.code(element);
  Setting setting{element, choice.value(element), {}, is_required};
  const bool one_value = at.type->is_enum() ? !is_required || at.type->values.size() == 1
                                            : space.classes().classes(element)[code - 1].single;
  if (one_value) return setting;
  const bool whole = at.type->is_enum() || space.classes().classes(element).size() == 1;
  setting.any_of =
      whole ? at.name + " is set" : condition_text(space.model(), space.classes(), element, CodeSet().add(code));
  return setting;
}

Solution from_nothing(const Choice& choice) {
  const SettingsSpace& space = choice.space;
  const Model& model = space.model();
  Solution solution;
  Document content;
  const auto is_there = [&](ElementId object) {
    const auto around = optional_ancestors(model, object);
    if (around.empty()) return true;
    return space.is_setting(around.back()) && choice.code(around.back()) != 0;
  };
  for (const ElementId element : space.settings()) {
    const Element& at = model.at(element);
    if (at.relation) continue;
    if (at.is_leaf() ? !space.written(element).has(choice.code(element)) : choice.code(element) == 0) continue;
    content.emplace_back(element, choice.value(element));
    if (at.is_leaf() && space.representative(element) == element)
      solution.settings.push_back(setting_of(choice, element, space.is_filler(element)));
  }
  if (content.empty()) return solution;
  std::vector<Setting*> settings;
  for (Setting& setting : solution.settings) settings.push_back(&setting);
  add_relations(space, choice.codes, settings);
  std::sort(solution.settings.begin(), solution.settings.end(),
            [&](const Setting& a, const Setting& b) { return comes_before(model, a.element, b.element); });
  for (const ElementId object : space.required_objects()) {
    if (is_there(object)) content.emplace_back(object, EnumName{"present"});
  }
  // An object need not be listed if something in it is set.
  std::set<ElementId> filled;
  for (const auto& fact : content) {
    for (auto around = model.at(fact.first).parent; around; around = model.at(*around).parent) filled.insert(*around);
  }
  std::erase_if(content, [&](const auto& fact) { return filled.contains(fact.first); });
  std::sort(content.begin(), content.end(),
            [&](const auto& a, const auto& b) { return comes_before(model, a.first, b.first); });
  solution.documents = documents_of(space, content);
  return solution;
}

// --- documents that are given -----------------------------------------------------------------

// Whether the object is absent with the changes.
bool is_absent(const Choice& choice, ElementId object) {
  return choice.space.settings().contains(object) && choice.code(object) == 0;
}

// Returns what a document holds of its leaves and of its objects that may be absent.
std::map<ElementId, Literal> changed_values(const Choice& choice, const GivenDocument& document) {
  const SettingsSpace& space = choice.space;
  std::map<ElementId, Literal> out;
  for (const ElementId element : document.elements) {
    const auto around = optional_ancestors(space.model(), element);
    if (std::any_of(around.begin(), around.end(), [&](ElementId object) { return is_absent(choice, object); }))
      continue;
    const bool is_written = space.start().is_written(element);
    if (!space.settings().contains(element)) {
      if (is_written) out.emplace(element, space.start().value(element));
      continue;
    }
    const Code code = choice.code(element);
    const bool stays =
        space.model().at(element).is_leaf() ? space.unchanged(element).has(code) : code == space.start_code(element);
    if (stays && is_written) out.emplace(element, space.start().value(element));
    if (!stays && code != 0) out.emplace(element, choice.value(element));
  }
  return out;
}

// Returns what a document holds with the changes.
Document changed_content(const Choice& choice, const GivenDocument& document) {
  const Model& model = choice.space.model();
  std::map<ElementId, Literal> content = changed_values(choice, document);
  // Objects around something that is there are there, and so are objects that one of these must have.
  for (const auto& value : std::map<ElementId, Literal>(content)) {
    for (auto around = model.at(value.first).parent; around && choice.space.start().contains(*around);
         around = model.at(*around).parent)
      content.emplace(*around, EnumName{"present"});
  }
  for (const ElementId element : document.elements) {
    const Element& object = model.at(element);
    if (object.is_leaf() || object.optional() || object.default_value || !object.parent) continue;
    if (content.contains(*object.parent)) content.emplace(element, EnumName{"present"});
  }
  return {content.begin(), content.end()};
}

// Whether a leaf changes, or an object is removed, or is added without anything in it.
bool is_change(const Choice& choice, ElementId element) {
  const SettingsSpace& space = choice.space;
  const Model& model = space.model();
  const auto around = space.start().innermost_present(space.in_document(element));
  if (around && is_absent(choice, *around)) return false;
  if (model.at(element).is_leaf()) return !space.unchanged(element).has(choice.code(element));
  if (space.start_code(element) != 0) return is_absent(choice, element);
  if (is_absent(choice, element)) return false;
  for (const ElementId inside : below(model, element)) {
    if (inside == element || !space.settings().contains(inside)) continue;
    if (model.at(inside).is_leaf() ? !space.unchanged(inside).has(choice.code(inside)) : !is_absent(choice, inside))
      return false;
  }
  return true;
}

Solution from_documents(const Choice& choice, const std::vector<GivenDocument>& documents) {
  const SettingsSpace& space = choice.space;
  const Model& model = space.model();
  Solution solution;
  for (const ElementId element : space.settings()) {
    if (model.at(element).relation || space.representative(element) != element || !is_change(choice, element)) continue;
    // Elements of a `same` group are named as in the document.
    const ElementId named = space.in_document(element);
    Change change{{named, Unset{}, {}, false}, space.start().value(named)};
    if (!model.at(named).is_leaf()) {
      if (choice.code(named) != 0) change.setting.value = EnumName{"present"};
    } else if (choice.code(named) != 0) {
      change.setting = setting_of(choice, named, space.is_filler(named));
    }
    solution.changes.push_back(std::move(change));
  }
  std::vector<Setting*> settings;
  for (Change& change : solution.changes) settings.push_back(&change.setting);
  add_relations(space, choice.codes, settings);
  std::sort(solution.changes.begin(), solution.changes.end(), [&](const Change& a, const Change& b) {
    return comes_before(model, a.setting.element, b.setting.element);
  });
  for (const GivenDocument& document : documents) solution.contents.push_back(changed_content(choice, document));
  return solution;
}

}  // namespace

Solution solution_of(SettingsSpace& space, const std::vector<GivenDocument>& documents,
                     const std::vector<Code>& by_variable) {
  const Choice choice(space, by_variable);
  return documents.empty() ? from_nothing(choice) : from_documents(choice, documents);
}

}  // namespace tally
