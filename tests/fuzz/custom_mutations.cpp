// libFuzzer's mutations of a target whose inputs are rule files or conditions. A share of them,
// TALLY_TREE_PERCENT, is made in the syntax tree; the others, and those of a text that does not
// parse, are libFuzzer's own mutations of bytes. Compiled once for each such target, with
// TALLY_TEXT_KIND.
#include <cstdint>
#include <cstring>

#include "tests/fuzz/mutator/tree_mutator.h"
#include "tests/fuzz/support/fuzzing.h"
#include "tests/fuzz/support/rule_input.h"

namespace {

using namespace tally::fuzz;

constexpr TextKind kind = TextKind::TALLY_TEXT_KIND;

// A number below 100 that differs for each seed, and does not decide what the mutation does with it.
unsigned percentile(unsigned seed) { return (seed ^ (seed >> 15)) * 2654435761u / 1000u % 100u; }

// Mutates the text, or in a rule file sometimes that of the second file.
std::optional<std::string> mutated(std::string_view bytes, std::string_view lender, unsigned seed) {
  if (kind == TextKind::condition) return mutate_text(kind, std::string(bytes), std::string(lender), seed);
  RuleInput input = split_input(bytes);
  std::string& text = input.used && seed % 3 == 0 ? *input.used : input.root;
  auto made = mutate_text(kind, text, split_input(lender).root, seed);
  if (!made) return std::nullopt;
  text = *std::move(made);
  return join_input(input);
}

// Returns 0 if there is no mutation in the tree, or if its text is too long.
std::size_t mutate_tree(std::string_view bytes, std::string_view lender, std::uint8_t* out, std::size_t max_size,
                        unsigned seed) {
  if (percentile(seed) >= TALLY_TREE_PERCENT) return 0;
  const auto made = mutated(bytes, lender, seed);
  if (!made || made->empty() || made->size() > max_size) return 0;
  std::memcpy(out, made->data(), made->size());
  return made->size();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  const std::string text(text_of(data, size));
  const std::size_t made = mutate_tree(text, text, data, max_size, seed);
  return made != 0 ? made : LLVMFuzzerMutate(data, size, max_size);
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1, std::size_t size1,
                                                 const std::uint8_t* data2, std::size_t size2, std::uint8_t* out,
                                                 std::size_t max_size, unsigned seed) {
  return mutate_tree(text_of(data1, size1), text_of(data2, size2), out, max_size, seed);
}
