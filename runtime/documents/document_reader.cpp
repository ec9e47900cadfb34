// The events of nlohmann's SAX parser, which keeps its state on the heap, drive a stack of frames: one
// for each object or array that is open. A frame has a place in the tree of places, or none if
// nothing below it is known.
#include "runtime/documents/document_reader.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_set>
#include <variant>
#include <vector>

#include "runtime/documents/expected_values.h"
#include "runtime/documents/malformed_json.h"
#include "runtime/documents/written_values.h"
#include "runtime/support/json_text.h"

namespace tally {
namespace {

// What the parser makes of a number with a fraction or an exponent, or of more digits than 64 bits hold.
// The reader takes such a number from its text, which is exact. The parser would refuse the document if
// the number were infinite in a double, such as `1e400`, so its value is always zero here.
class Unread {
 public:
  Unread() = default;
  Unread(double) {}                        // NOLINT(google-explicit-constructor): as a double would
  operator double&() { return written_; }  // NOLINT(google-explicit-constructor): for `strtod`
  operator double() const { return 0; }    // NOLINT(google-explicit-constructor): for `isfinite`

 private:
  double written_ = 0;
};

using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, Unread>;
using Kind = ElementDescriptor::Kind;

constexpr std::size_t max_pointer = 200;  // bytes, approximately; longer pointers are cut

// The unknown keys of an object. Most objects have few, but there may be a million.
class OtherKeys {
 public:
  // Adds a key. Returns whether it is new.
  bool insert(const std::string& key) {
    if (!many_.empty()) return many_.insert(key).second;
    if (std::find(few_.begin(), few_.end(), key) != few_.end()) return false;
    few_.push_back(key);
    if (few_.size() == 16) many_.insert(few_.begin(), few_.end());
    return true;
  }
  void clear() {
    few_.clear();
    if (!many_.empty()) std::unordered_set<std::string>().swap(many_);
  }

 private:
  std::vector<std::string> few_;
  std::unordered_set<std::string> many_;  // all of them, if there are many
};

}  // namespace

class DocumentReader::Reader {
 public:
  Reader(const PolicyDescriptor& policy, const Places& places, ReadOptions options)
      : policy_(policy), places_(places), options_(std::move(options)), seen_(places.count(), 0) {}

  void begin(PlaceIndex start, Facts& facts, std::vector<DocumentFault>& faults) {
    start_ = start;
    facts_ = &facts;
    faults_ = &faults;
    errors_ = warnings_ = unknown_keys_ = 0;
    depth_ = 0;
    failure_.clear();
    if (++document_ == 0) {  // marks of 2^32 documents ago must not count
      std::fill(seen_.begin(), seen_.end(), 0);
      document_ = 1;
    }
  }

  // --- events of the parser; false stops it -----------------------------------------

