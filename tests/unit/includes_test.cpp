// The structure of the source tree, held by a test: which folder may include
// what, how long a file may be, and that every header says what it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tally {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_source_lines = 600;
constexpr std::size_t max_test_lines = 900;

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

// What stands between the quotes or brackets of an #include; empty where the
// line is none.
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

const std::set<std::string> rooms = {"grammar", "compiler", "runtime", "simulator", "library", "cli"};

// Which rooms a room sees; its own is one of them.
const std::map<std::string, std::set<std::string>> seen_by = {
    {"grammar", {"grammar"}},
    {"compiler", {"grammar", "compiler"}},
    {"runtime", {"runtime"}},
    {"simulator", {"grammar", "compiler", "runtime", "simulator"}},
    {"library", {"grammar", "compiler", "runtime", "simulator", "library"}},
    {"cli", {"grammar", "compiler", "runtime", "simulator", "cli"}},
};

// Libraries, by how their headers begin, and the files that may include them,
// by how their paths begin.
struct Library {
  std::vector<std::string> headers;
  std::vector<std::string> users;
};
const std::vector<Library> libraries = {
    {{"llvm/", "llvm-c/"},
     {"compiler/codegen", "compiler/jit", "compiler/object", "compiler/code_plan", "compiler/llvm_module",
      "compiler/sliced_code"}},
    {{"lld/"}, {"compiler/object_link"}},
    {{"tao/"}, {"grammar/"}},
    {{"nlohmann/"}, {"cli/", "runtime/"}},
    {{"CLI/"}, {"cli/"}},
    {{"gtest/", "gmock/", "benchmark/"}, {}},
};

// Headers of the runtime that describe a policy and pull nothing else in; the
// compiler writes what they describe.
bool is_descriptor(std::string_view header) {
  return header.starts_with("runtime/") && header.find("descriptor") != std::string_view::npos;
}

// The search for what was probably meant, in a library of its own.
constexpr std::string_view suggestions = "grammar/nearest.h";

bool allowed(const std::string& path, const std::string& header) {
  const std::string room = path.substr(0, path.find('/'));
  if (room == "runtime" && header == suggestions) return true;
  const std::string target = header.substr(0, header.find('/'));
  if (rooms.contains(target) && header.find('/') != std::string::npos) {
    return seen_by.at(room).contains(target) || (room == "compiler" && is_descriptor(header));
  }
  for (const Library& library : libraries) {
    if (begins_with_one_of(header, library.headers)) return begins_with_one_of(path, library.users);
  }
  return target != "tests" && target != "bench" && target != "embed";
}

TEST(IncludeRules, ARoomSeesTheRoomsBelowItOnly) {
  EXPECT_TRUE(allowed("grammar/a.cpp", "grammar/a.h"));
  EXPECT_FALSE(allowed("grammar/a.cpp", "compiler/model.h"));
  EXPECT_TRUE(allowed("compiler/a.cpp", "grammar/ast.h"));
  EXPECT_FALSE(allowed("compiler/a.cpp", "simulator/table.h"));
  EXPECT_FALSE(allowed("compiler/a.cpp", "cli/terminal.h"));
  EXPECT_TRUE(allowed("simulator/a.cpp", "compiler/policy.h"));
  EXPECT_FALSE(allowed("simulator/a.cpp", "cli/grid.h"));
  EXPECT_TRUE(allowed("cli/a.cpp", "simulator/table.h"));
  EXPECT_FALSE(allowed("cli/a.cpp", "tests/support/agreement.h"));
}

TEST(IncludeRules, TheRuntimeSeesNeitherCompilerNorLlvm) {
  EXPECT_FALSE(allowed("runtime/a.cpp", "compiler/policy.h"));
  EXPECT_FALSE(allowed("runtime/a.cpp", "grammar/source.h"));
  EXPECT_FALSE(allowed("runtime/a.cpp", "llvm/IR/Module.h"));
  EXPECT_TRUE(allowed("runtime/a.cpp", "nlohmann/json.hpp"));
  EXPECT_TRUE(allowed("compiler/a.cpp", "runtime/descriptor.h"));
  EXPECT_FALSE(allowed("compiler/a.cpp", "runtime/documents.h"));
}

TEST(IncludeRules, LibrariesStayWhereTheyAreUsed) {
  EXPECT_TRUE(allowed("compiler/codegen.cpp", "llvm/IR/IRBuilder.h"));
  EXPECT_FALSE(allowed("compiler/policy.cpp", "llvm/IR/IRBuilder.h"));
  EXPECT_FALSE(allowed("simulator/a.cpp", "llvm/IR/IRBuilder.h"));
  EXPECT_FALSE(allowed("compiler/a.cpp", "tao/pegtl.hpp"));
  EXPECT_FALSE(allowed("simulator/a.cpp", "nlohmann/json.hpp"));
  EXPECT_FALSE(allowed("runtime/a.cpp", "CLI/CLI.hpp"));
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

TEST(SourceTree, NoFileIncludesWhatItsRoomMayNotSee) {
  const std::vector<Source> sources = sources_below(rooms);
  ASSERT_GT(sources.size(), 50u) << "the tests run in the root of the project";
  for (const Source& source : sources) {
    for (const std::string& header : includes(source)) {
      EXPECT_TRUE(allowed(source.path, header)) << source.path << " includes " << header;
    }
  }
}

// PEGTL costs every file that includes it seconds: one .cpp, or headers that
// only this .cpp includes.
TEST(SourceTree, PegtlReachesOneTranslationUnit) {
  const std::vector<Source> sources = sources_below(rooms);
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
  EXPECT_EQ(units.size(), 1u) << ::testing::PrintToString(units);
}

TEST(SourceTree, NoFileIsLongerThanItsBound) {
  for (const Source& source : sources_below(rooms)) {
    EXPECT_LE(source.lines.size(), max_source_lines) << source.path;
  }
  for (const Source& source : sources_below({"tests", "bench"})) {
    EXPECT_LE(source.lines.size(), max_test_lines) << source.path;
  }
}

TEST(SourceTree, EveryHeaderSaysFirstWhatItIs) {
  for (const Source& source : sources_below({"grammar", "compiler", "runtime", "simulator", "library", "cli", "tests", "bench"})) {
    if (!source.path.ends_with(".h")) continue;
    const std::size_t looked_at = std::min<std::size_t>(source.lines.size(), 3);
    const bool says = std::any_of(source.lines.begin(), source.lines.begin() + static_cast<std::ptrdiff_t>(looked_at),
                                  [](const std::string& line) {
                                    return (line.starts_with("//") || line.starts_with("/*")) && line.size() > 15;
                                  });
    EXPECT_TRUE(says) << source.path;
  }
}

TEST(SourceTree, HeadersAreGuarded) {
  for (const Source& source : sources_below(rooms)) {
    if (!source.path.ends_with(".h")) continue;
    const bool guarded = std::any_of(source.lines.begin(), source.lines.end(), [](const std::string& line) {
      return line == "#pragma once" || line.starts_with("#ifndef ");
    });
    EXPECT_TRUE(guarded) << source.path;
  }
}

}  // namespace
}  // namespace tally
