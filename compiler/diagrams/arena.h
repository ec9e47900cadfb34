// The arena behind `Diagrams`: nodes, the unique table, the computed table, and
// the two walks that every operation is written with. Private to diagram*.cpp.
//
// In: ids of this arena. Out: ids of this arena. Always:
// - A node is its level (the variable's place in the order) and its children,
//   one a code, in one pool for all nodes. Terminals are nodes at
//   `terminal_level`; 0 and 1 are the terminals 0 and 1.
// - A child is older than its parent, at a deeper level, and not all children
//   of a node are equal. The unique table holds every node once.
// - Nodes are never freed while the arena lives: arenas are short-lived, one a
//   question, so the limit counts all nodes ever made.
//   In proportion to it stand bounds on children and on the results that one
//   operation holds, which are memory too.
// - No operation recurses: a policy may have 20,000 variables, and so may a
//   path, and the stack of a thread is small. Walks keep their own stacks.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/diagrams/diagram.h"

namespace tally {

class DiagramArena {
 public:
  using Id = std::uint32_t;
  static constexpr Id zero = 0;
  static constexpr Id one = 1;
  static constexpr Id none = UINT32_MAX;  // no node, no code
  static constexpr std::uint32_t terminal_level = UINT32_MAX;

  // What an operation is asked for: its operands, the last place taken by a tag
  // of the operation where it has two.
  struct Key {
    Id a, b, c;
    bool operator==(const Key&) const = default;
  };

  // How many results an operation may hold for every node of the limit.
  static constexpr std::size_t results_a_node = 2;

  // Tags lie above all ids.
  enum Tag : Id { tag_both = 0xFFFFFFF0, tag_either, tag_first_set, tag_equal, tag_call };

  // Children that are the same node, with the codes that lead there.
  struct Group {
    Id child;
    CodeSet codes;
  };

  DiagramArena(std::vector<Variable> order, std::size_t limit);

  void set_limit(std::size_t limit);

  const std::vector<Variable>& variables() const { return variables_; }
  std::size_t node_count() const { return nodes_.size(); }

  bool is_terminal(Id id) const { return nodes_[id].level == terminal_level; }
  std::uint32_t value(Id id) const {
    assert(is_terminal(id));
    return nodes_[id].offset;
  }
  std::uint32_t level(Id id) const { return nodes_[id].level; }
  std::uint32_t width(std::uint32_t level) const { return variables_[level].count; }
  // Valid until the next node is made.
  std::span<const Id> children(Id id) const {
    return {pool_.data() + nodes_[id].offset, variables_[nodes_[id].level].count};
  }
  // The child that a code leads to.
  Id follow(Id id, std::uint8_t code) const {
    const Variable variable = variables_[nodes_[id].level];
    assert(code >= variable.first && code - variable.first < variable.count);
    return pool_[nodes_[id].offset + (code - variable.first)];
  }

  Id terminal(std::uint32_t value);
  // The node with these children, or the child if all are equal. The children
  // must not lie in the pool.
  Id make(std::uint32_t level, std::span<const Id> children);
  Id test(std::uint32_t level, const CodeSet& codes);

  Id both(Id a, Id b);
  Id either(Id a, Id b);
  Id choose(Id condition, Id then, Id otherwise);

  // Appends the groups of a node's children, by their lowest code.
  void group(std::uint32_t level, std::span<const Id> children, std::vector<Group>& groups) const;

  // The computed table: what an operation gave, or `none`. Within one operation
  // it forgets nothing: where entries overwrite each other, each one lost makes
  // a wide node look for many more, and a walk may never come to its end. It is
  // emptied between operations when it has outgrown the nodes.
  Id computed(const Key& key) const {
    for (std::size_t i = place(key);; i = (i + 1) & (computed_.size() - 1)) {
      if (computed_[i].result == none || computed_[i].key == key) return computed_[i].result;
    }
  }
  void remember(const Key& key, Id result) {
    if (2 * (computed_used_ + 1) > computed_.size()) grow_computed();
    std::size_t i = place(key);
    while (computed_[i].result != none && computed_[i].key != key) i = (i + 1) & (computed_.size() - 1);
    if (computed_[i].result == none) ++computed_used_;
    computed_[i] = {key, result};
  }
  // Throws where one operation has worked out too many results of its parts;
  // they take memory as nodes do, also where they make no node.
  void check_results(std::size_t results) const {
    if (results / results_a_node > limit_) throw NodeLimit{limit_};
  }

  // Walks operands down together, from `root` to where the operation knows the
  // answer, and makes the nodes of the result on the way back.
  //   Op::operands             how many places of the key are nodes
  //   Id op.known(arena, key)  the answer, or `none`; may rewrite the key
  //   op.keep(arena, key, id)  the answer that was worked out
  template <class Op>
  Id apply(Op& op, Key root);

  // The nodes reachable from the roots, each once, children before parents, in
  // an order that depends on the functions only. Does not go below levels past
  // `last`; at a level where `only` names a child, goes on to that child alone.
  // The order stands until the next call; so do the results, one a node of it.
  template <class Only>
  const std::vector<Id>& post_order(std::span<const Diagram> roots, std::uint32_t last, Only only);
  const std::vector<Id>& post_order(std::span<const Diagram> roots) {
    return post_order(roots, terminal_level, [](std::uint32_t) { return none; });
  }
  std::uint32_t result(Id id) const {
    assert(marks_[id].round == round_);
    return marks_[id].result;
  }
  void set_result(Id id, std::uint32_t result) { marks_[id].result = result; }
  // The node with the results of a node's children as its children.
  Id make_of_results(Id id);

