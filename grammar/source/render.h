// Diagnostics for people: the message, the line it stands on with the span
// marked, labels, notes and help. Colour is asked for, never guessed here.
#pragma once

#include <string>

#include "grammar/source/diagnostics.h"

namespace tally {

struct RenderOptions {
  bool colour = false;
};

std::string render(const Diagnostic& diagnostic, const SourceSet& sources, const RenderOptions& options = {});

// "2 errors, 1 warning"; empty where there are none.
std::string summary(const Diagnostics& diagnostics);

}  // namespace tally