  bool null() {
    const auto index = here();
    if (const auto set = set_here()) return no_member(*set, JsonKind::null, "null");
    if (!index) return true;
    if (depth_ == 0 && *index == Places::root) wrong_type(*index, JsonKind::null, "null");
    if (const PlaceReader* reader = reader_without_null(*index)) refuse_null(policy_.elements[reader->element]);
    return true;
  }
  bool boolean(bool value) {
    const auto index = here();
    if (const auto set = set_here()) return boolean_member(*set, value);
    if (!index) return true;
    const PlaceReader* reader = reader_of(*index, JsonKind::flag);
    if (reader == nullptr || reader->kind != Kind::flag) {
      unread(*index, JsonKind::flag, value ? "true" : "false");
    } else {
      facts_->set(reader->element, static_cast<std::uint8_t>(value ? 2 : 1));
    }
    return true;
  }
  bool number_integer(Json::number_integer_t value) {  // with a sign: `-0` is zero
    using Whole = Result<std::uint64_t, NotWhole>;
    number([&] { return value < 0 ? Whole(NotWhole::negative) : Whole(static_cast<std::uint64_t>(value)); },
           [&] { return std::to_string(value); });
    return true;
  }
  bool number_unsigned(Json::number_unsigned_t value) {
    number([&] { return Result<std::uint64_t, NotWhole>(std::uint64_t{value}); },
           [&] { return std::to_string(value); });
    return true;
  }
  bool number_float(Unread, const std::string& text) {
    number([&] { return whole_number(text); }, [&] { return text; });
    return true;
  }
  bool string(std::string& text) {
    const auto index = here();
    if (const auto set = set_here()) return text_member(*set, text);
    if (!index) return true;
    const PlaceReader* reader = reader_of(*index, JsonKind::text);
    if (reader != nullptr && reader->kind == Kind::text) {
      facts_->set(reader->element, text);
    } else if (reader != nullptr && reader->kind == Kind::enumeration) {
      value_of(reader->element, text);
    } else if (reader != nullptr && reader->filter == PlaceFilter::string) {
      reader->kind == Kind::number ? number_in(reader->element, text) : flag_in(reader->element, text);
    } else {
      unread(*index, JsonKind::text, text);
    }
    return true;
  }
  bool binary(Json::binary_t&) { return true; }  // not in JSON text

  bool start_object(std::size_t) {
    const auto place = here();
    if (const auto set = set_here()) no_member(*set, JsonKind::object, {});
    return open(place && opens(*place) ? place : std::nullopt, false);
  }
  bool key(std::string& name) {
    Frame& frame = frames_[depth_ - 1];
    frame.key = name;
    frame.next = frame.place ? places_.next(*frame.place, name) : std::nullopt;
    if (!(frame.next ? is_first(*frame.next) : frame.others.insert(name))) {
      add(FaultId::repeated_key, "key `" + key_text(name) + "`" + spelling_of(frame) + " stands twice in an object");
      frame.next.reset();
    } else if (frame.place && !frame.next) {
      unknown_key(*frame.place, name);
    }
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t) {
    const auto place = here();
    if (const auto set = set_here()) no_member(*set, JsonKind::array, {});
    const PlaceReader* reader = place ? reader_of(*place, JsonKind::array) : nullptr;
    const bool is_set = reader != nullptr && reader->kind == Kind::set;
    if (place && !is_set) unread(*place, JsonKind::array, {});
    if (!open(std::nullopt, true)) return false;
    if (!is_set) return true;
    frames_[depth_ - 1].set = reader->element;
    facts_->set(reader->element, Present{});
    return true;
  }
  bool end_array() {
    // A value that is not in the array is off, whatever the default of the set.
    if (const auto set = set_here()) {
      for (std::size_t i = 0; i < policy_.elements[*set].values.size(); ++i) {
        const auto member = static_cast<ElementIndex>(*set + 1 + i);
        if (std::holds_alternative<std::monostate>(facts_->by_element[member])) facts_->set(member, std::uint8_t{1});
      }
    }
    return close();
  }

  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) {
    failure_ = error.what();
    failure_at_ = position;
    return false;
  }

  std::size_t unknown_keys() const { return unknown_keys_; }
  const std::string& failure() const { return failure_; }
  std::size_t failure_at() const { return failure_at_; }

 private:
  struct Frame {
    std::optional<PlaceIndex> place;  // none: no element is here or below
    std::optional<PlaceIndex> next;   // the place of the current key
    std::string key;
    bool array = false;
    std::optional<ElementIndex> set;  // that the array is
    std::size_t index = 0;
    OtherKeys others;
  };

  // Whether a place is reached for the first time in this document.
  bool is_first(PlaceIndex place) {
    if (seen_[place] == document_) return false;
    seen_[place] = document_;
    return true;
  }

  // The place of the value that begins. Counts the values of an array.
  std::optional<PlaceIndex> here() {
    if (depth_ == 0) return start_;
    Frame& frame = frames_[depth_ - 1];
    if (frame.array) {
      frame.key = std::to_string(frame.index++);
      return std::nullopt;
    }
    return frame.next;
  }

