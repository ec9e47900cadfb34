// The slips in the keys of many requests, each shown once.
//
// In:     the faults of one request after another.
// Out:    a diagnostic for each key that is at fault, with the first line that has it, and how many have.
// Always: the first 20 keys are kept, however many requests there are.
//
// For example:
//   warning[T904]: no input stands at key `sourse`
//     --> calls.jsonl:2#/sourse
//      = note: in 3 requests
//      = help: did you mean `source`?
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "grammar/source/source.h"
#include "runtime/support/document_fault.h"

namespace tally::cli {

class KeyFaults {
 public:
  // Adds the faults of a line that are about keys: unknown ones, and near misses. Returns whether
  // there are any.
  bool add(std::size_t line, const std::vector<DocumentFault>& faults);
  // Shows what was added. `document` is the name of the stream: "calls.jsonl".
  void show(const std::string& document, const SourceSet& sources) const;

 private:
  static constexpr std::size_t max_kept = 20;

  struct Kept {
    DocumentFault fault;
    std::size_t line = 0;  // the first
    std::size_t requests = 0;
    std::size_t last_line = 0;
  };
  std::vector<Kept> kept_;                                     // in the order in which they were found
  std::map<std::pair<FaultId, std::string>, std::size_t> at_;  // by code and pointer
  bool left_out_ = false;
};

}  // namespace tally::cli
