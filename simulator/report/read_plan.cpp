#include "simulator/report/read_plan.h"

#include <utility>

#include "base/hex.h"

namespace tally::report {
namespace {

constexpr const char* help_on_plans =
    "a plan is what `tally plan OLD NEW --format json` prints, as it is: `tally plan OLD NEW --format json > "
    "PLAN.json`";

// Reads members of objects. The first fault stays, and later values are empty.
class PlanReader {
 public:
  explicit PlanReader(std::string name) : name_(std::move(name)) {}

  std::string text(const Json& in, const std::string& pointer, const std::string& key) {
    const Json* value = member(in, key);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    expect(pointer + "/" + key, "a text");
    return "";
  }
  // A digest, or "" for null.
  std::string digest(const Json& in, const std::string& pointer, const std::string& key, bool may_be_null) {
    const Json* value = member(in, key);
    if (value != nullptr && value->is_null() && may_be_null) return "";
    if (value != nullptr && value->is_string() && bytes_of_hex<32>(value->get_ref<const std::string&>()))
      return value->get<std::string>();
    expect(pointer + "/" + key, "64 digits of 0-9a-f" + std::string(may_be_null ? ", or null" : ""));
    return "";
  }
  PlannedVersion version(const Json& plan, const std::string& side) {
    const Json* versions = member(plan, "versions");
    const Json* value = versions == nullptr ? nullptr : member(*versions, side);
    const std::string pointer = "/versions/" + side;
    if (value == nullptr) {
      expect(pointer, "an object");
      return {};
    }
    return {digest(*value, pointer, "sha256", false), digest(*value, pointer, "fingerprint", true),
            digest(*value, pointer, "names", false)};
  }
  std::vector<std::string> texts(const Json& plan, const std::string& key) {
    const Json* value = member(plan, key);
    std::vector<std::string> out;
    bool fits = value != nullptr && value->is_array();
    for (std::size_t i = 0; fits && i < value->size(); ++i) {
      fits = (*value)[i].is_string();
      if (fits) out.push_back((*value)[i].get<std::string>());
    }
    if (!fits) expect("/" + key, "an array of texts");
    return out;
  }
  // The first entry of `beyond`, in words.
  std::string first_beyond(const Json& plan) {
    const Json* value = member(plan, "beyond");
    if (value == nullptr || !value->is_array()) {
      expect("/beyond", "an array");
      return "";
    }
    if (value->empty()) return "";
    return text(value->front(), "/beyond/0", "part") + ": " + text(value->front(), "/beyond/0", "why");
  }
  void expect(const std::string& pointer, const std::string& what) {
    if (!error_)
      error_ =
          Error{Cause::document, "`" + name_ + "` is not a plan: expected " + what + " at " + pointer, help_on_plans};
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  static const Json* member(const Json& in, const std::string& key) {
    if (!in.is_object()) return nullptr;
    const auto at = in.find(key);
    return at == in.end() ? nullptr : &*at;
  }

  std::string name_;
  std::optional<Error> error_;
};

}  // namespace

Result<ReadPlan> read_plan(const std::string& name, std::string_view text) {
  const Json plan = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (plan.is_discarded() || !plan.is_object())
    return Error{Cause::document, "`" + name + "` is not a plan: it is not a JSON object", help_on_plans};
  PlanReader reader(name);
  ReadPlan out;
  out.files = {reader.text(plan, "", "old"), reader.text(plan, "", "new")};
  out.verdict = reader.text(plan, "", "verdict");
  out.allowed = reader.texts(plan, "allowed");
  out.beyond = reader.first_beyond(plan);
  out.versions = {reader.version(plan, "old"), reader.version(plan, "new")};
  if (reader.error()) return *reader.error();
  return out;
}

}  // namespace tally::report
