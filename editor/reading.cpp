#include "editor/reading.h"

namespace tally::editor {

const Module* Reading::root() const { return module_at(path); }

const Module* Reading::module_at(const std::string& of) const {
  for (const Module& module : program.modules)
    if (module.path == of) return &module;
  return nullptr;
}

std::shared_ptr<const Reading> read_program(const std::string& path, const ReadFile& read,
                                            const std::string& placeholder) {
  constexpr std::size_t max_errors_of_names = 1'000;
  const auto out = std::make_shared<Reading>();
  out->path = path;
  out->names.placeholder = placeholder;
  out->program = load_program(path, read, out->sources, out->diagnostics);
  if (out->root() == nullptr) return out;
  if (out->diagnostics.has_errors()) {
    // What follows from the fault is not shown, but the names of all else are known.
    Diagnostics aside(max_errors_of_names);
    analyze_names(out->program, out->sources, aside, out->names);
  } else {
    out->compiles = analyze_names(out->program, out->sources, out->diagnostics, out->names).has_value();
  }
  out->diagnostics.sort();
  return out;
}

}  // namespace tally::editor
