// Solving that starts from documents, held to every document near them: each patch is applied by the JSON library, the
// result is bound like a request, and the reference interpreter looks at all its calls. No document with fewer changes
// brings the wishes about, and what the policy does not know is as it was.
//
// The questions are random. TALLY_QUESTION_SEEDS=FIRST..LAST tries other seeds than those below.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "compiler/checks/evidence.h"
#include "compiler/driver/driver.h"
#include "grammar/parse/parser.h"
#include "simulator/conditions/cells.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "simulator/report/filed_document.h"
#include "simulator/solve/solve.h"
#include "tests/support/question_rules.h"
#include "tests/support/random.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"

namespace tally::testing {
namespace {

using report::FiledDocument;
using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;
// The values that a document has, without defaults; "present" for an object.
using Said = std::map<ElementId, Literal>;

const Literal present = EnumName{"present"};

struct Shape {
  std::string types;                // and the inputs
  std::vector<std::string> places;  // of the documents
  std::vector<std::string> tests, paths;
  std::optional<std::pair<std::string, std::string>> same = {};
  bool are_values_classes = true;  // whether each value that is tried is a class of its own
};

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> all = {
      // A document behind two keys, with a default, an inner object, and other keys.
      {R"(
input s : onnet | offnet
input b : flag?
type inner = { w : flag?, ... }
type doc = { x : flag?, y : flag?, z : flag = on, r : inner?, ... }
input a : doc? at /u/cr
)",
       {"a"},
       {"s is onnet", "b is on", "b is unset", "a.x is on", "a.x is not on", "a.x is unset", "a.z is on", "a.z is off",
        "a is set", "a is unset", "a.r is set", "a.r is unset", "a.r.w is on", "a.r.w is not on", "(a.x else b) is on"},
       {"a", "a.x", "a.z", "a.r", "a.r.w"}},
      // Members that an object must have, and two kinds at one place.
      {R"(
input s : onnet | offnet
type cell = { id : p | q, x : flag?, k : number? at /k if number, m : flag? at /k if boolean, ... }
input a : { u : cell?, v : flag?, ... } at /a
)",
       {"a"},
       {"s is onnet", "a.u.id is q", "a.u.x is on", "a.u.x is not on", "a.u.k is set", "a.u.m is on", "a.u.m is off",
        "a.u is set", "a.u is unset", "a.v is on", "a.v is unset"},
       {"a", "a.u", "a.u.x", "a.v", "a.u.m", "a.u.id"}},
      // Sets: open, optional; with a default.
      {R"(
input s : onnet | offnet
type codec = g729 | pcmu
input d : { codecs : [codec, ...]?, hold : [codec] = (pcmu,), f : flag?, ... } at /d
)",
       {"d"},
       {"s is onnet", "g729 in d.codecs", "pcmu in d.codecs", "d.codecs is set", "d.codecs is unset",
        "d.codecs is empty", "g729 in d.hold", "pcmu in d.hold", "d.f is on", "not (g729 in d.codecs)"},
       {"d", "d.codecs", "d.hold", "d.f"}},
      // Objects in objects, members that they must have, and at one place a text that nothing asks for.
      {R"(
input s : onnet | offnet
type inmost = { id : p | q, k : flag? at /k if boolean, t : text? at /k if string }
type middle = { one : inmost?, two : inmost?, must : { e : flag? }, ... }
input a : { m : middle?, ... }? at /d
)",
       {"a"},
       {"s is onnet", "a.m.one is set", "a.m.one is unset", "a.m.one.k is on", "a.m.one.k is not on", "a.m is set",
        "a.m is unset", "a.m.two.k is on", "a.m.two.id is q", "a.m.must.e is on", "a.m.must.e is unset", "a is set"},
       {"a", "a.m.one", "a.m.two", "a.m", "a.m.one.k", "a.m.must"}},
      // A map, of which the cells may be absent.
      {R"(
type net = onnet | offnet
input s : net
input f : flag = off
input m : { on-it : flag?, mode : (lo | mid)? }?[net] at /d/m
)",
       {"m"},
       {"s is onnet", "f is on", "m[s].on-it is on", "m[onnet].on-it is on", "m[offnet].on-it is not on",
        "m[offnet] is set", "m[onnet] is unset", "m[onnet].mode is mid", "m[offnet].mode in (lo, mid)",
        "m[offnet].mode is unset"},
       {"m", "m[offnet].on-it", "m[onnet]"}},
      // Numbers that are compared with each other, and with a fact.
      {R"(
input n : (0..9)?
input a : { lo : (0..9)?, hi : 0..9 = 5, ... }? at /d
)",
       {"a"},
       {"a.lo < a.hi", "a.lo is a.hi", "a.lo > a.hi", "n < a.lo", "n >= a.hi", "a.lo is set", "a is set", "a.hi < 3",
        "a.lo is unset", "n is unset"},
       {"a", "a.lo", "a.hi"},
       {},
       false},
      // A document of a party, which is there because its document is.
      {R"(
input s : onnet | offnet
type doc = { x : flag?, y : (p | q)?, ... }
input c : { t : flag, d : doc? at /d/x, ... }?
)",
       {"c.d"},
       {"s is onnet", "c is set", "c is unset", "c.t is on", "c.d is set", "c.d.x is on", "c.d.x is not on",
        "c.d.y is q", "c.d.y is unset", "c.d is unset"},
       {"c.d", "c.d.x"}},
      // Two documents.
      {R"(
input s : onnet | offnet
type doc = { x : flag?, z : flag = on, ... }
input a : doc? at /u/cr
input b : doc? at /w/cr
)",
       {"a", "b"},
       {"s is onnet", "a.x is on", "b.x is on", "(a.x else b.x) is on", "(a.x else b.x) is off", "a.z is on",
        "b.z is off", "a is set", "b is unset"},
       {"a", "b", "a.x", "b.z"}},
      // One document in two places.
      {R"(
input s : onnet | offnet
type doc = { x : flag?, z : flag = on, r : { w : flag? }?, ... }
input a : doc? at /u/cr
input b : doc? at /w/cr
)",
       {"b"},
       {"s is onnet", "a.x is on", "b.x is on", "(a.x else b.x) is off", "a.z is on", "b.z is off", "a is set",
        "b is unset", "a.r.w is on", "b.r is set"},
       {"b", "b.x", "b.r"},
       std::pair<std::string, std::string>("a", "b")},
      // One document in two places, where its numbers are compared.
      {R"(
input f : flag
type doc = { n : (0..9)?, m : (0..9)?, ... }
input a : doc? at /u/cr
input b : doc? at /w/cr
)",
       {"b"},
       {"f is on", "a.n < a.m", "a.n is a.m", "b.n > b.m", "b.n >= 5", "b.n in 3..6", "a.m < 7", "b.m is set",
        "a.n is set", "b.n <= a.m"},
       {"b", "b.n", "b.m"},
       std::pair<std::string, std::string>("a", "b"),
       false},
  };
  return all;
}

