#include "cli/test_listing.h"

#include <algorithm>

#include "cli/terminal.h"
#include "compiler/graph/count.h"
#include "grammar/source/excerpt.h"

namespace tally::cli {
namespace {

std::string place_of(const TestedCase& tested) { return tested.source + ":" + std::to_string(tested.line); }

// "calls.jsonl:3: outside call"
std::string title_of(const TestedCase& tested) {
  return place_of(tested) + (tested.name.empty() ? "" : ": " + tested.name);
}

std::string rule_title(const UnfiredRule& rule) {
  return "rule " + std::to_string(rule.rule) + " of " + rule.decision + " at " + rule.file + ":" +
         std::to_string(rule.line);
}

std::string deviation_text(const Deviation& deviation) {
  const auto or_nothing = [](const std::string& value) { return value.empty() ? "nothing" : value; };
  if (deviation.pointer.empty())
    return "expected " + deviation.expected + ", but " +
           (deviation.decided.empty() ? "it is decided" : "it has " + deviation.decided);
  return deviation.pointer + ": expected " + or_nothing(deviation.expected) + ", decided " +
         or_nothing(deviation.decided);
}

std::string fault_text(const DocumentFault& fault) {
  std::string out = id(fault.code);
  if (!fault.pointer.empty()) out += " at " + fault.pointer;
  if (fault.byte) out += " at column " + std::to_string(fault.column);
  out += ": " + fault.message;
  if (!fault.expected.empty() && fault.message.find(fault.expected) == std::string::npos)
    out += "; expected " + fault.expected;
  if (const std::string more = advice(fault); !more.empty()) out += "; " + more;
  return out;
}

// What is wrong with a case, one line each.
std::vector<std::string> reasons_of(const TestedCase& tested) {
  std::vector<std::string> lines;
  if (tested.outcome == CaseOutcome::open) lines.push_back("nothing is expected; `--update` writes what is decided");
  for (const Deviation& deviation : tested.deviations) lines.push_back(deviation_text(deviation));
  for (const std::string& rule : tested.because) lines.push_back(rule);
  if (tested.outcome == CaseOutcome::refused || !tested.deviations.empty()) {
    for (const DocumentFault& fault : tested.faults) {
      if (fault.is_error()) lines.push_back(fault_text(fault));
    }
  }
  return lines;
}

std::string edit_title(const UnnoticedEdit& edit) { return edit.text.substr(0, edit.text.find('\n')); }

std::vector<std::string> reasons_of(const UnnoticedEdit& edit) {
  std::vector<std::string> lines;
  for (std::size_t begin = edit.text.find('\n') + 1; begin < edit.text.size();) {
    const std::size_t end = std::min(edit.text.find('\n', begin), edit.text.size());
    lines.push_back(edit.text.substr(begin, end - begin));
    lines.back().erase(0, lines.back().find_first_not_of(' '));
    begin = end + 1;
  }
  if (!edit.case_line.empty()) lines.push_back("this line would notice it: " + edit.case_line);
  if (lines.empty()) lines.push_back("nothing notices it");
  return lines;
}

std::string summary_of(const TestFindings& found) {
  const std::size_t all = found.cases.size();
  std::string out = found.file + ": " + counted(all, "request") + ": " + grouped(all - found.wrong()) + " as expected";
  if (found.wrong() > 0) out += ", " + grouped(found.wrong()) + " not";
  if (found.updated() > 0) out += " (" + grouped(found.updated()) + " updated)";
  if (found.unfired) {
    out += "; " + grouped(found.rules - found.unfired->size()) + " of " + counted(found.rules, "rule") + " fired";
  }
  if (found.unnoticed) {
    out += "; " + grouped(found.edits - found.unnoticed->size()) + " of " + counted(found.edits, "edit") + " noticed";
  }
  return out + "\n";
}

// --- JUnit --------------------------------------------------------------------------------

constexpr std::string_view xml_head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

// Text in XML 1.0, where most control characters cannot stand at all.
std::string xml(const std::string& text) {
  std::string shown = visible(text);
  for (const std::string_view noncharacter : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    for (std::size_t at = 0; (at = shown.find(noncharacter, at)) != std::string::npos;)
      shown.replace(at, 3, "\xef\xbf\xbd");
  }
  std::string out;
  for (const char c : shown) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < ' ' ? ' ' : c; break;
    }
  }
  return out;
}

struct JunitCase {
  std::string name;
  std::vector<std::string> reasons;  // empty: it passed
};

