#include "runtime/calls/host_facts.h"

#include <algorithm>
#include <string>
#include <utility>

namespace tally {

using ElementKind = ElementDescriptor::Kind;

const char* name_of(ElementKind kind) {
  switch (kind) {
    case ElementKind::enumeration: return "an enum";
    case ElementKind::flag: return "a flag";
    case ElementKind::number: return "a number";
    case ElementKind::text: return "a text";
    case ElementKind::record:
    case ElementKind::map: return "an object";
    case ElementKind::set: return "a set";
  }
  return "?";
}

// --- setting ---------------------------------------------------------------------------

HostFacts::HostFact& HostFacts::begin(tally_input input, Kind kind) {
  HostFact& fact = facts_[input];
  if (fact.kind == Kind::none) inputs_.push_back(input);
  if (fact.refused) --refused_;
  fact.refused = false;
  fact.kind = kind;
  return fact;
}

const Fact& HostFacts::set_value(tally_input input, tally_value value, std::uint8_t code) {
  HostFact& fact = begin(input, Kind::value);
  fact.value = value;
  fact.fact = code;
  return fact.fact;
}

const Fact& HostFacts::set_number(tally_input input, std::uint64_t number) {
  HostFact& fact = begin(input, Kind::number);
  fact.fact = number;
  return fact.fact;
}

const Fact& HostFacts::set_text(tally_input input, std::string_view text) {
  HostFact& fact = begin(input, Kind::text);
  if (!std::holds_alternative<std::string>(fact.fact) && !removed_texts_.empty()) {
    fact.fact = std::move(removed_texts_.back());
    removed_texts_.pop_back();
  }
  if (auto* kept = std::get_if<std::string>(&fact.fact)) {
    kept->assign(text);
  } else {
    fact.fact = std::string(text);
  }
  return fact.fact;
}

const Fact& HostFacts::set_present(tally_input input) {
  HostFact& fact = begin(input, Kind::present);
  fact.fact = Present{};
  return fact.fact;
}

void HostFacts::empty(HostFact& fact) {
  if (std::holds_alternative<std::string>(fact.fact)) removed_texts_.push_back(std::move(fact.fact));
  if (fact.refused) --refused_;
  fact.refused = false;
  fact.kind = Kind::none;
  fact.fact = Fact{};
}

void HostFacts::remove(tally_input input) {
  empty(facts_[input]);
  inputs_.erase(std::remove(inputs_.begin(), inputs_.end(), input), inputs_.end());
}

void HostFacts::clear() {
  for (const tally_input input : inputs_) empty(facts_[input]);
  inputs_.clear();
}

// --- versions --------------------------------------------------------------------------

void HostFacts::adopt(const PolicyVersion& version) {
  if (facts_.size() < version.input_handles()) facts_.resize(version.input_handles());
  refused_ = 0;
  for (const tally_input input : inputs_) {
    HostFact& fact = facts_[input];
    fact.refused = !read(version, input, fact);
    if (fact.refused) ++refused_;
  }
}

Result<Done, Failure> HostFacts::check(const PolicyVersion& version) {
  if (refused_ == 0) return {};
  for (const tally_input input : inputs_) {
    if (facts_[input].refused) TALLY_RETURN_IF_ERROR(read(version, input, facts_[input]));
  }
  return {};
}

// Makes the fact one of the version's, or returns why the version refuses it. The version ignores
// an input that it does not have.
Result<Done, Failure> HostFacts::read(const PolicyVersion& version, tally_input input, HostFact& fact) {
  const InputMeaning* meaning = version.input(input);
  if (meaning == nullptr) return {};
  const ElementDescriptor& element = version.policy().elements[meaning->element];
  const auto other_kind = [&](const char* given) {
    return Failure(
        TALLY_ERROR_TYPE,
        "`" + element.name + "` is " + name_of(element.kind) + " in the version in use, and was set to " + given,
        element.pointer);
  };
  switch (fact.kind) {
    case Kind::none: return {};
    case Kind::present:
      if (element.is_leaf()) return other_kind("an object");
      return {};
    case Kind::value:
      if (meaning->codes.empty()) return other_kind("a value");
      if (fact.value >= meaning->codes.size() || meaning->codes[fact.value] == no_code) {
        return Failure(TALLY_ERROR_VALUE, "the version in use has no such value of `" + element.name + "`",
                       element.pointer);
      }
      fact.fact = static_cast<std::uint8_t>(meaning->codes[fact.value]);
      return {};
    case Kind::number: {
      if (element.kind != ElementKind::number) return other_kind("a number");
      const std::uint64_t number = std::get<std::uint64_t>(fact.fact);
      if (number >= element.low && number <= element.high) return {};
      return Failure(TALLY_ERROR_VALUE,
                     std::to_string(number) + " is outside the range of `" + element.name + "` in the version in use",
                     element.pointer);
    }
    case Kind::text:
      if (element.kind != ElementKind::text) return other_kind("a text");
      return {};
  }
  return {};
}

}  // namespace tally