  // The set whose array is open.
  std::optional<ElementIndex> set_here() const { return depth_ == 0 ? std::nullopt : frames_[depth_ - 1].set; }

  // --- the values of a set ------------------------------------------------------------

  void add_member(ElementIndex set, std::size_t value) {
    const auto member = static_cast<ElementIndex>(set + 1 + value);
    // A value may stand in the array more than once.
    if (std::holds_alternative<std::monostate>(facts_->by_element[member])) facts_->set(member, std::uint8_t{2});
  }
  bool boolean_member(ElementIndex set, bool value) {
    if (!policy_.elements[set].booleans) return no_member(set, JsonKind::flag, value ? "true" : "false");
    add_member(set, value ? 1 : 0);
    return true;
  }
  bool text_member(ElementIndex set, const std::string& text) {
    const ElementDescriptor& element = policy_.elements[set];
    if (element.booleans && !element.open) return no_member(set, JsonKind::text, text);
    const auto value = element.booleans ? std::nullopt : value_spelled(element.values, element.others, text);
    if (value) {
      add_member(set, *value);
    } else if (!element.open) {
      unknown_value(element, text, wanted_member(element));
    }
    return true;
  }
  static std::string wanted_member(const ElementDescriptor& set) {
    return set.booleans ? "`true` or `false`" : "one of " + listed_names(set.values);
  }
  // What stands in the array of a set and is of another kind.
  bool no_member(ElementIndex set, JsonKind kind, const std::string& text) {
    if (errors_ >= max_faults) return true;  // there may be millions
    const ElementDescriptor& element = policy_.elements[set];
    const std::string expected = wanted_member(element);
    DocumentFault& fault = add(FaultId::wrong_type, "expected " + expected + " in `" + element.name + "`, found " +
                                                        std::string(json_kind_name(kind)));
    fault.value = kind == JsonKind::text ? shown(text) : brief_text(text);
    fault.expected = expected;
    ElementDescriptor member;
    member.kind = element.booleans ? Kind::flag : Kind::enumeration;
    member.values = element.values;
    RightValue right = right_value(member, written_kind(kind), text);
    fault.meant = std::move(right.meant);
    fault.help = std::move(right.help);
    return true;
  }

  bool open(std::optional<PlaceIndex> place, bool array) {
    if (depth_ == max_document_depth) {
      add(FaultId::too_deep, "nesting is deeper than " + std::to_string(max_document_depth));
      return false;
    }
    // Frames are kept, so that the next object uses their memory.
    if (depth_ == frames_.size()) frames_.emplace_back();
    Frame& frame = frames_[depth_++];
    frame.place = place;
    frame.next.reset();
    frame.key.clear();
    frame.array = array;
    frame.set.reset();
    frame.index = 0;
    frame.others.clear();
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }

  // Whether an object may stand at a place. Marks the element that reads it, if there is one, as present.
  bool opens(PlaceIndex index) {
    const DocumentPlace& place = places_.at(index);
    if (depth_ == 0 && index == Places::root) return true;
    for (const PlaceReader& reader : place.readers) {
      if (reader.kind != Kind::record && reader.kind != Kind::map) continue;
      facts_->set(reader.element, Present{});
      return true;
    }
    if (place.passed) return true;
    // Unless that is a fault, nothing reads what is in the object.
    return !unread(index, JsonKind::object, {});
  }

  // The end of a message: which key of a map a key is another spelling of.
  std::string spelling_of(const Frame& frame) const {
    if (!frame.next || !frame.place || places_.at(*frame.place).others.empty()) return {};
    const std::string* written = places_.key_of(*frame.place, *frame.next);
    if (written == nullptr || *written == frame.key) return ", in one of its spellings,";
    return ", which is `" + key_text(*written) + "`,";
  }

