// The runtime's reader of documents against a plain one, which is written from the words of the language's
// reference alone: it walks a tree of JSON, with the model at hand. Over random policies and random documents
// both accept the same, read the same values, and lead to the same rules.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulator/documents/call_facts.h"
#include "simulator/reference/interpreter.h"
#include "tests/support/random_policy.h"
#include "tests/support/random_requests.h"
#include "tests/support/running.h"

namespace tally::testing {
namespace {

using Json = nlohmann::json;
using ast::PlaceKind;

// --- the plain reader ------------------------------------------------------------------

std::string small_letters(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return text;
}

// The value of an enum that a document spells like this.
std::optional<EnumValue> spelled(const Type& type, const std::string& text) {
  for (const EnumValue& value : type.values) {
    std::vector<std::string> spellings = value.others;
    spellings.push_back(value.spelling);
    for (const std::string& s : spellings) {
      if (s == text || (type.any_case && small_letters(s) == small_letters(text))) return value;
    }
  }
  return std::nullopt;
}

PlaceKind kind_of(const Json& value) {
  if (value.is_boolean()) return PlaceKind::boolean;
  if (value.is_number()) return PlaceKind::number;
  if (value.is_string()) return PlaceKind::string;
  return value.is_array() ? PlaceKind::array : PlaceKind::object;
}

// An element, and the keys that lead to it from the object that is read.
struct Wanted {
  ElementId element;
  std::vector<std::string> keys;
};

class PlainReader {
 public:
  explicit PlainReader(const Model& model) : model_(model) {}

  // The values of a request; nothing if something in it is an error.
  std::optional<std::map<ElementId, Literal>> read(const Json& request) {
    std::vector<ElementId> inputs;
    for (const Input& input : model_.inputs) inputs.push_back(input.element);
    if (!request.is_object()) return std::nullopt;
    object(request, wanted(inputs, ""), true, nullptr, 0);
    complete(inputs);
    if (bad_) return std::nullopt;
    return values_;
  }

 private:
  std::vector<Wanted> wanted(const std::vector<ElementId>& elements, const std::string& around) const {
    std::vector<Wanted> list;
    for (const ElementId id : elements) list.push_back({id, tokens_of(model_.at(id).pointer.substr(around.size()))});
    return list;
  }

  // `map`: the map whose cells are wanted, and `level` the index that the keys are of.
  void object(const Json& json, const std::vector<Wanted>& members, bool is_open, const Type* map, std::size_t level) {
    std::set<std::string> seen;
    for (const auto& [written, value] : json.items()) {
      std::string key = written;
      if (map != nullptr) {
        const auto index = spelled(*map->indices[level], written);
        if (index) key = index->spelling;
      }
      std::vector<ElementId> here;
      std::vector<Wanted> deeper;
      for (const Wanted& member : members) {
        if (member.keys.front() != key) continue;
        if (member.keys.size() == 1) here.push_back(member.element);
        if (member.keys.size() > 1) deeper.push_back({member.element, {member.keys.begin() + 1, member.keys.end()}});
      }
      if (here.empty() && deeper.empty()) {
        bad_ = bad_ || !is_open;
        continue;
      }
      if (!seen.insert(key).second) bad_ = true;
      if (value.is_null()) continue;
      if (!here.empty()) {
        place(value, here);
      } else if (value.is_object()) {
        object(value, deeper, map == nullptr, map, level + 1);
      } else {
        bad_ = true;
      }
    }
  }

  void place(const Json& value, const std::vector<ElementId>& readers) {
    const PlaceKind kind = kind_of(value);
    bool is_strict = false;
    std::optional<ElementId> other;
    for (const ElementId id : readers) {
      const Element& element = model_.at(id);
      if (element.kind == PlaceKind::any || element.kind == kind) return element_at(id, value);
      const bool is_number_or_flag = element.type->kind == Type::Kind::number || element.type->is_flag;
      is_strict = is_strict || (element.kind == PlaceKind::string && is_number_or_flag);
      if (element.kind == PlaceKind::other) other = id;
    }
    if (other) values_[*other] = EnumName{"on"};
    if (!other && is_strict) bad_ = true;
  }

  void element_at(ElementId id, const Json& value) {
    const Element& element = model_.at(id);
    const Type& type = *element.type;
    if (type.set) return set(element, id, value);
    if (type.is_object()) {
      if (!value.is_object()) return refuse();
      values_[id] = EnumName{"present"};
      const bool is_map = type.kind == Type::Kind::map;
      return object(value, wanted(element.children, element.pointer), !is_map && type.open, is_map ? &type : nullptr,
                    0);
    }
    const auto read = scalar(element, value);
    if (!read) return refuse();
    values_[id] = *read;
  }

