// Diagrams made from diagrams: conditions and choices, recoding, products, selection,
// cofactors and quantifiers.
//
// An operation on several diagrams walks them down together (`apply`) and stops where one
// operand determines the result. An operation on one diagram visits its nodes from the
// terminals up (`post_order`).
#include <algorithm>
#include <unordered_map>

#include "compiler/diagrams/arena.h"
#include "compiler/diagrams/diagram.h"

namespace tally {

namespace {

using DiagramId = DiagramArena::Id;
using Key = DiagramArena::Key;
constexpr DiagramId zero = DiagramArena::zero;
constexpr DiagramId one = DiagramArena::one;
constexpr DiagramId none = DiagramArena::none;

struct ComputedOp {
  static void keep(DiagramArena& arena, const Key& key, DiagramId result) { arena.remember(key, result); }
};

struct Both : ComputedOp {
  static constexpr int operands = 2;
  static DiagramId known(const DiagramArena& arena, Key& key) {
    if (key.a > key.b) std::swap(key.a, key.b);
    if (key.a == zero || key.a == key.b) return key.a;
    if (key.a == one) return key.b;
    return arena.computed(key);
  }
};

struct Either : ComputedOp {
  static constexpr int operands = 2;
  static DiagramId known(const DiagramArena& arena, Key& key) {
    if (key.a > key.b) std::swap(key.a, key.b);
    if (key.a == zero) return key.b;
    if (key.a == one || key.a == key.b) return key.a;
    return arena.computed(key);
  }
};

struct Choose : ComputedOp {
  static constexpr int operands = 3;
  static DiagramId known(const DiagramArena& arena, Key& key) {
    if (key.a == zero) return key.c;
    if (key.a == one || key.b == key.c) return key.b;
    // A branch that is the condition itself has a known value there.
    if (key.b == key.a) key.b = one;
    if (key.c == key.a) key.c = zero;
    if (key.b == one && key.c == zero) return key.a;
    if (key.b == key.c) return key.b;
    return arena.computed(key);
  }
};

struct FirstSet : ComputedOp {
  static constexpr int operands = 2;
  static DiagramId known(const DiagramArena& arena, Key& key) {
    if (key.a == zero || key.a == key.b) return key.b;
    if (key.b == zero || arena.is_terminal(key.a)) return key.a;
    return arena.computed(key);
  }
};

struct SameTerminal : ComputedOp {
  static constexpr int operands = 2;
  static DiagramId known(const DiagramArena& arena, Key& key) {
    if (key.a == key.b) return one;
    if (key.a > key.b) std::swap(key.a, key.b);
    if (arena.is_terminal(key.a) && arena.is_terminal(key.b)) return zero;
    return arena.computed(key);
  }
};

// A map from pairs of ids to ids, for one call with one function. The numbers of one
// function are meaningless for the next.
class PairMemo {
 public:
  PairMemo() : slots_(64) {}

  DiagramId find(DiagramId a, DiagramId b) const {
    const std::uint64_t key = join(a, b);
    for (std::size_t i = place(key);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i].result == none) return none;
      if (slots_[i].key == key) return slots_[i].result;
    }
  }

  std::size_t size() const { return used_; }

  void insert(DiagramId a, DiagramId b, DiagramId result) {
    if (++used_ * 2 > slots_.size()) {
      std::vector<Slot> old(slots_.size() * 2);
      std::swap(old, slots_);
      for (const Slot& slot : old) {
        if (slot.result != none) put(slot);
      }
    }
    put({join(a, b), result});
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    DiagramId result = none;
  };

