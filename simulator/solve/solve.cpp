#include "simulator/solve/solve.h"

#include <algorithm>

#include "compiler/diagrams/class_values.h"
#include "simulator/conditions/conditions.h"
#include "simulator/solve/conflict.h"
#include "simulator/solve/settings_space.h"

namespace tally {
namespace {

// The solutions with the fewest settings, as one condition over the settings.
class Fewest {
 public:
  explicit Fewest(SettingsSpace& space) : space_(space) {
    for (const ElementId element : space.settings()) {
      if (space.representative(element) == element) elements_.push_back(element);
    }
    std::sort(elements_.begin(), elements_.end(),
              [&](ElementId a, ElementId b) { return comes_before(space.model(), a, b); });
  }

  // One element per variable of a setting, in the order of documents.
  const std::vector<ElementId>& elements() const { return elements_; }

  Diagram of(Diagram solutions, std::size_t& settings) {
    const auto cheapest = diagrams().cheapest(
        solutions, [&](VariableId v, Code code) -> unsigned { return written(v).has(code) ? 1 : 0; });
    settings = 0;
    for (const ElementId element : elements_) {
      const VariableId v = space_.space().variable(element);
      if (written(v).has((*cheapest)[v.value])) ++settings;
    }
    std::vector<Diagram> leaves, bare;
    for (const ElementId element : deepest_first()) {
      const Element& at = space_.model().at(element);
      if (at.is_leaf()) {
        leaves.push_back(space_.space().test(element, space_.written(element)));
      } else {
        bare.push_back(is_bare(element));
      }
    }
    Diagram fewest = diagrams().both(solutions, at_most(leaves, settings));
    // Of these, keep the ones with the fewest objects that are present without a setting in them.
    for (std::size_t objects = 0; objects <= bare.size(); ++objects) {
      const Diagram with = diagrams().both(fewest, at_most(bare, objects));
      if (with != diagrams().no()) return with;
    }
    return fewest;
  }

  // Calls `take` with the first solutions, as codes of `elements()`. An element that comes first
  // in a document varies last, and is set before it is left out.
  template <class Take>
  void each(Diagram solutions, std::size_t limit, Take take) {
    codes_.clear();
    each(solutions, 0, limit, take);
  }

 private:
  Diagrams& diagrams() { return space_.diagrams(); }

  // Returns the codes of a variable that count as a setting.
  const CodeSet& written(VariableId variable) {
    if (written_.empty()) {
      written_.resize(space_.space().order().size());
      for (const ElementId element : elements_) {
        if (space_.model().at(element).is_leaf()) {
          written_[space_.space().variable(element).value] = space_.written(element);
        }
      }
    }
    return written_[variable.value];
  }

  std::vector<ElementId> deepest_first() {
    std::vector<ElementId> out = elements_;
    std::sort(out.begin(), out.end(),
              [&](ElementId a, ElementId b) { return space_.space().variable(a) > space_.space().variable(b); });
    return out;
  }

  // Returns the condition that an object is present, and that no leaf in it is written, however
  // deep: in {"device":{"presence":{}}} both objects are bare.
  Diagram is_bare(ElementId object) {
    Space& space = space_.space();
    Diagram bare = space.test(object, CodeSet().add(1));
    for (const ElementId inside : below(space_.model(), object)) {
      if (!space_.model().at(inside).is_leaf() || !space_.settings().contains(inside)) continue;
      bare = diagrams().but_not(bare, space.test(inside, space_.written(inside)));
    }
    return bare;
  }

  // Returns the condition that at most `number` of these hold.
  Diagram at_most(const std::vector<Diagram>& conditions, std::size_t number) {
    std::vector<Diagram> left(number + 1, diagrams().yes());  // by the number that may still hold
    for (const Diagram condition : conditions) {
      for (std::size_t n = number + 1; n-- > 0;) {
        left[n] = diagrams().choose(condition, n > 0 ? left[n - 1] : diagrams().no(), left[n]);
      }
    }
    return left[number];
  }

  template <class Take>
  void each(Diagram left, std::size_t at, std::size_t& limit, Take& take) {
    if (limit == 0 || left == diagrams().no()) return;
    if (at == elements_.size()) {
      --limit;
      take(codes_);
      return;
    }
    const VariableId variable = space_.space().variable(elements_[at]);
    const Variable& v = diagrams().variables()[variable.value];
    for (unsigned k = 0; k < v.count; ++k) {
      // Code 0, if the variable has it, comes last.
      const unsigned code = v.first == 0 ? (k + 1) % v.count : v.first + k;
      codes_.push_back(static_cast<Code>(code));
      each(diagrams().hold(left, variable, codes_.back()), at + 1, limit, take);
      codes_.pop_back();
    }
  }

