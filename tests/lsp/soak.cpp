// Random edits of rule files while a language server has them open, with requests in between.
//
//   lsp_soak [--edits N] [--seed S] FILE...
//
// In:     rule files. Their texts are edited, and the files are left alone
// Out:    exit code 0, or what went wrong: a request without an answer, a server that ended, memory that grows
// Always: the server is this program itself (`--serve`), so that a build with sanitizers needs no LLVM. A seed gives
//         the same edits and requests; the time at which they come is that of the machine
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>

#include "editor/protocol/server.h"
#include "tests/lsp/client.h"

namespace tally::testing {
namespace {

namespace fs = std::filesystem;

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

int serve_here() {
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  const auto read = [](const std::string& path) -> std::variant<std::string, ReadError> {
    if (!fs::is_regular_file(path)) return ReadError{"no such file"};
    return contents(path);
  };
  const auto none = [](const std::string&) { return std::vector<std::string>(); };
  return editor::serve(std::cin, std::cout, {read, none, read, "soak"}) ? 0 : 1;
}

// A text that is edited in the client and in the server alike. Positions are counted in UTF-8.
struct Edited {
  std::string uri, original, text;
  int version = 1;
};

class Soak {
 public:
  Soak(const std::string& program, unsigned seed, const std::vector<std::string>& files)
      : client_({program, "--serve"}), random_(seed) {
    client_.initialize({{"general", {{"positionEncodings", {"utf-8"}}}}});
    for (const std::string& path : files) {
      const std::string text = contents(path);
      texts_.push_back({"file://" + fs::absolute(path).string(), text, text});
      client_.open(texts_.back().uri, text);
    }
  }

  // Returns whether the memory stayed flat.
  bool run(std::size_t edits) {
    std::size_t early = 0;
    for (std::size_t i = 0; i < edits; ++i) {
      Edited& text = texts_[below(texts_.size())];
      edit(text);
      if (below(20) == 0) {
        for (const char* method : methods) ask(method, text);
      } else if (below(2) == 0) {
        ask(methods[below(std::size(methods))], text);
      }
      if (below(200) == 0) run_commands(text);
      // A text that is broken for long finds less and less.
      if (below(40) == 0) replace(text, 0, text.text.size(), text.original);
      if (i == edits / 4) early = settled();
      if (i % 1'000 == 999) std::printf("%zu edits, %zu requests, %zu KiB\n", i + 1, asked_, client_.memory());
    }
    const std::size_t late = settled();
    std::printf(
        "%zu edits, %zu requests (%zu with an error for an answer), memory %zu KiB after a quarter, %zu KiB at the "
        "end\n",
        edits, asked_, errors_, early, late);
#if defined(__SANITIZE_ADDRESS__)
    return true;  // the sanitizer keeps where each block was allocated; it reports leaks at the end itself
#else
    return late < early + early / 4 + 32'768;
#endif
  }
  int end() { return client_.end(); }

 private:
  static constexpr const char* methods[] = {"textDocument/hover",
                                            "textDocument/definition",
                                            "textDocument/references",
                                            "textDocument/documentHighlight",
                                            "textDocument/documentSymbol",
                                            "textDocument/foldingRange",
                                            "textDocument/semanticTokens/full",
                                            "textDocument/semanticTokens/range",
                                            "textDocument/completion",
                                            "textDocument/signatureHelp",
                                            "textDocument/inlayHint",
                                            "textDocument/codeLens",
                                            "textDocument/codeAction",
                                            "textDocument/prepareRename",
                                            "textDocument/rename",
                                            "workspace/symbol",
                                            "textDocument/formatting",
                                            "textDocument/rangeFormatting",
                                            "textDocument/onTypeFormatting"};
  static constexpr const char* pieces[] = {" ",
                                           "\n",
                                           "\r\n",
                                           "\r",
                                           "{",
                                           "}",
                                           "(",
                                           ")",
                                           "[",
                                           "]",
                                           "|",
                                           "\"",
                                           "#",
                                           ".",
                                           ",",
                                           ":",
                                           "=",
                                           " is ",
                                           " on ",
                                           " off ",
                                           " when ",
                                           " and ",
                                           " or ",
                                           " not ",
                                           "input x : flag\n",
                                           "decision z : flag { on otherwise }\n",
                                           "type t = a | b\n",
                                           "let y = on\n",
                                           "use \"b.tally\" as b\n",
                                           "prove on is on\n",
                                           "\xF0\x9F\x98\x80",
                                           "e\xCC\x81",
                                           "\xE2\x82\xAC",
                                           "5..30",
                                           "/a/b",
                                           "like \"NXX\"",
                                           "{source}",
                                           " otherwise",
                                           " because \"{",
                                           "amend ",
                                           "every v in network: ",
                                           "-",
                                           "\t",
                                           "longest",
                                           "0"};

  std::size_t below(std::size_t n) {
    return n == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }

  // The start of a character.
  static std::size_t whole(const std::string& text, std::size_t at) {
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) --at;
    return at;
  }
  static Json position(const std::string& text, std::size_t offset) {
    std::size_t line = 0, begin = 0;
    for (std::size_t i = 0; i < offset; ++i) {
      if (text[i] != '\n' && text[i] != '\r') continue;
      if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
        if (i + 1 >= offset) break;
        ++i;
      }
      ++line;
      begin = i + 1;
    }
    return {{"line", line}, {"character", offset - begin}};
  }

