// Where output goes: streams, colour, complaints.
#pragma once

#include <string>
#include <string_view>

#include "cli/exit_codes.h"
#include "grammar/source/diagnostics.h"

namespace tally::cli {

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
void complain(const Error& error);
// The exit code of a command that ended so; its error is shown, unless it was already.
int conclude(const Result<int>& ended);
// Every diagnostic on standard error.
void show(const Diagnostics& diagnostics, const SourceSet& sources);

}  // namespace tally::cli
