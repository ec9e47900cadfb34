#include "simulator/report/request_place.h"

#include "runtime/documents/places.h"

namespace tally::report {

Standing RequestText::at(std::string_view pointer) const {
  const Json* here = &request_;
  for (const std::string& key : tokens_of(pointer)) {
    if (!here->is_object()) return Standing::nothing;
    const auto found = here->find(key);
    if (found == here->end()) return Standing::nothing;
    here = &*found;
  }
  if (here->is_discarded()) return Standing::nothing;
  return here->is_null() ? Standing::null : Standing::value;
}

}  // namespace tally::report
