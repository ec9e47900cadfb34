// The events of nlohmann's SAX parser (which keeps its state on the heap) drive a
// stack of frames, one for each object or array that is open. A frame knows its
// place in the tree of places, or that nothing below it is known.
#include "runtime/document_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_set>

#include "grammar/nearest.h"
#include "runtime/json_text.h"

namespace tally {
namespace {

using Json = nlohmann::json;
using Kind = ElementDescriptor::Kind;

constexpr std::string_view number_kind = "a number", text_kind = "a text", object_kind = "an object",
                           array_kind = "an array", flag_kind = "a flag";

PlaceFilter filter_of(std::string_view kind) {
  if (kind == flag_kind) return PlaceFilter::boolean;
  if (kind == number_kind) return PlaceFilter::number;
  if (kind == text_kind) return PlaceFilter::string;
  if (kind == object_kind) return PlaceFilter::object;
  return PlaceFilter::any;  // an array: no filter takes it
}

constexpr std::size_t max_pointer = 200;  // bytes, roughly: deeper ones are cut

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t few = 12;
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < few; ++i) out += (i == 0 ? "`" : ", `") + names[i] + "`";
  return names.size() > few ? out + ", ..." : out;
}

// A key within backticks: as JSON writes it, without the quotes.
std::string plain(std::string_view key) {
  const std::string quoted = shown(key);
  return quoted.substr(1, quoted.size() - 2);
}

// What an element takes, for a message.
std::string wanted(const ElementDescriptor& element) {
  switch (element.kind) {
    case Kind::flag: return "`true` or `false`";
    case Kind::number: return "a number";
    case Kind::text: return "a text";
    case Kind::enumeration: return (element.values.size() == 1 ? "" : "one of ") + listed(element.values);
    default: return "an object";
  }
}

class Reader {
 public:
  Reader(const PolicyDescriptor& policy, const Places& places, PlaceIndex start, Facts& facts,
         std::vector<DocumentFault>& faults)
      : policy_(policy), places_(places), start_(start), facts_(facts), faults_(faults) {}

  // --- events of the parser; false stops it -----------------------------------------

  bool null() { return here(), true; }
  bool boolean(bool value) {
    take(flag_kind, value ? "true" : "false", [&](const ElementDescriptor& element) -> std::optional<Fact> {
      if (element.kind != Kind::flag) return std::nullopt;
      return Fact{static_cast<std::uint8_t>(value ? 2 : 1)};
    });
    return true;
  }
  bool number_integer(Json::number_integer_t value) { return number(std::to_string(value)); }
  bool number_unsigned(Json::number_unsigned_t value) { return number(std::to_string(value)); }
  bool number_float(Json::number_float_t, const std::string& text) { return number(text); }
  bool string(std::string& text) {
    take(text_kind, text, [&](const ElementDescriptor& element) -> std::optional<Fact> {
      if (element.kind == Kind::text) return Fact{std::move(text)};
      if (element.kind != Kind::enumeration) return std::nullopt;
      const auto value = std::find(element.values.begin(), element.values.end(), text);
      if (value != element.values.end()) return Fact{static_cast<std::uint8_t>(value - element.values.begin() + 1)};
      DocumentFault& fault = add(FaultCode::unknown_value, "`" + element.type_name + "` has no value " + shown(text));
      fault.value = shown(text);
      fault.expected = wanted(element);
      fault.meant = nearest(text, element.values);
      return Fact{};
    });
    return true;
  }
  bool binary(Json::binary_t&) { return true; }  // not in JSON text

