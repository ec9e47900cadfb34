// Sockets that `tally serve` listens at.
//
//   unix:/run/tally/tally.sock    127.0.0.1:7878    [::1]:7878    localhost:0
//
// In:     an address as text, or sockets that systemd has opened (LISTEN_FDS, sd_listen_fds(3)).
// Out:    a socket that listens.
// Always: an address that other machines can reach is refused unless it is wanted. A unix socket that a process left
//         behind is replaced, one that is in use is not. Only a socket that was made here is removed at the end.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace tally::serve {

struct ListenOptions {
  bool is_public = false;       // addresses that are not of this machine alone are allowed
  unsigned socket_mode = 0660;  // of a unix socket
};

class Listener {
 public:
  static Result<Listener> open(const std::string& address, const ListenOptions& options);
  // Those of systemd; none if it has not started this process with sockets.
  static std::vector<Listener> inherited();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&& other) = delete;
  ~Listener();

  int descriptor() const { return descriptor_; }
  // The address as it is in use: a port 0 has become a number.
  const std::string& address() const { return address_; }

 private:
  Listener(int descriptor, std::string address, std::string file)
      : descriptor_(descriptor), address_(std::move(address)), file_(std::move(file)) {}
  static Result<Listener> open_unix(const std::string& path, const ListenOptions& options);
  static Result<Listener> open_tcp(const std::string& address, const ListenOptions& options);

  int descriptor_ = -1;
  std::string address_;
  std::string file_;              // of a unix socket that was made here
  unsigned long long inode_ = 0;  // of that file
};

// Sends a state to systemd, "READY=1", if it waits for one (sd_notify(3)).
void notify_systemd(const std::string& state);

}  // namespace tally::serve
