#include "tests/support/call_comparison.h"

#include <utility>
#include <variant>

#include <cstring>

namespace tally::testing {
namespace {

// The value that the interpreter gives to one part of a result.
struct Part {
  ResultPart::Kind kind;
  const reference::Value* value;
};

const reference::Value unset_value{};

// The parts of a value in the order of its type. If an object may be absent, its presence
// comes before its members.
void split(const Type& type, const reference::Value& value, std::vector<Part>& out) {
  if (!type.is_object()) {
    out.push_back({type.is_enum() ? ResultPart::Kind::enumeration : ResultPart::Kind::origin, &value});
    return;
  }
  if (type.optional) out.push_back({ResultPart::Kind::presence, &value});
  if (type.kind == Type::Kind::record) {
    const auto* record = std::get_if<reference::Record>(&value.node);
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      split(*type.fields[i].type, record ? record->members[i] : unset_value, out);
    }
    return;
  }
  const auto* map = std::get_if<reference::Map>(&value.node);
  for (std::size_t i = 0; i < cell_count(type); ++i) split(*type.element, map ? map->cells[i] : unset_value, out);
}

std::string literal(std::uint64_t number) { return std::to_string(number); }
std::string literal(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

CallComparison::CallComparison(const Policy& policy)
    : policy_(policy),
      model_(*policy.model),
      classes_(*policy.classes),
      interpreter_(model_),
      places_(model_.elements.size()),
      codes_(model_.elements.size(), 0),
      assignment_(policy.space->order().size(), 0),
      in_(policy.layout->size() + 1, 0) {
  const auto& variables = policy.space->order();
  for (std::size_t i = 0; i < variables.size(); ++i) {
    places_[variables[i].value].variable = static_cast<std::int64_t>(i);
  }
  for (const ElementId element : policy.layout->order()) places_[element.value].byte = *policy.layout->offset(element);
}

std::optional<std::string> CallComparison::compile(const FunctionRequest& request) {
  auto code = compile_native(request);
  if (!code) return code.error().message;
  code_.emplace(*std::move(code));
  joint_ = code_->function(policy_.decide_symbol());
  return std::nullopt;
}

bool CallComparison::take(std::size_t output, Space& space) {
  output_ = &policy_.outputs[output];
  first_slot_ = policy_.slot(output);
  own_ = code_->function(policy_.decide_symbol(*output_));
  space_ = &space;
  diagrams_.clear();
  try {
    std::vector<Diagram> diagrams{space.of(output_->rule)};
    for (const ResultPart& part : output_->parts) diagrams.push_back(space.of(part.node));
    diagrams_ = std::move(diagrams);
  } catch (const NodeLimit&) {
    return false;
  }
  return true;
}

void CallComparison::set_code(ElementId element, Code code) {
  codes_[element.value] = code;
  const Place& place = places_[element.value];
  if (place.variable >= 0) assignment_[static_cast<std::size_t>(place.variable)] = code;
  if (place.byte < 0) return;
  std::uint8_t* const byte = &in_[static_cast<std::size_t>(place.byte)];
  if (policy_.layout->is_wide(element)) {
    std::memcpy(byte, &code, sizeof code);
  } else {
    *byte = static_cast<std::uint8_t>(code);
  }
}

// The value of a leaf for its code. A leaf that is not read takes one of its values.
Literal CallComparison::fact(ElementId id) const {
  if (!document_[id.value]) return Unset{};
  const Element& element = model_.at(id);
  if (!element.is_leaf()) return EnumName{"present"};
  if (const auto value = values_.find(id); value != values_.end()) return value->second;
  const unsigned unread = element.kind == ast::PlaceKind::other ? 2 : 1;
  const unsigned code = output_->reads.contains(id) ? codes_[id.value] : unread;
  if (element.type->is_enum()) return EnumName{element.type->values[code - 1].name};
  return classes_.classes(id)[code - 1].representative;
}

void CallComparison::compare(const std::vector<bool>& document, LeafValues values,
                             const std::function<void(const std::string&)>& differ) {
  document_ = document;
  values_ = std::move(values);
  differ_ = &differ;
  const reference::Decided decided =
      interpreter_.decide(output_->decision, [this](ElementId element) { return fact(element); });
  own_out_.assign(output_->parts.size() + 1, 0xffff);
  joint_out_.assign(policy_.slot_count(), 0xffff);
  own_(in_.data(), own_out_.data());
  joint_(in_.data(), joint_out_.data());

  check(0, "rule", [&](std::uint32_t code) -> std::optional<std::string> {
    if (code == decided.rule) return std::nullopt;
    return std::to_string(code) + ", the interpreter " + std::to_string(decided.rule);
  });
  std::vector<Part> expected;
  split(*model_.at(output_->decision).type, decided.value, expected);
  if (expected.size() != output_->parts.size()) {
    differ("the result has " + std::to_string(output_->parts.size()) + " parts, not " +
           std::to_string(expected.size()));
    return;
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const ResultPart& part = output_->parts[i];
    if (part.kind != expected[i].kind) {
      differ("result" + part.path + " is of another kind");
      continue;
    }
    const std::string wanted = text_of(*expected[i].value, part.kind);
    check(i + 1, "result" + part.path, [&](std::uint32_t code) -> std::optional<std::string> {
      const std::string got = text_of(part, code);
      if (got == wanted) return std::nullopt;
      return got + ", the interpreter " + wanted;
    });
  }
}

// `wrong(code)` describes how `code` differs from the expected one, and is empty if it does not.
template <class Wrong>
void CallComparison::check(std::size_t slot, const std::string& what, Wrong wrong) {
  // The three mostly agree, so this first comparison is usually enough.
  std::optional<std::uint32_t> last;
  std::optional<std::string> fault;
  const auto look = [&](const char* who, std::uint32_t code) {
    if (last != code) fault = wrong(code);
    last = code;
    if (fault) (*differ_)(what + ": " + who + " says " + *fault);
  };
  look("its own code", own_out_[slot]);
  look("the joint code", joint_out_[first_slot_ + slot]);
  if (!diagrams_.empty()) look("the diagram", space_->diagrams().evaluate(diagrams_[slot], assignment_));
}

// --- parts as text -------------------------------------------------------------------

// The part as the interpreter gives it. A class that holds one value alone is that constant.
template <class Scalar>
std::string CallComparison::scalar_text(const Scalar& scalar) const {
  if (!scalar.origin) return literal(scalar.value);
  const ElementId origin = *scalar.origin;
  if (!output_->reads.contains(origin)) return handed_on(origin) + ", which is not read";
  const ValueClass& c = classes_.classes(origin)[codes_[origin.value] - 1];
  return c.single ? literal(scalar.value) : handed_on(origin);
}

std::string CallComparison::text_of(const reference::Value& value, ResultPart::Kind kind) const {
  if (!value.is_set()) return "unset";
  if (kind == ResultPart::Kind::presence) return "present";
  if (const auto* name = std::get_if<reference::EnumValue>(&value.node)) return name->name;
  if (const auto* number = std::get_if<reference::Number>(&value.node)) return scalar_text(*number);
  return scalar_text(std::get<reference::Text>(value.node));
}

// The part as its code gives it.
std::string CallComparison::text_of(const ResultPart& part, std::uint32_t code) const {
  if (code == 0) return "unset";
  switch (part.kind) {
    case ResultPart::Kind::presence: return code == 1 ? "present" : "code " + std::to_string(code);
    case ResultPart::Kind::enumeration:
      if (code > part.type->values.size()) break;
      return part.type->values[code - 1].name;
    case ResultPart::Kind::origin: {
      if (code > part.origins.size()) break;
      const Origin& origin = part.origins[code - 1];
      if (const auto* number = std::get_if<std::uint64_t>(&origin)) return literal(*number);
      if (const auto* text = std::get_if<std::string>(&origin)) return literal(*text);
      if (const auto* element = std::get_if<ElementId>(&origin)) return handed_on(*element);
      return literal(inserted(std::get<InsertedText>(origin)));
    }
  }
  return "code " + std::to_string(code) + ", which is none of its codes";
}

std::string CallComparison::inserted(const InsertedText& text) const {
  std::string out;
  for (const auto& piece : text.pieces) {
    if (const auto* words = std::get_if<std::string>(&piece)) {
      out += *words;
      continue;
    }
    const Literal value = fact(std::get<ElementId>(piece));
    if (const auto* number = std::get_if<std::uint64_t>(&value)) out += std::to_string(*number);
    if (const auto* words = std::get_if<std::string>(&value)) out += *words;
  }
  return out;
}

}  // namespace tally::testing
