#include "compiler/plan/term_store.h"

#include <algorithm>

namespace tally {

std::size_t WordsHash::operator()(const Words& words) const {
  std::uint64_t hash = 0x9e3779b97f4a7c15u;
  for (auto word : words) {
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash;
}

TermId TermStore::make(TermOp op, std::uint32_t low, std::uint32_t codes, std::uint32_t value,
                       std::span<const TermId> operands, std::span<const std::uint32_t> table) {
  Words key;
  key.reserve(3 + operands.size() + table.size());
  key.push_back(static_cast<std::uint32_t>(op));
  key.push_back(value);
  key.push_back(static_cast<std::uint32_t>(operands.size()));
  for (TermId operand : operands) key.push_back(operand.value);
  key.insert(key.end(), table.begin(), table.end());
  const TermId fresh{static_cast<std::uint32_t>(plan_.terms_.size())};
  const auto [at, is_new] = index_.emplace(std::move(key), fresh);
  if (!is_new) return at->second;
  Term term{op, low, codes, value, 0, 0, 0, 0};
  term.first_operand = static_cast<std::uint32_t>(plan_.operands_.size());
  term.operand_count = static_cast<std::uint32_t>(operands.size());
  term.first_entry = static_cast<std::uint32_t>(plan_.entries_.size());
  term.entry_count = static_cast<std::uint32_t>(table.size());
  plan_.operands_.insert(plan_.operands_.end(), operands.begin(), operands.end());
  plan_.entries_.insert(plan_.entries_.end(), table.begin(), table.end());
  plan_.terms_.push_back(term);
  return fresh;
}

std::vector<TermId> TermStore::operands_of(TermId id) const {
  const auto span = operands(id);
  return {span.begin(), span.end()};
}

Words TermStore::table_of(TermId id) const {
  const auto span = table(id);
  return {span.begin(), span.end()};
}

std::optional<std::uint32_t> TermStore::value_of(TermId id) const {
  if (at(id).op != TermOp::constant) return std::nullopt;
  return at(id).value;
}

std::pair<std::uint32_t, std::uint32_t> TermStore::range_of(std::span<const TermId> values) const {
  std::uint32_t low = at(values[0]).low, codes = at(values[0]).codes;
  for (TermId value : values) {
    low = std::min(low, at(value).low);
    codes = std::max(codes, at(value).codes);
  }
  return {low, codes};
}

Plan TermStore::finish(std::vector<std::vector<TermId>> outputs) && {
  plan_.outputs_ = std::move(outputs);
  return std::move(plan_);
}

}  // namespace tally
