// What the checks and the diagrams know of a file, as plain data for an editor.
//
// For example, of `decision d : flag { on when a is on  off otherwise }` over an optional flag the facts are
// that rule 1 decides 1 of 3 combinations and rule 2 the other two.
//
// In:     the path of a rule file, and a function that reads files
// Out:    the diagnostics of all stages, counts per rule and proof, small truth tables, and which settings matter
// Always: the work ends soon after `stop` becomes true; then there are no facts. What has too many nodes or
//         rows is left out.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/front_end.h"
#include "editor/names.h"

namespace tally::editor {

// "27 of 324 combinations" behind a rule, at the end of its text in the root file.
struct Counted {
  std::uint32_t offset = 0;
  std::string text;
};

// What is known of a decision of the root file.
struct DecisionFacts {
  std::string name;
  ByteRange own;      // its name
  std::string table;  // the truth table in Markdown; empty if it is large
};

// Whether a setting changes a decision, and when.
struct SettingFacts {
  std::string decision;
  std::string setting;  // "account[inbound, onnet].enabled"
  Declared name;        // of its field, or of the input that it is
  std::string when;     // "always", "never", or "if ..."
};

struct Facts {
  std::string path;
  std::shared_ptr<const Compilation> compilation;  // for diagnostics and their sources; its policy is not used again
  std::vector<Counted> counts;
  std::vector<DecisionFacts> decisions;
  std::vector<SettingFacts> settings;
};

// Runs all checks, and reports what they found before the facts that only a hover or a hint shows are made.
// Returns nothing if it was stopped.
std::shared_ptr<const Facts> find_facts(const std::string& path, const ReadFile& read, const std::atomic<bool>& stop,
                                        const std::function<void(std::shared_ptr<const Compilation>)>& checked);

// --- answers to commands, in Markdown ---

// The truth table of a decision, or of all of them if `decision` is empty.
Result<std::string> table_markdown(const std::string& path, const std::string& decision, const ReadFile& read);
// Which settings change a decision, and when.
Result<std::string> matrix_markdown(const std::string& path, const std::string& decision, const ReadFile& read);
// What a file decides differently from what `before` reads, decision by decision, as exact counts.
Result<std::string> diff_markdown(const std::string& path, const std::string& decision, const ReadFile& before,
                                  const ReadFile& now);

}  // namespace tally::editor
