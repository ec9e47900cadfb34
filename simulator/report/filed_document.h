// A stored document as a file has it: what solving starts from, and the changes as a JSON Merge Patch (RFC 7396).
//
// In:     the JSON text of a document that stands at one place of a request.
// Out:    what its elements hold; then, for other values of these, the patch that brings them about.
// Always: the patch has only what changes. Applied to the document, it gives the other values, and all that no
//         element reads is as it was.
//
// For example, {"name": "desk", "call_recording": {"enabled": false}} with `device.enabled` on has the patch
// {"call_recording": {"enabled": true}}; with `device.enabled` unset it is {"call_recording": {"enabled": null}}.
//
// In a patch an array replaces the whole array. That of a set keeps the texts that are not values of the set, and the
// order.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/documents/request_binder.h"
#include "simulator/report/json.h"
#include "simulator/solve/solve.h"

namespace tally::report {

class FiledDocument {
 public:
  struct Read;
  // Reads the document at a place. `name` is that of the place. The model and the binder, which is for its policy, must
  // outlive the document.
  static Read read(const Model& model, const RequestBinder& binder, PlaceIndex place, std::string name,
                   std::string_view text, const ReadOptions& options);

  const GivenDocument& given() const { return given_; }
  // Returns the patch after which the document holds this, `content` of a solution.
  Json patch(const Document& content) const;
  // Returns the values that a patch replaces although no element reads them, being of another kind: the pointers within
  // the document, and the values.
  std::vector<std::pair<std::string, Json>> replaced(const Json& patch) const;

 private:
  FiledDocument(const Model& model, const RequestBinder& binder, PlaceIndex place, std::string_view text);
  void take(std::string name, const Facts& facts);
  std::optional<DocumentFault> fault_of_answer() const;
  bool find_unread(PlaceIndex place, const Json& here, const Facts& facts);
  bool find_unread_texts(ElementIndex set, const Json& here) const;

  using Content = std::map<ElementId, Literal>;
  std::optional<ElementIndex> reader(PlaceIndex place, const Content& content) const;
  bool change(PlaceIndex place, const Json& here, const Content& content, Json& patch) const;
  bool change_members(PlaceIndex place, const Json& here, const Content& content, Json& patch) const;
  void find_replaced(PlaceIndex place, const Json& here, const Json& patch, const std::string& pointer,
                     std::vector<std::pair<std::string, Json>>& out) const;
  Json leaf(ElementId element, const Literal& value) const;
  Json array(ElementIndex set, const Json& here, const Content& content) const;
  std::vector<bool> members(ElementIndex set, const Content& content) const;
  ElementIndex first_below(PlaceIndex place) const;

  const Model* model_;
  const RequestBinder* binder_;
  PlaceIndex place_;
  Json json_;
  std::vector<std::optional<ElementId>> element_;  // of the model, by element of the descriptor
  GivenDocument given_;
  Content before_;
};

// A document, or none if `faults` has errors.
struct FiledDocument::Read {
  std::optional<FiledDocument> document;
  std::vector<DocumentFault> faults;
};

// Returns the curl command that sends a patch to KAZOO, as its guide writes it, on several lines. `pointer` is that of
// the document in a request: its last key, `account`, `user` or `device`, decides the URL.
std::string curl_command(const std::string& pointer, const Json& patch);

}  // namespace tally::report
