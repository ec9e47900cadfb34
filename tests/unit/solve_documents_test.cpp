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
#include "simulator/conditions/cells.h"
#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "simulator/report/filed_document.h"
#include "simulator/solve/solve.h"
#include "tests/support/bound_rules.h"
#include "tests/support/document_shapes.h"
#include "tests/support/question_rules.h"
#include "tests/support/random.h"

namespace tally::testing {
namespace {

using report::FiledDocument;
using Json = nlohmann::ordered_json;
using Pointer = Json::json_pointer;
// The values that a document has, without defaults; "present" for an object.
using DocumentValues = std::map<ElementId, Literal>;

const Literal present = EnumName{"present"};

// --- a policy, a question, and documents -----------------------------------------------------

// The rules of a shape, and what a question about them reads.
class Asked : public BoundRules {
 public:
  Asked(const DocumentShape& shape, const std::string& text) : BoundRules(text), shape_(shape) {}

  const DocumentShape& shape() const { return shape_; }

  // The JSON of values, at a place.
  Json json(const DocumentValues& given, PlaceIndex place) const {
    Facts facts;
    facts.clear(descriptor().elements.size());
    for (const auto& [id, value] : given) facts.set(index(id), fact_of(id, value));
    return Json::parse(print_document(descriptor(), binder().places(), place, facts));
  }

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

  const DocumentShape& shape_;
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
  AllDocuments(const Model& model, std::vector<ElementId> elements, const DocumentValues& start)
      : model_(model), elements_(std::move(elements)), start_(start) {}

  template <class Take>
  void each(Take take) {
    go(0, take);
  }

 private:
  template <class Take>
  void go(std::size_t at, Take& take) {
    if (at == elements_.size()) return take(given_);
    const ElementId id = elements_[at];
    const Element& e = model_.at(id);
    const bool in_elements = e.parent && std::find(elements_.begin(), elements_.end(), *e.parent) != elements_.end();
    if (in_elements && !given_.contains(*e.parent)) return go(at + 1, take);
    const bool is_member = is_member_of_set(model_, id);
    if ((e.optional() || e.default_value) && !is_member) go(at + 1, take);
    if (e.kind != ast::PlaceKind::any) {
      for (const auto& other : given_)
        if (model_.at(other.first).pointer == e.pointer) return;
    }
    std::vector<Literal> values = {present};
    const auto before = start_.find(id);
    if (e.is_leaf())
      values = values_of_leaf(e, before == start_.end() ? std::vector<Literal>() : std::vector{before->second});
    for (const Literal& value : values) {
      given_[id] = value;
      go(at + 1, take);
      given_.erase(id);
    }
  }

  const Model& model_;
  std::vector<ElementId> elements_;
  const DocumentValues& start_;
  DocumentValues given_;
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
      std::vector<DocumentValues> all;
      AllDocuments(model_, elements, {}).each([&](const DocumentValues& given) { all.push_back(given); });
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
    const auto [given, completed] = bound(jsons_);
    start_given_ = given;
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
    AllDocuments(model_, outside, {}).each([&](const DocumentValues& given) {
      requests_.push_back(asked_.json(given, Places::root).dump());
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
  std::pair<DocumentValues, DocumentValues> bound(const std::vector<Json>& jsons) const {
    std::pair<DocumentValues, DocumentValues> out;
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
  static bool is_there(const DocumentValues& completed, ElementId object) {
    return !std::holds_alternative<Unset>(completed.at(object));
  }
  std::optional<ElementId> innermost(const DocumentValues& completed, ElementId element) const {
    const auto around = optional_ancestors(model_, element);
    for (auto at = around.rbegin(); at != around.rend(); ++at) {
      if (completed.contains(*at) && is_there(completed, *at)) return *at;
    }
    return std::nullopt;
  }
  bool is_changed(ElementId leaf, const DocumentValues& now) const {
    return stored(leaf, start_.at(leaf)) != stored(leaf, now.at(leaf));
  }

  // The number of changes, and how many objects they remove or add without a value in them.
  std::pair<std::size_t, std::size_t> cost(const DocumentValues& now) const {
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
  bool is_allowed(const DocumentValues& given, const DocumentValues& now) const {
    for (const ElementId id : elements_) {
      const Element& e = model_.at(id);
      const bool was_said = start_given_.contains(id);
      const bool is_said = given.contains(id);
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
      if (has_say && (is_over(id) || !is_changed_or_gone(id, given, now))) {
        if (reads_.contains(id) || !is_changed(id, now)) continue;
        // Nothing reads it: it is only there because it has to be.
        if (was_said && is_said) return false;
        if (is_said && given.at(id) != first_value(id)) return false;
        continue;
      }
      if (was_said != is_said ? is_changed_or_gone(id, given, now) : is_said && given.at(id) != start_given_.at(id))
        return false;
    }
    return true;
  }
  bool is_changed_or_gone(ElementId id, const DocumentValues& given, const DocumentValues& now) const {
    const auto around = innermost(start_, id);
    const bool goes = around && !is_there(now, *around);
    return is_changed(id, now) || (goes && start_given_.contains(id) && !given.contains(id));
  }
  Literal first_value(ElementId id) const { return values_of_leaf(model_.at(id), {}).front(); }
  bool is_root(ElementId id) const {
    return std::any_of(places_.begin(), places_.end(), [&](PlaceIndex place) {
      return asked_.binder().places().pointer(place) == model_.at(id).pointer;
    });
  }
  // Whether something that may change is set in a new object.
  bool is_filled(ElementId object, const DocumentValues& now) const {
    const auto all = below(model_, object);
    return std::any_of(all.begin(), all.end(), [&](ElementId id) {
      if (id == object || !model_.at(id).has_code() || !is_over(id)) return false;
      return model_.at(id).is_leaf() ? is_changed(id, now) : is_there(now, id);
    });
  }

  static std::string key(const Model& model, const DocumentValues& now) {
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
    AllDocuments(model_, elements_, start_given_).each([&](const DocumentValues& given) {
      ++counted.tried;
      std::vector<Json> jsons;
      for (const PlaceIndex place : places_) jsons.push_back(asked_.json(given, place));
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
      const auto [given, now] = bound(after);
      const std::string shown = text_ + "\nafter: " + after[0].dump();
      EXPECT_TRUE(meets(after)) << shown;
      EXPECT_EQ(cost(now), *best_) << shown << "\nbest: " << *keys_.begin();
      EXPECT_EQ(solution.changes.size(), best_->first) << shown;
      EXPECT_TRUE(is_allowed(given, now)) << shown;
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
  DocumentValues start_given_, start_;
  std::vector<std::string> requests_;
  std::optional<std::pair<std::size_t, std::size_t>> best_;
  std::set<std::string> keys_;
};

std::string random_condition(Random& random, const DocumentShape& shape, int depth) {
  if (depth == 0 || random.chance(40)) {
    const std::string test = random.pick(shape.tests);
    return random.chance(15) ? "not (" + test + ")" : test;
  }
  const char* joint = random.chance(50) ? " and " : " or ";
  return "(" + random_condition(random, shape, depth - 1) + joint + random_condition(random, shape, depth - 1) + ")";
}

void hold_random(const DocumentShape& shape, std::uint64_t seed, Counted& counted) {
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
  for (std::size_t shape = 0; shape < document_shapes().size(); ++shape) {
    for (std::uint64_t seed = first; seed <= last && !HasFailure(); ++seed)
      hold_random(document_shapes()[shape], shape * 10'000'000 + seed, counted);
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

}  // namespace
}  // namespace tally::testing
