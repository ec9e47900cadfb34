#include "runtime/calls/typed_value.h"

#include "base/overloaded.h"

namespace tally {
namespace {

void set_text(const std::string& text, tally_result& out) {
  out.kind = TALLY_KIND_TEXT;
  out.text = text.c_str();
  out.length = text.size();
}

void set_number(std::uint64_t number, tally_result& out) {
  out.kind = TALLY_KIND_NUMBER;
  out.number = number;
}

// The number or text of an element that a result hands on.
void set_fact(const Fact& fact, tally_result& out) {
  if (const auto* number = std::get_if<std::uint64_t>(&fact)) {
    set_number(*number, out);
  } else if (const auto* text = std::get_if<std::string>(&fact)) {
    set_text(*text, out);
  }
}

}  // namespace

void read_typed_value(const MemberMeaning& member, const Results& results, const CallValues& values,
                      std::string& inserted, tally_result& out) {
  const ScalarDescriptor& scalar = *member.scalar;
  const std::uint16_t code = results.slots[scalar.slot];
  if (code == 0) return;
  switch (scalar.kind) {
    case ScalarDescriptor::Kind::flag:
      out.kind = TALLY_KIND_FLAG;
      out.value = code;
      out.text = code == TALLY_ON ? "on" : "off";
      out.length = code == TALLY_ON ? 2 : 3;
      return;
    case ScalarDescriptor::Kind::enumeration:
      if (code > scalar.values.size()) return;
      set_text(scalar.values[code - 1], out);
      out.kind = TALLY_KIND_ENUM;
      out.value = member.values[code];
      return;
    case ScalarDescriptor::Kind::origin:
      if (code > scalar.origins.size()) return;
      std::visit(overloaded{[&](std::uint64_t number) { set_number(number, out); },
                            [&](const std::string& text) { set_text(text, out); },
                            [&](ElementIndex element) { set_fact(values[element], out); },
                            [&](const TextDescriptor& text) {
                              insert_text(text, values, inserted);
                              set_text(inserted, out);
                            }},
                 scalar.origins[code - 1]);
      return;
  }
}

}  // namespace tally
