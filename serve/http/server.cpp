#include "serve/http/server.h"

#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <new>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <utility>

#include "serve/http/spool.h"

namespace tally::serve {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t max_waiting_explanations = 16;
constexpr std::uint64_t max_discarded = std::uint64_t{64} << 20;  // of a body that is too large and has no length
constexpr auto look_every = std::chrono::milliseconds(250);

std::int64_t milliseconds_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now().time_since_epoch()).count();
}

// What is known of a connection. The library's thread writes it, and the one that cuts reads it.
struct Connection {
  int descriptor;
  std::atomic<std::int64_t> deadline;
  std::atomic<std::int64_t> since;  // when it began to wait for a request
  std::atomic<bool> is_busy{false};
};

// A request from its headers to the end of its response.
struct Exchange {
  HttpRequest request;
  Service::Admission admission;
  Clock::time_point begun;
  Spool spool;
  std::string answers;  // of one piece of lines
  std::uint64_t received = 0;
  std::optional<Refusal> fault;      // found while the body arrives
  std::optional<HttpResponse> made;  // aside
  Connection* connection = nullptr;
};

// --- headers -----------------------------------------------------------------------------

struct Framing {
  std::size_t lengths = 0, codings = 0, hosts = 0;
  bool is_chunked = false;
  bool is_odd = false;  // a name that is not a token, as `Content-Length ` is not
};

bool is_token(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return (x >= 'A' && x <= 'Z' ? x - 'A' + 'a' : x) == y;
         });
}

MHD_Result look_at_header(void* to, MHD_ValueKind /*kind*/, const char* name, const char* value) {
  auto& framing = *static_cast<Framing*>(to);
  const std::string_view key = name;
  if (!is_token(key)) framing.is_odd = true;
  if (is_same_name(key, "content-length")) ++framing.lengths;
  if (is_same_name(key, "host")) ++framing.hosts;
  if (is_same_name(key, "transfer-encoding")) {
    ++framing.codings;
    framing.is_chunked = value != nullptr && is_same_name(value, "chunked");
  }
  return MHD_YES;
}

// Why the length of a body is not certain. Such a request may be read in two ways, one of which smuggles another one.
std::optional<Refusal> smuggled(MHD_Connection* connection, std::string_view version) {
  Framing framing;
  MHD_get_connection_values(connection, MHD_HEADER_KIND, look_at_header, &framing);
  const auto refused = [](std::string message) {
    return Refusal{400, ErrorCause::smuggling, std::move(message), "send one Content-Length, or chunks"};
  };
  if (framing.is_odd) return refused("the name of a header is not a token");
  if (framing.hosts > 1) return refused("there are two Host headers");
  if (framing.lengths > 1) return refused("there are two Content-Length headers");
  if (framing.codings > 0 && framing.lengths > 0) return refused("there are a Content-Length and a Transfer-Encoding");
  if (framing.codings > 1 || (framing.codings == 1 && (!framing.is_chunked || version != "HTTP/1.1")))
    return refused("the Transfer-Encoding is not `chunked`");
  return std::nullopt;
}

MHD_Result add_argument(void* to, MHD_ValueKind /*kind*/, const char* name, const char* value) {
  static_cast<Exchange*>(to)->request.query.emplace_back(name, value == nullptr ? "" : value);
  return MHD_YES;
}

std::string header(MHD_Connection* connection, const char* name) {
  const char* value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? "" : value;
}

// --- the server --------------------------------------------------------------------------

class MicrohttpdServer : public Server {
 public:
  MicrohttpdServer(Service& service, std::vector<Listener> listeners, const ServerOptions& options)
      : service_(service), options_(options), listeners_(std::move(listeners)) {}
  ~MicrohttpdServer() override { stop(std::chrono::milliseconds(0)); }

  Result<> start() {
    for (const Listener& listener : listeners_) TALLY_RETURN_IF_ERROR(start_daemon(listener));
    aside_ = std::thread([this] { explain(); });
    cutter_ = std::thread([this] { cut(); });
    return {};
  }

  bool stop(std::chrono::milliseconds grace) override {
    if (stopped_) return true;
    stopped_ = true;
    service_.stop();
    closing_ = true;
    std::vector<int> quiet;
    for (MHD_Daemon* daemon : daemons_) quiet.push_back(MHD_quiesce_daemon(daemon));
    const bool finished = wait_until_idle(grace);
    {
      const std::lock_guard lock(jobs_mutex_);
      ended_ = true;
    }
    jobs_bell_.notify_all();
    cutter_bell_.notify_all();
    // No connection may be suspended when the library stops.
    if (aside_.joinable()) aside_.join();
    if (cutter_.joinable()) cutter_.join();
    for (MHD_Daemon* daemon : daemons_) MHD_stop_daemon(daemon);
    daemons_.clear();
    for (const int descriptor : quiet) {
      if (descriptor >= 0) ::close(descriptor);
    }
    listeners_.clear();
    return finished;
  }

