// The edits of a decision's rules that no proof or example notices, each with the example that would.
//
// For example, if nothing is promised of `on when a`, the edit `on` -> `off` goes unnoticed, and the example is a call
// in which `a` is on.
//
// In:     the path of a rule file, one of its decisions, and a function that reads files
// Out:    the edits, in the order of the text
// Always: each example passes on the file as it is, and fails with its edit. An edit for which there is no example is
//         left out.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/result.h"
#include "compiler/front_end.h"
#include "editor/text.h"

namespace tally::editor {

struct Unnoticed {
  ByteRange bytes;      // the part of the file that is edited
  std::string what;     // "value: `on` -> `off`"
  std::string where;    // the call that is decided otherwise: "source is offnet"
  std::string example;  // a declaration
};

// Without a decision the edits of all are meant. Fails if a check of the file fails, since then nothing is known of
// its edits.
// It ends soon after `stop` becomes true, with an error.
Result<std::vector<Unnoticed>> find_unnoticed(const std::string& path, const std::string& decision,
                                              const ReadFile& read, const std::atomic<bool>& stop);
// The same as Markdown, for a panel.
std::string unnoticed_markdown(const std::string& decision, const std::vector<Unnoticed>& edits);

}  // namespace tally::editor
