// What the documents of a question hold before anything is changed. Private to solving (solve*.cpp).
//
// In:     a model, and the documents of a question.
// Out:    the value of each element in them, as a call has it; and what a change of them may touch.
// Always: an element of a document that is not there, and has no default there, is unset.
//
// For example, in {"call_recording": {"enabled": true}}, stored at `user`, `user.enabled` is on, and
// `user.time_limit` is unset.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "simulator/solve/solve.h"

namespace tally {

// Returns the value that a leaf has if it is left out of an object that is there, or nothing: its default, or `off` for
// a value of a set.
std::optional<Literal> value_if_left_out(const Model& model, ElementId leaf);

class Start {
 public:
  // The references must outlive the object.
  Start(const Model& model, const std::vector<GivenDocument>& documents);

  bool has_documents() const { return !documents_.empty(); }
  bool contains(ElementId element) const { return document_of_.contains(element); }
  // Whether a document itself has a value or an object here: a default does not count.
  bool is_written(ElementId element) const { return written_.contains(element); }
  // The value of an element, with defaults: "present" for an object that is there, or Unset.
  Literal value(ElementId element) const;
  // Whether removing the object would remove something that no element reads.
  bool holds_more(ElementId object) const;
  // The innermost object around an element that may be absent, and that a document holds.
  std::optional<ElementId> innermost_present(ElementId element) const;

 private:
  const Model& model_;
  const std::vector<GivenDocument>& documents_;
  std::map<ElementId, std::size_t> document_of_;  // an index into the documents
  std::map<ElementId, Literal> written_;
};

}  // namespace tally
