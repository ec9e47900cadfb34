#include "compiler/plan/long_choices.h"

#include <map>
#include <utility>

#include "compiler/plan/term_maker.h"

namespace tally {
namespace {

// A choice with at least this many arms finds its arm by bit vectors.
constexpr std::size_t long_choice = 6;
// The bounds within which the conditions of the arms are multiplied out.
constexpr std::size_t max_alternatives = 16;
constexpr unsigned max_alternative_depth = 8;
// The maximum number of 32-bit words that the rows may take (16 MB).
constexpr std::size_t max_row_words = std::size_t{1} << 22;

// Conditions that hold together: their conjunction is meant.
using Literals = std::vector<TermId>;

// A condition, or its negation, as alternatives of which at least one holds:
// `(a or b) and c` is {{a, c}, {b, c}}. A condition with too many alternatives is one
// literal.
std::vector<Literals> alternatives(TermMaker& maker, TermId condition, bool negated, unsigned depth = 0) {
  const TermStore& store = maker.store();
  const TermOp op = store.at(condition).op;
  if (op == TermOp::negate) return alternatives(maker, store.operands(condition)[0], !negated, depth);
  const std::vector<Literals> whole{{negated ? maker.negate(condition) : condition}};
  if ((op != TermOp::both && op != TermOp::either) || depth == max_alternative_depth) return whole;
  std::vector<Literals> result;
  if ((op == TermOp::either) != negated) {
    for (TermId operand : store.operands_of(condition)) {
      auto more = alternatives(maker, operand, negated, depth + 1);
      result.insert(result.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
      if (result.size() > max_alternatives && depth > 0) return whole;
    }
    return result;
  }
  result.emplace_back();
  for (TermId operand : store.operands_of(condition)) {
    auto more = alternatives(maker, operand, negated, depth + 1);
    if (result.size() * more.size() > max_alternatives) more = {{negated ? maker.negate(operand) : operand}};
    std::vector<Literals> product;
    for (const auto& left : result) {
      for (const auto& right : more) {
        product.push_back(left);
        product.back().insert(product.back().end(), right.begin(), right.end());
      }
    }
    result = std::move(product);
  }
  return result;
}

// Returns the number of the first condition that holds. Returns nothing if the rows would
// be too large, or would cost at least as many instructions as testing one literal after
// the other plus `saved`.
std::optional<TermId> first_match(TermMaker& maker, const std::vector<Literals>& conditions, std::size_t saved) {
  TermStore& store = maker.store();
  const auto arms = static_cast<std::uint32_t>(conditions.size());
  const std::uint32_t row_words = (arms + 63) / 64 * 2;
  std::map<TermId, Words> rows;
  std::vector<TermId> others;
  Words other_arms;
  std::size_t size = 0, cost = 0;
  std::map<TermId, std::uint32_t> next_word;  // the word of 64 arms after the last one that tests the term
  // Arm `arm` matches only if the code of the term is in the set.
  const auto test = [&](std::uint32_t arm, TermId tested, std::span<const std::uint32_t> set) {
    auto& row = rows[tested];
    if (row.empty()) {
      size += std::size_t{row_words} * set.size();
      if (size > max_row_words) return;
      row.assign(std::size_t{row_words} * set.size(), ~std::uint32_t{0});
    }
    if (auto& word = next_word[tested]; word <= arm / 64) {
      word = arm / 64 + 1;
      cost += 2;  // a load and an intersection
    }
    ++saved;
    for (std::size_t code = 0; code < set.size(); ++code) {
      if (set[code] == 0) row[code * row_words + arm / 32] &= ~(std::uint32_t{1} << (arm % 32));
    }
  };
  constexpr std::uint32_t is_one[] = {0, 1}, is_zero[] = {1, 0};
  for (std::uint32_t arm = 0; arm < arms; ++arm) {
    std::vector<TermId> rest;
    for (TermId literal : conditions[arm]) {
      const bool is_negation = store.at(literal).op == TermOp::negate;
      const TermId tested = is_negation ? store.operands(literal)[0] : literal;
      if (store.at(literal).op == TermOp::member)
        test(arm, store.operands(literal)[0], store.table(literal));
      else if (store.at(tested).op == TermOp::load)
        test(arm, tested, is_negation ? is_zero : is_one);
      else
        rest.push_back(literal);
      if (size > max_row_words) return std::nullopt;
    }
    if (rest.empty()) continue;
    cost += 2;  // its bit is added to the word
    others.push_back(maker.both(std::move(rest)));
    other_arms.push_back(arm);
  }
  if (cost >= saved) return std::nullopt;
  std::vector<TermId> operands;
  Words table{static_cast<std::uint32_t>(rows.size())};
  for (const auto& [tested, row] : rows) {
    operands.push_back(tested);
    table.insert(table.end(), row.begin(), row.end());
  }
  operands.insert(operands.end(), others.begin(), others.end());
  table.insert(table.end(), other_arms.begin(), other_arms.end());
  return store.make(TermOp::first_match, 0, arms + 1, arms, operands, table);
}

}  // namespace

std::optional<TermId> either_by_rows(TermMaker& maker, std::span<const TermId> conditions) {
  if (conditions.size() < long_choice) return std::nullopt;
  std::vector<Literals> arms;
  for (const TermId condition : conditions) {
    auto more = alternatives(maker, condition, false);
    arms.insert(arms.end(), more.begin(), more.end());
  }
  const auto arm = first_match(maker, arms, 0);
  if (!arm) return std::nullopt;
  return maker.member(*arm, Words(arms.size(), 1));
}

// Returns a select among the values by the number of the arm.
std::optional<TermId> choose_by_rows(TermMaker& maker, const std::vector<TermId>& operands) {
  const TermStore& store = maker.store();
  std::vector<Literals> arms;
  std::vector<TermId> values;
  std::size_t length = 0;
  for (std::size_t i = 0; i + 1 < operands.size(); i += 2)
    length += store.at(operands[i]).op == TermOp::either ? store.at(operands[i]).operand_count : 1;
  if (length < long_choice) return std::nullopt;
  for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
    auto more = alternatives(maker, operands[i], false);
    arms.insert(arms.end(), more.begin(), more.end());
    values.resize(arms.size(), operands[i + 1]);
  }
  values.push_back(operands.back());
  const auto arm = first_match(maker, arms, 2 * length);
  if (!arm) return std::nullopt;
  return maker.select(*arm, std::move(values));
}

}  // namespace tally
