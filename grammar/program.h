// A rule file with all that it uses: the unit that is compiled.
//
// In: the path of a rule file and a function that reads files (so that this
// stage does no I/O of its own). Out: every file once, the ones that are used
// before their users, the one that was asked for last. Paths in `use` are
// relative to the file that names them; a cycle, a missing file, a directory, a
// binary file, an oversized one: a diagnostic each, at the `use` that names it.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "grammar/source/diagnostics.h"
#include "grammar/tree/ast.h"

namespace tally {

struct ReadError {
  std::string reason;  // "no such file", "is a directory", ...
};
using ReadFile = std::function<std::variant<std::string, ReadError>(const std::string& path)>;

struct Module {
  FileId file;
  std::string path;  // normalized: "./a/../b" is "b"
  ast::File tree;
  std::vector<std::size_t> uses;  // indices into Program::modules, in order, each once
  std::vector<Span> use_spans;    // where each of these is named first
};

struct Program {
  std::vector<Module> modules;  // the root is the last
  const Module& root() const { return modules.back(); }
};

// With errors reported, the program holds what could be read (possibly no
// module at all).
Program load_program(const std::string& path, const ReadFile& read, SourceSet& sources, Diagnostics& diagnostics);

}  // namespace tally
