// Files that are replaced, cut or written over while they are read: one complete version is loaded,
// or none, and then the version before goes on deciding.
//
// The function `read` below replaces the system's, so that a test can change a file between any two
// reads of it. The last tests have a writer in a thread of its own.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "runtime/policy/file_snapshot.h"
#include "tests/embed/built_policy/built_policy.h"
#include "tests/embed/calling.h"

namespace {

// Called before each read, with the path of the file. Rules are read in a thread of their own.
std::function<void(const std::string&)> before_read;
constexpr std::size_t most_at_once = 100;

}  // namespace

extern "C" ssize_t read(int fd, void* to, std::size_t bytes) {
  if (!before_read) return static_cast<ssize_t>(::syscall(SYS_read, fd, to, bytes));
  char path[4096];
  const ssize_t length = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
  before_read(length < 0 ? std::string() : std::string(path, static_cast<std::size_t>(length)));
  return static_cast<ssize_t>(::syscall(SYS_read, fd, to, std::min(bytes, most_at_once)));
}

namespace tally::testing {
namespace {

// Two decisions that always agree, far apart in the file. Any mixture of two versions is as valid as
// each of them, but its decisions disagree.
std::string rules_of(const std::string& version) {
  return "decision version : one | two = " + version + "\n# " + std::string(300, '.') +
         "\ndecision check : one | two = " + version + "\n";
}

// In place, as a careless editor does; in one piece.
void write_over(const std::string& path, const std::string& bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::pwrite(fd, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  ASSERT_EQ(::ftruncate(fd, static_cast<off_t>(bytes.size())), 0);
  ::close(fd);
}
// Writes a new file beside it, and renames that.
void replace(const std::string& path, const std::string& bytes) {
  write(path + "~", bytes);
  std::filesystem::rename(path + "~", path);
}

// --- snapshots -------------------------------------------------------------------------

std::string read_in(FileSnapshot& files, const std::string& path) {
  auto read = files.read(path, 1 << 20);
  return read ? *read : read.error().message;
}

// The clock that dates files advances in steps of milliseconds.
TEST(Snapshot, SeesAWriteOfTheSameSizeWithinTheSameTick) {
  const Folder folder;
  const std::string path = folder / "file";
  write(path, "0");
  for (int i = 0; i < 100; ++i) {
    const std::string now(1, static_cast<char>('0' + i % 10)), next(1, static_cast<char>('0' + (i + 1) % 10));
    write_over(path, now);
    FileSnapshot files;
    ASSERT_EQ(read_in(files, path), now);
    ASSERT_TRUE(files.holds());
    write_over(path, next);
    ASSERT_FALSE(files.holds()) << i;
  }
}

TEST(Snapshot, SeesWhatKeepsTheTimeOfAFile) {
  const Folder folder;
  const std::string path = folder / "file";
  write(path, "one");
  const auto time = std::filesystem::last_write_time(path);
  FileSnapshot files;
  ASSERT_EQ(read_in(files, path), "one");
  write_over(path, "two");
  std::filesystem::last_write_time(path, time);
  EXPECT_FALSE(files.holds());
}

TEST(Snapshot, SeesAFileThatIsReplacedOrGone) {
  const Folder folder;
  const std::string first = folder / "first", second = folder / "second";
  write(first, "one");
  write(second, "one");
  FileSnapshot files;
  ASSERT_EQ(read_in(files, first), "one");
  ASSERT_EQ(read_in(files, second), "one");
  EXPECT_TRUE(files.holds());
  replace(first, "one");
  EXPECT_FALSE(files.holds());
  FileSnapshot again;
  ASSERT_EQ(read_in(again, first), "one");
  ASSERT_EQ(read_in(again, second), "one");
  std::filesystem::remove(second);
  EXPECT_FALSE(again.holds());
}

// --- through the interface -------------------------------------------------------------

class Replaced : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    path = folder / (GetParam() ? "policy.so" : "policy.tally");
    for (const std::string version : {"one", "two"})
      versions.push_back(GetParam() ? build_text(rules_of(version)).bytes(ObjectKind::shared) : rules_of(version));
    write(path, versions[0]);
    ASSERT_EQ(tally_policy_open(path.c_str(), &policy, error), TALLY_OK) << error.message();
    ASSERT_EQ(decided(), "one");
  }
  void TearDown() override {
    before_read = nullptr;
    tally_policy_release(policy);
  }
  // The version that decides; both, if two are mixed.
  std::string decided() {
    char* text = nullptr;
    EXPECT_EQ(tally_decide_json(policy, "{}", 2, 0, &text, nullptr, error), TALLY_OK) << error.message();
    const std::string answer = text;
    tally_free(text);
    for (const std::string version : {"one", "two"}) {
      if (answer == "{\"version\":\"" + version + "\",\"check\":\"" + version + "\"}") return version;
    }
    return answer;
  }
  tally_status reload() {
    const tally_status status = tally_policy_reload(policy, nullptr, error);
    before_read = nullptr;
    return status;
  }
  // Changes the file before its nth read, each time that it is read, or once.
  void before(int nth, bool always, const std::function<void()>& change) {
    before_read = [this, nth, always, change, reads = 0](const std::string& what) mutable {
      if (what != path || ++reads != nth) return;
      if (always) reads = 0;
      change();
    };
  }
  // The versions by turns.
  std::function<void()> by_turns(void (*put)(const std::string&, const std::string&)) {
    return [this, put, turn = std::size_t{0}]() mutable { put(path, versions[++turn % 2]); };
  }

