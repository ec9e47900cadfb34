// `tally lsp`: the language server, over standard input and output.
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "base/shell_word.h"
#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/files.h"
#include "cli/rule_folder.h"
#include "editor/protocol/server.h"
#include "grammar/parse/tokens/bounds.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_listed_files = 2'000;
constexpr std::size_t max_looked_at = 100'000;  // entries of folders

std::variant<std::string, ReadError> read_rules(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::is_directory(status)) return ReadError{"is a directory", "name a file in it"};
  // A pipe or a device might never end.
  if (!std::filesystem::is_regular_file(status)) return ReadError{"no such file"};
  std::ifstream in(path, std::ios::binary);
  if (!in) return ReadError{"it cannot be opened"};
  std::string text(max_file_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

// The rule files of a workspace.
std::vector<std::string> rule_files(const std::string& folder) {
  const FolderWalk walk{.skips_unreadable = true,
                        .passed_over = {"node_modules"},
                        .max_files = max_listed_files,
                        .max_entries = max_looked_at};
  auto found = rule_files_below(std::filesystem::path(folder).lexically_normal().string(), walk);
  return found ? *std::move(found) : std::vector<std::string>();
}

// A file as the last commit has it.
std::variant<std::string, ReadError> read_committed(const std::string& path) {
  const std::filesystem::path file(path);
  const std::string command = "git -C " + shell_word(file.parent_path().string()) + " show " +
                              shell_word("HEAD:./" + file.filename().string()) + " 2>/dev/null </dev/null";
  std::FILE* pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return ReadError{"git cannot be started"};
  std::string text;
  char buffer[1 << 16];
  for (std::size_t n = 1; n > 0 && text.size() <= max_file_bytes;) {
    n = std::fread(buffer, 1, sizeof buffer, pipe);
    text.append(buffer, n);
  }
  const int status = ::pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return ReadError{"it is in no commit of a git repository"};
  return text;
}

Result<int> run_server() {
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  const editor::Host host{read_rules, rule_files, read_committed, TALLY_VERSION};
  return editor::serve(std::cin, std::cout, host) ? exit_fine : exit_fault;
}

}  // namespace

Run add_lsp(CLI::App& app) {
  app.footer(
      "Speaks the Language Server Protocol over standard input and output. An editor starts it; docs/editors.md "
      "has the configuration.\n"
      "Example: tally lsp");
  return [] { return run_server(); };
}

}  // namespace tally::cli