// --- a policy, a question, and documents -----------------------------------------------------

class Asked {
 public:
  Asked(const Shape& shape, const std::string& text)
      : shape_(shape),
        c_(compile("p.tally", [&](const std::string&) { return std::variant<std::string, ReadError>(text); })) {
    if (!c_.policy) return;
    Diagnostics faults;
    const auto deployment = deploy(*c_.policy, faults);
    binder_ = std::make_unique<RequestBinder>(
        std::make_shared<PolicyDescriptor>(describe_policy(*c_.policy, *deployment, c_.sources)));
    for (ElementIndex i = 0; i < descriptor().elements.size(); ++i) {
      index_[element(descriptor().elements[i].name)] = i;
      elements_.push_back(element(descriptor().elements[i].name));
    }
  }

  bool is_running() const { return binder_ != nullptr; }
  const Shape& shape() const { return shape_; }
  Policy& policy() { return *c_.policy; }
  const Model& model() const { return *c_.policy->model; }
  const PolicyDescriptor& descriptor() const { return binder_->policy(); }
  const RequestBinder& binder() const { return *binder_; }
  const std::vector<ElementId>& elements() const { return elements_; }
  ElementIndex index(ElementId id) const { return index_.at(id); }

  ElementId element(const std::string& name) const {
    for (std::uint32_t i = 0; i < model().elements.size(); ++i)
      if (model().elements[i].name == name) return ElementId{i};
    ADD_FAILURE() << name;
    return {};
  }
  ExprRef condition(const std::string& text) {
    Diagnostics faults;
    const FileId file = c_.sources.add("condition", text);
    const auto tree = parse_expression(c_.sources, file, faults);
    ExprRef out = tree ? analyze_condition(c_.program, c_.sources, model(), *tree, faults) : nullptr;
    EXPECT_TRUE(out) << text << ": " << (faults.list().empty() ? "" : faults.list().front().message);
    return out;
  }

  // The JSON of values, at a place.
  Json json(const Said& said, PlaceIndex place) const {
    Facts facts;
    facts.clear(descriptor().elements.size());
    for (const auto& [id, value] : said) facts.set(index(id), fact_of(id, value));
    return Json::parse(print_document(descriptor(), binder().places(), place, facts));
  }
  PlaceIndex place(const std::string& name) const { return *binder().document_place(name); }

