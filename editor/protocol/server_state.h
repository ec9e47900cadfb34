// The server: what its files share. Private to editor/protocol/.
//
//   server.cpp       the loop, the life cycle, documents, diagnostics
//   requests.cpp     answers about one file
//   workspace.cpp    answers about several files, and commands
//
// In:     messages of an editor, one after the other.
// Out:    answers and diagnostics, written to one stream.
// Always: one thread has the state. What may take long is done by a CheckThread, whose results this thread takes.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "editor/names.h"
#include "editor/protocol/check_thread.h"
#include "editor/protocol/documents.h"
#include "editor/protocol/server.h"

namespace tally::editor {

using Json = nlohmann::json;

// The numbers of JSON-RPC and of the protocol.
enum class Fault : int {
  parse_error = -32700,
  invalid_request = -32600,
  method_not_found = -32601,
  invalid_params = -32602,
  internal_error = -32603,
  not_initialized = -32002,
  request_failed = -32803,
  cancelled = -32800,
};
struct RequestFault {
  Fault code = Fault::request_failed;
  std::string message;
};
using Answer = Result<Json, RequestFault>;

// Texts with their lines, made once per answer.
class LinesOf {
 public:
  explicit LinesOf(Encoding encoding) : encoding_(encoding) {}
  Json range(std::string_view text, ByteRange bytes);
  Json position(std::string_view text, std::uint32_t offset);
  std::uint32_t offset(std::string_view text, const Json& position);
  ByteRange bytes(std::string_view text, const Json& range);
  Json location(const Location& at);

 private:
  Lines& lines(std::string_view text);
  Encoding encoding_;
  std::map<const char*, Lines> lines_;
};

// A message of the client, or something that another thread wants to be done.
struct Event {
  std::optional<Json> message;
  std::function<void()> work;
  bool malformed = false;
  bool ends = false;  // the end of the stream
};

// Events for the thread of the server, and the requests that the client does not want any more.
class Events {
 public:
  void push(Event event);
  Event pop();
  bool empty();
  void cancel(std::string id);
  // A request that is answered later, and the flag that ends the work on it.
  void runs(std::string id, std::shared_ptr<std::atomic<bool>> stop);
  void ended(const std::string& id);
  bool take_cancelled(const std::string& id);

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Event> events_;
  std::set<std::string> cancelled_;
  std::map<std::string, std::shared_ptr<std::atomic<bool>>> running_;
};

class Server {
 public:
  Server(std::ostream& out, const Host& host) : out_(out), host_(host), documents_(host.read) {}
  // Returns whether the client ended the server in order.
  bool run(Events& events);

 private:
  // A place that a request is about.
  struct At {
    std::string path;
    std::shared_ptr<const Reading> reading;
    FileId file;
    std::string_view text;
    std::uint32_t offset = 0;
  };

  // server.cpp
  void send(const Json& message);
  void notify(const char* method, Json params);
  void ask(const char* method, Json params);
  void reply(const Json& id, const Answer& answer);
  void take(const Json& message);
  void take_request(const Json& id, const std::string& method, const Json& params);
  void take_notification(const std::string& method, const Json& params);
  Json initialize(const Json& params);
  void initialized();
  void changed(const std::string& path);
  void did_open(const Json& params);
  void did_change(const Json& params);
  void did_close(const Json& params);
  void publish_due();
  void publish(const std::string& path, Document& document);
  void start_check(const std::string& path, const Document& document);
  Json diagnostics_of(const std::string& path, const Diagnostics& diagnostics, const SourceSet& sources);
  static Json unnoticed_json(const Unnoticed& edit, std::string_view text, LinesOf& lines);
  Json diagnostic_json(const Diagnostic& d, const SourceSet& sources, LinesOf& lines);
  Json elsewhere_json(const std::string& path, const std::vector<const Diagnostic*>& list, const SourceSet& sources,
                      LinesOf& lines);

  // requests.cpp
  std::optional<Answer> answer(const std::string& method, const Json& params);
  Result<At, RequestFault> file_of(const Json& params);
  Result<At, RequestFault> place_of(const Json& params);
  const Facts* facts_of(const At& at);
  Answer hover_at(const Json& params);
  Answer definition_at(const Json& params);
  Answer highlights(const Json& params);
  Answer document_symbols(const Json& params);
  Answer folding(const Json& params);
  Answer semantic_tokens(const Json& params);
  Answer completion(const Json& params);
  Answer signature_help(const Json& params);
  Answer inlay_hints(const Json& params);
  Answer code_lenses(const Json& params);
  Answer code_actions(const Json& params);
  Answer formatting(const Json& params);

  // workspace.cpp
  std::vector<std::string> rule_files();
  std::vector<std::shared_ptr<const Reading>> readings_with(const At& at, const std::string& name, bool and_users);
  Answer references(const Json& params);
  Answer prepare_rename(const Json& params);
  Answer rename_at(const Json& params);
  Answer workspace_symbols(const Json& params);
  Result<std::string> unnoticed_answer(const std::string& path, const std::string& decision, const ReadFile& now,
                                       const std::atomic<bool>& stop);
  // Answers later. Returns an error if the command cannot be run at all.
  std::optional<RequestFault> run_command(const Json& id, const Json& params);

  std::ostream& out_;
  const Host& host_;
  Documents documents_;
  Events* events_ = nullptr;
  std::unique_ptr<CheckThread> checks_;
  Encoding encoding_ = Encoding::utf16;
  std::vector<std::string> folders_;
  bool initialized_ = false, shut_down_ = false, exits_ = false;
  bool refreshes_hints_ = false, refreshes_lenses_ = false, watches_files_ = false;
  std::int64_t next_id_ = 1;
};

// The parameters of a request as they should be; others are an error of the client.
std::string uri_in(const Json& params);

}  // namespace tally::editor