  // The element that reads a value of this kind at a place; null if there is none.
  const PlaceReader* reader_of(PlaceIndex index, JsonKind kind) const {
    for (const PlaceReader& reader : places_.at(index).readers) {
      if (reads_kind(reader.filter, kind)) return &reader;
    }
    return nullptr;
  }

  void value_of(ElementIndex reader, const std::string& text) {
    const ElementDescriptor& element = policy_.elements[reader];
    if (const auto value = value_spelled(element.values, element.others, text))
      return facts_->set(reader, static_cast<std::uint8_t>(*value + 1));
    unknown_value(element, text, accepted_values(element));
  }

  // A flag that is kept as a text.
  void flag_in(ElementIndex reader, const std::string& text) {
    const ElementDescriptor& element = policy_.elements[reader];
    if (const auto code = flag_spelled(element, text)) return facts_->set(reader, *code);
    DocumentFault& fault =
        add(FaultId::unknown_value, shown(text) + " is neither on nor off in `" + element.name + "`");
    fault.value = shown(text);
    fault.expected = accepted_spellings(element);
    fault.meant = value_meant(text, element.on_texts, {}, {{element.off_texts}, false}).spelling;
  }

  // A number that is kept as a text.
  void number_in(ElementIndex reader, const std::string& text) {
    const ElementDescriptor& element = policy_.elements[reader];
    const auto number = number_written(text);
    if (number && is_in_range(element, *number)) return facts_->set(reader, *number);
    const std::string range = std::to_string(element.low) + ".." + std::to_string(element.high);
    const bool is_digits =
        !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool outside = number || (is_digits && text.front() != '0');
    DocumentFault& fault =
        add(FaultId::out_of_range,
            brief_text(shown(text)) + (outside ? " is outside " + range : " is not a number in digits"));
    fault.value = brief_text(shown(text));
    fault.expected = "a whole number in " + range + ", as a text of digits without zeros in front";
    RightValue right = right_text_of_number(element, text);
    fault.meant = std::move(right.meant);
    fault.help = std::move(right.help);
  }

  void unknown_value(const ElementDescriptor& element, const std::string& text, std::string expected) {
    if (errors_ >= max_faults) return;
    const MeantValue meant = value_meant(text, element.values, element.names, element.others);
    DocumentFault& fault =
        add(FaultId::unknown_value, "`" + element.type_name + "` has no value " + shown(text) + named_in_rules(meant));
    fault.value = shown(text);
    fault.expected = std::move(expected);
    fault.meant = meant.spelling;
  }

  // `whole` returns the number's value, and `written` its text. They are called only if an element
  // reads the place.
  template <class Whole, class Written>
  void number(Whole whole, Written written) {
    const auto index = here();
    if (const auto set = set_here()) {
      no_member(*set, JsonKind::number, written());
      return;
    }
    if (!index) return;
    const PlaceReader* reader = reader_of(*index, JsonKind::number);
    if (reader == nullptr || reader->kind != Kind::number) {
      unread(*index, JsonKind::number, written());
      return;
    }
    const ElementDescriptor& element = policy_.elements[reader->element];
    const auto number = whole();
    if (number && is_in_range(element, *number)) return facts_->set(reader->element, *number);
    const std::string text = brief_text(written());
    const std::string range = std::to_string(element.low) + ".." + std::to_string(element.high);
    std::string wrong = text + " is outside " + range;
    if (!number && number.error() == NotWhole::fraction) wrong = text + " is not a whole number";
    if (!number && number.error() == NotWhole::too_large) wrong = text + " is too large";
    DocumentFault& fault = add(FaultId::out_of_range, std::move(wrong));
    fault.value = text;
    fault.expected = "a whole number in " + range;
  }

