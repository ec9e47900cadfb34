// The loop of the server, its life cycle, documents and diagnostics.
#include "editor/protocol/server.h"

#include <algorithm>
#include <new>
#include <thread>

#include "editor/outline.h"
#include "editor/protocol/frames.h"
#include "editor/protocol/server_state.h"
#include "editor/protocol/uri.h"

namespace tally::editor {
namespace {

// The names of TokenKind for the client, in its order. They are those that every theme has.
const std::vector<const char*> token_types = {"keyword",  "comment",    "string",    "number",   "operator",
                                              "type",     "enumMember", "variable",  "property", "variable",
                                              "function", "event",      "parameter", "namespace"};

int number_of(Severity severity) {
  switch (severity) {
    case Severity::error: return 1;
    case Severity::warning: return 2;
    case Severity::note: return 3;
  }
  return 3;
}

bool says_unused(DiagnosticId code) { return code == DiagnosticId::unused_name; }

// Member by member, whatever the client sent: null if one is missing.
const Json& at(const Json& json, std::initializer_list<const char*> path) {
  static const Json nothing;
  const Json* here = &json;
  for (const char* key : path) {
    const auto member = here->is_object() ? here->find(key) : here->end();
    if (!here->is_object() || member == here->end()) return nothing;
    here = &*member;
  }
  return *here;
}
bool is_true(const Json& json) { return json.is_boolean() && json.get<bool>(); }

TextPosition position_in(const Json& json) {
  return {json.at("line").get<std::uint32_t>(), json.at("character").get<std::uint32_t>()};
}

}  // namespace

// --- events -----------------------------------------------------------------------------

void Events::push(Event event) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  wake_.notify_one();
}

Event Events::pop() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return !events_.empty(); });
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

bool Events::empty() {
  const std::lock_guard lock(mutex_);
  return events_.empty();
}

void Events::cancel(std::string id) {
  const std::lock_guard lock(mutex_);
  // A request that was answered already is not taken out, so the set is kept small.
  if (const auto running = running_.find(id); running != running_.end()) {
    *running->second = true;
    return;
  }
  constexpr std::size_t max_cancelled = 1'000;
  if (cancelled_.size() >= max_cancelled) cancelled_.clear();
  cancelled_.insert(std::move(id));
}

void Events::runs(std::string id, std::shared_ptr<std::atomic<bool>> stop) {
  const std::lock_guard lock(mutex_);
  running_[std::move(id)] = std::move(stop);
}

void Events::ended(const std::string& id) {
  const std::lock_guard lock(mutex_);
  running_.erase(id);
}

bool Events::take_cancelled(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return cancelled_.erase(id) != 0;
}

// --- lines ------------------------------------------------------------------------------

Lines& LinesOf::lines(std::string_view text) {
  const auto found = lines_.find(text.data());
  return found != lines_.end() ? found->second : lines_.emplace(text.data(), Lines(text)).first->second;
}

Json LinesOf::position(std::string_view text, std::uint32_t offset) {
  const TextPosition p = lines(text).position(offset, encoding_);
  return {{"line", p.line}, {"character", p.character}};
}

Json LinesOf::range(std::string_view text, ByteRange bytes) {
  Json out;
  out["start"] = position(text, bytes.begin);
  out["end"] = position(text, bytes.end);
  return out;
}

std::uint32_t LinesOf::offset(std::string_view text, const Json& position) {
  return lines(text).offset(position_in(position), encoding_);
}

ByteRange LinesOf::bytes(std::string_view text, const Json& range) {
  const std::uint32_t begin = offset(text, range.at("start")), end = offset(text, range.at("end"));
  return {std::min(begin, end), std::max(begin, end)};
}

Json LinesOf::location(const Location& where) {
  return {{"uri", uri_of(where.path())}, {"range", range(where.text(), {where.span.begin, where.span.end})}};
}

// --- messages ---------------------------------------------------------------------------

