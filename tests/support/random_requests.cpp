#include "tests/support/random_requests.h"

#include <algorithm>
#include <set>

namespace tally::testing {
namespace {

using Kind = ElementDescriptor::Kind;

// Near the bounds of the classes, where a wrong code shows.
std::uint64_t random_number(const ElementDescriptor& element, Random& random) {
  const std::uint64_t bound = random.pick(element.steps).first;
  const std::uint64_t near = bound + random.below(3);
  if (random.chance(20)) return element.high;
  return std::clamp(near - std::min<std::uint64_t>(near, random.below(2)), element.low, element.high);
}

std::string random_text(const ElementDescriptor& element, Random& random) {
  static const std::vector<std::string> others = {"", "x", "\"\\\n\t", "\xc3\xa9", "\xf0\x9f\x93\x9e", "{x}", "a/b~c"};
  std::string text;
  if (!element.table.codes.empty()) {
    static const std::vector<std::string> parts = {"+1", "900", "sip:", "a b", "0", "00", "1", "29", "b", "8"};
    for (std::size_t i = random.below(4); i > 0; --i) text += random.pick(parts);
    return random.chance(80) ? text : text + random.pick(others);
  }
  if (!element.texts.empty() && random.chance(40)) text = random.pick(element.texts).first;
  if (!element.prefixes.empty() && random.chance(50)) text = random.pick(element.prefixes).first;
  return text.empty() || random.chance(40) ? text + random.pick(others) : text;
}

Fact random_value(const ElementDescriptor& element, Random& random) {
  switch (element.kind) {
    case Kind::flag:
      if (element.filter == PlaceFilter::other) return std::uint8_t{2};
      return static_cast<std::uint8_t>(random.between(1, 2));
    case Kind::enumeration: return static_cast<std::uint8_t>(random.between(1, element.values.size()));
    case Kind::number: return random_number(element, random);
    case Kind::text: return random_text(element, random);
    case Kind::record:
    case Kind::map:
    case Kind::set: break;
  }
  return Present{};
}

}  // namespace

Facts random_facts(const PolicyDescriptor& policy, const Places& places, Random& random) {
  Facts facts;
  facts.clear(policy.elements.size());
  const unsigned density = static_cast<unsigned>(random.between(10, 95));
  std::set<PlaceIndex> taken;
  for (ElementIndex i = 0; i < policy.elements.size(); ++i) {
    const ElementDescriptor& element = policy.elements[i];
    if (element.parent && std::holds_alternative<std::monostate>(facts.by_element[*element.parent])) continue;
    // Of a set that is there, every value is known.
    const bool in_set = element.parent && policy.elements[*element.parent].kind == Kind::set;
    const bool required = in_set || (!element.optional && !element.default_value);
    if (!required && !random.chance(density)) continue;
    if (!taken.insert(places.of(i)).second) continue;
    facts.set(i, random_value(element, random));
  }
  return facts;
}

}  // namespace tally::testing
