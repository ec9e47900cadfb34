#include "simulator/solve/settings_space.h"

#include <algorithm>
#include <string>

#include "compiler/checks/evidence.h"
#include "compiler/lower/origins.h"
#include "compiler/model/relation_codes.h"
#include "simulator/conditions/cells.h"

namespace tally {
namespace {

CodeSet only(unsigned code) { return CodeSet().add(code); }

// Returns why two elements cannot have equal values, or nothing if they can.
std::optional<std::string> difference(const Model& model, ElementId a, ElementId b) {
  const Element &x = model.at(a), &y = model.at(b);
  const auto differ = [&](const std::string& how_x, const std::string& how_y) {
    return "`" + x.name + "` " + how_x + ", `" + y.name + "` " + how_y;
  };
  if (x.is_leaf() != y.is_leaf() || x.children.size() != y.children.size() || x.optional() != y.optional() ||
      (x.is_leaf() && !same_shape(*x.type, *y.type))) {
    return differ("is `" + to_string(*x.type) + "`", "is `" + to_string(*y.type) + "`");
  }
  if (!x.is_leaf() && !same_shape(*x.type, *y.type)) {
    // A difference further inside is reported at that element.
    for (std::size_t i = 0; i < x.children.size(); ++i) {
      if (auto inside = difference(model, x.children[i], y.children[i])) return inside;
    }
    return differ("is `" + to_string(*x.type) + "`", "is `" + to_string(*y.type) + "`");
  }
  const auto fallback = [](const Element& e) {
    return e.default_value ? "is " + to_string(*e.default_value) + " by default" : std::string("has no default");
  };
  if (x.default_value != y.default_value) return differ(fallback(x), fallback(y));
  for (std::size_t i = 0; i < x.children.size(); ++i) {
    if (auto inside = difference(model, x.children[i], y.children[i])) return inside;
  }
  return std::nullopt;
}

}  // namespace

Result<> SettingsSpace::build() {
  for (const ElementId named : question_.over) {
    for (const ElementId element : below(model(), named)) under_.insert(element);
  }
  if (start_.has_documents()) {
    changeable_ = std::move(under_);
    under_.clear();
    for (const GivenDocument& document : question_.documents)
      under_.insert(document.elements.begin(), document.elements.end());
    if (question_.over.empty()) changeable_ = under_;
  }
  TALLY_RETURN_IF_ERROR(make_same());
  if (start_.has_documents()) TALLY_RETURN_IF_ERROR(take_documents());
  TALLY_RETURN_IF_ERROR(lower());
  choose_settings();
  TALLY_RETURN_IF_ERROR(make_space());
  return make_wishes();
}

// --- elements with equal values -------------------------------------------------------

void SettingsSpace::join(ElementId a, ElementId b) {
  const auto members = [&](ElementId e) { return groups_.try_emplace(e, std::vector{e}).first->second; };
  const ElementId x = representative(a), y = representative(b);
  if (x == y) return;
  const auto [first, second] = std::minmax(x, y);
  std::vector<ElementId> all = members(first), more = members(second);
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end());
  for (const ElementId e : all) same_[e] = first;
  groups_.erase(second);
  groups_[first] = std::move(all);
}

Result<> SettingsSpace::make_same() {
  for (const auto& [a, b] : question_.same) {
    if (const auto why = difference(model(), a, b)) {
      return Error{Cause::usage,
                   "`" + model().at(a).name + "` and `" + model().at(b).name + "` cannot be the same: " + *why};
    }
    const auto one = below(model(), a), other = below(model(), b);
    for (std::size_t i = 0; i < one.size(); ++i) join(one[i], other[i]);
  }
  for (const auto& [first, all] : groups_) {
    const auto any = [&, &members = all](const std::set<ElementId>& of) {
      return std::any_of(members.begin(), members.end(), [&](ElementId e) { return of.contains(e); });
    };
    if (any(under_)) under_.insert(all.begin(), all.end());
    if (any(changeable_)) changeable_.insert(all.begin(), all.end());
  }
  return {};
}