  static std::uint64_t join(DiagramId a, DiagramId b) { return (std::uint64_t{a} << 32) | b; }
  std::size_t place(std::uint64_t key) const {
    key = (key ^ (key >> 31)) * 0x9E3779B97F4A7C15u;
    return static_cast<std::size_t>(key >> 24) & (slots_.size() - 1);
  }
  void put(const Slot& slot) {
    std::size_t i = place(slot.key);
    while (slots_[i].result != none && slots_[i].key != slot.key) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = slot;
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

struct Combine {
  static constexpr int operands = 2;
  const std::function<std::uint32_t(std::uint32_t, std::uint32_t)>& number;
  PairMemo memo;

  DiagramId known(DiagramArena& arena, const Key& key) {
    DiagramId result = memo.find(key.a, key.b);
    if (result == none && arena.is_terminal(key.a) && arena.is_terminal(key.b)) {
      result = arena.terminal(number(arena.value(key.a), arena.value(key.b)));
      memo.insert(key.a, key.b, result);
    }
    return result;
  }
  void keep(const DiagramArena& arena, const Key& key, DiagramId result) {
    arena.check_results(memo.size());
    memo.insert(key.a, key.b, result);
  }
};

// Returns the diagram with each terminal v replaced by replace(v), an id.
template <class Replace>
DiagramId replace_terminals(DiagramArena& arena, Diagram d, Replace replace) {
  for (const DiagramId id : arena.post_order(std::span(&d, 1))) {
    arena.set_result(id, arena.is_terminal(id) ? replace(arena.value(id)) : arena.make_of_results(id));
  }
  return arena.result(d.id);
}

// Replaces each terminal t of the index by branches[t], in one pass over the index.
// Returns `none` if a branch tests a variable that the index tests, or one above: such a
// branch cannot simply be placed below.
DiagramId hang_below(DiagramArena& arena, DiagramId index, std::span<const DiagramId> branches) {
  const Diagram root{index};
  for (const DiagramId id : arena.post_order(std::span(&root, 1))) {
    if (arena.is_terminal(id)) {
      arena.set_result(id, branches[arena.value(id)]);
      continue;
    }
    for (const DiagramId child : arena.children(id)) {
      if (arena.level(arena.result(child)) <= arena.level(id)) return none;
    }
    arena.set_result(id, arena.make_of_results(id));
  }
  return arena.result(index);
}

// Folds the children of the quantified variables with `fold` (either, both). The fold
// ends early at `settled` (one, zero).
template <class Fold>
DiagramId quantify(DiagramArena& arena, Diagram condition, std::span<const VariableId> variables, DiagramId settled,
                   Fold fold) {
  if (variables.empty()) return condition.id;
  assert(std::is_sorted(variables.begin(), variables.end()));
  const std::uint32_t last = variables.back().value;
  const auto& order = arena.post_order(std::span(&condition, 1), last, [](std::uint32_t) { return none; });
  for (const DiagramId id : order) {
    DiagramId result = id;
    const std::uint32_t level = arena.level(id);
    if (level <= last && std::binary_search(variables.begin(), variables.end(), VariableId{level})) {
      const std::size_t edges = arena.children(id).size();
      result = arena.result(arena.children(id)[0]);
      for (std::size_t edge = 1; edge < edges && result != settled; ++edge) {
        result = fold(result, arena.result(arena.children(id)[edge]));
      }
    } else if (level <= last) {
      result = arena.make_of_results(id);
    }
    arena.set_result(id, result);
  }
  return arena.result(condition.id);
}

}  // namespace

DiagramId DiagramArena::both(DiagramId a, DiagramId b) {
  Both op;
  return apply(op, {a, b, tag_both});
}

DiagramId DiagramArena::either(DiagramId a, DiagramId b) {
  Either op;
  return apply(op, {a, b, tag_either});
}

DiagramId DiagramArena::choose(DiagramId condition, DiagramId then, DiagramId otherwise) {
  Choose op;
  return apply(op, {condition, then, otherwise});
}

// --- combining --------------------------------------------------------------

Diagram Diagrams::negate(Diagram condition) { return {impl_->choose(condition.id, zero, one)}; }
Diagram Diagrams::both(Diagram a, Diagram b) { return {impl_->both(a.id, b.id)}; }
Diagram Diagrams::either(Diagram a, Diagram b) { return {impl_->either(a.id, b.id)}; }
Diagram Diagrams::but_not(Diagram a, Diagram b) { return {impl_->choose(b.id, zero, a.id)}; }

Diagram Diagrams::choose(Diagram condition, Diagram then, Diagram otherwise) {
  return {impl_->choose(condition.id, then.id, otherwise.id)};
}

Diagram Diagrams::recode(Diagram d, std::span<const std::uint32_t> table) {
  return {replace_terminals(
      *impl_, d, [&](std::uint32_t value) { return impl_->terminal(value < table.size() ? table[value] : value); })};
}

Diagram Diagrams::where(Diagram a, std::uint32_t terminal) {
  return {replace_terminals(*impl_, a, [&](std::uint32_t value) { return value == terminal ? one : zero; })};
}

Diagram Diagrams::select(Diagram index, std::span<const Diagram> branches) {
  assert(!branches.empty());
  // The index maps to the branches that are used and differ, and to no others.
  std::vector<DiagramId> taken;
  std::unordered_map<DiagramId, std::uint32_t> places;
  const DiagramId narrowed = replace_terminals(*impl_, index, [&](std::uint32_t value) {
    const DiagramId branch = branches[std::min<std::size_t>(value, branches.size() - 1)].id;
    const auto [at, fresh] = places.try_emplace(branch, static_cast<std::uint32_t>(taken.size()));
    if (fresh) taken.push_back(branch);
    return impl_->terminal(at->second);
  });
  if (const DiagramId result = hang_below(*impl_, narrowed, taken); result != none) return {result};
  Diagram selected{taken.back()};
  for (std::uint32_t t = 0; t + 1 < taken.size(); ++t) {
    selected = choose(where({narrowed}, t), {taken[t]}, selected);
  }
  return selected;
}

Diagram Diagrams::first_set(Diagram a, Diagram b) {
  FirstSet op;
  return {impl_->apply(op, {a.id, b.id, DiagramArena::tag_first_set})};
}

Diagram Diagrams::equal(Diagram a, Diagram b) {
  SameTerminal op;
  return {impl_->apply(op, {a.id, b.id, DiagramArena::tag_equal})};
}

Diagram Diagrams::combine(Diagram a, Diagram b,
                          const std::function<std::uint32_t(std::uint32_t, std::uint32_t)>& number) {
  Combine op{number, {}};
  return {impl_->apply(op, {a.id, b.id, DiagramArena::tag_call})};
}

// --- quantifying ------------------------------------------------------------

Diagram Diagrams::hold(Diagram d, VariableId variable, Code code) {
  const std::pair<VariableId, Code> held{variable, code};
  return hold(d, std::span(&held, 1));
}

Diagram Diagrams::hold(Diagram d, std::span<const std::pair<VariableId, Code>> codes) {
  if (codes.empty()) return d;
  std::vector<std::pair<VariableId, Code>> held(codes.begin(), codes.end());
  std::sort(held.begin(), held.end());
  const std::uint32_t last = held.back().first.value;
  // The child that is fixed at a level, if any.
  const auto only = [&](std::uint32_t level) -> std::uint32_t {
    const auto at = std::lower_bound(held.begin(), held.end(), level,
                                     [](const auto& entry, std::uint32_t l) { return entry.first.value < l; });
    if (at == held.end() || at->first.value != level) return none;
    const Variable variable = impl_->variables()[level];
    assert(at->second >= variable.first && at->second - variable.first < variable.count);
    return at->second - variable.first;
  };
  for (const DiagramId id : impl_->post_order(std::span(&d, 1), last, only)) {
    DiagramId result = id;
    if (const std::uint32_t level = impl_->level(id); level <= last) {
      const std::uint32_t k = only(level);
      result = k == none ? impl_->make_of_results(id) : impl_->result(impl_->child(id, k));
    }
    impl_->set_result(id, result);
  }
  return {impl_->result(d.id)};
}

Diagram Diagrams::exists(Diagram condition, std::span<const VariableId> variables) {
  return {quantify(*impl_, condition, variables, one, [&](DiagramId a, DiagramId b) { return impl_->either(a, b); })};
}

Diagram Diagrams::for_all(Diagram condition, std::span<const VariableId> variables) {
  return {quantify(*impl_, condition, variables, zero, [&](DiagramId a, DiagramId b) { return impl_->both(a, b); })};
}

}  // namespace tally
