// The log of decisions: what was decided is in the files, once, or counted as dropped; whatever the disk does, also if
// the process is killed. Files that are damaged are read as far as they are whole.
//
//   TALLY_LOG_DECISIONS=100000000   so many decisions by 8 threads, instead of 1,000,000
//   TALLY_LOG_KILLS=100             so many processes are killed, instead of 10
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "runtime/log/log_reader.h"
#include "runtime/logging/decision_log.h"
#include "tests/embed/calling.h"

namespace tally::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* rules = R"(
type account = { limit : number?, note : text? }
input ask : flag
input called : text
input account : account?
decision start : flag { on when ask is on and called starts "+1"  off otherwise }
decision limit : number? = account.limit
)";

std::uint64_t number_in(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A folder that goes with the test.
struct Folder {
  std::string path =
      (fs::temp_directory_path() / ("tally_log_" + std::to_string(::getpid()) + "_" + std::to_string(++number)))
          .string();
  static inline int number = 0;
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  std::vector<std::string> files() const { return log_files(path, "log"); }
};

struct Host {
  tally_policy* policy = nullptr;
  tally_input ask = 0, called = 0, limit = 0;
  tally_decision start = 0, limited = 0;
  Errors error;

  Host() {
    EXPECT_EQ(tally_policy_open_text("log.tally", rules, std::strlen(rules), &policy, error), TALLY_OK)
        << error.message();
    EXPECT_EQ(tally_policy_input(policy, "ask", &ask, error), TALLY_OK);
    EXPECT_EQ(tally_policy_input(policy, "called", &called, error), TALLY_OK);
    EXPECT_EQ(tally_policy_input(policy, "account.limit", &limit, error), TALLY_OK);
    EXPECT_EQ(tally_policy_decision(policy, "start", &start, error), TALLY_OK);
    EXPECT_EQ(tally_policy_decision(policy, "limit", &limited, error), TALLY_OK);
  }
  ~Host() { tally_policy_release(policy); }

  tally_call* call() {
    tally_call* made = nullptr;
    EXPECT_EQ(tally_call_new(policy, &made, error), TALLY_OK);
    EXPECT_EQ(tally_call_set(made, ask, TALLY_ON, error), TALLY_OK);
    EXPECT_EQ(tally_call_set_text(made, called, "+1 212", 6, error), TALLY_OK);
    return made;
  }
  LogCounts counts() const { return policy->last_log()->counts(); }
};

LogOptions options_for(const Folder& folder) {
  LogOptions options;
  options.folder = folder.path;
  options.name = "log";
  options.id_bytes = 16;
  options.wait_ms = LogOptions::no_end;
  return options;
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

ByteSource source_of(const std::string& bytes) {
  return [&bytes, at = std::size_t{0}](char* to, std::size_t size) mutable {
    const std::size_t count = std::min(size, bytes.size() - at);
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return count;
  };
}

// What is in the files of a folder.
struct Read {
  std::uint64_t decisions = 0, dropped = 0, damaged = 0, torn = 0, closed = 0, files = 0;
  std::vector<std::string> ids;
};
Read read_all(const std::vector<std::string>& files, bool with_ids = true) {
  Read all;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    auto reader = LogReader::open([&](char* to, std::size_t size) {
      in.read(to, static_cast<std::streamsize>(size));
      return static_cast<std::size_t>(in.gcount());
    });
    EXPECT_TRUE(reader) << reader.error().message;
    if (!reader) continue;
    LoggedDecision decision;
    while (reader->next(decision)) {
      if (with_ids) all.ids.emplace_back(decision.id);
    }
    all.decisions += reader->decisions();
    all.dropped += reader->dropped();
    all.damaged += reader->damaged();
    all.torn += reader->torn_bytes();
    all.closed += reader->was_closed() ? 1u : 0u;
    ++all.files;
  }
  return all;
}

void decide(tally_call* call, std::uint64_t number) {
  const std::string id = std::to_string(number);
  ASSERT_EQ(tally_call_set_id(call, id.data(), id.size(), nullptr), TALLY_OK);
  ASSERT_EQ(tally_call_decide(call, nullptr), TALLY_OK);
}

// --- what a record has -------------------------------------------------------------------

TEST(DecisionLog, ARecordHasWhatWasDecided) {
  const Folder folder;
  Host host;
  const char* keep[] = {"account.limit", "called"};
  tally_log_options options{};
  options.size = sizeof options;
  options.folder = folder.path.c_str();
  options.name = "log";
  options.keep = keep;
  options.keep_count = 2;
  options.text_bytes = 5;
  options.id_bytes = 4;
  ASSERT_EQ(tally_policy_log_open(host.policy, &options, host.error), TALLY_OK) << host.error.message();
  tally_call* call = host.call();
  ASSERT_EQ(tally_call_set_id(call, "abcdef", 6, host.error), TALLY_OK);
  ASSERT_EQ(tally_call_set_number(call, host.limit, 77, host.error), TALLY_OK);
  ASSERT_EQ(tally_call_decide(call, host.error), TALLY_OK);
  ASSERT_EQ(tally_call_clear(call, host.error), TALLY_OK);
  ASSERT_EQ(tally_call_set(call, host.ask, TALLY_OFF, host.error), TALLY_OK);
  ASSERT_EQ(tally_call_set_text(call, host.called, "3", 1, host.error), TALLY_OK);
  ASSERT_EQ(tally_call_decide_some(call, &host.limited, 1, host.error), TALLY_OK);
  const std::string request = R"({"ask":false,"called":"+1é","account":{}})";
  char* answer = nullptr;
  ASSERT_EQ(tally_decide_json(host.policy, request.data(), request.size(), 0, &answer, nullptr, host.error), TALLY_OK);
  tally_free(answer);
  ASSERT_EQ(tally_policy_log_flush(host.policy, host.error), TALLY_OK);
  const auto files = folder.files();
  ASSERT_EQ(files.size(), 1u);
  const std::string bytes = bytes_of(files[0]);
  auto reader = LogReader::open(source_of(bytes));
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->header().generation, 1u);
  EXPECT_EQ(reader->header().policy->name, "log.tally");
  std::map<std::string, LoggedDecision> found;
  std::map<std::string, std::vector<std::uint8_t>> codes;
  LoggedDecision decision;
  while (reader->next(decision)) {
    const std::string text = std::get<std::string>(decision.kept[1].fact);
    codes[text].assign(decision.codes, decision.codes + reader->shape().code_count());
    found[text] = decision;
    if (text == "+1 21") {
      EXPECT_EQ(decision.id, "abcd");
      EXPECT_TRUE(decision.is_id_cut);
    } else {
      EXPECT_EQ(decision.id, "");
    }
  }
  ASSERT_EQ(found.size(), 3u);
  const PolicyDescriptor& policy = *reader->header().policy;
  const auto rule = [&](const std::string& text, std::size_t i) {
    return found[text].slots[policy.decisions[i].rule_slot];
  };
  const auto now = static_cast<std::uint64_t>(std::time(nullptr)) * 1'000'000'000u;
  EXPECT_LT(now - found["3"].time + 1'000'000'000u, 100'000'000'000u);
  EXPECT_EQ(std::get<std::uint64_t>(found["+1 21"].kept[0].fact), 77u);
  EXPECT_TRUE(found["+1 21"].kept[1].is_cut);
  EXPECT_EQ(rule("+1 21", 0), 1);
  EXPECT_EQ(rule("+1 21", 1), 1);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(found["3"].kept[0].fact));
  EXPECT_FALSE(found["3"].kept[1].is_cut);
  EXPECT_EQ(rule("3", 0), 0) << "it was not asked for";
  EXPECT_EQ(rule("3", 1), 1);
  EXPECT_EQ(rule("+1é", 0), 2);
  // The codes are those of a request.
  const auto version = host.policy->take();
  const BindResult bound = version->binder().bind(request);
  ASSERT_TRUE(bound.call);
  EXPECT_EQ(codes["+1é"], bound.call->codes);
  tally_call_free(call);
  ASSERT_EQ(tally_policy_log_close(host.policy, host.error), TALLY_OK);
  EXPECT_EQ(read_all(files).closed, 1u);
  EXPECT_EQ(host.counts().written, 3u);
  EXPECT_EQ(host.counts().shared, 1u);
}

