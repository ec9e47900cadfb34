// `tally serve POLICY...`: decides over HTTP until it is stopped.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): struct sigaction is POSIX
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_codes.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "runtime/policy/policy_guard.h"
#include "runtime/policy/whole_file.h"
#include "serve/http/server.h"

namespace tally::cli {
namespace {

constexpr std::size_t usual_connections = 12'000;
constexpr std::size_t other_files = 256;  // that are open beside connections

struct ServeArguments {
  std::vector<std::string> policies, listen, log_keep, keys;
  std::string socket_mode = "660", log, templates, state;
  bool is_public = false;
  std::optional<std::size_t> watch, grace, threads, connections, body_bytes, header_bytes, lines_bytes, documents,
      document_bytes, request_seconds, idle_seconds, lines_seconds;
};

// --- signals -----------------------------------------------------------------------------

// The handler has no argument of its own.
int signal_pipe[2] = {-1, -1};

void note_signal(int number) {
  const int error = errno;
  // The second one ends the process at once.
  if (number != SIGHUP) {
    ::signal(SIGTERM, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
  }
  const char byte = static_cast<char>(number);
  [[maybe_unused]] const ssize_t written = ::write(signal_pipe[1], &byte, 1);
  errno = error;
}

Result<> catch_signals() {
  if (::pipe2(signal_pipe, O_CLOEXEC) != 0) return Error{Cause::system, "the system has no pipe for signals"};
  ::fcntl(signal_pipe[1], F_SETFL, O_NONBLOCK);
  ::signal(SIGPIPE, SIG_IGN);
  for (const int number : {SIGHUP, SIGTERM, SIGINT}) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;  // as under nohup
    struct sigaction action {};
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
  }
  return {};
}

// The number of the next signal.
int next_signal() {
  char byte = 0;
  while (::read(signal_pipe[0], &byte, 1) != 1) {
  }
  return byte;
}

// --- the run -----------------------------------------------------------------------------

void report(const std::string& line) { std::fprintf(stderr, "tally: %s\n", line.c_str()); }

// As many connections as there may be open files, unless a number is asked for.
Result<unsigned> connections_of(const ServeArguments& options, std::size_t listeners) {
  const std::size_t wanted = options.connections.value_or(usual_connections);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, std::max<rlim_t>(limit.rlim_cur, wanted * listeners + other_files));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t room = limit.rlim_cur > other_files ? (limit.rlim_cur - other_files) / listeners : 0;
  if (wanted <= room) return static_cast<unsigned>(wanted);
  if (!options.connections && room > 0) return static_cast<unsigned>(room);
  return Error{Cause::system, "the system allows " + std::to_string(limit.rlim_cur) + " open files",
               "raise the limit (`ulimit -n`, LimitNOFILE=), or lower --connections"};
}

Result<std::vector<serve::Listener>> open_listeners(const ServeArguments& options) {
  std::vector<serve::Listener> out;
  if (options.listen.empty()) out = serve::Listener::inherited();
  if (!out.empty()) return out;
  serve::ListenOptions how;
  how.is_public = options.is_public;
  how.socket_mode = static_cast<unsigned>(std::strtoul(options.socket_mode.c_str(), nullptr, 8));
  const std::vector<std::string> usual = {"127.0.0.1:7878"};
  for (const std::string& address : options.listen.empty() ? usual : options.listen) {
    TALLY_ASSIGN_OR_RETURN(serve::Listener listener, serve::Listener::open(address, how));
    out.push_back(std::move(listener));
  }
  return out;
}

// --- serials -----------------------------------------------------------------------------

// The serial of a policy that an earlier run kept, or 0.
Result<std::uint64_t, Failure> kept_serial(const std::string& path) {
  const auto text = read_whole(path, 32);
  if (!text) {
    if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::uint64_t{0};
    return text.error();
  }
  std::uint64_t serial = 0;
  const char* end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, serial);
  if (read.ec != std::errc{} || std::string_view(read.ptr, end) != "\n")
    return Failure(TALLY_ERROR_FILE, "`" + path + "` is not a serial; remove it if older versions may come in use");
  return serial;
}

