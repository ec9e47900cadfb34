// Two policies over the same documents.
//
// In: two policies, an old one and a new one. Out: one model of the documents
// that both accept, and each policy's decision graph over it. Elements are matched
// by where they stand in a request (their JSON Pointer, and the JSON kind that is
// read there), whatever they are called and however deep their types nest. Always:
// a call of the joint model is a request that both policies accept, apart from
// keys that only one of them knows: the other decides as if these were not there.
//
// What that means, element by element:
//   - required in one policy is required;
//   - enums have the values, by their spelling, that both have; an enum and a text
//     have those of the enum; numbers have the range that both have;
//   - where the two want different JSON kinds, or have no value in common, nothing
//     stands;
//   - a default that only one of them has, or that differs, counts for it where
//     nothing stands.
// Notes list what only one of the two accepts.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/policy.h"
#include "simulator/diff/pair.h"

namespace tally {

// Where the two policies accept different documents.
struct JointNote {
  enum class Kind : std::uint8_t {
    only,    // an input, or an object of inputs, that only `side` has
    needed,  // `side` refuses a request without it, the other does not
    values,  // different values or ranges: only what both have counts
    apart,   // nothing that stands there is accepted by both
  };
  Kind kind = Kind::only;
  std::size_t side = 0;           // 0: the old policy, 1: the new
  ElementId element;              // in that policy's model
  std::size_t inside = 0;         // only: inputs in the object, which only `side` has too
  bool needed = false;            // only: `side` refuses a request without it
  bool refused = false;           // only: the other refuses a request with it
  bool held = false;              // only: held unset, as was asked
  Pair<std::string> types;        // values, apart: what each takes, as a type
  std::vector<std::string> lost;  // values: those (spelled) of enums that only `side` has
};

class Joint {
 public:
  // `common`: inputs that only one of the policies has are unset (where it can do
  // without them). Both policies must outlive it.
  Joint(const Policy& before, const Policy& after, bool common);

  // Inputs and elements only. A name is that of the old policy where it has the
  // element; `caller (at /party)` where the new one gives it to something else.
  const Model& model() const { return *model_; }
  Graph& graph() { return *graph_; }
  const Graph& graph() const { return *graph_; }
  const Policy& policy(std::size_t side) const { return *policies_[side]; }

  // Elements (of the side's model) because of which no request is accepted by both.
  const std::vector<std::pair<std::size_t, ElementId>>& conflicts() const { return conflicts_; }
  const std::vector<JointNote>& notes() const { return notes_; }
  // The element of the joint model for one of a policy; nothing where it is never set.
  std::optional<ElementId> joint(std::size_t side, ElementId element) const { return maps_[side][element.value].joint; }
  // The element of a policy, likewise.
  std::optional<ElementId> own(std::size_t side, ElementId joint) const { return own_[joint.value][side]; }

  // Whether it is held unset, as was asked.
  bool is_held(std::size_t side, ElementId element) const { return maps_[side][element.value].held; }

  // The function of a node of a policy's graph, over joint codes.
  NodeId translate(std::size_t side, NodeId node);
  // A result, with its origins among the joint elements (not settled). Nothing where
  // a text has too many variants by what is inserted.
  std::optional<ResultPart> translate(std::size_t side, const ResultPart& part);
  // The cuts of numbers and texts in the joint graph, of those that a policy reads.
  std::set<CutId> translate(std::size_t side, const std::set<CutId>& cuts);

 private:
  friend class Joining;
  struct Map {
    std::optional<ElementId> joint;    // none: nothing can stand there
    std::vector<std::uint32_t> codes;  // of an enum: its own codes, by joint code
    // The default, where the joint element does not have it: it counts where nothing
    // stands, and the object around does.
    std::optional<Literal> fallback;
    NodeId around;
    bool held = false;
  };
  NodeId leaf(std::size_t side, ElementId element, std::uint32_t codes);
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
};

}  // namespace tally
