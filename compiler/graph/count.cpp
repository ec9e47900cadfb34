// Counts as text.
//
// In:     an exact count
// Out:    its decimal digits in groups of three
// Always: the digits of the text are the digits of the count
#include "compiler/graph/count.h"

namespace tally {

std::string grouped(const Count& count) {
  std::string digits = count.get_str();
  const std::size_t first_digit = digits[0] == '-' ? 1 : 0;
  // From the right, so that the remaining positions do not move.
  for (std::size_t place = digits.size(); place > first_digit + 3;) {
    place -= 3;
    digits.insert(place, 1, ',');
  }
  return digits;
}

std::string counted(const Count& count, const std::string& noun) {
  return grouped(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace tally