ElementId SettingsSpace::representative(ElementId element) const {
  const auto found = same_.find(element);
  return found == same_.end() ? element : found->second;
}

std::vector<ElementId> SettingsSpace::group(ElementId element) const {
  const auto found = groups_.find(representative(element));
  return found == groups_.end() ? std::vector{element} : found->second;
}

// --- documents ----------------------------------------------------------------------------

Result<> SettingsSpace::take_documents() {
  for (const ElementId named : question_.over) {
    if (!start_.contains(named))
      return Error{Cause::usage, "`" + model().at(named).name + "` is in none of the documents",
                   "only what is in a document can be changed in it"};
  }
  for (const ElementId element : under_) {
    for (const ElementId object : optional_ancestors(model(), element)) {
      if (!under_.contains(object)) around_.insert(object);
    }
  }
  return check_same_in_documents();
}

// Elements with equal values are equal in the documents, too.
Result<> SettingsSpace::check_same_in_documents() const {
  const auto text = [&](ElementId e) {
    const Literal value = start_.value(e);
    return "`" + model().at(e).name + "` is " + (std::holds_alternative<Unset>(value) ? "unset" : to_string(value));
  };
  for (const auto& [first, all] : groups_) {
    std::optional<ElementId> one;
    for (const ElementId element : all) {
      if (!start_.contains(element)) continue;
      if (!one) one = element;
      if (start_.value(*one) == start_.value(element)) continue;
      return Error{Cause::usage, "`" + model().at(*one).name + "` and `" + model().at(element).name +
                                     "` are not the same in the documents: " + text(*one) + ", " + text(element)};
    }
  }
  return {};
}

ElementId SettingsSpace::in_document(ElementId element) const {
  if (start_.contains(element)) return element;
  for (const ElementId other : group(element)) {
    if (start_.contains(other)) return other;
  }
  return element;
}

Code SettingsSpace::start_code(ElementId element) const {
  const Literal value = start_.value(in_document(element));
  if (!model().at(element).is_leaf()) return std::holds_alternative<Unset>(value) ? 0 : 1;
  return static_cast<Code>(classes_->code_of(element, value));
}

CodeSet SettingsSpace::unchanged(ElementId element) const {
  const Code before = start_code(element);
  CodeSet codes;
  codes.add(before);
  const auto usual = value_if_left_out(model(), element);
  if (!usual) return codes;
  const std::uint32_t left_out = classes_->code_of(element, *usual);
  if (before == 0 || before == left_out) codes.add(0).add(left_out);
  return codes;
}

bool SettingsSpace::may_change(ElementId element) const {
  return (start_.has_documents() ? changeable_ : under_).contains(element);
}

// Whether something stands at the place of the element that is of another kind, and that stays.
bool SettingsSpace::is_taken(ElementId element) const {
  const Element& at = model().at(element);
  if (at.kind == ast::PlaceKind::any) return false;
  const auto takes = [&](ElementId other) {
    return other != element && model().at(other).pointer == at.pointer && start_.is_written(other) &&
           !settings_.contains(other);
  };
  if (at.parent)
    return std::any_of(model().at(*at.parent).children.begin(), model().at(*at.parent).children.end(), takes);
  return std::any_of(model().inputs.begin(), model().inputs.end(),
                     [&](const Input& input) { return takes(input.element); });
}

// Whether what stands at the place of a document is this object, or one of its `same` group.
bool SettingsSpace::is_document(ElementId object) const {
  for (const ElementId one : group(object)) {
    const auto stands_there = [&](const GivenDocument& document) {
      const auto& all = document.elements;
      return document.pointer == model().at(one).pointer && std::find(all.begin(), all.end(), one) != all.end();
    };
    if (std::any_of(question_.documents.begin(), question_.documents.end(), stands_there)) return true;
  }
  return false;
}

