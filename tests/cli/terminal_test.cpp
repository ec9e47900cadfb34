// What the command prints on a terminal only: the hint at the page of a diagnostic, colour, and
// paragraphs of the terminal's width.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

// A terminal of so many columns, which passes on unchanged what is written to it.
class Terminal {
 public:
  explicit Terminal(unsigned short columns) {
    reader_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (reader_ < 0 || ::grantpt(reader_) != 0 || ::unlockpt(reader_) != 0) return;
    writer_ = ::open(::ptsname(reader_), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios settings{};
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    ::tcgetattr(writer_, &settings);
    ::cfmakeraw(&settings);
    ::tcsetattr(writer_, TCSANOW, &settings);
    ::ioctl(writer_, TIOCSWINSZ, &size);
  }
  ~Terminal() {
    close_writer();
    ::close(reader_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  int writer() const { return writer_; }
  // Everything that is written until no process has the terminal open for writing.
  std::string read_all() {
    close_writer();
    std::string out;
    std::array<char, 4096> block{};
    for (ssize_t n; (n = ::read(reader_, block.data(), block.size())) > 0;)
      out.append(block.data(), static_cast<std::size_t>(n));
    return out;
  }

 private:
  void close_writer() {
    if (writer_ >= 0) ::close(writer_);
    writer_ = -1;
  }
  int reader_ = -1, writer_ = -1;
};

enum class Streams { both, output, errors };

// What the command prints on a terminal that is its standard output, its standard error, or both. The
// other stream is discarded.
std::string on_terminal(Streams streams, std::vector<std::string> words, unsigned short columns = 80) {
  Terminal terminal(columns);
  words.insert(words.begin(), TALLY_COMMAND);
  const pid_t child = ::fork();
  if (child == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, 0);
    ::dup2(streams == Streams::errors ? nothing : terminal.writer(), 1);
    ::dup2(streams == Streams::output ? nothing : terminal.writer(), 2);
    ::setenv("PAGER", "cat", 1);
    ::setenv("TERM", "xterm", 1);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  const std::string out = terminal.read_all();
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status)) << out;
  return out;
}

class OnTerminal : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("NO_COLOR", "1", 1);
    folder_ = fs::temp_directory_path() / ("tally_terminal_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    write("good.tally", "input a : flag\ndecision d : flag = a\n");
    write("order.tally", "input a : flag\ndecision d : flag = a < 5\ndecision e : flag = b\n");
    write("name.tally", "decision d : flag = b\n");
    write("wrong.json", "{\"a\": 5}");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  fs::path folder_;
};

// The hint, or "" if there is none. It is the last line, and there is only one.
std::string hint(const std::string& printed) {
  const std::size_t at = printed.find("`tally help T");
  return at == std::string::npos ? std::string() : printed.substr(at);
}

TEST_F(OnTerminal, FaultsEndWithAHintAtTheFirstOfThem) {
  const std::string faults = on_terminal(Streams::errors, {"check", path("order.tally")});
  EXPECT_NE(faults.find("error[T201]"), std::string::npos) << faults;
  EXPECT_EQ(hint(faults), "`tally help T305` explains T305 with an example\n");
}

TEST_F(OnTerminal, SeveralFilesHaveOneHintBelowTheirSummaries) {
  const std::string faults =
      on_terminal(Streams::both, {"check", path("good.tally"), path("name.tally"), path("order.tally")});
  EXPECT_NE(faults.find("order.tally: 2 errors\n`tally"), std::string::npos) << faults;
  EXPECT_EQ(hint(faults), "`tally help T201` explains T201 with an example\n");
}

TEST_F(OnTerminal, FaultsOfDocumentsAndArgumentsHaveAHint) {
  EXPECT_EQ(hint(on_terminal(Streams::both, {"decide", path("good.tally"), "--input", path("wrong.json")})),
            "`tally help T502` explains T502 with an example\n");
  EXPECT_EQ(hint(on_terminal(Streams::both, {"table", path("good.tally"), "--where", "b is on"})),
            "`tally help T201` explains T201 with an example\n");
  EXPECT_EQ(hint(on_terminal(Streams::both, {"check", "/dev/null/rules.tally"})),
            "`tally help T001` explains T001 with an example\n");
}

TEST_F(OnTerminal, APageWithoutAnExamplePromisesNone) {
  write("binary.tally", std::string("\0\xff", 2));
  EXPECT_EQ(hint(on_terminal(Streams::both, {"check", path("binary.tally")})), "`tally help T002` explains T002\n");
}

TEST_F(OnTerminal, NothingIsHintedAtWithoutAFaultOrForAProgram) {
  EXPECT_EQ(hint(on_terminal(Streams::both, {"check", path("good.tally")})), "");
  EXPECT_EQ(hint(on_terminal(Streams::both, {"chek"})), "");
  EXPECT_EQ(hint(on_terminal(Streams::both, {"check", "--format", "json", path("order.tally")})), "");
  EXPECT_EQ(hint(on_terminal(Streams::output, {"check", path("order.tally")})), "");
}

TEST_F(OnTerminal, APageIsAsWideAsTheTerminal) {
  for (const unsigned short columns : {30, 50, 200}) {
    const std::string page = on_terminal(Streams::output, {"help", "T601"}, columns);
    std::size_t widest = 0;
    for (std::size_t at = 0; at < page.size();) {
      const std::size_t end = page.find('\n', at);
      if (page.compare(at, 4, "    ") != 0) widest = std::max(widest, end - at);
      at = end + 1;
    }
    EXPECT_LE(widest, columns);
    EXPECT_GE(widest, columns - 20u);
  }
}

TEST_F(OnTerminal, APageHasColourUnlessTheEnvironmentAsksForNone) {
  EXPECT_EQ(on_terminal(Streams::output, {"help", "T601"}).find('\x1b'), std::string::npos);
  ::unsetenv("NO_COLOR");
  EXPECT_TRUE(on_terminal(Streams::output, {"help", "T601"}).starts_with("\x1b[1;31merror T601\x1b[0m: "));
}

TEST_F(OnTerminal, ADiffOfTheFormatterHasColour) {
  write("loose.tally", "input  a:flag\n");
  const std::string plain = "-input  a:flag\n+input a : flag\n";
  EXPECT_NE(on_terminal(Streams::output, {"fmt", "--diff", path("loose.tally")}).find(plain), std::string::npos);
  ::unsetenv("NO_COLOR");
  EXPECT_NE(on_terminal(Streams::output, {"fmt", "--diff", path("loose.tally")})
                .find("\x1b[31m-input  a:flag\x1b[0m\n\x1b[32m+input a : flag\x1b[0m\n"),
            std::string::npos);
}

}  // namespace
