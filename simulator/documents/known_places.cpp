#include "simulator/documents/known_places.h"

namespace tally {

void add_places(const Model& model, KnownPlaces& places) {
  for (const Element& element : model.elements) {
    const std::string& pointer = element.pointer;
    for (std::size_t end = pointer.find('/', 1); end != std::string::npos; end = pointer.find('/', end + 1))
      places.insert(pointer.substr(0, end));
    places.insert(pointer);
  }
}

}  // namespace tally