  // What stands at a place and is of a kind that no element reads there. Returns whether that is a fault.
  bool unread(PlaceIndex index, JsonKind kind, const std::string& text) {
    for (const PlaceReader& reader : places_.at(index).readers) {
      if (reader.filter != PlaceFilter::other) continue;
      facts_->set(reader.element, std::uint8_t{2});
      return false;
    }
    return wrong_type(index, kind, text);
  }

  // An element of a place that does not take null for a missing value; null if there is none.
  const PlaceReader* reader_without_null(PlaceIndex index) const {
    const auto& readers = places_.at(index).readers;
    const auto found = std::find_if(readers.begin(), readers.end(),
                                    [&](const auto& r) { return policy_.elements[r.element].not_null; });
    return found == readers.end() ? nullptr : &*found;
  }

  void refuse_null(const ElementDescriptor& element) {
    DocumentFault& fault = add(FaultId::wrong_type, "expected " + accepted_spellings(element) + ", found null");
    fault.value = "null";
    fault.expected = accepted_spellings(element);
    fault.help = "leave the key out: here null is not the same as a missing key";
  }

  // If every element at the place filters this kind out, the place counts as missing, unless one of them
  // reads texts as something else. Returns whether that is a fault.
  bool wrong_type(PlaceIndex index, JsonKind kind, const std::string& text) {
    const DocumentPlace& place = places_.at(index);
    const ElementDescriptor* reader = nullptr;
    bool exact = false;
    for (const PlaceReader& at : place.readers) {
      const ElementDescriptor& element = policy_.elements[at.element];
      if (at.filter == PlaceFilter::any) reader = &element;
      exact = exact || is_kept_as_text(element);
    }
    const bool request = index == Places::root && depth_ == 0;
    if (reader == nullptr && !request && !place.readers.empty()) return exact && unread_kind(place, kind, text);
    if (reader == nullptr && !request && !place.passed) return false;
    const std::string expected = reader != nullptr ? accepted_values(*reader) : "an object";
    DocumentFault& fault =
        add(FaultId::wrong_type, "expected " + expected + ", found " + std::string(json_kind_name(kind)));
    fault.value = kind == JsonKind::text ? shown(text) : brief_text(text);
    fault.expected = expected;
    if (reader == nullptr) return true;
    RightValue right = right_value(*reader, written_kind(kind), text);
    fault.meant = std::move(right.meant);
    fault.help = std::move(right.help);
    return true;
  }

  // The fault of a kind that no element reads at a place where each reads one.
  bool unread_kind(const DocumentPlace& place, JsonKind kind, const std::string& text) {
    std::string expected;
    for (std::size_t i = 0; i < place.readers.size(); ++i) {
      if (i > 0) expected += i + 1 == place.readers.size() ? " or " : ", ";
      expected += accepted_spellings(policy_.elements[place.readers[i].element]);
    }
    DocumentFault& fault =
        add(FaultId::wrong_type, "expected " + expected + ", found " + std::string(json_kind_name(kind)));
    fault.value = kind == JsonKind::text ? shown(text) : brief_text(text);
    fault.expected = expected;
    for (const PlaceReader& at : place.readers) {
      const ElementDescriptor& element = policy_.elements[at.element];
      RightValue right = is_kept_as_text(element) ? right_text(element, written_kind(kind), text)
                                                  : right_value(element, written_kind(kind), text);
      if (!right.meant) continue;
      fault.meant = std::move(right.meant);
      fault.help = std::move(right.help);
      break;
    }
    return true;
  }

  // The end of a message: where the input stands that was meant, in the text that is read.
  std::string stands_elsewhere(const MeantKey& meant) const {
    if (!meant.input) return {};
    const ElementDescriptor& input = policy_.elements[*meant.input];
    return "input `" + input.name + "` stands at " + input.pointer.substr(places_.pointer(start_).size());
  }

