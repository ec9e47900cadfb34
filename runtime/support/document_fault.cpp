#include "runtime/support/document_fault.h"

#include <algorithm>

#include "runtime/support/json_text.h"

namespace tally {

bool has_errors(const std::vector<DocumentFault>& faults) {
  return std::any_of(faults.begin(), faults.end(), [](const DocumentFault& fault) { return fault.is_error(); });
}

std::string id(FaultId code) { return "T" + std::to_string(static_cast<unsigned>(code)); }

std::string advice(const DocumentFault& fault) {
  if (!fault.help.empty() || !fault.meant) return fault.help;
  return "did you mean `" + *fault.meant + "`?";
}

std::string faults_json(const std::vector<DocumentFault>& faults) {
  std::string out = "[";
  for (const DocumentFault& fault : faults) {
    if (out.back() != '[') out += ',';
    out += "{\"code\":" + json_string(id(fault.code)) + ",\"pointer\":" + json_string(fault.pointer) +
           ",\"message\":" + json_string(fault.message);
    if (!fault.value.empty()) out += ",\"value\":" + json_string(fault.value);
    if (!fault.expected.empty()) out += ",\"expected\":" + json_string(fault.expected);
    if (fault.meant) out += ",\"meant\":" + json_string(*fault.meant);
    if (!fault.help.empty()) out += ",\"help\":" + json_string(fault.help);
    if (fault.byte) out += ",\"byte\":" + std::to_string(*fault.byte);
    out += '}';
  }
  return out + "]";
}

}  // namespace tally
