#include "simulator/diff/joint_model.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "simulator/diff/common_values.h"

namespace tally {
namespace {

using ast::PlaceKind;

// The JSON kind of the values that an element reads; `other` if it reads what is of no kind that is named.
PlaceKind json_kind(const Element& element) {
  const Type& type = *element.type;
  if (type.is_object()) return PlaceKind::object;
  if (element.kind == PlaceKind::other || element.kind == PlaceKind::string) return element.kind;
  if (type.is_enum()) return type.is_flag ? PlaceKind::boolean : PlaceKind::string;
  return type.kind == Type::Kind::number ? PlaceKind::number : PlaceKind::string;
}

// The demands of a policy on a place in a request.
struct Place {
  std::optional<PlaceKind> claim;  // if set, any other JSON kind is refused
  bool closed = false;             // whether other keys in it are refused
};

// Returns the proper prefixes of a JSON Pointer without the root, the longest first: for
// "/a/b/c", "/a/b", "/a".
std::vector<std::string> prefixes(const std::string& pointer) {
  std::vector<std::string> out;
  for (std::size_t end = pointer.rfind('/'); end != 0 && end != std::string::npos; end = pointer.rfind('/', end - 1)) {
    out.push_back(pointer.substr(0, end));
  }
  return out;
}

// A place and the JSON kind that is read there. Elements are matched by these two.
struct Spot {
  std::string pointer;
  PlaceKind kind = PlaceKind::any;
  Pair<std::optional<ElementId>> own;
  bool blocked = false;  // the element can never be set
  bool held = false;     // held unset, because of `common`
  bool required = false;
  std::optional<ElementId> joint;
  bool keys_differ = false;  // its keys are read in other spellings
};

bool required(const Element& element) { return !element.optional() && !element.default_value; }

}  // namespace

// Makes a joint model, step by step.
class JointModelMaker {
 public:
  JointModelMaker(Joint& joint, bool common) : joint_(joint), common_(common) {}

  void run() {
    for (std::size_t side = 0; side < 2; ++side) collect(side);
    block_what_is_apart();
    if (common_) hold_what_is_alone();
    require();
    make_elements();
    for (std::size_t side = 0; side < 2; ++side) map(side);
    note();
  }

 private:
  const Model& model(std::size_t side) const { return *joint_.policies_[side]->model; }

  // --- places and elements -------------------------------------------------------------

  void collect(std::size_t side) {
    const Policy& policy = *joint_.policies_[side];
    position_of_[side].resize(model(side).elements.size());
    std::set<InputId> asked;
    for (std::uint32_t i = 0; i < model(side).inputs.size(); ++i) {
      if (model(side).is_own(model(side).inputs[i].file)) asked.insert(InputId{i});
    }
    for (const ElementId id : policy.reads) asked.insert(model(side).at(id).input);
    for (const InputId input : asked) {
      for (const ElementId id : below(model(side), model(side).at(input).element)) add(side, id);
    }
  }

  void add(std::size_t side, ElementId id) {
    const Element& element = model(side).at(id);
    // Places that the pointer passes through are open, or as closed as the map around the element.
    const std::size_t around = element.parent ? model(side).at(*element.parent).pointer.size() : 0;
    const bool in_map = element.parent && model(side).at(*element.parent).type->kind == Type::Kind::map;
    for (const std::string& between : prefixes(element.pointer)) {
      if (between.size() <= around) break;
      places_[side][between] = {PlaceKind::object, in_map};
    }
    const PlaceKind kind = json_kind(element);
    Place& place = places_[side][element.pointer];
    if (element.kind == PlaceKind::any) place.claim = kind;
    if (kind == PlaceKind::object) place.closed = !element.type->open;

    const auto [at, is_new] = index_.try_emplace({element.pointer, kind}, positions_.size());
    if (is_new) positions_.push_back({element.pointer, kind, {}, false, false, false, std::nullopt, false});
    positions_[at->second].own[side] = id;
    position_of_[side][id.value] = at->second;
  }

  const Place* place(std::size_t side, const std::string& pointer) const {
    const auto at = places_[side].find(pointer);
    return at == places_[side].end() ? nullptr : &at->second;
  }

  // Returns the side, if only one policy reads anything at this place.
  std::optional<std::size_t> alone(const Spot& position) const {
    for (std::size_t side = 0; side < 2; ++side) {
      if (position.own[side]) continue;
      const Place* passed = place(side, position.pointer);
      const bool shared = passed && position.kind == PlaceKind::object && passed->claim == PlaceKind::object;
      return shared ? std::nullopt : std::optional(1 - side);
    }
    return std::nullopt;
  }

  // --- elements that are never set --------------------------------------------------------

