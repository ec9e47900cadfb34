#include "simulator/requests/request_case.h"

#include <algorithm>
#include <utility>

#include "base/nearest.h"
#include "runtime/support/json_text.h"

namespace tally {
namespace {

using Json = nlohmann::json;

const std::vector<std::string>& known_members() {
  static const std::vector<std::string> known = {"name", "request", "expect", "fault"};
  return known;
}

DocumentFault fault_at(FaultId code, std::string pointer, std::string message, std::string expected = {}) {
  DocumentFault fault;
  fault.code = code;
  fault.pointer = std::move(pointer);
  fault.message = std::move(message);
  fault.expected = std::move(expected);
  return fault;
}

std::string pointer_to(const std::string& key) { return "/" + escape_token(key); }

// Reads the members of a line one by one.
class CaseReader {
 public:
  CaseReader(std::string_view line, const PolicyDescriptor& policy) : line_(line), policy_(policy) {}

  std::variant<RequestCase, std::vector<DocumentFault>> read() {
    const auto members = members_of(line_);
    if (!members) return std::vector<DocumentFault>{fault_of_line(members.error())};
    std::vector<std::string> seen;
    for (const MemberText& member : *members) {
      if (std::find(seen.begin(), seen.end(), member.key) != seen.end()) {
        faults_.push_back(
            fault_at(FaultId::repeated_key, pointer_to(member.key), "`" + member.key + "` is written twice"));
        continue;
      }
      seen.push_back(member.key);
      take(member.key, line_.substr(member.begin, member.end - member.begin));
    }
    const auto has = [&](const char* key) { return std::find(seen.begin(), seen.end(), key) != seen.end(); };
    if (!has("request"))
      faults_.push_back(
          fault_at(FaultId::missing, "/request", "the line has no `request`", "{\"request\": ..., \"expect\": ...}"));
    if (has("expect") && has("fault"))
      faults_.push_back(fault_at(FaultId::unknown_key, "/fault", "the line has both `expect` and `fault`",
                                 "`fault` alone if the request is to be refused"));
    if (!faults_.empty()) return std::move(faults_);
    case_.is_open = !has("expect") && !has("fault");
    return std::move(case_);
  }

 private:
  static DocumentFault fault_of_line(const NoMembers& why) {
    switch (why.why) {
      case NoMembers::Why::no_object:
        return fault_at(FaultId::wrong_type, "", "the line is not an object", "{\"request\": ..., \"expect\": ...}");
      case NoMembers::Why::too_deep: return fault_at(FaultId::too_deep, "", "the line is nested too deeply");
      case NoMembers::Why::malformed: break;
    }
    DocumentFault fault = fault_at(FaultId::malformed, "", "the line is not JSON");
    fault.byte = why.byte;
    fault.line = 1;
    fault.column = why.byte + 1;
    return fault;
  }

  void take(const std::string& key, std::string_view text) {
    if (key == "request") {
      case_.request = text;
    } else if (key == "name") {
      take_text("/name", text, case_.name);
    } else if (key == "fault") {
      take_text("/fault", text, case_.fault.emplace());
    } else if (key == "expect") {
      take_expectation(text);
    } else {
      faults_.push_back(fault_at(FaultId::unknown_key, pointer_to(key), "unknown key `" + key + "`"));
      faults_.back().meant = nearest(key, known_members());
      if (!faults_.back().meant) faults_.back().expected = "name, request, expect or fault";
    }
  }

  void take_text(const char* pointer, std::string_view text, std::string& out) {
    const Json value = Json::parse(text, nullptr, false);
    if (value.is_string()) {
      out = value.get<std::string>();
      return;
    }
    faults_.push_back(fault_at(FaultId::wrong_type, pointer, "`" + std::string(pointer).substr(1) + "` is not a text"));
  }

  void take_expectation(std::string_view text) {
    const auto members = members_of(text);
    if (!members) {
      if (members.error().why != NoMembers::Why::no_object) {
        faults_.push_back(fault_at(FaultId::malformed, "/expect", "`expect` is not JSON"));
        return;
      }
      faults_.push_back(fault_at(FaultId::wrong_type, "/expect", "`expect` is not an object",
                                 "the value of each decision: {\"recording\": true}"));
      return;
    }
    for (const MemberText& member : *members) {
      const std::string pointer = "/expect" + pointer_to(member.key);
      const auto decision = std::find_if(policy_.decisions.begin(), policy_.decisions.end(),
                                         [&](const DecisionDescriptor& d) { return d.name == member.key; });
      if (decision == policy_.decisions.end()) {
        unknown_decision(pointer, member.key);
        continue;
      }
      const auto index = static_cast<std::size_t>(decision - policy_.decisions.begin());
      for (const RequestCase::Expected& other : case_.expect) {
        if (other.decision == index)
          faults_.push_back(fault_at(FaultId::repeated_key, pointer, "`" + member.key + "` is written twice"));
      }
      Json value = Json::parse(text.substr(member.begin, member.end - member.begin), nullptr, false);
      if (value.is_discarded())
        faults_.push_back(
            fault_at(FaultId::malformed, pointer, "the value is not JSON, or a number in it is too large"));
      case_.expect.push_back({index, std::move(value)});
    }
  }

  void unknown_decision(const std::string& pointer, const std::string& name) {
    std::vector<std::string> names;
    for (const DecisionDescriptor& decision : policy_.decisions) names.push_back(decision.name);
    faults_.push_back(fault_at(FaultId::unknown_key, pointer, policy_.name + " has no decision `" + name + "`"));
    faults_.back().meant = nearest(name, names);
  }

  std::string_view line_;
  const PolicyDescriptor& policy_;
  RequestCase case_;
  std::vector<DocumentFault> faults_;
};

}  // namespace

std::variant<RequestCase, std::vector<DocumentFault>> read_case(std::string_view line, const PolicyDescriptor& policy) {
  return CaseReader(line, policy).read();
}

std::string with_expectation(std::string_view line, std::string_view member) {
  std::string out(line);
  const auto members = members_of(line);
  if (!members) return out;
  for (const MemberText& old : *members) {
    if (old.key == "expect" || old.key == "fault") return out.replace(old.key_begin, old.end - old.key_begin, member);
  }
  const std::size_t close = out.rfind('}');
  return out.insert(close, ", " + std::string(member));
}

}  // namespace tally
