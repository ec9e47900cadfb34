// Threads decide while another one tries reloads that a guard has to judge. Only signed versions ever decide.
//
//   guard_threads_test DIRECTORY RELOADS V1.so V2.so V3.so
//
// Versions 1 and 2 are signed, with a serial that grows; version 3 only in ways that a guard refuses. Most
// attempts are refused: no signature, one of another key, one of another file, a damaged or cut one, half a policy, an
// approval in the place of a signature, a signature that was in use before. After each attempt the version in use is
// the one that is expected, and every decision of every thread agrees with itself.
#include <stdlib.h>
#include <tally.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "runtime/descriptor/descriptor_format.h"
#include "runtime/signing/statement.h"

namespace {

using namespace tally;

std::atomic<int> failures{0};
std::atomic<bool> ending{false};
std::array<std::atomic<long>, 4> decided{};

void fail(const std::string& what, tally_error* error = nullptr) {
  ++failures;
  std::fprintf(stderr, "guard_threads_test: %s: %s\n", what.c_str(), tally_error_message(error));
  tally_error_free(error);
}

struct Handles {
  tally_policy* policy = nullptr;
  tally_input ask = 0;
  tally_decision version = 0, check = 0;
};

// The version that decides, or 0 if the two decisions are of two versions.
unsigned long version_by(const Handles& h, tally_call* call, bool on) {
  tally_error* error = nullptr;
  tally_result version{}, check{};
  if (tally_call_set(call, h.ask, on ? TALLY_ON : TALLY_OFF, &error) != TALLY_OK ||
      tally_call_decide(call, &error) != TALLY_OK || tally_call_result(call, h.version, &version, &error) != TALLY_OK ||
      tally_call_result(call, h.check, &check, &error) != TALLY_OK) {
    fail("no decision", error);
    return 0;
  }
  const unsigned long wanted = on ? version.number : version.number + 10;
  if (version.number < 1 || version.number > 3 || check.number != wanted) {
    fail("a decision of two versions");
    return 0;
  }
  return version.number;
}

tally_call* new_call(const Handles& h, tally_document* account) {
  tally_error* error = nullptr;
  tally_call* call = nullptr;
  if (tally_call_new(h.policy, &call, &error) != TALLY_OK || tally_call_attach(call, account, &error) != TALLY_OK)
    fail("no call", error);
  return call;
}

void decide(const Handles& h, tally_document* account) {
  tally_call* call = new_call(h, account);
  for (bool on = false; !ending.load(std::memory_order_relaxed); on = !on) {
    const unsigned long version = version_by(h, call, on);
    if (version == 0) break;
    decided[version].fetch_add(1, std::memory_order_relaxed);
  }
  tally_call_free(call);
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write(const std::string& path, const std::string& bytes) {
  const std::string next = path + ".next";
  std::ofstream(next, std::ios::binary) << bytes;
  if (std::rename(next.c_str(), path.c_str()) != 0) std::exit(2);
}

// A policy with its statement.
struct Attempt {
  const char* what;
  int version;  // from 1
  std::string policy, statement;
  bool is_signed = false;
};

class Attempts {
 public:
  explicit Attempts(std::vector<std::string> policies)
      : policies_(std::move(policies)), key_(*make_key()), other_(*make_key()) {}

  const SecretKey& key() const { return key_; }

  Attempt next_signed(int version) {
    Attempt attempt{"signed", version, policies_[at(version)], {}, true};
    attempt.statement = signature_of(key_, ++serial_, attempt.policy);
    return attempt;
  }

  // One of the attempts that are refused. `in_use` is a version that is in use.
  Attempt refused(long turn, int in_use) {
    const int other = in_use == 1 ? 2 : 1;
    const std::string& policy = policies_[at(other)];
    const std::string fine = signature_of(key_, serial_ + 1, policy);
    std::string damaged = fine;
    damaged[damaged.find("signature ") + 40] ^= 1;
    switch (turn % 9) {
      case 0: return {"unsigned", other, policy, ""};
      case 1: return {"signed by another key", 3, policies_[2], signature_of(other_, serial_ + 1, policies_[2])};
      case 2: return {"signed for another file", 3, policies_[2], fine};
      case 3: return {"with a damaged signature", other, policy, damaged};
      case 4: return {"with a cut signature", other, policy, fine.substr(0, fine.size() / 2)};
      case 5: return {"half", other, policy.substr(0, policy.size() / 2), fine};
      case 6:
        return {"approved in the place of signed", other, policy, signed_text(key_, serial_ + 1, ApprovedChange{})};
      case 7: return {"with the serial of another version", 3, policies_[2], signature_of(key_, serial_, policies_[2])};
      default: return {"of long ago", other, policy, signature_of(key_, 1, policy)};
    }
  }

 private:
  static std::size_t at(int version) { return static_cast<std::size_t>(version - 1); }

  static std::string signature_of(const SecretKey& key, std::uint64_t serial, const std::string& policy) {
    // The policies are of this machine and this library. The fingerprint stands in the descriptor.
    SignedFile file{SignedFile::Kind::shared_object, sha256_of(policy), {}, machine, policy_abi_version};
    const std::size_t header = policy.find("TALLYPOL");
    std::copy_n(policy.begin() + static_cast<std::ptrdiff_t>(header + offsetof(PolicyHeader, fingerprint)), 32,
                file.fingerprint.begin());
    return signed_text(key, serial, file);
  }
#if defined(__aarch64__)
  static constexpr const char* machine = "aarch64";
#else
  static constexpr const char* machine = "x86_64";
#endif

  std::vector<std::string> policies_;
  SecretKey key_, other_;
  std::uint64_t serial_ = 0;
};

void put(const std::string& path, const Attempt& attempt) {
  write(path, attempt.policy);
  if (attempt.statement.empty())
    std::remove((path + ".sig").c_str());
  else
    write(path + ".sig", attempt.statement);
}

bool set_guard(tally_policy* policy, const SecretKey& key) {
  tally_error* error = nullptr;
  std::string digits = key_text(key.open);
  digits = digits.substr(digits.find("public ") + 7, 64);
  const char* const keys[] = {digits.c_str()};
  tally_guard_options options{};
  options.size = sizeof options;
  options.keys = keys;
  options.key_count = 1;
  if (tally_policy_guard(policy, &options, &error) == TALLY_OK) return true;
  fail("no guard", error);
  return false;
}

// Tries reloads, and returns how many were admitted and refused.
std::array<long, 2> reload(const Handles& h, tally_document* account, Attempts& attempts, const std::string& path,
                           long reloads) {
  std::array<long, 2> counts{1, 0};
  tally_call* call = new_call(h, account);
  int in_use = 1, before = 0;
  for (long i = 0; i < reloads; ++i) {
    tally_error* error = nullptr;
    const bool is_signed = i % 4 == 3;
    const Attempt attempt = is_signed ? attempts.next_signed(in_use == 1 ? 2 : 1) : attempts.refused(i, in_use);
    put(path, attempt);
    const tally_status status = tally_policy_reload(h.policy, nullptr, &error);
    const std::string why = tally_error_message(error);
    tally_error_free(error);
    ++counts[is_signed ? 0 : 1];
    if (status != (is_signed ? TALLY_OK : TALLY_ERROR_REFUSED)) fail(std::string(attempt.what) + ": " + why);
    if (is_signed) {
      before = in_use;
      in_use = attempt.version;
    }
    if (is_signed && i % 40 == 39) {
      error = nullptr;
      if (tally_policy_roll_back(h.policy, nullptr, &error) != TALLY_OK) fail("no roll back", error);
      in_use = before;
      if (tally_policy_roll_back(h.policy, nullptr, nullptr) != TALLY_ERROR_ARGUMENT) fail("a second roll back");
    }
    if (version_by(h, call, i % 2 == 0) != static_cast<unsigned long>(in_use))
      fail(std::string("in use: ") + attempt.what);
  }
  tally_call_free(call);
  return counts;
}

int run(const std::string& folder, long reloads, const std::vector<std::string>& files) {
  const std::string path = folder + "/guarded.so";
  std::vector<std::string> policies;
  for (const std::string& file : files) policies.push_back(bytes_of(file));
  Attempts attempts(policies);
  put(path, attempts.next_signed(1));
  tally_error* error = nullptr;
  Handles h;
  tally_document* account = nullptr;
  const std::string json = R"({"limit":42})";
  if (tally_policy_open(path.c_str(), &h.policy, &error) != TALLY_OK ||
      tally_policy_input(h.policy, "ask", &h.ask, &error) != TALLY_OK ||
      tally_policy_decision(h.policy, "version", &h.version, &error) != TALLY_OK ||
      tally_policy_decision(h.policy, "check", &h.check, &error) != TALLY_OK ||
      tally_document_bind(h.policy, "/account", json.data(), json.size(), &account, &error) != TALLY_OK) {
    fail("no policy", error);
    return 1;
  }
  if (!set_guard(h.policy, attempts.key())) return 1;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { decide(h, account); });
  const std::array<long, 2> expected = reload(h, account, attempts, path, reloads);
  ending = true;
  for (std::thread& thread : threads) thread.join();
  tally_guard_counts counts{};
  counts.size = sizeof counts;
  tally_error* last = nullptr;
  if (tally_policy_guard_counts(h.policy, &counts, &last, &error) != TALLY_OK) fail("no counts", error);
  if (counts.admitted != static_cast<std::uint64_t>(expected[0]) ||
      counts.refused != static_cast<std::uint64_t>(expected[1]) || tally_error_status(last) != TALLY_ERROR_REFUSED)
    fail("the counts are " + std::to_string(counts.admitted) + " and " + std::to_string(counts.refused));
  tally_error_free(last);
  if (decided[1] == 0 || decided[2] == 0) fail("a signed version that decided nothing");
  if (decided[3] != 0) fail("a version that nobody signed decided");
  tally_document_release(account);
  tally_policy_release(h.policy);
  std::remove(path.c_str());
  std::remove((path + ".sig").c_str());
  std::printf("%ld admitted, %ld refused under 8 threads: %ld decisions\n", expected[0], expected[1],
              decided[1] + decided[2]);
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  return run(argv[1], std::atol(argv[2]), {argv[3], argv[4], argv[5]});
}
