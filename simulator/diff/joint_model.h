// Two policies over the same documents.
//
// In:     an old policy and a new one.
// Out:    one model of the documents that both accept, and each policy's decision graph over it.
//         Elements are matched by their JSON Pointer and by the JSON kind that is read there,
//         whatever they are called and however deep their types nest.
// Always: a call of the joint model is a request that both policies accept. A key that only one
//         of them knows is ignored by the other.
//
// Element by element:
//   - An element that one policy requires is required.
//   - An enum has the values, by spelling, that both have: of `mp3 | wav` and `mp3 | ogg`, only
//     `mp3` is left, and notes list `wav` and `ogg`. An enum and a text have the values of the
//     enum. A number has the range that both have.
//   - If the two want different JSON kinds, or have no value in common, the element is never set.
//   - A default that only one policy has, or that differs, counts for that policy if the element
//     is not set.
//
// Notes list what only one of the two policies accepts.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/policy.h"
#include "simulator/diff/pair.h"

namespace tally {

// A difference in the documents that the two policies accept.
struct JointNote {
  enum class Kind : std::uint8_t {
    only,    // an input, or an object of inputs, that only `side` has
    needed,  // `side` refuses a request without it, and the other does not
    values,  // different values or ranges; only what both have counts
    apart,   // no value at this place is accepted by both
  };
  Kind kind = Kind::only;
  std::size_t side = 0;           // 0: the old policy, 1: the new
  ElementId element;              // in that policy's model
  std::size_t inside = 0;         // only: the number of inputs in the object, which only `side` has too
  bool needed = false;            // only: `side` refuses a request without it
  bool refused = false;           // only: the other refuses a request with it
  bool held = false;              // only: held unset, because of `common`
  Pair<std::string> types;        // values, apart: what each policy takes, as a type: "5..10800"
  std::vector<std::string> lost;  // values: the spellings of enum values that only `side` has
};

class Joint {
 public:
  // If `common` is set, inputs that only one of the policies has are held unset, unless that
  // policy requires them. Both policies must outlive the joint model.
  Joint(const Policy& before, const Policy& after, bool common);

  // The joint model: inputs and elements only. An element has its name in the old policy, if it
  // is there. Otherwise it has its name in the new policy; if the old policy uses that name for
  // something else, the place is added: `caller (at /party)`.
  const Model& model() const { return *model_; }
  Graph& graph() { return *graph_; }
  const Graph& graph() const { return *graph_; }
  const Policy& policy(std::size_t side) const { return *policies_[side]; }

  // Elements, each in its side's model, that make every request unacceptable to one of the two.
  const std::vector<std::pair<std::size_t, ElementId>>& conflicts() const { return conflicts_; }
  const std::vector<JointNote>& notes() const { return notes_; }
  // Returns the joint element for an element of one policy, or nothing if it is never set. A relation
  // follows from its leaves, and has none.
  std::optional<ElementId> joint(std::size_t side, ElementId element) const {
    return element.value < maps_[side].size() ? maps_[side][element.value].joint : std::nullopt;
  }
  // Returns the element of one policy for a joint element, or nothing if that policy lacks it.
  std::optional<ElementId> own(std::size_t side, ElementId joint) const {
    return joint.value < own_.size() ? own_[joint.value][side] : std::nullopt;
  }

  // Whether the element is held unset because of `common`.
  bool is_held(std::size_t side, ElementId element) const {
    return element.value < maps_[side].size() && maps_[side][element.value].held;
  }

  // Returns the function of a node of one policy's graph as a node of the joint graph.
  NodeId translate(std::size_t side, NodeId node);
  // Returns a result whose origins are joint elements. The result is not settled. Returns
  // nothing if a text has too many variants, because of what is inserted into it.
  std::optional<ResultPart> translate(std::size_t side, const ResultPart& part);
  // Returns the cuts of numbers and texts of one policy as cuts of the joint graph.
  std::set<CutId> translate(std::size_t side, const std::set<CutId>& cuts);

 private:
  friend class JointModelMaker;
  struct Map {
    std::optional<ElementId> joint;    // none: the element is never set
    std::vector<std::uint32_t> codes;  // of an enum: the policy's own code, by joint code
    // The policy's default, if the joint element does not have it. It counts if the element is
    // not set and the object around it is present.
    std::optional<Literal> fallback;
    NodeId around;
    bool held = false;
  };
  NodeId leaf(std::size_t side, ElementId element, std::uint32_t codes);
  // The code of a policy's own relation. Its leaves may mean constants here, so it may be made of cuts.
  struct RelationNode {
    NodeId code;
    std::set<CutId> cuts;  // and relations of the joint model
  };
  const RelationNode& relation(std::size_t side, ElementId element);
  NodeId related(const Origin& left, const Origin& right, bool are_numbers, std::set<CutId>& cuts);
  NodeId is_set(std::size_t side, ElementId leaf);
  NodeId is_present(std::size_t side, ElementId element);
  NodeId in_cut(std::size_t side, ElementId element, const Cut& cut);
  NodeId object_present(std::size_t side, std::optional<ElementId> element);
  std::vector<std::pair<NodeId, Origin>> choices(std::size_t side, ElementId leaf);

  Pair<const Policy*> policies_;
  std::unique_ptr<Model> model_;
  std::unique_ptr<Graph> graph_;
  Pair<std::vector<Map>> maps_;
  std::vector<Pair<std::optional<ElementId>>> own_;
  std::vector<std::pair<std::size_t, ElementId>> conflicts_;
  std::vector<JointNote> notes_;
  Pair<std::map<NodeId, NodeId>> translated_;
  Pair<std::map<ElementId, RelationNode>> relations_;
};

}  // namespace tally