TEST(DecisionLog, OptionsThatCannotBe) {
  const Folder folder;
  Host host;
  const auto refused = [&](const auto& change) {
    LogOptions options = options_for(folder);
    change(options);
    const auto opened = host.policy->open_log(options);
    return opened ? TALLY_OK : opened.error().status;
  };
  EXPECT_EQ(refused([](LogOptions& o) { o.folder += "/no"; }), TALLY_ERROR_FILE);
  EXPECT_EQ(refused([](LogOptions& o) { o.name = "a/b"; }), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(refused([](LogOptions& o) { o.keep = {"caled"}; }), TALLY_ERROR_UNKNOWN);
  EXPECT_EQ(refused([](LogOptions& o) { o.keep = {"ask"}; }), TALLY_ERROR_TYPE);
  EXPECT_EQ(refused([](LogOptions& o) { o.keep = {"called", "called"}; }), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(refused([](LogOptions& o) { o.ring_records = 1'000; }), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(refused([](LogOptions& o) { o.file_bytes = 10; }), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(refused([](LogOptions& o) { o.id_bytes = 256; }), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(refused([](LogOptions&) {}), TALLY_OK);
  tally_log_options options{};
  EXPECT_EQ(tally_policy_log_open(host.policy, &options, host.error), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_policy_log_open(host.policy, nullptr, host.error), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_policy_log_open(nullptr, &options, host.error), TALLY_ERROR_ARGUMENT);
}

TEST(DecisionLog, WithoutALog) {
  Host host;
  tally_log_counts counts{};
  counts.size = sizeof counts;
  EXPECT_EQ(tally_policy_log_flush(host.policy, host.error), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_policy_log_rotate(host.policy, host.error), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_policy_log_counts(host.policy, &counts, nullptr, host.error), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_policy_log_close(host.policy, host.error), TALLY_OK);
  EXPECT_EQ(tally_policy_log_close(nullptr, host.error), TALLY_ERROR_ARGUMENT);
  EXPECT_EQ(tally_call_set_id(nullptr, "", 0, host.error), TALLY_ERROR_ARGUMENT);
}

// --- nothing is lost -----------------------------------------------------------------------

// Threads decide, each with ids that count up. Returns how many decisions there were.
std::uint64_t decide_in_threads(Host& host, std::uint64_t count, unsigned threads = 8) {
  std::vector<std::thread> running;
  for (unsigned t = 0; t < threads; ++t) {
    running.emplace_back([&host, t, each = count / threads] {
      tally_call* call = nullptr;
      ASSERT_EQ(tally_call_new(host.policy, &call, nullptr), TALLY_OK);
      ASSERT_EQ(tally_call_set(call, host.ask, TALLY_ON, nullptr), TALLY_OK);
      ASSERT_EQ(tally_call_set_text(call, host.called, "+1 212", 6, nullptr), TALLY_OK);
      char id[16];
      id[0] = static_cast<char>('a' + t);
      for (std::uint64_t i = 1; i <= each; ++i) {
        // Eight digits, so that a file is read in order without numbers of different lengths.
        for (std::uint64_t n = i, d = 9; d >= 1; --d, n /= 10) id[d] = static_cast<char>('0' + n % 10);
        ASSERT_EQ(tally_call_set_id(call, id, 10, nullptr), TALLY_OK);
        ASSERT_EQ(tally_call_decide(call, nullptr), TALLY_OK);
        // Calls come and go.
        if (i % 50'000 == 0) {
          tally_call_free(call);
          ASSERT_EQ(tally_call_new(host.policy, &call, nullptr), TALLY_OK);
          ASSERT_EQ(tally_call_set(call, host.ask, TALLY_ON, nullptr), TALLY_OK);
          ASSERT_EQ(tally_call_set_text(call, host.called, "+1 212", 6, nullptr), TALLY_OK);
        }
      }
      tally_call_free(call);
    });
  }
  for (std::thread& thread : running) thread.join();
  return count / threads * threads;
}

// Every id once; those of one thread in order, over all files.
void expect_all(const std::vector<std::string>& files, std::uint64_t each, unsigned threads) {
  std::vector<std::uint64_t> next(threads, 1);
  std::uint64_t wrong = 0;
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    auto reader = LogReader::open([&](char* to, std::size_t size) {
      in.read(to, static_cast<std::streamsize>(size));
      return static_cast<std::size_t>(in.gcount());
    });
    ASSERT_TRUE(reader);
    LoggedDecision decision;
    while (reader->next(decision)) {
      ASSERT_EQ(decision.id.size(), 10u);
      const auto thread = static_cast<unsigned>(decision.id[0] - 'a');
      std::uint64_t number = 0;
      for (const char c : decision.id.substr(1)) number = number * 10 + static_cast<std::uint64_t>(c - '0');
      wrong += number != next.at(thread)++ ? 1u : 0u;
    }
    ASSERT_EQ(reader->damaged() + reader->torn_bytes(), 0u);
    ASSERT_TRUE(reader->was_closed());
  }
  EXPECT_EQ(wrong, 0u);
  for (const std::uint64_t n : next) EXPECT_EQ(n, each + 1);
}

TEST(DecisionLog, ManyThreadsLoseNothing) {
  const Folder folder;
  Host host;
  const std::uint64_t count = number_in("TALLY_LOG_DECISIONS", 1'000'000);
  LogOptions options = options_for(folder);
  options.file_bytes = std::max<std::uint64_t>(1 << 20, count);
  ASSERT_TRUE(host.policy->open_log(options));
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t decided = decide_in_threads(host, count);
  ASSERT_TRUE(host.policy->close_log());
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const LogCounts counts = host.counts();
  std::printf("%llu decisions in %.1f s: %.0f a second, %llu files, %llu waited\n",
              static_cast<unsigned long long>(decided), seconds, static_cast<double>(decided) / seconds,
              static_cast<unsigned long long>(counts.files), static_cast<unsigned long long>(counts.waited));
  EXPECT_EQ(counts.written, decided);
  EXPECT_EQ(counts.dropped, 0u);
  EXPECT_EQ(counts.errors, 0u);
  EXPECT_GT(counts.files, 10u);
  EXPECT_EQ(folder.files().size(), counts.files);
  expect_all(folder.files(), decided / 8, 8);
}

TEST(DecisionLog, ASlowDiskDropsAndCounts) {
  const Folder folder;
  Host host;
  LogOptions options = options_for(folder);
  options.wait_ms = 0;
  options.ring_records = 64;
  options.write = [](int descriptor, const char* bytes, std::size_t size) -> std::int64_t {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    return ::write(descriptor, bytes, std::min<std::size_t>(size, 1'000));
  };
  ASSERT_TRUE(host.policy->open_log(options));
  const std::uint64_t decided = decide_in_threads(host, 200'000);
  ASSERT_TRUE(host.policy->close_log());
  const LogCounts counts = host.counts();
  EXPECT_GT(counts.dropped, 0u);
  EXPECT_EQ(counts.written + counts.dropped, decided);
  const Read read = read_all(folder.files());
  EXPECT_EQ(read.decisions, counts.written);
  EXPECT_EQ(read.dropped, counts.dropped);
}

TEST(DecisionLog, ASlowDiskIsWaitedFor) {
  const Folder folder;
  Host host;
  LogOptions options = options_for(folder);
  options.ring_records = 64;
  options.write = [](int descriptor, const char* bytes, std::size_t size) -> std::int64_t {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return ::write(descriptor, bytes, size);
  };
  ASSERT_TRUE(host.policy->open_log(options));
  const std::uint64_t decided = decide_in_threads(host, 100'000);
  ASSERT_TRUE(host.policy->close_log());
  EXPECT_EQ(host.counts().written, decided);
  EXPECT_GT(host.counts().waited, 0u);
  EXPECT_EQ(host.counts().dropped, 0u);
  expect_all(folder.files(), decided / 8, 8);
}

TEST(DecisionLog, AWaitHasAnEnd) {
  const Folder folder;
  Host host;
  std::atomic<bool> hangs{false};
  LogOptions options = options_for(folder);
  options.ring_records = 16;
  options.wait_ms = 20;
  options.write = [&](int descriptor, const char* bytes, std::size_t size) -> std::int64_t {
    while (hangs) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return ::write(descriptor, bytes, size);
  };
  ASSERT_TRUE(host.policy->open_log(options));
  hangs = true;
  tally_call* call = host.call();
  for (std::uint64_t i = 0; i < 40; ++i) decide(call, i);
  EXPECT_GT(host.counts().dropped, 0u);
  hangs = false;
  tally_call_free(call);
  ASSERT_TRUE(host.policy->close_log());
  EXPECT_EQ(host.counts().written + host.counts().dropped, 40u);
}

// The writer does not look while the disk hangs, and then records do not share readings of the clock.
TEST(DecisionLog, TimesAreFreshWhileTheDiskHangs) {
  using namespace std::chrono;
  const Folder folder;
  Host host;
  std::atomic<bool> hangs{false}, is_hanging{false};
  LogOptions options = options_for(folder);
  options.write = [&](int descriptor, const char* bytes, std::size_t size) -> std::int64_t {
    while (hangs) {
      is_hanging = true;
      std::this_thread::sleep_for(milliseconds(1));
    }
    return ::write(descriptor, bytes, size);
  };
  ASSERT_TRUE(host.policy->open_log(options));
  hangs = true;
  tally_call* call = host.call();
  decide(call, 0);
  while (!is_hanging) std::this_thread::sleep_for(milliseconds(1));
  std::vector<std::uint64_t> before{0};
  for (std::uint64_t i = 1; i <= 40; ++i) {
    before.push_back(
        static_cast<std::uint64_t>(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count()));
    decide(call, i);
    std::this_thread::sleep_for(milliseconds(5));
  }
  hangs = false;
  tally_call_free(call);
  ASSERT_TRUE(host.policy->close_log());
  std::size_t seen = 0;
  for (const std::string& path : folder.files()) {
    const std::string bytes = bytes_of(path);
    auto reader = LogReader::open(source_of(bytes));
    ASSERT_TRUE(reader);
    LoggedDecision decision;
    while (reader->next(decision)) {
      const auto number = std::stoul(std::string(decision.id));
      EXPECT_LT(before[number], decision.time + 20'000'000u) << number;  // the system's tick
      ++seen;
    }
  }
  EXPECT_EQ(seen, 41u);
}

TEST(DecisionLog, ADiskThatIsFullForAWhileLosesNothing) {
  const Folder folder;
  Host host;
  std::atomic<int> writes{0};
  LogOptions options = options_for(folder);
  options.ring_records = 1'024;
  options.file_bytes = 100'000;
  options.write = [&](int descriptor, const char* bytes, std::size_t size) -> std::int64_t {
    const int now = ++writes;
    if (now % 7 == 3) return ::write(descriptor, bytes, size / 2 + 1);  // and the rest fails
    if (now % 7 == 4) return errno = ENOSPC, -1;
    return ::write(descriptor, bytes, size);
  };
  ASSERT_TRUE(host.policy->open_log(options));
  const std::uint64_t decided = decide_in_threads(host, 40'000);
  for (int i = 0; i < 10 && !host.policy->take_log()->flush(); ++i) {
  }
  (void)host.policy->close_log();
  const LogCounts counts = host.counts();
  EXPECT_GT(counts.errors, 0u);
  EXPECT_NE(counts.last_error.find("No space left on device"), std::string::npos) << counts.last_error;
  EXPECT_EQ(counts.written, decided);
  EXPECT_EQ(counts.dropped, 0u);
  const Read read = read_all(folder.files());
  EXPECT_EQ(read.decisions, decided);
  EXPECT_EQ(read.torn, 0u) << "files are cut to whole records";
  EXPECT_EQ(std::set<std::string>(read.ids.begin(), read.ids.end()).size(), decided);
}

TEST(DecisionLog, ADiskThatStaysFullIsCounted) {
  const Folder folder;
  Host host;
  std::atomic<bool> full{false};
  LogOptions options = options_for(folder);
  options.wait_ms = 0;
  options.ring_records = 256;
  options.write = [&](int descriptor, const char* bytes, std::size_t size) -> std::int64_t {
    if (full) return errno = ENOSPC, -1;
    return ::write(descriptor, bytes, size);
  };
  ASSERT_TRUE(host.policy->open_log(options));
  tally_call* call = host.call();
  for (std::uint64_t i = 0; i < 100; ++i) decide(call, i);
  ASSERT_TRUE(host.policy->take_log()->flush());
  full = true;
  for (std::uint64_t i = 0; i < 100; ++i) decide(call, i);
  Errors error, last;
  EXPECT_EQ(tally_policy_log_flush(host.policy, error), TALLY_ERROR_FILE);
  EXPECT_NE(error.message().find("No space left on device"), std::string::npos) << error.message();
  for (std::uint64_t i = 0; i < 900; ++i) decide(call, i);
  EXPECT_EQ(tally_policy_log_close(host.policy, error), TALLY_ERROR_FILE);
  tally_log_counts counts{};
  counts.size = sizeof counts;
  ASSERT_EQ(tally_policy_log_counts(host.policy, &counts, last, error), TALLY_OK);
  EXPECT_EQ(counts.written, 100u);
  EXPECT_EQ(counts.dropped, 1'000u);
  EXPECT_GE(counts.errors, 1u);
  EXPECT_NE(last.message().find("No space left on device"), std::string::npos);
  tally_call_free(call);
  EXPECT_EQ(read_all(folder.files()).decisions, 100u);
}

// --- the system --------------------------------------------------------------------------------

// Runs a body in a process of its own. Returns its exit code, or 128 and the signal.
template <class Body>
int in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int code = body();
    std::fflush(stdout);
    ::_exit(code);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(DecisionLog, ALimitOfFilesIsNoEnd) {
  const Folder folder;
  const int code = in_child([&] {
    const rlimit limit{50'000, 50'000};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    Host host;
    LogOptions options = options_for(folder);
    options.wait_ms = 0;
    options.ring_records = 4'096;
    if (!host.policy->open_log(options)) return 3;
    tally_call* call = host.call();
    for (std::uint64_t i = 0; i < 3'000; ++i) decide(call, i);
    for (int i = 0; i < 20 && !host.policy->take_log()->flush(); ++i) {
    }
    tally_call_free(call);
    const LogCounts counts = host.counts();
    return counts.written == 3'000 && counts.dropped == 0 && counts.errors > 0 ? 0 : 4;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_all(folder.files()).decisions, 3'000u);
  EXPECT_GT(folder.files().size(), 2u);
}

TEST(DecisionLog, ASmallDiskThatIsFull) {
  const Folder folder;
  const int code = in_child([&] {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.path.c_str(), "tmpfs", 0, "size=512k") != 0)
      return 77;
    Host host;
    LogOptions options = options_for(folder);
    options.wait_ms = 0;
    options.ring_records = 1'024;
    if (!host.policy->open_log(options)) return 3;
    tally_call* call = host.call();
    std::uint64_t decided = 0;
    while (host.counts().errors == 0) {
      for (int i = 0; i < 500; ++i) decide(call, ++decided);
      (void)host.policy->take_log()->flush();
    }
    for (int i = 0; i < 20'000; ++i) decide(call, ++decided);
    const std::string first = folder.files().front();
    std::string copy = bytes_of(first);
    // There is room again: what waited is written.
    if (::unlink(first.c_str()) != 0) return 5;
    for (int i = 0; i < 20 && !host.policy->take_log()->flush(); ++i) {
    }
    tally_call_free(call);
    if (const auto closed = host.policy->close_log(); !closed)
      return std::printf("%s\n", closed.error().message.c_str()), 6;
    const LogCounts counts = host.counts();
    auto removed = LogReader::open(source_of(copy));
    LoggedDecision decision;
    while (removed && removed->next(decision)) {
    }
    const Read read = read_all(folder.files());
    if (counts.written + counts.dropped != decided) return 7;
    if (read.decisions + removed->decisions() != counts.written) return 8;
    return counts.dropped > 0 && read.dropped == counts.dropped ? 0 : 9;
  });
  if (code == 77) GTEST_SKIP() << "this test may not mount";
  EXPECT_EQ(code, 0);
}

TEST(DecisionLog, AfterAKillWhatWasWrittenIsRead) {
  struct Shared {
    std::atomic<std::uint64_t> written;
  };
  void* const memory = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* const shared = new (memory) Shared;
  const std::uint64_t kills = number_in("TALLY_LOG_KILLS", 10);
  std::uint64_t all = 0;
  for (std::uint64_t kill = 0; kill < kills; ++kill) {
    const Folder folder;
    shared->written = 0;
    const pid_t child = ::fork();
    if (child == 0) {
      Host host;
      LogOptions options = options_for(folder);
      options.file_bytes = 200'000;
      if (!host.policy->open_log(options)) ::_exit(3);
      tally_call* call = host.call();
      for (std::uint64_t i = 1;; ++i) {
        decide(call, i);
        if (i % 100 == 0) shared->written = host.counts().written;
      }
    }
    while (shared->written == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::microseconds(kill * 7'919 % 30'000));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    // The last file may have ended within its header.
    std::vector<std::string> files = folder.files();
    if (!files.empty() && fs::file_size(files.back()) < sizeof(LogPreamble)) files.pop_back();
    const Read read = read_all(files);
    ASSERT_GE(read.decisions, shared->written.load());
    ASSERT_EQ(read.damaged, 0u);
    // Every file but the last was closed; that one too, if the process was killed before it began another.
    ASSERT_GE(read.closed + 1, files.size());
    for (std::uint64_t i = 0; i < read.ids.size(); ++i) ASSERT_EQ(read.ids[i], std::to_string(i + 1));
    all += read.decisions;
  }
  std::printf("%llu killed, %llu decisions read\n", static_cast<unsigned long long>(kills),
              static_cast<unsigned long long>(all));
  ::munmap(memory, sizeof(Shared));
}

TEST(DecisionLog, AChildDoesNotWriteIntoTheLogOfItsParent) {
  const Folder folder, of_child;
  Host host;
  ASSERT_TRUE(host.policy->open_log(options_for(folder)));
  tally_call* call = host.call();
  decide(call, 1);
  const int code = in_child([&] {
    for (std::uint64_t i = 0; i < 10'000; ++i) decide(call, i);
    if (host.counts().dropped != 10'000) return 2;
    if (host.policy->take_log()->flush()) return 3;
    if (!host.policy->open_log(options_for(of_child))) return 4;
    for (std::uint64_t i = 0; i < 10; ++i) decide(call, i);
    if (!host.policy->take_log()->flush() || host.counts().written != 10) return 5;
    tally_call_free(call);
    return host.policy->close_log() ? 0 : 6;
  });
  EXPECT_EQ(code, 0);
  decide(call, 2);
  tally_call_free(call);
  ASSERT_TRUE(host.policy->close_log());
  EXPECT_EQ(read_all(folder.files()).decisions, 2u);
  EXPECT_EQ(read_all(of_child.files()).decisions, 10u);
}

TEST(DecisionLog, ForksUnderLoad) {
  const Folder folder;
  Host host;
  ASSERT_TRUE(host.policy->open_log(options_for(folder)));
  std::atomic<bool> ending{false};
  std::atomic<std::uint64_t> decided{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      std::uint64_t done = 0;
      while (!ending) {
        tally_call* call = host.call();
        for (int i = 0; i < 1'000; ++i, ++done) decide(call, done);
        tally_call_free(call);
      }
      decided += done;
    });
  }
  // A child has none of these threads, and must not wait for one.
  for (int i = 0; i < 40; ++i) {
    const int code = in_child([&] {
      tally_call* call = host.call();
      for (std::uint64_t n = 0; n < 1'000; ++n) decide(call, n);
      const bool is_counted = host.counts().dropped >= 1'000;
      tally_call_free(call);
      return is_counted ? 0 : 2;
    });
    ASSERT_EQ(code, 0);
  }
  ending = true;
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(host.policy->close_log());
  EXPECT_EQ(host.counts().written, decided.load());
  EXPECT_EQ(host.counts().dropped, 0u);
  EXPECT_EQ(read_all(folder.files(), false).decisions, decided.load());
}

TEST(DecisionLog, AnotherLogTakesOver) {
  const Folder one, other;
  Host host;
  ASSERT_TRUE(host.policy->open_log(options_for(one)));
  tally_call* call = host.call();
  decide(call, 1);
  LogOptions wrong = options_for(other);
  wrong.folder += "/no";
  ASSERT_FALSE(host.policy->open_log(wrong));
  decide(call, 2);
  ASSERT_TRUE(host.policy->open_log(options_for(other)));
  decide(call, 3);
  tally_call_free(call);
  ASSERT_TRUE(host.policy->close_log());
  EXPECT_EQ(read_all(one.files()).ids, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(read_all(other.files()).ids, (std::vector<std::string>{"3"}));
}

// What a version hands over to the next: each has files of its own, and the older are closed.
TEST(DecisionLog, AReloadBeginsAFile) {
  const Folder folder;
  const std::string path = folder.path + "/rules.tally";
  const auto write = [&](const std::string& more) { std::ofstream(path) << rules << more; };
  write("");
  Errors error;
  tally_policy* policy = nullptr;
  ASSERT_EQ(tally_policy_open(path.c_str(), &policy, error), TALLY_OK) << error.message();
  LogOptions options = options_for(folder);
  options.keep = {"more"};
  EXPECT_EQ(policy->open_log(options).error().status, TALLY_ERROR_UNKNOWN);
  options.keep = {"account.note"};
  ASSERT_TRUE(policy->open_log(options));
  tally_call *call = nullptr, *idle = nullptr;
  for (tally_call** made : {&call, &idle}) {
    ASSERT_EQ(tally_call_new(policy, made, error), TALLY_OK);
    ASSERT_EQ(tally_call_set_named(*made, "ask", "on", 2, error), TALLY_OK);
    ASSERT_EQ(tally_call_set_named(*made, "called", "+1", 2, error), TALLY_OK);
    decide(*made, 1);
  }
  write("input more : flag?\ndecision also : flag = more is on\n");
  ASSERT_EQ(tally_policy_reload(policy, nullptr, error), TALLY_OK) << error.message();
  decide(call, 2);
  ASSERT_TRUE(policy->take_log()->flush());
  ASSERT_EQ(folder.files().size(), 2u);
  EXPECT_EQ(read_all(folder.files()).closed, 0u) << "a call still has the older version";
  tally_call_free(idle);
  ASSERT_TRUE(policy->take_log()->flush());
  ASSERT_TRUE(policy->take_log()->flush());
  EXPECT_EQ(read_all(folder.files()).closed, 1u);
  tally_call_free(call);
  ASSERT_TRUE(policy->close_log());
  EXPECT_EQ(read_all(folder.files()).decisions, 3u);
  EXPECT_EQ(read_all(folder.files()).closed, 2u);
  std::map<std::uint64_t, std::size_t> decisions;  // of each version
  for (const std::string& file : folder.files()) {
    const std::string bytes = bytes_of(file);
    const auto reader = LogReader::open(source_of(bytes));
    decisions[reader->header().generation] = reader->header().policy->decisions.size();
  }
  EXPECT_EQ(decisions, (std::map<std::uint64_t, std::size_t>{{1, 2}, {2, 3}}));
  tally_policy_release(policy);
}

TEST(DecisionLog, ExitWritesWhatIsInTheRings) {
  const Folder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    auto* const host = new Host;
    if (!host->policy->open_log(options_for(folder))) ::_exit(3);
    tally_call* call = host->call();
    for (std::uint64_t i = 0; i < 1'000; ++i) decide(call, i);
    std::exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(read_all(folder.files()).decisions, 1'000u);
}

TEST(DecisionLog, FilesRotateAndTheOldestAreRemoved) {
  const Folder folder;
  std::ofstream(folder.path + "/log-notes.tlog") << "not a file of the log\n";
  Host host;
  LogOptions options = options_for(folder);
  options.files = 3;
  ASSERT_TRUE(host.policy->open_log(options));
  tally_call* call = host.call();
  for (std::uint64_t i = 0; i < 5; ++i) {
    decide(call, i);
    ASSERT_EQ(tally_policy_log_rotate(host.policy, host.error), TALLY_OK);
  }
  tally_call_free(call);
  EXPECT_EQ(host.counts().files, 6u);
  EXPECT_EQ(folder.files().size(), 3u);
  const Read read = read_all(folder.files());
  EXPECT_EQ(read.ids, (std::vector<std::string>{"3", "4"}));
  EXPECT_EQ(read.closed, 2u);
  EXPECT_TRUE(fs::exists(folder.path + "/log-notes.tlog"));
}

// --- hostile files -------------------------------------------------------------------------------

// A file with five decisions, and its end.
std::string small_file() {
  const Folder folder;
  Host host;
  LogOptions options = options_for(folder);
  options.keep = {"called", "account.limit"};
  EXPECT_TRUE(host.policy->open_log(options));
  tally_call* call = host.call();
  for (std::uint64_t i = 0; i < 5; ++i) decide(call, i);
  tally_call_free(call);
  EXPECT_TRUE(host.policy->close_log());
  return bytes_of(folder.files().at(0));
}

TEST(DecisionLog, AFileThatIsCutIsReadUpToItsLastWholeRecord) {
  const std::string whole = small_file();
  auto reader = LogReader::open(source_of(whole));
  ASSERT_TRUE(reader);
  const std::size_t size = reader->shape().size(), header = whole.size() - 6 * size;
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const std::string cut = whole.substr(0, length);
    auto read = LogReader::open(source_of(cut));
    ASSERT_EQ(read.has_value(), length >= header) << length;
    if (!read) {
      EXPECT_EQ(read.error().status, TALLY_ERROR_FILE) << length;
      continue;
    }
    LoggedDecision decision;
    while (read->next(decision)) {
    }
    EXPECT_EQ(read->decisions(), (length - header) / size);
    EXPECT_EQ(read->torn_bytes(), (length - header) % size);
    EXPECT_FALSE(read->was_closed());
  }
}

TEST(DecisionLog, EveryChangedByteIsFound) {
  const std::string whole = small_file();
  const std::size_t size = LogReader::open(source_of(whole))->shape().size(), header = whole.size() - 6 * size;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x41);
    auto read = LogReader::open(source_of(changed));
    ASSERT_EQ(read.has_value(), i >= header) << i;
    if (!read) continue;
    LoggedDecision decision;
    while (read->next(decision)) {
    }
    const std::size_t record = (i - header) / size;
    EXPECT_EQ(read->decisions(), record == 5 ? 5u : 4u);
    EXPECT_EQ(read->damaged(), 1u);
    EXPECT_EQ(read->torn_bytes(), 0u);
    EXPECT_EQ(read->was_closed(), record != 5);
  }
}

TEST(DecisionLog, ForeignBytes) {
  const auto opens = [](const std::string& bytes) {
    const auto opened = LogReader::open(source_of(bytes));
    if (!opened) {
      EXPECT_EQ(opened.error().status, TALLY_ERROR_POLICY);
    }
    return opened.has_value();
  };
  EXPECT_FALSE(opens("hi"));
  EXPECT_FALSE(opens("{\"ask\":true}\n"));
  EXPECT_FALSE(opens(std::string(1 << 20, '\0')));
  const std::string whole = small_file();
  // Numbers of the header that promise more than there is.
  for (const std::size_t at : {16u, 20u, 80u, 84u, 88u}) {
    std::string huge = whole;
    std::memset(huge.data() + at, 0xff, 4);
    EXPECT_FALSE(opens(huge)) << at;
  }
  // Records of another file, and in another order.
  const std::string other = small_file();
  const std::size_t size = LogReader::open(source_of(whole))->shape().size(), header = whole.size() - 6 * size;
  std::string mixed = whole.substr(0, header + size) + other.substr(header + size);
  auto read = LogReader::open(source_of(mixed));
  LoggedDecision decision;
  while (read->next(decision)) {
  }
  EXPECT_EQ(read->decisions(), 1u);
  EXPECT_EQ(read->damaged(), 5u);
  EXPECT_EQ(read->torn_bytes(), 0u);
  mixed = whole.substr(0, header) + whole.substr(header + size, size) + whole.substr(header, size) +
          whole.substr(header + 2 * size);
  read = LogReader::open(source_of(mixed));
  while (read->next(decision)) {
  }
  EXPECT_EQ(read->decisions(), 3u);
  EXPECT_EQ(read->damaged(), 2u);
  // Zeros behind the last record, as a machine leaves them that failed.
  mixed = whole.substr(0, header + 5 * size) + std::string(10 * size + 3, '\0');
  read = LogReader::open(source_of(mixed));
  while (read->next(decision)) {
  }
  EXPECT_EQ(read->decisions(), 5u);
  EXPECT_EQ(read->damaged(), 0u);
  EXPECT_EQ(read->torn_bytes(), 10 * size + 3);
}

TEST(DecisionLog, WhatIsOverwrittenOrAddedAtTheEndIsDamage) {
  const std::string whole = small_file();
  const std::size_t size = LogReader::open(source_of(whole))->shape().size(), header = whole.size() - 6 * size;
  const auto expect = [&](const std::string& bytes, std::uint64_t decisions, std::uint64_t damaged, std::uint64_t torn,
                          bool is_closed) {
    auto read = LogReader::open(source_of(bytes));
    ASSERT_TRUE(read);
    LoggedDecision decision;
    while (read->next(decision)) {
    }
    EXPECT_FALSE(read->next(decision));
    EXPECT_EQ(read->decisions(), decisions);
    EXPECT_EQ(read->damaged(), damaged);
    EXPECT_EQ(read->torn_bytes(), torn);
    EXPECT_EQ(read->was_closed(), is_closed);
  };
  std::string zeros = whole;  // from the middle of the third record to shortly before the end of the file
  std::memset(zeros.data() + header + 2 * size + 20, 0, 4 * size - 22);
  expect(zeros, 2, 4, 0, false);
  expect(zeros + "abc", 2, 4, 3, false);
  expect(whole + std::string(3 * size + 7, '!'), 5, 4, 0, true);
  expect(whole + "!", 5, 1, 0, true);
  expect(whole + std::string(size, '\0'), 5, 1, 0, true);
  expect(whole.substr(0, header + 5 * size) + std::string(2 * size + 7, '!'), 5, 2, 7, false);
}

}  // namespace
}  // namespace tally::testing
