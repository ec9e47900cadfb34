// A program: a rule file with all files that it uses. It is the unit that is compiled.
//
// For example, if "a.tally" has `use "b.tally"`, the modules are b.tally and a.tally, in this
// order.
//
// In:     the path of a rule file, and a function that reads files; this stage does no
//         I/O itself
// Out:    every file once. A file comes before the files that use it, the root comes
//         last.
// Always: a path in `use` is relative to the file that names it. A cycle, a missing file,
//         a directory, a file of another kind and an oversized file are reported, each at the
//         `use` that names it. `amend "b.tally"` is a `use` whose file is changed as well.
#pragma once

#include <functional>
#include <string>
#include <variant>

#include "grammar/source/diagnostics.h"
#include "grammar/tree/ast.h"

namespace tally {

// Why a file could not be read.
struct ReadError {
  std::string reason;  // "no such file", "is a directory", ...
  std::string help{};  // what to write instead; may be empty
};
using ReadFile = std::function<std::variant<std::string, ReadError>(const std::string& path)>;

// A file that a module names.
struct Import {
  std::size_t module = 0;
  Span span;                       // the declaration that names it
  std::optional<ast::Name> alias;  // `use "b.tally" as b`
};

// One file of a program, parsed.
struct Module {
  FileId file;
  std::string path;  // normalized: "./a/../b" is "b"
  ast::File tree;
  std::vector<std::size_t> uses;    // indices into Program::modules, in order, each once
  std::vector<Import> imports;      // the same files, a file once per name under which it is known
  std::vector<std::size_t> amends;  // those of `uses` that it amends
};

// All files of a program.
struct Program {
  std::vector<Module> modules;  // the root is the last
  const Module& root() const { return modules.back(); }
};

// Loads a program. If errors are reported, it holds the modules that could be read,
// possibly none.
Program load_program(const std::string& path, const ReadFile& read, SourceSet& sources, Diagnostics& diagnostics);

}  // namespace tally
