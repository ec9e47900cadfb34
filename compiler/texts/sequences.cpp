#include "compiler/texts/sequences.h"

#include <algorithm>

namespace tally {
namespace {

std::uint64_t hash_of(std::span<const std::uint32_t> sequence) {
  std::uint64_t hash = 0x9e3779b97f4a7c15u + sequence.size();
  for (const std::uint32_t value : sequence) {
    hash = (hash ^ value) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

std::uint32_t Sequences::number_of(std::span<const std::uint32_t> sequence) {
  if (2 * begins_.size() > table_.size()) grow();
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = hash_of(sequence) & mask;; at = (at + 1) & mask) {
    if (table_[at] == 0) {
      table_[at] = size() + 1;
      values_.insert(values_.end(), sequence.begin(), sequence.end());
      begins_.push_back(values_.size());
      return size() - 1;
    }
    const auto known = this->at(table_[at] - 1);
    if (std::equal(known.begin(), known.end(), sequence.begin(), sequence.end())) return table_[at] - 1;
  }
}

void Sequences::grow() {
  table_.assign(2 * table_.size(), 0);
  const std::size_t mask = table_.size() - 1;
  for (std::uint32_t number = 0; number < size(); ++number) {
    std::size_t at = hash_of(this->at(number)) & mask;
    while (table_[at] != 0) at = (at + 1) & mask;
    table_[at] = number + 1;
  }
}

}  // namespace tally
