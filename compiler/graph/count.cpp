// Counts as text.
//
// In:     an exact count
// Out:    its decimal digits in groups of three
// Always: the digits of the text are the digits of the count. Without memory a count throws
//         std::bad_alloc, where GMP itself ends the process.
#include "compiler/graph/count.h"

#include <cstdlib>
#include <new>

extern "C" void* __gmp_default_allocate(std::size_t bytes);

namespace tally {
namespace {

void* allocate(std::size_t bytes) {
  if (void* const memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}
void* reallocate(void* old, std::size_t, std::size_t bytes) {
  if (void* const memory = std::realloc(old, bytes)) return memory;
  throw std::bad_alloc();
}
void release(void* memory, std::size_t) { std::free(memory); }

// A program that has set functions of its own keeps them.
[[maybe_unused]] const bool set = [] {
  void* (*now)(std::size_t) = nullptr;
  mp_get_memory_functions(&now, nullptr, nullptr);
  if (now == __gmp_default_allocate) mp_set_memory_functions(allocate, reallocate, release);
  return true;
}();

}  // namespace

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
