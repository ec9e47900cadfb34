// The service behind sockets: libmicrohttpd reads requests and writes responses, and this file keeps its bounds.
//
// In:     a service, and sockets that listen.
// Out:    responses, until it is stopped.
// Always: a client that is slow, silent or broken holds a connection for a bounded time, and memory of a bounded size.
//         A request whose headers contradict each other about its length is refused, and its connection closed. What
//         was begun when a stop is asked for is finished, as far as the grace allows.
//
//   connection ── headers ── admit ── body ──┬── respond ──────────────── response
//                                            └── explanations: a thread of their own
//
// One thread looks at all connections four times a second, and cuts those that are over their time:
//
//   - a request, from its headers to the end of its response: `request_seconds`; with lines, `lines_seconds`
//   - headers, and the time between requests: `idle_seconds` and `request_seconds` together
//   - if nine tenths of all connections are in use, those that have waited longest between requests
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "serve/http/listener.h"
#include "serve/service.h"

namespace tally::serve {

struct ServerOptions {
  unsigned threads = 2;           // per listener
  unsigned connections = 12'000;  // per listener
  std::size_t header_bytes = 16 << 10;
  std::size_t lines_bytes = std::size_t{1} << 30;  // of the answers to lines
  unsigned request_seconds = 10;
  unsigned idle_seconds = 60;
  unsigned lines_seconds = 600;
};

class Server {
 public:
  // Serves in threads of its own. The service must outlive the server.
  static Result<std::unique_ptr<Server>> start(Service& service, std::vector<Listener> listeners,
                                               const ServerOptions& options);
  virtual ~Server() = default;

  // Takes no more connections, finishes what was begun, and ends. Returns whether everything was finished in time.
  virtual bool stop(std::chrono::milliseconds grace) = 0;

 protected:
  Server() = default;
};

}  // namespace tally::serve
