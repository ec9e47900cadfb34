// `tally keygen NAME`: makes a pair of keys.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "cli/commands.h"
#include "cli/terminal.h"
#include "runtime/signing/keys.h"

namespace tally::cli {
namespace {

// Writes a file that is not there yet. Whoever has the rights of `mode` may read it, from its first byte on.
Result<> write_new(const std::string& path, const std::string& text, mode_t mode) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0 && errno == EEXIST)
    return Error{Cause::file, "`" + path + "` is there already",
                 "a key is never replaced: name another pair, or move this one away"};
  const bool is_written =
      fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0) ::close(fd);
  if (is_written) return {};
  if (fd >= 0) ::unlink(path.c_str());
  return Error{Cause::file, "cannot write `" + path + "`: " + std::strerror(why)};
}

Result<int> run_keygen(const std::string& name) {
  TALLY_ASSIGN_OR_RETURN(const SecretKey key, make_key());
  const std::string secret = name + ".key", open = name + ".pub";
  TALLY_RETURN_IF_ERROR(write_new(open, key_text(key.open), 0666));
  if (auto written = write_new(secret, key_text(key), 0600); !written) {
    ::unlink(open.c_str());
    return std::move(written).error();
  }
  print("wrote " + secret + ", which signs and stays secret, and " + open + ", which a switch trusts\n");
  return exit_fine;
}

}  // namespace

Run add_keygen(CLI::App& app) {
  auto name = std::make_shared<std::string>();
  app.add_option("NAME", *name, "how both files are called: NAME.key and NAME.pub")->required()->type_name("");
  app.footer(
      "NAME.key is the secret key, which only its owner may read; keep it where policies are signed. NAME.pub is the "
      "public key, which the guard of a switch trusts. A file that is there already is left as it is.\n"
      "Example: tally keygen release");
  return [name] { return run_keygen(*name); };
}

}  // namespace tally::cli