  void unknown_key(PlaceIndex index, const std::string& name) {
    const DocumentPlace& place = places_.at(index);
    if (!place.closed && options_.unknown_keys == UnknownKeys::counted && !options_.known) {
      ++unknown_keys_;
      return;
    }
    if (near_keys_ == nullptr) near_keys_ = std::make_unique<NearKeys>(policy_, places_, options_.known);
    const MeantKey& meant = near_keys_->meant(index, name);
    if (!place.closed) {
      if (meant.known) return;
      ++unknown_keys_;
      if (options_.unknown_keys == UnknownKeys::counted) return;
      if (options_.unknown_keys == UnknownKeys::warned && !meant.is_near()) return;
    }
    std::string elsewhere = stands_elsewhere(meant);
    if (!elsewhere.empty()) elsewhere.insert(0, ": ");
    if (!place.closed && options_.unknown_keys == UnknownKeys::warned) {
      add(FaultId::near_key, "no input stands at key `" + key_text(name) + "`" + elsewhere).meant = meant.key;
      return;
    }
    const std::string owner = place.owner.empty() ? "" : " in `" + place.owner + "`";
    DocumentFault& fault = add(FaultId::unknown_key, "unknown key `" + key_text(name) + "`" + owner +
                                                         named_in_rules({meant.key, meant.named}) + elsewhere);
    if (!place.names.empty())
      fault.expected = (owner.empty() ? "known here: " : "`" + place.owner + "` has ") + listed_names(place.names);
    fault.meant = meant.key;
  }

  // Warnings have room of their own: however many there are, no error is left out for them.
  DocumentFault& add(FaultId code, std::string message) {
    std::size_t& added = code == FaultId::near_key ? warnings_ : errors_;
    if (added >= max_faults) return dropped_ = {};
    ++added;
    DocumentFault& fault = faults_->emplace_back();
    fault.code = code;
    fault.message = std::move(message);
    for (std::size_t i = 0; i < depth_; ++i) {
      if (fault.pointer.size() > max_pointer) {
        fault.pointer += "/...";
        break;
      }
      fault.pointer += "/" + escape_token(frames_[i].key);
    }
    return fault;
  }

  const PolicyDescriptor& policy_;
  const Places& places_;
  const ReadOptions options_;
  std::unique_ptr<NearKeys> near_keys_;  // made where a key is searched for
  PlaceIndex start_ = Places::root;
  Facts* facts_ = nullptr;
  std::vector<DocumentFault>* faults_ = nullptr;
  std::size_t errors_ = 0, warnings_ = 0;  // that were added
  std::size_t unknown_keys_ = 0;           // where other keys are allowed
  std::vector<Frame> frames_;
  std::size_t depth_ = 0;
  std::vector<std::uint32_t> seen_;  // by place: the last document that reached it
  std::uint32_t document_ = 0;
  DocumentFault dropped_;
  std::string failure_;
  std::size_t failure_at_ = 0;
};

DocumentReader::DocumentReader(const PolicyDescriptor& policy, const Places& places, ReadOptions options)
    : reader_(std::make_unique<Reader>(policy, places, std::move(options))) {}
DocumentReader::DocumentReader(DocumentReader&&) noexcept = default;
DocumentReader::~DocumentReader() = default;

std::size_t DocumentReader::read(PlaceIndex place, std::string_view text, Facts& facts,
                                 std::vector<DocumentFault>& faults) {
  if (text.size() > max_document_bytes) {
    DocumentFault fault;
    fault.code = FaultId::too_large;
    fault.message = "a document is larger than " + std::to_string(max_document_bytes) + " bytes";
    faults.push_back(std::move(fault));
    return 0;
  }
  // The parser would take a NUL byte for the end of the text.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    faults.push_back(malformed_json(text, nul + 1, "a NUL byte"));
    return 0;
  }
  reader_->begin(place, facts, faults);
  if (!Json::sax_parse(text.begin(), text.end(), reader_.get()) && !reader_->failure().empty()) {
    faults.push_back(malformed_json(text, reader_->failure_at(), reader_->failure()));
  }
  return reader_->unknown_keys();
}

}  // namespace tally