bool SettingsSpace::can_be_removed(ElementId object) const {
  if (is_document(object)) return false;
  const KeptObject kept = unread_in(object);
  return kept.unread.empty() && !kept.holds_more;
}

KeptObject SettingsSpace::unread_in(ElementId object) const {
  KeptObject out{in_document(object), {}, false};
  for (const ElementId one : group(object)) {
    if (!start_.contains(one)) continue;
    if (start_.holds_more(one)) out.holds_more = true;
    for (const ElementId inside : below(model(), one)) {
      if (start_.is_written(inside) && model().at(inside).has_code() && !settings_.contains(inside))
        out.unread.push_back(inside);
    }
  }
  return out;
}

// The codes that a setting may have.
CodeSet SettingsSpace::allowed(ElementId element) const {
  const ElementId one = in_document(element);
  const Code before = start_code(element);
  if (is_taken(one)) return only(0);
  if (!model().at(element).is_leaf()) {
    if (before == 0) return only(0).add(1);  // see fix_what_stays
    return can_be_removed(element) && may_change(element) ? only(0).add(1) : only(1);
  }
  if (!may_change(element)) return unchanged(element);
  if (fillers_.contains(element)) return only(0).add(before == 0 ? 1u : before);
  CodeSet all;
  for (unsigned code = 0; code < classes_->codes(element); ++code) all.add(code);
  return all;
}

// Restricts the settings to those that leave as it is what may not be changed.
void SettingsSpace::fix_what_stays() {
  for (const ElementId element : settings_) {
    if (model().at(element).relation) continue;
    const Diagram may_be = space_->test(element, allowed(element));
    plain_ = diagrams().both(plain_, may_be);
    const bool is_kept = !model().at(element).is_leaf() && start_code(element) != 0 && may_change(element) &&
                         !is_document(element) && !can_be_removed(element);
    if (!is_kept) plain_with_removals_ = diagrams().both(plain_with_removals_, may_be);
    const bool is_new = !model().at(element).is_leaf() && start_code(element) == 0;
    if (!is_new || may_change(element)) continue;
    // The object is only added for something in it.
    Diagram filled = diagrams().no();
    for (const ElementId inside : below(model(), element)) {
      if (!settings_.contains(inside) || !may_change(inside)) continue;
      const Diagram is_there = model().at(inside).is_leaf() ? diagrams().negate(space_->test(inside, unchanged(inside)))
                                                            : space_->test(inside, only(1));
      filled = diagrams().either(filled, is_there);
    }
    const Diagram is_needed = diagrams().either(space_->test(element, only(0)), filled);
    plain_ = diagrams().both(plain_, is_needed);
    plain_with_removals_ = diagrams().both(plain_with_removals_, is_needed);
  }
}

// Makes defaults, and the values of documents, classes of their own where they are compared with others: what is left
// out, or stays, has this value and no other of its class.
void SettingsSpace::cut_at_values_that_stay() {
  for (const ElementId element : std::set<ElementId>(reads_.elements)) {
    if (!classes_->is_related(element) || model().at(element).relation || !under_.contains(element)) continue;
    for (const Literal& value :
         {start_.value(in_document(element)), value_if_left_out(model(), element).value_or(Unset{})}) {
      if (std::holds_alternative<Unset>(value)) continue;
      if (const auto cut = policy_.graph->nonempty_cut(element, only_value(value))) reads_.cuts.insert(*cut);
    }
  }
}

// --- elements that are read -------------------------------------------------------------

