#include "runtime/documents/request_binder.h"

#include <algorithm>

#include "runtime/support/json_text.h"

namespace tally {
namespace {

// Binds with the options. If keys are only counted, and the text is refused, it is bound again with
// a search for near keys: a slip is often why something is missing.
template <class Bind>
auto with_near_keys(const ReadOptions& options, Bind bind) {
  auto result = bind(options);
  if (options.unknown_keys != UnknownKeys::counted || result.unknown_keys == 0 || !has_errors(result.faults))
    return result;
  ReadOptions again = options;
  again.unknown_keys = UnknownKeys::warned;
  return bind(again);
}

// The facts of the documents replace those at their places.
void add_documents(Facts& facts, const std::vector<const BoundDocument*>& documents) {
  for (const BoundDocument* document : documents) {
    facts.replace(document->elements, document->facts);
    for (const ElementIndex around : document->around) {
      if (std::holds_alternative<std::monostate>(facts.by_element[around])) facts.set(around, Present{});
    }
  }
}

}  // namespace

RequestBinder::RequestBinder(std::shared_ptr<const PolicyDescriptor> policy)
    : policy_(std::move(policy)), places_(*policy_), completion_(*policy_) {}

std::optional<Facts> RequestBinder::read(std::string_view request, std::vector<DocumentFault>& faults) const {
  Facts facts;
  facts.clear(policy_->elements.size());
  DocumentReader(*policy_, places_, {}).read(Places::root, request, facts, faults);
  if (has_errors(faults)) return std::nullopt;
  return facts;
}

BindResult RequestBinder::bind(std::string_view request, const std::vector<const BoundDocument*>& documents,
                               const ReadOptions& options) const {
  return with_near_keys(options, [&](const ReadOptions& o) { return bind_once(request, documents, o); });
}

BindResult RequestBinder::bind_once(std::string_view request, const std::vector<const BoundDocument*>& documents,
                                    const ReadOptions& options) const {
  BindResult result;
  BoundCall call;
  Facts& facts = call.facts;
  facts.clear(policy_->elements.size());
  result.unknown_keys = DocumentReader(*policy_, places_, options).read(Places::root, request, facts, result.faults);
  add_documents(facts, documents);
  if (has_errors(result.faults)) {
    completion_.add_missing(call, result.faults);
    return result;
  }
  completion_.complete(call, result.faults);
  if (!has_errors(result.faults)) result.call = std::move(call);
  return result;
}

std::optional<PlaceIndex> RequestBinder::document_place(std::string_view text) const {
  if (text.starts_with('/')) {
    const auto place = places_.find(text);
    return place && *place != Places::root ? place : std::nullopt;
  }
  for (const ElementDescriptor& element : policy_->elements) {
    if (element.name != text) continue;
    const std::size_t around = element.parent ? policy_->elements[*element.parent].pointer.size() : 0;
    return places_.find(element.pointer.substr(0, element.pointer.find('/', around + 1)));
  }
  return std::nullopt;
}

std::vector<ElementIndex> RequestBinder::below(PlaceIndex place) const {
  std::vector<ElementIndex> elements;
  std::vector<PlaceIndex> left = {place};
  while (!left.empty()) {
    const DocumentPlace& here = places_.at(left.back());
    left.pop_back();
    for (const PlaceReader& reader : here.readers) elements.push_back(reader.element);
    for (const auto& [key, next] : here.keys) left.push_back(next);
  }
  std::sort(elements.begin(), elements.end());
  return elements;
}

BindDocumentResult RequestBinder::bind_document(PlaceIndex place, std::string_view text,
                                                const ReadOptions& options) const {
  return with_near_keys(options, [&](const ReadOptions& o) { return bind_document_once(place, text, o); });
}

BindDocumentResult RequestBinder::bind_document_once(PlaceIndex place, std::string_view text,
                                                     const ReadOptions& options) const {
  BindDocumentResult result;
  BoundDocument document;
  document.place = place;
  document.facts.clear(policy_->elements.size());
  result.unknown_keys = DocumentReader(*policy_, places_, options).read(place, text, document.facts, result.faults);
  const bool is_faulty = has_errors(result.faults);
  // What is missing is a fault here already; defaults are for the call.
  document.elements = below(place);
  const std::vector<ElementIndex>& elements = document.elements;
  std::vector<ElementIndex> outermost;
  for (const ElementIndex element : elements) {
    auto around = policy_->elements[element].parent;
    if (around && std::binary_search(elements.begin(), elements.end(), *around)) continue;
    outermost.push_back(element);
    for (; around; around = policy_->elements[*around].parent) {
      if (std::find(document.around.begin(), document.around.end(), *around) == document.around.end())
        document.around.push_back(*around);
    }
  }
  BoundCall call;
  call.facts = std::move(document.facts);
  const std::size_t read = result.faults.size(), given = call.facts.given.size();
  const std::string here = places_.pointer(place);
  if (is_faulty) {
    completion_.add_missing(call, outermost, here, result.faults);
    return result;
  }
  completion_.complete(call, outermost, result.faults);
  document.facts = std::move(call.facts);
  document.facts.take_back(given);
  // Like the faults of the text, where it stands in the document.
  for (std::size_t i = read; i < result.faults.size(); ++i) {
    if (result.faults[i].pointer.starts_with(here)) result.faults[i].pointer.erase(0, here.size());
  }
  if (!has_errors(result.faults)) result.document = std::move(document);
  return result;
}

RequestStream::RequestStream(const RequestBinder& binder, ReadOptions options)
    : binder_(binder), reader_(*binder.policy_, binder.places_, std::move(options)) {}

const BoundCall* RequestStream::bind(std::string_view request, const std::vector<const BoundDocument*>& documents) {
  faults_.clear();
  call_.facts.clear(binder_.policy_->elements.size());
  reader_.read(Places::root, request, call_.facts, faults_);
  add_documents(call_.facts, documents);
  if (has_errors(faults_)) {
    binder_.completion_.add_missing(call_, faults_);
    return nullptr;
  }
  given_ = call_.facts.given.size();
  binder_.completion_.complete(call_, faults_);
  return has_errors(faults_) ? nullptr : &call_;
}

std::vector<ElementIndex> RequestStream::defaults() const {
  return {call_.facts.given.begin() + static_cast<std::ptrdiff_t>(given_), call_.facts.given.end()};
}

namespace {

class Printer {
 public:
  Printer(const PolicyDescriptor& policy, const Places& places, const Facts& facts)
      : policy_(policy), places_(places), facts_(facts) {}