 private:
  Result<> start_daemon(const Listener& listener) {
    // The library closes the socket that it is given.
    const int descriptor = ::dup(listener.descriptor());
    if (descriptor < 0) return Error{Cause::system, std::strerror(errno)};
    const unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    // The last entry ends the list.
    MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, static_cast<std::intptr_t>(options_.threads), nullptr},
                             {MHD_OPTION_END, 0, nullptr}};
    if (options_.threads < 2) pool[0] = pool[1];
    MHD_Daemon* daemon = MHD_start_daemon(
        flags, 0, nullptr, nullptr, &on_request, this, MHD_OPTION_EXTERNAL_LOGGER, &be_silent, nullptr,
        MHD_OPTION_LISTEN_SOCKET, static_cast<MHD_socket>(descriptor), MHD_OPTION_CONNECTION_LIMIT,
        options_.connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, options_.header_bytes, MHD_OPTION_CONNECTION_TIMEOUT,
        options_.idle_seconds, MHD_OPTION_NOTIFY_COMPLETED, &on_completed, this, MHD_OPTION_NOTIFY_CONNECTION,
        &on_connection, this, MHD_OPTION_UNESCAPE_CALLBACK, &leave_escaped, nullptr, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
    if (daemon == nullptr) {
      ::close(descriptor);
      return Error{Cause::system, "cannot serve at `" + listener.address() + "`: " + std::strerror(errno)};
    }
    daemons_.push_back(daemon);
    return {};
  }

  bool wait_until_idle(std::chrono::milliseconds grace) {
    const auto end = Clock::now() + grace;
    constexpr auto turn = std::chrono::milliseconds(10);
    for (int quiet_turns = 0; quiet_turns < 2;) {
      if (busy_.load() == 0) {
        ++quiet_turns;
      } else {
        quiet_turns = 0;
        if (Clock::now() >= end) return false;
      }
      std::this_thread::sleep_for(turn);
    }
    return true;
  }

  // --- callbacks of the library: no exception may pass ---

  static void be_silent(void* /*self*/, const char* /*format*/, va_list /*arguments*/) {}
  // The routes decode what they need, since a decoded `%2F` is not a separator.
  static std::size_t leave_escaped(void* /*self*/, MHD_Connection* /*connection*/, char* text) {
    return std::strlen(text);
  }

  static void on_connection(void* self, MHD_Connection* connection, void** context,
                            MHD_ConnectionNotificationCode code) {
    auto& server = *static_cast<MicrohttpdServer*>(self);
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
      const std::unique_ptr<Connection> gone(static_cast<Connection*>(*context));
      *context = nullptr;
      if (gone == nullptr) return;
      server.service_.metrics().connection_ends();
      const std::lock_guard lock(server.connections_mutex_);
      server.connections_.erase(gone.get());
      return;
    }
    const MHD_ConnectionInfo* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info == nullptr) return;
    try {
      auto begun = std::make_unique<Connection>();
      begun->descriptor = info->connect_fd;
      server.waits(*begun);
      const std::lock_guard lock(server.connections_mutex_);
      server.connections_.insert(begun.get());
      *context = begun.release();
      server.service_.metrics().connection_begins();
    } catch (const std::bad_alloc&) {
      *context = nullptr;
    }
  }

  static void on_completed(void* self, MHD_Connection* /*connection*/, void** state,
                           MHD_RequestTerminationCode /*code*/) {
    auto& server = *static_cast<MicrohttpdServer*>(self);
    const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*state));
    *state = nullptr;
    if (exchange == nullptr) return;
    if (exchange->connection != nullptr) server.waits(*exchange->connection);
    --server.busy_;
  }

  static MHD_Result on_request(void* self, MHD_Connection* connection, const char* url, const char* method,
                               const char* version, const char* data, std::size_t* size, void** state) {
    auto& server = *static_cast<MicrohttpdServer*>(self);
    try {
      if (*state == nullptr) return server.begin(connection, url, method, version, state);
      auto& exchange = *static_cast<Exchange*>(*state);
      if (*size != 0) return server.take(exchange, {data, std::exchange(*size, 0)});
      return server.finish(connection, exchange);
    } catch (...) {
      return MHD_NO;  // there is no memory; the connection is closed
    }
  }

  // --- a request ---

  // The connection waits for a request.
  void waits(Connection& connection) const {
    const std::int64_t now = milliseconds_now();
    connection.since = now;
    connection.deadline = now + std::int64_t{1'000} * (options_.idle_seconds + options_.request_seconds);
    connection.is_busy = false;
  }

  MHD_Result begin(MHD_Connection* connection, const char* url, const char* method, const char* version, void** state) {
    auto made = std::make_unique<Exchange>();
    Exchange& exchange = *made;
    *state = made.release();
    ++busy_;
    exchange.begun = Clock::now();
    exchange.request.method = method;
    exchange.request.path = url;
    exchange.request.content_type = header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
    exchange.request.id = header(connection, "X-Request-Id");
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, &exchange);
    if (auto refusal = smuggled(connection, version)) {
      return send(connection, exchange, service_.refuse(*refusal), Close::yes);
    }
    exchange.admission = service_.admit(exchange.request);
    const unsigned seconds = exchange.admission.lines == nullptr ? options_.request_seconds : options_.lines_seconds;
    if (const auto* info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
        info != nullptr && info->socket_context != nullptr) {
      exchange.connection = static_cast<Connection*>(info->socket_context);
      exchange.connection->is_busy = true;
      exchange.connection->deadline = milliseconds_now() + std::int64_t{1'000} * seconds;
    }
    if (exchange.admission.refused) return send(connection, exchange, *exchange.admission.refused);
    const std::string length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (length.size() > 18 || std::strtoull(length.c_str(), nullptr, 10) > exchange.admission.max_body)
      return send(connection, exchange, service_.refuse(body_too_large(exchange.admission.max_body)), Close::yes);
    return MHD_YES;
  }

  // A piece of the body. A response can be sent only when all of it was read, so what is too much is passed over.
  MHD_Result take(Exchange& exchange, std::string_view piece) {
    exchange.received += piece.size();
    if (exchange.received > exchange.admission.max_body) {
      if (!exchange.fault) exchange.fault = body_too_large(exchange.admission.max_body);
      exchange.request.body = {};
      return exchange.received > exchange.admission.max_body + max_discarded ? MHD_NO : MHD_YES;
    }
    if (exchange.fault) return MHD_YES;
    if (exchange.admission.lines == nullptr) {
      exchange.request.body += piece;
      return MHD_YES;
    }
    exchange.answers.clear();
    exchange.admission.lines->feed(piece, exchange.answers);
    keep_answers(exchange);
    return MHD_YES;
  }

  void keep_answers(Exchange& exchange) {
    if (exchange.spool.size() + exchange.answers.size() > options_.lines_bytes) {
      exchange.fault = Refusal{413, ErrorCause::too_large,
                               "the answers have more than " + std::to_string(options_.lines_bytes) + " bytes",
                               "send fewer lines at once"};
    } else if (!exchange.spool.add(exchange.answers)) {
      exchange.fault = Refusal{500, ErrorCause::internal, "the answers cannot be kept until all lines have been read",
                               "make room in TMPDIR"};
    }
  }

  MHD_Result finish(MHD_Connection* connection, Exchange& exchange) {
    if (exchange.fault) return send(connection, exchange, service_.refuse(*exchange.fault));
    if (exchange.made) return send(connection, exchange, *exchange.made);
    if (exchange.admission.lines != nullptr) return send_lines(connection, exchange);
    if (!exchange.admission.is_slow)
      return send(connection, exchange, service_.respond(exchange.request, exchange.admission.matched));
    {
      const std::lock_guard lock(jobs_mutex_);
      if (jobs_.size() < max_waiting_explanations && !ended_) {
        MHD_suspend_connection(connection);
        jobs_.emplace_back(connection, &exchange);
        jobs_bell_.notify_one();
        return MHD_YES;
      }
    }
    return send(connection, exchange,
                service_.refuse(
                    {503, ErrorCause::overloaded, "too many explanations are asked for at once", "ask again later"}));
  }

  enum class Close : bool { no, yes };
  MHD_Result send(MHD_Connection* connection, Exchange& exchange, const HttpResponse& response,
                  Close close = Close::no) {
    // The library copies the text.
    MHD_Response* to = MHD_create_response_from_buffer(response.body.size(), const_cast<char*>(response.body.data()),
                                                       MHD_RESPMEM_MUST_COPY);
    return queue(connection, exchange, to, response, close);
  }

  MHD_Result send_lines(MHD_Connection* connection, Exchange& exchange) {
    exchange.answers.clear();
    exchange.admission.lines->finish(exchange.answers);
    keep_answers(exchange);
    if (exchange.fault) return send(connection, exchange, service_.refuse(*exchange.fault));
    HttpResponse response{200, "application/jsonl", "", {}};
    if (exchange.spool.is_in_memory()) {
      response.body = exchange.spool.text();
      return send(connection, exchange, response);
    }
    const std::uint64_t size = exchange.spool.size();
    const int file = exchange.spool.take_file();
    if (file < 0) {
      return send(connection, exchange,
                  service_.refuse({500, ErrorCause::internal, "the answers cannot be kept", "make room in TMPDIR"}));
    }
    MHD_Response* to = MHD_create_response_from_fd64(size, file);
    if (to == nullptr) ::close(file);
    return queue(connection, exchange, to, response, Close::no);
  }

  MHD_Result queue(MHD_Connection* connection, Exchange& exchange, MHD_Response* to, const HttpResponse& response,
                   Close close) {
    if (to == nullptr) return MHD_NO;
    if (!response.type.empty()) MHD_add_response_header(to, MHD_HTTP_HEADER_CONTENT_TYPE, response.type.c_str());
    if (!response.allow.empty()) MHD_add_response_header(to, MHD_HTTP_HEADER_ALLOW, response.allow.c_str());
    if (response.status == 503) MHD_add_response_header(to, MHD_HTTP_HEADER_RETRY_AFTER, "1");
    if (close == Close::yes || closing_) MHD_add_response_header(to, MHD_HTTP_HEADER_CONNECTION, "close");
    const MHD_Result queued = MHD_queue_response(connection, static_cast<unsigned>(response.status), to);
    MHD_destroy_response(to);
    service_.metrics().count(exchange.admission.matched.operation, response.status,
                             std::chrono::duration<double>(Clock::now() - exchange.begun).count());
    return queued;
  }

  // --- threads ---

  // Explanations take milliseconds, in which no thread of the library should wait.
  void explain() {
    for (;;) {
      std::pair<MHD_Connection*, Exchange*> job;
      {
        std::unique_lock lock(jobs_mutex_);
        jobs_bell_.wait(lock, [this] { return ended_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        job = jobs_.front();
        jobs_.pop_front();
      }
      job.second->made = service_.respond(job.second->request, job.second->admission.matched);
      MHD_resume_connection(job.first);
    }
  }

  void cut() {
    std::unique_lock lock(jobs_mutex_);
    while (!cutter_bell_.wait_for(lock, look_every, [this] { return ended_; })) {
      lock.unlock();
      cut_those_over_their_time();
      lock.lock();
    }
  }

  void cut_those_over_their_time() {
    const std::int64_t now = milliseconds_now();
    const std::lock_guard lock(connections_mutex_);
    // While the lock is held no connection of the list is closed, so no descriptor belongs to somebody else.
    const auto cut_off = [&](const Connection& connection) {
      ::shutdown(connection.descriptor, SHUT_RDWR);
      service_.metrics().connection_cut();
    };
    std::vector<std::pair<std::int64_t, Connection*>> waiting;
    const std::size_t most = std::size_t{options_.connections} * std::max<std::size_t>(listeners_.size(), 1);
    const bool is_full = connections_.size() > most / 10 * 9;
    for (Connection* connection : connections_) {
      if (connection->deadline <= now) {
        cut_off(*connection);
        if (connection->is_busy) service_.metrics().count(ErrorCause::timeout);
        connection->deadline = INT64_MAX;  // once
      } else if (is_full && !connection->is_busy) {
        waiting.emplace_back(connection->since, connection);
      }
    }
    if (!is_full) return;
    const std::size_t fewer = std::min(waiting.size(), connections_.size() - most / 10 * 8);
    std::partial_sort(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(fewer), waiting.end());
    for (std::size_t i = 0; i < fewer; ++i) cut_off(*waiting[i].second);
  }

  Service& service_;
  const ServerOptions options_;
  std::vector<Listener> listeners_;
  std::vector<MHD_Daemon*> daemons_;
  std::atomic<std::int64_t> busy_{0};  // requests between headers and the end of their response
  std::atomic<bool> closing_{false};
  bool stopped_ = false;
  std::mutex connections_mutex_;
  std::unordered_set<Connection*> connections_;
  std::mutex jobs_mutex_;  // of the next two
  std::deque<std::pair<MHD_Connection*, Exchange*>> jobs_;
  bool ended_ = false;
  std::condition_variable jobs_bell_, cutter_bell_;
  std::thread aside_, cutter_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Service& service, std::vector<Listener> listeners,
                                              const ServerOptions& options) {
  auto out = std::make_unique<MicrohttpdServer>(service, std::move(listeners), options);
  TALLY_RETURN_IF_ERROR(out->start());
  return std::unique_ptr<Server>(std::move(out));
}

}  // namespace tally::serve
