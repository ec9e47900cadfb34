// The input of a target that reads rule files: one file, or two.
//
// In:     any bytes. The text after a line that begins with `#@` is a second file, for the first
//         path that a `use` names; every other path has no file. "#: " is removed from the start
//         of its lines, so that the golden cases can be seeds unchanged.
// Out:    the two texts, and from two texts an input
// Always: joining what was split, and splitting it again, gives the same texts
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "grammar/program.h"

namespace tally::fuzz {

struct RuleInput {
  std::string root;
  std::optional<std::string> used;
};

RuleInput split_input(std::string_view bytes);
std::string join_input(const RuleInput& input);

inline constexpr const char* root_name = "root.tally";
// Reads the files of an input, which must outlive the result: the first under `root_name`.
ReadFile reader_of(const RuleInput& input);

// Renders every diagnostic, with colours and without. A diagnostic that is empty is a finding.
void render_all(const Diagnostics& diagnostics, const SourceSet& sources);

}  // namespace tally::fuzz
