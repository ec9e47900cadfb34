#include "runtime/documents/places.h"

#include <algorithm>

#include "base/letter_case.h"
#include "runtime/support/json_text.h"

namespace tally {

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < pointer.size();) {
    const std::size_t end = std::min(pointer.find('/', i + 1), pointer.size());
    tokens.push_back(unescape_token(pointer.substr(i + 1, end - i - 1)));
    i = end;
  }
  return tokens;
}

namespace {

auto find_key(const std::vector<std::pair<std::string, PlaceIndex>>& keys, std::string_view key) {
  return std::lower_bound(keys.begin(), keys.end(), key,
                          [](const auto& entry, std::string_view k) { return entry.first < k; });
}

}  // namespace

PlaceIndex Places::enter(PlaceIndex from, const std::string& key) {
  auto& keys = places_[from].keys;
  const auto it = find_key(keys, key);
  if (it != keys.end() && it->first == key) return it->second;
  const auto made = static_cast<PlaceIndex>(places_.size());
  keys.insert(it, {key, made});
  places_.emplace_back();
  return made;
}

Places::Places(const PolicyDescriptor& policy) : places_(1) {
  for (ElementIndex i = 0; i < policy.elements.size(); ++i) {
    const ElementDescriptor& element = policy.elements[i];
    // From the place of the object around; what lies between is passed through,
    // or is an inner level of a map, which is as closed as the map.
    PlaceIndex place = root;
    std::size_t below = 0;
    const ElementDescriptor* around = nullptr;
    if (element.parent) {
      around = &policy.elements[*element.parent];
      place = of_[*element.parent];
      below = around->pointer.size();
    }
    const std::vector<std::string> tokens = tokens_of(std::string_view(element.pointer).substr(below));
    for (std::size_t t = 0; t < tokens.size(); ++t) {
      place = enter(place, tokens[t]);
      if (t + 1 == tokens.size()) break;
      DocumentPlace& between = places_[place];
      between.passed = true;
      if (around != nullptr && around->kind == ElementDescriptor::Kind::map) {
        between.closed = true;
        between.owner = around->type_name;
        between.level = MapLevel{*element.parent, t + 1};
      }
    }
    of_.push_back(place);
    places_[place].readers.push_back({i, element.kind, element.filter});
    if (!element.is_leaf()) {
      places_[place].closed = !element.open;
      places_[place].owner = element.type_name;
      if (element.kind == ElementDescriptor::Kind::map) places_[place].level = MapLevel{i, 0};
    }
  }
  for (DocumentPlace& place : places_) {
    if (place.level) {
      const auto& keys = policy.elements[place.level->map].keys;
      if (place.level->index < keys.size()) add_other_spellings(place, keys[place.level->index]);
    }
    for (const auto& [key, next] : place.keys) place.names.push_back(key);
  }
}

void Places::add_other_spellings(DocumentPlace& place, const KeysDescriptor& keys) {
  place.any_case = keys.others.any_case;
  const auto add = [&](const std::string& spelling, PlaceIndex at) {
    place.others.emplace_back(place.any_case ? lower_case(std::string_view(spelling)) : spelling, at);
  };
  for (std::size_t i = 0; i < keys.values.size(); ++i) {
    const auto written = find_key(place.keys, keys.values[i]);
    if (written == place.keys.end() || written->first != keys.values[i]) continue;
    if (place.any_case) add(written->first, written->second);
    if (keys.others.by_value.empty()) continue;
    for (const std::string& spelling : keys.others.by_value[i]) add(spelling, written->second);
  }
  std::sort(place.others.begin(), place.others.end());
}

std::optional<PlaceIndex> Places::next(PlaceIndex place, std::string_view key) const {
  const DocumentPlace& here = places_[place];
  const auto it = find_key(here.keys, key);
  if (it != here.keys.end() && it->first == key) return it->second;
  if (here.others.empty()) return std::nullopt;
  const std::string read = here.any_case ? lower_case(key) : std::string(key);
  const auto other = find_key(here.others, read);
  if (other == here.others.end() || other->first != read) return std::nullopt;
  return other->second;
}

const std::string* Places::key_of(PlaceIndex around, PlaceIndex place) const {
  for (const auto& [key, next] : places_[around].keys) {
    if (next == place) return &key;
  }
  return nullptr;
}

std::string Places::pointer(PlaceIndex place) const {
  // A place comes after the one that leads to it; only messages ask.
  std::string pointer;
  for (PlaceIndex at = place; at-- > 0 && place != root;) {
    for (const auto& [key, next] : places_[at].keys) {
      if (next != place) continue;
      pointer.insert(0, "/" + escape_token(key));
      place = at;
      break;
    }
  }
  return pointer;
}

std::optional<PlaceIndex> Places::find(std::string_view pointer) const {
  PlaceIndex place = root;
  for (const std::string& key : tokens_of(pointer)) {
    const auto found = next(place, key);
    if (!found) return std::nullopt;
    place = *found;
  }
  return place;
}

}  // namespace tally