  // The elements that the question reads, and those that its decisions read.
  std::set<ElementId> reads(const SolveQuestion& question) {
    std::set<ElementId> out;
    std::vector<NodeId> rules;
    const auto add = [&](const ExprRef& condition) {
      if (!condition) return;
      const auto& read = policy().lowering->condition(condition).reads.elements;
      out.insert(read.begin(), read.end());
      for (const DecisionId id : mentioned(model(), condition)) rules.push_back(policy().lowering->decision(id).rule);
    };
    for (const Wish& wish : question.wishes) {
      add(wish.claim);
      add(wish.condition);
    }
    for (const Assumption& when : question.whens) add(when.condition);
    for (const NodeId id : policy().graph->reachable(rules)) {
      const Node& node = policy().graph->node(id);
      if (reads_element(node.op)) out.insert(node.element);
    }
    return with_related(model(), std::move(out));
  }

 private:
  Fact fact_of(ElementId id, const Literal& value) const {
    const Element& at = model().at(id);
    if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (!at.is_leaf()) return Present{};
    return static_cast<std::uint8_t>(*value_index(*at.type, std::get<EnumName>(value).name) + 1);
  }

  const Shape& shape_;
  Compilation c_;
  std::unique_ptr<RequestBinder> binder_;
  std::map<ElementId, ElementIndex> index_;
  std::vector<ElementId> elements_;  // parents first
};

// The values of a leaf that are tried: all of a small range, one of a large one, which no rule divides.
std::vector<Literal> values_of_leaf(const Element& leaf, const std::vector<Literal>& also) {
  std::vector<Literal> out;
  if (leaf.type->kind == Type::Kind::number) {
    const bool is_small = leaf.type->high < 10;
    for (std::uint64_t n = 0; n <= (is_small ? leaf.type->high : 0); ++n) out.emplace_back(n);
  } else if (leaf.type->kind == Type::Kind::text) {
    out.emplace_back(std::string("a"));
  } else {
    for (const EnumValue& value : leaf.type->values) out.emplace_back(EnumName{value.name});
  }
  for (const Literal& value : also) {
    if (std::find(out.begin(), out.end(), value) == out.end()) out.push_back(value);
  }
  return out;
}

// Calls `take` with every document of these elements, which are parents first.
class AllDocuments {
 public:
  AllDocuments(const Model& model, std::vector<ElementId> elements, const Said& start)
      : model_(model), elements_(std::move(elements)), start_(start) {}

  template <class Take>
  void each(Take take) {
    go(0, take);
  }

 private:
  template <class Take>
  void go(std::size_t at, Take& take) {
    if (at == elements_.size()) return take(said_);
    const ElementId id = elements_[at];
    const Element& e = model_.at(id);
    const bool in_elements = e.parent && std::find(elements_.begin(), elements_.end(), *e.parent) != elements_.end();
    if (in_elements && !said_.contains(*e.parent)) return go(at + 1, take);
    const bool is_member = is_member_of_set(model_, id);
    if ((e.optional() || e.default_value) && !is_member) go(at + 1, take);
    if (e.kind != ast::PlaceKind::any) {
      for (const auto& other : said_)
        if (model_.at(other.first).pointer == e.pointer) return;
    }
    std::vector<Literal> values = {present};
    const auto before = start_.find(id);
    if (e.is_leaf())
      values = values_of_leaf(e, before == start_.end() ? std::vector<Literal>() : std::vector{before->second});
    for (const Literal& value : values) {
      said_[id] = value;
      go(at + 1, take);
      said_.erase(id);
    }
  }

  const Model& model_;
  std::vector<ElementId> elements_;
  const Said& start_;
  Said said_;
};

// --- one question ------------------------------------------------------------------------------

struct Counted {
  std::size_t solved = 0, already = 0, several = 0, conflicts = 0, refused = 0, removals = 0, objects_removed = 0,
              arrays = 0, tried = 0;
};

class Held {
 public:
  Held(Asked& asked, SolveQuestion question, std::string text)
      : asked_(asked),
        model_(asked.model()),
        question_(std::move(question)),
        interpreter_(model_),
        text_(std::move(text)) {
    for (const std::string& name : asked.shape().places) places_.push_back(asked.place(name));
  }

  void run(Random& random, Counted& counted) {
    make_documents(random);
    if (::testing::Test::HasFailure()) return;
    make_requests();
    find_best(counted);
    const auto answer = solve(asked_.policy(), question_);
    if (!answer) {
      EXPECT_FALSE(best_) << answer.error().message << text_;
      ++counted.refused;
      return;
    }
    if (std::holds_alternative<Conflict>(*answer)) {
      EXPECT_FALSE(best_) << "a conflict, but there is " << (best_ ? *keys_.begin() : "") << text_;
      ++counted.conflicts;
      return;
    }
    hold(std::get<Solutions>(*answer), counted);
  }

 private:
  // --- documents at the start

