// constant_server PORT THREADS ANSWER: an HTTP server of libmicrohttpd that reads each request and answers with a
// constant.
//
// It has the options of serve/http/server.cpp, so that what is between the two is the work of Tally.
#include <microhttpd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::string answer;

MHD_Result on_request(void* /*self*/, MHD_Connection* connection, const char* /*url*/, const char* /*method*/,
                      const char* /*version*/, const char* /*data*/, std::size_t* size, void** state) {
  if (*state == nullptr) {
    *state = new std::string;
    return MHD_YES;
  }
  if (*size != 0) {
    *size = 0;
    return MHD_YES;
  }
  MHD_Response* response =
      MHD_create_response_from_buffer(answer.size(), const_cast<char*>(answer.data()), MHD_RESPMEM_MUST_COPY);
  MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
  const MHD_Result queued = MHD_queue_response(connection, MHD_HTTP_OK, response);
  MHD_destroy_response(response);
  return queued;
}

void on_completed(void* /*self*/, MHD_Connection* /*connection*/, void** state, MHD_RequestTerminationCode /*code*/) {
  delete static_cast<std::string*>(*state);
  *state = nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  answer = argv[3] + std::string("\n");
  MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, static_cast<std::intptr_t>(std::atoi(argv[2])), nullptr},
                           {MHD_OPTION_END, 0, nullptr}};
  MHD_Daemon* daemon =
      MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, static_cast<std::uint16_t>(std::atoi(argv[1])),
                       nullptr, nullptr, &on_request, nullptr, MHD_OPTION_CONNECTION_LIMIT, 12'000u,
                       MHD_OPTION_CONNECTION_MEMORY_LIMIT, std::size_t{16} << 10, MHD_OPTION_CONNECTION_TIMEOUT, 60u,
                       MHD_OPTION_NOTIFY_COMPLETED, &on_completed, nullptr, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
  if (daemon == nullptr) return 1;
  ::pause();
  MHD_stop_daemon(daemon);
  return 0;
}
