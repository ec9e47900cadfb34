// The structure of the source tree: which folder may include which, where third-party libraries
// may be included, and that every header begins with a description.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tally {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t long_source_lines = 600;
constexpr std::size_t long_test_lines = 900;

struct Source {
  std::string path;  // from the root of the project, as in an #include
  std::string folder;
  std::vector<std::string> lines;
};

// Tests run in the root of the project.
std::vector<Source> sources_below(const std::set<std::string>& folders) {
  std::vector<Source> out;
  for (const std::string& folder : folders) {
    const fs::path top = fs::path(folder);
    if (!fs::exists(top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file()) continue;
      if (extension != ".h" && extension != ".cpp" && extension != ".def" && extension != ".c") continue;
      Source source{entry.path().generic_string(), folder, {}};
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) source.lines.push_back(line);
      out.push_back(std::move(source));
    }
  }
  std::sort(out.begin(), out.end(), [](const Source& a, const Source& b) { return a.path < b.path; });
  return out;
}

// The text between the quotes or brackets of an #include; empty if the line is not one.
std::string included(const std::string& line) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string::npos || line[hash] != '#') return {};
  const std::size_t word = line.find_first_not_of(" \t", hash + 1);
  if (word == std::string::npos || line.compare(word, 7, "include") != 0) return {};
  const std::size_t open = line.find_first_of("\"<", word);
  if (open == std::string::npos) return {};
  const std::size_t close = line.find_first_of("\">", open + 1);
  return close == std::string::npos ? std::string() : line.substr(open + 1, close - open - 1);
}

std::vector<std::string> includes(const Source& source) {
  std::vector<std::string> out;
  for (const std::string& line : source.lines) {
    if (std::string name = included(line); !name.empty()) out.push_back(std::move(name));
  }
  return out;
}

bool begins_with_one_of(std::string_view text, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& p) { return text.starts_with(p); });
}

// --- the rules, as functions from a path and an include to a verdict ---------------

// The folders with sources of the product, and the folders that each may include. Every folder may
// include itself. A folder with a line to itself is a stage: it may not include what comes after it.
using Folders = std::set<std::string>;

Folders operator+(Folders a, const Folders& b) {
  a.insert(b.begin(), b.end());
  return a;
}

