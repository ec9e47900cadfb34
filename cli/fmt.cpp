// `tally fmt FILE...`: writes rule files in the one style.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/rule_folder.h"
#include "cli/terminal.h"
#include "cli/unified_diff.h"
#include "grammar/format/format.h"
#include "grammar/parse/parser.h"
#include "grammar/text_fault.h"

namespace tally::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* name_of_stdin = "standard input";

struct FmtArguments {
  std::vector<std::string> files;
  bool check = false, diff = false;
};

// Adds the rule files of a folder.
Result<> add_below(const std::string& folder, std::vector<std::string>& paths) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<std::string> found, rule_files_below(folder, {}));
  if (found.empty()) return Error{Cause::file, "no rule file is below `" + folder + "`", "they end in .tally"};
  paths.insert(paths.end(), found.begin(), found.end());
  return {};
}

// Formats one file, or standard input. Returns whether it is, or was, in the style.
Result<bool> format_file(const std::string& path, const FmtArguments& options) {
  const bool is_stdin = path == "-";
  const std::string name = is_stdin ? name_of_stdin : path;
  std::error_code error;
  if (!is_stdin && fs::exists(path, error) && !fs::is_regular_file(path, error))
    return Error{Cause::file, "`" + path + "` is not a regular file, so it cannot be rewritten",
                 "`-` reads standard input and prints the result"};
  TALLY_ASSIGN_OR_RETURN(std::string text, read_input(path, max_file_bytes));
  SourceSet sources;
  Diagnostics diagnostics;
  if (const auto wrong = text_fault(name, text)) {
    Diagnostic& d = diagnostics.add_at(wrong->code, name, wrong->message);
    d.notes = wrong->notes;
    d.helps = wrong->helps;
    show(diagnostics, sources);
    return already_shown(Cause::rules);
  }
  const FileId file = sources.add(name, std::move(text));
  const std::optional<std::string> formatted = formatted_text(sources, file, diagnostics);
  diagnostics.sort();
  show(diagnostics, sources);
  if (!formatted) return already_shown(Cause::rules);
  if (formatted->size() > max_file_bytes)
    return Error{Cause::bound, "`" + name + "` would be longer than a rule file may be", "split it"};
  const std::string_view old = sources.file(file).text();
  const bool same = *formatted == old;
  if (options.diff && !same) print(unified_diff(name, old, *formatted, colour_on_stdout()));
  if (options.check && !options.diff && !same) print(name + "\n");
  if (options.check || options.diff) return same;
  if (is_stdin) {
    print(*formatted);
  } else if (!same) {
    TALLY_RETURN_IF_ERROR(write_atomically(path, *formatted));
  }
  return true;
}

Result<int> run_fmt(const FmtArguments& options) {
  int code = exit_fine;
  const auto failed = [&](const Error& error) {
    if (!error.message.empty()) complain(error);
    code = std::max(code, exit_code_of(error.cause));
  };
  std::vector<std::string> paths;
  for (const std::string& file : options.files) {
    std::error_code error;
    if (!fs::is_directory(file, error)) {
      paths.push_back(file);
    } else if (const Result<> added = add_below(file, paths); !added) {
      failed(added.error());
    }
  }
  for (const std::string& path : paths) {
    const Result<bool> same = format_file(path, options);
    if (!same) failed(same.error());
    if (same && !*same && options.check) code = std::max(code, exit_fault);
  }
  return code;
}

}  // namespace

Run add_fmt(CLI::App& app) {
  auto options = std::make_shared<FmtArguments>();
  app.add_option("FILE", options->files, "rule files, or folders with rule files; - is standard input")
      ->required()
      ->type_name("");
  app.add_flag("--check", options->check, "write nothing; list the files that are not in the style, and exit with 1");
  app.add_flag("--diff", options->diff, "write nothing; print what would change");
  app.footer(
      "Sets indentation, columns, blanks and line breaks; docs/format.md describes the style. Order, comments, blank "
      "lines, brackets and what the rules mean stay as they are. A file with a syntax fault is left as it is. Standard "
      "input is printed on standard output.\n"
      "Example: tally fmt rules/call_recording.tally");
  return [options] { return run_fmt(*options); };
}

}  // namespace tally::cli