  SettingsSpace& space_;
  std::vector<ElementId> elements_;
  std::vector<CodeSet> written_;
  std::vector<Code> codes_;
};

// --- documents ----------------------------------------------------------------------------

// The document that an element is in, with its place in a request. Of the objects around the
// element, the outermost whose own part of the pointer has several keys begins at the document:
// `user : settings? at /user/call_recording` in `/caller` gives "/caller/user". If there is no
// such object, the place is the first key of the input.
struct Home {
  std::string name, pointer;
};

Home home_of(const Model& model, ElementId element) {
  std::vector<ElementId> way = {element};
  while (model.at(way.back()).parent) way.push_back(*model.at(way.back()).parent);
  const auto first_key = [](const std::string& pointer, std::size_t from) {
    return pointer.substr(0, pointer.find('/', from + 1));
  };
  for (auto at = way.rbegin(); at != way.rend(); ++at) {
    const Element& e = model.at(*at);
    const Element* around = e.parent ? &model.at(*e.parent) : nullptr;
    if (e.is_leaf() || (around && around->type->kind == Type::Kind::map)) continue;  // the map has one level per index
    const std::size_t from = around ? around->pointer.size() : 0;
    const std::string first = first_key(e.pointer, from);
    if (first.size() < e.pointer.size()) return {e.name, first};
  }
  const Element& input = model.at(way.back());
  // An input that is a scalar is in the request itself.
  if (input.is_leaf()) return {"the request", ""};
  return {input.name, first_key(input.pointer, 0)};
}

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
void add_relations(const SettingsSpace& space, const Call& codes, Solution& solution) {
  const Model& model = space.model();
  for (const auto& [element, code] : codes) {
    const auto& relation = model.at(element).relation;
    if (!relation) continue;
    for (Setting& setting : solution.settings) {
      if (setting.element != relation->right || !setting.any_of) continue;
      const std::string order = condition_text(model, space.classes(), element, CodeSet().add(code));
      const bool is_set = *setting.any_of == model.at(setting.element).name + " is set";
      setting.any_of = is_set ? order : *setting.any_of + " and " + order;
    }
  }
}

Solution solution_of(SettingsSpace& space, const std::vector<Code>& codes_by_variable) {
  const Model& model = space.model();
  Solution solution;
  Document content;
  const auto code_of = [&](ElementId e) { return codes_by_variable[space.space().variable(e).value]; };
  const auto is_there = [&](ElementId object) {
    const auto around = optional_ancestors(model, object);
    if (around.empty()) return true;
    return space.is_setting(around.back()) && code_of(around.back()) != 0;
  };
  Call codes;
  for (const ElementId element : space.settings()) codes.emplace_back(element, code_of(element));
  const LeafValues values = values_of(model, space.classes(), codes);
  for (const ElementId element : space.settings()) {
    const Code code = code_of(element);
    const Element& at = model.at(element);
    if (at.relation) continue;
    if (at.is_leaf() ? !space.written(element).has(code) : code == 0) continue;
    const auto known = values.find(element);
    const Literal value = known != values.end() ? known->second : value_of(model, space.classes(), element, code);
    content.emplace_back(element, value);
    if (!at.is_leaf() || space.representative(element) != element) continue;
    Setting setting{element, value, {}, space.is_filler(element)};
    const bool one_value = at.type->is_enum() ? !setting.is_required || at.type->values.size() == 1
                                              : space.classes().classes(element)[code - 1].single;
    if (!one_value) {
      const bool whole = at.type->is_enum() || space.classes().classes(element).size() == 1;
      setting.any_of =
          whole ? at.name + " is set" : condition_text(model, space.classes(), element, CodeSet().add(code));
    }
    solution.settings.push_back(std::move(setting));
  }
  if (content.empty()) return solution;
  add_relations(space, codes, solution);
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

}  // namespace

Result<SolveAnswer> solve(Policy& policy, const SolveQuestion& question) {
  try {
    SettingsSpace space(policy, question);
    TALLY_RETURN_IF_ERROR(space.build());
    Diagram all = space.plain();
    for (const auto& wish : space.wishes()) all = space.diagrams().both(all, wish.meets);
    if (all == space.diagrams().no()) return SolveAnswer(find_conflict(space));

    Solutions out;
    Fewest fewest(space);
    const Diagram minimal = fewest.of(all, out.settings);
    out.count = space.diagrams().count(minimal, space.setting_variables());
    fewest.each(minimal, question.limit, [&](const std::vector<Code>& codes) {
      std::vector<Code> by_variable(space.space().order().size(), 0);
      for (std::size_t i = 0; i < codes.size(); ++i) {
        by_variable[space.space().variable(fewest.elements()[i]).value] = codes[i];
      }
      out.solutions.push_back(solution_of(space, by_variable));
    });
    return SolveAnswer(std::move(out));
  } catch (const NodeLimit& reached) {
    return Error{Cause::bound, "the question is too large: its diagrams pass " + grouped(reached.limit) + " nodes",
                 "fewer wishes at a time, or fewer paths, make it smaller"};
  }
}

}  // namespace tally
