// A rule file as an editor has it, read and analyzed with all that it uses.
//
// For example, of a file with the unsaved text "decision d : flag { on when sorce is onnet }" the reading has
// the syntax tree, what each name stands for, and the error T201.
//
// In:     the path of a rule file, and a function that reads files: unsaved texts before those on the disk
// Out:    sources, trees, names and the diagnostics of syntax and analysis
// Always: a text with faults gives a reading too, of what could be read of it. Checks and proofs are not run
//         (facts.h). A reading does not change once it is made, so threads may share it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/analyze/names.h"
#include "editor/text.h"
#include "grammar/program.h"

namespace tally::editor {

struct Reading {
  std::string path;  // of the root file
  SourceSet sources;
  Diagnostics diagnostics;
  Program program;
  NameRecord names;
  bool compiles = false;  // whether syntax and analysis found no error

  // The root file; null if it could not be read.
  const Module* root() const;
  const Module* module_at(const std::string& path) const;
  std::string_view text(FileId file) const { return sources.file(file).text(); }
};

// `placeholder`: see NameRecord.
std::shared_ptr<const Reading> read_program(const std::string& path, const ReadFile& read,
                                            const std::string& placeholder = "");

// A place in a file of a reading. It keeps the reading, whose text its offsets count in.
struct Location {
  std::shared_ptr<const Reading> reading;
  Span span;
  const std::string& path() const { return reading->sources.file(span.file).name(); }
  std::string_view text() const { return reading->text(span.file); }
};

}  // namespace tally::editor
