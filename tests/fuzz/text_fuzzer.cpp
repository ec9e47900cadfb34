// Fuzz target: from the text of a rule file to its syntax tree.
//
// In:     any bytes, read as one rule file.
// Always: no input crashes, throws or hangs the parser; every fault has a message and a place
//         within the text. A text without faults is printed, and the printed text parses to the
//         same tree and is printed the same.
//
// It links the grammar alone and reads small inputs, so that it tries many of them.
#include "grammar/parse/parser.h"
#include "grammar/source/render.h"
#include "grammar/tree/printer.h"
#include "tests/fuzz/support/fuzzing.h"

namespace tally {
namespace {

using fuzz::fail;

void check_faults(const Diagnostics& diagnostics, std::size_t size) {
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.message.empty()) fail("a diagnostic without a message");
    if (!d.span || d.span->begin > d.span->end || d.span->end > size)
      fail("a diagnostic without a place in the text", d.message);
  }
}

void run(const std::string& text) {
  SourceSet sources;
  Diagnostics diagnostics;
  const ast::File tree = parse(sources, sources.add("first", text), diagnostics);
  check_faults(diagnostics, text.size());
  if (diagnostics.has_errors()) return;
  const std::string printed = source_text(tree);
  const ast::File again = parse(sources, sources.add("printed", printed), diagnostics);
  if (diagnostics.has_errors()) {
    // Parentheses that the printer adds count as nesting.
    const Diagnostic& first = diagnostics.list().front();
    if (first.code == DiagnosticId::nesting_too_deep) return;
    fail("what was printed does not parse", printed + "\n" + render(first, sources));
  }
  if (tree_text(tree) != tree_text(again)) fail("what was printed parses to another tree", printed);
  if (const std::string twice = source_text(again); twice != printed)
    fail("printing twice differs", printed + "\n--- and then\n" + twice);
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::run(std::string(tally::fuzz::text_of(data, size)));
  return 0;
}