  void make_documents(Random& random) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      std::vector<ElementId> elements;
      for (const ElementIndex at : asked_.binder().below(places_[i])) elements.push_back(asked_.elements()[at]);
      std::vector<Said> all;
      AllDocuments(model_, elements, {}).each([&](const Said& said) { all.push_back(said); });
      ASSERT_FALSE(all.empty());
      jsons_.push_back(asked_.json(random.pick(all), places_[i]));
      add_unknown(random, elements, i);
      auto read =
          FiledDocument::read(model_, asked_.binder(), places_[i], asked_.shape().places[i], jsons_[i].dump(), {});
      ASSERT_TRUE(read.document) << jsons_[i] << (read.faults.empty() ? "" : read.faults.front().message) << text_;
      text_ += "\nat " + asked_.shape().places[i] + ": " + jsons_[i].dump();
      documents_.push_back(*read.document);
      question_.documents.push_back(read.document->given());
      elements_.insert(elements_.end(), elements.begin(), elements.end());
    }
    const auto [said, completed] = bound(jsons_);
    start_said_ = said;
    start_ = completed;
  }

  // Adds keys and texts that the policy does not know.
  void add_unknown(Random& random, const std::vector<ElementId>& elements, std::size_t document) {
    const std::string root = asked_.binder().places().pointer(places_[document]);
    if (random.chance(50)) jsons_[document]["note"] = {"as it is", 1.5};
    if (random.chance(50)) unknown_.emplace_back(document, "/note");
    for (const ElementId id : elements) {
      const Element& e = model_.at(id);
      const Pointer at(e.pointer.substr(root.size()));
      if (e.is_leaf() || !e.type->open || !jsons_[document].contains(at) || !random.chance(25)) continue;
      Json& here = jsons_[document][at];
      if (e.type->set) {
        here.insert(here.begin(), "other");
        open_sets_.insert(id);
      } else {
        here["extra"] = {{"k", nullptr}, {"n", 7}};
      }
      for (std::optional<ElementId> around = id; around; around = model_.at(*around).parent) kept_.insert(*around);
    }
    before_ = jsons_;
  }

  // --- calls

  // Every combination of what is not in the documents.
  void make_requests() {
    std::vector<ElementId> outside;
    for (const ElementId id : asked_.elements()) {
      const bool is_in = std::find(elements_.begin(), elements_.end(), id) != elements_.end();
      const bool is_shared =
          asked_.shape().same && id != asked_.element(asked_.shape().same->second) &&
          model_.at(id).pointer.starts_with(model_.at(asked_.element(asked_.shape().same->first)).pointer);
      if (!is_in && !is_shared) outside.push_back(id);
    }
    AllDocuments(model_, outside, {}).each([&](const Said& said) {
      requests_.push_back(asked_.json(said, Places::root).dump());
    });
  }

  std::vector<BoundDocument> bind(const std::vector<Json>& jsons) const {
    std::vector<BoundDocument> out;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      auto read = asked_.binder().bind_document(places_[i], jsons[i].dump());
      if (!read.document) return {};
      out.push_back(*std::move(read.document));
    }
    if (const auto& same = asked_.shape().same) {
      auto read = asked_.binder().bind_document(asked_.place(same->first), jsons[0].dump());
      if (!read.document) return {};
      out.push_back(*std::move(read.document));
    }
    return out;
  }

  // The facts of documents, and what a call has of them with defaults.
  std::pair<Said, Said> bound(const std::vector<Json>& jsons) const {
    std::pair<Said, Said> out;
    const auto documents = bind(jsons);
    EXPECT_FALSE(documents.empty()) << text_ << jsons[0];
    std::vector<const BoundDocument*> pointers;
    for (const BoundDocument& document : documents) pointers.push_back(&document);
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const BoundCall call{{}, documents[i].facts};
      const auto facts = facts_of(model_, asked_.descriptor(), call);
      for (const ElementIndex at : asked_.binder().below(places_[i])) {
        const Literal value = facts(asked_.elements()[at]);
        if (!std::holds_alternative<Unset>(value)) out.first[asked_.elements()[at]] = value;
      }
    }
    for (const std::string& request : all_requests()) {
      const auto call = asked_.binder().bind(request, pointers).call;
      if (!call) continue;
      const auto facts = facts_of(model_, asked_.descriptor(), *call);
      for (const ElementId id : elements_) out.second[id] = facts(id);
      return out;
    }
    return out;
  }
  std::vector<std::string> all_requests() const {
    // Before the requests are made, one with all that is required does.
    return requests_.empty() ? std::vector<std::string>{R"({"s":"onnet","f":true,"c":{"t":true}})"} : requests_;
  }

  // Whether every wish holds in all calls with these documents, and is about some of them.
  bool meets(const std::vector<Json>& jsons) const {
    const auto documents = bind(jsons);
    if (documents.empty()) return false;
    std::vector<const BoundDocument*> pointers;
    for (const BoundDocument& document : documents) pointers.push_back(&document);
    std::vector<bool> is_about(question_.wishes.size(), false);
    for (const std::string& request : requests_) {
      const auto call = asked_.binder().bind(request, pointers).call;
      if (!call) continue;
      const auto facts = facts_of(model_, asked_.descriptor(), *call);
      const auto holds = [&](const ExprRef& condition) { return !condition || interpreter_.holds(condition, facts); };
      if (!std::all_of(question_.whens.begin(), question_.whens.end(),
                       [&](const Assumption& when) { return holds(when.condition); }))
        continue;
      for (std::size_t i = 0; i < is_about.size(); ++i) {
        if (!holds(question_.wishes[i].condition)) continue;
        if (!holds(question_.wishes[i].claim)) return false;
        is_about[i] = true;
      }
    }
    return std::all_of(is_about.begin(), is_about.end(), [](bool about) { return about; });
  }

  // --- what counts as a change

  // A leaf as it is stored: left out counts as its default, and a value of a set as off.
  Literal stored(ElementId leaf, const Literal& value) const {
    if (!std::holds_alternative<Unset>(value)) return value;
    if (model_.at(leaf).default_value) return *model_.at(leaf).default_value;
    return is_member_of_set(model_, leaf) ? Literal{EnumName{"off"}} : value;
  }
  static bool is_there(const Said& completed, ElementId object) {
    return !std::holds_alternative<Unset>(completed.at(object));
  }
  std::optional<ElementId> innermost(const Said& completed, ElementId element) const {
    const auto around = optional_ancestors(model_, element);
    for (auto at = around.rbegin(); at != around.rend(); ++at) {
      if (completed.contains(*at) && is_there(completed, *at)) return *at;
    }
    return std::nullopt;
  }
  bool is_changed(ElementId leaf, const Said& now) const {
    return stored(leaf, start_.at(leaf)) != stored(leaf, now.at(leaf));
  }

  // The number of changes, and how many objects they remove or add without a value in them.
  std::pair<std::size_t, std::size_t> cost(const Said& now) const {
    std::size_t changes = 0, objects = 0;
    for (const ElementId id : elements_) {
      if (!model_.at(id).has_code()) continue;
      const auto around = innermost(start_, id);
      const bool goes_with_object = around && !is_there(now, *around);
      if (model_.at(id).is_leaf()) {
        changes += !goes_with_object && is_changed(id, now);
        continue;
      }
      const bool was = is_there(start_, id), is = is_there(now, id);
      if (was && !is) {
        ++objects;
        changes += !goes_with_object;
      } else if (!was && is) {
        bool has_value = false, has_object = false;
        for (const ElementId inside : below(model_, id)) {
          if (inside == id || !model_.at(inside).has_code()) continue;
          if (model_.at(inside).is_leaf()) has_value = has_value || is_changed(inside, now);
          if (!model_.at(inside).is_leaf()) has_object = has_object || is_there(now, inside);
        }
        objects += !has_value;
        changes += !has_value && !has_object;
      }
    }
    return {changes, objects};
  }

  bool is_over(ElementId id) const {
    if (question_.over.empty()) return true;
    return std::any_of(question_.over.begin(), question_.over.end(), [&](ElementId named) {
      const auto all = below(model_, named);
      return std::find(all.begin(), all.end(), id) != all.end();
    });
  }
  bool reads_below(ElementId object) const {
    const auto all = below(model_, object);
    return std::any_of(all.begin(), all.end(), [&](ElementId id) { return reads_.contains(id); });
  }
  // An element that a new object must have.
  bool is_required(ElementId id) const {
    const Element& e = model_.at(id);
    return e.parent && !e.optional() && !e.default_value;
  }

  // Whether only what the question may change is different from the start.
  bool is_allowed(const Said& said, const Said& now) const {
    for (const ElementId id : elements_) {
      const Element& e = model_.at(id);
      const bool was_said = start_said_.contains(id);
      const bool is_said = said.contains(id);
      const bool has_say = reads_below(id) || (is_required(id) && reads_below(*e.parent));
      if (!e.is_leaf()) {
        if (!e.has_code()) continue;
        const bool was = is_there(start_, id), is = is_there(now, id);
        if (was == is) continue;
        if (!has_say) return false;
        if (was && (kept_.contains(id) || !is_over(id))) return false;
        if (was && is_root(id)) return false;
        if (!was && !is_over(id) && !is_filled(id, now)) return false;
        continue;
      }
      if (has_say && (is_over(id) || !is_changed_or_gone(id, said, now))) {
        if (reads_.contains(id) || !is_changed(id, now)) continue;
        // Nothing reads it: it is only there because it has to be.
        if (was_said && is_said) return false;
        if (is_said && said.at(id) != first_value(id)) return false;
        continue;
      }
      if (was_said != is_said ? is_changed_or_gone(id, said, now) : is_said && said.at(id) != start_said_.at(id))
        return false;
    }
    return true;
  }
  bool is_changed_or_gone(ElementId id, const Said& said, const Said& now) const {
    const auto around = innermost(start_, id);
    const bool goes = around && !is_there(now, *around);
    return is_changed(id, now) || (goes && start_said_.contains(id) && !said.contains(id));
  }
  Literal first_value(ElementId id) const { return values_of_leaf(model_.at(id), {}).front(); }
  bool is_root(ElementId id) const {
    return std::any_of(places_.begin(), places_.end(), [&](PlaceIndex place) {
      return asked_.binder().places().pointer(place) == model_.at(id).pointer;
    });
  }
  // Whether something that may change is set in a new object.
  bool is_filled(ElementId object, const Said& now) const {
    const auto all = below(model_, object);
    return std::any_of(all.begin(), all.end(), [&](ElementId id) {
      if (id == object || !model_.at(id).has_code() || !is_over(id)) return false;
      return model_.at(id).is_leaf() ? is_changed(id, now) : is_there(now, id);
    });
  }

  static std::string key(const Model& model, const Said& now) {
    std::string out;
    for (const auto& [id, value] : now) {
      if (!model.at(id).has_code() || std::holds_alternative<Unset>(value)) continue;
      const bool is_any = model.at(id).type->kind == Type::Kind::number && model.at(id).type->high > 10;
      out += model.at(id).name + "=" + (is_any ? "any" : to_string(value)) + " ";
    }
    return out;
  }

  // --- the best of all documents

  void find_best(Counted& counted) {
    reads_ = asked_.reads(question_);
    if (const auto& same = asked_.shape().same) {
      const auto one = below(model_, asked_.element(same->first)), other = below(model_, asked_.element(same->second));
      for (std::size_t i = 0; i < one.size(); ++i) {
        if (reads_.contains(one[i]) || reads_.contains(other[i])) reads_.insert(other[i]);
      }
    }
    AllDocuments(model_, elements_, start_said_).each([&](const Said& said) {
      ++counted.tried;
      std::vector<Json> jsons;
      for (const PlaceIndex place : places_) jsons.push_back(asked_.json(said, place));
      const auto [read, now] = bound(jsons);
      if (now.empty() || !is_allowed(read, now)) return;
      const auto weight = cost(now);
      if (best_ && weight > *best_) return;
      if (!meets(jsons)) return;
      if (!best_ || weight < *best_) keys_.clear();
      best_ = weight;
      keys_.insert(key(model_, now));
    });
  }

  // --- the answer

  void hold(const Solutions& found, Counted& counted) {
    ASSERT_TRUE(best_) << "no document near it does it" << text_;
    EXPECT_EQ(found.settings, best_->first) << text_ << "\nbest: " << *keys_.begin();
    std::set<std::string> found_keys;
    for (const Solution& solution : found.solutions) {
      std::vector<Json> after = before_;
      for (std::size_t i = 0; i < places_.size(); ++i) {
        const Json patch = documents_[i].patch(solution.contents[i]);
        EXPECT_TRUE(patch.is_object());
        hold_each(patch, before_[i]);
        after[i].merge_patch(patch);
        count(patch, counted);
      }
      const auto [said, now] = bound(after);
      const std::string shown = text_ + "\nafter: " + after[0].dump();
      EXPECT_TRUE(meets(after)) << shown;
      EXPECT_EQ(cost(now), *best_) << shown << "\nbest: " << *keys_.begin();
      EXPECT_EQ(solution.changes.size(), best_->first) << shown;
      EXPECT_TRUE(is_allowed(said, now)) << shown;
      EXPECT_TRUE(found_keys.insert(key(model_, now)).second) << "twice" << shown;
      for (const auto& [document, pointer] : unknown_) {
        if (!before_[document].contains(Pointer(pointer))) continue;
        ASSERT_TRUE(after[document].contains(Pointer(pointer))) << shown;
        EXPECT_EQ(after[document].at(Pointer(pointer)), before_[document].at(Pointer(pointer))) << shown;
      }
      hold_unknown(before_, after, shown);
    }
    if (asked_.shape().are_values_classes) {
      EXPECT_EQ(found_keys, keys_) << text_;
      EXPECT_EQ(found.count, keys_.size()) << text_;
    }
    ++counted.solved;
    counted.already += best_->first == 0;
    counted.several += found.solutions.size() > 1;
  }

  // What the policy does not know is in the document as before.
  static void hold_unknown(const std::vector<Json>& before, const std::vector<Json>& after, const std::string& shown) {
    const std::function<void(const Json&, const Json&)> look = [&](const Json& was, const Json& is) {
      if (was.is_array()) {
        const bool had = std::find(was.begin(), was.end(), Json("other")) != was.end();
        EXPECT_EQ(had, std::find(is.begin(), is.end(), Json("other")) != is.end()) << shown;
      }
      if (!was.is_object()) return;
      for (const auto& [name, value] : was.items()) {
        if (name == "note" || name == "extra") {
          ASSERT_TRUE(is.contains(name)) << shown;
          EXPECT_EQ(is.at(name), value) << shown;
        } else {
          look(value, is.is_object() && is.contains(name) ? is.at(name) : Json());
        }
      }
    };
    for (std::size_t i = 0; i < before.size(); ++i) look(before[i], after[i]);
  }

  // Nothing in a patch changes nothing.
  void hold_each(const Json& patch, const Json& here) const {
    for (const auto& [name, value] : patch.items()) {
      const bool is_there = here.is_object() && here.contains(name);
      if (value.is_object() && is_there && here.at(name).is_object()) {
        EXPECT_FALSE(value.empty()) << patch << text_;
        hold_each(value, here.at(name));
      } else if (value.is_null()) {
        EXPECT_TRUE(is_there) << patch << text_;
      } else {
        EXPECT_FALSE(is_there && here.at(name) == value) << patch << text_;
        const bool is_repeated = value.is_array() && std::set<Json>(value.begin(), value.end()).size() != value.size();
        EXPECT_FALSE(is_repeated) << patch << text_;
      }
    }
  }
  static void count(const Json& patch, Counted& counted) {
    for (const auto& [name, value] : patch.items()) {
      counted.removals += value.is_null();
      counted.arrays += value.is_array();
      if (value.is_object()) count(value, counted);
    }
  }

  Asked& asked_;
  const Model& model_;
  SolveQuestion question_;
  reference::Interpreter interpreter_;
  std::string text_;  // for messages
  std::vector<PlaceIndex> places_;
  std::vector<Json> jsons_, before_;
  std::vector<FiledDocument> documents_;
  std::vector<ElementId> elements_;  // of all documents, parents first
  std::set<ElementId> kept_, open_sets_, reads_;
  std::vector<std::pair<std::size_t, std::string>> unknown_;
  Said start_said_, start_;
  std::vector<std::string> requests_;
  std::optional<std::pair<std::size_t, std::size_t>> best_;
  std::set<std::string> keys_;
};

