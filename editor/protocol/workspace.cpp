// Answers about several files, and commands.
#include <algorithm>

#include "editor/facts.h"
#include "editor/outline.h"
#include "editor/protocol/server_state.h"
#include "editor/protocol/uri.h"
#include "editor/rename.h"

namespace tally::editor {
namespace {

constexpr std::size_t max_files = 2'000;    // of the workspace that are looked at
constexpr std::size_t max_symbols = 1'000;  // of an answer

bool contains(std::string_view text, std::string_view word) { return text.find(word) != std::string_view::npos; }

// Whether a symbol is what somebody looks for: all letters of the query, in order, in any case.
bool matches(std::string_view name, std::string_view query) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::size_t at = 0;
  for (const char c : name)
    if (at < query.size() && lower(c) == lower(query[at])) ++at;
  return at == query.size();
}

RequestFault fault_of(const Error& error) {
  return {Fault::request_failed, error.help.empty() ? error.message : error.message + ": " + error.help};
}

}  // namespace

// The rule files of the workspace, and all that are open.
std::vector<std::string> Server::rule_files() {
  std::set<std::string> files;
  for (const auto& [path, document] : documents_.all()) files.insert(path);
  for (const std::string& folder : folders_) {
    for (const std::string& path : host_.rule_files(folder)) {
      if (files.size() >= max_files) break;
      files.insert(path);
    }
  }
  return {files.begin(), files.end()};
}

// The readings of all files that have a name in their text; with `and_users`, of those that use others as well. The
// first is that of the file itself.
std::vector<std::shared_ptr<const Reading>> Server::readings_with(const At& at, const std::string& name,
                                                                  bool and_users) {
  std::vector<std::shared_ptr<const Reading>> out = {at.reading};
  for (const std::string& path : rule_files()) {
    if (path == at.path) continue;
    const auto text = documents_.text(path);
    if (!text) continue;
    const bool uses = contains(*text, "use \"") || contains(*text, "amend \"");
    if (contains(*text, name) || (and_users && uses)) out.push_back(documents_.reading(path));
  }
  return out;
}

Answer Server::references(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, place_of(params));
  const auto context = params.find("context");
  const bool with_declarations = context == params.end() || context->value("includeDeclaration", true);
  Json out = Json::array();
  const NameUse* use = name_at(*at.reading, at.file, at.offset);
  const auto symbol = use ? symbol_of(*at.reading, *use) : std::nullopt;
  if (!symbol) return out;
  LinesOf lines(encoding_);
  std::set<std::pair<std::string, ByteRange>> seen;
  for (const auto& reading : readings_with(at, symbol->name, false)) {
    for (const Occurrence& each : occurrences(reading, *symbol)) {
      if (each.declares && !with_declarations) continue;
      if (seen.insert({each.at.path(), {each.at.span.begin, each.at.span.end}}).second)
        out.push_back(lines.location(each.at));
    }
  }
  return out;
}

Answer Server::prepare_rename(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, place_of(params));
  const auto bytes = can_rename(*at.reading, at.file, at.offset);
  if (!bytes) return Json();
  return Json{{"range", LinesOf(encoding_).range(at.text, *bytes)},
              {"placeholder", std::string(at.text.substr(bytes->begin, bytes->end - bytes->begin))}};
}

Answer Server::rename_at(const Json& params) {
  TALLY_ASSIGN_OR_RETURN(const At at, place_of(params));
  const NameUse* use = name_at(*at.reading, at.file, at.offset);
  const std::string name = use ? std::string(at.reading->sources.text(use->span)) : "";
  const auto readings = readings_with(at, name, true);
  const auto edits =
      rename(readings, at.file, at.offset, params.at("newName").get<std::string>(), documents_.snapshot());
  if (!edits) return fault_of(edits.error());
  LinesOf lines(encoding_);
  Json changes = Json::object();
  std::vector<std::unique_ptr<std::string>> texts;
  for (const auto& [path, list] : *edits) {
    texts.push_back(std::make_unique<std::string>(documents_.text(path).value_or("")));
    for (const ByteEdit& edit : list)
      changes[uri_of(path)].push_back({{"range", lines.range(*texts.back(), edit.bytes)}, {"newText", edit.text}});
  }
  return Json{{"changes", std::move(changes)}};
}