  Folder folder;
  std::string path;
  std::vector<std::string> versions;
  Errors error;
  tally_policy* policy = nullptr;
};

// Wherever the change happens, the version that decides is the last content of the file.
TEST_P(Replaced, OnceWhileItIsReadIsReadAgain) {
  std::size_t turn = 0;
  for (const int nth : {1, 2, 3, 4, 5, 6, 7, 8, 50, 100}) {
    for (const auto put : {write_over, replace}) {
      ++turn;
      before(nth, false, [&] { put(path, versions[turn % 2]); });
      ASSERT_EQ(reload(), TALLY_OK) << error.message();
      const std::string now = *read_whole(path, 1 << 20);
      ASSERT_EQ(decided(), now == versions[0] ? "one" : "two") << nth;
    }
  }
}

TEST_P(Replaced, WheneverItIsReadIsRefused) {
  before(3, true, by_turns(write_over));
  ASSERT_EQ(reload(), TALLY_ERROR_FILE);
  EXPECT_TRUE(error.message().starts_with("cannot read `" + path + "`: ")) << error.message();
  EXPECT_TRUE(error.message().ends_with(" while it is read")) << error.message();
  EXPECT_EQ(tally_policy_generation(policy), 1u);
  EXPECT_EQ(decided(), "one");
}

TEST_P(Replaced, WithItsOldTimeIsNotMixed) {
  const auto time = std::filesystem::last_write_time(path);
  before(3, false, [&] {
    write_over(path, versions[1]);
    std::filesystem::last_write_time(path, time);
  });
  ASSERT_EQ(reload(), TALLY_OK) << error.message();
  EXPECT_EQ(decided(), "two");
}

TEST_P(Replaced, CutWhileItIsReadIsRefused) {
  before(3, false, [&] { std::filesystem::resize_file(path, 20); });
  ASSERT_NE(reload(), TALLY_OK);
  EXPECT_EQ(decided(), "one");
}

// A writer that knows nothing of readers. Every half of a version has a fault, so that it cannot be
// mistaken for a version, however long the writer sleeps between two halves.
TEST_P(Replaced, AgainAndAgainIsOneVersionOrRefused) {
  std::atomic<bool> ending{false};
  std::thread writer([&] {
    const std::size_t cut = GetParam() ? versions[0].size() / 2 : versions[0].find("version") + 3;
    for (std::size_t turn = 0; !ending.load(); ++turn) {
      const std::string& bytes = versions[turn % 2];
      switch (turn / 2 % 4) {
        case 0: replace(path, bytes); break;
        case 1: write_over(path, bytes); break;
        case 2:
          write(path, bytes.substr(0, cut));
          write(path, bytes);
          break;
        default: replace(path, bytes.substr(0, cut)); break;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(turn * 37 % 40'000));
    }
  });
  std::size_t taken = 0, refused = 0;
  std::string before = decided();
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < std::chrono::seconds(2)) {
    const std::uint64_t generation = tally_policy_generation(policy);
    if (reload() == TALLY_OK) {
      ++taken;
      before = decided();
      EXPECT_TRUE(before == "one" || before == "two") << before;
    } else {
      ++refused;
      EXPECT_NE(error.message(), "");
      EXPECT_EQ(tally_policy_generation(policy), generation);
      EXPECT_EQ(decided(), before);
    }
  }
  ending.store(true);
  writer.join();
  replace(path, versions[1]);
  ASSERT_EQ(reload(), TALLY_OK) << error.message();
  EXPECT_EQ(decided(), "two");
  EXPECT_GT(taken + refused, 3u);
}

INSTANTIATE_TEST_SUITE_P(Files, Replaced, ::testing::Bool(),
                         [](const auto& kind) { return kind.param ? "SharedObject" : "Rules"; });

// The file and the file that it uses are read in one state.
TEST(ReplacedUse, IsReadAgainWithWhatUsesIt) {
  const Folder folder;
  const std::string main = folder / "main.tally", used = folder / "used.tally";
  const auto main_of = [](const std::string& version) {
    return "use \"used.tally\"\ndecision version : word = " + version + "\ndecision check : word = used\n";
  };
  const auto used_of = [](const std::string& version) {
    return "type word = one | two\nlet used : word = " + version + "\n";
  };
  write(main, main_of("one"));
  write(used, used_of("one"));
  bool done = false;
  before_read = [&](const std::string& what) {
    if (what != used || done) return;
    done = true;
    // The file that is used is replaced first, as a careful writer does; the main file was already read.
    replace(used, used_of("two"));
    replace(main, main_of("two"));
  };
  Errors error;
  tally_policy* policy = nullptr;
  const tally_status status = tally_policy_open(main.c_str(), &policy, error);
  before_read = nullptr;
  ASSERT_EQ(status, TALLY_OK) << error.message();
  EXPECT_TRUE(done);
  char* text = nullptr;
  ASSERT_EQ(tally_decide_json(policy, "{}", 2, 0, &text, nullptr, error), TALLY_OK) << error.message();
  EXPECT_STREQ(text, R"({"version":"two","check":"two"})");
  tally_free(text);
  tally_policy_release(policy);
}

}  // namespace
}  // namespace tally::testing
