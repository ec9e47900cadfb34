#include "cli/faults.h"

#include "grammar/source/excerpt.h"

namespace tally::cli {

Diagnostic& add_fault(Diagnostics& diagnostics, const std::string& document, const DocumentFault& fault) {
  const std::string place = fault.byte
                                ? document + ":" + std::to_string(fault.line) + ":" + std::to_string(fault.column)
                                : document + "#" + fault.pointer;
  Diagnostic& d = diagnostics.add_at(static_cast<DiagnosticId>(fault.code), visible(place), visible(fault.message));
  if (!fault.value.empty() && fault.message.find(fault.value) == std::string::npos)
    d.note("found " + visible(fault.value));
  if (!fault.expected.empty() && fault.message.find(fault.expected) == std::string::npos) {
    d.note((fault.code == FaultId::unknown_key ? "" : "expected ") + visible(fault.expected));
  }
  if (fault.byte) d.note("at byte " + std::to_string(*fault.byte));
  if (const std::string help = advice(fault); !help.empty()) d.help(visible(help));
  return d;
}

void add(Diagnostics& diagnostics, const std::string& document, const std::vector<DocumentFault>& faults) {
  for (const DocumentFault& fault : faults) add_fault(diagnostics, document, fault);
}

}  // namespace tally::cli
