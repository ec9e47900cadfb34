// Reads JSON text to facts, in one pass and without a tree in memory.
//
// In:     the text of a request, or of one document of it; any bytes.
// Out:    facts, or the faults that were found.
// Always: the result depends on the text and the policy only. Memory is bounded by the text, and
//         nesting does not use the stack.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "runtime/documents/facts.h"

namespace tally {

inline constexpr std::size_t max_document_bytes = std::size_t{16} << 20;
inline constexpr std::size_t max_document_depth = 512;
inline constexpr std::size_t max_faults = 20;  // of one document; further ones are left out

// Reads one document after another, and uses its memory again. For one thread at a time.
class DocumentReader {
 public:
  DocumentReader(const PolicyDescriptor& policy, const Places& places);
  DocumentReader(DocumentReader&&) noexcept;
  ~DocumentReader();

  // Reads the value at `place` of a request; the root is a whole request. `facts` must be clear,
  // and mean nothing if `faults` has errors afterwards.
  void read(PlaceIndex place, std::string_view text, Facts& facts, std::vector<DocumentFault>& faults);

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace tally