// Whether serials can be kept: what cannot be written now is a fault at the start.
Result<> state_is_writable(const std::string& folder) {
  if (folder.empty() || ::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return Error{Cause::file, "no serial can be kept in the folder `" + folder + "`: " + std::strerror(errno),
               "name a folder that exists and can be written to with --state"};
}

void keep_serial(const std::string& path, std::uint64_t serial) {
  const auto kept = kept_serial(path);
  if (kept && *kept == serial) return;
  if (const auto written = write_atomically(path, std::to_string(serial) + "\n"); !written)
    report(written.error().message + "; after a restart, versions older than the one in use are not refused");
}

serve::ServiceOptions service_options(const ServeArguments& options) {
  serve::ServiceOptions out;
  out.policy.documents.count = options.documents.value_or(out.policy.documents.count);
  out.policy.documents.bytes = options.document_bytes.value_or(out.policy.documents.bytes);
  out.policy.log_folder = options.log;
  out.policy.log_keep = options.log_keep;
  out.policy.watch_ms = static_cast<std::uint32_t>(options.watch.value_or(0) * 1'000);
  out.policy.keys = options.keys;
  if (!options.state.empty()) {
    const auto path = [folder = options.state](const std::string& name) { return folder + "/" + name + ".serial"; };
    out.policy.serial = [path](const std::string& name) { return kept_serial(path(name)); };
    out.policy.keep_serial = [path](const std::string& name, std::uint64_t serial) { keep_serial(path(name), serial); };
  }
  out.templates = options.templates;
  out.body_bytes = options.body_bytes.value_or(out.body_bytes);
  out.lines_bytes = options.lines_bytes.value_or(out.lines_bytes);
  return out;
}

serve::ServerOptions server_options(const ServeArguments& options, unsigned connections) {
  const auto number = [](const std::optional<std::size_t>& given, unsigned usual) {
    return given ? static_cast<unsigned>(*given) : usual;
  };
  serve::ServerOptions out;
  out.threads = number(options.threads, std::clamp(std::thread::hardware_concurrency(), 1u, 64u));
  out.connections = connections;
  out.header_bytes = options.header_bytes.value_or(out.header_bytes);
  out.lines_bytes = options.lines_bytes.value_or(out.lines_bytes);
  out.request_seconds = number(options.request_seconds, out.request_seconds);
  out.idle_seconds = number(options.idle_seconds, out.idle_seconds);
  out.lines_seconds = number(options.lines_seconds, out.lines_seconds);
  return out;
}

Result<int> run_serve(const ServeArguments& options) {
  if (options.keys.size() > max_trusted_keys)
    return Error{Cause::usage, "--key is given " + std::to_string(options.keys.size()) + " times",
                 "a guard trusts one key, or two while a key is changed"};
  TALLY_RETURN_IF_ERROR(state_is_writable(options.state));
  if (!options.state.empty() && options.keys.empty())
    return Error{Cause::usage, "--state needs --key", "without a key every version comes in use, also older ones"};
  if (!options.log_keep.empty() && options.log.empty())
    return Error{Cause::usage, "--log-keep names what a log keeps", "add --log FOLDER"};
  // Before the first thread, so that a signal never ends the process in the middle.
  TALLY_RETURN_IF_ERROR(catch_signals());
  TALLY_ASSIGN_OR_RETURN(auto service, serve::Service::open(options.policies, service_options(options)));
  TALLY_ASSIGN_OR_RETURN(auto listeners, open_listeners(options));
  TALLY_ASSIGN_OR_RETURN(const unsigned connections, connections_of(options, listeners.size()));
  std::string addresses;
  for (const serve::Listener& listener : listeners)
    addresses += (addresses.empty() ? "" : " and ") + listener.address();
  TALLY_ASSIGN_OR_RETURN(auto server,
                         serve::Server::start(*service, std::move(listeners), server_options(options, connections)));
  std::string names;
  for (const auto& policy : service->policies()) names += (names.empty() ? "" : ", ") + policy->name();
  report("serves " + names + " at " + addresses);
  serve::notify_systemd("READY=1");
  while (next_signal() == SIGHUP) {
    for (const std::string& line : service->reload()) report(line);
  }
  serve::notify_systemd("STOPPING=1");
  const bool finished = server->stop(std::chrono::seconds(options.grace.value_or(10)));
  server = nullptr;
  service = nullptr;  // writes what is left of the log
  report(finished ? "stopped" : "stopped; some requests had not ended in time");
  return exit_fine;
}

}  // namespace

Run add_serve(CLI::App& app) {
  auto options = std::make_shared<ServeArguments>();
  app.add_option("POLICY", options->policies, "rule files, or policies of `tally build`")->required()->type_name("");
  repeated(app, "--listen", options->listen, "ADDRESS", "HOST:PORT, or unix:PATH (default: 127.0.0.1:7878)");
  app.add_flag("--public", options->is_public, "allow addresses that other machines can reach");
  app.add_option("--socket-mode", options->socket_mode, "the mode of a unix socket (default: 660)")
      ->type_name("MODE")
      ->check(CLI::Validator(
          [](const std::string& text) {
            const bool is_mode = text.size() <= 4 && text.find_first_not_of("01234567") == std::string::npos;
            return is_mode ? "" : "--socket-mode is a mode such as 660";
          },
          ""));
  count_option(app, "--watch", options->watch, {"a number of seconds", 1, 3'600},
               "look at the files this often, and reload those that have changed");
  app.add_option("--log", options->log, "write each decision to a log in this folder")->type_name("FOLDER");
  repeated(app, "--log-keep", options->log_keep, "INPUT", "with --log: the values of this number or text, too");
  repeated(app, "--key", options->keys, "KEY",
           "take only versions that this key signed or approved: a file of tally keygen (at most two)");
  app.add_option("--state", options->state,
                 "with --key: keep serials in this folder, so that a restart takes no older version")
      ->type_name("FOLDER");
  app.add_option("--templates", options->templates, "answers in the form of switches, as in embed/http")
      ->type_name("FOLDER");
  count_option(app, "--documents", options->documents, {"a number of documents"},
               "documents that are bound per policy, at most (default: 100,000)");
  count_option(app, "--document-bytes", options->document_bytes, {"a number of bytes"},
               "of their texts together (default: 256 MiB)");
  count_option(app, "--body-bytes", options->body_bytes, {"a number of bytes", 1, std::size_t{16} << 20},
               "of a request, a document or a line (default: 1 MiB)");
  count_option(app, "--header-bytes", options->header_bytes, {"a number of bytes", 4'096, std::size_t{1} << 20},
               "of the headers of a request (default: 16 KiB)");
  count_option(app, "--lines-bytes", options->lines_bytes, {"a number of bytes"},
               "of a body with one request per line, and of its answers (default: 1 GiB)");
  count_option(app, "--request-seconds", options->request_seconds, {"a number of seconds", 1, 3'600},
               "from the headers of a request to the end of its response (default: 10)");
  count_option(app, "--lines-seconds", options->lines_seconds, {"a number of seconds", 1, 86'400},
               "likewise, with one request per line (default: 600)");
  count_option(app, "--idle-seconds", options->idle_seconds, {"a number of seconds", 1, 3'600},
               "without a byte from the client (default: 60)");
  count_option(app, "--connections", options->connections, {"a number of connections", 16, 1'000'000},
               "at once per address (default: 12,000, or what the system allows)");
  count_option(app, "--threads", options->threads, {"a number of threads", 1, 256},
               "per address (default: one per processor)");
  count_option(app, "--grace", options->grace, {"a number of seconds", 0, 3'600},
               "for what was begun, after SIGTERM or SIGINT (default: 10)");
  app.footer(
      "SIGHUP loads the files again; a file that is refused leaves the version before in use. docs/serve.md "
      "describes the paths, and GET /v1/openapi.json does so for programs.\n"
      "Example: tally serve rules/call_recording.tally --listen unix:/run/tally/tally.sock --watch 1");
  return [options] { return run_serve(*options); };
}

}  // namespace tally::cli
