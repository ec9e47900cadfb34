// Runs the commands that the documents show, and compares their output with the documents.
//
// In:     the pages, in order, with fenced blocks whose first line gives their kind:
//           ```tally NAME     a file for the commands after it
//           ```json NAME      the same
//           ```text NAME      the same
//           ```c NAME         the same text as the project's file NAME
//           ```console        `$ command` lines, each followed by its exact output
// Out:    the difference of each block that does not hold; exit code 0 if all hold
// Always: all pages run in one temporary directory, which holds their files and a link to
//         rules/, with `tally` and the program of the C block (`embed`) first in PATH
//
// Standard error is part of the output, and comes first. The project's own scripts
// (`./scripts/...`) are not run from a test; they must only exist. `--update` rewrites the
// outputs of commands.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr std::string_view fence = "```";

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool write_file(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  return out.flush().good();
}

// A directory that is removed with its owner.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "tally-readme-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// A part of a page: a fenced block, or the text between two blocks.
struct Block {
  std::string info;  // empty for text outside a block
  std::size_t line = 1;
  std::vector<std::string> lines;
  bool fenced = false;
};

std::vector<Block> blocks_of(const std::string& page) {
  std::vector<Block> blocks(1);
  std::istringstream in(page);
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.starts_with(fence)) {
      blocks.back().lines.push_back(line);
    } else if (blocks.back().fenced) {
      blocks.push_back({{}, number + 1, {}, false});
    } else {
      blocks.push_back({line.substr(fence.size()), number + 1, {}, true});
    }
  }
  return blocks;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

std::string page_of(const std::vector<Block>& blocks) {
  std::string out;
  for (const Block& block : blocks) {
    if (block.fenced) out += std::string(fence) + block.info + "\n";
    out += joined(block.lines);
    if (block.fenced) out += std::string(fence) + "\n";
  }
  return out;
}

class Runner {
 public:
  Runner(fs::path root, fs::path directory) : root_(std::move(root)), directory_(std::move(directory)) {}

  // Checks the blocks of a page. Afterwards a console block holds the actual output.
  void run(const std::string& page, std::vector<Block>& blocks) {
    for (Block& block : blocks) {
      if (!block.fenced) continue;
      std::istringstream info(block.info);
      std::string kind, name;
      info >> kind >> name;
      const std::string place = page + ":" + std::to_string(block.line);
      if ((kind == "tally" || kind == "json" || kind == "text") && !name.empty()) {
        if (!write_file(directory_ / name, joined(block.lines))) fail(place, "cannot write " + name);
      } else if (kind == "c" && !name.empty()) {
        if (read_file(root_ / name) != joined(block.lines)) fail(place, "the block is not the text of " + name);
      } else if (kind == "console") {
        run_console(place, block);
      }
    }
  }

  std::size_t failures() const { return failures_; }
  std::size_t commands() const { return commands_; }

 private:
  void fail(const std::string& place, const std::string& what) {
    ++failures_;
    std::cout << place << ": " << what << "\n";
  }

  void run_console(const std::string& place, Block& block) {
    if (block.lines.empty() || !block.lines.front().starts_with("$ ")) {
      fail(place, "a console block begins with a command");
      return;
    }
    std::vector<std::string> printed;
    for (const std::string& line : block.lines) {
      if (!line.starts_with("$ ")) continue;
      printed.push_back(line);
      std::istringstream out(output_of(place, line.substr(2)));
      for (std::string one; std::getline(out, one);) printed.push_back(one);
    }
    if (printed == block.lines) return;
    fail(place, "this is what is printed:");
    std::cout << joined(printed);
    block.lines = std::move(printed);
  }

  std::string output_of(const std::string& place, const std::string& command) {
    ++commands_;
    if (command.starts_with("./scripts/")) {
      const fs::path script = root_ / command.substr(2, command.find(' ') - 2);
      if (::access(script.c_str(), X_OK) != 0) fail(place, script.string() + " is not a program");
      return {};
    }
    // Standard output follows standard error, whatever the buffers do.
    const std::string line =
        "cd '" + directory_.string() + "' && { " + command + "; } </dev/null 2>&1 >.printed; cat .printed";
    std::FILE* pipe = ::popen(line.c_str(), "r");
    if (pipe == nullptr) {
      fail(place, "cannot run a shell");
      return {};
    }
    std::string text;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) != 0;) text.append(buffer, n);
    ::pclose(pipe);
    return text;
  }

  fs::path root_, directory_;
  std::size_t failures_ = 0;
  std::size_t commands_ = 0;
};

int usage() {
  std::cerr << "usage: readme [--update] --tally PROGRAM --embed PROGRAM PAGE...\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  bool update = false;
  fs::path tally, embed;
  std::vector<fs::path> pages;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--update") {
      update = true;
    } else if ((argument == "--tally" || argument == "--embed") && i + 1 < argc) {
      (argument == "--tally" ? tally : embed) = fs::absolute(argv[++i]);
    } else if (argument.starts_with("-")) {
      return usage();
    } else {
      pages.emplace_back(argument);
    }
  }
  if (tally.empty() || embed.empty() || pages.empty()) return usage();

  const TemporaryDirectory directory;
  if (directory.path().empty()) {
    std::cerr << "readme: no temporary directory\n";
    return 2;
  }
  const fs::path root = fs::current_path();
  fs::create_directory_symlink(root / "rules", directory.path() / "rules");
  // Links, so that the programs are found by their bare names, and nothing else in their folders
  // is found.
  const fs::path programs = directory.path() / ".programs";
  fs::create_directory(programs);
  fs::create_symlink(tally, programs / "tally");
  fs::create_symlink(embed, programs / "embed");
  const char* path = std::getenv("PATH");
  ::setenv("PATH", (programs.string() + ":" + (path != nullptr ? path : "/usr/bin:/bin")).c_str(), 1);

  Runner runner(root, directory.path());
  for (const fs::path& page : pages) {
    const std::string text = read_file(page);
    if (text.empty()) {
      std::cerr << "readme: cannot read " << page.string() << "\n";
      return 2;
    }
    std::vector<Block> blocks = blocks_of(text);
    runner.run(page.string(), blocks);
    if (update && page_of(blocks) != text && !write_file(page, page_of(blocks))) {
      std::cerr << "readme: cannot write " << page.string() << "\n";
      return 2;
    }
  }
  std::cout << runner.commands() << " commands, " << runner.failures() << " failures\n";
  if (runner.commands() == 0) return 1;
  return runner.failures() == 0 || update ? 0 : 1;
}
