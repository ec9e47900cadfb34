// `tally sign FILE --key KEY`: signs a policy for the guard of a switch.
#include <memory>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/signing.h"
#include "cli/terminal.h"

namespace tally::cli {
namespace {

struct SignArguments {
  std::string file, key, output;
  std::optional<std::size_t> serial;
};

Result<int> run_sign(const SignArguments& options) {
  TALLY_ASSIGN_OR_RETURN(const SecretKey key, secret_key(options.key));
  TALLY_ASSIGN_OR_RETURN(const PolicyFile policy, policy_file(options.file));
  const std::string usual = options.file + ".sig", output = options.output.empty() ? usual : options.output;
  const std::uint64_t serial = serial_or_now(options.serial, {usual, output});
  TALLY_RETURN_IF_ERROR(write_statement(output, signed_text(key, serial, policy.file)));
  print("wrote " + output + ", serial " + std::to_string(serial) + "\n");
  return exit_fine;
}

}  // namespace

Run add_sign(CLI::App& app) {
  auto options = std::make_shared<SignArguments>();
  app.add_option("FILE", options->file, "a .so of `tally build`, or a rule file")->required()->type_name("");
  app.add_option("--key", options->key, "the secret key, NAME.key of `tally keygen`")->required()->type_name("KEY");
  count_option(app, "--serial", options->serial, {"a serial", 1, std::size_t{1} << 62},
               "greater than those of all versions before (default: the seconds since 1970)");
  app.add_option("-o,--output", options->output, "where the signature is written (default: FILE.sig)")
      ->type_name("SIG");
  app.footer(
      "A signature is for the bytes of a .so, or of a rule file and all files that it uses. Rules are checked first. A "
      "guard (tally_policy_guard) reads it beside the policy, in FILE.sig, and refuses a serial that is smaller than "
      "one before.\n"
      "Example: tally sign recording.so --key release.key");
  return [options] { return run_sign(*options); };
}

}  // namespace tally::cli