Result<> SettingsSpace::lower() {
  const std::size_t failures = policy_.lowering->failures().size();
  const auto add = [&](const ExprRef& condition) {
    if (!condition) return;
    const LoweredCondition lowered = policy_.lowering->condition(condition);
    reads_.add(lowered.reads);
    roots_.push_back(lowered.node);
  };
  for (const Wish& wish : question_.wishes) {
    add(wish.condition);
    add(wish.claim);
  }
  for (const Assumption& when : question_.whens) add(when.condition);
  find_decisions();
  if (policy_.lowering->failures().size() > failures) {
    return Error{Cause::bound, policy_.lowering->failures()[failures].message};
  }
  // Elements of one `same` group are read and cut alike.
  for (const ElementId element : std::set<ElementId>(reads_.elements)) {
    for (const ElementId other : group(element)) reads_.elements.insert(other);
  }
  relate_what_is_same();
  for (const CutId id : std::set<CutId>(reads_.cuts)) {
    const LeafCut leaf = policy_.graph->at(id);
    for (const ElementId other : group(leaf.element)) {
      if (const auto cut = policy_.graph->nonempty_cut(other, leaf.cut)) reads_.cuts.insert(*cut);
    }
  }
  return {};
}

// Adds relations of elements of one `same` group, if one of them is compared with another element: then all are in the
// same classes, and have one value of their class.
void SettingsSpace::relate_what_is_same() {
  std::set<ElementId> compared;  // the first of each group
  for (const ElementId element : reads_.elements) {
    const auto& relation = model().at(element).relation;
    if (!relation) continue;
    for (const ElementId leaf : {relation->left, relation->right}) compared.insert(representative(leaf));
  }
  for (const ElementId first : compared) {
    for (const ElementId other : group(first)) {
      if (other == first) continue;
      const ElementId relation = relation_of(model(), first, other);
      reads_.elements.insert({first, other, relation});
      reads_.cuts.insert(policy_.graph->relation_cut(relation));
      equal_.insert(relation);
    }
  }
}

// Finds the decisions that the conditions depend on, directly or through others. In a call for
// which one of them decides nothing, nothing can be wished of it.
void SettingsSpace::find_decisions() {
  std::vector<DecisionId> left;
  const auto name = [&](const ExprRef& expression) {
    if (!expression) return;
    for (const DecisionId id : mentioned(model(), expression)) {
      if (decisions_.insert(id).second) left.push_back(id);
    }
  };
  for (const Wish& wish : question_.wishes) {
    name(wish.condition);
    name(wish.claim);
  }
  for (const Assumption& when : question_.whens) name(when.condition);
  while (!left.empty()) {
    const DecisionId id = left.back();
    left.pop_back();
    for (const Rule& rule : model().at(id).rules) {
      name(rule.condition);
      name(rule.outcome);
    }
  }
  const Graph& graph = *policy_.graph;
  std::vector<NodeId> rules;
  for (const DecisionId id : decisions_) rules.push_back(policy_.lowering->decision(id).rule);
  for (const NodeId id : graph.reachable(rules)) {
    const Node& node = graph.node(id);
    if (reads_element(node.op)) reads_.elements.insert(node.element);
    if (const auto cut = graph.cut_of(id)) reads_.cuts.insert(*cut);
    if (reads_element(node.op) && model().at(node.element).relation)
      reads_.cuts.insert(policy_.graph->relation_cut(node.element));
  }
  reads_.elements = with_related(model(), std::move(reads_.elements));
}

