// Recognises files that are given as rule files by mistake, such as a policy that `tally build` wrote.
//
// In:     the bytes of a file.
// Out:    what the file is and what to write instead, or nothing if it may be a rule file.
// Always: a file that parses as rules is not foreign. The result depends on the bytes only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "grammar/source/diagnostics.h"

namespace tally {

struct ForeignFile {
  DiagnosticId code = DiagnosticId::not_text;
  std::string_view what;  // "a compiled policy"
  std::string_view help;
};

std::optional<ForeignFile> foreign_file(std::string_view bytes);

}  // namespace tally
