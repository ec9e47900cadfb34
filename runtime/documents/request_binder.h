// Binding: documents to calls.
//
// In: a policy's descriptor; requests and documents as JSON text. Out: a call
// (codes, and the values behind them), or every fault of the text. Always:
// nothing is bound from a text with an error; a binder is immutable and may be
// used from several threads.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/documents/document_reader.h"
#include "runtime/documents/facts.h"

namespace tally {

// One document of a request, bound alone: what stands at one place of it, as
// `/caller/device`. A switch keeps it, and brings it along with each call.
struct BoundDocument {
  PlaceIndex place = Places::root;
  Facts facts;
};

struct BindResult {
  std::optional<BoundCall> call;      // none: there are errors
  std::vector<DocumentFault> faults;  // warnings too
};
struct BindDocumentResult {
  std::optional<BoundDocument> document;
  std::vector<DocumentFault> faults;
};

class RequestBinder {
 public:
  explicit RequestBinder(std::shared_ptr<const PolicyDescriptor> policy);

  const PolicyDescriptor& policy() const { return *policy_; }
  const Places& places() const { return places_; }
  const Completion& completion() const { return completion_; }

  // A whole request: one JSON object. What documents say stands instead of what
  // the request says at their places.
  BindResult bind(std::string_view request, const std::vector<const BoundDocument*>& documents = {}) const;

  // What the text says, before it is completed to a call; for printing and for
  // explanations. Faults as above.
  std::optional<Facts> read(std::string_view request, std::vector<DocumentFault>& faults) const;

  // The place of a document: a JSON Pointer into a request ("/caller/device"), or
  // an element's name ("caller.device"), which means the document that it stands
  // in: the value at the first key of its pointer from the object around. Nothing
  // where there is no such place.
  std::optional<PlaceIndex> document_place(std::string_view pointer_or_name) const;
  BindDocumentResult bind_document(PlaceIndex place, std::string_view text) const;
  // The elements at and below a place, parents first.
  std::vector<ElementIndex> below(PlaceIndex place) const;

 private:
  std::shared_ptr<const PolicyDescriptor> policy_;
  Places places_;
  Completion completion_;
  friend class RequestStream;
};

// Binds one request after the other, in memory that stays. One thread each.
class RequestStream {
 public:
  explicit RequestStream(const RequestBinder& binder);  // which must outlive it

  // As `RequestBinder::bind`. The call is valid until the next one; null: there are
  // errors.
  const BoundCall* bind(std::string_view request);
  const std::vector<DocumentFault>& faults() const { return faults_; }  // of the last request

 private:
  const RequestBinder& binder_;
  DocumentReader reader_;
  BoundCall call_;
  std::vector<DocumentFault> faults_;
};

// The known part of a document as JSON text: what facts say at and below a place,
// nothing that is missing. Reading it again gives the same facts.
std::string print_document(const PolicyDescriptor& policy, const Places& places, PlaceIndex place, const Facts& facts);

}  // namespace tally
