// Diagnostics for people: the message, its source line with the span marked, labels,
// notes and help. The caller decides about colour.
//
// In:     a diagnostic, and the sources that its spans refer to
// Out:    text of several lines
// Always: of a long line, the part around the span is shown. Bytes that are not UTF-8 are replaced.
#pragma once

#include <string>
#include <string_view>

#include "grammar/source/diagnostics.h"

namespace tally {

struct RenderOptions {
  bool colour = false;
  bool calls = false;  // add the calls as requests and as examples
};

// Renders one diagnostic. All its spans must be of `sources`.
std::string render(const Diagnostic& diagnostic, const SourceSet& sources, const RenderOptions& options = {});

// Returns the escape sequence that begins the colour of a severity.
std::string_view colour_of(Severity severity);

// The totals: "2 errors, 1 warning"; empty if there are none.
std::string summary(const Diagnostics& diagnostics);

}  // namespace tally
