// `tally mutate FILE`: edits of the rules that no proof or example notices.
#include <memory>

#include "cli/commands.h"
#include "cli/diagnostics_json.h"
#include "cli/progress.h"
#include "cli/rule_arguments.h"
#include "cli/terminal.h"
#include "compiler/checks/checks.h"
#include "simulator/mutate/mutate.h"

namespace tally::cli {
namespace {

constexpr std::size_t max_shown = 100;  // bytes of an excerpt

struct Options {
  std::string file;
  std::vector<std::string> decisions;
  bool all = false;
  std::string format = "text";
};

std::string shown(const std::string& excerpt) {
  if (excerpt.size() <= max_shown) return "`" + excerpt + "`";
  std::size_t end = max_shown;
  while (end > 0 && (static_cast<unsigned char>(excerpt[end]) & 0xC0) == 0x80) --end;
  return "`" + excerpt.substr(0, end) + "...`";
}

std::size_t line_of(const Compilation& c, const Mutant& mutant) {
  return c.sources.file(mutant.edit.place.file).position(mutant.edit.place.begin).line;
}

std::string text_of(const Compilation& c, const Options& options, const Mutant& mutant, bool colour) {
  const char* paint = mutant.verdict == Verdict::caught  ? "\x1b[32m"
                      : mutant.verdict == Verdict::equal ? "\x1b[2m"
                                                         : "\x1b[1;31m";
  std::string out = options.file + ":" + std::to_string(line_of(c, mutant)) + ": " + (colour ? paint : "") +
                    to_string(mutant.verdict) + (colour ? "\x1b[0m" : "") + ": " + to_string(mutant.edit.kind) + ": " +
                    shown(mutant.edit.before);
  const char* to = mutant.edit.kind == EditKind::rules_swapped ? " with " : " -> ";
  if (!mutant.edit.after.empty()) {
    out += to + shown(mutant.edit.after);
  } else if (!std::string_view(to_string(mutant.edit.kind)).ends_with("dropped")) {
    out += " dropped";
  }
  out += "\n";
  if (mutant.verdict == Verdict::caught)
    out += "  by " + std::string(info(mutant.code).id) + ", " + mutant.reason + "\n";
  if (mutant.verdict == Verdict::unknown) out += "  " + mutant.reason + "\n";
  if (mutant.call) {
    out += "  where " + mutant.call->text + "\n";
    out += "  " + c.policy->model->at(mutant.call->decision).name + ": " + mutant.call->before + ", with the edit " +
           mutant.call->after + "\n";
  }
  return out;
}

// "rules.tally: 41 mutants: 38 caught, 2 equal, 1 survives".
std::string summary(const Options& options, const Mutation& mutation) {
  const auto count = [&](Verdict verdict) { return mutation.count(verdict); };
  const auto number = [](std::size_t n) { return grouped(Count(static_cast<unsigned long>(n))); };
  std::string out = options.file + ": " + counted(mutation.mutants.size(), "mutant") + ": " +
                    number(count(Verdict::caught)) + " caught, " + number(count(Verdict::equal)) + " equal, " +
                    number(count(Verdict::survives)) + (count(Verdict::survives) == 1 ? " survives" : " survive");
  if (count(Verdict::unknown) > 0) out += ", " + number(count(Verdict::unknown)) + " unknown";
  return out + "\n";
}

Json json_of(const Compilation& c, const Mutant& mutant) {
  const Position at = c.sources.file(mutant.edit.place.file).position(mutant.edit.place.begin);
  Json out = {{"line", at.line},
              {"column", at.column},
              {"verdict", to_string(mutant.verdict)},
              {"edit", to_string(mutant.edit.kind)},
              {"before", mutant.edit.before},
              {"after", mutant.edit.after}};
  if (mutant.verdict == Verdict::caught) out["code"] = info(mutant.code).id;
  if (!mutant.reason.empty()) out[mutant.verdict == Verdict::caught ? "by" : "why"] = mutant.reason;
  if (!mutant.call) return out;
  const Model& model = *c.policy->model;
  out["call"] = {{"where", mutant.call->text},
                 {"request", Json::parse(mutant.call->request, nullptr, false)},
                 {"decision", model.at(mutant.call->decision).name},
                 {"original", mutant.call->before},
                 {"mutant", mutant.call->after}};
  return out;
}

int run(const Options& options) {
  int exit_code = exit_fine;
  auto c = compile_file(options.file, exit_code);
  if (!c) return exit_code;
  RuleArguments arguments(*c, options.file);
  const auto outputs = arguments.outputs(options.decisions);
  if (!outputs) return exit_usage;
  if (c->policy->outputs.empty()) {
    complain(options.file + " has no decision");
    return exit_usage;
  }
  // What a check notices can be told only where nothing is wrong before.
  check(*c->policy, c->sources, c->diagnostics);
  if (c->diagnostics.has_errors()) {
    c->diagnostics.sort();
    report(c->diagnostics, c->sources);
    return exit_fault;
  }

  MutateOptions asked;
  for (const std::size_t output : *outputs) asked.decisions.insert(c->policy->outputs[output].decision);
  Mutation mutation;
  {
    Progress progress;
    asked.progress = [&](std::size_t done, std::size_t all) {
      if (progress.is_due()) progress.show(std::to_string(done) + " of " + counted(all, "edit"));
    };
    mutation = mutate(*c, asked);
  }
  const auto listed = [&](const Mutant& m) {
    return options.all || m.verdict == Verdict::survives || m.verdict == Verdict::unknown;
  };
  if (options.format == "json") {
    Json list = Json::array();
    for (const Mutant& m : mutation.mutants) {
      if (listed(m)) list.push_back(json_of(*c, m));
    }
    print(to_text({{"file", options.file},
                   {"mutants", mutation.mutants.size()},
                   {"caught", mutation.count(Verdict::caught)},
                   {"equal", mutation.count(Verdict::equal)},
                   {"survive", mutation.count(Verdict::survives)},
                   {"unknown", mutation.count(Verdict::unknown)},
                   {"list", std::move(list)}}));
  } else {
    for (const Mutant& m : mutation.mutants) {
      if (listed(m)) print(text_of(*c, options, m, colour_on_stdout()));
    }
    print(summary(options, mutation));
  }
  const std::size_t survivors = mutation.count(Verdict::survives), unknown = mutation.count(Verdict::unknown);
  if (survivors + unknown == 0) return exit_fine;
  complain(survivors > 0 ? "no proof or example notices " + counted(survivors, "edit") + " of " + options.file
                         : "nothing is known of " + counted(unknown, "edit") + " of " + options.file);
  return exit_fault;
}

}  // namespace

Run add_mutate(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "a rule file")->required()->type_name("");
  app.add_option("--decision", options->decisions,
                 "only the rules of this decision and the lets behind it; all where none is named")
      ->type_name("NAME")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--all", options->all, "list what is caught and what is equal too");
  app.add_option("--format", options->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.footer(
      "A mutant that survives is decided differently on the call that is shown, and no proof or example of the\n"
      "file says which of the two is right.\n"
      "Exit codes: 0 none survives; 1 some do, or the rules have an error; 2 wrong usage.\n"
      "Example: tally mutate rules/call_recording.tally --decision account-recording");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