Answer Server::workspace_symbols(const Json& params) {
  const std::string query = params.value("query", "");
  Json out = Json::array();
  for (const std::string& path : rule_files()) {
    const auto reading = documents_.reading(path);
    const Module* root = reading->root();
    if (root == nullptr) continue;
    LinesOf lines(encoding_);
    for (const OutlineItem& item : outline(*reading, root->file)) {
      const bool named = item.kind != OutlineKind::file && matches(item.name, query);
      if (!named) continue;
      if (out.size() >= max_symbols) return out;
      const int kind = item.kind == OutlineKind::decision ? 24 : item.kind == OutlineKind::type ? 10 : 13;
      const Json location = {{"uri", uri_of(path)}, {"range", lines.range(reading->text(root->file), item.own)}};
      out.push_back({{"name", item.name}, {"kind", kind}, {"location", location}});
    }
  }
  return out;
}

// Runs on the thread of checks. What is found stands at the rules, too, until the text changes.
Result<std::string> Server::unnoticed_answer(const std::string& path, const std::string& decision, const ReadFile& now,
                                             const std::atomic<bool>& stop) {
  TALLY_ASSIGN_OR_RETURN(std::vector<Unnoticed> edits, find_unnoticed(path, decision, now, stop));
  std::string text = unnoticed_markdown(decision, edits);
  const auto read = now(path);
  events_->push({.message = {}, .work = [this, path, read, edits = std::move(edits)]() mutable {
                   Document* document = documents_.find(path);
                   const auto* asked = std::get_if<std::string>(&read);
                   if (document == nullptr || asked == nullptr || *asked != *document->text) return;
                   document->unnoticed = std::move(edits);
                   publish(path, *document);
                 }});
  return text;
}

std::optional<RequestFault> Server::run_command(const Json& id, const Json& params) {
  const std::string command = params.at("command").get<std::string>();
  const Json& arguments = params.at("arguments");
  const std::string path = path_of(arguments.at(0).at("uri").get<std::string>());
  const std::string decision = arguments.at(0).value("decision", "");
  const ReadFile now = documents_.snapshot();
  std::function<Result<std::string>(const std::atomic<bool>& stop)> find;
  if (command == "tally.table") {
    find = [=](const std::atomic<bool>&) { return table_markdown(path, decision, now); };
  } else if (command == "tally.matrix") {
    find = [=](const std::atomic<bool>&) { return matrix_markdown(path, decision, now); };
  } else if (command == "tally.diffHead") {
    find = [=, committed = host_.read_committed](const std::atomic<bool>&) {
      return diff_markdown(path, decision, committed, now);
    };
  } else if (command == "tally.unnoticed") {
    find = [=, this](const std::atomic<bool>& stop) { return unnoticed_answer(path, decision, now, stop); };
  } else {
    return RequestFault{Fault::invalid_params, "unknown command `" + command + "`"};
  }
  const auto job = [this, id, find](const std::atomic<bool>& stop) {
    Answer made = RequestFault{Fault::internal_error, "there is not enough memory"};
    try {
      const Result<std::string> found = find(stop);
      made = found ? Answer(Json(*found)) : Answer(fault_of(found.error()));
    } catch (const std::bad_alloc&) {
      // The answer shows that.
    }
    if (stop) made = RequestFault{Fault::cancelled, "cancelled"};
    events_->push({.message = {}, .work = [this, id, made] {
                     events_->ended(id.dump());
                     reply(id, made);
                   }});
  };
  events_->runs(id.dump(), checks_->answer(job, command == "tally.unnoticed" ? path : std::string()));
  return std::nullopt;
}

}  // namespace tally::editor