std::string random_condition(Random& random, const Shape& shape, int depth) {
  if (depth == 0 || random.chance(40)) {
    const std::string test = random.pick(shape.tests);
    return random.chance(15) ? "not (" + test + ")" : test;
  }
  const char* joint = random.chance(50) ? " and " : " or ";
  return "(" + random_condition(random, shape, depth - 1) + joint + random_condition(random, shape, depth - 1) + ")";
}

void hold_random(const Shape& shape, std::uint64_t seed, Counted& counted) {
  Random random(seed);
  std::string text = shape.types;
  // Every input is read, so that requests have it.
  std::string all;
  for (const std::string& test : shape.tests) all += (all.empty() ? "" : " or ") + test;
  text += "decision all : flag { on when " + all + "  off otherwise }\n";
  for (int d = 1; d <= 2; ++d) {
    text += "decision d" + std::to_string(d) + " : flag {\n";
    for (std::size_t r = random.between(1, 3); r > 0; --r)
      text +=
          std::string("  ") + (random.chance(70) ? "on" : "off") + " when " + random_condition(random, shape, 2) + "\n";
    text += "  off otherwise\n}\n";
  }
  Asked asked(shape, text);
  ASSERT_TRUE(asked.is_running()) << text;
  text = "seed " + std::to_string(seed) + text;
  SolveQuestion question;
  question.limit = 10'000;
  for (std::size_t w = random.between(1, 2); w > 0; --w) {
    const std::string claim = random.chance(60) ? std::string("d") + (random.chance(50) ? "1" : "2") +
                                                      (random.chance(60) ? " is on" : " is off")
                                                : random_condition(random, shape, 1);
    const std::string about = random.chance(40) ? random_condition(random, shape, 1) : "";
    question.wishes.push_back({asked.condition(claim), about.empty() ? nullptr : asked.condition(about), claim});
    text += "want " + claim + " when " + about + "\n";
  }
  if (random.chance(20)) {
    const std::string when = random_condition(random, shape, 0);
    question.whens.push_back({asked.condition(when), when});
    text += "when " + when + "\n";
  }
  if (random.chance(50)) {
    const std::string over = random.pick(shape.paths);
    question.over.push_back(asked.element(over));
    text += "over " + over + "\n";
  }
  if (shape.same) question.same.emplace_back(asked.element(shape.same->first), asked.element(shape.same->second));
  Held(asked, std::move(question), text).run(random, counted);
}

