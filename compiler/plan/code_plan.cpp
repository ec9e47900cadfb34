// Terms are made bottom-up from the graph's nodes, simplified by what is known of
// their codes: a leaf that is never unset has no code 0, so a branch for it is a
// don't-care. Equal terms are one term.
#include "compiler/plan/code_plan.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace tally {

namespace {

constexpr std::uint32_t output_codes = 65536;
// From this many arms on, a choice looks for its arm with bit vectors.
constexpr std::size_t long_choice = 6;
// The conditions of its arms are multiplied out as far as these allow.
constexpr std::size_t max_alternatives = 16;
constexpr unsigned deepest_alternative = 8;
// Unless the rows would take more than this many 32-bit words (16 MB).
constexpr std::size_t max_row_words = std::size_t{1} << 22;

struct WordsHash {
  std::size_t operator()(const std::vector<std::uint32_t>& words) const {
    std::uint64_t hash = 0x9e3779b97f4a7c15u;
    for (auto word : words) {
      hash = (hash ^ word) * 0xff51afd7ed558ccdu;
      hash ^= hash >> 32;
    }
    return hash;
  }
};
using Words = std::vector<std::uint32_t>;

}  // namespace

class Planner {
 public:
  explicit Planner(const FunctionRequest& request) : request_(request) {}

  Result<Plan> run() {
    std::vector<NodeId> roots;
    for (const auto& function : request_.functions) {
      for (NodeId output : function.outputs) {
        if (output.value >= request_.graph.size()) return Error{Cause::usage, "`" + function.name + "`: no such node"};
        if (request_.graph.codes(output) > output_codes)
          return Error{Cause::bound,
                       "`" + function.name + "`: an output has more than " + std::to_string(output_codes) + " codes"};
        roots.push_back(output);
      }
    }
    term_of_.resize(request_.graph.size());
    for (NodeId id : request_.graph.reachable(roots)) {
      term_of_[id.value] = translate(request_.graph.node(id));
      if (error_) return *error_;
    }
    for (const auto& function : request_.functions) {
      auto& outputs = plan_.outputs_.emplace_back();
      for (NodeId output : function.outputs) outputs.push_back(term_of_[output.value]);
    }
    return std::move(plan_);
  }

 private:
  // --- terms ---------------------------------------------------------------------

