// `tally check FILE...`: runs every check, proof and example.
#include <algorithm>
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "compiler/checks/checks.h"
#include "compiler/fingerprint/fingerprint.h"
#include "grammar/source/render.h"
#include "simulator/documents/shown_call.h"
#include "simulator/report/check_json.h"

namespace tally::cli {
namespace {

struct CheckArguments {
  std::vector<std::string> files;
  Format format = Format::text;
  bool examples = false;
  bool fingerprint = false;
};

struct Checked {
  Compilation compilation;
  CheckSummary summary;
  std::optional<Fingerprint> fingerprint;  // if it is wanted, and the rules have no error
  bool ok() const { return !compilation.diagnostics.has_errors(); }
};

// With `examples`, reports have their calls also as requests and as examples.
Checked check_file(const std::string& path, bool examples, bool with_fingerprint) {
  Checked c{compile_rules(path), {}, {}};
  if (c.compilation.policy) {
    CheckOptions options;
    const ShowCall show_call = show_calls_of(c.compilation);
    if (examples) options.show_call = &show_call;
    c.summary = check(c.compilation, options);
  }
  if (with_fingerprint && c.ok()) c.fingerprint = fingerprint(*c.compilation.policy);
  c.compilation.diagnostics.sort();
  return c;
}

// Returns a count for people: exact as long as it is readable. The JSON output has every digit.
std::string combinations(const std::optional<Count>& n) {
  if (!n) return "more combinations than can be counted";
  const std::string digits = n->get_str();
  if (digits.size() <= 40) return counted(*n, "combination");
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

// The whole fingerprint, and the first digits of each part of it: enough to see which part changed.
std::string fingerprint_text(const Fingerprint& fingerprint) {
  const auto whole = [](const std::optional<Digest>& digest) {
    return digest ? digest->text() : std::string("none: the diagrams are too large");
  };
  const auto shortened = [](const std::optional<Digest>& digest) {
    return digest ? digest->text().substr(0, 16) : std::string("none");
  };
  std::string text = "  fingerprint " + whole(fingerprint.all()) + "\n";
  std::size_t width = std::string_view("documents").size();
  for (const DecisionFingerprint& one : fingerprint.decisions) width = std::max(width, one.decision.size());
  const auto line = [&](const std::string& name, const std::string& rest) {
    text += "    " + name + std::string(width - name.size() + 2, ' ') + rest + "\n";
  };
  line("documents", shortened(fingerprint.documents));
  for (const DecisionFingerprint& one : fingerprint.decisions)
    line(one.decision, "values " + shortened(one.values) + "  reasons " + shortened(one.reasons));
  return text;
}

Result<int> run_check(const CheckArguments& options) {
  int code = exit_fine;
  report::Json all = report::Json::array();
  for (const std::string& path : options.files) {
    const Checked c = check_file(path, options.examples || options.format == Format::json, options.fingerprint);
    if (!c.ok()) code = std::max(code, exit_code_of(cause_of(c.compilation)));
    if (options.format == Format::json) {
      all.push_back(report::check_json(path, c.compilation, c.summary, c.fingerprint));
    } else {
      show(c.compilation.diagnostics, c.compilation.sources, options.examples ? Calls::as_examples : Calls::in_words);
      print(prose(summary_line(path, c)));
      if (c.fingerprint) print(fingerprint_text(*c.fingerprint));
    }
  }
  if (options.format == Format::json) print(report::to_text({{"ok", code == exit_fine}, {"files", std::move(all)}}));
  return code;
}

}  // namespace

Run add_check(CLI::App& app) {
  auto options = std::make_shared<CheckArguments>();
  app.add_option("FILE", options->files, "rule files")->required()->type_name("");
  app.add_flag("--examples", options->examples,
               "show the calls of reports as requests, and as examples to be added to the rules, too");
  app.add_flag("--fingerprint", options->fingerprint,
               "print what the rules decide as a hash: two files with one fingerprint decide every request alike");
  format_option(app, options->format, {Format::text, Format::json});
  app.footer(
      "Reports gaps, overlaps, rules that never fire, proofs and examples that fail, each with a concrete call.\n"
      "Example: tally check rules/call_recording.tally");
  return [options] { return run_check(*options); };
}

}  // namespace tally::cli