TEST(SolveDocuments, AgreesWithAllDocumentsNearThem) {
  Counted counted;
  const auto [first, last] = question_seeds(150);
  for (std::size_t shape = 0; shape < shapes().size(); ++shape) {
    for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed)
      hold_random(shapes()[shape], shape * 10'000'000 + seed, counted);
  }
  std::printf(
      "%zu solved (%zu already, %zu with several, %zu members removed, %zu arrays), %zu conflicts, %zu refused, %zu "
      "documents tried\n",
      counted.solved, counted.already, counted.several, counted.removals, counted.arrays, counted.conflicts,
      counted.refused, counted.tried);
  if (last - first + 1 < 150) return;
  EXPECT_GT(counted.solved, 300u);
  EXPECT_GT(counted.already, 50u);
  EXPECT_GT(counted.several, 50u);
  EXPECT_GT(counted.removals, 50u);
  EXPECT_GT(counted.arrays, 20u);
  EXPECT_GT(counted.conflicts, 100u);
}

// --- random policies ----------------------------------------------------------------------------

// Solves for the values of a random policy's decisions, from random documents. The answers are held to random calls.
class RandomPolicies {
 public:
  struct Tried {
    std::size_t policies = 0, solved = 0, conflicts = 0, refused = 0, changed = 0, calls = 0, about = 0;
  };

