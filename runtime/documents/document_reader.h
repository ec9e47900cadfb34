// Reads JSON text to facts, in one pass and without a tree in memory.
//
// In:     the text of a request, or of one document of it; any bytes.
// Out:    facts, or the faults that were found; and how many keys no element is at or below.
// Always: the result depends on the text and the policy only. Memory is bounded by the text, and
//         nesting does not use the stack.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/documents/facts.h"
#include "runtime/documents/near_keys.h"

namespace tally {

inline constexpr std::size_t max_document_bytes = std::size_t{16} << 20;
inline constexpr std::size_t max_document_depth = 512;
inline constexpr std::size_t max_faults = 20;  // of one document, and as many warnings; further ones are left out

// What becomes of an unknown key where other keys are allowed: in the root of a request, in an open
// record, in an object that a pointer only passes through. Elsewhere it is an error.
enum class UnknownKeys : std::uint8_t {
  counted,  // nothing is searched for; a text that is refused is read again, as `warned`
  warned,   // a warning if the key is nearly a known one, or the name of an input
  refused,  // an error
};

struct ReadOptions {
  UnknownKeys unknown_keys = UnknownKeys::warned;
  KnownElsewhere known{};  // a key that is known elsewhere is not unknown
};

// Reads one document after another, and uses its memory again. For one thread at a time.
class DocumentReader {
 public:
  DocumentReader(const PolicyDescriptor& policy, const Places& places, ReadOptions options);
  DocumentReader(DocumentReader&&) noexcept;
  ~DocumentReader();

  // Reads the value at `place` of a request; the root is a whole request. `facts` must be clear,
  // and mean nothing if `faults` has errors afterwards. Returns how many unknown keys stand where other
  // keys are allowed; what is in the value of such a key is not looked at.
  std::size_t read(PlaceIndex place, std::string_view text, Facts& facts, std::vector<DocumentFault>& faults);

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace tally