std::map<std::string, Folders> seen_by_folder() {
  std::map<std::string, Folders> seen;
  // `name` may include itself, `direct`, and everything that these may include.
  const auto add = [&](const std::string& name, const std::vector<std::string>& direct) {
    Folders all = {name};
    for (const std::string& folder : direct) all = std::move(all) + seen.at(folder);
    seen.emplace(name, std::move(all));
  };
  add("base", {});

  add("grammar/source", {"base"});
  add("grammar/tree", {"grammar/source"});
  add("grammar/parse/tokens", {"grammar/tree"});
  add("grammar/parse/engine", {"grammar/parse/tokens"});
  add("grammar/parse/rules", {"grammar/parse/engine"});
  add("grammar/parse/messages", {"grammar/parse/rules"});
  add("grammar/parse/build", {"grammar/parse/rules"});
  add("grammar/parse", {"grammar/parse/messages", "grammar/parse/build"});
  add("grammar/format", {"grammar/parse"});
  add("grammar", {"grammar/format"});

  add("runtime/include", {"base"});
  add("runtime/support", {"runtime/include"});
  add("runtime/descriptor", {"runtime/support"});
  add("runtime/documents", {"runtime/descriptor"});
  add("runtime/log", {"runtime/documents"});
  add("runtime/logging", {"runtime/log"});
  add("runtime/signing", {"runtime/support"});
  add("runtime/policy", {"runtime/logging", "runtime/signing"});
  add("runtime/batch", {"runtime/policy"});
  add("runtime/calls", {"runtime/policy"});
  add("runtime/interface", {"runtime/calls", "runtime/batch"});
  add("runtime/no_compiler", {"runtime/policy"});

  add("compiler/texts", {"base"});
  add("compiler/model", {"grammar", "compiler/texts"});
  add("compiler/analyze", {"compiler/model"});
  add("compiler/graph", {"compiler/model"});
  add("compiler/lower", {"compiler/graph"});
  add("compiler/diagrams", {"compiler/graph"});
  add("compiler/plan", {"compiler/graph"});
  add("compiler", {"compiler/analyze", "compiler/lower", "compiler/diagrams"});
  add("compiler/checks", {"compiler"});
  add("compiler/values", {"compiler"});
  add("compiler/fingerprint", {"compiler/values"});
  // The compiler writes the description of a policy that the runtime reads.
  add("compiler/deploy", {"compiler", "compiler/plan", "runtime/descriptor"});
  add("compiler/columns", {"runtime/documents"});
  add("compiler/sql", {"compiler/deploy", "compiler/columns"});
  add("compiler/llvm", {"compiler/deploy"});
  add("compiler/llvm/object", {"compiler/llvm"});
  add("compiler/driver", {"compiler/checks", "compiler/fingerprint", "compiler/llvm/object"});

  add("simulator/reference", {"compiler/model"});
  add("simulator/conditions", {"compiler"});
  add("simulator/documents", {"simulator/conditions", "compiler/checks", "runtime/documents"});
  add("simulator/covers", {"compiler"});
  add("simulator/words", {"simulator/conditions"});
  add("simulator/table", {"simulator/covers", "simulator/words"});
  add("simulator/diff", {"simulator/covers", "simulator/documents", "compiler/values", "compiler/sql"});
  add("simulator/plan", {"simulator/diff"});
  add("simulator/matrix", {"simulator/covers", "simulator/words", "simulator/documents", "compiler/values"});
  add("simulator/mutate", {"simulator/documents", "compiler/values"});
  add("simulator/vectors", {"simulator/mutate"});
  add("simulator/solve", {"simulator/covers", "simulator/documents"});
  add("simulator/explain", {"simulator/documents", "compiler/values"});
  add("simulator/sweep", {"compiler/checks", "compiler/plan"});
  add("simulator/audit", {"simulator/conditions", "simulator/documents"});
  add("simulator/report",
      {"simulator/table", "simulator/diff", "simulator/matrix", "simulator/mutate", "simulator/solve",
       "simulator/explain", "simulator/sweep", "simulator/audit", "simulator/plan", "compiler/fingerprint"});
  add("simulator/replay", {"runtime/log"});
  add("simulator/logged", {"simulator/diff", "simulator/replay", "compiler/deploy"});
  add("simulator/requests", {"simulator/documents"});
  add("simulator/rows", {"compiler/columns", "runtime/batch"});
  add("simulator/sweep_run", {"simulator/sweep", "compiler/llvm"});

  add("library", {"simulator/explain", "simulator/plan", "compiler/driver", "compiler/fingerprint", "runtime/policy"});
  add("serve", {"simulator/report", "runtime/calls"});
  add("serve/http", {"serve"});
  add("editor", {"simulator/table", "simulator/diff", "simulator/matrix", "simulator/mutate"});
  add("editor/protocol", {"editor"});
  add("cli",
      {"simulator/rows", "simulator/report", "simulator/requests", "simulator/logged", "simulator/sweep_run",
       "simulator/vectors", "editor/protocol", "compiler/driver", "compiler/sql", "runtime/policy", "serve/http"});
  return seen;
}

const std::map<std::string, Folders> seen_by = seen_by_folder();

// The top folders of the product.
const std::set<std::string> product = {"base",    "grammar", "compiler", "runtime", "simulator",
                                       "library", "editor",  "serve",    "cli"};

// Libraries, by the start of their headers' paths, and the folders that may include them,
// with their subfolders.
struct Library {
  std::vector<std::string> headers;
  std::vector<std::string> users;
};
const std::vector<Library> libraries = {
    {{"llvm/", "llvm-c/"}, {"compiler/llvm/"}},
    {{"sodium.h"}, {"compiler/fingerprint/", "runtime/signing/"}},
    {{"lld/"}, {"compiler/llvm/object/"}},
    {{"tao/"}, {"grammar/parse/"}},
    {{"utf8proc.h"}, {"grammar/source/"}},
    {{"nlohmann/"}, {"simulator/report/", "simulator/requests/", "runtime/", "editor/protocol/", "serve/"}},
    {{"microhttpd.h"}, {"serve/http/"}},
    {{"kainjow/"}, {"serve/"}},
    {{"CLI/"}, {"cli/"}},
    {{"gtest/", "gmock/", "benchmark/"}, {}},
};

std::string folder_of(std::string_view path) { return std::string(path.substr(0, path.rfind('/'))); }

