#include "serve/http/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace tally::serve {
namespace {

constexpr int backlog = 4'096;
constexpr int first_inherited = 3;

Error cannot_listen(const std::string& address, const std::string& why, std::string help = "") {
  return {Cause::file, "cannot listen at `" + address + "`: " + why, std::move(help)};
}

bool is_loopback(const sockaddr* address) {
  if (address->sa_family == AF_INET)
    return (ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr) >> 24) == 127;
  if (address->sa_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr) != 0;
  return true;
}

// "127.0.0.1:7878", or the path of a unix socket with `unix:` before it.
std::string name_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(descriptor, any, &length) != 0) return "?";
  if (address.ss_family == AF_UNIX) return std::string("unix:") + reinterpret_cast<sockaddr_un*>(any)->sun_path;
  char host[NI_MAXHOST], port[NI_MAXSERV];
  if (::getnameinfo(any, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return "?";
  return address.ss_family == AF_INET6 ? "[" + std::string(host) + "]:" + port : std::string(host) + ":" + port;
}

// Whether somebody answers at a unix socket.
bool is_in_use(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return true;
  const bool answers =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 || errno != ECONNREFUSED;
  ::close(probe);
  return answers;
}

}  // namespace

Listener::Listener(Listener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      address_(std::move(other.address_)),
      file_(std::exchange(other.file_, {})),
      inode_(other.inode_) {}

Listener::~Listener() {
  if (descriptor_ >= 0) ::close(descriptor_);
  // Another process may have put its socket there meanwhile.
  struct stat now {};
  if (!file_.empty() && ::lstat(file_.c_str(), &now) == 0 && now.st_ino == inode_) ::unlink(file_.c_str());
}

Result<Listener> Listener::open(const std::string& address, const ListenOptions& options) {
  if (address.starts_with("unix:")) return open_unix(address.substr(5), options);
  if (address.starts_with('/')) return open_unix(address, options);
  return open_tcp(address, options);
}

Result<Listener> Listener::open_unix(const std::string& path, const ListenOptions& options) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return cannot_listen("unix:" + path,
                         "the path of a socket has 1 to " + std::to_string(sizeof address.sun_path - 1) + " bytes");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  struct stat before {};
  if (::lstat(path.c_str(), &before) == 0) {
    if (!S_ISSOCK(before.st_mode)) return cannot_listen("unix:" + path, "a file stands there that is not a socket");
    if (is_in_use(address)) return cannot_listen("unix:" + path, "another process listens there");
    ::unlink(path.c_str());
  }
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return cannot_listen("unix:" + path, std::strerror(errno));
  Listener out(descriptor, "unix:" + path, "");
  // The mode holds from the first moment.
  const mode_t mask = ::umask(~options.socket_mode & 0777);
  const int bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::umask(mask);
  if (bound != 0) return cannot_listen("unix:" + path, std::strerror(error));
  out.file_ = path;
  struct stat made {};
  if (::lstat(path.c_str(), &made) == 0) out.inode_ = made.st_ino;
  if (::listen(descriptor, backlog) != 0) return cannot_listen("unix:" + path, std::strerror(errno));
  return out;
}

Result<Listener> Listener::open_tcp(const std::string& address, const ListenOptions& options) {
  const std::size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon == std::string::npos ? 0 : colon);
  const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  constexpr unsigned long max_port = 65'535;
  if (host.empty() || port.empty() || port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos ||
      std::stoul(port) > max_port)
    return Error{Cause::usage, "`" + address + "` is not an address",
                 "write 127.0.0.1:7878, [::1]:7878 or unix:/run/tally/tally.sock"};
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    return cannot_listen(address, ::gai_strerror(error));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> freed(found, ::freeaddrinfo);
  if (!options.is_public && !is_loopback(found->ai_addr))
    return Error{Cause::usage, "`" + address + "` can be reached from other machines",
                 "requests are neither encrypted nor authenticated; add --public if that is wanted"};
  const int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return cannot_listen(address, std::strerror(errno));
  Listener out(descriptor, address, "");
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 || ::listen(descriptor, backlog) != 0)
    return cannot_listen(address, std::strerror(errno));
  out.address_ = name_of(descriptor);
  return out;
}

std::vector<Listener> Listener::inherited() {
  std::vector<Listener> out;
  const char* process = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (process == nullptr || count == nullptr || std::atol(process) != static_cast<long>(::getpid())) return out;
  for (int i = 0; i < std::atoi(count); ++i) {
    const int descriptor = first_inherited + i;
    if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) break;
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    out.push_back(Listener(descriptor, name_of(descriptor), ""));
  }
  return out;
}

void notify_systemd(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || *path == 0 || std::strlen(path) >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path, std::strlen(path));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
  if (address.sun_path[0] == '@') address.sun_path[0] = 0;
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  [[maybe_unused]] const auto sent = ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
                                              reinterpret_cast<const sockaddr*>(&address), length);
  ::close(descriptor);
}

}  // namespace tally::serve
