// Fuzz target: from source text to native code.
//
// In:     any bytes, read as a rule file. The text after a line that begins with `#@` is a
//         second file, for the first path that a `use` names. "#: " is removed from the start
//         of its lines, so that the golden cases can be seeds unchanged. Every other path has
//         no file.
// Always: no input crashes, throws or hangs any stage; a text that parses is printed, and the
//         printed text parses to the same; every diagnostic can be rendered; the compiled
//         code decides as the diagrams do
//
// The later stages are skipped for large policies, so that a single input stays fast.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/checks/checks.h"
#include "compiler/deploy/native.h"
#include "compiler/front_end.h"
#include "compiler/llvm/jit.h"
#include "grammar/parse/parser.h"
#include "grammar/source/render.h"
#include "grammar/tree/printer.h"

namespace tally {
namespace {

constexpr std::size_t node_limit = 20'000;
constexpr std::size_t max_checked_nodes = 5'000;  // of the decision graph
constexpr std::size_t max_checked_elements = 2'000;
constexpr std::size_t max_checked_claims = 20;  // proofs and examples
constexpr std::size_t max_compiled_nodes = 2'000;
constexpr const char* root_name = "root.tally";

[[noreturn]] void fail(const std::string& what, const std::string& evidence = {}) {
  std::fprintf(stderr, "source_fuzzer: %s\n%s\n", what.c_str(), evidence.c_str());
  std::abort();
}

struct Files {
  std::string root;
  std::optional<std::string> used;
};

Files split(std::string_view bytes) {
  const std::size_t line = bytes.starts_with("#@") ? 0 : bytes.find("\n#@");
  if (line == std::string_view::npos) return {std::string(bytes), std::nullopt};
  Files files{std::string(bytes.substr(0, line)), std::string()};
  std::string_view rest = bytes.substr(line + (line == 0 ? 0 : 1));
  rest.remove_prefix(std::min(rest.size(), rest.find('\n')));  // the line that names the file
  if (!rest.empty()) rest.remove_prefix(1);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    std::string_view one = rest.substr(0, end);
    rest.remove_prefix(end);
    if (one.starts_with("#: ")) one.remove_prefix(3);
    *files.used += one;
  }
  return files;
}

void render_all(const Diagnostics& diagnostics, const SourceSet& sources) {
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.message.empty()) fail("a diagnostic without a message");
    if (render(d, sources, {false}).empty() || render(d, sources, {true}).empty()) fail("an empty rendering");
  }
  if (summary(diagnostics).empty() != diagnostics.list().empty()) fail("the summary forgets what was reported");
}

// A text that parses can be printed, and the printed text parses to the same.
void round_trip(const std::string& text) {
  SourceSet sources;
  Diagnostics diagnostics;
  const ast::File tree = parse(sources, sources.add("first", text), diagnostics);
  if (diagnostics.has_errors()) return;
  const std::string printed = source_text(tree);
  if (printed.size() > max_file_bytes) return;
  const ast::File again = parse(sources, sources.add("printed", printed), diagnostics);
  if (diagnostics.has_errors()) {
    // Parentheses that the printer adds count as nesting.
    const Diagnostic& first = diagnostics.list().front();
    if (first.code == DiagnosticId::nesting_too_deep) return;
    fail("what was printed does not parse", printed + "\n" + render(first, sources));
  }
  if (const std::string twice = source_text(again); twice != printed) {
    fail("printing twice differs", printed + "\n--- and then\n" + twice);
  }
}

// The texts that the command accepts as arguments.
void parse_arguments(const std::string& text) {
  SourceSet sources;
  Diagnostics diagnostics;
  const FileId file = sources.add("--where", text);
  parse_expression(sources, file, diagnostics);
  parse_paths(sources, file, diagnostics);
  render_all(diagnostics, sources);
}

// A code of an element, selected by `way`: the lowest, the highest, or a mixture.
std::uint8_t choose_code(const Classes& classes, ElementId element, unsigned way) {
  const std::uint32_t first = classes.first(element), count = classes.codes(element) - first;
  if (way == 0) return static_cast<std::uint8_t>(first);
  if (way == 1) return static_cast<std::uint8_t>(first + count - 1);
  return static_cast<std::uint8_t>(first + (element.value * 2654435761u + way * 40503u) / 7 % count);
}

// The joint function must decide, result by result, as the diagrams do.
void compare_code(Policy& policy) {
  auto compiled = compile_native(decide_functions_request(policy, root_name));
  if (!compiled) fail("no code", compiled.error().message);
  const DecideFunction decide = compiled->function(policy.decide_symbol());
  if (decide == nullptr) fail("the joint function is missing");

  std::vector<NodeId> nodes;
  for (const Output& output : policy.outputs) {
    nodes.push_back(output.rule);
    for (const ResultPart& part : output.parts) nodes.push_back(part.node);
  }
  Space space(*policy.model, *policy.graph, *policy.classes, policy.space->order(), node_limit);
  for (unsigned way = 0; way < 6; ++way) {
    std::vector<std::uint8_t> in(policy.layout->size());
    Assignment codes;
    for (const ElementId element : space.order()) {
      codes.push_back(choose_code(*policy.classes, element, way));
      if (const auto offset = policy.layout->offset(element)) in[*offset] = codes.back();
    }
    std::vector<std::uint16_t> out(policy.slot_count(), 0xffff);
    decide(in.data(), out.data());
    for (std::size_t slot = 0; slot < nodes.size(); ++slot) {
      try {
        const std::uint32_t expected = space.diagrams().evaluate(space.of(nodes[slot]), codes);
        if (expected != out[slot]) {
          fail("slot " + std::to_string(slot) + " is " + std::to_string(out[slot]) + " by code, " +
               std::to_string(expected) + " by diagram, in assignment " + std::to_string(way));
        }
      } catch (const NodeLimit&) {
        return;
      }
    }
  }
}

void run(std::string_view bytes) {
  const Files files = split(bytes);
  round_trip(files.root);
  if (files.used) round_trip(*files.used);
  parse_arguments(files.root);

  std::optional<std::string> used_path;
  const ReadFile read = [&](const std::string& path) -> std::variant<std::string, ReadError> {
    if (path == root_name) return files.root;
    if (!files.used || (used_path && *used_path != path)) return ReadError{"no such file"};
    used_path = path;
    return *files.used;
  };
  Compilation c = compile(root_name, read);
  if (!c.policy && !c.diagnostics.has_errors()) fail("no policy, and no error that says why");
  if (c.policy && c.diagnostics.has_errors()) fail("a policy in spite of errors");

  if (c.policy) {
    Policy& policy = *c.policy;
    const Model& model = *policy.model;
    if (policy.graph->size() <= max_compiled_nodes) compare_code(policy);
    if (policy.graph->size() <= max_checked_nodes && model.elements.size() <= max_checked_elements &&
        model.proofs.size() + model.examples.size() <= max_checked_claims) {
      check(policy, c.sources, c.diagnostics, {node_limit});
    }
  }
  c.diagnostics.sort();
  render_all(c.diagnostics, c.sources);
}

}  // namespace
}  // namespace tally

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tally::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