bool allowed(const std::string& path, const std::string& header) {
  if (header.find('/') != std::string::npos && product.contains(header.substr(0, header.find('/')))) {
    const auto seen = seen_by.find(folder_of(path));
    return seen != seen_by.end() && seen->second.contains(folder_of(header));
  }
  for (const Library& library : libraries) {
    if (begins_with_one_of(header, library.headers)) return begins_with_one_of(path, library.users);
  }
  const std::string top = header.substr(0, header.find('/'));
  return top != "tests" && top != "bench" && top != "embed";
}

TEST(IncludeRules, AFolderSeesOnlyTheStagesBeforeIt) {
  EXPECT_TRUE(allowed("grammar/parse/a.cpp", "grammar/tree/ast.h"));
  EXPECT_FALSE(allowed("grammar/tree/a.cpp", "grammar/parse/lexer.h"));
  EXPECT_FALSE(allowed("grammar/a.cpp", "compiler/model/model.h"));
  EXPECT_TRUE(allowed("compiler/analyze/a.cpp", "grammar/tree/ast.h"));
  EXPECT_FALSE(allowed("compiler/diagrams/a.cpp", "compiler/lower/lower.h"));
  EXPECT_FALSE(allowed("compiler/graph/a.cpp", "compiler/diagrams/diagram.h"));
  EXPECT_FALSE(allowed("compiler/plan/a.cpp", "compiler/llvm/codegen.h"));
  EXPECT_FALSE(allowed("compiler/a.cpp", "simulator/table/table.h"));
  EXPECT_FALSE(allowed("compiler/a.cpp", "cli/terminal.h"));
  EXPECT_TRUE(allowed("simulator/table/a.cpp", "compiler/policy.h"));
  EXPECT_FALSE(allowed("simulator/table/a.cpp", "cli/grid.h"));
  EXPECT_TRUE(allowed("cli/a.cpp", "simulator/table/table.h"));
  EXPECT_FALSE(allowed("cli/a.cpp", "tests/support/agreement.h"));
  EXPECT_FALSE(allowed("compiler/no_such_stage/a.cpp", "base/nearest.h"));
}

TEST(IncludeRules, TheReferenceInterpreterIsForTestsAlone) {
  EXPECT_FALSE(allowed("simulator/mutate/a.cpp", "simulator/reference/interpreter.h"));
  EXPECT_FALSE(allowed("cli/a.cpp", "simulator/reference/interpreter.h"));
}

TEST(IncludeRules, TheRuntimeSeesNeitherCompilerNorLlvm) {
  EXPECT_FALSE(allowed("runtime/policy/a.cpp", "compiler/policy.h"));
  EXPECT_FALSE(allowed("runtime/policy/a.cpp", "grammar/source/source.h"));
  EXPECT_FALSE(allowed("runtime/policy/a.cpp", "llvm/IR/Module.h"));
  EXPECT_TRUE(allowed("runtime/policy/a.cpp", "nlohmann/json.hpp"));
  EXPECT_TRUE(allowed("compiler/deploy/a.cpp", "runtime/descriptor/policy_descriptor.h"));
  EXPECT_FALSE(allowed("compiler/deploy/a.cpp", "runtime/documents/answer.h"));
}

TEST(IncludeRules, LibrariesStayWhereTheyAreUsed) {
  EXPECT_TRUE(allowed("compiler/llvm/codegen.cpp", "llvm/IR/IRBuilder.h"));
  EXPECT_TRUE(allowed("compiler/llvm/object/a.cpp", "llvm/IR/IRBuilder.h"));
  EXPECT_FALSE(allowed("compiler/plan/code_plan.cpp", "llvm/IR/IRBuilder.h"));
  EXPECT_FALSE(allowed("simulator/sweep_run/a.cpp", "llvm/IR/IRBuilder.h"));
  EXPECT_FALSE(allowed("grammar/tree/a.cpp", "tao/pegtl.hpp"));
  EXPECT_FALSE(allowed("simulator/table/a.cpp", "nlohmann/json.hpp"));
  EXPECT_TRUE(allowed("simulator/report/a.cpp", "nlohmann/json.hpp"));
  EXPECT_FALSE(allowed("simulator/report/a.cpp", "cli/terminal.h"));
  EXPECT_FALSE(allowed("simulator/report/a.cpp", "compiler/llvm/jit.h"));
  EXPECT_FALSE(allowed("runtime/policy/a.cpp", "CLI/CLI.hpp"));
  EXPECT_FALSE(allowed("grammar/a.cpp", "gtest/gtest.h"));
  EXPECT_TRUE(allowed("grammar/a.cpp", "vector"));
}