  TermId make(TermOp op, std::uint32_t low, std::uint32_t codes, std::uint32_t value, std::span<const TermId> operands,
              std::span<const std::uint32_t> table) {
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

  const Term& at(TermId id) const { return plan_.at(id); }
  std::vector<TermId> operands_of(TermId id) const {
    const auto span = plan_.operands(id);
    return {span.begin(), span.end()};
  }
  Words table_of(TermId id) const {
    const auto span = plan_.table(id);
    return {span.begin(), span.end()};
  }
  std::optional<std::uint32_t> value_of(TermId id) const {
    if (at(id).op != TermOp::constant) return std::nullopt;
    return at(id).value;
  }

  TermId constant(std::uint32_t code) { return make(TermOp::constant, code, code + 1, code, {}, {}); }

  TermId load_leaf(ElementId element) {
    const auto offset = request_.layout.offset(element);
    if (!offset) {
      if (!error_)
        error_ = Error{Cause::usage, "element " + std::to_string(element.value) + " is read but has no input byte"};
      return constant(0);
    }
    const auto codes = request_.classes.codes(element);
    const std::uint32_t low = request_.classes.first(element);
    if (low + 1 == codes) return constant(low);  // it has one code only
    return make(TermOp::load, low, codes, *offset, {}, {});
  }

  TermId member(TermId operand, Words table) {
    const auto low = at(operand).low, codes = at(operand).codes;
    table.resize(codes, 0);
    std::fill(table.begin(), table.begin() + low, 0);
    const auto count = static_cast<std::uint32_t>(std::count(table.begin(), table.end(), 1u));
    if (count == 0) return constant(0);
    if (count == codes - low) return constant(1);
    if (auto code = value_of(operand)) return constant(table[*code]);
    switch (at(operand).op) {
      case TermOp::recode:
      case TermOp::member: {
        Words inner = table_of(operand);
        for (auto& entry : inner) entry = table[entry];
        return member(plan_.operands(operand)[0], std::move(inner));
      }
      case TermOp::negate:
      case TermOp::both:
      case TermOp::either:  // the table is neither constant: it is the operand, or its negation
        return table[1] ? operand : negate(operand);
      case TermOp::constant:
      case TermOp::load:
      case TermOp::choose:
      case TermOp::select:
      case TermOp::first_set:
      case TermOp::at_least_one:
      case TermOp::first_match: break;
    }
    return make(TermOp::member, 0, 2, 0, std::array{operand}, table);
  }

  TermId negate(TermId condition) {
    if (auto code = value_of(condition)) return constant(1 - *code);
    if (at(condition).op == TermOp::negate) return plan_.operands(condition)[0];
    if (at(condition).op == TermOp::member) {
      Words table = table_of(condition);
      for (auto& entry : table) entry = 1 - entry;
      return member(plan_.operands(condition)[0], std::move(table));
    }
    return make(TermOp::negate, 0, 2, 0, std::array{condition}, {});
  }

  // both, either: `absorbing` is the code that decides the whole (0, 1).
  TermId junction(TermOp op, std::uint32_t absorbing, std::vector<TermId> conditions) {
    std::erase_if(conditions, [&](TermId c) { return value_of(c) == 1 - absorbing; });
    for (TermId c : conditions) {
      if (value_of(c) == absorbing) return constant(absorbing);
    }
    std::sort(conditions.begin(), conditions.end());
    conditions.erase(std::unique(conditions.begin(), conditions.end()), conditions.end());
    if (conditions.empty()) return constant(1 - absorbing);
    if (conditions.size() == 1) return conditions[0];
    if (op == TermOp::either && conditions.size() >= long_choice) {
      std::vector<Literals> arms;
      for (TermId c : conditions) {
        auto more = alternatives(c, false);
        arms.insert(arms.end(), more.begin(), more.end());
      }
      if (auto arm = first_match(arms, 0)) return member(*arm, Words(arms.size(), 1));
    }
    return make(op, 0, 2, 0, conditions, {});
  }

  // Operands as `choose` has them.
  TermId choose(const std::vector<TermId>& operands) {
    std::vector<TermId> kept;
    TermId otherwise = operands.back();
    for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
      const auto known = value_of(operands[i]);
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
    if (auto found = choose_by_rows(kept)) return *found;
    return make_choose(kept);
  }

  // --- long choices ------------------------------------------------------------------

  // Conditions that hold together.
  using Literals = std::vector<TermId>;

  // A condition, or its negation, as alternatives of which one holds. What
  // would give too many stays whole, as one literal.
  std::vector<Literals> alternatives(TermId condition, bool negated, unsigned depth = 0) {
    const TermOp op = at(condition).op;
    if (op == TermOp::negate) return alternatives(plan_.operands(condition)[0], !negated, depth);
    const std::vector<Literals> whole{{negated ? negate(condition) : condition}};
    if ((op != TermOp::both && op != TermOp::either) || depth == deepest_alternative) return whole;
    std::vector<Literals> result;
    if ((op == TermOp::either) != negated) {
      for (TermId operand : operands_of(condition)) {
        auto more = alternatives(operand, negated, depth + 1);
        result.insert(result.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
        if (result.size() > max_alternatives && depth > 0) return whole;
      }
      return result;
    }
    result.emplace_back();
    for (TermId operand : operands_of(condition)) {
      auto more = alternatives(operand, negated, depth + 1);
      if (result.size() * more.size() > max_alternatives) more = {{negated ? negate(operand) : operand}};
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

  // A long choice as a select among its values, by the number of the arm.
  // Nothing where it is short, or its rows would be too large.
  std::optional<TermId> choose_by_rows(const std::vector<TermId>& operands) {
    std::vector<Literals> arms;
    std::vector<TermId> values;
    std::size_t length = 0;
    for (std::size_t i = 0; i + 1 < operands.size(); i += 2)
      length += at(operands[i]).op == TermOp::either ? at(operands[i]).operand_count : 1;
    if (length < long_choice) return std::nullopt;
    for (std::size_t i = 0; i + 1 < operands.size(); i += 2) {
      auto more = alternatives(operands[i], false);
      arms.insert(arms.end(), more.begin(), more.end());
      values.resize(arms.size(), operands[i + 1]);
    }
    values.push_back(operands.back());
    const auto arm = first_match(arms, 2 * length);
    if (!arm) return std::nullopt;
    return select(*arm, std::move(values));
  }

  // The number of the first of these that holds. Nothing where the rows would be
  // too large, or cost more instructions than testing one literal after the
  // other and `saved` more.
  std::optional<TermId> first_match(const std::vector<Literals>& conditions, std::size_t saved) {
    const auto arms = static_cast<std::uint32_t>(conditions.size());
    const std::uint32_t row_words = (arms + 63) / 64 * 2;
    std::map<TermId, Words> rows;
    std::vector<TermId> others;
    Words other_arms;
    std::size_t size = 0, cost = 0;
    std::map<TermId, std::uint32_t> next_word;  // of 64 arms, that no arm tests the term in yet
    // Arm `arm` matches only where the term's code is in the set.
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
        const bool is_negation = at(literal).op == TermOp::negate;
        const TermId tested = is_negation ? plan_.operands(literal)[0] : literal;
        if (at(literal).op == TermOp::member)
          test(arm, plan_.operands(literal)[0], plan_.table(literal));
        else if (at(tested).op == TermOp::load)
          test(arm, tested, is_negation ? is_zero : is_one);
        else
          rest.push_back(literal);
        if (size > max_row_words) return std::nullopt;
      }
      if (rest.empty()) continue;
      cost += 2;  // its bit goes into the word
      others.push_back(junction(TermOp::both, 0, std::move(rest)));
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
    return make(TermOp::first_match, 0, arms + 1, arms, operands, table);
  }

  TermId make_choose(const std::vector<TermId>& operands) {
    std::vector<TermId> values;
    for (std::size_t i = 1; i + 1 < operands.size(); i += 2) values.push_back(operands[i]);
    values.push_back(operands.back());
    const auto [low, codes] = range_of(values);
    return make(TermOp::choose, low, codes, 0, operands, {});
  }

  TermId first_set(TermId a, TermId b) {
    if (a == b || at(a).low > 0) return a;
    if (value_of(a)) return b;  // it is 0
    const auto low = std::min(std::uint32_t{1}, at(b).low);
    return make(TermOp::first_set, low, std::max(at(a).codes, at(b).codes), 0, std::array{a, b}, {});
  }

  TermId recode(TermId operand, Words table) {
    const auto low = at(operand).low, codes = at(operand).codes;
    // Entries that do not occur take a neighbour's value, so that they neither
    // widen the range nor keep equal tables apart.
    table.resize(codes, table.empty() ? 0 : table.back());
    std::fill(table.begin(), table.begin() + low, table[low]);
    if (std::all_of(table.begin() + low, table.end(), [&](auto entry) { return entry == table[low]; }))
      return constant(table[low]);
    bool same = true;
    for (std::uint32_t code = low; code < codes; ++code) same = same && table[code] == code;
    if (same) return operand;
    if (at(operand).op == TermOp::recode) {
      Words inner = table_of(operand);
      for (auto& entry : inner) entry = table[entry];
      return recode(plan_.operands(operand)[0], std::move(inner));
    }
    const auto [least, most] = std::minmax_element(table.begin(), table.end());
    if (*most == 1) return member(operand, std::move(table));
    const auto least_code = *least, max_code = *most;
    return make(TermOp::recode, least_code, max_code + 1, 0, std::array{operand}, table);
  }

  TermId at_least_one(TermId operand) {
    if (at(operand).low > 0) return operand;
    return make(TermOp::at_least_one, 1, std::max(at(operand).codes, 2u), 0, std::array{operand}, {});
  }

  std::pair<std::uint32_t, std::uint32_t> range_of(const std::vector<TermId>& values) const {
    std::uint32_t low = at(values[0]).low, codes = at(values[0]).codes;
    for (TermId value : values) {
      low = std::min(low, at(value).low);
      codes = std::max(codes, at(value).codes);
    }
    return {low, codes};
  }

  // --- select ----------------------------------------------------------------------

  // `branches`: one for each code of the index, from 0.
  TermId select(TermId index, std::vector<TermId> branches) {
    const auto low = at(index).low;
    branches.resize(std::min<std::size_t>(branches.size(), at(index).codes));
    if (auto code = value_of(index)) return branches[std::min<std::size_t>(*code, branches.size() - 1)];
    const std::vector<TermId> live(branches.begin() + low, branches.end());
    if (auto gathered = gather(index, low, live, 0)) return *gathered;
    // The index may be unset, and its branch is not like the others.
    if (low == 0 && branches.size() > 2) {
      const std::vector<TermId> rest(branches.begin() + 1, branches.end());
      if (auto gathered = gather(at_least_one(index), 1, rest, 0)) {
        const TermId is_unset = member(index, {1});
        return choose({is_unset, branches[0], *gathered});
      }
    }
    std::fill(branches.begin(), branches.begin() + low, branches[low]);
    const auto [least, codes] = range_of(branches);
    std::vector<TermId> operands{index};
    operands.insert(operands.end(), branches.begin(), branches.end());
    return make(TermOp::select, least, codes, 0, operands, {});
  }

  // The select among `branches`, for the index's codes from `low`, as a term
  // without a select: equal branches, constants, loads from bytes equally far
  // apart, and equal operations on such. Nothing where it is none of these.
  std::optional<TermId> gather(TermId index, std::uint32_t low, const std::vector<TermId>& branches, unsigned depth) {
    constexpr unsigned deepest = 24;
    const TermId first = branches[0];
    const auto is_like = [&](auto&& test) { return std::all_of(branches.begin(), branches.end(), test); };
    if (is_like([&](TermId b) { return b == first; })) return first;
    if (is_like([&](TermId b) { return at(b).op == TermOp::constant; })) {
      Words table(low, at(first).value);
      for (TermId b : branches) table.push_back(at(b).value);
      return recode(index, std::move(table));
    }
    const Term shape = at(first);
    if (depth == deepest ||
        !is_like([&](TermId b) { return at(b).op == shape.op && at(b).operand_count == shape.operand_count; }))
      return std::nullopt;
    if (shape.op == TermOp::load) return gather_loads(index, low, branches);
    if (!can_be_gathered(shape.op)) return std::nullopt;

    Words key{index.value, low};
    for (TermId b : branches) key.push_back(b.value);
    if (const auto known = gathered_.find(key); known != gathered_.end()) return known->second;
    const auto result = gather_operation(index, low, branches, depth);
    gathered_.emplace(std::move(key), result);
    return result;
  }

  // Whether a select among such operations is one operation on selects.
  static bool can_be_gathered(TermOp op) {
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
      case TermOp::select:
      case TermOp::at_least_one:
      case TermOp::first_match: return false;
    }
    return false;
  }

  std::optional<TermId> gather_loads(TermId index, std::uint32_t low, const std::vector<TermId>& branches) {
    const TermId first = branches[0];
    const auto indices = operands_of(first);
    auto strides = table_of(first);
    const auto base_of = [&](TermId id) { return static_cast<std::int64_t>(static_cast<std::int32_t>(at(id).value)); };
    const std::int64_t step = base_of(branches[1]) - base_of(first);
    for (std::size_t i = 0; i < branches.size(); ++i) {
      if (operands_of(branches[i]) != indices || table_of(branches[i]) != strides) return std::nullopt;
      if (base_of(branches[i]) != base_of(first) + step * static_cast<std::int64_t>(i)) return std::nullopt;
    }
    // Equal bases would be equal loads, so the step is not 0.
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
    const auto [least, codes] = range_of(branches);
    return make(TermOp::load, least, codes, static_cast<std::uint32_t>(static_cast<std::int32_t>(base)), operands,
                strides);
  }

  std::optional<TermId> gather_operation(TermId index, std::uint32_t low, const std::vector<TermId>& branches,
                                         unsigned depth) {
    const TermId first = branches[0];
    const TermOp op = at(first).op;
    // Tables may differ where their operand's codes do not occur.
    Words table;
    if (op == TermOp::member || op == TermOp::recode) {
      std::vector<bool> taken;
      for (TermId b : branches) {
        const Term& operand = at(plan_.operands(b)[0]);
        const auto other = plan_.table(b);
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
    for (std::size_t i = 0; i < at(first).operand_count; ++i) {
      for (std::size_t b = 0; b < branches.size(); ++b) column[b] = plan_.operands(branches[b])[i];
      const auto gathered = gather(index, low, column, depth + 1);
      if (!gathered) return std::nullopt;
      operands.push_back(*gathered);
    }
    switch (op) {
      case TermOp::member: return member(operands[0], std::move(table));
      case TermOp::recode: return recode(operands[0], std::move(table));
      case TermOp::negate: return negate(operands[0]);
      case TermOp::both: return junction(op, 0, std::move(operands));
      case TermOp::either: return junction(op, 1, std::move(operands));
      case TermOp::choose: return choose(operands);
      case TermOp::first_set: return first_set(operands[0], operands[1]);
      case TermOp::constant:
      case TermOp::load:
      case TermOp::select:
      case TermOp::at_least_one:
      case TermOp::first_match: break;  // `can_be_gathered` refuses them
    }
    return std::nullopt;
  }

  // --- nodes -------------------------------------------------------------------------

  TermId translate(const Node& node) {
    std::vector<TermId> operands;
    for (NodeId operand : request_.graph.operands(node)) operands.push_back(term_of_[operand.value]);
    const auto table = request_.graph.table(node);
    switch (node.op) {
      case Op::constant: return constant(node.value);
      case Op::leaf:
        if (request_.classes.codes(node.element) > node.codes && !error_)
          error_ =
              Error{Cause::usage, "element " + std::to_string(node.element.value) + " has more codes than its node"};
        return load_leaf(node.element);
      case Op::present:
        return member(load_leaf(node.element), [&] {
          Words set(request_.classes.codes(node.element), 1);
          set[0] = 0;
          return set;
        }());
      case Op::cut: {
        const CutId cut{node.value};
        if (!request_.classes.knows(cut)) {
          if (!error_) error_ = Error{Cause::usage, "the classes do not know cut " + std::to_string(cut.value)};
          return constant(0);
        }
        const CodeSet& codes = request_.classes.codes_of(cut);
        Words set(request_.classes.codes(node.element));
        for (unsigned code = 0; code < set.size(); ++code) set[code] = codes.has(code);
        return member(load_leaf(node.element), std::move(set));
      }
      case Op::member: return member(operands[0], {table.begin(), table.end()});
      case Op::negate: return negate(operands[0]);
      case Op::both: return junction(TermOp::both, 0, std::move(operands));
      case Op::either: return junction(TermOp::either, 1, std::move(operands));
      case Op::choose: return choose(operands);
      case Op::select: {
        const TermId index = operands[0];
        operands.erase(operands.begin());
        return select(index, std::move(operands));
      }
      case Op::first_set: return first_set(operands[0], operands[1]);
      case Op::recode: return recode(operands[0], {table.begin(), table.end()});
    }
    return constant(0);
  }

  const FunctionRequest& request_;
  Plan plan_;
  std::vector<TermId> term_of_;  // by node
  std::unordered_map<Words, TermId, WordsHash> index_;
  std::unordered_map<Words, std::optional<TermId>, WordsHash> gathered_;
  std::optional<Error> error_;
};

Match Plan::match(TermId id) const {
  const Term& term = at(id);
  Match match;
  match.row_words = (term.value + 63) / 64 * 2;
  auto entries = table(id);
  match.tested = operands(id).first(entries[0]);
  match.conditions = operands(id).subspan(entries[0]);
  entries = entries.subspan(1);
  for (TermId tested : match.tested) {
    const std::size_t size = std::size_t{at(tested).codes} * match.row_words;
    match.rows.push_back(entries.first(size));
    entries = entries.subspan(size);
  }
  match.arms = entries;
  return match;
}

std::vector<TermId> Plan::reachable(std::span<const TermId> roots) const {
  std::vector<bool> needed(size());
  for (TermId root : roots) needed[root.value] = true;
  std::vector<TermId> order;
  for (auto i = static_cast<std::uint32_t>(size()); i-- > 0;) {
    if (!needed[i]) continue;
    order.push_back(TermId{i});
    for (TermId operand : operands(TermId{i})) needed[operand.value] = true;
  }
  std::reverse(order.begin(), order.end());
  return order;
}

Result<Plan> make_plan(const FunctionRequest& request) { return Planner(request).run(); }

}  // namespace tally
