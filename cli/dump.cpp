// `tally dump FILE --stage STAGE`: prints the result of one stage for a rule file.
#include <memory>

#include "cli/commands.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "compiler/deploy/native.h"
#include "compiler/llvm/codegen.h"
#include "grammar/tree/printer.h"
#include "simulator/conditions/cells.h"

namespace tally::cli {
namespace {

enum class Stage : std::uint8_t { ast, model, graph, diagram, llvm, assembly };

struct DumpArguments {
  std::string file;
  Stage stage = Stage::ast;
};

// Returns the outputs' nodes with names: "account-recording (rule)", "account-settings.url".
std::vector<std::pair<std::string, NodeId>> roots(const Policy& policy) {
  std::vector<std::pair<std::string, NodeId>> out;
  for (const Output& o : policy.outputs) {
    const std::string& name = policy.model->at(o.decision).name;
    out.emplace_back(name + " (rule)", o.rule);
    for (const ResultPart& p : o.parts) out.emplace_back(name + p.path, p.node);
  }
  return out;
}

Result<std::string> diagram_text(Policy& policy) {
  Space& space = *policy.space;
  try {
    std::vector<std::pair<std::string, Diagram>> named;
    for (const auto& [name, node] : roots(policy)) named.emplace_back(name, space.of(node));
    return space.diagrams().dump(
        named, [&](VariableId v) { return policy.model->at(space.element(v)).name; },
        [&](VariableId v, const CodeSet& codes) {
          return cell_text(*policy.model, *policy.classes, space.element(v), codes);
        });
  } catch (const NodeLimit& reached) {
    return Error{Cause::bound, "the diagrams grew beyond " + grouped(reached.limit) + " nodes"};
  }
}

Result<std::string> code_text(const Policy& policy, const DumpArguments& options, Listing what) {
  return print_listing(decide_functions_request(policy, options.file), what);
}

// Returns the result of a stage for a file that compiles.
Result<std::string> listing(Policy& policy, const DumpArguments& options) {
  switch (options.stage) {
    case Stage::ast: break;  // printed for any file, whether it compiles or not
    case Stage::model: return model_text(*policy.model);
    case Stage::graph: return graph_text(*policy.model, *policy.graph, *policy.lowering, roots(policy));
    case Stage::diagram: return diagram_text(policy);
    case Stage::llvm: return code_text(policy, options, Listing::optimized_llvm);
    case Stage::assembly: return code_text(policy, options, Listing::assembly);
  }
  return std::string();
}

Result<int> run_dump(const DumpArguments& options) {
  Compilation c = compile_rules(options.file);
  c.diagnostics.sort();
  show(c.diagnostics, c.sources);
  if (options.stage == Stage::ast && !c.program.modules.empty() && cause_of(c) != Cause::file) {
    print(tree_text(c.program.root().tree));
    return c.diagnostics.has_errors() ? exit_fault : exit_fine;
  }
  if (!c.policy) return already_shown(cause_of(c));
  TALLY_ASSIGN_OR_RETURN(const std::string text, listing(*c.policy, options));
  print(text);
  return exit_fine;
}

}  // namespace

Run add_dump(CLI::App& app) {
  auto options = std::make_shared<DumpArguments>();
  rule_file(app, options->file);
  const Choices<Stage> stages = {{"ast", Stage::ast},         {"model", Stage::model}, {"graph", Stage::graph},
                                 {"diagram", Stage::diagram}, {"llvm", Stage::llvm},   {"asm", Stage::assembly}};
  choice_option(app, "--stage", options->stage, stages, "STAGE")->required();
  app.footer("Example: tally dump rules/call_recording.tally --stage graph");
  return [options] { return run_dump(*options); };
}

}  // namespace tally::cli
