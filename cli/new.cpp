// `tally new FILE`: writes a small rule file to begin with.
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/new_template.h"
#include "cli/terminal.h"

namespace tally::cli {
namespace {

Result<int> run_new(const std::string& path) {
  if (path == "-") {
    print(new_template());
    return exit_fine;
  }
  // A file that is there is never replaced, be it a link whose target is missing.
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error)))
    return Error{Cause::file, "`" + path + "` is there already", "name a file that is not, or remove it"};
  TALLY_RETURN_IF_ERROR(write_atomically(path, std::string(new_template())));
  print("wrote " + path + "; `tally check " + path + "` checks it, `tally table " + path + "` shows what it decides\n");
  return exit_fine;
}

}  // namespace

Run add_new(CLI::App& app) {
  auto path = std::make_shared<std::string>();
  app.add_option("FILE", *path, "the rule file to write; - is standard output")->required()->type_name("");
  app.footer(
      "The file is complete: it has inputs, a decision, proofs and an example, and passes every check. A file that is "
      "there already is left as it is.\n"
      "Example: tally new recording.tally");
  return [path] { return run_new(*path); };
}

}  // namespace tally::cli
