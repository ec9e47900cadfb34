// What stands at each element of a call: facts of the host, documents, defaults, and the objects
// around them; and the codes of all of it.
//
// In:     the facts that a host set, and the documents that are attached, in one version.
// Out:    for each element the value that stands there; for each offset its code; which
//         required elements are missing.
// Always: the result is that of `RequestBinder::bind` for a request with the same facts and
//         documents. While it is `stale`, values and codes mean nothing. A document hides the
//         facts at and below its place. Small changes are made in place; what could change
//         whether an object is present makes the composition stale.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/calls/host_facts.h"
#include "runtime/policy/kept_document.h"

namespace tally {

// A document that is attached to a call. The call holds a reference to it.
struct AttachedDocument {
  Ref<KeptDocument> document;
  const DocumentBinding* binding;  // in the version held; null: that refuses the document
};

class Composition {
 public:
  // Begins with a version: nothing is attached, and the composition is stale.
  void begin(const PolicyVersion& version);

  bool is_stale() const { return stale_; }
  // Whether the codes are ready to be decided: composed, and nothing is missing.
  bool is_complete() const { return !stale_ && missing_count_ == 0; }
  const std::vector<std::uint8_t>& codes() const { return codes_; }
  // By element; refers to facts, documents and defaults.
  const std::vector<const Fact*>& values() const { return values_; }
  std::vector<ElementIndex> defaults() const;  // the elements at which a default stands
  std::vector<DocumentFault> missing() const;

  // Takes over a request that was bound in the version. `defaults` are its elements with a default.
  void take(const BoundCall& request, const std::vector<ElementIndex>& defaults);

  // Composes everything, if it is stale. The version may refuse none of the facts and documents.
  void compose(const HostFacts& facts, std::span<const AttachedDocument> documents);

  // The host set a fact, or removed the one that was there.
  void set_fact(ElementIndex element, const Fact& fact);
  void remove_fact(ElementIndex element);
  // Fast path: whether this very fact stands at the element, so that `replace_code` is all that
  // another value of it takes.
  bool stands(ElementIndex element, const Fact& fact) const { return !stale_ && values_[element] == &fact; }
  void replace_code(std::uint32_t offset, std::uint8_t code) {
    if (offset != no_index) codes_[offset] = code;
  }

  // An element of the document that another document hides already; null if there is none.
  const ElementDescriptor* overlap(const DocumentBinding& document) const;
  // A document is attached; nothing of it may overlap.
  void attach(const DocumentBinding& document);
  // Another document takes the place of one that is attached, and is the same to all around it.
  void replace(const DocumentBinding& document);
  void detach(const DocumentBinding& document);
  void make_stale() { stale_ = true; }

 private:
  bool is_present(ElementIndex element) const { return !std::holds_alternative<std::monostate>(*values_[element]); }
  void put(ElementIndex element, const Fact& fact);
  void set_missing(ElementIndex element, bool missing);
  void put_document(const DocumentBinding& document);
  // Work out relations again.
  void relate(const RelationDescriptor& relation);
  void relate_all();
  void relate_leaf(ElementIndex leaf);

  const PolicyVersion* version_ = nullptr;
  bool stale_ = true;
  std::vector<const Fact*> values_;
  std::vector<const Fact*> given_;     // by element: the facts of host and documents, before defaults
  std::vector<std::uint8_t> hidden_;   // by element: whether a document is attached there
  std::vector<std::uint8_t> missing_;  // by element
  std::size_t missing_count_ = 0;
  std::vector<std::uint8_t> codes_;
};

}  // namespace tally
