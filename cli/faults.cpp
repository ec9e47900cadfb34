#include "cli/faults.h"

namespace tally::cli {
namespace {

Json one_json(const DocumentFault& fault) {
  Json out = {{"code", id(fault.code)}, {"pointer", fault.pointer}, {"message", fault.message}};
  if (!fault.value.empty()) out["value"] = fault.value;
  if (!fault.expected.empty()) out["expected"] = fault.expected;
  if (fault.meant) out["meant"] = *fault.meant;
  if (fault.byte) out["byte"] = *fault.byte;
  return out;
}

}  // namespace

void add(Diagnostics& diagnostics, const std::string& document, const std::vector<DocumentFault>& faults) {
  for (const DocumentFault& fault : faults) {
    const std::string place = fault.byte
                                  ? document + ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column)
                                  : document + "#" + fault.pointer;
    Diagnostic& d = diagnostics.add_at(static_cast<DiagnosticId>(fault.code), place, fault.message);
    if (!fault.value.empty() && fault.message.find(fault.value) == std::string::npos) d.note("found " + fault.value);
    if (!fault.expected.empty() && fault.message.find(fault.expected) == std::string::npos) {
      d.note(fault.code == FaultId::unknown_key ? fault.expected : "expected " + fault.expected);
    }
    if (fault.byte) d.note("at byte " + std::to_string(*fault.byte));
    if (fault.meant) d.help("did you mean `" + *fault.meant + "`?");
  }
}

Json to_json(const std::vector<DocumentFault>& faults) {
  Json out, warnings;
  for (const DocumentFault& fault : faults) {
    if (!fault.is_error()) {
      warnings.push_back(one_json(fault));
    } else if (out.is_null()) {
      out = one_json(fault);
    } else {
      out["others"].push_back(one_json(fault));
    }
  }
  if (!warnings.is_null()) out["warnings"] = std::move(warnings);
  return out;
}

}  // namespace tally::cli