  void block_what_is_apart() {
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      Spot& position = positions_[i];
      bool apart = others_differ(position);
      for (std::size_t side = 0; side < 2; ++side) {
        const Place* here = place(side, position.pointer);
        apart = apart || (here && here->claim && *here->claim != position.kind);
        for (const std::string& outer : prefixes(position.pointer)) {
          const Place* around = place(side, outer);
          apart = apart || (around && around->claim && *around->claim != PlaceKind::object);
        }
      }
      if (position.own[0] && position.own[1] && position.kind != PlaceKind::object) {
        const Element &a = model(0).at(*position.own[0]), &b = model(1).at(*position.own[1]);
        apart = apart || !common_values(a.type, b.type) || !common_texts(a.flag_texts, b.flag_texts);
      }
      if (position.kind == PlaceKind::object && place(0, position.pointer) && place(1, position.pointer)) {
        const auto own = [&](std::size_t side) {
          return position.own[side] ? &model(side).at(*position.own[side]) : nullptr;
        };
        position.keys_differ = !have_same_keys(own(0), own(1));
        apart = apart || position.keys_differ;
      }
      if (apart) block(i);
    }
  }

  // Whether both policies read a place, one of them `if other`, and other kinds are named there. Then what is of
  // another kind for one of them has a kind for the other.
  bool others_differ(const Spot& position) const {
    std::set<PlaceKind> kinds[2];
    for (auto at = index_.lower_bound({position.pointer, PlaceKind::any});
         at != index_.end() && at->first.first == position.pointer; ++at) {
      for (std::size_t side = 0; side < 2; ++side) {
        if (positions_[at->second].own[side]) kinds[side].insert(at->first.second);
      }
    }
    const bool has_other = kinds[0].contains(PlaceKind::other) || kinds[1].contains(PlaceKind::other);
    if (!has_other || kinds[0].empty() || kinds[1].empty() || kinds[0] == kinds[1]) return false;
    return position.kind == PlaceKind::other || !position.own[0] || !position.own[1];
  }

