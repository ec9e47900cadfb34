// Random pairs of rule files over the same documents: places that each file reads in a way of its own, or not at all.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tests/support/random.h"

namespace tally::testing {

// Scalars and empty objects, by pointer.
using Request = std::map<std::string, std::string>;

// A place of the requests, the ways in which a file may read it, and the values that are tried.
struct Choice {
  std::string declaration;  // "" if the file does not know the place
  std::vector<std::string> conditions;
  std::string handed_on;  // a number
};
struct Theme {
  std::vector<Choice> choices;
  std::vector<Request> requests;  // each a part of a request
};

const std::vector<Theme>& themes();
// Rules that read the chosen themes, each in a random way; `conditions` is set to the conditions that they may use.
std::string random_rules(Random& random, const std::vector<std::size_t>& chosen, std::vector<std::string>& conditions);
// Every combination of the parts of the chosen themes, one part of each; if `spare` is set, each of
// them without and with /spare.
std::vector<Request> all_requests(const std::vector<std::size_t>& chosen, bool spare);

}  // namespace tally::testing
