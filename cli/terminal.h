// Where output goes: streams, colour, exit codes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "grammar/source/diagnostics.h"

namespace tally::cli {

// The exit codes of every command.
inline constexpr int exit_fine = 0;
inline constexpr int exit_fault = 1;  // the rules or data are at fault
inline constexpr int exit_usage = 2;  // wrong arguments, or a file cannot be read or written
int exit_code_of(Cause cause);

// Whether a stream takes colour: a terminal, no NO_COLOR (https://no-color.org),
// TERM not "dumb".
bool colour_on_stdout();
bool colour_on_stderr();

// Writes to standard output; a failure (a full disk, a closed pipe) ends in
// `finish`.
void print(std::string_view text);
// Whether that has failed, so that there is no need to go on.
bool output_is_lost();
// The exit code once everything is flushed: `code`, or 2 where output was lost.
int finish(int code);

// "tally: MESSAGE" on standard error, with a help line where there is one.
void complain(std::string_view message, std::string_view help = {});
// The same for an error; returns the exit code of its cause.
int complain(const Error& error);
// Every diagnostic on standard error.
void report(const Diagnostics& diagnostics, const SourceSet& sources);

}  // namespace tally::cli