  static std::optional<Literal> scalar(const Element& element, const Json& value) {
    const Type& type = *element.type;
    const bool is_text = value.is_string();
    const std::string text = is_text ? value.get<std::string>() : "";
    if (type.kind == Type::Kind::text) return is_text ? std::optional<Literal>(text) : std::nullopt;
    if (type.kind == Type::Kind::number) {
      double number = -1;
      if (element.kind == PlaceKind::string) {
        const bool is_digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        if (is_digits && (text == "0" || text[0] != '0')) number = std::stod(text);
      } else if (value.is_number()) {
        number = value.get<double>();
      }
      const bool is_right = number >= static_cast<double>(type.low) && number <= static_cast<double>(type.high);
      if (!is_right || number != static_cast<double>(static_cast<std::uint64_t>(number))) return std::nullopt;
      return static_cast<std::uint64_t>(number);
    }
    if (!type.is_flag) {
      const auto meant = is_text ? spelled(type, text) : std::nullopt;
      return meant ? std::optional<Literal>(EnumName{meant->name}) : std::nullopt;
    }
    if (element.kind != PlaceKind::string) {
      if (!value.is_boolean()) return std::nullopt;
      return EnumName{value.get<bool>() ? "on" : "off"};
    }
    const auto stands_in = [&](const std::vector<std::string>& texts) {
      return std::count(texts.begin(), texts.end(), text) > 0;
    };
    if (stands_in(element.flag_texts.on)) return EnumName{"on"};
    if (stands_in(element.flag_texts.off)) return EnumName{"off"};
    return std::nullopt;
  }

  void set(const Element& element, ElementId id, const Json& value) {
    if (!value.is_array()) return refuse();
    const Type& type = *element.type->indices.front();
    values_[id] = EnumName{"present"};
    std::set<std::string> names;
    for (const Json& each : value) {
      if (type.is_flag && each.is_boolean()) {
        names.insert(each.get<bool>() ? "on" : "off");
        continue;
      }
      if (!each.is_string()) return refuse();
      const auto meant = type.is_flag ? std::nullopt : spelled(type, each.get<std::string>());
      if (meant) names.insert(meant->name);
      if (!meant && !element.type->open) return refuse();
    }
    for (std::size_t i = 0; i < type.values.size(); ++i)
      values_[element.children[i]] = EnumName{names.contains(type.values[i].name) ? "on" : "off"};
  }

  // Defaults, and what is missing.
  void complete(const std::vector<ElementId>& elements) {
    for (const ElementId id : elements) {
      const Element& element = model_.at(id);
      if (!values_.contains(id) && element.default_value)
        values_[id] = element.type->set ? Literal{EnumName{"present"}} : *element.default_value;
      if (values_.contains(id)) {
        complete(element.children);
      } else if (!element.optional()) {
        bad_ = true;
      }
    }
  }

  void refuse() { bad_ = true; }