  void replace(Edited& text, std::size_t begin, std::size_t end, const std::string& with) {
    // An edit within a line break is none that an editor would make.
    const auto splits = [&](std::size_t at) {
      return at > 0 && at < text.text.size() && text.text[at - 1] == '\r' && text.text[at] == '\n';
    };
    if (splits(begin)) --begin;
    if (splits(end)) ++end;
    const Json range = {{"start", position(text.text, begin)}, {"end", position(text.text, end)}};
    client_.change(text.uri, ++text.version, {{{"range", range}, {"text", with}}});
    text.text.replace(begin, end - begin, with);
  }

  void edit(Edited& text) {
    const std::size_t at = whole(text.text, below(text.text.size() + 1));
    switch (below(5)) {
      case 0:
      case 1: return replace(text, at, at, pieces[below(std::size(pieces))]);
      case 2: return replace(text, at, whole(text.text, std::min(text.text.size(), at + 1 + below(12))), "");
      case 3: {  // a part of the file again
        const std::size_t from = whole(text.original, below(text.original.size()));
        const std::size_t to = whole(text.original, std::min(text.original.size(), from + below(60)));
        return replace(text, at, at, text.original.substr(from, to - from));
      }
      default:
        return replace(text, at, whole(text.text, std::min(text.text.size(), at + below(8))),
                       pieces[below(std::size(pieces))]);
    }
  }

  void ask(const std::string& method, const Edited& text) {
    const Json here = position(text.text, whole(text.text, below(text.text.size() + 1)));
    const Json whole_text = {{"start", {{"line", 0}, {"character", 0}}},
                             {"end", {{"line", 1'000'000}, {"character", 0}}}};
    const Json params = {
        {"textDocument", {{"uri", text.uri}}}, {"position", here}, {"range", whole_text},
        {"newName", "another-name"},           {"query", "a"},     {"context", {{"diagnostics", Json::array()}}}};
    take(client_.ask(method, params));
  }

  void run_commands(const Edited& text) {
    for (const char* command : {"tally.table", "tally.matrix", "tally.diffHead", "tally.unnoticed"})
      take(client_.ask("workspace/executeCommand", {{"command", command}, {"arguments", {{{"uri", text.uri}}}}}));
  }

  // Some answers are waited for later, so that edits come while the server works. Some of these are cancelled.
  void take(std::int64_t id) {
    ++asked_;
    pending_.push_back(id);
    if (below(10) == 0) client_.notify("$/cancelRequest", {{"id", id}});
    if (below(3) != 0 || pending_.size() > 30) take_all();
  }
  void take_all() {
    for (const std::int64_t id : pending_)
      if (client_.wait(id).contains("error")) ++errors_;
    pending_.clear();
    client_.forget_notes();
  }

  // The memory once all texts are as they were and all checks are done.
  std::size_t settled() {
    for (Edited& text : texts_) {
      replace(text, 0, text.text.size(), text.original);
      run_commands(text);
    }
    take_all();
    return client_.memory();
  }

  Client client_;
  std::mt19937 random_;
  std::vector<Edited> texts_;
  std::vector<std::int64_t> pending_;
  std::size_t asked_ = 0, errors_ = 0;
};

}  // namespace
}  // namespace tally::testing

int main(int argc, char** argv) {
  using namespace tally::testing;
  std::size_t edits = 1'000;
  unsigned seed = 1;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--serve") return serve_here();
    if (word == "--edits" && i + 1 < argc)
      edits = std::stoul(argv[++i]);
    else if (word == "--seed" && i + 1 < argc)
      seed = static_cast<unsigned>(std::stoul(argv[++i]));
    else
      files.push_back(word);
  }
  if (files.empty()) {
    std::fputs("usage: lsp_soak [--edits N] [--seed S] FILE...\n", stderr);
    return 2;
  }
  try {
    Soak soak(std::filesystem::read_symlink("/proc/self/exe").string(), seed, files);
    const bool flat = soak.run(edits);
    if (!flat) std::fputs("the memory grows\n", stderr);
    const int code = soak.end();
    if (code != 0) std::fprintf(stderr, "the server ended with %d\n", code);
    return flat && code == 0 ? 0 : 1;
  } catch (const std::exception& wrong) {
    std::fprintf(stderr, "%s (seed %u)\n", wrong.what(), seed);
    return 1;
  }
}
