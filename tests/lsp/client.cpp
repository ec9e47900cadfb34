#include "tests/lsp/client.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace tally::testing {

using Clock = std::chrono::steady_clock;

Client::Client(const std::vector<std::string>& command) {
  ::signal(SIGPIPE, SIG_IGN);
  int to[2], from[2];
  if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(to[0], 0);
    ::dup2(from[1], 1);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
  }
  ::close(to[0]);
  ::close(from[1]);
  out_ = to[1];
  in_ = from[0];
}

Client::~Client() {
  if (out_ >= 0) ::close(out_);
  ::close(in_);
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

void Client::send_bytes(const std::string& bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    // The server may be waiting for its own output to be read.
    pollfd both[2] = {{out_, POLLOUT, 0}, {in_, POLLIN, 0}};
    if (::poll(both, 2, 60'000) <= 0) throw std::runtime_error("the server does not read");
    if (both[1].revents & POLLIN) {
      char more[1 << 16];
      const ssize_t n = ::read(in_, more, sizeof more);
      if (n > 0) buffer_.append(more, static_cast<std::size_t>(n));
    }
    if (both[0].revents & POLLERR) throw std::runtime_error("the server has ended");
    if (!(both[0].revents & POLLOUT)) continue;
    const std::size_t part = std::min<std::size_t>(bytes.size() - done, 4'096);
    const ssize_t n = ::write(out_, bytes.data() + done, part);
    if (n < 0) throw std::runtime_error("the server has ended");
    done += static_cast<std::size_t>(n);
  }
}

void Client::send(Json message) {
  message["jsonrpc"] = "2.0";
  const std::string content = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  send_bytes("Content-Length: " + std::to_string(content.size()) + "\r\n\r\n" + content);
}

void Client::notify(const std::string& method, Json params) {
  send({{"method", method}, {"params", std::move(params)}});
}

std::int64_t Client::ask(const std::string& method, Json params) {
  send({{"id", next_id_}, {"method", method}, {"params", std::move(params)}});
  return next_id_++;
}

std::optional<Json> Client::read(Clock::time_point until) {
  for (;;) {
    const std::size_t header = buffer_.find("\r\n\r\n");
    if (header != std::string::npos) {
      const std::size_t length = std::stoul(buffer_.substr(buffer_.find(':') + 1));
      if (buffer_.size() >= header + 4 + length) {
        Json message = Json::parse(buffer_.substr(header + 4, length));
        buffer_.erase(0, header + 4 + length);
        return message;
      }
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return std::nullopt;
    pollfd one = {in_, POLLIN, 0};
    if (::poll(&one, 1, static_cast<int>(left)) <= 0) return std::nullopt;
    char more[1 << 16];
    const ssize_t n = ::read(in_, more, sizeof more);
    if (n <= 0) throw std::runtime_error("the server has ended");
    buffer_.append(more, static_cast<std::size_t>(n));
  }
}

void Client::keep(Json message) {
  if (message.contains("method")) {
    notes_.push_back(std::move(message));
    return;
  }
  const bool has_id = message.contains("id") && message["id"].is_number_integer();
  const std::int64_t id = has_id ? message["id"].get<std::int64_t>() : -1;
  answers_[id] = std::move(message);
}

Json Client::wait(std::int64_t id) {
  const auto until = Clock::now() + patience;
  for (;;) {
    const auto found = answers_.find(id);
    if (found != answers_.end()) {
      Json out = std::move(found->second);
      answers_.erase(found);
      return out;
    }
    auto message = read(until);
    if (!message) throw std::runtime_error("request " + std::to_string(id) + " is not answered");
    keep(std::move(*message));
  }
}

Json Client::request(const std::string& method, Json params) {
  Json answer = wait(ask(method, std::move(params)));
  return answer.contains("result") ? std::move(answer["result"]) : Json();
}

Json Client::next(const std::string& method, const std::function<bool(const Json&)>& wanted) {
  const auto until = Clock::now() + patience;
  for (;;) {
    while (!notes_.empty()) {
      const Json note = std::move(notes_.front());
      notes_.pop_front();
      if (note["method"] == method && (!wanted || wanted(note["params"]))) return note["params"];
    }
    auto message = read(until);
    if (!message) throw std::runtime_error("there is no " + method);
    keep(std::move(*message));
  }
}

Json Client::initialize(Json capabilities, const std::string& folder) {
  Json params = {{"processId", nullptr}, {"capabilities", std::move(capabilities)}, {"rootUri", nullptr}};
  if (!folder.empty()) params["workspaceFolders"] = {{{"uri", folder}, {"name", "test"}}};
  Json result = request("initialize", std::move(params));
  notify("initialized", Json::object());
  return result;
}

void Client::open(const std::string& uri, const std::string& text, int version) {
  notify("textDocument/didOpen",
         {{"textDocument", {{"uri", uri}, {"languageId", "tally"}, {"version", version}, {"text", text}}}});
}

void Client::change(const std::string& uri, int version, Json changes) {
  notify("textDocument/didChange",
         {{"textDocument", {{"uri", uri}, {"version", version}}}, {"contentChanges", std::move(changes)}});
}

Json Client::diagnostics(const std::string& uri, int version) {
  return next("textDocument/publishDiagnostics", [&](const Json& params) {
    return params["uri"] == uri && params.value("version", 0) == version;
  })["diagnostics"];
}

int Client::wait_for_end() {
  if (out_ >= 0) ::close(out_);
  out_ = -1;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

int Client::end() {
  request("shutdown", nullptr);
  notify("exit", nullptr);
  return wait_for_end();
}

std::size_t Client::memory() const {
  std::ifstream in("/proc/" + std::to_string(pid_) + "/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
  return 0;
}

Json position_of(const std::string& text, std::size_t offset) {
  const std::string before = text.substr(0, offset);
  const std::size_t line = before.rfind('\n');
  return {{"line", std::count(before.begin(), before.end(), '\n')},
          {"character", offset - (line == std::string::npos ? 0 : line + 1)}};
}

}  // namespace tally::testing