  bool start_object(std::size_t) {
    const auto place = here();
    return open(place && opens(*place) ? place : std::nullopt, false);
  }
  bool key(std::string& name) {
    Frame& frame = frames_[depth_ - 1];
    frame.key = name;
    frame.next = frame.place ? places_.next(*frame.place, name) : std::nullopt;
    if (!is_new(frame, name)) {
      add(FaultCode::repeated_key, "key `" + plain(name) + "` stands twice in an object");
      frame.next.reset();
    } else if (frame.place && !frame.next) {
      unknown_key(*frame.place, name);
    }
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t) {
    if (const auto place = here()) wrong_type(*place, array_kind, {});
    return open(std::nullopt, true);
  }
  bool end_array() { return close(); }

  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) {
    const std::string what = error.what();
    if (error.id == 406) {  // a number beyond what a double holds
      const std::size_t quote = what.find('\'');
      const std::string number = quote == std::string::npos ? "" : what.substr(quote + 1, what.rfind('\'') - quote - 1);
      DocumentFault& fault = add(FaultCode::out_of_range, "a number is too large");
      fault.value = number.substr(0, 40);
      return false;
    }
    failure_ = what;
    failure_at_ = position;
    return false;
  }

  const std::string& failure() const { return failure_; }
  std::size_t failure_at() const { return failure_at_; }

 private:
  struct Frame {
    std::optional<PlaceIndex> place;  // none: nothing is known here
    std::optional<PlaceIndex> next;   // the place of the current key
    std::string key;
    bool array = false;
    std::size_t index = 0;
    std::vector<bool> known;  // which of the place's keys were there
    std::unordered_set<std::string> others;
  };

  // Whether a key is the first of its name in its object.
  bool is_new(Frame& frame, const std::string& name) {
    if (!frame.next) return frame.others.insert(name).second;
    const auto& keys = places_.at(*frame.place).keys;
    const auto nth = std::find_if(keys.begin(), keys.end(), [&](const auto& k) { return k.second == *frame.next; }) - keys.begin();
    frame.known.resize(keys.size());
    const bool first = !frame.known[static_cast<std::size_t>(nth)];
    frame.known[static_cast<std::size_t>(nth)] = true;
    return first;
  }

  // The place of the value that begins; counts the values of an array.
  std::optional<PlaceIndex> here() {
    if (depth_ == 0) return start_;
    Frame& frame = frames_[depth_ - 1];
    if (frame.array) {
      frame.key = std::to_string(frame.index++);
      return std::nullopt;
    }
    return frame.next;
  }

  bool open(std::optional<PlaceIndex> place, bool array) {
    if (depth_ == max_document_depth) {
      add(FaultCode::too_deep, "nesting is deeper than " + std::to_string(max_document_depth));
      return false;
    }
    // Frames keep their memory from one object to the next.
    if (depth_ == frames_.size()) frames_.emplace_back();
    Frame& frame = frames_[depth_++];
    frame.place = place;
    frame.next.reset();
    frame.key.clear();
    frame.array = array;
    frame.index = 0;
    frame.known.clear();
    if (!frame.others.empty()) frame.others.clear();
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  // Whether an object may stand at a place; says which object does.
  bool opens(PlaceIndex index) {
    const DocumentPlace& place = places_.at(index);
    if (depth_ == 0 && index == Places::root) return true;
    for (const ElementIndex reader : place.readers) {
      if (policy_.elements[reader].is_leaf()) continue;
      facts_.say(reader, Present{});
      return true;
    }
    if (place.passed) return true;
    wrong_type(index, object_kind, {});
    return false;
  }

  // A scalar at a place: the reader that takes its kind turns it into a fact;
  // no fact: it is of the wrong type.
  template <class Make>
  void take(std::string_view kind, const std::string& value, Make make) {
    const auto index = here();
    if (!index) return;
    for (const ElementIndex reader : places_.at(*index).readers) {
      const ElementDescriptor& element = policy_.elements[reader];
      if (element.filter != PlaceFilter::any && element.filter != filter_of(kind)) continue;
      auto fact = make(element);
      if (!fact) break;
      if (!std::holds_alternative<std::monostate>(*fact)) facts_.say(reader, std::move(*fact));
      return;
    }
    wrong_type(*index, kind, kind == text_kind ? shown(value) : value);
  }

  bool number(const std::string& text) {
    take(number_kind, text, [&](const ElementDescriptor& element) -> std::optional<Fact> {
      if (element.kind != Kind::number) return std::nullopt;
      const auto whole = whole_number(text);
      if (const auto* value = std::get_if<std::uint64_t>(&whole); value && *value >= element.low && *value <= element.high) {
        return Fact{*value};
      }
      const bool fraction = std::holds_alternative<NotWhole>(whole) && std::get<NotWhole>(whole) == NotWhole::fraction;
      const std::string range = std::to_string(element.low) + ".." + std::to_string(element.high);
      DocumentFault& fault = add(FaultCode::out_of_range, fraction ? text.substr(0, 40) + " is no whole number"
                                                                   : text.substr(0, 40) + " is outside " + range);
      fault.value = text.substr(0, 40);
      fault.expected = "a whole number in " + range;
      return Fact{};
    });
    return true;
  }

  // Where every reader takes only another kind, the place counts as missing.
  void wrong_type(PlaceIndex index, std::string_view kind, const std::string& value) {
    const DocumentPlace& place = places_.at(index);
    std::string expected;
    for (const ElementIndex reader : place.readers) {
      const ElementDescriptor& element = policy_.elements[reader];
      if (element.filter == PlaceFilter::any) expected = wanted(element);
    }
    if (expected.empty()) {
      const bool request = index == Places::root && depth_ == 0;
      if (!request && (!place.readers.empty() || !place.passed)) return;
      expected = "an object";
    }
    DocumentFault& fault = add(FaultCode::wrong_type, "expected " + expected + ", found " + std::string(kind));
    fault.value = value;
    fault.expected = expected;
    if (kind == text_kind && (value == "\"true\"" || value == "\"false\"")) {
      for (const ElementIndex reader : place.readers) {
        if (policy_.elements[reader].kind == Kind::flag) fault.meant = value.substr(1, value.size() - 2);
      }
    }
  }

  void unknown_key(PlaceIndex index, const std::string& name) {
    const DocumentPlace& place = places_.at(index);
    std::vector<std::string> names;
    for (const auto& [known, next] : place.keys) names.push_back(known);
    const auto meant = nearest(name, names);
    if (!place.closed) {
      // A key beside the inputs that nearly names one was probably to be one.
      if (index != Places::root || !meant) return;
      add(FaultCode::near_key, "no input stands at key `" + plain(name) + "`").meant = meant;
      return;
    }
    DocumentFault& fault = add(FaultCode::unknown_key, "unknown key `" + plain(name) + "` in `" + place.owner + "`");
    fault.expected = "`" + place.owner + "` has " + listed(names);
    fault.meant = meant;
  }

  DocumentFault& add(FaultCode code, std::string message) {
    if (faults_.size() >= max_faults) return dropped_ = {};
    DocumentFault fault;
    fault.code = code;
    fault.message = std::move(message);
    for (std::size_t i = 0; i < depth_; ++i) {
      if (fault.pointer.size() > max_pointer) {
        fault.pointer += "/...";
        break;
      }
      fault.pointer += "/" + escape_token(frames_[i].key);
    }
    faults_.push_back(std::move(fault));
    return faults_.back();
  }

  const PolicyDescriptor& policy_;
  const Places& places_;
  PlaceIndex start_;
  Facts& facts_;
  std::vector<DocumentFault>& faults_;
  std::vector<Frame> frames_;
  std::size_t depth_ = 0;
  DocumentFault dropped_;
  std::string failure_;
  std::size_t failure_at_ = 0;
};