std::string junit_suite(const std::string& name, const std::string& group, const std::vector<JunitCase>& cases) {
  const auto failed =
      std::count_if(cases.begin(), cases.end(), [](const JunitCase& one) { return !one.reasons.empty(); });
  std::string out = "  <testsuite name=\"" + xml(name) + "\" tests=\"" + std::to_string(cases.size()) +
                    "\" failures=\"" + std::to_string(failed) + "\" errors=\"0\">\n";
  for (const JunitCase& one : cases) {
    out += "    <testcase classname=\"" + xml(group) + "\" name=\"" + xml(one.name) + "\"";
    if (one.reasons.empty()) {
      out += "/>\n";
      continue;
    }
    out += ">\n      <failure message=\"" + xml(one.reasons.front()) + "\">";
    for (const std::string& reason : one.reasons) out += xml(reason) + "\n";
    out += "</failure>\n    </testcase>\n";
  }
  return out + "  </testsuite>\n";
}

// --- TAP ----------------------------------------------------------------------------------

// A description of TAP: `#` begins a directive, and a line break ends it.
std::string tap_words(const std::string& text) {
  std::string out;
  for (const char c : visible(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out;
}

class TapLines {
 public:
  void add(const std::string& name, const std::vector<std::string>& reasons) {
    ++count_;
    out_ += (reasons.empty() ? "ok " : "not ok ") + std::to_string(count_) + " - " + tap_words(name) + "\n";
    if (reasons.empty()) return;
    out_ += "  ---\n";
    for (std::size_t i = 0; i < reasons.size(); ++i) {
      out_ += i == 0 ? "  message: " : i == 1 ? "  more:\n    - " : "    - ";
      out_ += report::to_text(reasons[i], -1);
    }
    out_ += "  ...\n";
  }
  std::string text() const { return "TAP version 14\n1.." + std::to_string(count_) + "\n" + out_; }

 private:
  std::size_t count_ = 0;
  std::string out_;
};

std::vector<std::string> reasons_if_wrong(const TestedCase& tested) {
  if (!tested.is_wrong()) return {};
  return reasons_of(tested);
}

}  // namespace

std::size_t TestFindings::wrong() const {
  return static_cast<std::size_t>(
      std::count_if(cases.begin(), cases.end(), [](const auto& one) { return one.is_wrong(); }));
}

std::size_t TestFindings::updated() const {
  return static_cast<std::size_t>(
      std::count_if(cases.begin(), cases.end(), [](const auto& one) { return one.is_updated; }));
}

std::string test_text(const TestFindings& found, bool colour) {
  std::string out;
  for (const TestedCase& tested : found.cases) {
    if (!tested.is_wrong()) continue;
    const char* word = tested.outcome == CaseOutcome::refused ? "fault"
                       : tested.outcome == CaseOutcome::open  ? "open"
                                                              : "wrong";
    std::string lines = place_of(tested) + ": " + (colour ? "\x1b[1;31m" : "") + word + (colour ? "\x1b[0m" : "") +
                        (tested.name.empty() ? "" : ": " + visible(tested.name)) + "\n";
    for (const std::string& reason : reasons_of(tested)) lines += "  " + visible(reason) + "\n";
    out += prose(lines);
  }
  if (found.unfired) {
    for (const UnfiredRule& rule : *found.unfired) {
      out += prose(rule.file + ":" + std::to_string(rule.line) + ": rule " + std::to_string(rule.rule) + " of " +
                   rule.decision + " decides no request\n");
    }
  }
  if (found.unnoticed) {
    for (const UnnoticedEdit& edit : *found.unnoticed) {
      out += edit.text;  // is wrapped already; a line that one pastes is not
      if (!edit.case_line.empty()) out += "  this line would notice it: " + edit.case_line + "\n";
    }
  }
  return out + prose(summary_of(found));
}

std::string test_json(const TestFindings& found) {
  report::Json cases = report::Json::array();
  for (const TestedCase& tested : found.cases) {
    report::Json one = {{"source", tested.source}, {"line", tested.line}};
    if (!tested.name.empty()) one["name"] = tested.name;
    one["ok"] = !tested.is_wrong();
    if (tested.is_updated) one["updated"] = true;
    if (tested.outcome == CaseOutcome::open && !tested.is_updated) one["open"] = true;
    if (!tested.deviations.empty()) {
      one["deviations"] = report::Json::array();
      for (const Deviation& deviation : tested.deviations) {
        report::Json json = {{"pointer", deviation.pointer}};
        const auto value = [&](const char* key, const std::string& text) {
          if (text.empty()) return;
          auto parsed = report::Json::parse(text, nullptr, false);
          json[key] = parsed.is_discarded() ? report::Json(text) : std::move(parsed);
        };
        value("expected", deviation.expected);
        value("decided", deviation.decided);
        one["deviations"].push_back(std::move(json));
      }
    }
    if (has_errors(tested.faults) && tested.is_wrong()) one["fault"] = report::faults_json(tested.faults);
    cases.push_back(std::move(one));
  }
  report::Json out = {{"file", found.file},
                      {"requests", found.cases.size()},
                      {"wrong", found.wrong()},
                      {"updated", found.updated()},
                      {"cases", std::move(cases)}};
  if (found.unfired) {
    out["rules"] = found.rules;
    out["unfired"] = report::Json::array();
    for (const UnfiredRule& rule : *found.unfired) {
      out["unfired"].push_back(
          {{"decision", rule.decision}, {"rule", rule.rule}, {"file", rule.file}, {"line", rule.line}});
    }
  }
  if (found.unnoticed) {
    out["edits"] = found.edits;
    out["unnoticed"] = report::Json::array();
    for (const UnnoticedEdit& edit : *found.unnoticed) out["unnoticed"].push_back(edit.json);
  }
  return report::to_text(out);
}

std::string test_junit(const TestFindings& found) {
  std::string out = std::string(xml_head) + "<testsuites name=\"" + xml("tally test " + found.file) + "\">\n";
  for (std::size_t i = 0; i < found.cases.size();) {
    const std::string& source = found.cases[i].source;
    std::vector<JunitCase> cases;
    for (; i < found.cases.size() && found.cases[i].source == source; ++i) {
      const TestedCase& tested = found.cases[i];
      cases.push_back({"line " + std::to_string(tested.line) + (tested.name.empty() ? "" : ": " + tested.name),
                       reasons_if_wrong(tested)});
    }
    out += junit_suite(source, found.file, cases);
  }
  if (found.unfired) {
    std::vector<JunitCase> cases;
    for (const UnfiredRule& rule : *found.unfired) cases.push_back({rule_title(rule), {"decides no request"}});
    if (cases.empty()) cases.push_back({"every rule decides a request", {}});
    out += junit_suite("every rule", found.file, cases);
  }
  if (found.unnoticed) {
    std::vector<JunitCase> cases;
    for (const UnnoticedEdit& edit : *found.unnoticed) {
      cases.push_back({edit_title(edit), reasons_of(edit)});
    }
    if (cases.empty()) cases.push_back({"every edit is noticed", {}});
    out += junit_suite("every edit", found.file, cases);
  }
  return out + "</testsuites>\n";
}

std::string test_tap(const TestFindings& found) {
  TapLines lines;
  for (const TestedCase& tested : found.cases) lines.add(title_of(tested), reasons_if_wrong(tested));
  if (found.unfired) {
    for (const UnfiredRule& rule : *found.unfired) lines.add(rule_title(rule), {"decides no request"});
    if (found.unfired->empty()) lines.add("every rule decides a request", {});
  }
  if (found.unnoticed) {
    for (const UnnoticedEdit& edit : *found.unnoticed) lines.add(edit_title(edit), reasons_of(edit));
    if (found.unnoticed->empty()) lines.add("every edit is noticed", {});
  }
  return lines.text();
}

std::string untested_json(const std::string& file, const std::vector<std::string>& faults) {
  return report::to_text({{"file", file}, {"faults", faults}});
}

std::string untested_junit(const std::string& file, const std::vector<std::string>& faults) {
  std::string out = std::string(xml_head) + "<testsuites name=\"" + xml("tally test " + file) + "\">\n";
  out += "  <testsuite name=\"" + xml(file) +
         "\" tests=\"1\" failures=\"0\" errors=\"1\">\n    <testcase classname=\"" + xml(file) +
         "\" name=\"the rules are without faults\">\n      <error message=\"" + xml(faults.front()) + "\">";
  for (const std::string& fault : faults) out += xml(fault) + "\n";
  return out + "</error>\n    </testcase>\n  </testsuite>\n</testsuites>\n";
}

std::string untested_tap(const std::string& file, const std::vector<std::string>& faults) {
  return "TAP version 14\nBail out! " + tap_words(file + " is at fault: " + faults.front()) + "\n";
}

}  // namespace tally::cli