TEST(IncludeRules, AnIncludeIsFoundHoweverItIsWritten) {
  EXPECT_EQ(included("#include \"grammar/a.h\""), "grammar/a.h");
  EXPECT_EQ(included("  #  include <tao/pegtl.hpp>  // why"), "tao/pegtl.hpp");
  EXPECT_EQ(included("// #include <vector>"), "");
  EXPECT_EQ(included("#define include"), "");
}

// --- the tree ---------------------------------------------------------------------------

TEST(SourceTree, NoFileIncludesWhatItsFolderMayNotSee) {
  const std::vector<Source> sources = sources_below(product);
  ASSERT_GT(sources.size(), 50u) << "the tests run in the root of the project";
  std::set<std::string> folders;
  for (const Source& source : sources) folders.insert(folder_of(source.path));
  for (const auto& [folder, seen] : seen_by) EXPECT_TRUE(folders.contains(folder)) << folder << " has no sources";
  for (const Source& source : sources) {
    for (const std::string& header : includes(source)) {
      EXPECT_TRUE(allowed(source.path, header)) << source.path << " includes " << header;
    }
  }
}

// PEGTL adds seconds to the compilation of every file that includes it. So only one .cpp, and
// headers that only this .cpp includes, may include PEGTL.
// The lexer and the matcher: PEGTL takes long to compile.
TEST(SourceTree, PegtlReachesTwoTranslationUnits) {
  const std::vector<Source> sources = sources_below(product);
  std::set<std::string> reached;
  for (const Source& source : sources) {
    for (const std::string& header : includes(source)) {
      if (header.starts_with("tao/")) reached.insert(source.path);
    }
  }
  for (std::size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const Source& source : sources) {
      for (const std::string& header : includes(source)) {
        if (reached.contains(header)) reached.insert(source.path);
      }
    }
  }
  std::vector<std::string> units;
  for (const std::string& path : reached) {
    if (path.ends_with(".cpp")) units.push_back(path);
  }
  EXPECT_EQ(units.size(), 2u) << ::testing::PrintToString(units);
}

// A long file is a hint that it may hold two things; it is never a fault by itself. The list is
// printed for those who work on one of these files.
TEST(SourceTree, LongFilesAreListed) {
  const auto list = [](const std::set<std::string>& folders, std::size_t long_from) {
    for (const Source& source : sources_below(folders)) {
      if (source.lines.size() > long_from)
        std::cout << "long: " << source.path << ", " << source.lines.size() << " lines\n";
    }
  };
  list(product, long_source_lines);
  list({"tests", "bench"}, long_test_lines);
}

TEST(SourceTree, EveryHeaderBeginsWithADescription) {
  for (const Source& source : sources_below(product + Folders{"tests", "bench"})) {
    if (!source.path.ends_with(".h")) continue;
    const std::size_t looked_at = std::min<std::size_t>(source.lines.size(), 3);
    const bool described = std::any_of(
        source.lines.begin(), source.lines.begin() + static_cast<std::ptrdiff_t>(looked_at),
        [](const std::string& line) { return (line.starts_with("//") || line.starts_with("/*")) && line.size() > 15; });
    EXPECT_TRUE(described) << source.path;
  }
}

// docs/style.md: what enters, what leaves and what always holds; or an example.
TEST(SourceTree, EveryHeaderHasInOutAlwaysOrAnExample) {
  for (const Source& source : sources_below(product)) {
    if (!source.path.ends_with(".h") || source.path.starts_with("runtime/include/")) continue;
    std::set<std::string> found;
    for (const std::string& line : source.lines) {
      if (line == "#pragma once") break;
      for (const std::string part : {"In:", "Out:", "Always:"}) {
        if (line.starts_with("// " + part)) found.insert(part);
      }
      const bool is_example = line.starts_with("//   ") && line.size() > 5 && line[5] != ' ';
      if (is_example || line.find("example") != std::string::npos) found.insert("example");
    }
    EXPECT_TRUE(found.contains("example") || found.size() == 3) << source.path;
  }
}

TEST(SourceTree, HeadersAreGuarded) {
  for (const Source& source : sources_below(product)) {
    if (!source.path.ends_with(".h")) continue;
    const bool guarded = std::any_of(source.lines.begin(), source.lines.end(), [](const std::string& line) {
      return line == "#pragma once" || line.starts_with("#ifndef ");
    });
    EXPECT_TRUE(guarded) << source.path;
  }
}

}  // namespace
}  // namespace tally
