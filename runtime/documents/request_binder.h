// Binds requests and documents to calls.
//
// In:     a policy's descriptor; requests and documents as JSON text.
// Out:    a call (codes, and the values behind them), or the faults of the text.
// Always: nothing is bound from a text with an error. A binder is immutable, and several threads
//         may use it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/documents/document_reader.h"
#include "runtime/documents/facts.h"

namespace tally {

// One document of a request, bound alone: what stands at one place, such as `/caller/device`. A
// switch keeps it, and attaches it to each call that it belongs to.
struct BoundDocument {
  PlaceIndex place = Places::root;
  Facts facts;
  std::vector<ElementIndex> elements;  // at and below the place, parents first
  std::vector<ElementIndex> around;    // the objects that the place is in, which the document makes present
};

struct BindResult {
  std::optional<BoundCall> call;      // none if there are errors
  std::vector<DocumentFault> faults;  // warnings too
  std::size_t unknown_keys = 0;       // in the text, where other keys are allowed
};
struct BindDocumentResult {
  std::optional<BoundDocument> document;
  std::vector<DocumentFault> faults;
  std::size_t unknown_keys = 0;
};

class RequestBinder {
 public:
  explicit RequestBinder(std::shared_ptr<const PolicyDescriptor> policy);

  const PolicyDescriptor& policy() const { return *policy_; }
  const Places& places() const { return places_; }
  const Completion& completion() const { return completion_; }

  // Binds a whole request, one JSON object. The facts of the documents replace those of the request
  // at their places.
  BindResult bind(std::string_view request, const std::vector<const BoundDocument*>& documents = {},
                  const ReadOptions& options = {}) const;

  // Reads the facts of the text, without completing it to a call; for printing and explanations.
  std::optional<Facts> read(std::string_view request, std::vector<DocumentFault>& faults) const;

  // The place of a document, given as a JSON Pointer into a request ("/caller/device"), or as the
  // name of an element ("caller.device"), which means the document that the element stands in: the
  // value at the first key that its pointer has after that of the object around it. Nothing if
  // there is no such place.
  std::optional<PlaceIndex> document_place(std::string_view pointer_or_name) const;
  BindDocumentResult bind_document(PlaceIndex place, std::string_view text, const ReadOptions& options = {}) const;
  // The elements at and below a place, parents first.
  std::vector<ElementIndex> below(PlaceIndex place) const;

 private:
  BindResult bind_once(std::string_view request, const std::vector<const BoundDocument*>& documents,
                       const ReadOptions& options) const;
  BindDocumentResult bind_document_once(PlaceIndex place, std::string_view text, const ReadOptions& options) const;

  std::shared_ptr<const PolicyDescriptor> policy_;
  Places places_;
  Completion completion_;
  friend class RequestStream;
};

// Binds one request after another, and uses its memory again. For one thread at a time.
class RequestStream {
 public:
  explicit RequestStream(const RequestBinder& binder, ReadOptions options = {});  // which must outlive it

  // As `RequestBinder::bind`. The call is valid until the next `bind`; null if there are errors.
  const BoundCall* bind(std::string_view request, const std::vector<const BoundDocument*>& documents = {});
  const std::vector<DocumentFault>& faults() const { return faults_; }  // of the last request
  // The elements of the last call that have their defaults, since nobody set them.
  std::vector<ElementIndex> defaults() const;

 private:
  const RequestBinder& binder_;
  DocumentReader reader_;
  BoundCall call_;
  std::size_t given_ = 0;  // how many of its facts are not defaults
  std::vector<DocumentFault> faults_;
};

// The JSON text of the facts at and below a place. Reading it again gives the same facts.
std::string print_document(const PolicyDescriptor& policy, const Places& places, PlaceIndex place, const Facts& facts);

}  // namespace tally
