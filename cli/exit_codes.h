// The exit code of a command, from what it found or from the cause of its error.
//
// docs/commands.md describes these codes for users; tests/cli/exit_codes_test.sh checks every
// command against them. For example, `tally diff` of files that differ ends with 1.
#pragma once

#include "base/result.h"

namespace tally::cli {

inline constexpr int exit_fine = 0;
inline constexpr int exit_fault = 1;  // a fault in the rules, the data or the machine; files differ; a mutant survives
inline constexpr int exit_usage = 2;  // wrong arguments, or a file cannot be read or written
inline constexpr int exit_rule_unfired = 3;    // only `tally test`: a rule decides none of the requests
inline constexpr int exit_edit_unnoticed = 4;  // only `tally test`: nothing notices an edit of the rules
inline constexpr int exit_changes = 3;         // `tally plan`, `tally log replay`: something changes, all of it allowed

// A command that was ended by a signal, in order: main then ends the process by that signal. A shell
// shows the same number, 130 for SIGINT.
constexpr int exit_by_signal(int number) { return 128 + number; }

// Returns the exit code for an error: 2 for `Cause::usage`, 1 for `Cause::bound`.
constexpr int exit_code_of(Cause cause) {
  switch (cause) {
    case Cause::rules:
    case Cause::document:
    case Cause::bound:
    case Cause::system:
    case Cause::memory: return exit_fault;
    case Cause::usage:
    case Cause::file: return exit_usage;
  }
  return exit_usage;
}

// Returns an error that has already been shown, as diagnostics, so its message is empty.
inline Error already_shown(Cause cause) { return {cause, ""}; }

}  // namespace tally::cli
