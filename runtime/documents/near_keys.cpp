#include "runtime/documents/near_keys.h"

#include <algorithm>
#include <utility>

#include "base/nearest.h"
#include "runtime/documents/facts.h"
#include "runtime/support/json_text.h"

namespace tally {
namespace {

// The name of an element in the object around it: `enabled` of `user.enabled`. Nothing for the cell of
// a map, whose key is a value.
std::optional<std::string> name_within(const PolicyDescriptor& policy, const ElementDescriptor& element) {
  if (!element.parent) return element.name;
  const ElementDescriptor& around = policy.elements[*element.parent];
  if (around.kind == ElementDescriptor::Kind::map) return std::nullopt;
  return element.name.substr(around.name.size() + 1);
}

bool stands_below(std::string_view pointer, std::string_view around) {
  return pointer.size() > around.size() && pointer.starts_with(around) && pointer[around.size()] == '/';
}

}  // namespace

NearKeys::NearKeys(const PolicyDescriptor& policy, const Places& places, const KnownElsewhere& known)
    : policy_(policy), places_(places), known_(known), at_(places.count()) {}

NearKeys::Words& NearKeys::words_at(PlaceIndex place) {
  std::unique_ptr<Words>& at = at_[place];
  if (at != nullptr) return *at;
  at = std::make_unique<Words>();
  at->words = places_.at(place).names;
  const std::string here = places_.pointer(place);
  for (ElementIndex i = 0; i < policy_.elements.size(); ++i) {
    const ElementDescriptor& element = policy_.elements[i];
    const auto name = name_within(policy_, element);
    if (!name) continue;
    // From the place of the object around it, or any that its pointer passes through after that.
    const std::string_view around = element.parent ? policy_.elements[*element.parent].pointer : std::string_view();
    if (here != around && !stands_below(here, around)) continue;
    if (!stands_below(element.pointer, here) || element.pointer == here + "/" + escape_token(*name)) continue;
    at->words.push_back(*name);
    at->inputs.push_back(i);
  }
  return *at;
}

MeantKey NearKeys::search(PlaceIndex index, const Words& words, const std::string& key) const {
  const DocumentPlace& place = places_.at(index);
  MeantKey meant;
  if (!place.closed && known_ && known_(places_.pointer(index) + "/" + escape_token(key))) {
    meant.known = true;
    return meant;
  }
  const std::vector<KeysDescriptor>* keys = place.level ? &policy_.elements[place.level->map].keys : nullptr;
  if (keys != nullptr && place.level->index < keys->size()) {
    const KeysDescriptor& here = (*keys)[place.level->index];
    MeantValue value = value_meant(key, here.values, here.names, here.others);
    meant.key = std::move(value.spelling);
    meant.named = value.named;
    return meant;
  }
  // A request may also have the name of a member as a key: `user.enabled`.
  for (ElementIndex i = 0; index == Places::root && i < policy_.elements.size(); ++i) {
    if (policy_.elements[i].name != key) continue;
    meant.input = i;
    return meant;
  }
  auto word = nearest(key, words.words);
  if (!word) return meant;
  const auto at =
      static_cast<std::size_t>(std::find(words.words.begin(), words.words.end(), *word) - words.words.begin());
  if (at < place.names.size()) {
    meant.key = std::move(word);
  } else {
    meant.input = words.inputs[at - place.names.size()];
  }
  return meant;
}

const MeantKey& NearKeys::meant(PlaceIndex place, const std::string& key) {
  Words& words = words_at(place);
  if (const auto known = words.kept.find(key); known != words.kept.end()) return known->second;
  MeantKey found = search(place, words, key);
  if (key.size() > max_kept_key) return of_long_key_ = std::move(found);
  if (words.kept.size() >= max_kept) words.kept.clear();
  return words.kept.emplace(key, std::move(found)).first->second;
}

}  // namespace tally
