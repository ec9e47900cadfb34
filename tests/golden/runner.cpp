// The golden runner: runs every case of tests/cases and compares the output.
//
// In:     the command `tally`, and directories with cases `<topic>/{good,bad}/<behaviour>.tally`
//         in the format of tests/cases/README.md
// Out:    a line and a small diff for each case that fails; exit code 0 if none does
// Always: a case runs in a temporary directory that holds nothing but its source and its extra
//         files, so that outputs hold no paths of the machine; a run ends after `time_limit`;
//         only `--update` writes a case, and replaces it as a whole
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/golden/case.h"

namespace {

using golden::Case;
using golden::ExtraFile;
using golden::parse_case;
using golden::read_file;
using golden::Run;
using golden::split_lines;
using golden::split_words;
using golden::to_text;

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr auto time_limit = std::chrono::seconds(10);
constexpr std::size_t max_output = 16u << 20;
constexpr std::size_t max_diff_lines = 40;

bool write_file(const fs::path& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  return static_cast<bool>(out.flush());
}

// --- running --------------------------------------------------------------------

struct Printed {
  std::string out, err;
  int exit = 0;
  std::string fault;  // why it did not end by itself, or could not be started
};

struct Pipe {
  int read = -1, write = -1;
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  // The same as a terminal of so many columns, which changes nothing that is written to it.
  bool open_terminal(unsigned columns) {
    read = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (read < 0 || ::grantpt(read) != 0 || ::unlockpt(read) != 0) return false;
    write = ::open(::ptsname(read), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (write < 0) return false;
    termios settings{};
    winsize size{};
    size.ws_row = 24;
    size.ws_col = static_cast<unsigned short>(columns);
    ::tcgetattr(write, &settings);
    ::cfmakeraw(&settings);
    return ::tcsetattr(write, TCSANOW, &settings) == 0 && ::ioctl(write, TIOCSWINSZ, &size) == 0;
  }
  static void shut(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  ~Pipe() {
    shut(read);
    shut(write);
  }
};

[[noreturn]] void become(std::vector<std::string> words, const fs::path& directory, const std::string& input, int out,
                         int err) {
  ::setpgid(0, 0);  // so that processes that it starts end with it
  if (::chdir(directory.c_str()) != 0) ::_exit(127);
  const int in = ::open(input.c_str(), O_RDONLY);
  if (in < 0) ::_exit(127);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  for (const char* name : {"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "COLUMNS"}) ::unsetenv(name);
  ::setenv("LC_ALL", "C.UTF-8", 1);
  if (::isatty(1)) {
    ::setenv("NO_COLOR", "1", 1);
    ::setenv("PAGER", "cat", 1);
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

// Reads both ends until they close. Returns false if the time is up or the output is too long.
bool drain(Pipe& out, Pipe& err, Clock::time_point end, Printed& printed) {
  while (out.read >= 0 || err.read >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0 || printed.out.size() + printed.err.size() > max_output) return false;
    pollfd ends[2] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}};  // poll ignores negative ones
    if (::poll(ends, 2, static_cast<int>(left)) < 0 && errno != EINTR) return false;
    for (int i = 0; i < 2; ++i) {
      if (ends[i].revents == 0) continue;
      char buffer[65536];
      const ssize_t n = ::read(ends[i].fd, buffer, sizeof buffer);
      if (n > 0)
        (i == 0 ? printed.out : printed.err).append(buffer, static_cast<std::size_t>(n));
      else if (n == 0 || errno != EINTR)
        Pipe::shut(i == 0 ? out.read : err.read);
    }
  }
  return true;
}

// `columns`: of the terminal that standard output is; 0 if it is none.
Printed execute(const std::vector<std::string>& words, const fs::path& directory, const std::string& input,
                unsigned columns) {
  Printed printed;
  Pipe out, err;
  if (!(columns == 0 ? out.open() : out.open_terminal(columns)) || !err.open()) return {{}, {}, 0, "no pipe"};
  const pid_t child = ::fork();
  if (child < 0) return {{}, {}, 0, "no process"};
  if (child == 0) become(words, directory, input, out.write, err.write);
  ::setpgid(child, child);
  Pipe::shut(out.write);
  Pipe::shut(err.write);
  const auto end = Clock::now() + time_limit;
  bool ended = drain(out, err, end, printed);
  int status = 0;
  // The process may run on after it closed both ends: poll it in small steps until the same deadline.
  while (ended && ::waitpid(child, &status, WNOHANG) == 0) {
    ended = Clock::now() < end;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  if (!ended) {
    ::kill(-child, SIGKILL);
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    printed.fault = "killed: it ran for more than 10 s, or printed more than 16 MiB";
    return printed;
  }
  if (WIFSIGNALED(status))
    printed.fault = std::string("ended by signal: ") + ::strsignal(WTERMSIG(status));
  else
    printed.exit = WEXITSTATUS(status);
  if (printed.exit == 127 && printed.err.empty()) printed.fault = "could not be started";
  return printed;
}

// The command of a run on this machine: `tally` and `CASE` are replaced, `< FILE` is removed.
Printed execute(const Run& run, const std::string& tally, const std::string& name, const fs::path& directory) {
  std::vector<std::string> words = split_words(run.command);
  std::string input = "/dev/null";
  unsigned columns = 0;
  if (words.size() > 2 && words[0].starts_with('[') && words[1] == "columns]") {
    columns = static_cast<unsigned>(std::strtoul(words[0].c_str() + 1, nullptr, 10));
    words.erase(words.begin(), words.begin() + 2);
  }
  if (words.size() > 2 && words[words.size() - 2] == "<") {
    input = words.back();
    words.resize(words.size() - 2);
  }
  if (words.empty() || words[0] != "tally") return {{}, {}, 0, "a run starts with `tally`"};
  words[0] = tally;
  std::replace(words.begin(), words.end(), std::string("CASE"), name);
  return execute(words, directory, input, columns);
}

std::vector<std::string> expectations(const Printed& printed) {
  std::vector<std::string> lines{"#= exit " + std::to_string(printed.exit)};
  for (const auto& [marker, text] : {std::pair{"#|", &printed.out}, std::pair{"#!", &printed.err}}) {
    for (const std::string& line : split_lines(*text))
      lines.push_back(line.empty() ? marker : std::string(marker) + " " + line);
    if (!text->empty() && text->back() != '\n') lines.emplace_back("#\\ no line break at the end");
  }
  return lines;
}

// --- judging ----------------------------------------------------------------------

// The lines that differ, from the first to the last of them.
void print_diff(const std::vector<std::string>& expected, const std::vector<std::string>& actual) {
  std::size_t head = 0, tail = 0;
  const std::size_t common = std::min(expected.size(), actual.size());
  while (head < common && expected[head] == actual[head]) ++head;
  while (tail < common - head && expected[expected.size() - 1 - tail] == actual[actual.size() - 1 - tail]) ++tail;
  if (head > 0) std::cout << "    " << expected[head - 1] << "\n";
  const auto side = [&](const char* sign, const std::vector<std::string>& lines) {
    const std::size_t end = lines.size() - tail;
    for (std::size_t i = head; i < end; ++i) {
      if (i - head == max_diff_lines) {
        std::cout << "  " << sign << " ... " << end - i << " more\n";
        break;
      }
      std::cout << "  " << sign << " " << lines[i] << "\n";
    }
  };
  side("-", expected);
  side("+", actual);
}

// "T401" for every `[T401]` or `"T401"` in a text.
void collect_codes(std::string_view text, std::set<std::string>& codes) {
  for (std::size_t at = text.find('T'); at != std::string_view::npos; at = text.find('T', at + 1)) {
    if (at == 0 || at + 4 >= text.size()) continue;
    const char before = text[at - 1], after = text[at + 4];
    if (!((before == '[' && after == ']') || (before == '"' && after == '"'))) continue;
    const std::string_view digits = text.substr(at + 1, 3);
    if (std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
      codes.emplace(text.substr(at, 4));
  }
}

std::string joined(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text.empty() ? "none" : text;
}

// What folder and first line of a case require, whatever it prints: --update cannot make a wrong case right.
std::optional<std::string> broken_promise(const Case& c) {
  std::set<std::string> printed;
  bool all_succeed = true, complained = false;
  for (const Run& run : c.runs) {
    bool ends_in_1 = false, says_why = false;  // for `tally diff`, a finding is the output itself
    for (const std::string& line : run.expected) {
      collect_codes(line, printed);
      ends_in_1 = ends_in_1 || line == "#= exit 1";
      says_why = says_why || line.starts_with("#| ");
      if (line.starts_with("#! tally: ")) complained = true;  // faults of arguments and files have no code
      if (line.starts_with("#= exit ") && line != "#= exit 0") all_succeed = false;
    }
    complained = complained || (ends_in_1 && says_why);
  }
  const fs::path folder = c.path.parent_path().filename();
  if (folder == "good" && !all_succeed) return "a case in good/ must succeed in every run";
  if (folder == "bad" && printed.empty() && !complained) return "a case in bad/ must report something";
  constexpr std::string_view promise = "# expect ";
  std::set<std::string> promised;
  std::istringstream words;
  if (c.source.starts_with(promise))
    words.str(c.source.substr(promise.size(), c.source.find('\n') - promise.size()));
  else if (folder != "good")
    return std::nullopt;
  for (std::string word; words >> word && word.size() == 4 && word[0] == 'T';) promised.insert(word);
  if (promised == printed) return std::nullopt;
  return "the first line promises " + joined(promised) + ", reported is " + joined(printed);
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "golden-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }  // empty if there is none

 private:
  fs::path path_;
};

bool place_files(const Case& c, const fs::path& directory) {
  if (directory.empty() || !write_file(directory / c.path.filename(), c.source)) return false;
  for (const ExtraFile& file : c.files) {
    std::error_code error;
    fs::create_directories((directory / file.name).parent_path(), error);
    if (error || !write_file(directory / file.name, file.content)) return false;
  }
  return true;
}

struct Options {
  bool update = false;
  std::string filter, tally, codes;
  std::set<std::string> except;
  std::vector<fs::path> directories;
};

// Whether the case holds. Differences are printed.
bool run_case(const fs::path& path, const Options& options) {
  const auto fail = [&](const std::string& why) {
    std::cout << "FAILED " << path.string() << ": " << why << "\n";
    return false;
  };
  const auto text = read_file(path);
  if (!text) return fail("cannot be read");
  std::string fault;
  auto c = parse_case(path, *text, fault);
  if (!c) return fail(fault);
  if (c->runs.empty()) return fail("nothing is run: add `#> tally check CASE`");
  const TemporaryDirectory directory;
  if (!place_files(*c, directory.path())) return fail("its files cannot be written to a temporary directory");

  bool holds = true;
  for (Run& run : c->runs) {
    const Printed printed = execute(run, options.tally, path.filename().string(), directory.path());
    if (!printed.fault.empty()) {
      holds = fail("`" + run.command + "`: " + printed.fault);
      continue;
    }
    auto actual = expectations(printed);
    if (options.update) {
      run.expected = std::move(actual);
    } else if (run.expected.empty()) {
      holds = fail("`" + run.command + "` has no expectations");
    } else if (run.expected != actual) {
      holds = fail("`" + run.command + "` prints something else");
      print_diff(run.expected, actual);
    }
  }
  if (!holds) return false;
  if (options.update) {
    const std::string updated = to_text(*c);
    if (updated != *text) {
      const fs::path beside = path.string() + ".new";
      std::error_code error;
      if (!write_file(beside, updated)) return fail("cannot be written beside itself");
      fs::rename(beside, path, error);
      if (error) return fail("cannot be rewritten: " + error.message());
      std::cout << "updated " << path.string() << "\n";
    }
  }
  if (const auto broken = broken_promise(*c)) return fail(*broken);
  return true;
}

// --- all cases ----------------------------------------------------------------------

std::vector<fs::path> find_cases(const Options& options) {
  std::vector<fs::path> cases;
  for (const fs::path& directory : options.directories) {
    std::error_code error;
    for (fs::recursive_directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
      const fs::path folder = at->path().parent_path().filename();
      if (!at->is_regular_file() || at->path().extension() != ".tally" || (folder != "good" && folder != "bad"))
        continue;
      if (at->path().string().find(options.filter) != std::string::npos) cases.push_back(at->path());
    }
    if (error) std::cerr << "golden: " << directory.string() << ": " << error.message() << "\n";
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

// Every code of the registry must occur in the expectations of some case.
int check_codes(const Options& options) {
  const auto registry = read_file(options.codes);
  if (!registry) {
    std::cerr << "golden: cannot read " << options.codes << "\n";
    return 2;
  }
  std::set<std::string> seen, missing;
  for (const fs::path& path : find_cases(options)) {
    for (const std::string& line : split_lines(read_file(path).value_or(""))) {
      if (line.starts_with("#|") || line.starts_with("#!")) collect_codes(line, seen);
    }
  }
  std::size_t codes = 0;
  constexpr std::string_view entry = "\nTALLY_CODE(";
  for (std::size_t at = registry->find(entry); at != std::string::npos; at = registry->find(entry, at + 1)) {
    const std::string number = std::to_string(std::strtoul(registry->c_str() + at + entry.size(), nullptr, 10));
    const std::string code = "T" + std::string(3 - std::min<std::size_t>(3, number.size()), '0') + number;
    if (options.except.contains(code)) continue;
    ++codes;
    if (!seen.contains(code)) missing.insert(code);
  }
  std::cout << codes - missing.size() << " of " << codes << " codes stand in a case; missing: " << joined(missing)
            << "\n";
  return codes > 0 && missing.empty() ? 0 : 1;
}

int usage() {
  std::cerr << "usage: golden [--update] [--filter TEXT] --tally COMMAND DIRECTORY...\n"
               "       golden --codes REGISTRY [--except CODE]... DIRECTORY...\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() { return ++i < argc ? std::string(argv[i]) : std::string(); };
    if (word == "--update")
      options.update = true;
    else if (word == "--filter")
      options.filter = value();
    else if (word == "--tally")
      options.tally = value();
    else if (word == "--codes")
      options.codes = value();
    else if (word == "--except")
      options.except.insert(value());
    else if (word.starts_with("--"))
      return usage();
    else
      options.directories.emplace_back(word);
  }
  if (options.directories.empty() || options.tally.empty() == options.codes.empty()) return usage();
  if (!options.codes.empty()) return check_codes(options);

  std::error_code error;
  options.tally = fs::canonical(options.tally, error).string();
  if (error) {
    std::cerr << "golden: no command at the path given: " << error.message() << "\n";
    return 2;
  }
  const auto cases = find_cases(options);
  if (cases.empty()) {
    std::cerr << "golden: no cases\n";
    return 2;
  }
  std::size_t failed = 0;
  for (const fs::path& path : cases) failed += run_case(path, options) ? 0 : 1;
  std::cout << cases.size() - failed << " of " << cases.size() << " cases hold\n";
  return failed == 0 ? 0 : 1;
}
