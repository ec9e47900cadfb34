// The exit code of a command, from what it found or from the cause of its error.
//
// docs/commands.md describes these codes for users; tests/cli/exit_codes_test.sh holds every
// command to them.
#pragma once

#include "base/result.h"

namespace tally::cli {

inline constexpr int exit_fine = 0;
inline constexpr int exit_fault = 1;  // the rules, the data or the machine; the files differ, a mutant survives
inline constexpr int exit_usage = 2;  // wrong arguments, or a file cannot be read or written

constexpr int exit_code_of(Cause cause) {
  switch (cause) {
    case Cause::rules:
    case Cause::document:
    case Cause::bound:
    case Cause::system: return exit_fault;
    case Cause::usage:
    case Cause::file: return exit_usage;
  }
  return exit_usage;
}

// Returns an error that has already been shown, as diagnostics, so its message is empty.
inline Error already_shown(Cause cause) { return {cause, ""}; }

}  // namespace tally::cli
