// Facts: what documents say of a policy's elements, and the codes of a call.
//
// In: values as they stand in documents (document_reader.h fills them in). Out:
// one code a byte for `decide`, and beside it the numbers and texts that may be
// handed on. Always: codes are made only from facts without a fault.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/documents/places.h"
#include "runtime/support/document_fault.h"
#include "runtime/support/failure.h"

namespace tally {

// What stands at an element: nothing; an object; an enum's value by its code, a
// number, a text.
struct Present {};
using Fact = std::variant<std::monostate, Present, std::uint8_t, std::uint64_t, std::string>;

// The facts of a whole request, or of a single document of it. Can be used again.
struct Facts {
  std::vector<Fact> by_element;
  std::vector<ElementIndex> said;  // those that something is said of, in the order of the text

  void clear(std::size_t elements);
  void say(ElementIndex element, Fact fact);
  // Takes over what another says of the elements at and below a place.
  void replace(const std::vector<ElementIndex>& below, const Facts& other);
};

// A call: codes, and the values behind them. Can be used again.
struct BoundCall {
  std::vector<std::uint8_t> codes;
  Facts facts;  // defaults included
};

// The values behind a call's codes, wherever they are kept: in a bound call, or in
// the documents and facts that a call was put together from. Refers to them.
class CallValues {
 public:
  CallValues(const BoundCall& call) : kept_(call.facts.by_element.data()) {}  // NOLINT: a bound call has its values
  explicit CallValues(const Fact* const* elsewhere) : elsewhere_(elsewhere) {}
  const Fact& operator[](ElementIndex element) const {
    return kept_ != nullptr ? kept_[element] : *elsewhere_[element];
  }

 private:
  const Fact* kept_ = nullptr;
  const Fact* const* elsewhere_ = nullptr;
};

// What completes facts to a call. Immutable.
class Completion {
 public:
  explicit Completion(const PolicyDescriptor& policy);

  // Adds the defaults to a call's facts, and makes its codes. A fault for each
  // required thing that is missing (the outermost only), in the elements' order.
  // What is not said costs nothing. `outermost`: the elements
  // that stand in no object that is completed too; of a whole request, where not given.
  void complete(BoundCall& call, std::vector<DocumentFault>& faults) const { complete(call, outermost_, faults); }
  void complete(BoundCall& call, const std::vector<ElementIndex>& outermost, std::vector<DocumentFault>& faults) const;

  // The elements in no object that are never unset, and those of an object: they
  // have a default or are required.
  const std::vector<ElementIndex>& outermost() const { return outermost_; }
  const std::vector<ElementIndex>& members(ElementIndex object) const { return members_[object]; }

 private:
  static constexpr std::uint32_t no_code = UINT32_MAX;

  const PolicyDescriptor& policy_;
  std::vector<std::uint32_t> offsets_;              // by element: of its code in a call, or `no_code`
  std::vector<ElementIndex> outermost_;             // without an object around them
  std::vector<std::vector<ElementIndex>> members_;  // by object: the members that are never unset in it
};

// What an element takes where it has a default; it must have one.
Fact default_of(const ElementDescriptor& element);
// That something required is not there.
DocumentFault missing_fault(const ElementDescriptor& element);

// That a value which a host gave is none of the element's. `where`: the end of the
// message, as " in row 3".
Failure number_outside(const ElementDescriptor& element, std::uint64_t number, const std::string& where = "");
Failure text_not_utf8(const ElementDescriptor& element, const std::string& where = "");

// The code of a value of an element; 0 for nothing.
std::uint8_t code_of(const ElementDescriptor& element, const Fact& fact);
std::uint8_t code_of_number(const ElementDescriptor& element, std::uint64_t number);
std::uint8_t code_of_text(const ElementDescriptor& element, std::string_view text);

}  // namespace tally
