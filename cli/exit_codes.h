// How a command ends: its exit code, from what it found or from why it failed.
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

// An error that has been shown already, as diagnostics: there is nothing more to print.
inline Error already_shown(Cause cause) { return {cause, ""}; }

}  // namespace tally::cli
