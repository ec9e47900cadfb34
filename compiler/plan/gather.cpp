#include "compiler/plan/gather.h"

#include <algorithm>
#include <utility>

#include "compiler/plan/term_maker.h"

namespace tally {
namespace {

// Whether a select among operations of this kind is one operation on selects.
bool can_be_gathered(TermOp op) {
  switch (op) {
    case TermOp::member:
    case TermOp::negate:
    case TermOp::both:
    case TermOp::either:
    case TermOp::choose:
    case TermOp::first_set:
    case TermOp::recode: return true;
    case TermOp::constant:
    case TermOp::load:
    case TermOp::load_wide:
    case TermOp::select:
    case TermOp::at_least_one:
    case TermOp::first_match: return false;
  }
  return false;
}

std::optional<TermId> gather_loads(TermStore& store, TermId index, std::uint32_t low,
                                   const std::vector<TermId>& branches) {
  const TermId first = branches[0];
  const auto indices = store.operands_of(first);
  auto strides = store.table_of(first);
  const auto base_of = [&](TermId id) {
    return static_cast<std::int64_t>(static_cast<std::int32_t>(store.at(id).value));
  };
  const std::int64_t step = base_of(branches[1]) - base_of(first);
  for (std::size_t i = 0; i < branches.size(); ++i) {
    if (store.operands_of(branches[i]) != indices || store.table_of(branches[i]) != strides) return std::nullopt;
    if (base_of(branches[i]) != base_of(first) + step * static_cast<std::int64_t>(i)) return std::nullopt;
  }
  // The step is not 0: equal bases would be equal loads.
  std::vector<std::pair<TermId, std::int64_t>> parts;
  for (std::size_t i = 0; i < indices.size(); ++i)
    parts.emplace_back(indices[i], static_cast<std::int32_t>(strides[i]));
  const auto same = std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.first == index; });
  if (same != parts.end())
    same->second += step;
  else
    parts.emplace_back(index, step);
  std::erase_if(parts, [](const auto& part) { return part.second == 0; });
  std::sort(parts.begin(), parts.end());
  std::vector<TermId> operands;
  strides.clear();
  for (const auto& [operand, stride] : parts) {
    operands.push_back(operand);
    strides.push_back(static_cast<std::uint32_t>(static_cast<std::int32_t>(stride)));
  }
  const std::int64_t base = base_of(first) - step * low;
  const auto [least, codes] = store.range_of(branches);
  return store.make(store.at(first).op, least, codes, static_cast<std::uint32_t>(static_cast<std::int32_t>(base)),
                    operands, strides);
}

}  // namespace

std::optional<TermId> Gatherer::gather(TermMaker& maker, TermId index, std::uint32_t low,
                                       const std::vector<TermId>& branches, unsigned depth) {
  TermStore& store = maker.store();
  constexpr unsigned max_depth = 24;
  const TermId first = branches[0];
  const auto is_like = [&](auto&& test) { return std::all_of(branches.begin(), branches.end(), test); };
  if (is_like([&](TermId b) { return b == first; })) return first;
  if (is_like([&](TermId b) { return store.at(b).op == TermOp::constant; })) {
    Words table(low, store.at(first).value);
    for (TermId b : branches) table.push_back(store.at(b).value);
    return maker.recode(index, std::move(table));
  }
  const Term shape = store.at(first);
  if (depth == max_depth || !is_like([&](TermId b) {
        return store.at(b).op == shape.op && store.at(b).operand_count == shape.operand_count;
      }))
    return std::nullopt;
  if (shape.op == TermOp::load || shape.op == TermOp::load_wide) return gather_loads(store, index, low, branches);
  if (!can_be_gathered(shape.op)) return std::nullopt;

  Words key{index.value, low};
  for (TermId b : branches) key.push_back(b.value);
  if (const auto known = gathered_.find(key); known != gathered_.end()) return known->second;
  const auto result = gather_operation(maker, index, low, branches, depth);
  gathered_.emplace(std::move(key), result);
  return result;
}

std::optional<TermId> Gatherer::gather_operation(TermMaker& maker, TermId index, std::uint32_t low,
                                                 const std::vector<TermId>& branches, unsigned depth) {
  const TermStore& store = maker.store();
  const TermId first = branches[0];
  const TermOp op = store.at(first).op;
  // Tables may differ for codes that the operand does not have.
  Words table;
  if (op == TermOp::member || op == TermOp::recode) {
    std::vector<bool> taken;
    for (TermId b : branches) {
      const Term& operand = store.at(store.operands(b)[0]);
      const auto other = store.table(b);
      if (other.size() > table.size()) {
        table.resize(other.size());
        taken.resize(other.size());
      }
      for (std::uint32_t code = operand.low; code < operand.codes; ++code) {
        if (taken[code] && table[code] != other[code]) return std::nullopt;
        table[code] = other[code];
        taken[code] = true;
      }
    }
  }
  std::vector<TermId> operands;
  std::vector<TermId> column(branches.size());
  for (std::size_t i = 0; i < store.at(first).operand_count; ++i) {
    for (std::size_t b = 0; b < branches.size(); ++b) column[b] = store.operands(branches[b])[i];
    const auto gathered = gather(maker, index, low, column, depth + 1);
    if (!gathered) return std::nullopt;
    operands.push_back(*gathered);
  }
  switch (op) {
    case TermOp::member: return maker.member(operands[0], std::move(table));
    case TermOp::recode: return maker.recode(operands[0], std::move(table));
    case TermOp::negate: return maker.negate(operands[0]);
    case TermOp::both: return maker.both(std::move(operands));
    case TermOp::either: return maker.either(std::move(operands));
    case TermOp::choose: return maker.choose(operands);
    case TermOp::first_set: return maker.first_set(operands[0], operands[1]);
    case TermOp::constant:
    case TermOp::load:
    case TermOp::load_wide:
    case TermOp::select:
    case TermOp::at_least_one:
    case TermOp::first_match: break;  // `can_be_gathered` excludes them
  }
  return std::nullopt;
}

}  // namespace tally