void SettingsSpace::choose_settings() {
  std::set<ElementId> objects;  // objects that are read, or are around something that is read
  for (const ElementId element : reads_.elements) {
    // How two settings compare is chosen with them.
    const auto& relation = model().at(element).relation;
    const bool is_setting =
        relation ? under_.contains(relation->left) && under_.contains(relation->right) : under_.contains(element);
    if (!is_setting) {
      facts_.insert(element);
      continue;
    }
    settings_.insert(element);
    if (relation) continue;
    for (std::optional<ElementId> at = element; at && under_.contains(*at); at = model().at(*at).parent) {
      if (!model().at(*at).is_leaf()) objects.insert(*at);
    }
  }
  // Add what these objects must contain.
  std::vector<ElementId> left(objects.begin(), objects.end());
  while (!left.empty()) {
    const ElementId id = left.back();
    left.pop_back();
    const Element& object = model().at(id);
    if (object.optional()) {
      settings_.insert(id);
    } else {
      required_objects_.push_back(id);
    }
    for (const ElementId child : object.children) {
      const Element& member = model().at(child);
      if (member.optional() || member.default_value) continue;
      if (!member.is_leaf()) {
        if (objects.insert(child).second) left.push_back(child);
      } else if (settings_.insert(child).second) {
        fillers_.insert(child);
      }
    }
  }
  std::sort(required_objects_.begin(), required_objects_.end());
  facts_.insert(around_.begin(), around_.end());
}

Result<> SettingsSpace::make_space() {
  classes_ = std::make_unique<Classes>(model(), *policy_.graph, reads_.cuts, CallsAtOnce::several);
  // The highest number of a class is at least as high as any other: it may be what has to be set.
  const std::size_t cuts = reads_.cuts.size();
  for (const ElementId element : reads_.elements) {
    if (!classes_->is_related(element) || model().at(element).type->kind != Type::Kind::number) continue;
    for (const NumberPiece& piece : classes_->number_pieces(element)) {
      for (const std::uint64_t end : {piece.range.low, piece.range.high}) {
        if (const auto cut = policy_.graph->nonempty_cut(element, {{{end, end}}, {}, {}})) reads_.cuts.insert(*cut);
      }
    }
  }
  cut_at_values_that_stay();
  if (reads_.cuts.size() > cuts)
    classes_ = std::make_unique<Classes>(model(), *policy_.graph, reads_.cuts, CallsAtOnce::several);
  std::set<ElementId> elements = settings_;
  elements.insert(facts_.begin(), facts_.end());
  if (const auto wide = classes_->too_wide(elements)) {
    return Error{Cause::bound, too_wide_text(model(), *classes_, *wide)};
  }
  // A `same` group has one variable: that of the element with the most codes.
  std::map<ElementId, ElementId> variable_of;
  for (const ElementId element : elements) {
    if (representative(element) != element || group(element).size() == 1) continue;
    const auto all = group(element);
    const ElementId widest = *std::min_element(
        all.begin(), all.end(), [&](ElementId a, ElementId b) { return classes_->first(a) < classes_->first(b); });
    for (const ElementId other : all) {
      if (other != widest) variable_of.emplace(other, widest);
    }
  }
  if (variable_of.empty()) {
    space_ = best_space(model(), *policy_.graph, *classes_, roots_, elements);
    return {};
  }
  std::vector<ElementId> order;
  std::set<ElementId> placed;
  for (const ElementId element : best_order(model(), *policy_.graph, *classes_, roots_, elements)) {
    const auto shared = variable_of.find(element);
    const ElementId own = shared == variable_of.end() ? element : shared->second;
    if (placed.insert(own).second) order.push_back(own);
  }
  space_ = std::make_unique<Space>(model(), *policy_.graph, *classes_, std::move(order), Diagrams::default_node_limit,
                                   variable_of);
  return {};
}

// --- settings and calls -------------------------------------------------------------------

// Whether nothing under the paths decides if the object around the element is present.
bool SettingsSpace::surroundings_are_facts(ElementId element) const {
  if (classes_->first(element) != 0) return false;
  const auto around = optional_ancestors(model(), element);
  return around.empty() || (!under_.contains(around.back()) && !around_.contains(around.back()));
}

CodeSet SettingsSpace::written(ElementId element) const {
  if (model().at(element).relation) return {};  // it follows from what is written
  const Element& leaf = model().at(element);
  CodeSet codes;
  for (unsigned code = 1; code < classes_->codes(element); ++code) {
    // A value that is not in a set is not written.
    const std::optional<Literal> usual = is_member_of_set(model(), element) && !leaf.default_value
                                             ? std::optional<Literal>(EnumName{"off"})
                                             : leaf.default_value;
    const bool left_out = usual && !surroundings_are_facts(element) && code == classes_->code_of(element, *usual);
    if (!left_out) codes.add(code);
  }
  return codes;
}

