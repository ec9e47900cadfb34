#include "compiler/front_end.h"

namespace tally {

Compilation compile(const std::string& path, const ReadFile& read) {
  Compilation c;
  c.path = path;
  c.program = load_program(path, read, c.sources, c.diagnostics);
  if (c.diagnostics.has_errors()) return c;

  std::optional<Model> model = analyze(c.program, c.sources, c.diagnostics);
  if (!model) return c;

  c.policy = make_policy(std::move(*model), c.diagnostics);
  return c;
}

bool is_unreadable(const Compilation& compilation) {
  const auto& list = compilation.diagnostics.list();
  return list.size() == 1 && list.front().code == DiagnosticId::unreadable_file && !list.front().span;
}

}  // namespace tally
