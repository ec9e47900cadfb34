// JSON text to facts, in one pass and without a tree in memory.
//
// In: the text of a request, or of one document of it. Out: facts, or every
// fault that is found. Always: nothing but the text decides what is found; any
// bytes may come in; memory is bounded by the text, the stack is not used for
// nesting.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "runtime/documents/facts.h"

namespace tally {

inline constexpr std::size_t max_document_bytes = std::size_t{16} << 20;
inline constexpr std::size_t max_document_depth = 512;
inline constexpr std::size_t max_faults = 20;  // of one document; later ones are left out

// Reads one document after the other; what it has of memory stays from one to the
// next. Not for several threads at a time.
class DocumentReader {
 public:
  DocumentReader(const PolicyDescriptor& policy, const Places& places);
  DocumentReader(DocumentReader&&) noexcept;
  ~DocumentReader();

  // Reads the value that stands at `place` of a request (the root: a whole
  // request). `facts` must be clear; they are of use only where no error came.
  void read(PlaceIndex place, std::string_view text, Facts& facts, std::vector<DocumentFault>& faults);

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace tally
