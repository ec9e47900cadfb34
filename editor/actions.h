// Quick fixes: edits that take a fault away, or keep what a report shows.
//
// For example, for a gap: the rule that is missing, `otherwise`, and the call as an example.
//
// In:     diagnostics of a file, and its text
// Out:    edits with titles
// Always: an edit that claims to mend a fault was tried: with it the file has fewer errors of syntax and analysis,
//         or for a gap none more.
#pragma once

#include <string>
#include <vector>

#include "editor/reading.h"

namespace tally::editor {

struct Action {
  std::string title;
  std::vector<ByteEdit> edits;  // of the file itself
  bool is_fix = true;           // otherwise it adds something
  std::size_t diagnostic = 0;   // which of the diagnostics it is about
};
// `diagnostics`: of this text, with their sources; those that touch `bytes` are looked at.
std::vector<Action> actions(const std::string& path, const std::string& text, ByteRange bytes,
                            const Diagnostics& diagnostics, const SourceSet& sources, const ReadFile& read);

}  // namespace tally::editor
