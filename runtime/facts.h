// Facts: what documents say of a policy's elements, and the codes of a call.
//
// In: values as they stand in documents (document_reader.h fills them in). Out:
// one code a byte for `decide`, and beside it the numbers and texts that may be
// handed on. Always: codes are made only from facts without a fault.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "runtime/document_fault.h"
#include "runtime/places.h"
#include "runtime/policy_descriptor.h"

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

// A call: codes, and the values behind them (defaults included).
struct BoundCall {
  std::vector<std::uint8_t> codes;
  std::vector<Fact> values;  // by element
};

// Completes facts to a call: defaults, presence, codes. Adds a fault for each
// required thing that is missing (the outermost only). `elements`: those to look
// at, parents first; empty: all. Only these get codes.
void complete(const PolicyDescriptor& policy, const Facts& facts, const std::vector<ElementIndex>& elements,
              BoundCall& call, std::vector<DocumentFault>& faults);

// The code of a value of an element; 0 for nothing.
std::uint8_t code_of(const ElementDescriptor& element, const Fact& fact);

}  // namespace tally
