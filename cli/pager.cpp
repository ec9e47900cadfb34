#include "cli/pager.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace tally::cli {
namespace {

// Whether a program of this name is in a folder of PATH.
bool is_installed(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string folders = path ? path : "";
  folders += ':';
  for (std::size_t begin = 0, end; (end = folders.find(':', begin)) != std::string::npos; begin = end + 1) {
    const std::string folder = folders.substr(begin, end - begin);
    if (!folder.empty() && access((folder + "/" + name).c_str(), X_OK) == 0) return true;
  }
  return false;
}

// The command line of the pager, or "" if there is none that can be started.
std::string pager_command() {
  const char* wished = std::getenv("PAGER");
  const std::string command = wished && *wished ? wished : "less";
  const std::string program = command.substr(0, command.find(' '));
  const bool can_run =
      program.find('/') == std::string::npos ? is_installed(program) : access(program.c_str(), X_OK) == 0;
  return can_run ? command : "";
}

}  // namespace

Pager::Pager(bool wanted) {
  const std::string command = wanted ? pager_command() : "";
  int ends[2];
  if (command.empty() || pipe2(ends, O_CLOEXEC) != 0) return;
  std::fflush(stdout);
  process_ = fork();
  if (process_ == 0) {
    dup2(ends[0], STDIN_FILENO);
    setenv("LESS", "FRX", 0);  // colours, no page for what fits the screen
    execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  if (process_ > 0) dup2(ends[1], STDOUT_FILENO);
  close(ends[0]);
  close(ends[1]);
}

Pager::~Pager() {
  if (process_ <= 0) return;
  std::fflush(stdout);
  // The pager sees the end of its input only when nobody can write to it.
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) {
    dup2(nowhere, STDOUT_FILENO);
    close(nowhere);
  } else {
    close(STDOUT_FILENO);
  }
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace tally::cli
