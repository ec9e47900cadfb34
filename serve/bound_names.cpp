#include "serve/bound_names.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "runtime/support/json_text.h"

namespace tally::serve {
namespace {

// Writes again what the parser reads, but for the names.
class NameReader {
 public:
  NameReader(const PolicyDescriptor& policy, const Places& places, std::vector<BoundName>& names, std::string& out)
      : policy_(policy), places_(places), names_(names), out_(out) {}

  const std::optional<Refusal>& refusal() const { return refusal_; }

  // --- events of the parser; false stops it ---

  bool null() { return scalar("null"); }
  bool boolean(bool value) { return scalar(value ? "true" : "false"); }
  bool number_integer(nlohmann::json::number_integer_t value) { return scalar(std::to_string(value)); }
  bool number_unsigned(nlohmann::json::number_unsigned_t value) { return scalar(std::to_string(value)); }
  bool number_float(double /*value*/, const std::string& text) { return scalar(text); }
  bool string(const std::string& text) {
    if (!begin_value()) return false;
    if (is_name_key()) frames_.back().name = text;
    append_json(out_, text);
    return true;
  }
  bool binary(const nlohmann::json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) { return open('{', Kind::object); }
  bool start_array(std::size_t /*size*/) { return open('[', Kind::array); }
  bool key(const std::string& key) {
    Frame& frame = frames_.back();
    if (frame.members++ > 0) out_ += ',';
    append_json(out_, key);
    out_ += ':';
    frame.is_name_key = key == bound_key;
    frame.has_name_key = frame.has_name_key || frame.is_name_key;
    frame.next = frame.place ? places_.next(*frame.place, key) : std::nullopt;
    if (frame.has_name_key && frame.members > 1) return not_alone();
    return true;
  }
  bool end_object() {
    const Frame frame = std::move(frames_.back());
    frames_.pop_back();
    if (!frame.has_name_key) {
      out_ += '}';
      return true;
    }
    if (!frame.name) return not_alone();
    if (!frame.place || *frame.place == Places::root)
      return refuse("no document can be bound for the place where `" + *frame.name + "` is named",
                    "GET /v1/policies lists the places");
    out_.resize(frame.begin);
    // Where null is a value of its own, an empty object holds the place; the document takes it over in either case.
    const auto& readers = places_.at(*frame.place).readers;
    const bool has_null = std::any_of(readers.begin(), readers.end(),
                                      [&](const auto& r) { return policy_.elements[r.element].not_null; });
    out_ += has_null ? "{}" : "null";
    names_.push_back({*frame.place, *frame.name});
    return true;
  }
  bool end_array() {
    frames_.pop_back();
    out_ += ']';
    return true;
  }
  bool parse_error(std::size_t /*byte*/, const std::string& token, const nlohmann::json::exception& error) {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow) (void)refuse("the number " + shown(token) + " is too large", "");
    return false;
  }

 private:
  enum class Kind : std::uint8_t { object, array };
  struct Frame {
    Kind kind = Kind::object;
    std::size_t begin = 0;              // of the value, in `out_`
    std::size_t members = 0;            // that were begun
    std::optional<PlaceIndex> place{};  // of the value
    std::optional<PlaceIndex> next{};   // of the member in hand
    bool is_name_key = false;           // the member in hand has the key `$bound`
    bool has_name_key = false;          // a member has it
    std::optional<std::string> name{};
  };

  bool is_name_key() const { return !frames_.empty() && frames_.back().is_name_key; }
  // A comma before a value of an array.
  bool begin_value() {
    if (!frames_.empty() && frames_.back().kind == Kind::array && frames_.back().members++ > 0) out_ += ',';
    return true;
  }
  bool scalar(std::string_view text) {
    if (!begin_value()) return false;
    out_ += text;
    return is_name_key() ? not_alone() : true;
  }
  bool open(char bracket, Kind kind) {
    if (is_name_key()) return not_alone();
    if (!begin_value()) return false;
    std::optional<PlaceIndex> place = Places::root;
    if (!frames_.empty()) place = frames_.back().kind == Kind::object ? frames_.back().next : std::nullopt;
    frames_.push_back({.kind = kind, .begin = out_.size(), .place = place});
    out_ += bracket;
    return true;
  }
  bool not_alone() {
    return refuse("`$bound` stands alone in an object, and its value is the key of a bound document",
                  R"(write {"$bound": "KEY"})");
  }
  bool refuse(std::string message, std::string help) {
    refusal_ = Refusal{422, ErrorCause::document, std::move(message), std::move(help)};
    return false;
  }

  const PolicyDescriptor& policy_;
  const Places& places_;
  std::vector<BoundName>& names_;
  std::string& out_;
  std::vector<Frame> frames_;
  std::optional<Refusal> refusal_;
};

}  // namespace

bool BoundNames::may_be_in(std::string_view request) {
  return request.find(bound_key) != std::string_view::npos || request.find("\\u") != std::string_view::npos;
}

Result<Done, Refusal> BoundNames::read(std::string_view request, const PolicyDescriptor& policy, const Places& places) {
  names_.clear();
  rest_.clear();
  NameReader reader(policy, places, names_, rest_);
  const bool is_json = nlohmann::json::sax_parse(request.begin(), request.end(), &reader);
  if (reader.refusal()) return *reader.refusal();
  if (is_json) return {};
  names_.clear();
  rest_.assign(request);
  return {};
}

}  // namespace tally::serve
