// The places of a policy's documents: a tree of keys, by which a document is read in one pass.
//
// In:     a descriptor.
// Out:    for each place in a request the elements that read it, the keys below it, and whether
//         other keys are faults.
// Always: immutable; the root is place 0; keys are sorted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"

namespace tally {

using PlaceIndex = std::uint32_t;

// An element that reads a place, and what the reader needs to know of it for each value.
struct PlaceReader {
  ElementIndex element = 0;
  ElementDescriptor::Kind kind = ElementDescriptor::Kind::flag;
  PlaceFilter filter = PlaceFilter::any;
};

// Where the keys of a map stand: its element, and which of its indices they are.
struct MapLevel {
  ElementIndex map = 0;
  std::size_t index = 0;
};

struct DocumentPlace {
  std::vector<std::pair<std::string, PlaceIndex>> keys;  // sorted
  // Other spellings of the keys of a map, sorted; with `any_case` all of them, in small letters.
  std::vector<std::pair<std::string, PlaceIndex>> others;
  bool any_case = false;
  std::vector<std::string> names;    // of the keys, for messages
  std::vector<PlaceReader> readers;  // if there are several, each accepts another JSON kind
  std::optional<MapLevel> level;     // if the keys are those of a map
  std::string owner;                 // the type that the keys belong to, for messages
  bool closed = false;               // other keys are faults
  bool passed = false;               // a pointer leads through it, so an object must stand here
};

class Places {
 public:
  explicit Places(const PolicyDescriptor& policy);

  static constexpr PlaceIndex root = 0;
  const DocumentPlace& at(PlaceIndex place) const { return places_[place]; }
  std::optional<PlaceIndex> next(PlaceIndex place, std::string_view key) const;
  // The key of a place in the object around it, as it is written.
  const std::string* key_of(PlaceIndex around, PlaceIndex place) const;
  std::size_t count() const { return places_.size(); }
  // The place of a JSON Pointer; nothing if no element stands there or below.
  std::optional<PlaceIndex> find(std::string_view pointer) const;
  // The JSON Pointer of a place; empty for the root.
  std::string pointer(PlaceIndex place) const;
  // The place of an element.
  PlaceIndex of(ElementIndex element) const { return of_[element]; }

 private:
  PlaceIndex enter(PlaceIndex from, const std::string& key);
  void add_other_spellings(DocumentPlace& place, const KeysDescriptor& keys);
  std::vector<DocumentPlace> places_;
  std::vector<PlaceIndex> of_;
};

// The keys that a JSON Pointer goes through, unescaped.
std::vector<std::string> tokens_of(std::string_view pointer);

}  // namespace tally
