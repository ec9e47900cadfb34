#include "tests/support/value_text.h"

namespace tally::testing {

std::string text_of(const reference::Value& value) {
  if (const auto* e = std::get_if<reference::EnumValue>(&value.node)) return e->name;
  if (const auto* n = std::get_if<reference::Number>(&value.node)) return std::to_string(n->value);
  if (const auto* t = std::get_if<reference::Text>(&value.node)) return "\"" + t->value + "\"";
  std::string out;
  if (const auto* r = std::get_if<reference::Record>(&value.node)) {
    for (const auto& member : r->members) out += text_of(member) + ";";
    return "{" + out + "}";
  }
  if (const auto* m = std::get_if<reference::Map>(&value.node)) {
    for (const auto& cell : m->cells) out += text_of(cell) + ";";
    return "[" + out + "]";
  }
  return "unset";
}

}  // namespace tally::testing
