#include "cli/key_faults.h"

#include <cstdio>

#include "cli/faults.h"
#include "cli/terminal.h"
#include "compiler/graph/count.h"

namespace tally::cli {

bool KeyFaults::add(std::size_t line, const std::vector<DocumentFault>& faults) {
  bool any = false;
  for (const DocumentFault& fault : faults) {
    if (fault.code != FaultId::unknown_key && fault.code != FaultId::near_key) continue;
    any = true;
    auto at = at_.find({fault.code, fault.pointer});
    if (at == at_.end()) {
      if (kept_.size() == max_kept) {
        left_out_ = true;
        continue;
      }
      at = at_.emplace(std::pair(fault.code, fault.pointer), kept_.size()).first;
      kept_.push_back({fault, line});
    }
    Kept& kept = kept_[at->second];
    if (kept.last_line == line) continue;  // both files of a comparison read it
    kept.last_line = line;
    ++kept.requests;
  }
  return any;
}

void KeyFaults::show(const std::string& document, const SourceSet& sources) const {
  Diagnostics diagnostics;
  for (const Kept& kept : kept_) {
    Diagnostic& shown = add_fault(diagnostics, document + ":" + std::to_string(kept.line), kept.fault);
    if (kept.requests > 1) shown.note("in " + counted(kept.requests, "request"));
  }
  tally::cli::show(diagnostics, sources);
  if (left_out_) std::fputs("further keys at fault are left out\n", stderr);
}

}  // namespace tally::cli
