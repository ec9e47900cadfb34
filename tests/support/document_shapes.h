// Shapes of documents for questions about them: objects with defaults, two kinds at one place, sets, and more.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tally::testing {

struct DocumentShape {
  std::string types;                // and the inputs
  std::vector<std::string> places;  // of the documents
  std::vector<std::string> tests, paths;
  std::optional<std::pair<std::string, std::string>> same = {};
  bool are_values_classes = true;  // whether each value that is tried is a class of its own
};

const std::vector<DocumentShape>& document_shapes();

}  // namespace tally::testing
