#include "editor/unnoticed.h"

#include "compiler/checks/checks.h"
#include "compiler/diagrams/stop.h"
#include "simulator/mutate/mutate.h"

namespace tally::editor {
namespace {

// Ends the work on one edit after the other, which has no other way out.
struct Stopped {};

Result<std::vector<Unnoticed>> unnoticed_edits(const std::string& path, const std::string& decision,
                                               const ReadFile& read, const std::atomic<bool>& stop) {
  Compilation c = compile(path, read);
  if (!c.policy) return Error{Cause::rules, "the file has an error"};
  CheckOptions checks;
  checks.stop = &stop;
  check(c, checks);
  if (stop) throw Stopped{};
  if (c.diagnostics.has_errors()) return Error{Cause::rules, "a check of the file fails: mend that first"};
  MutateOptions options;
  for (const Output& output : c.policy->outputs) {
    if (decision.empty() || c.policy->model->at(output.decision).name == decision)
      options.decisions.insert(output.decision);
  }
  if (options.decisions.empty()) return Error{Cause::usage, "there is no decision `" + decision + "`"};
  options.progress = [&](std::size_t, std::size_t) {
    if (stop) throw Stopped{};
  };
  TALLY_ASSIGN_OR_RETURN(const Mutation mutation, mutate(c, options));
  std::vector<Unnoticed> out;
  for (const Mutant& mutant : mutation.mutants) {
    if (mutant.verdict != Verdict::survives || !mutant.call || mutant.call->example.empty()) continue;
    const std::string& after = mutant.edit.after;
    std::string what =
        edit_text(mutant.edit.kind, "`" + mutant.edit.before + "`", after.empty() ? after : "`" + after + "`");
    out.push_back(
        {{mutant.edit.place.begin, mutant.edit.place.end}, std::move(what), mutant.call->text, mutant.call->example});
  }
  return out;
}

}  // namespace

Result<std::vector<Unnoticed>> find_unnoticed(const std::string& path, const std::string& decision,
                                              const ReadFile& read, const std::atomic<bool>& stop) {
  const StopDiagrams scope(stop);
  try {
    return unnoticed_edits(path, decision, read, stop);
  } catch (const Stopped&) {
    return Error{Cause::system, "it is not wanted any more"};
  } catch (const NodeLimit&) {
    return Error{Cause::bound, "the diagrams are too large"};
  }
}

std::string unnoticed_markdown(const std::string& decision, const std::vector<Unnoticed>& edits) {
  std::string out = "## Edits of " + (decision.empty() ? "the rules" : decision) + " that nothing notices\n\n";
  if (edits.empty()) return out + "Proofs and examples notice every edit.\n";
  for (const Unnoticed& edit : edits) {
    out += "- " + edit.what + (edit.where.empty() ? "" : ", where " + edit.where) + "\n\n```tally\n" + edit.example +
           "```\n\n";
  }
  return out;
}

}  // namespace tally::editor
