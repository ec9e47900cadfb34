#include "simulator/solve/fewest.h"

#include <algorithm>

namespace tally {

Fewest::Fewest(SettingsSpace& space) : space_(space) {
  for (const ElementId element : space.settings()) {
    if (space.representative(element) == element) elements_.push_back(element);
  }
  std::sort(elements_.begin(), elements_.end(),
            [&](ElementId a, ElementId b) { return comes_before(space.model(), a, b); });
}

std::pair<Diagram, std::size_t> Fewest::of(Diagram solutions) {
  return space_.start().has_documents() ? fewest_changes(solutions) : fewest_settings(solutions);
}

// --- settings -----------------------------------------------------------------------------

std::pair<Diagram, std::size_t> Fewest::fewest_settings(Diagram solutions) {
  const auto cheapest =
      diagrams().cheapest(solutions, [&](VariableId v, Code code) -> unsigned { return written(v).has(code) ? 1 : 0; });
  std::size_t settings = 0;
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
  const Diagram fewest = diagrams().both(solutions, at_most(leaves, settings).back());
  return {least(fewest, bare).first, settings};
}

// Returns the codes of a variable that count as a setting.
const CodeSet& Fewest::written(VariableId variable) {
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

// Returns the condition that an object is present, and that no leaf in it is written, however
// deep: in {"device":{"presence":{}}} both objects are bare.
Diagram Fewest::is_bare(ElementId object) {
  Space& space = space_.space();
  Diagram bare = space.test(object, CodeSet().add(1));
  for (const ElementId inside : below(space_.model(), object)) {
    if (!space_.model().at(inside).is_leaf() || !space_.settings().contains(inside)) continue;
    bare = diagrams().but_not(bare, space.test(inside, space_.written(inside)));
  }
  return bare;
}

// --- changes ------------------------------------------------------------------------------

std::pair<Diagram, std::size_t> Fewest::fewest_changes(Diagram solutions) {
  std::vector<Diagram> changes, objects;
  for (const ElementId element : deepest_first()) {
    if (space_.model().at(element).relation) continue;
    if (space_.model().at(element).is_leaf()) {
      changes.push_back(is_changed(element));
    } else if (space_.start_code(element) != 0) {
      changes.push_back(is_removed(element));
      objects.push_back(space_.space().test(element, CodeSet().add(0)));
    } else {
      changes.push_back(without_changes_inside(element, true));
      objects.push_back(without_changes_inside(element, false));
    }
  }
  const auto [fewest, number] = least(solutions, changes);
  return {least(fewest, objects).first, number};
}

// Returns the condition that a leaf has another value, other than by the removal of an object around it.
Diagram Fewest::is_changed(ElementId leaf) {
  const Diagram changed = diagrams().negate(space_.space().test(leaf, space_.unchanged(leaf)));
  const auto object = space_.start().innermost_present(space_.in_document(leaf));
  if (!object || !space_.settings().contains(*object)) return changed;
  return diagrams().both(changed, space_.space().test(*object, CodeSet().add(1)));
}

// Returns the condition that an object is removed, other than by the removal of an object around it.
Diagram Fewest::is_removed(ElementId object) {
  const Diagram removed = space_.space().test(object, CodeSet().add(0));
  const auto around = space_.start().innermost_present(space_.in_document(object));
  if (!around || !space_.settings().contains(*around)) return removed;
  return diagrams().both(removed, space_.space().test(*around, CodeSet().add(1)));
}

// Returns the condition that an object is added in which no leaf is changed, however deep; nor is an object there, if
// these count.
Diagram Fewest::without_changes_inside(ElementId object, bool with_objects) {
  Space& space = space_.space();
  Diagram out = space.test(object, CodeSet().add(1));
  for (const ElementId inside : below(space_.model(), object)) {
    if (inside == object || !space_.settings().contains(inside)) continue;
    const bool is_leaf = space_.model().at(inside).is_leaf();
    if (is_leaf) out = diagrams().both(out, space.test(inside, space_.unchanged(inside)));
    if (!is_leaf && with_objects) out = diagrams().both(out, space.test(inside, CodeSet().add(0)));
  }
  return out;
}

// --- both ---------------------------------------------------------------------------------

std::vector<ElementId> Fewest::deepest_first() {
  std::vector<ElementId> out = elements_;
  std::sort(out.begin(), out.end(),
            [&](ElementId a, ElementId b) { return space_.space().variable(a) > space_.space().variable(b); });
  return out;
}

// Returns for each number up to `number` the condition that at most so many of these hold.
std::vector<Diagram> Fewest::at_most(const std::vector<Diagram>& conditions, std::size_t number) {
  std::vector<Diagram> left(number + 1, diagrams().yes());  // by the number that may still hold
  for (const Diagram condition : conditions) {
    for (std::size_t n = number + 1; n-- > 0;) {
      left[n] = diagrams().choose(condition, n > 0 ? left[n - 1] : diagrams().no(), left[n]);
    }
  }
  return left;
}

// Returns the solutions in which the fewest of these conditions hold, and how many these are.
std::pair<Diagram, std::size_t> Fewest::least(Diagram solutions, const std::vector<Diagram>& conditions) {
  for (std::size_t most = 3;; most = 2 * most + 1) {
    const std::vector<Diagram> left = at_most(conditions, std::min(most, conditions.size()));
    for (std::size_t n = most / 2 == 1 ? 0 : most / 2 + 1; n < left.size(); ++n) {
      const Diagram with = diagrams().both(solutions, left[n]);
      if (with != diagrams().no()) return {with, n};
    }
    if (most >= conditions.size()) return {solutions, conditions.size()};
  }
}

void Fewest::each(Diagram solutions, std::size_t limit, const std::function<void(const std::vector<Code>&)>& take) {
  codes_.clear();
  each_from(solutions, 0, limit, take);
}

// Returns the codes of an element, in the order in which solutions are shown.
std::vector<unsigned> Fewest::codes_in_order(ElementId element) {
  const Variable& v = diagrams().variables()[space_.space().variable(element).value];
  std::vector<unsigned> out;
  for (unsigned k = 0; k < v.count; ++k) {
    // Code 0, if the variable has it, comes last.
    out.push_back(v.first == 0 ? (k + 1) % v.count : v.first + k);
  }
  if (!space_.start().has_documents() || space_.model().at(element).relation) return out;
  const auto before = std::find(out.begin(), out.end(), space_.start_code(element));
  if (before != out.end()) std::rotate(before, before + 1, out.end());
  return out;
}

void Fewest::each_from(Diagram left, std::size_t at, std::size_t& limit,
                       const std::function<void(const std::vector<Code>&)>& take) {
  if (limit == 0 || left == diagrams().no()) return;
  if (at == elements_.size()) {
    --limit;
    take(codes_);
    return;
  }
  const VariableId variable = space_.space().variable(elements_[at]);
  for (const unsigned code : codes_in_order(elements_[at])) {
    codes_.push_back(static_cast<Code>(code));
    each_from(diagrams().hold(left, variable, codes_.back()), at + 1, limit, take);
    codes_.pop_back();
  }
}

}  // namespace tally