  RandomPolicies(std::uint64_t seed, Tried& tried)
      : random_(seed), text_(random_policy(seed)), asked_(no_shape(), text_), tried_(tried) {}

  void run() {
    if (!asked_.is_running()) return;
    ++tried_.policies;
    for (const Input& input : asked_.model().inputs) {
      if (asked_.model().at(input.element).is_leaf() || input.type->set) continue;
      const auto place = asked_.binder().document_place(input.name);
      if (place && random_.chance(60)) ask(input.name, *place);
    }
  }

 private:
  static const Shape& no_shape() {
    static const Shape none;
    return none;
  }
  Json random_request() {
    const auto& places = asked_.binder().places();
    return Json::parse(
        print_document(asked_.descriptor(), places, Places::root, random_facts(asked_.descriptor(), places, random_)));
  }

  void ask(const std::string& name, PlaceIndex place) {
    const Json request = random_request();
    const Pointer at(asked_.binder().places().pointer(place));
    const Json before = request.contains(at) ? request.at(at) : Json::object();
    auto read = FiledDocument::read(asked_.model(), asked_.binder(), place, name, before.dump(), {});
    if (!read.document) return;  // what it must have is missing
    std::vector<const Decision*> decisions;
    for (const Decision& decision : asked_.model().decisions) {
      if (decision.type->is_enum()) decisions.push_back(&decision);
    }
    if (decisions.empty()) return;
    const Decision& decision = *random_.pick(decisions);
    const std::string want = decision.name + " is " + to_string(random_.pick(decision.type->values));
    SolveQuestion question;
    question.limit = 3;
    question.wishes.push_back({asked_.condition(want), nullptr, want});
    question.documents.push_back(read.document->given());
    const std::string shown = text_ + "\nwant " + want + "\nat " + name + ": " + before.dump();
    const auto answer = solve(asked_.policy(), question);
    if (!answer) {
      ++tried_.refused;
      return;
    }
    if (!std::holds_alternative<Solutions>(*answer)) {
      ++tried_.conflicts;
      return;
    }
    ++tried_.solved;
    for (const Solution& solution : std::get<Solutions>(*answer).solutions) {
      Json after = before;
      const Json patch = read.document->patch(solution.contents.front());
      after.merge_patch(patch);
      tried_.changed += !patch.empty();
      EXPECT_EQ(patch.empty(), solution.changes.empty()) << patch << shown;
      hold(question.wishes.front().claim, place, after, shown + "\nafter: " + after.dump());
    }
  }

