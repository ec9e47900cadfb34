#include "compiler/driver.h"

namespace tally {

Compilation compile(const std::string& path, const ReadFile& read) {
  Compilation c;
  c.program = load_program(path, read, c.sources, c.diagnostics);
  if (c.diagnostics.has_errors()) return c;

  std::optional<Model> model = analyze(c.program, c.sources, c.diagnostics);
  if (!model) return c;

  c.policy = make_policy(std::move(*model), c.diagnostics);
  return c;
}

}  // namespace tally
