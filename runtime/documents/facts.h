// Facts: what documents have of a policy's elements; and the codes of a call.
//
// In:     values as they stand in documents; document_reader.h reads them.
// Out:    the codes for `decide`, one byte per element that has one, and the numbers and texts
//         that may be handed on.
// Always: codes are made only from facts without faults.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/documents/places.h"
#include "runtime/support/document_fault.h"
#include "runtime/support/failure.h"

namespace tally {

// What stands at an element: nothing, an object, the code of an enum or flag, a number, a text.
struct Present {};
using Fact = std::variant<std::monostate, Present, std::uint8_t, std::uint64_t, std::string>;

// The facts of a whole request, or of one document of it. They can be cleared and used again.
struct Facts {
  std::vector<Fact> by_element;
  std::vector<ElementIndex> given;  // the elements with a fact, in the order of the text

  void clear(std::size_t elements);
  void set(ElementIndex element, Fact fact);
  // Takes back the facts after the first `count`, each of an element that had no fact before.
  void take_back(std::size_t count);
  // Takes over the facts of `other` for the elements at and below a place.
  void replace(const std::vector<ElementIndex>& below, const Facts& other);
};

// A call: codes, and the values behind them. It can be used again.
struct BoundCall {
  std::vector<std::uint8_t> codes;
  Facts facts;  // defaults included
};

// The values behind a call's codes: those of a bound call, or of the documents and facts that a
// call was composed of. A view; it owns nothing.
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

// Completes facts to a call. Immutable.
class Completion {
 public:
  explicit Completion(const PolicyDescriptor& policy);

  // Adds defaults to a call's facts, and makes its codes. Adds a fault for each required element
  // that is missing, in the elements' order, but none for what would be inside it. Takes time in
  // the number of facts, not of elements. `outermost` are the elements whose parents are not
  // completed too; by default those of a whole request.
  void complete(BoundCall& call, std::vector<DocumentFault>& faults) const { complete(call, outermost_, faults); }
  void complete(BoundCall& call, const std::vector<ElementIndex>& outermost, std::vector<DocumentFault>& faults) const;

  // What is missing beside other faults, which `faults` has: adds a fault for each required element that is missing,
  // but none where a fault is at the element, around it or inside it. For example, beside an unknown key `sourse`,
  // `source` is missing; beside `"source": 5`, it is not. Adds nothing if the text could not be read to its end.
  // `place` is where the document stands in a request; the pointers of its faults begin there.
  void add_missing(BoundCall& call, std::vector<DocumentFault>& faults) const {
    add_missing(call, outermost_, "", faults);
  }
  void add_missing(BoundCall& call, const std::vector<ElementIndex>& outermost, const std::string& place,
                   std::vector<DocumentFault>& faults) const;

  // The elements that are never unset, because they have a default or are required: those without
  // an object around them, and those in an object that is present.
  const std::vector<ElementIndex>& outermost() const { return outermost_; }
  const std::vector<ElementIndex>& members(ElementIndex object) const { return members_[object]; }

 private:
  static constexpr std::uint32_t no_code = UINT32_MAX;

  const PolicyDescriptor& policy_;
  std::vector<std::uint32_t> offsets_;              // by element: of its code in a call, or `no_code`
  std::vector<ElementIndex> outermost_;             // without an object around them
  std::vector<std::vector<ElementIndex>> members_;  // by object: the members that are never unset in it
};

// The default of an element, which must have one.
Fact default_of(const ElementDescriptor& element);
// The fault of a required element that is missing.
DocumentFault missing_fault(const ElementDescriptor& element);

// The position of the value that a document spells as `text`, or nothing.
std::optional<std::size_t> value_spelled(const std::vector<std::string>& values, const OtherSpellings& others,
                                         std::string_view text);
// The code of a flag that is kept as a text, or nothing.
std::optional<std::uint8_t> flag_spelled(const ElementDescriptor& element, std::string_view text);
// The number that a text of decimal digits is, without zeros in front; nothing if it is none.
std::optional<std::uint64_t> number_written(std::string_view text);

// The value of an enum that was probably meant by a text that is not the spelling of one.
struct MeantValue {
  std::optional<std::string> spelling;
  bool named = false;  // whether the text is the value's name in rules: `fl` for `fl = "F L"`
};
MeantValue value_meant(const std::string& text, const std::vector<std::string>& spellings,
                       const std::vector<std::string>& names, const OtherSpellings& others = {});
// The end of a message that has such a text: ": it is "F L" in documents", or nothing.
std::string named_in_rules(const MeantValue& meant);

// The failures of a fact that is not a value of its element. `where` ends the message:
// " in row 3".
Failure number_outside(const ElementDescriptor& element, std::uint64_t number, const std::string& where = "");
Failure text_not_utf8(const ElementDescriptor& element, const std::string& where = "");

// The code of a relation of two facts of its leaves.
std::uint8_t code_of_relation(ElementDescriptor::Kind of, const Fact& left, const Fact& right);
// Likewise of two numbers or of two texts. Null: unset.
std::uint8_t code_of_numbers(const std::uint64_t* left, const std::uint64_t* right);
std::uint8_t code_of_texts(std::optional<std::string_view> left, std::optional<std::string_view> right);
// The code of a value of an element; 0 for nothing.
std::uint16_t code_of(const ElementDescriptor& element, const Fact& fact);
std::uint16_t code_of_number(const ElementDescriptor& element, std::uint64_t number);
std::uint16_t code_of_text(const ElementDescriptor& element, std::string_view text);

// Puts a code into a call: one byte, or two if it is wide.
inline void put_code(std::vector<std::uint8_t>& codes, std::uint32_t offset, bool wide, std::uint16_t code) {
  if (wide) {
    std::memcpy(codes.data() + offset, &code, sizeof code);
  } else {
    codes[offset] = static_cast<std::uint8_t>(code);
  }
}

}  // namespace tally
