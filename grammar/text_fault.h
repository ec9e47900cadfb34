// Whether the bytes of a file can be the text of rules: UTF-8, not too large, and not of another format.
//
// For example, of the byte 0xff the fault is "`a.tally` is not UTF-8 text", with its line in a note.
//
// In:     the bytes of a file, and its path for messages
// Out:    what is wrong with them as a whole, or nothing
// Always: the result depends on the bytes only. Whether the text parses is not looked at.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/source/diagnostics.h"

namespace tally {

struct TextFault {
  DiagnosticId code = DiagnosticId::not_text;
  std::string message;
  std::vector<std::string> notes, helps;
};

std::optional<TextFault> text_fault(const std::string& path, std::string_view text);

}  // namespace tally
