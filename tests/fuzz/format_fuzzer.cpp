// Fuzz target: from the text of a rule file to the same text formatted.
//
// In:     any bytes, read as one rule file.
// Always: no input crashes, throws or hangs the formatter. A text with a syntax fault is not formatted.
//         Every other text keeps its tree and its comments, and formatting it again changes nothing; so
//         does the same text with other blanks, line breaks and comments: format_laws.h.
#include "tests/fuzz/format_laws/format_laws.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

void run(const std::string& text) {
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const std::string spelled = seed == 0 ? text : testing::scattered(text, seed + text.size());
    if (const std::string broken = testing::broken_format_law(spelled); !broken.empty()) {
      fuzz::fail("formatting breaks a law", broken);
    }
  }
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::run(std::string(tally::fuzz::text_of(data, size)));
  return 0;
}
