// What was probably meant by a key that no element of a policy is at or below.
//
// In:     a place, and a key in the object that stands there.
// Out:    the known key that it nearly is, or the input whose name it is.
// Always: a search is kept, so that a stream with one slip in each request pays for it once. For one
//         thread at a time.
//
// For example, with `input caller-state : state? at /caller/state`, the key `State` in /caller was
// meant to be `state`, and the key `caller-state` of a request to be that input.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/descriptor/policy_descriptor.h"
#include "runtime/documents/places.h"

namespace tally {

// Whether something that a policy's descriptor lacks stands at or below a JSON Pointer into a request, such
// as an input that no decision reads. May be empty.
using KnownElsewhere = std::function<bool(const std::string& pointer)>;

struct MeantKey {
  bool known = false;                 // elsewhere; then nothing else was meant
  std::optional<std::string> key;     // that stands at the place
  std::optional<ElementIndex> input;  // or the input of this name, which stands further below
  bool named = false;                 // of a map: the key is the value's name in rules

  bool is_near() const { return key || input; }
};

class NearKeys {
 public:
  NearKeys(const PolicyDescriptor& policy, const Places& places, const KnownElsewhere& known);

  // The result is valid until the next call.
  const MeantKey& meant(PlaceIndex place, const std::string& key);

 private:
  static constexpr std::size_t max_kept = 1000;     // searches per place
  static constexpr std::size_t max_kept_key = 128;  // bytes; a longer key is searched for each time

  // The words that a key at a place is compared with.
  struct Words {
    std::vector<std::string> words;    // the keys, then names of inputs that stand further below
    std::vector<ElementIndex> inputs;  // of these names
    std::unordered_map<std::string, MeantKey> kept;
  };
  Words& words_at(PlaceIndex place);
  MeantKey search(PlaceIndex place, const Words& words, const std::string& key) const;

  const PolicyDescriptor& policy_;
  const Places& places_;
  const KnownElsewhere& known_;
  std::vector<std::unique_ptr<Words>> at_;  // by place; null until a search
  MeantKey of_long_key_;
};

}  // namespace tally