void Server::send(const Json& message) {
  // Invalid UTF-8 can come out of files that are not text.
  write_frame(out_, message.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Server::notify(const char* method, Json params) {
  send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

// The client's answers are of no interest.
void Server::ask(const char* method, Json params) {
  send({{"jsonrpc", "2.0"}, {"id", next_id_++}, {"method", method}, {"params", std::move(params)}});
}

void Server::reply(const Json& id, const Answer& answer) {
  Json message = {{"jsonrpc", "2.0"}, {"id", id}};
  if (answer)
    message["result"] = *answer;
  else
    message["error"] = {{"code", static_cast<int>(answer.error().code)}, {"message", answer.error().message}};
  send(message);
}

bool Server::run(Events& events) {
  events_ = &events;
  checks_ = std::make_unique<CheckThread>();
  while (!exits_) {
    Event event = events.pop();
    if (event.ends) break;
    try {
      if (event.malformed)
        reply(nullptr, RequestFault{Fault::parse_error, "this is not JSON"});
      else if (event.work)
        event.work();
      else
        take(*event.message);
      if (events.empty()) publish_due();
    } catch (const std::exception&) {
      // A notification that is not what it should be changes nothing.
    }
  }
  checks_.reset();
  return exits_ && shut_down_;
}

void Server::take(const Json& message) {
  const Json& method = at(message, {"method"});
  const bool has_id = message.is_object() && message.contains("id");
  if (!method.is_string()) {
    const bool is_answer = has_id && (message.contains("result") || message.contains("error"));
    if (!is_answer)
      reply(has_id ? message["id"] : Json(), RequestFault{Fault::invalid_request, "this is not a request"});
    return;
  }
  const Json& params = at(message, {"params"});
  if (has_id)
    take_request(message["id"], method.get<std::string>(), params);
  else
    take_notification(method.get<std::string>(), params);
}

void Server::take_request(const Json& id, const std::string& method, const Json& params) {
  if (events_->take_cancelled(id.dump())) return reply(id, RequestFault{Fault::cancelled, "cancelled"});
  if (method == "initialize") return reply(id, initialize(params));
  if (!initialized_) return reply(id, RequestFault{Fault::not_initialized, "`initialize` comes first"});
  if (shut_down_) return reply(id, RequestFault{Fault::invalid_request, "the server is shut down"});
  if (method == "shutdown") {
    shut_down_ = true;
    return reply(id, Json());
  }
  try {
    if (method == "workspace/executeCommand") {
      if (const auto fault = run_command(id, params)) reply(id, *fault);
      return;
    }
    const auto result = answer(method, params);
    reply(id, result ? *result : Answer(RequestFault{Fault::method_not_found, "unknown method `" + method + "`"}));
  } catch (const Json::exception& wrong) {
    reply(id, RequestFault{Fault::invalid_params, wrong.what()});
  } catch (const std::bad_alloc&) {
    reply(id, RequestFault{Fault::internal_error, "there is not enough memory"});
  }
}

void Server::take_notification(const std::string& method, const Json& params) {
  if (method == "exit") {
    exits_ = true;
    return;
  }
  if (!initialized_) return;
  if (method == "initialized") return initialized();
  if (method == "textDocument/didOpen") return did_open(params);
  if (method == "textDocument/didChange") return did_change(params);
  if (method == "textDocument/didClose") return did_close(params);
  if (method == "workspace/didChangeWatchedFiles") {
    for (const Json& change : params.at("changes")) {
      const std::string path = path_of(change.at("uri").get<std::string>());
      if (documents_.find(path) == nullptr) changed(path);
    }
  }
}

// --- the life cycle ---------------------------------------------------------------------

Json Server::initialize(const Json& params) {
  initialized_ = true;
  const Json& offered = at(params, {"capabilities", "general", "positionEncodings"});
  for (const Json& encoding : offered)
    if (encoding.is_string() && encoding.get<std::string>() == "utf-8") encoding_ = Encoding::utf8;
  for (const Json& folder : at(params, {"workspaceFolders"}))
    if (at(folder, {"uri"}).is_string()) folders_.push_back(path_of(folder["uri"].get<std::string>()));
  if (folders_.empty() && at(params, {"rootUri"}).is_string())
    folders_.push_back(path_of(params["rootUri"].get<std::string>()));
  const Json& workspace = at(params, {"capabilities", "workspace"});
  refreshes_hints_ = is_true(at(workspace, {"inlayHint", "refreshSupport"}));
  refreshes_lenses_ = is_true(at(workspace, {"codeLens", "refreshSupport"}));
  watches_files_ = is_true(at(workspace, {"didChangeWatchedFiles", "dynamicRegistration"}));

  Json can;
  can["positionEncoding"] = encoding_ == Encoding::utf8 ? "utf-8" : "utf-16";
  can["textDocumentSync"] = {{"openClose", true}, {"change", 2}, {"save", true}};
  for (const char* provider : {"hoverProvider", "definitionProvider", "referencesProvider", "documentHighlightProvider",
                               "documentSymbolProvider", "workspaceSymbolProvider", "foldingRangeProvider",
                               "inlayHintProvider", "documentFormattingProvider", "documentRangeFormattingProvider"})
    can[provider] = true;
  can["documentOnTypeFormattingProvider"] = {{"firstTriggerCharacter", "}"}};
  can["completionProvider"] = {{"triggerCharacters", {".", "[", "(", ","}}};
  can["signatureHelpProvider"] = {{"triggerCharacters", {"(", ","}}};
  can["codeLensProvider"] = {{"resolveProvider", false}};
  can["codeActionProvider"] = {{"codeActionKinds", {"quickfix"}}};
  can["renameProvider"] = {{"prepareProvider", true}};
  can["executeCommandProvider"] = {{"commands", {"tally.table", "tally.matrix", "tally.diffHead", "tally.unnoticed"}}};
  can["semanticTokensProvider"] = {
      {"legend", {{"tokenTypes", token_types}, {"tokenModifiers", {"declaration"}}}}, {"full", true}, {"range", true}};
  return {{"capabilities", std::move(can)}, {"serverInfo", {{"name", "tally"}, {"version", host_.version}}}};
}

void Server::initialized() {
  if (!watches_files_) return;
  const Json watcher = {{"globPattern", "**/*.tally"}};
  ask("client/registerCapability", {{"registrations",
                                     {{{"id", "tally-files"},
                                       {"method", "workspace/didChangeWatchedFiles"},
                                       {"registerOptions", {{"watchers", {watcher}}}}}}}});
}

// --- documents --------------------------------------------------------------------------

void Server::changed(const std::string& path) {
  for (const std::string& open : documents_.changed(path)) checks_->cancel_check(open);
}

void Server::did_open(const Json& params) {
  const Json& document = params.at("textDocument");
  const std::string path = path_of(document.at("uri").get<std::string>());
  const Json& version = at(document, {"version"});
  std::string text = document.at("text").get<std::string>();
  documents_.open(path, std::move(text),
                  version.is_number_integer() ? std::optional(version.get<std::int64_t>()) : std::nullopt);
  changed(path);
}

void Server::did_change(const Json& params) {
  const std::string path = path_of(uri_in(params));
  Document* document = documents_.find(path);
  if (document == nullptr) return;
  std::string text = *document->text;
  for (const Json& change : params.at("contentChanges")) {
    std::optional<TextRange> range;
    if (change.contains("range") && !change["range"].is_null())
      range = TextRange{position_in(change["range"].at("start")), position_in(change["range"].at("end"))};
    apply_edit(text, range, change.at("text").get<std::string>(), encoding_);
  }
  const Json& version = at(params, {"textDocument", "version"});
  document->text = std::make_shared<const std::string>(std::move(text));
  if (version.is_number_integer()) document->version = version.get<std::int64_t>();
  changed(path);
}

void Server::did_close(const Json& params) {
  const std::string path = path_of(uri_in(params));
  if (documents_.find(path) == nullptr) return;
  changed(path);
  documents_.close(path);
  notify("textDocument/publishDiagnostics", {{"uri", uri_of(path)}, {"diagnostics", Json::array()}});
}

// --- diagnostics ------------------------------------------------------------------------

void Server::publish_due() {
  if (shut_down_) return;
  for (auto& [path, document] : documents_.all()) {
    if (document.is_published) continue;
    document.is_published = true;
    publish(path, document);
    if (!document.checked) start_check(path, document);
    // A message may have come meanwhile, and the text may be an old one.
    if (!events_->empty()) return;
  }
}

void Server::publish(const std::string& path, Document& document) {
  const auto reading = documents_.reading(path);
  Json params = {{"uri", uri_of(path)}};
  if (document.version) params["version"] = *document.version;
  params["diagnostics"] = document.checked
                              ? diagnostics_of(path, document.checked->diagnostics, document.checked->sources)
                              : diagnostics_of(path, reading->diagnostics, reading->sources);
  LinesOf lines(encoding_);
  for (const Unnoticed& edit : document.unnoticed)
    params["diagnostics"].push_back(unnoticed_json(edit, *document.text, lines));
  notify("textDocument/publishDiagnostics", std::move(params));
}

Json Server::unnoticed_json(const Unnoticed& edit, std::string_view text, LinesOf& lines) {
  constexpr int information = 3;
  return {{"range", lines.range(text, edit.bytes)},
          {"severity", information},
          {"source", "tally"},
          {"message", "nothing notices the edit " + edit.what}};
}

void Server::start_check(const std::string& path, const Document& document) {
  if (!documents_.reading(path)->compiles) return;
  checks_->check(
      path, [this, path, state = document.state, read = documents_.snapshot()](const std::atomic<bool>& stop) {
        // What is found is of this text. It is dropped if the text has changed, or one that it uses.
        const auto is_wanted = [this, path, state](Document*& found) {
          found = documents_.find(path);
          return found != nullptr && found->state == state;
        };
        const auto facts = find_facts(path, read, stop, [&](const std::shared_ptr<const Compilation>& compilation) {
          events_->push({.message = {}, .work = [this, path, is_wanted, compilation] {
                           Document* found = nullptr;
                           if (!is_wanted(found)) return;
                           found->checked = compilation;
                           publish(path, *found);
                         }});
        });
        if (!facts) return;
        events_->push({.message = {}, .work = [this, is_wanted, facts] {
                         Document* found = nullptr;
                         if (!is_wanted(found)) return;
                         found->facts = facts;
                         if (refreshes_hints_) ask("workspace/inlayHint/refresh", nullptr);
                         if (refreshes_lenses_) ask("workspace/codeLens/refresh", nullptr);
                       }});
      });
}

Json Server::diagnostic_json(const Diagnostic& d, const SourceSet& sources, LinesOf& lines) {
  const auto range = [&](const Span& span) {
    return lines.range(sources.file(span.file).text(), {span.begin, span.end});
  };
  std::string message = d.message;
  for (const std::string& note : d.notes) message += "\nnote: " + note;
  for (const std::string& help : d.helps) message += "\nhelp: " + help;
  Json out = {{"severity", number_of(d.severity)},
              {"code", std::string(info(d.code).id)},
              {"source", "tally"},
              {"message", std::move(message)}};
  out["range"] = d.span ? range(*d.span) : lines.range("", {});
  for (const Label& label : d.labels) {
    const SourceFile& file = sources.file(label.span.file);
    out["relatedInformation"].push_back(
        {{"location", {{"uri", uri_of(file.name())}, {"range", range(label.span)}}}, {"message", label.text}});
  }
  if (says_unused(d.code)) out["tags"] = {1};
  return out;
}

// The faults of another file, at the declaration that names the file.
Json Server::elsewhere_json(const std::string& path, const std::vector<const Diagnostic*>& list,
                            const SourceSet& sources, LinesOf& lines) {
  const auto reading = documents_.reading(path);
  const Module* module = reading->root();
  const Diagnostic& first = *list.front();
  const std::string& other = sources.file(first.span->file).name();
  Json out = diagnostic_json(first, sources, lines);
  Span at{};
  // The file may be used by one that is used here: then the first such declaration has it.
  for (const bool exactly : {true, false}) {
    if (module == nullptr || at.end > 0) break;
    for (const ast::Declaration& declaration : module->tree.declarations) {
      const auto* use = ast::as<ast::UseDecl>(declaration);
      if (use == nullptr || at.end > 0) continue;
      const auto named = used_path_at(*reading, module->file, use->path.span.begin);
      if (!exactly || named == other) at = use->path.span;
    }
  }
  const Json there = {{"uri", uri_of(other)}, {"range", out["range"]}};
  out["message"] = "in `" + other.substr(other.rfind('/') + 1) + "`: " + out["message"].get<std::string>() +
                   (list.size() > 1 ? "\n(and " + std::to_string(list.size() - 1) + " more there)" : "");
  out["relatedInformation"].push_back({{"location", there}, {"message", "here"}});
  out["range"] = lines.range(module ? reading->text(module->file) : std::string_view(), {at.begin, at.end});
  return out;
}

Json Server::diagnostics_of(const std::string& path, const Diagnostics& diagnostics, const SourceSet& sources) {
  LinesOf lines(encoding_);
  Json out = Json::array();
  std::map<std::string, std::vector<const Diagnostic*>> elsewhere;
  for (const Diagnostic& d : diagnostics.list()) {
    if (d.span && sources.file(d.span->file).name() != path)
      elsewhere[sources.file(d.span->file).name()].push_back(&d);
    else
      out.push_back(diagnostic_json(d, sources, lines));
  }
  for (const auto& [other, list] : elsewhere) out.push_back(elsewhere_json(path, list, sources, lines));
  return out;
}

std::string uri_in(const Json& params) { return params.at("textDocument").at("uri").get<std::string>(); }

// --- the streams ------------------------------------------------------------------------

bool serve(std::istream& in, std::ostream& out, const Host& host) {
  Events events;
  std::thread reader([&] {
    while (auto content = read_frame(in)) {
      Json message = Json::parse(*content, nullptr, false);
      if (message.is_discarded()) {
        events.push({.message = {}, .work = {}, .malformed = true});
        continue;
      }
      const Json& method = at(message, {"method"});
      const std::string name = method.is_string() ? method.get<std::string>() : "";
      if (name == "$/cancelRequest") {
        events.cancel(at(message, {"params", "id"}).dump());
        continue;
      }
      events.push({.message = std::move(message), .work = {}});
      if (name == "exit") return;
    }
    events.push({.message = {}, .work = {}, .malformed = false, .ends = true});
  });
  const bool in_order = Server(out, host).run(events);
  reader.join();
  return in_order;
}

}  // namespace tally::editor