Diagram SettingsSpace::of_settings(Diagram calls) {
  for (const ElementId element : settings_) {
    const Element& leaf = model().at(element);
    if (!leaf.default_value || !surroundings_are_facts(element)) continue;
    const VariableId variable = space_->variable(element);
    const auto at_default = static_cast<Code>(classes_->code_of(element, *leaf.default_value));
    const Diagram left_out =
        diagrams().either(diagrams().hold(calls, variable, 0), diagrams().hold(calls, variable, at_default));
    calls = diagrams().choose(space_->test(element, only(0)), left_out, calls);
  }
  return calls;
}

// Returns calls in which the objects around documents are there, without these objects: no call needs to name them.
Diagram SettingsSpace::with_documents(Diagram calls) {
  for (const ElementId object : around_) calls = diagrams().hold(calls, space_->variable(object), 1);
  return calls;
}

Diagram SettingsSpace::some_fact(Diagram condition) { return diagrams().exists(condition, fact_variables()); }

Result<> SettingsSpace::make_wishes() {
  std::set<ElementId> elements = settings_;
  elements.insert(facts_.begin(), facts_.end());
  const auto of = [&](const ExprRef& condition) {
    return condition ? space_->of(policy_.lowering->condition(condition).node) : diagrams().yes();
  };
  Diagram calls = space_->possible(elements);
  for (const ElementId object : around_) calls = diagrams().both(calls, space_->test(object, only(1)));
  for (const ElementId relation : equal_) {
    const ElementId leaf = model().at(relation).relation->left;
    CodeSet equal = only(equal_code(model(), leaf));
    if (model().at(leaf).type->kind == Type::Kind::number) equal.add(static_cast<unsigned>(NumberRelation::unset));
    calls = diagrams().both(calls, space_->test(relation, equal));
  }
  if (calls == diagrams().no()) return Error{Cause::usage, "no document has the same in both places of every `--same`"};
  for (const DecisionId id : decisions_) {
    const Diagram undecided = diagrams().where(space_->of(policy_.lowering->decision(id).rule), 0);
    if (diagrams().both(calls, undecided) == diagrams().no()) continue;
    return Error{Cause::rules,
                 "decision `" + model().at(id).name + "` leaves calls undecided: there is nothing to be wished of it",
                 "`tally check` shows them"};
  }
  for (const Assumption& when : question_.whens) {
    calls = diagrams().both(calls, of(when.condition));
    if (calls != diagrams().no()) continue;
    const bool alone = &when == &question_.whens.front();
    return Error{Cause::usage,
                 "no call satisfies `" + when.text + "`" + (alone ? "" : " together with what stands before it")};
  }
  for (const Wish& wish : question_.wishes) {
    WishDiagrams d;
    const Diagram about = diagrams().both(calls, of(wish.condition));
    if (about == diagrams().no())
      return Error{Cause::usage, "no call satisfies the condition of the wish `" + wish.text + "`"};
    d.about = of_settings(with_documents(about));
    d.fails = of_settings(with_documents(diagrams().but_not(about, of(wish.claim))));
    d.room = some_fact(d.about);
    d.meets = diagrams().but_not(d.room, some_fact(d.fails));
    wishes_.push_back(d);
  }
  plain_ = plain_with_removals_ = diagrams().yes();
  if (start_.has_documents()) {
    fix_what_stays();
    return {};
  }
  for (const ElementId element : fillers_)
    plain_ = diagrams().both(plain_, space_->test(element, CodeSet().add(0).add(1)));
  return {};
}

}  // namespace tally
