#include "compiler/plan/term_maker.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/plan/long_choices.h"

namespace tally {

TermId TermMaker::member(TermId operand, Words table) {
  const auto low = store_.at(operand).low, codes = store_.at(operand).codes;
  table.resize(codes, 0);
  std::fill(table.begin(), table.begin() + low, 0);
  const auto count = static_cast<std::uint32_t>(std::count(table.begin(), table.end(), 1u));
  if (count == 0) return constant(0);
  if (count == codes - low) return constant(1);
  if (auto code = store_.value_of(operand)) return constant(table[*code]);
  switch (store_.at(operand).op) {
    case TermOp::recode:
    case TermOp::member: {
      Words inner = store_.table_of(operand);
      for (auto& entry : inner) entry = table[entry];
      return member(store_.operands(operand)[0], std::move(inner));
    }
    case TermOp::negate:
    case TermOp::both:
    case TermOp::either:  // the table is not constant, so the result is the operand or its negation
      return table[1] ? operand : negate(operand);
    case TermOp::constant:
    case TermOp::load:
    case TermOp::load_wide:
    case TermOp::choose:
    case TermOp::select:
    case TermOp::first_set:
    case TermOp::at_least_one:
    case TermOp::first_match: break;
  }
  return store_.make(TermOp::member, 0, 2, 0, std::array{operand}, table);
}

TermId TermMaker::negate(TermId condition) {
  if (auto code = store_.value_of(condition)) return constant(1 - *code);
  if (store_.at(condition).op == TermOp::negate) return store_.operands(condition)[0];
  if (store_.at(condition).op == TermOp::member) {
    Words table = store_.table_of(condition);
    for (auto& entry : table) entry = 1 - entry;
    return member(store_.operands(condition)[0], std::move(table));
  }
  return store_.make(TermOp::negate, 0, 2, 0, std::array{condition}, {});
}

TermId TermMaker::junction(TermOp op, std::uint32_t absorbing, std::vector<TermId> conditions) {
  std::erase_if(conditions, [&](TermId c) { return store_.value_of(c) == 1 - absorbing; });
  for (TermId c : conditions) {
    if (store_.value_of(c) == absorbing) return constant(absorbing);
  }
  std::sort(conditions.begin(), conditions.end());
  conditions.erase(std::unique(conditions.begin(), conditions.end()), conditions.end());
  if (conditions.empty()) return constant(1 - absorbing);
  if (conditions.size() == 1) return conditions[0];
  if (op == TermOp::either) {
    if (const auto found = either_by_rows(*this, conditions)) return *found;
  }
  return store_.make(op, 0, 2, 0, conditions, {});
}

TermId TermMaker::choose(const std::vector<TermId>& operands) {
  std::vector<TermId> kept;
  TermId otherwise = operands.back();
  for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
    const auto known = store_.value_of(operands[i]);
    if (known == 0u) continue;
    if (known == 1u) {
      otherwise = operands[i + 1];
      break;
    }
    kept.push_back(operands[i]);
    kept.push_back(operands[i + 1]);
  }
  while (!kept.empty() && kept.back() == otherwise) kept.resize(kept.size() - 2);
  if (kept.empty()) return otherwise;
  kept.push_back(otherwise);
  if (auto found = choose_by_rows(*this, kept)) return *found;
  std::vector<TermId> values;
  for (std::size_t i = 1; i + 1 < kept.size(); i += 2) values.push_back(kept[i]);
  values.push_back(kept.back());
  const auto [low, codes] = store_.range_of(values);
  return store_.make(TermOp::choose, low, codes, 0, kept, {});
}

TermId TermMaker::select(TermId index, std::vector<TermId> branches) {
  const auto low = store_.at(index).low;
  branches.resize(std::min<std::size_t>(branches.size(), store_.at(index).codes));
  if (auto code = store_.value_of(index)) return branches[std::min<std::size_t>(*code, branches.size() - 1)];
  const std::vector<TermId> live(branches.begin() + low, branches.end());
  if (auto gathered = gatherer_.select(*this, index, low, live)) return *gathered;
  // The index may be unset, and the branch for code 0 is not like the others.
  if (low == 0 && branches.size() > 2) {
    const std::vector<TermId> rest(branches.begin() + 1, branches.end());
    if (auto gathered = gatherer_.select(*this, at_least_one(index), 1, rest)) {
      const TermId is_unset = member(index, {1});
      return choose({is_unset, branches[0], *gathered});
    }
  }
  std::fill(branches.begin(), branches.begin() + low, branches[low]);
  const auto [least, codes] = store_.range_of(branches);
  std::vector<TermId> operands{index};
  operands.insert(operands.end(), branches.begin(), branches.end());
  return store_.make(TermOp::select, least, codes, 0, operands, {});
}

TermId TermMaker::first_set(TermId a, TermId b) {
  if (a == b || store_.at(a).low > 0) return a;
  if (store_.value_of(a)) return b;  // the value of `a` is 0
  const auto low = std::min(std::uint32_t{1}, store_.at(b).low);
  return store_.make(TermOp::first_set, low, std::max(store_.at(a).codes, store_.at(b).codes), 0, std::array{a, b}, {});
}

TermId TermMaker::recode(TermId operand, Words table) {
  const auto low = store_.at(operand).low, codes = store_.at(operand).codes;
  // Entries that do not occur get a neighbour's value. So they neither widen the range
  // nor make equal tables differ.
  table.resize(codes, table.empty() ? 0 : table.back());
  std::fill(table.begin(), table.begin() + low, table[low]);
  if (std::all_of(table.begin() + low, table.end(), [&](auto entry) { return entry == table[low]; }))
    return constant(table[low]);
  bool same = true;
  for (std::uint32_t code = low; code < codes; ++code) same = same && table[code] == code;
  if (same) return operand;
  if (store_.at(operand).op == TermOp::recode) {
    Words inner = store_.table_of(operand);
    for (auto& entry : inner) entry = table[entry];
    return recode(store_.operands(operand)[0], std::move(inner));
  }
  const auto [least, most] = std::minmax_element(table.begin(), table.end());
  if (*most == 1) return member(operand, std::move(table));
  const auto least_code = *least, max_code = *most;
  return store_.make(TermOp::recode, least_code, max_code + 1, 0, std::array{operand}, table);
}

TermId TermMaker::at_least_one(TermId operand) {
  if (store_.at(operand).low > 0) return operand;
  return store_.make(TermOp::at_least_one, 1, std::max(store_.at(operand).codes, 2u), 0, std::array{operand}, {});
}

}  // namespace tally