  void hold_what_is_alone() {
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      const auto side = alone(positions_[i]);
      if (positions_[i].blocked || !side || required(model(*side).at(*positions_[i].own[*side]))) continue;
      positions_[i].held = true;
      block(i);
    }
  }

  // Marks a position as never set. An object takes everything in it along, and a required member
  // takes along the object that requires it.
  void block(std::size_t start) {
    std::vector<std::size_t> left{start};
    while (!left.empty()) {
      const std::size_t i = left.back();
      left.pop_back();
      Spot& position = positions_[i];
      if (position.blocked) continue;
      position.blocked = true;
      if (position.kind == PlaceKind::object) {
        const std::string inside = position.pointer + "/";
        for (auto at = index_.lower_bound({inside, PlaceKind::any}); at != index_.end(); ++at) {
          if (!at->first.first.starts_with(inside)) break;
          if (position.held) positions_[at->second].held = true;
          left.push_back(at->second);
        }
      }
      for (std::size_t side = 0; side < 2; ++side) {
        if (!position.own[side]) continue;
        const Element& element = model(side).at(*position.own[side]);
        if (!required(element)) continue;
        if (element.parent)
          left.push_back(position_of_[side][element.parent->value]);
        else
          joint_.conflicts_.emplace_back(side, *position.own[side]);
      }
    }
  }

  // --- elements ---------------------------------------------------------------------------

  // Returns the position of the object around, in either policy.
  std::optional<std::size_t> around(const Spot& position) const {
    for (const std::string& outer : prefixes(position.pointer)) {
      const auto at = index_.find({outer, PlaceKind::object});
      if (at != index_.end() && !positions_[at->second].blocked) return at->second;
    }
    return std::nullopt;
  }

  std::optional<std::size_t> own_parent(std::size_t side, ElementId id) const {
    const auto parent = model(side).at(id).parent;
    return parent ? std::optional(position_of_[side][parent->value]) : std::nullopt;
  }

  // Makes an element required if one policy requires it, together with every object between it
  // and the object that requires it.
  void require() {
    for (Spot& position : positions_) {
      if (position.blocked) continue;
      for (std::size_t side = 0; side < 2; ++side) {
        if (!position.own[side] || !required(model(side).at(*position.own[side]))) continue;
        const auto until = own_parent(side, *position.own[side]);
        for (Spot* at = &position;;) {
          at->required = true;
          const auto outer = around(*at);
          if (!outer || outer == until) break;
          at = &positions_[*outer];
        }
      }
    }
  }

  // Returns a default that both policies share. The element is then set in every call, provided
  // that the default depends on the presence of the same object in both.
  std::optional<Literal> shared_default(const Spot& position, const Type& type) const {
    std::optional<Literal> shared;
    if (position.required) return std::nullopt;
    for (std::size_t side = 0; side < 2; ++side) {
      if (!position.own[side]) continue;
      const Element& element = model(side).at(*position.own[side]);
      if (!element.default_value || own_parent(side, *position.own[side]) != around(position)) return std::nullopt;
      const auto value = literal_in(*element.default_value, *element.type, type);
      if (!value || (shared && *shared != *value)) return std::nullopt;
      shared = value;
    }
    return shared;
  }

  TypeRef type_of(const Spot& position) const {
    if (!position.own[0]) return model(1).at(*position.own[1]).type;
    const TypeRef& type = model(0).at(*position.own[0]).type;
    return position.own[1] ? common_values(type, model(1).at(*position.own[1]).type) : type;
  }

  void make_elements() {
    std::vector<std::size_t> made;
    Model& joint = *joint_.model_;
    for (std::size_t i = 0; i < positions_.size(); ++i) {
      Spot& position = positions_[i];
      if (position.blocked) continue;
      const TypeRef type = type_of(position);
      const std::size_t named = position.own[0] ? 0 : 1;
      Element element;
      element.name = model(named).at(*position.own[named]).name;
      element.pointer = position.pointer;
      element.default_value = shared_default(position, *type);
      element.flag_texts = model(named).at(*position.own[named]).flag_texts;
      if (position.own[0] && position.own[1]) {
        const FlagTexts& other = model(1).at(*position.own[1]).flag_texts;
        element.flag_texts = common_texts(element.flag_texts, other).value_or(FlagTexts{});
      }
      element.type = with_optional(type, !position.required && !element.default_value);
      const bool claimed = std::any_of(places_.begin(), places_.end(), [&](const auto& places) {
        const auto at = places.find(position.pointer);
        return at != places.end() && at->second.claim == position.kind;
      });
      element.kind = claimed ? PlaceKind::any : position.kind;
      position.joint = ElementId{static_cast<std::uint32_t>(joint.elements.size())};
      joint.elements.push_back(std::move(element));
      joint_.own_.push_back(position.own);
      made.push_back(i);
    }
    name_apart();
    for (const std::size_t i : made) {
      const ElementId id = *positions_[i].joint;
      if (const auto outer = around(positions_[i])) {
        const ElementId parent = *positions_[*outer].joint;
        joint.elements[id.value].parent = parent;
        joint.elements[parent.value].children.push_back(id);
      } else {
        Input input;
        input.name = joint.elements[id.value].name;
        input.type = joint.elements[id.value].type;
        input.element = id;
        joint.inputs.push_back(std::move(input));
      }
    }
  }

  // An element that only the new policy has may have a name that the old policy uses elsewhere.
  void name_apart() {
    std::set<std::string> taken;
    for (const Element& element : model(0).elements) taken.insert(element.name);
    auto& elements = joint_.model_->elements;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (!joint_.own_[i][0] && taken.contains(elements[i].name))
        elements[i].name += " (at " + elements[i].pointer + ")";
    }
  }

  // --- from each policy to the joint model -----------------------------------------------------

  void map(std::size_t side) {
    auto& maps = joint_.maps_[side];
    maps.resize(model(side).elements.size());
    for (const Spot& position : positions_) {
      if (!position.own[side]) continue;
      maps[position.own[side]->value].joint = position.joint;
      maps[position.own[side]->value].held = position.held;
    }
    for (const Spot& position : positions_) {
      if (!position.own[side]) continue;
      const Element& element = model(side).at(*position.own[side]);
      Joint::Map& map = maps[position.own[side]->value];
      if (position.joint && element.is_leaf()) {
        const Type& type = *joint_.model_->at(*position.joint).type;
        if (element.type->is_enum() && type.is_enum()) {
          map.codes.push_back(0);
          for (const EnumValue& value : type.values) {
            const auto own = value_spelled(*element.type, value.spelling);
            assert(own);  // a common value is one of both
            map.codes.push_back(static_cast<std::uint32_t>(*own + 1));
          }
        }
      }
      if (!element.default_value) continue;
      // If the joint element is set whenever the object around it is present, no default is needed.
      const bool always = position.joint && !joint_.model_->at(*position.joint).optional() &&
                          own_parent(side, *position.own[side]) == around(position);
      if (always) continue;
      map.fallback = element.default_value;
      map.around = joint_.object_present(side, element.parent);
    }
  }

  // --- differences between the two -----------------------------------------------------------

  void note() {
    for (const Spot& position : positions_) {
      if (position.own[0] && position.own[1]) {
        note_both(position);
      } else if (const auto side = alone(position)) {
        note_alone(position, *side);
      }
    }
  }

  void note_both(const Spot& position) {
    const Element& a = model(0).at(*position.own[0]);
    const Element& b = model(1).at(*position.own[1]);
    for (std::size_t side = 0; side < 2; ++side) {
      const Element& element = side == 0 ? a : b;
      if (required(element) && !required(side == 0 ? b : a)) {
        JointNote& made = add_note(JointNote::Kind::needed, side, *position.own[side]);
        made.needed = true;
      }
    }
    if (!position.blocked) note_texts(position);
    const bool is_apart = position.blocked && (position.keys_differ || !common_texts(a.flag_texts, b.flag_texts));
    if (accept_same_values(*a.type, *b.type) && !is_apart) return;
    JointNote& made =
        add_note(position.blocked ? JointNote::Kind::apart : JointNote::Kind::values, 0, *position.own[0]);
    made.types = {to_string(*as_required(a.type)), to_string(*as_required(b.type))};
    if (a.type->is_enum() && b.type->is_enum() && !is_apart) note_values(position);
  }

  // Adds one note per side whose flag has texts of its own.
  void note_texts(const Spot& position) {
    for (std::size_t side = 0; side < 2; ++side) {
      const FlagTexts& own = model(side).at(*position.own[side]).flag_texts;
      const FlagTexts& other = model(1 - side).at(*position.own[1 - side]).flag_texts;
      std::vector<std::string> lost;
      for (const auto& [texts, others] : {std::pair(&own.on, &other.on), std::pair(&own.off, &other.off)}) {
        for (const std::string& text : *texts) {
          if (std::find(others->begin(), others->end(), text) == others->end()) lost.push_back(text);
        }
      }
      if (!lost.empty()) add_note(JointNote::Kind::values, side, *position.own[side]).lost = std::move(lost);
    }
  }

  // Adds one note per side that has values of its own.
  void note_values(const Spot& position) {
    const JointNote common = joint_.notes_.back();
    joint_.notes_.pop_back();
    for (std::size_t side = 0; side < 2; ++side) {
      JointNote made = common;
      made.side = side;
      made.element = *position.own[side];
      const Type& own = *model(side).at(*position.own[side]).type;
      const Type& other = *model(1 - side).at(*position.own[1 - side]).type;
      made.lost = spellings_alone(own, other);
      if (!made.lost.empty()) joint_.notes_.push_back(std::move(made));
    }
  }

  void note_alone(const Spot& position, std::size_t side) {
    const ElementId id = *position.own[side];
    const Element& element = model(side).at(id);
    const Place* other = place(1 - side, position.pointer);
    if (position.blocked && others_differ(position)) {
      JointNote& made = add_note(JointNote::Kind::apart, side, id);
      made.types[side] = to_string(*as_required(element.type));
      made.types[1 - side] = "values of other kinds";
      return;
    }
    if (other && other->claim && *other->claim != position.kind) {
      JointNote& made = add_note(JointNote::Kind::apart, side, id);
      made.types[side] = to_string(*as_required(element.type));
      for (const PlaceKind kind : {PlaceKind::boolean, PlaceKind::number, PlaceKind::string, PlaceKind::object}) {
        const auto at = index_.find({position.pointer, kind});
        if (at == index_.end() || !positions_[at->second].own[1 - side] || kind != *other->claim) continue;
        const ElementId there = *positions_[at->second].own[1 - side];
        made.types[1 - side] = to_string(*as_required(model(1 - side).at(there).type));
      }
      if (made.types[1 - side].empty()) made.types[1 - side] = "an object";
      return;
    }
    // Elements inside an object that only one side has are not listed one by one.
    if (element.parent && alone(positions_[position_of_[side][element.parent->value]])) return;
    JointNote& made = add_note(JointNote::Kind::only, side, id);
    for (const ElementId inner : below(model(side), id)) {
      if (inner != id && model(side).at(inner).is_leaf()) ++made.inside;
    }
    made.needed = required(element);
    made.held = position.held;
    made.refused = !other && refuses(1 - side, position.pointer);
  }

  // Whether the policy refuses a key that it does not know.
  bool refuses(std::size_t side, const std::string& pointer) const {
    for (const std::string& outer : prefixes(pointer)) {
      if (const Place* known = place(side, outer)) return known->closed;
    }
    return false;
  }

  JointNote& add_note(JointNote::Kind kind, std::size_t side, ElementId element) {
    JointNote made;
    made.kind = kind;
    made.side = side;
    made.element = element;
    return joint_.notes_.emplace_back(std::move(made));
  }

  Joint& joint_;
  bool common_;
  std::vector<Spot> positions_;
  std::map<std::pair<std::string, PlaceKind>, std::size_t> index_;
  Pair<std::vector<std::size_t>> position_of_;  // by element
  Pair<std::map<std::string, Place>> places_;
};

Joint::Joint(const Policy& before, const Policy& after, bool common)
    : policies_{&before, &after}, model_(std::make_unique<Model>()), graph_(std::make_unique<Graph>()) {
  JointModelMaker(*this, common).run();
}

}  // namespace tally