  const Model& model_;
  std::map<ElementId, Literal> values_;
  bool bad_ = false;
};

// --- random documents ------------------------------------------------------------------

const std::vector<std::string> odd_values = {"true",
                                             "false",
                                             "null",
                                             "0",
                                             "7",
                                             "12",
                                             "30",
                                             "31",
                                             "5.0",
                                             "5.5",
                                             "-1",
                                             "\"7\"",
                                             "\"12\"",
                                             "\"30\"",
                                             "\"31\"",
                                             "\"007\"",
                                             "\"0\"",
                                             "\"12a\"",
                                             "\" 12\"",
                                             "\"1e3\"",
                                             "\"\"",
                                             "\"+5\"",
                                             "\"12.0\"",
                                             "\"99999999999999999999\"",
                                             "\"true\"",
                                             "\"True\"",
                                             "\"false\"",
                                             "\"1\"",
                                             "\"y\"",
                                             "\"n\"",
                                             "\"F L\"",
                                             "\"f l\"",
                                             "\"Fl\"",
                                             "\"fl\"",
                                             "\"ca\"",
                                             "\"CA\"",
                                             "\"red\"",
                                             "\"RED\"",
                                             "\"Up\"",
                                             "\"down\"",
                                             "\"On Hold\"",
                                             "[]",
                                             "{}",
                                             "[[1]]",
                                             "[\"red\", \"RED\"]",
                                             "[\"up\"]",
                                             "[\"Fl\", \"\", \"F L\"]",
                                             "[true]",
                                             "{\"x\": 1}"};
const std::vector<std::string> odd_keys = {"F L", "f l",   "Fl", "",   "CA", "ca", "red",
                                           "RED", "Green", "up", "UP", "on", "z"};

void collect(Json& json, std::vector<Json*>& nodes) {
  nodes.push_back(&json);
  if (!json.is_structured()) return;
  for (Json& inner : json) collect(inner, nodes);
}

// Puts something else at a random place: another value, another key, a key in another case.
void change(Json& request, Random& random) {
  std::vector<Json*> nodes;
  collect(request, nodes);
  Json& node = *random.pick(nodes);
  if (!node.is_object() || node.empty() || random.chance(15)) {
    if (&node != &request) node = Json::parse(random.pick(odd_values));
    return;
  }
  auto member = node.begin();
  std::advance(member, static_cast<std::ptrdiff_t>(random.below(node.size())));
  const std::string key = member.key();
  const Json value = member.value();
  if (random.chance(60)) node.erase(key);
  std::string other = random.chance(50) ? random.pick(odd_keys) : key;
  if (random.chance(50)) {
    for (char& c : other) {
      if (c >= 'a' && c <= 'z' && random.chance(50)) c = static_cast<char>(c - ('a' - 'A'));
    }
  }
  node[other] = value;
}

// --- the two compared -------------------------------------------------------------------

void compare(const Running& running, const Json& request, bool& accepted) {
  const Policy& policy = *running.compilation.policy;
  const Model& model = *policy.model;
  const std::string text = request.dump();
  const BindResult bound = running.binder.bind(text, {}, {});
  const auto plain = PlainReader(model).read(request);
  accepted = plain.has_value();
  ASSERT_EQ(bound.call.has_value(), plain.has_value()) << text << "\n"
                                                       << (bound.faults.empty() ? "" : bound.faults.front().message);
  if (!plain) return;
  const CallFacts facts = facts_of(model, running.descriptor(), *bound.call);
  const auto value_of = [&](ElementId id) {
    const auto at = plain->find(id);
    return at == plain->end() ? Literal{Unset{}} : at->second;
  };
  for (std::uint32_t i = 0; i < model.elements.size(); ++i) {
    const ElementId id{i};
    if (model.at(id).relation) continue;
    ASSERT_EQ(to_string(facts(id)), to_string(value_of(id))) << model.at(id).name << " in " << text;
  }
  Results results;
  decide(running.descriptor(), running.compiled.code, *bound.call, false, results);
  const reference::Interpreter interpreter(model);
  for (std::size_t i = 0; i < policy.outputs.size(); ++i) {
    const auto decided = interpreter.decide(policy.outputs[i].decision, value_of);
    ASSERT_EQ(rule_number(running.descriptor().decisions[i], results), decided.rule)
        << model.at(policy.outputs[i].decision).name << " for " << text;
  }
}

TEST(PlainDocuments, AreReadAlikeByTheRuntimeAndByAPlainReader) {
  std::size_t accepted = 0, refused = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const std::string rules = random_policy(seed);
    std::string faults;
    const auto running = start_text(rules, faults);
    if (running == nullptr) continue;  // a policy may have too many codes
    SCOPED_TRACE("seed " + std::to_string(seed) + "\n" + rules);
    Random random(seed);
    const Places places(running->descriptor());
    for (int i = 0; i < 60; ++i) {
      const Facts facts = random_facts(running->descriptor(), places, random);
      Json request = Json::parse(print_document(running->descriptor(), places, Places::root, facts));
      for (std::size_t changes = random.below(4); changes > 0; --changes) change(request, random);
      bool is_accepted = false;
      compare(*running, request, is_accepted);
      if (HasFatalFailure()) return;
      ++(is_accepted ? accepted : refused);
    }
  }
  EXPECT_GT(accepted, 800u);
  EXPECT_GT(refused, 800u);
}

// What is printed is read as what it was.
TEST(PlainDocuments, AreReadAsTheyWerePrinted) {
  for (std::uint64_t seed = 100; seed <= 130; ++seed) {
    std::string faults;
    const auto running = start_text(random_policy(seed), faults);
    if (running == nullptr) continue;
    Random random(seed);
    const Places places(running->descriptor());
    for (int i = 0; i < 40; ++i) {
      const Facts facts = random_facts(running->descriptor(), places, random);
      const std::string text = print_document(running->descriptor(), places, Places::root, facts);
      std::vector<DocumentFault> found;
      const auto again = running->binder.read(text, found);
      ASSERT_TRUE(again) << text << "\n" << found.front().message;
      ASSERT_EQ(print_document(running->descriptor(), places, Places::root, *again), text);
    }
  }
}

}  // namespace
}  // namespace tally::testing
