// `tally check FILE...`: every check, proof and example.
#include <memory>

#include "cli/commands.h"
#include "cli/diagnostics_json.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "compiler/checks/checks.h"
#include "grammar/source/render.h"

namespace tally::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string format = "text";
};

struct Checked {
  Compilation compilation;
  CheckSummary summary;
  bool ok() const { return !compilation.diagnostics.has_errors(); }
};

Checked check_file(const std::string& path) {
  Checked c{compile(path, read_rules), {}};
  if (c.compilation.policy) c.summary = check(*c.compilation.policy, c.compilation.sources, c.compilation.diagnostics);
  c.compilation.diagnostics.sort();
  return c;
}

// Exact as long as it can be read; the JSON output has every digit.
std::string combinations(const Count& n) {
  const std::string digits = n.get_str();
  if (digits.size() <= 40) return counted(n, "combination");
  return "about " + digits.substr(0, 1) + "." + digits.substr(1, 2) + "e" + std::to_string(digits.size() - 1) +
         " combinations";
}

std::string summary_line(const std::string& path, const Checked& c) {
  const std::string problems = summary(c.compilation.diagnostics);
  if (!c.compilation.policy) return path + ": " + problems + "\n";
  const CheckSummary& s = c.summary;
  std::string line = path + ": " + (c.ok() ? "ok" : problems) + ": " + counted(s.decisions, "decision") + ", " +
                     counted(s.rules, "rule") + ", " + counted(s.proofs, "proof") + ", " +
                     counted(s.examples, "example") + ", " + combinations(s.combinations);
  if (c.ok() && !problems.empty()) line += " (" + problems + ")";
  return line + "\n";
}

Json file_json(const std::string& path, const Checked& c) {
  Json out = {{"file", path}, {"ok", c.ok()}};
  if (c.compilation.policy) {
    const CheckSummary& s = c.summary;
    out["decisions"] = s.decisions;
    out["rules"] = s.rules;
    out["proofs"] = s.proofs;
    out["examples"] = s.examples;
    out["combinations"] = to_json(s.combinations);
  }
  out["diagnostics"] = to_json(c.compilation.diagnostics, c.compilation.sources);
  return out;
}

int run(const Options& options) {
  int code = exit_fine;
  Json all = Json::array();
  for (const std::string& path : options.files) {
    const Checked c = check_file(path);
    if (!c.ok()) code = std::max(code, is_unreadable(c.compilation) ? exit_usage : exit_fault);
    if (options.format == "json") {
      all.push_back(file_json(path, c));
    } else {
      report(c.compilation.diagnostics, c.compilation.sources);
      print(summary_line(path, c));
    }
  }
  if (options.format == "json") print(to_text({{"ok", code == exit_fine}, {"files", std::move(all)}}));
  return code;
}

}  // namespace

Run add_check(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->files, "rule files")->required()->type_name("");
  app.add_option("--format", options->format, "text (default) or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  app.footer(
      "Says at once what is wrong: gaps, overlaps, rules that never fire, proofs and examples that fail, each with a "
      "concrete call.\n"
      "Example: tally check rules/call_recording.tally");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
