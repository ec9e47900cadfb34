// What a line of an audit leaves open. Private to audits (audit*.cpp).
//
// In:     a model, the places of `over`; then one line after another.
// Out:    for each element whether the line settles it.
// Always: an element that the line has a value for is settled.
//
// audit.h describes the rules. For example, {"device": {"name": "desk"}} settles every element under `device`, and
// leaves `source` open.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/audit/audit.h"

namespace tally {

enum class Left : std::uint8_t {
  settled,           // as the line has it; what it lacks is unset, or at its default
  open,              // anything
  unset_or_default,  // it follows from whether the object around it, which is open, is there
};

class OpenPlaces {
 public:
  // `index` has the index of each element of the model in the descriptor, if it is there.
  OpenPlaces(const Model& model, const std::vector<std::optional<ElementIndex>>& index,
             const std::vector<ElementId>& over);

  // Sets what a line leaves open, by element of the model. `given` has the facts of the line, without defaults.
  void find(const Facts& given, const StandingAt& standing, std::vector<Left>& left) const;

  // The value that a leaf has if it is left out of an object that is there, or nothing: its default, or `off` for a
  // value of a set.
  static std::optional<Literal> usual_value(const Model& model, ElementId leaf);

 private:
  struct Place {
    std::vector<ElementId> below;       // the element first
    std::vector<ElementId> around;      // the objects around it, outermost first
    std::vector<std::string> pointers;  // of the values on the way to it, from the first key on; its own is the last
    bool is_fact = false;
  };
  void add(ElementId element, bool is_fact);
  bool is_given(const Facts& given, ElementId element) const;
  bool is_open(const Place& place, const Facts& given, const StandingAt& standing) const;
  void open_members(ElementId object, std::vector<Left>& left) const;

  const Model& model_;
  const std::vector<std::optional<ElementIndex>>& index_;
  std::vector<Place> places_;
};

}  // namespace tally
