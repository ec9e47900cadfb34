// The solutions with the fewest settings, or with the fewest changes. Private to solving (solve*.cpp).
//
// In:     the space of a question, and its solutions as a condition over the settings.
// Out:    those of them with the fewest settings, and of these the ones with the fewest objects that have no
//         setting in them. With documents, those with the fewest changes, and of these the ones that remove and add the
//         fewest objects.
// Always: the solutions that are left are some of those that came in, and are not none.
//
// For example, "user.enabled on" and "user.enabled on, user.format mp3" are two solutions; the first is kept.
//
// Functions throw NodeLimit like their diagrams.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "simulator/solve/settings_space.h"

namespace tally {

class Fewest {
 public:
  explicit Fewest(SettingsSpace& space);  // which must outlive it

  // One element per variable of a setting, in the order of documents.
  const std::vector<ElementId>& elements() const { return elements_; }

  // Returns the fewest of the solutions, of which there is one, and how many settings or changes they have.
  std::pair<Diagram, std::size_t> of(Diagram solutions);

  // Calls `take` with the first solutions, as codes of `elements()`. An element that comes first in a document varies
  // last. It is set before it is left out, and with documents it is changed before it stays.
  void each(Diagram solutions, std::size_t limit, const std::function<void(const std::vector<Code>&)>& take);

 private:
  Diagrams& diagrams() { return space_.diagrams(); }
  const CodeSet& written(VariableId variable);
  std::vector<ElementId> deepest_first();
  std::vector<Diagram> at_most(const std::vector<Diagram>& conditions, std::size_t number);
  std::pair<Diagram, std::size_t> least(Diagram solutions, const std::vector<Diagram>& conditions);

  std::pair<Diagram, std::size_t> fewest_settings(Diagram solutions);
  Diagram is_bare(ElementId object);

  std::pair<Diagram, std::size_t> fewest_changes(Diagram solutions);
  Diagram is_changed(ElementId leaf);
  Diagram is_removed(ElementId object);
  Diagram without_changes_inside(ElementId object, bool with_objects);

  std::vector<unsigned> codes_in_order(ElementId element);
  void each_from(Diagram left, std::size_t at, std::size_t& limit,
                 const std::function<void(const std::vector<Code>&)>& take);

  SettingsSpace& space_;
  std::vector<ElementId> elements_;
  std::vector<CodeSet> written_;
  std::vector<Code> codes_;
};

}  // namespace tally