  // The wish holds in random calls with the document.
  void hold(const ExprRef& claim, PlaceIndex place, const Json& document, const std::string& shown) {
    const auto bound = asked_.binder().bind_document(place, document.dump());
    ASSERT_TRUE(bound.document) << (bound.faults.empty() ? "" : bound.faults.front().message) << shown;
    for (int i = 0; i < 40; ++i) {
      const Json request = random_request();
      const auto call = asked_.binder().bind(request.dump(), {&*bound.document}).call;
      if (!call) continue;
      ++tried_.calls;
      const auto facts = facts_of(asked_.model(), asked_.descriptor(), *call);
      EXPECT_TRUE(reference::Interpreter(asked_.model()).holds(claim, facts)) << request << shown;
    }
  }

  Random random_;
  std::string text_;
  Asked asked_;
  Tried& tried_;
};

TEST(SolveDocuments, HoldInCallsOfRandomPolicies) {
  RandomPolicies::Tried tried;
  const auto [first, last] = question_seeds(300);
  for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed) RandomPolicies(seed, tried).run();
  std::printf("%zu policies: %zu solved, %zu documents changed, %zu conflicts, %zu refused, %zu calls\n",
              tried.policies, tried.solved, tried.changed, tried.conflicts, tried.refused, tried.calls);
  if (last - first + 1 < 300) return;
  EXPECT_GT(tried.policies, 290u);
  EXPECT_GT(tried.solved, 30u);
  EXPECT_GT(tried.changed, 10u);
}

}  // namespace
}  // namespace tally::testing
