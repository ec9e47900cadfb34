// `tally dump FILE --stage STAGE`: what a stage makes of a rule file.
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/terminal.h"
#include "compiler/deploy/native.h"
#include "compiler/llvm/codegen.h"
#include "grammar/tree/printer.h"

namespace tally::cli {
namespace {

struct Options {
  std::string file;
  std::string stage;
};

// The outputs' nodes with names: "account-recording (rule)", "account-settings.url".
std::vector<std::pair<std::string, NodeId>> roots(const Policy& policy) {
  std::vector<std::pair<std::string, NodeId>> out;
  for (const Output& o : policy.outputs) {
    const std::string& name = policy.model->at(o.decision).name;
    out.emplace_back(name + " (rule)", o.rule);
    for (const ResultPart& p : o.parts) out.emplace_back(name + p.path, p.node);
  }
  return out;
}

std::string diagram_text(Policy& policy) {
  Space& space = *policy.space;
  std::vector<std::pair<std::string, Diagram>> named;
  for (const auto& [name, node] : roots(policy)) named.emplace_back(name, space.of(node));
  return space.diagrams().dump(
      named, [&](VariableId v) { return policy.model->at(space.element(v)).name; },
      [&](VariableId v, const CodeSet& codes) { return policy.classes->label(space.element(v), codes); });
}

int run(const Options& options) {
  Compilation c = compile(options.file, read_rules);
  c.diagnostics.sort();
  if (options.stage == "ast" && !c.program.modules.empty() && !is_unreadable(c)) {
    report(c.diagnostics, c.sources);
    print(tree_text(c.program.root().tree));
    return c.diagnostics.has_errors() ? exit_fault : exit_fine;
  }
  report(c.diagnostics, c.sources);
  if (!c.policy) return is_unreadable(c) ? exit_usage : exit_fault;
  Policy& policy = *c.policy;
  if (options.stage == "model") {
    print(model_text(*policy.model));
  } else if (options.stage == "graph") {
    print(graph_text(*policy.model, *policy.graph, *policy.lowering, roots(policy)));
  } else if (options.stage == "diagram") {
    try {
      print(diagram_text(policy));
    } catch (const NodeLimit& reached) {
      complain("the diagrams grew beyond " + grouped(Count(static_cast<unsigned long>(reached.limit))) + " nodes");
      return exit_fault;
    }
  } else {
    const auto text = print_listing(decide_functions_request(policy, options.file),
                                    options.stage == "llvm" ? Listing::optimized_llvm : Listing::assembly);
    if (!text) {
      complain(text.error().message);
      return exit_fault;
    }
    print(*text);
  }
  return exit_fine;
}

}  // namespace

Run add_dump(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "a rule file")->required()->type_name("");
  app.add_option("--stage", options->stage, "ast, model, graph, diagram, llvm or asm")
      ->required()
      ->check(CLI::IsMember({"ast", "model", "graph", "diagram", "llvm", "asm"}))
      ->type_name("STAGE");
  app.footer("Example: tally dump rules/call_recording.tally --stage graph");
  return [options] { return run(*options); };
}

}  // namespace tally::cli
