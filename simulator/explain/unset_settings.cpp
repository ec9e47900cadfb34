#include "simulator/explain/unset_settings.h"

#include <algorithm>
#include <map>
#include <set>

namespace tally {
namespace {

constexpr std::size_t max_objects = 3;  // that are named; if there are more, some are taken together

using Object = std::optional<ElementId>;  // nothing: the request itself

bool is_in(const Model& model, ElementId element, const Object& object) {
  if (!object) return true;
  for (Object around = element; around; around = model.at(*around).parent) {
    if (around == object) return true;
  }
  return false;
}

// The unset facts, by an object that is around them.
using Groups = std::map<Object, std::vector<const ExplainedFact*>>;

void move_group(Groups& groups, Groups::iterator from, const Object& to) {
  const auto facts = std::move(from->second);
  groups.erase(from);
  auto& there = groups[to];
  there.insert(there.end(), facts.begin(), facts.end());
}

// Takes groups into those of objects around theirs. Inputs stay apart: one that is missing is
// a fact that readers look for.
void join_nested(const Model& model, Groups& groups) {
  for (auto group = groups.begin(); group != groups.end();) {
    const auto around = std::find_if(groups.begin(), groups.end(), [&](const auto& other) {
      return other.first && group->first && other.first != group->first && is_in(model, *group->first, other.first);
    });
    const auto here = group++;
    if (around != groups.end()) move_group(groups, here, around->first);
  }
}

// Takes the groups of one object's members together, innermost first, while there are many.
void join_siblings(const Model& model, Groups& groups) {
  const auto depth = [&](const Object& object) {
    std::size_t out = 0;
    for (Object around = object; around; around = model.at(*around).parent) ++out;
    return out;
  };
  while (groups.size() > max_objects) {
    const auto deepest = std::max_element(
        groups.begin(), groups.end(), [&](const auto& a, const auto& b) { return depth(a.first) < depth(b.first); });
    if (depth(deepest->first) < 2) return;
    move_group(groups, deepest, model.at(*deepest->first).parent);
    join_nested(model, groups);
  }
}

std::size_t settings_of(const Model& model, const ExplainedFact& fact) {
  if (fact.from == FactFrom::unset) return 1;
  return static_cast<std::size_t>(std::count_if(fact.inside.begin(), fact.inside.end(),
                                                [&](ElementId inside) { return model.at(inside).is_leaf(); }));
}

}  // namespace

ListedFacts listed_facts(const Model& model, const std::vector<ExplainedFact>& rests_on, const CallFacts& facts,
                         const IsDefault& is_default) {
  Groups groups;
  for (const ExplainedFact& fact : rests_on) {
    if (fact.from == FactFrom::unset || fact.from == FactFrom::absent)
      groups[model.at(fact.element).parent].push_back(&fact);
  }
  join_nested(model, groups);
  join_siblings(model, groups);

  ListedFacts out;
  std::set<const ExplainedFact*> together;
  for (const auto& [object, unset] : groups) {
    if (unset.size() < (object ? 2u : max_objects + 1)) continue;
    together.insert(unset.begin(), unset.end());
    UnsetSettings rest{object, 0, true};
    for (const ExplainedFact* fact : unset) rest.settings += settings_of(model, *fact);
    out.rest.push_back(rest);
  }
  std::set<ElementId> listed;
  for (const ExplainedFact& fact : rests_on) {
    if (together.contains(&fact)) continue;
    listed.insert(fact.element);
    out.facts.push_back(fact);
  }
  for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
    const ElementId leaf{i};
    if (!model.at(leaf).is_leaf() || listed.contains(leaf)) continue;
    if (std::holds_alternative<Unset>(facts(leaf)) || is_default(leaf)) continue;
    for (UnsetSettings& rest : out.rest) rest.is_all = rest.is_all && !is_in(model, leaf, rest.object);
  }
  return out;
}

}  // namespace tally
