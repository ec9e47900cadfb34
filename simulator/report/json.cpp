#include "simulator/report/json.h"

#include <map>

namespace tally::report {
namespace {

Json place(const Span& span, const SourceSet& sources) {
  const SourceFile& file = sources.file(span.file);
  const Position from = file.position(span.begin), to = file.position(span.end);
  return {{"file", file.name()},
          {"line", from.line},
          {"column", from.column},
          {"end_line", to.line},
          {"end_column", to.column}};
}

// Adds the forms of the first call, and those of the others under "others".
void add_calls(const std::vector<ShownCall>& calls, Json& out) {
  for (const ShownCall& call : calls) {
    Json forms;
    if (!call.request.empty()) forms["request"] = Json::parse(call.request);
    if (!call.example.empty()) forms["example"] = call.example;
    if (&call == &calls.front())
      out.update(forms);
    else
      out["others"].push_back(std::move(forms));
  }
}

Json fault_json(const DocumentFault& fault) {
  Json out = {{"code", id(fault.code)}, {"pointer", fault.pointer}, {"message", fault.message}};
  if (!fault.value.empty()) out["value"] = fault.value;
  if (!fault.expected.empty()) out["expected"] = fault.expected;
  if (fault.meant) out["meant"] = *fault.meant;
  if (!fault.help.empty()) out["help"] = fault.help;
  if (fault.byte) out["byte"] = *fault.byte;
  return out;
}

}  // namespace

Json diagnostics_json(const Diagnostics& diagnostics, const SourceSet& sources) {
  Json out = Json::array();
  for (const Diagnostic& d : diagnostics.list()) {
    Json one = {{"code", info(d.code).id}, {"severity", to_string(d.severity)}, {"message", d.message}};
    if (d.span)
      one.update(place(*d.span, sources));
    else
      one["file"] = d.place;
    one["labels"] = Json::array();
    for (const Label& l : d.labels) {
      Json label = {{"text", l.text}};
      label.update(place(l.span, sources));
      one["labels"].push_back(std::move(label));
    }
    one["notes"] = d.notes;
    one["help"] = d.helps;
    add_calls(d.calls, one);
    out.push_back(std::move(one));
  }
  return out;
}

Json faults_json(const std::vector<DocumentFault>& faults) {
  Json out, warnings;
  for (const DocumentFault& fault : faults) {
    if (!fault.is_error()) {
      warnings.push_back(fault_json(fault));
    } else if (out.is_null()) {
      out = fault_json(fault);
    } else {
      out["others"].push_back(fault_json(fault));
    }
  }
  if (!warnings.is_null()) out["warnings"] = std::move(warnings);
  return out;
}

std::string or_on(const std::string& condition) { return condition.empty() ? "on" : condition; }

Json count_json(const Count& count) {
  if (count.fits_ulong_p()) return count.get_ui();
  return count.get_str();
}

std::string to_text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string> column_keys(const std::vector<std::string>& columns) {
  std::map<std::string, int> seen;
  std::vector<std::string> keys;
  for (const std::string& column : columns) {
    const int times = ++seen[column];
    keys.push_back(times == 1 ? column : column + " (" + std::to_string(times) + ")");
  }
  return keys;
}

}  // namespace tally::report
