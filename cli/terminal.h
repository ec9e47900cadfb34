// Output of the commands: streams, colour and error messages.
//
//   complain("FILE is required", "`tally table --help` shows how it is used");
//
// prints two lines on standard error:
//
//   tally: FILE is required
//     help: `tally table --help` shows how it is used
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "cli/exit_codes.h"
#include "grammar/source/diagnostics.h"

namespace tally::cli {

// Whether a stream takes colour: it is a terminal, NO_COLOR (https://no-color.org) is unset or
// empty, and TERM is not "dumb".
bool colour_on_stdout();
bool colour_on_stderr();

// Returns how many columns the terminal has that standard output is, at least 20, or nothing if it
// is not a terminal.
std::optional<std::size_t> width_of_stdout();

// Writes to standard output. A failure (a full disk, a closed pipe) is reported by `finish`.
void print(std::string_view text);
// Returns sentences, one per line, as they are printed: on a terminal each is wrapped at its width, and goes
// on two columns further in.
std::string prose(std::string_view text);
// Whether `print` has failed, so that the caller may stop.
bool output_is_lost();
// Called once, at the end. Flushes everything and returns the exit code: `code`, or 2 if output was
// lost. If `show` has shown a diagnostic and standard error is a terminal, a hint at its page is printed:
// "`tally help T305` explains T305 with an example".
int finish(int code);

// Prints "tally: MESSAGE" on standard error, with a help line if `help` is not empty.
void complain(std::string_view message, std::string_view help = {});
void complain(const Error& error);
// Returns the exit code of a command. Its error is shown, unless it has been shown already.
int conclude(const Result<int>& ended);
// Prints every diagnostic on standard error, with its calls as requests and as examples if wanted.
enum class Calls : bool { in_words, as_examples };
void show(const Diagnostics& diagnostics, const SourceSet& sources, Calls calls = Calls::in_words);

}  // namespace tally::cli
