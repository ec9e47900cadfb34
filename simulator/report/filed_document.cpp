#include "simulator/report/filed_document.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/shell_word.h"
#include "runtime/support/json_text.h"
#include "simulator/documents/call_facts.h"

namespace tally::report {

namespace {

// The member of an object that stands at a place; null if there is none. A key of a map may be in another spelling.
std::pair<std::string, const Json*> member_at(const Places& places, PlaceIndex around, const std::string& key,
                                              PlaceIndex place, const Json& object) {
  std::pair<std::string, const Json*> found = {key, nullptr};
  if (!object.is_object()) return found;
  for (const auto& [name, value] : object.items()) {
    const auto next = places.next(around, name);
    if (next != place || (found.second != nullptr && value.is_null())) continue;
    found = {name, &value};
  }
  return found;
}

// The value of a set that an item of its array is, or nothing.
std::optional<std::size_t> value_of_item(const ElementDescriptor& set, const Json& item) {
  if (set.booleans) return item.is_boolean() ? std::optional<std::size_t>(item.get<bool>() ? 1 : 0) : std::nullopt;
  if (!item.is_string()) return std::nullopt;
  return value_spelled(set.values, set.others, item.get_ref<const std::string&>());
}

DocumentFault not_an_object(const Json& json) {
  DocumentFault fault;
  fault.code = FaultId::wrong_type;
  fault.expected = "an object";
  fault.message = "expected an object, found " + std::string(json.is_null()      ? "null"
                                                             : json.is_boolean() ? "a boolean"
                                                             : json.is_number()  ? "a number"
                                                             : json.is_string()  ? "a text"
                                                                                 : "an array");
  return fault;
}

}  // namespace

FiledDocument::FiledDocument(const Model& model, const RequestBinder& binder, PlaceIndex place, std::string_view text)
    : model_(&model), binder_(&binder), place_(place), json_(Json::parse(text, nullptr, false)) {
  std::map<std::string_view, ElementId> by_name;  // names are unique: an input, then fields and cells
  for (std::uint32_t i = 0; i < model.elements.size(); ++i) by_name.emplace(model.elements[i].name, ElementId{i});
  for (const ElementDescriptor& element : binder.policy().elements) {
    const auto found = by_name.find(element.name);
    element_.push_back(found == by_name.end() ? std::nullopt : std::optional(found->second));
  }
}

FiledDocument::Read FiledDocument::read(const Model& model, const RequestBinder& binder, PlaceIndex place,
                                        std::string name, std::string_view text, const ReadOptions& options) {
  FiledDocument document(model, binder, place, text);
  Read out;
  if (document.json_.is_null()) {
    out.faults.push_back(not_an_object(document.json_));
    return out;
  }
  BindDocumentResult bound = binder.bind_document(place, text, options);
  out.faults = std::move(bound.faults);
  if (auto fault = document.fault_of_answer()) out.faults.push_back(*std::move(fault));
  if (!bound.document) return out;
  if (document.json_.is_discarded()) {
    DocumentFault fault;
    fault.code = FaultId::out_of_range;
    fault.message = "a number in the document is too large to be kept";
    out.faults.push_back(std::move(fault));
    return out;
  }
  if (!document.json_.is_object()) {
    out.faults.push_back(not_an_object(document.json_));
    return out;
  }
  document.take(std::move(name), bound.document->facts);
  out.document = std::move(document);
  return out;
}

void FiledDocument::take(std::string name, const Facts& facts) {
  given_.name = std::move(name);
  given_.pointer = binder_->places().pointer(place_);
  const BoundCall call{{}, facts};
  const CallFacts values = facts_of(*model_, binder_->policy(), call);
  for (const ElementIndex index : binder_->below(place_)) {
    if (!element_[index]) continue;
    given_.elements.push_back(*element_[index]);
    Literal value = values(*element_[index]);
    if (!std::holds_alternative<Unset>(value)) given_.content.emplace_back(*element_[index], std::move(value));
  }
  before_ = Content(given_.content.begin(), given_.content.end());
  find_unread(place_, json_, facts);
}

// A warning if the file is an answer of an API, which has the document in its `data`.
std::optional<DocumentFault> FiledDocument::fault_of_answer() const {
  if (!json_.is_object() || !json_.contains("data") || !json_["data"].is_object()) return std::nullopt;
  for (const auto& [key, value] : json_.items()) {
    if (binder_->places().next(place_, key)) return std::nullopt;
  }
  DocumentFault fault;
  fault.code = FaultId::near_key;
  fault.pointer = "/data";
  fault.message = "no input stands at key `data`";
  fault.help = "the document alone is read: of an answer of the API, what `data` holds";
  return fault;
}

// --- what no element reads --------------------------------------------------------------------

// Returns whether the value at a place holds something that no element reads. The objects around it are kept.
bool FiledDocument::find_unread(PlaceIndex place, const Json& here, const Facts& facts) {
  if (here.is_null()) return false;
  const DocumentPlace& at = binder_->places().at(place);
  std::optional<ElementIndex> read_by;
  for (const PlaceReader& reader : at.readers) {
    if (!std::holds_alternative<std::monostate>(facts.by_element[reader.element])) read_by = reader.element;
  }
  bool more = false;
  if (read_by && binder_->policy().elements[*read_by].kind == ElementDescriptor::Kind::set) {
    more = find_unread_texts(*read_by, here);
  } else if (here.is_object()) {
    for (const auto& [key, value] : here.items()) {
      const auto next = binder_->places().next(place, key);
      const bool is_unread = !next || find_unread(*next, value, facts);
      more = more || is_unread;
    }
    if (!read_by && !at.passed) more = true;
  } else {
    more = !read_by;
  }
  if (more && read_by && element_[*read_by]) given_.kept.insert(*element_[*read_by]);
  return more;
}

bool FiledDocument::find_unread_texts(ElementIndex set, const Json& here) const {
  return std::any_of(here.begin(), here.end(),
                     [&](const Json& item) { return !value_of_item(binder_->policy().elements[set], item); });
}

// --- the patch --------------------------------------------------------------------------------

Json FiledDocument::patch(const Document& content) const {
  Json out = Json::object();
  change_members(place_, json_, Content(content.begin(), content.end()), out);
  return out;
}

std::vector<std::pair<std::string, Json>> FiledDocument::replaced(const Json& patch) const {
  std::vector<std::pair<std::string, Json>> out;
  find_replaced(place_, json_, patch, "", out);
  return out;
}

void FiledDocument::find_replaced(PlaceIndex place, const Json& here, const Json& patch, const std::string& pointer,
                                  std::vector<std::pair<std::string, Json>>& out) const {
  if (here.is_null()) return;
  if (here.is_object() && patch.is_object()) {
    for (const auto& [key, value] : patch.items()) {
      const auto next = binder_->places().next(place, key);
      if (next && here.contains(key)) find_replaced(*next, here.at(key), value, pointer + "/" + escape_token(key), out);
    }
  } else if (!reader(place, before_)) {
    out.emplace_back(pointer, here);
  }
}

// The element that stands at a place, by what a document holds.
std::optional<ElementIndex> FiledDocument::reader(PlaceIndex place, const Content& content) const {
  for (const PlaceReader& reader : binder_->places().at(place).readers) {
    if (element_[reader.element] && content.contains(*element_[reader.element])) return reader.element;
  }
  return std::nullopt;
}

// Finds what a place has in the patch. Returns whether it has something there. `here` is null where nothing stands.
bool FiledDocument::change(PlaceIndex place, const Json& here, const Content& content, Json& patch) const {
  using Kind = ElementDescriptor::Kind;
  const auto now = reader(place, content), was = reader(place, before_);
  if (!now && was) {
    patch = nullptr;
    return true;
  }
  if (!now) return binder_->places().at(place).passed && change_members(place, here, content, patch);
  const ElementDescriptor& element = binder_->policy().elements[*now];
  const ElementId id = *element_[*now];
  switch (element.kind) {
    case Kind::record:
    case Kind::map: {
      const bool has_members = change_members(place, here, content, patch);
      return now != was || has_members;
    }
    case Kind::set:
      if (now == was && members(*now, before_) == members(*now, content)) return false;
      patch = array(*now, here, content);
      return true;
    case Kind::enumeration:
    case Kind::flag:
    case Kind::number:
    case Kind::text:
      if (now == was && before_.at(id) == content.at(id)) return false;
      patch = leaf(id, content.at(id));
      return true;
  }
  return false;
}

// Makes the patch of an object. Returns whether a member changes.
bool FiledDocument::change_members(PlaceIndex place, const Json& here, const Content& content, Json& patch) const {
  patch = Json::object();
  auto keys = binder_->places().at(place).keys;
  std::stable_sort(keys.begin(), keys.end(),
                   [&](const auto& a, const auto& b) { return first_below(a.second) < first_below(b.second); });
  for (const auto& [key, next] : keys) {
    const auto [name, member] = member_at(binder_->places(), place, key, next, here);
    Json changed;
    if (change(next, member != nullptr ? *member : Json(), content, changed)) patch[name] = std::move(changed);
  }
  return !patch.empty();
}

Json FiledDocument::leaf(ElementId element, const Literal& value) const {
  return Json::parse(document_text(*model_, {{element, value}}, model_->at(element).pointer));
}

// Which values are in a set, in their order.
std::vector<bool> FiledDocument::members(ElementIndex set, const Content& content) const {
  std::vector<bool> out;
  for (std::size_t i = 0; i < binder_->policy().elements[set].values.size(); ++i) {
    const ElementId member = *element_[set + 1 + i];
    const auto known = content.find(member);
    const Literal value = known != content.end() ? known->second : model_->at(member).default_value.value_or(Unset{});
    out.push_back(value == Literal{EnumName{"on"}});
  }
  return out;
}

Json FiledDocument::array(ElementIndex set, const Json& here, const Content& content) const {
  const ElementDescriptor& element = binder_->policy().elements[set];
  std::vector<bool> missing = members(set, content);
  const std::vector<bool> wanted = missing;
  Json out = Json::array();
  for (const Json& item : here.is_array() ? here : Json::array()) {
    const auto value = value_of_item(element, item);
    if (value && !wanted[*value]) continue;
    if (value) missing[*value] = false;
    out.push_back(item);
  }
  for (std::size_t i = 0; i < missing.size(); ++i) {
    if (!missing[i]) continue;
    if (element.booleans) {
      out.push_back(i == 1);
    } else {
      out.push_back(element.values[i]);
    }
  }
  return out;
}

// The first element at or below a place, by which keys are in the order of the rule file's types.
ElementIndex FiledDocument::first_below(PlaceIndex place) const {
  const auto elements = binder_->below(place);
  return elements.empty() ? 0 : elements.front();
}

// --- places, and the command ------------------------------------------------------------------

std::string curl_command(const std::string& pointer, const Json& patch) {
  const std::string key = pointer.substr(pointer.rfind('/') + 1);
  const std::string account = "http://{SERVER}:8000/v2/accounts/{ACCOUNT_ID}";
  std::string url = "{DOCUMENT_URL}";
  if (key == "account") url = account;
  if (key == "user") url = account + "/users/{USER_ID}";
  if (key == "device") url = account + "/devices/{DEVICE_ID}";
  std::string data = to_text({{"data", patch}}, -1);
  data.pop_back();
  return "curl -v -X PATCH \\\n"
         "  -H \"X-Auth-Token: {AUTH_TOKEN}\" \\\n"
         "  -H \"Content-Type: application/json\" \\\n"
         "  -d " +
         shell_word(data) + " \\\n  " + url;
}

}  // namespace tally::report
