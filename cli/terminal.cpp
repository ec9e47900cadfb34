#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/fitted_lines.h"
#include "cli/help_pages.h"
#include "grammar/source/render.h"

namespace tally::cli {
namespace {

bool takes_colour(int descriptor) {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour && *no_colour) return false;
  const char* terminal = std::getenv("TERM");
  return isatty(descriptor) && !(terminal && std::strcmp(terminal, "dumb") == 0);
}

// The code of the first diagnostic that `show` has shown, for a hint at the end.
std::optional<DiagnosticId> first_shown;

// At the end of a command, so that the hint is there once, and below everything else. Programs that
// read standard error do not get it.
void hint_at_page() {
  if (!first_shown || !isatty(STDERR_FILENO)) return;
  const std::string id(info(*first_shown).id);
  const HelpPage* page = find_page(id);
  if (!page) return;
  std::fprintf(stderr, "`tally help %s` explains %s%s\n", id.c_str(), id.c_str(),
               has_example(*page) ? " with an example" : "");
}

}  // namespace

bool colour_on_stdout() { return takes_colour(STDOUT_FILENO); }
bool colour_on_stderr() { return takes_colour(STDERR_FILENO); }

std::optional<std::size_t> width_of_stdout() {
  constexpr std::size_t least = 20, usual = 80;
  if (!isatty(STDOUT_FILENO)) return std::nullopt;
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? std::max<std::size_t>(size.ws_col, least) : usual;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string prose(std::string_view text) {
  const auto columns = width_of_stdout();
  if (!columns) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size()) + 2;
    std::string_view rest = line;
    for (bool first = true; first || !rest.empty(); first = false) {
      const std::size_t before = first || indent + 10 > *columns ? 0 : indent;
      const std::string_view part = wrapped(rest, *columns - before).front();
      out.append(before, ' ').append(part) += '\n';
      rest.remove_prefix(part.size());
      rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool output_is_lost() { return std::ferror(stdout) != 0; }

int finish(int code) {
  if (std::fflush(stdout) == 0 && !std::ferror(stdout)) {
    hint_at_page();
    return code;
  }
  if (code == exit_by_signal(SIGPIPE)) return code;  // its reader wanted no more
  complain("the output could not be written");
  return exit_usage;
}

void complain(std::string_view message, std::string_view help) {
  std::fprintf(stderr, "tally: %.*s\n", static_cast<int>(message.size()), message.data());
  if (!help.empty()) std::fprintf(stderr, "  help: %.*s\n", static_cast<int>(help.size()), help.data());
}

void complain(const Error& error) { complain(error.message, error.help); }

int conclude(const Result<int>& ended) {
  if (ended) return *ended;
  if (!ended.error().message.empty()) complain(ended.error());
  return exit_code_of(ended.error().cause);
}

void show(const Diagnostics& diagnostics, const SourceSet& sources, Calls calls) {
  const RenderOptions options{colour_on_stderr(), calls == Calls::as_examples};
  for (const Diagnostic& d : diagnostics.list()) {
    std::fputs(render(d, sources, options).c_str(), stderr);
    if (!first_shown) first_shown = d.code;
  }
}

}  // namespace tally::cli