// What the parser says, without its own prefix and without bytes of the text.
std::string reason_of(const std::string& what) {
  std::string text = what;
  for (const std::string_view mark : {"] ", "column ", ": ", " - "}) {
    if (const auto at = text.find(mark); at != std::string::npos) text.erase(0, at + mark.size());
  }
  if (const auto read = text.find("; last read: "); read != std::string::npos) {
    const auto expected = text.rfind("; expected ");
    text.erase(read, expected == std::string::npos || expected < read ? std::string::npos : expected - read);
  }
  std::erase_if(text, [](char c) { return c < 0x20 || c > 0x7e; });
  return text;
}

DocumentFault malformed(std::string_view text, std::size_t position, const std::string& what) {
  DocumentFault fault;
  fault.code = FaultCode::malformed;
  fault.message = "malformed JSON: " + reason_of(what);
  const std::size_t byte = std::min(position == 0 ? 0 : position - 1, text.size());
  fault.byte = byte;
  const std::string_view before = text.substr(0, byte);
  fault.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t newline = before.rfind('\n');
  fault.column = 1 + byte - (newline == std::string_view::npos ? 0 : newline + 1);
  return fault;
}

}  // namespace

void read_document(const PolicyDescriptor& policy, const Places& places, PlaceIndex place, std::string_view text,
                   Facts& facts, std::vector<DocumentFault>& faults) {
  if (text.size() > max_document_bytes) {
    DocumentFault fault;
    fault.code = FaultCode::too_large;
    fault.message = "a document is larger than " + std::to_string(max_document_bytes) + " bytes";
    faults.push_back(std::move(fault));
    return;
  }
  // The parser would take a NUL byte for the end of the text.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    faults.push_back(malformed(text, nul + 1, "a NUL byte"));
    return;
  }
  Reader reader(policy, places, place, facts, faults);
  if (!Json::sax_parse(text.begin(), text.end(), &reader) && !reader.failure().empty()) {
    faults.push_back(malformed(text, reader.failure_at(), reader.failure()));
  }
}

}  // namespace tally