  // Appends the facts at the place and below it. Returns whether there are any.
  bool print(PlaceIndex index, std::string& out) const {
    const DocumentPlace& place = places_.at(index);
    bool present = false;
    for (const PlaceReader& reader : place.readers) {
      const Fact& fact = facts_.by_element[reader.element];
      if (std::holds_alternative<std::monostate>(fact)) continue;
      const ElementDescriptor& element = policy_.elements[reader.element];
      if (element.is_leaf()) {
        if (element.filter == PlaceFilter::other) {
          out += value_of_another_kind(place);
        } else {
          scalar(element, fact, out);
        }
        return true;
      }
      if (element.kind == ElementDescriptor::Kind::set) {
        array(reader.element, out);
        return true;
      }
      present = true;
    }
    std::string members;
    for (const auto& [key, next] : place.keys) {
      std::string value;
      if (!print(next, value)) continue;
      if (!members.empty()) members += ',';
      append_json(members, key);
      members += ':';
      members += value;
    }
    if (!present && members.empty()) return false;
    out += '{' + members + '}';
    return true;
  }

 private:
  void array(ElementIndex set, std::string& out) const {
    const ElementDescriptor& element = policy_.elements[set];
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < element.values.size(); ++i) {
      const auto* code = std::get_if<std::uint8_t>(&facts_.by_element[set + 1 + i]);
      if (code == nullptr || *code != 2) continue;
      out += out.size() == begin ? '[' : ',';
      if (element.booleans) {
        out += i == 1 ? "true" : "false";
      } else {
        append_json(out, element.values[i]);
      }
    }
    out += out.size() == begin ? "[]" : "]";
  }
  // JSON of a kind that no other element reads at a place.
  static std::string_view value_of_another_kind(const DocumentPlace& place) {
    constexpr std::pair<PlaceFilter, std::string_view> kinds[] = {{PlaceFilter::boolean, "true"},
                                                                  {PlaceFilter::number, "0"},
                                                                  {PlaceFilter::string, "\"\""},
                                                                  {PlaceFilter::array, "[]"},
                                                                  {PlaceFilter::object, "{}"}};
    for (const auto& [filter, json] : kinds) {
      const auto reads = [read = filter](const PlaceReader& reader) { return reader.filter == read; };
      if (std::none_of(place.readers.begin(), place.readers.end(), reads)) return json;
    }
    return "null";
  }
  static void scalar(const ElementDescriptor& element, const Fact& fact, std::string& out) {
    if (const auto* number = std::get_if<std::uint64_t>(&fact)) {
      const std::string digits = std::to_string(*number);
      out += element.filter == PlaceFilter::string ? '"' + digits + '"' : digits;
    } else if (const auto* text = std::get_if<std::string>(&fact)) {
      append_json(out, *text);
    } else if (!element.on_texts.empty()) {
      append_json(out, (std::get<std::uint8_t>(fact) == 2 ? element.on_texts : element.off_texts).front());
    } else if (element.kind == ElementDescriptor::Kind::flag) {
      out += std::get<std::uint8_t>(fact) == 2 ? "true" : "false";
    } else {
      append_json(out, element.values[std::get<std::uint8_t>(fact) - 1]);
    }
  }

  const PolicyDescriptor& policy_;
  const Places& places_;
  const Facts& facts_;
};

}  // namespace

std::string print_document(const PolicyDescriptor& policy, const Places& places, PlaceIndex place, const Facts& facts) {
  std::string out;
  if (!Printer(policy, places, facts).print(place, out)) out = "{}";
  return out;
}

}  // namespace tally
