// The arena behind `Diagrams`: the nodes, the unique table, the computed table, and the
// two walks that every operation uses. Private to compiler/diagrams/.
//
// A node is a level and one child per code of the level's variable. With the variables
// `source` (level 0, codes 1..2) and `enabled` (level 1, codes 0..2) the condition
// "`source` is 2 and `enabled` is 2" makes two nodes:
//
//   id 2   level 1   children 0 0 1
//   id 3   level 0   children 0 2
//
// A level of more than `narrow_codes` codes is wide. There, neighbouring codes with one child are one edge, so a
// node has as many edges as its function has runs: the texts that begin with +49, of 30,000 classes, make three.
// At a narrow level each code is an edge of its own.
//
//   id 4   level 2   children 0 1 0   ends 1200 1260 30000     1 for the codes 1200..1259 from the lowest
//
// In:     ids of this arena
// Out:    ids of this arena
// Always: see the list
// - All nodes share one pool of children. A terminal is a node at `terminal_level`; the
//   ids 0 and 1 are the terminals 0 and 1.
// - A child is older than its parent and at a deeper level. The children of a node are
//   not all equal. The unique table holds every node once.
// - Nodes are never freed while the arena lives. An arena is short-lived (one per
//   question), so the limit counts all nodes that were ever made. The bounds on children
//   and on the results of one operation are proportional to the limit, since both use
//   memory too.
// - No operation recurses. A policy may have 20,000 variables and a path may be as long,
//   but the stack of a thread is small. A walk keeps its own stack.
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
  static constexpr Id none = UINT32_MAX;  // not a node, not a code
  static constexpr std::uint32_t terminal_level = UINT32_MAX;

  // The arguments of an operation. An operation with two operands puts its tag into `c`.
  struct Key {
    Id a, b, c;
    bool operator==(const Key&) const = default;
  };

  // The number of results that one operation may hold, per node of the limit.
  static constexpr std::size_t results_a_node = 2;

  // A tag is larger than every id.
  enum Tag : Id { tag_both = 0xFFFFFFF0, tag_either, tag_first_set, tag_equal, tag_call };

  // One child and all codes that lead to it: the children 0 0 1 make the groups {0, codes
  // 0 and 1} and {1, code 2} (for codes from 0).
  struct Group {
    Id child;
    CodeSet codes;
  };

  // The maximum number of codes of a level that is not wide.
  static constexpr std::uint32_t narrow_codes = 256;

  // The edges of a node that is to be made, in order. An end is the number of the code behind the edge, counted
  // from the lowest code of the level.
  class Edges {
   public:
    // Appends an edge, or makes the last one longer if it has this child.
    void add(Id child, std::uint32_t end) {
      if (!children.empty() && children.back() == child) {
        ends.back() = end;
      } else {
        children.push_back(child);
        ends.push_back(end);
      }
    }
    std::vector<Id> children;
    std::vector<std::uint32_t> ends;
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
  // The number of codes of a level.
  std::uint32_t width(std::uint32_t level) const { return variables_[level].count; }
  bool is_wide(std::uint32_t level) const { return width(level) > narrow_codes; }
  // The children of an inner node, one per edge. Valid until the next node is made.
  std::span<const Id> children(Id id) const {
    const Node node = nodes_[id];
    if (is_wide(node.level)) return {pool_.data() + node.offset + 1, pool_[node.offset]};
    return {pool_.data() + node.offset, width(node.level)};
  }
  // The end of an edge, counted from the lowest code.
  std::uint32_t edge_end(Id id, std::uint32_t edge) const {
    const Node node = nodes_[id];
    return is_wide(node.level) ? pool_[node.offset + 1 + pool_[node.offset] + edge] : edge + 1;
  }
  std::uint32_t edge_begin(Id id, std::uint32_t edge) const { return edge == 0 ? 0 : edge_end(id, edge - 1); }
  // The edge of the k-th code of the node's variable.
  std::uint32_t edge_of(Id id, std::uint32_t k) const {
    const Node node = nodes_[id];
    if (!is_wide(node.level)) return k;
    const std::uint32_t edges = pool_[node.offset];
    const auto ends = pool_.begin() + node.offset + 1 + edges;
    return static_cast<std::uint32_t>(std::upper_bound(ends, ends + edges, k) - ends);
  }
  // The child for the k-th code of the node's variable.
  Id child(Id id, std::uint32_t k) const { return children(id)[edge_of(id, k)]; }
  // The child for a code of the node's variable.
  Id follow(Id id, Code code) const {
    const Variable variable = variables_[nodes_[id].level];
    assert(code >= variable.first && code - variable.first < variable.count);
    return child(id, code - variable.first);
  }

  Id terminal(std::uint32_t value);
  // Returns the node with these children, one per code of the level's variable, or the
  // child itself if all are equal. The children must not lie in the pool. The level is narrow.
  Id make(std::uint32_t level, std::span<const Id> children);
  // Returns the node with these edges, or the child itself if there is one edge only.
  Id make(std::uint32_t level, const Edges& edges);
  Id test(std::uint32_t level, const CodeSet& codes);

  Id both(Id a, Id b);
  Id either(Id a, Id b);
  Id choose(Id condition, Id then, Id otherwise);

  // Appends the groups of a node's children, ordered by the lowest code of each.
  void group(Id id, std::vector<Group>& groups) const;

  // The computed table: the result of an operation on a key, or `none`. Within one
  // operation the table forgets nothing. If entries overwrote each other, each lost entry
  // of a wide node would cost many more look-ups, and a walk might never end. The table
  // is emptied between operations if it has outgrown the nodes.
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
  // Throws NodeLimit if one operation holds too many results. Results use memory as nodes
  // do, even if they make no node.
  void check_results(std::size_t results) const {
    if (results / results_a_node > limit_) throw NodeLimit{limit_};
  }

  // Walks the operands of an operation down together, from `root` to where the operation
  // knows the result. On the way back it makes the nodes of the result.
  //   Op::operands             how many members of the key are nodes: 2 or 3
  //   Id op.known(arena, key)  the result, or `none`; may rewrite the key
  //   op.keep(arena, key, id)  stores a result that was computed
  template <class Op>
  Id apply(Op& op, Key root);

  // The nodes that the roots reach, each once, children before parents. The order depends
  // on the functions only. The walk does not go below levels past `last`. If `only`
  // returns a child number for a level, the walk takes that child alone. The order and
  // the results (one per node) are valid until the next call.
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
  // Returns the node that has the results of a node's children as its children.
  Id make_of_results(Id id);

 private:
  struct Node {
    std::uint32_t level;
    // An inner node: its first child in the pool, or for a wide level the number of its edges, which is followed by
    // its children and by their ends; a terminal: its value.
    std::uint32_t offset;
  };
  struct Slot {
    std::uint32_t hash;
    Id id;  // 0 for an empty slot; the terminals 0 and 1 need no slot
  };
  struct Computed {
    Key key{0, 0, 0};
    Id result = none;  // `none` for an empty entry
  };
  struct Frame {
    Key key;
    std::uint32_t level;
    std::uint32_t next;       // the number of the code to compute next
    std::uint32_t edges = 0;  // at a wide level: how many edges are computed
  };
  struct Step {
    Id id;
    std::uint32_t next, end;  // the children that are still to be visited, as positions in the pool
  };
  struct Mark {
    std::uint32_t round;
    std::uint32_t result;
  };

  // Restores the stacks to their size at construction, also after an exception. So one
  // walk can start inside another.
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
  // The node with this part of the pool, or `none`.
  Id find(std::uint32_t level, std::uint32_t hash, std::span<const Id> stored) const;
  Id add(std::uint32_t level, std::uint32_t hash, std::span<const Id> stored);
  void insert(Slot slot);
  void grow_unique();
  void grow_computed();
  void trim_computed();
  template <class Op>
  void open(const Key& key);
  template <class Op>
  bool open_edge(Op& op, Frame frame);
  Id make_of_values(const Frame& frame);
  void start_round();
  template <class Only>
  void enter(Id id, std::uint32_t last, Only& only);

  std::vector<Variable> variables_;
  std::size_t limit_ = 0;
  std::size_t child_limit_ = 0;
  std::vector<Node> nodes_;
  std::vector<Id> pool_;
  std::vector<Slot> unique_;        // open addressing, at most half full
  std::vector<Computed> computed_;  // open addressing, at most half full
  std::size_t computed_used_ = 0;

  // The working memory of the walks. It is kept, so that small operations do not
  // allocate.
  std::vector<Frame> frames_;
  std::vector<Id> values_;
  std::vector<Id> stored_;
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

// Computes the edges of a wide level from `frame.next` on, until one needs a frame of its own. Returns whether one
// does. An edge ends where an edge of an operand ends. It takes two values: its end, then its child.
template <class Op>
bool DiagramArena::open_edge(Op& op, Frame frame) {
  const std::uint32_t width = variables_[frame.level].count;
  while (frame.next < width) {
    std::uint32_t end = width;
    const auto below = [&](Id id) {
      if (nodes_[id].level != frame.level) return id;
      const std::uint32_t edge = edge_of(id, frame.next);
      end = std::min(end, edge_end(id, edge));
      return children(id)[edge];
    };
    Key key{below(frame.key.a), below(frame.key.b), frame.key.c};
    if constexpr (Op::operands == 3) key.c = below(frame.key.c);
    frame.next = end;
    ++frame.edges;
    values_.push_back(end);
    frames_.back() = frame;
    const Id known = op.known(*this, key);
    if (known == none) {
      open<Op>(key);
      return true;
    }
    values_.push_back(known);
  }
  return false;
}

template <class Op>
DiagramArena::Id DiagramArena::apply(Op& op, Key root) {
  if (const Id known = op.known(*this, root); known != none) return known;
  const StackMark mark(*this);
  if (mark.frames() == 0) trim_computed();
  open<Op>(root);
  for (;;) {
    // Both are copies, with offsets instead of pointers, since the operation may make the
    // stacks and the pool grow.
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
    const bool wide = width > narrow_codes;
    bool opened = wide && open_edge(op, frame);
    std::size_t filled = values_.size();
    if (!wide) values_.resize(filled + (width - frame.next));  // room for all children that are missing
    while (!wide && frame.next < width) {
      const std::uint32_t k = frame.next++;
      Key key{move_a ? pool_[a.offset + k] : frame.key.a, move_b ? pool_[b.offset + k] : frame.key.b,
              move_c ? pool_[offset_c + k] : frame.key.c};
      const Id known = op.known(*this, key);
      if (known == none) {
        frames_.back().next = frame.next;
        values_.resize(filled);
        open<Op>(key);
        opened = true;
        break;
      }
      values_[filled++] = known;
    }
    if (opened) continue;
    const Id made = make_of_values(frames_.back());
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
  } else {
    const std::span<const Id> all = children(id);
    const auto begin = static_cast<std::uint32_t>(all.data() - pool_.data());
    if (const std::uint32_t k = only(node.level); k != none) {
      const std::uint32_t at = begin + edge_of(id, k);
      steps_.push_back({id, at, at + 1});
    } else {
      steps_.push_back({id, begin, begin + static_cast<std::uint32_t>(all.size())});
    }
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
