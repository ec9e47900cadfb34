// A client of the language server for tests: a process over pipes, and messages as JSON.
//
//   Client client({TALLY_COMMAND, "lsp"});
//   client.initialize();
//   client.open("file:///a.tally", "input x : flag");
//   const Json found = client.request("textDocument/hover", ...);
//
// Always: a request that is not answered within `patience` throws.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace tally::testing {

using Json = nlohmann::json;

class Client {
 public:
  explicit Client(const std::vector<std::string>& command);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send_bytes(const std::string& bytes);
  void send(Json message);
  void notify(const std::string& method, Json params);
  // Sends a request and returns its id.
  std::int64_t ask(const std::string& method, Json params);
  // The answer to a request: a message with `result` or `error`.
  Json wait(std::int64_t id);
  // The result of a request; null if it is an error.
  Json request(const std::string& method, Json params);
  // The next notification with this method for which `wanted` holds. Those before it are dropped.
  Json next(const std::string& method, const std::function<bool(const Json& params)>& wanted = {});

  void forget_notes() { notes_.clear(); }

  Json initialize(Json capabilities = Json::object(), const std::string& folder = "");
  void open(const std::string& uri, const std::string& text, int version = 1);
  void change(const std::string& uri, int version, Json changes);
  // The diagnostics of a version of a text: those that are published first, or those of all checks.
  Json diagnostics(const std::string& uri, int version);
  // Ends the server in order, and returns its exit code.
  int end();
  // Waits for the end of the server, and returns its exit code.
  int wait_for_end();

  // The memory that the server has now, in KiB.
  std::size_t memory() const;
  std::chrono::milliseconds patience{60'000};

 private:
  std::optional<Json> read(std::chrono::steady_clock::time_point until);
  void keep(Json message);

  pid_t pid_ = -1;
  int in_ = -1, out_ = -1;  // what the server writes, what it reads
  std::string buffer_;
  std::int64_t next_id_ = 1;
  std::map<std::int64_t, Json> answers_;
  std::deque<Json> notes_;
};

// A position of an offset in a text of ASCII.
Json position_of(const std::string& text, std::size_t offset);

}  // namespace tally::testing