 private:
  struct Node {
    std::uint32_t level;
    std::uint32_t offset;  // of the first child in the pool; a terminal's value
  };
  struct Slot {
    std::uint32_t hash;
    Id id;  // 0: empty; the terminals 0 and 1 need no slot
  };
  struct Computed {
    Key key{0, 0, 0};
    Id result = none;  // none: empty
  };
  struct Frame {
    Key key;
    std::uint32_t level;
    std::uint32_t next;  // the child to work out next
  };
  struct Step {
    Id id;
    std::uint32_t next, end;  // children still to look at, as places in the pool
  };
  struct Mark {
    std::uint32_t round;
    std::uint32_t result;
  };

  // Takes the stacks back to where they were, also past an exception, and so
  // lets a walk be started within another.
  class StackMark {
   public:
    explicit StackMark(DiagramArena& arena)
        : arena_(arena), frames_(arena.frames_.size()), values_(arena.values_.size()) {}
    StackMark(const StackMark&) = delete;
    StackMark& operator=(const StackMark&) = delete;
    ~StackMark() {
      arena_.frames_.resize(frames_);
      arena_.values_.resize(values_);
    }
    std::size_t frames() const { return frames_; }
    std::size_t values() const { return values_; }

   private:
    DiagramArena& arena_;
    std::size_t frames_, values_;
  };

  std::size_t place(const Key& key) const {
    std::uint64_t h = key.a * 0x9E3779B97F4A7C15u + key.b * 0xC2B2AE3D27D4EB4Fu + key.c * 0x165667B19E3779F9u;
    h ^= h >> 29;
    return static_cast<std::size_t>((h * 0xBF58476D1CE4E5B9u) >> 20) & (computed_.size() - 1);
  }
  void check_room(std::size_t children) const;
  void insert(Slot slot);
  void grow_unique();
  void grow_computed();
  void trim_computed();
  template <class Op>
  void open(const Key& key);
  void start_round();
  template <class Only>
  void enter(Id id, std::uint32_t last, Only& only);

  std::vector<Variable> variables_;
  std::size_t limit_ = 0;
  std::size_t child_limit_ = 0;
  std::vector<Node> nodes_;
  std::vector<Id> pool_;
  std::vector<Slot> unique_;        // open addressing, at most half full
  std::vector<Computed> computed_;  // likewise
  std::size_t computed_used_ = 0;

  // Working memory of the walks, kept so that small operations do not allocate.
  std::vector<Frame> frames_;
  std::vector<Id> values_;
  std::vector<Step> steps_;
  std::vector<Id> order_;
  std::vector<Mark> marks_;
  std::uint32_t round_ = 0;
};

struct Diagrams::Impl : DiagramArena {
  using DiagramArena::DiagramArena;
};

template <class Op>
void DiagramArena::open(const Key& key) {
  std::uint32_t top = std::min(nodes_[key.a].level, nodes_[key.b].level);
  if constexpr (Op::operands == 3) top = std::min(top, nodes_[key.c].level);
  assert(top != terminal_level);
  frames_.push_back({key, top, 0});
}

template <class Op>
DiagramArena::Id DiagramArena::apply(Op& op, Key root) {
  if (const Id known = op.known(*this, root); known != none) return known;
  const StackMark mark(*this);
  if (mark.frames() == 0) trim_computed();
  open<Op>(root);
  for (;;) {
    // A copy, and offsets rather than pointers: what the operation calls may
    // grow the stacks and the pool.
    Frame frame = frames_.back();
    const std::uint32_t width = variables_[frame.level].count;
    const Node a = nodes_[frame.key.a], b = nodes_[frame.key.b];
    const bool move_a = a.level == frame.level, move_b = b.level == frame.level;
    bool move_c = false;
    std::uint32_t offset_c = 0;
    if constexpr (Op::operands == 3) {
      move_c = nodes_[frame.key.c].level == frame.level;
      offset_c = nodes_[frame.key.c].offset;
    }
    bool opened = false;
    while (frame.next < width) {
      const std::uint32_t k = frame.next++;
      Key key{move_a ? pool_[a.offset + k] : frame.key.a, move_b ? pool_[b.offset + k] : frame.key.b,
              move_c ? pool_[offset_c + k] : frame.key.c};
      const Id known = op.known(*this, key);
      if (known == none) {
        frames_.back().next = frame.next;
        open<Op>(key);
        opened = true;
        break;
      }
      values_.push_back(known);
    }
    if (opened) continue;
    const Id made = make(frame.level, std::span(values_).last(width));
    values_.resize(values_.size() - width);
    op.keep(*this, frame.key, made);
    frames_.pop_back();
    if (frames_.size() == mark.frames()) return made;
    values_.push_back(made);
  }
}

template <class Only>
void DiagramArena::enter(Id id, std::uint32_t last, Only& only) {
  if (marks_[id].round == round_) return;
  marks_[id].round = round_;
  const Node node = nodes_[id];
  if (node.level == terminal_level || node.level > last) {
    steps_.push_back({id, 0, 0});
  } else if (const std::uint32_t k = only(node.level); k != none) {
    steps_.push_back({id, node.offset + k, node.offset + k + 1});
  } else {
    steps_.push_back({id, node.offset, node.offset + variables_[node.level].count});
  }
}

template <class Only>
const std::vector<DiagramArena::Id>& DiagramArena::post_order(std::span<const Diagram> roots, std::uint32_t last,
                                                              Only only) {
  start_round();
  for (const Diagram root : roots) {
    enter(root.id, last, only);
    while (!steps_.empty()) {
      Step& step = steps_.back();
      if (step.next < step.end) {
        enter(pool_[step.next++], last, only);
      } else {
        order_.push_back(step.id);
        steps_.pop_back();
      }
    }
  }
  return order_;
}

}  // namespace tally
