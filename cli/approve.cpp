// `tally approve PLAN.json --key KEY`: signs a change of rules that a plan allows.
#include <memory>

#include "base/hex.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/signing.h"
#include "cli/terminal.h"
#include "simulator/report/read_plan.h"

namespace tally::cli {
namespace {

struct ApproveArguments {
  std::string plan, key, output;
  std::optional<std::size_t> serial;
};

Result<report::ReadPlan> allowed_plan(const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, bounded_file(path, report::max_plan_bytes, "a plan"));
  TALLY_ASSIGN_OR_RETURN(report::ReadPlan plan, report::read_plan(path, text));
  if (!plan.may_be_approved())
    return Error{Cause::rules,
                 "`" + path + "` does not allow the change: its verdict is `" + plan.verdict + "`" +
                     (plan.beyond.empty() ? "" : ", " + plan.beyond),
                 "`tally plan` with what may change, or rules that change less"};
  return plan;
}

// Returns the version of a file of the plan, which is still the one that was compared.
Result<RulesIdentity> same_version(const std::string& plan, const std::string& path,
                                   const report::PlannedVersion& planned) {
  TALLY_ASSIGN_OR_RETURN(const PolicyFile file, policy_file(path));
  if (!file.rules)
    return Error{Cause::document, "`" + path + "` is a shared object, and a plan compares rules",
                 "`tally sign " + path + " --key KEY` signs it"};
  if (planned_version(*file.rules) == planned) return *file.rules;
  return Error{Cause::document,
               "`" + path + "` has changed since `" + plan + "` was made: its SHA-256 was " + planned.sha256 +
                   ", and is " + hex_text(file.rules->sha256),
               "`tally plan` compares the files as they are now"};
}

Result<int> run_approve(const ApproveArguments& options) {
  TALLY_ASSIGN_OR_RETURN(const SecretKey key, secret_key(options.key));
  TALLY_ASSIGN_OR_RETURN(const report::ReadPlan plan, allowed_plan(options.plan));
  TALLY_ASSIGN_OR_RETURN(const RulesIdentity before, same_version(options.plan, plan.files[0], plan.versions[0]));
  TALLY_ASSIGN_OR_RETURN(const RulesIdentity after, same_version(options.plan, plan.files[1], plan.versions[1]));
  if (plan.allowed.size() > max_statement_limits)
    return Error{Cause::bound, "`" + options.plan + "` has more than " + std::to_string(max_statement_limits) +
                                   " options that limit the change"};
  const std::string usual = plan.files[1] + ".sig", output = options.output.empty() ? usual : options.output;
  const std::uint64_t serial = serial_or_now(options.serial, {plan.files[0] + ".sig", usual, output});
  const std::string text =
      signed_text(key, serial, ApprovedChange{before.version(), after.version(), after.names, plan.allowed});
  if (text.size() > max_statement_bytes)
    return Error{Cause::bound, "the approval is larger than " + std::to_string(max_statement_bytes) + " bytes",
                 "shorter conditions in `tally plan`"};
  // What is written can be read: a plan that was edited may allow what no line holds.
  TALLY_RETURN_IF_ERROR(read_statement("the approval", text));
  TALLY_RETURN_IF_ERROR(write_statement(output, text));
  print("wrote " + output + ", serial " + std::to_string(serial) + ": from " + plan.files[0] + " to " + plan.files[1] +
        (plan.allowed.empty() ? ", without limits" : "") + "\n");
  return exit_fine;
}

}  // namespace

Run add_approve(CLI::App& app) {
  auto options = std::make_shared<ApproveArguments>();
  app.add_option("PLAN.json", options->plan, "what `tally plan OLD NEW --format json` printed")
      ->required()
      ->type_name("");
  app.add_option("--key", options->key, "the secret key, NAME.key of `tally keygen`")->required()->type_name("KEY");
  count_option(app, "--serial", options->serial, {"a serial", 1, std::size_t{1} << 62},
               "greater than those of all versions before (default: the seconds since 1970)");
  app.add_option("-o,--output", options->output, "where the approval is written (default: NEW.sig)")->type_name("SIG");
  app.footer(
      "An approval is for rules that the switch compiles itself: from what OLD decides to what NEW decides, and for "
      "the "
      "names of the inputs of NEW. Both files are read again; a plan that does not allow the change, or whose files "
      "have "
      "changed since, is not approved.\n"
      "Example: tally plan old.tally new.tally --at-most 12 --format json > plan.json; tally approve plan.json --key "
      "release.key");
  return [options] { return run_approve(*options); };
}

}  // namespace tally::cli
