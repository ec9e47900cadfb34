// Loads a rule file and every file that it uses, parsed. See program.h.
#include "grammar/program.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "grammar/parse/parser.h"
#include "grammar/text_fault.h"

namespace tally {
namespace {

constexpr std::size_t max_use_depth = 64;

// Paths are compared as they are written. Links and mounts are left to the reader.
std::string normalized(const std::filesystem::path& path) { return path.lexically_normal().string(); }

std::string resolve(const std::string& user, const std::string& used) {
  if (used.empty()) return used;  // it names no file, not the folder of the user
  return normalized(std::filesystem::path(user).parent_path() / used);
}

class Loader {
 public:
  Loader(const ReadFile& read, SourceSet& sources, Diagnostics& diagnostics)
      : read_(read), sources_(sources), diagnostics_(diagnostics) {}

  Program load(const std::string& path) && {
    visit(path.empty() ? path : normalized(path), nullptr);
    return std::move(program_);
  }

 private:
  // The state of a path: in the program, being read (a use of it is a cycle), or
  // reported.
  struct Entry {
    enum class State : std::uint8_t { open, done, failed } state = State::open;
    std::size_t module = 0;
  };

  // `use` is the text that names the file, or null for the root.
  Diagnostic& fault(DiagnosticId code, const ast::Text* use, const std::string& path, std::string message) {
    return use != nullptr ? diagnostics_.add(code, use->span, std::move(message))
                          : diagnostics_.add_at(code, path, std::move(message));
  }

  // Returns the text of a file. If it cannot be the text of rules, the fault is reported.
  std::optional<std::string> text_of(const std::string& path, const ast::Text* use) {
    if (path.find('\0') != std::string::npos) {  // an operating system would read the part before it
      fault(DiagnosticId::unreadable_file, use, path, "cannot read `" + path + "`: the path holds a NUL character");
      return std::nullopt;
    }
    std::variant<std::string, ReadError> result = read_(path);
    if (const auto* error = std::get_if<ReadError>(&result)) {
      Diagnostic& d = fault(DiagnosticId::unreadable_file, use, path, "cannot read `" + path + "`: " + error->reason);
      if (!error->help.empty()) d.help(error->help);
      return std::nullopt;
    }
    std::string text = std::get<std::string>(std::move(result));
    if (const auto wrong = text_fault(path, text)) {
      Diagnostic& d = fault(wrong->code, use, path, wrong->message);
      d.notes = wrong->notes;
      d.helps = wrong->helps;
      return std::nullopt;
    }
    return text;
  }

  void report_cycle(const std::string& path, const ast::Text& use) {
    const auto first =
        std::find_if(chain_.begin(), chain_.end(), [&](const Reading& reading) { return reading.path == path; });
    const auto amends = [](const Reading& reading) { return reading.amends; };
    const bool all = std::all_of(first, chain_.end(), amends), none = std::none_of(first, chain_.end(), amends);
    const std::string& last = chain_.back().path;
    auto& d = diagnostics_.add(DiagnosticId::cyclic_use, use.span,
                               path == last ? "`" + path + "` " + (all ? "amends" : "uses") + " itself"
                                            : "`" + path + "` and `" + last + "` " +
                                                  (all    ? "amend"
                                                   : none ? "use"
                                                          : "use and amend") +
                                                  " each other");
    for (auto user = first; user != chain_.end(); ++user) {
      d.note("`" + user->path + "` " + (user->amends ? "amends" : "uses") + " `" +
             (user + 1 == chain_.end() ? path : (user + 1)->path) + "`");
    }
  }

  // Returns the module of a file, which is read on the first call. Returns nothing after
  // a fault.
  std::optional<std::size_t> visit(const std::string& path, const ast::Text* use) {
    if (const auto known = entries_.find(path); known != entries_.end()) {
      if (known->second.state == Entry::State::done) return known->second.module;
      if (known->second.state == Entry::State::open) report_cycle(path, *use);
      return std::nullopt;
    }
    if (chain_.size() >= max_use_depth) {
      // The file is not marked as failed, since another file may reach it in fewer steps.
      fault(DiagnosticId::nesting_too_deep, use, path,
            "files use each other more than " + std::to_string(max_use_depth) + " deep");
      return std::nullopt;
    }
    Entry& entry = entries_[path];  // a map's entries do not move
    std::optional<std::string> text = text_of(path, use);
    if (!text) {
      entry.state = Entry::State::failed;
      return std::nullopt;
    }
    Module module;
    module.file = sources_.add(path, std::move(*text));
    module.path = path;
    module.tree = parse(sources_, module.file, diagnostics_);
    chain_.push_back({path});
    for (const ast::Declaration& declaration : module.tree.declarations) {
      const auto* used = std::get_if<ast::UseDecl>(&declaration.node);
      if (used == nullptr) continue;
      chain_.back().amends = used->amends;
      const auto index = visit(resolve(path, used->path.value), &used->path);
      if (!index) continue;
      const auto is_new = [&](const std::vector<std::size_t>& list) {
        return std::find(list.begin(), list.end(), *index) == list.end();
      };
      if (is_new(module.uses)) module.uses.push_back(*index);
      const bool is_known = std::any_of(module.imports.begin(), module.imports.end(), [&](const Import& other) {
        return other.module == *index && !other.alias && !used->alias;
      });
      if (!is_known) module.imports.push_back({*index, declaration.span, used->alias});
      if (used->amends && is_new(module.amends)) module.amends.push_back(*index);
    }
    chain_.pop_back();
    entry = {Entry::State::done, program_.modules.size()};
    program_.modules.push_back(std::move(module));
    return entry.module;
  }

  const ReadFile& read_;
  SourceSet& sources_;
  Diagnostics& diagnostics_;
  Program program_;
  std::map<std::string, Entry> entries_;
  // A file whose uses are being read, and whether it amends the next one.
  struct Reading {
    std::string path;
    bool amends = false;
  };
  std::vector<Reading> chain_;  // the root first
};

}  // namespace

Program load_program(const std::string& path, const ReadFile& read, SourceSet& sources, Diagnostics& diagnostics) {
  return Loader(read, sources, diagnostics).load(path);
}

}  // namespace tally
