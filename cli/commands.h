// The commands of `tally`: each adds its options to the program, and returns the function that
// runs if the command is chosen. That function returns an exit code, or an error (exit_codes.h).
//
//   CLI::App* command = program.add_subcommand("check", "run every check");
//   const Run run = add_check(*command);
//   if (command->parsed()) return finish(conclude(run()));
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "base/result.h"

namespace tally::cli {

using Run = std::function<Result<int>()>;

Run add_check(CLI::App& app);
Run add_table(CLI::App& app);
Run add_sweep(CLI::App& app);
Run add_matrix(CLI::App& app);
Run add_decide(CLI::App& app);
Run add_explain(CLI::App& app);
Run add_test(CLI::App& app);
Run add_mutate(CLI::App& app);
Run add_vectors(CLI::App& app);
Run add_build(CLI::App& app);
Run add_audit(CLI::App& app);
Run add_solve(CLI::App& app);
Run add_diff(CLI::App& app);
Run add_plan(CLI::App& app);
Run add_keygen(CLI::App& app);
Run add_sign(CLI::App& app);
Run add_verify(CLI::App& app);
Run add_approve(CLI::App& app);
Run add_log(CLI::App& app);
Run add_fmt(CLI::App& app);
Run add_dump(CLI::App& app);
Run add_new(CLI::App& app);
Run add_completion(CLI::App& app);
Run add_complete(CLI::App& app);
Run add_serve(CLI::App& app);
Run add_lsp(CLI::App& app);
Run add_help(CLI::App& app);

}  // namespace tally::cli
