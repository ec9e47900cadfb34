// The names of bound documents in a request.
//
//   {"source": "offnet", "account": {"$bound": "acme"}}    names the document `acme`, bound for the place `/account`
//
// In:     the text of a request.
// Out:    the names, each with its place; and the request without them, for a RequestBinder.
// Always: a name stands alone in an object, at a place that the policy reads a document at. Anything else with a key
//         `$bound` is refused, so that a name is never read as a document, nor a document as a name. A text without
//         that key is not looked at. No stack is used for nesting.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/documents/places.h"
#include "serve/http.h"

namespace tally::serve {

inline constexpr std::string_view bound_key = "$bound";

struct BoundName {
  PlaceIndex place = 0;
  std::string key;
};

class BoundNames {
 public:
  // Whether a request may have names: it has the key, perhaps spelled with escapes.
  static bool may_be_in(std::string_view request);

  // Reads a request in a policy's places. Fails if a name is not as it should be; not if the request is malformed,
  // which whoever binds it finds out.
  Result<Done, Refusal> read(std::string_view request, const PolicyDescriptor& policy, const Places& places);

  const std::vector<BoundName>& names() const { return names_; }
  // The request with `null`, which counts as missing, in the place of each name.
  const std::string& rest() const { return rest_; }

 private:
  std::vector<BoundName> names_;
  std::string rest_;
};

}  // namespace tally::serve
